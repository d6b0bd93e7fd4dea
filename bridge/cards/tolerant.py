"""Jinja for templates that meet payloads as they came: what is of another kind than they expect shows nothing.

A plugin's code can look first and choose what it hands to its templates. A recipe cannot: where a list is a text for once,
or a number stands where a mapping should, its card is to lack that part instead of failing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any, Final

from jinja2 import BaseLoader, Undefined, UndefinedError, nodes

from bridge.cards.environment import SandboxedCardEnvironment
from bridge.cards.vocabulary import text_of

_LOOPED: Final = "looped"
_SLICED: Final = "sliced"
_HOLDING: Final = "holding"
_SHOWN: Final = "string"
_OF_LISTS: Final = (
    *("batch", "first", "join", "last", "list", "map", "reject", "rejectattr", "reverse"),
    *("select", "selectattr", "slice"),
)
_COMPARING: Final = ("groupby", "max", "min", "sort", "sum", "unique")
"""Of lists too, whose items need to be of one kind."""
_OF_TEXTS: Final = (
    *("capitalize", "center", "indent", "lower", "replace", "string", "striptags", "title"),
    *("trim", "truncate", "upper", "urlencode", "wordwrap"),
)


class TolerantEnvironment(SandboxedCardEnvironment):
    """An environment in which loops, slices and `in` find nothing where there is no list, and filters take any value.

    What is put together with `~` is what a card would show of its parts, never Python's notation of a list.
    """

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(loader)
        self.filters[_LOOPED] = looped
        self.filters[_SLICED] = sliced
        self.filters[_HOLDING] = holding
        self.filters["dictsort"] = _given(self.filters["dictsort"], _mapping)
        self.filters["items"] = _given(self.filters["items"], _mapping)
        self.filters["length"] = self.filters["count"] = _length
        for name in _OF_LISTS:
            self.filters[name] = _given(self.filters[name], looped)
        for name in _COMPARING:
            self.filters[name] = _given(_compared(self.filters[name]), looped)
        for name in _OF_TEXTS:
            self.filters[name] = _given(self.filters[name], _text)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = _through(_LOOPED, loop.iter)
        for item in tree.find_all(nodes.Getitem):
            if isinstance(item.arg, nodes.Slice):
                item.node = _through(_SLICED, item.node)
        for compared in tree.find_all(nodes.Operand):
            if compared.op in {"in", "notin"}:
                compared.expr = _through(_HOLDING, compared.expr)
        for joined in tree.find_all(nodes.Concat):
            joined.nodes = [_through(_SHOWN, part) for part in joined.nodes]
        return tree


def looped(value: Any) -> Any:
    """What a loop goes through: a list, a mapping's names, or nothing."""
    goes = isinstance(value, Iterable) and not isinstance(value, str | bytes | Undefined)
    return value if goes else ()


def sliced(value: Any) -> Any:
    """What a part is taken of: a text, a list, or nothing."""
    return value if isinstance(value, str | list | tuple) else ()


def holding(value: Any) -> Any:
    """What something may be in: a text, what a loop goes through, or nothing."""
    return value if isinstance(value, str) else looped(value)


def _through(name: str, value: Any) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno)


def _mapping(value: Any) -> Mapping[Any, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return text_of(value)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | tuple | Mapping) else 0


def _compared(run: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that gives nothing where items cannot be compared."""

    @wraps(run)
    def compared(*arguments: Any, **named: Any) -> Any:
        try:
            found = run(*arguments, **named)
            return list(found) if isinstance(found, Iterator | list) else found
        except (TypeError, UndefinedError):
            return ()

    return compared


def _given(run: Callable[..., Any], made: Callable[[Any], Any]) -> Callable[..., Any]:
    """A filter that is given something that it can take."""
    first = 1 if hasattr(run, "jinja_pass_arg") else 0

    @wraps(run)
    def tolerant(*arguments: Any, **named: Any) -> Any:
        values = list(arguments)
        values[first] = made(values[first])
        return run(*values, **named)

    return tolerant
