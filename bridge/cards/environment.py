"""Jinja as card templates have it: template text marked, what is missing is nothing, a payload's own names come first."""

from collections.abc import Mapping, MutableMapping
from types import FunctionType
from typing import Any

from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    Template,
)
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from bridge.cards.marks import MarkedEnvironment, Marks, MarkTemplateText
from bridge.cards.meter import part_of
from bridge.cards.recorder import Reader
from bridge.cards.vocabulary import CALLS, FILTERS, text_of
from bridge.resources import TEMPLATES


class Nothing(ChainableUndefined):
    """What a payload does not say; None in a payload is the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Nothing)

    def __hash__(self) -> int:
        return hash(None)


NOTHING = Nothing()
"""One serves for all that an object does not have: nobody asks for its name."""
BASE = "card.j2"
"""The card that every card template extends."""
_SHARED = TEMPLATES / "cards"
_WORDS_OF_DICTS = frozenset(dir(dict))
_TEMPLATES_KEPT = 200


class CardContext(Context):
    """A context in which None is nothing."""

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name, or `missing`."""
        value = self.vars[key] if key in self.vars else self.parent.get(key)
        return missing if value is None else value

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """A call; that of a plain function, as a card's own words are, or of a macro without Jinja's search for its wishes."""
        kind = type(called)
        if kind is Macro or (kind is FunctionType and not hasattr(called, "jinja_pass_arg")):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return called(*args, **kwargs)
        return super().call(called, *args, **kwargs)


class CardEnvironment(MarkedEnvironment):
    """The environment of one source's templates, which `loader` gives.

    A template is read once: whoever keeps an environment makes a new one when a file has changed.
    """

    context_class = CardContext

    def __init__(self, loader: BaseLoader) -> None:
        self.marks = Marks()
        self.reader = Reader(self.marks)
        super().__init__(
            loader=ChoiceLoader([loader, FileSystemLoader(_SHARED)]),
            autoescape=False,  # values are marked apart from markup instead, each format escapes
            undefined=Nothing,
            finalize=text_of,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[MarkTemplateText],
            auto_reload=False,
        )
        self._kept: dict[object, Template] = {}
        self.globals.update(CALLS)
        self.filters.update(FILTERS)
        self.filters["urlencode"] = _unmarked(self.filters["urlencode"], self.marks)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Jinja's ChainMap would be walked through for every context; here nothing changes them later."""
        return {**self.globals, **(d or {})}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # as Jinja calls it
    ) -> Template:
        """A template by its name; most of them without the book-keeping of Jinja's own cache."""
        template = self._kept.get(name)
        if template is None:
            template = super().get_template(name, parent, globals)
            if len(self._kept) < _TEMPLATES_KEPT:
                self._kept[name] = template
        return template

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A payload's own `items`, `title` or `count` before Python's."""
        if type(obj) is dict:
            value = obj.get(attribute)
            if value is not None:
                return value
            if attribute not in _WORDS_OF_DICTS:
                return NOTHING
        elif obj is NOTHING:
            return obj
        if isinstance(obj, Mapping):
            return self.getitem(obj, attribute)
        return self._something(super().getattr(obj, attribute), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item, or an attribute where there is none."""
        return self._something(super().getitem(obj, argument), argument)

    def _something(self, value: Any, name: Any) -> Any:
        return self.undefined(name=name) if value is None else value


class SandboxedCardEnvironment(CardEnvironment, ImmutableSandboxedEnvironment):
    """The same for templates that were not written by a plugin's author."""


class BoundedEnvironment(SandboxedCardEnvironment):
    """The same for templates whose authors are not trusted to spare the machine either: they see data and nothing else.

    It has no templates but the base card, and compiles none: `interpreter` walks them.
    """

    def __init__(self) -> None:
        super().__init__(DictLoader({}))
        self.base = self.parse((_SHARED / BASE).read_text(encoding="utf-8"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of the payload, or nothing."""
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A part of the payload, or nothing."""
        value = part_of(obj, argument)
        return NOTHING if value is None else value


def _unmarked(encode: Any, marks: Marks) -> Any:
    """A filter that would turn marks into text that shows them."""

    def encode_plain(value: Any) -> Any:
        return encode(marks.plain(value) if isinstance(value, str) else value)

    return encode_plain
