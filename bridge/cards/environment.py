"""Jinja as card templates have it: template text marked, what is missing is nothing, a payload's own names come first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from bridge.cards.marks import MarkedEnvironment, Marks, MarkTemplateText
from bridge.cards.vocabulary import CALLS, FILTERS, text_of
from bridge.resources import TEMPLATES


class Nothing(ChainableUndefined):
    """What a payload does not say; None in a payload is the same."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Nothing)

    def __hash__(self) -> int:
        return hash(None)


class CardContext(Context):
    """A context in which None is nothing."""

    def resolve_or_missing(self, key: str) -> Any:
        """The value of a name, or `missing`."""
        value = super().resolve_or_missing(key)
        return missing if value is None else value


class CardEnvironment(MarkedEnvironment):
    """The environment of one source's templates; `cards` is its folder."""

    context_class = CardContext

    def __init__(self, cards: Path) -> None:
        self.marks = Marks()
        super().__init__(
            loader=ChoiceLoader([FileSystemLoader(cards), FileSystemLoader(TEMPLATES / "cards")]),
            autoescape=False,  # values are marked apart from markup instead, each format escapes
            undefined=Nothing,
            finalize=text_of,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[MarkTemplateText],
        )
        self.globals.update(CALLS)
        self.filters.update(FILTERS)
        self.filters["urlencode"] = _unmarked(self.filters["urlencode"], self.marks)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A payload's own `items`, `title` or `count` before Python's."""
        if type(obj) is dict or isinstance(obj, Mapping):
            return self.getitem(obj, attribute)
        return self._something(super().getattr(obj, attribute), attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item, or an attribute where there is none."""
        return self._something(super().getitem(obj, argument), argument)

    def _something(self, value: Any, name: Any) -> Any:
        return self.undefined(name=name) if value is None else value


class SandboxedCardEnvironment(CardEnvironment, ImmutableSandboxedEnvironment):
    """The same for templates that were not written by a plugin's author."""


def _unmarked(encode: Any, marks: Marks) -> Any:
    """A filter that would turn marks into text that shows them."""

    def encode_plain(value: Any) -> Any:
        return encode(marks.plain(value) if isinstance(value, str) else value)

    return encode_plain
