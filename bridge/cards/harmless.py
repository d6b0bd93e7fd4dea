"""The words of templates whose authors are not trusted: filters, tests and calls that cost what their input is long.

Most are Jinja's and the cards' own. Each is given text that was cut, and lists that were paid for; those that could make
much of little (`replace`, `round`, `join`) are written anew.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

from jinja2 import Undefined

from bridge.cards.meter import TEXT, TooMuch, markdown_steps, part_of
from bridge.cards.vocabulary import CALLS as RECORDED
from bridge.cards.words import Words, checked_path
from bridge.errors import TemplateFailed
from bridge.texts import say

LONGEST_EXCERPT: Final = 4_000
"""More characters of one text would not fit into a card beside anything else."""

_READ_AHEAD: Final = 8
_READ_LEAST: Final = 4_000
_MOST_FOR_ONE: Final = 20_000
_SORTED: Final = 4
"""Sorting an item costs as much as going past so many."""
_PRECISION: Final = 15

Word: TypeAlias = Callable[..., Any]


def _as_it_is(name: str) -> Word:
    """A filter whose cost does not depend on its input."""

    def run(words: Words, value: Any, *args: Any, **kwargs: Any) -> Any:
        return words.jinja(name, value, *args, **kwargs)

    return run


def _on_text(name: str) -> Word:
    """A filter that reads a text."""

    def run(words: Words, value: Any, *args: Any, **kwargs: Any) -> Any:
        given = [words.text(one) if isinstance(one, _NESTED) else one for one in args]
        return words.jinja(name, words.text(value), *given, **kwargs)

    return run


def _on_list(name: str, times: int = 1) -> Word:
    """A filter that goes through a list so many times, perhaps along a path into each item."""

    def run(words: Words, value: Any, *args: Any, **kwargs: Any) -> Any:
        paths = [one for one in (*args, *kwargs.values()) if isinstance(one, str)]
        names = sum(len(checked_path(one.replace(",", "."))) for one in paths) or 1
        if isinstance(value, str):
            value = words.meter.take(value)
            words.meter.items(value, times)
        words.meter.walk(value, times * names)
        return words.jinja(name, value, *args, **kwargs)

    return run


def _numbers_only(name: str) -> Word:
    """A test that would take a text for a pattern to be filled in."""

    def run(words: Words, value: Any, *args: Any) -> bool:
        if not all(isinstance(one, int | float) for one in (value, *args)):
            raise TemplateFailed(say("The test `{name}` is for numbers.", name=name))
        return words.asked(name, value, *args)

    return run


def _asked(name: str) -> Word:
    def run(words: Words, value: Any, *args: Any) -> bool:
        return words.asked(name, value, *args)

    return run


def _compared(sign: str) -> Word:
    def run(words: Words, value: Any, other: Any) -> bool:
        return words.compare(sign, value, other)

    return run


def _recorded(name: str) -> Word:
    """A call that puts its texts into the card."""
    record = cast("Callable[..., str]", RECORDED[name])

    def run(words: Words, *args: Any, **kwargs: Any) -> str:
        given = {key: words.written(value) for key, value in kwargs.items()}
        return record(*map(words.written, args), **given)

    return run


def _replace(words: Words, value: Any, old: Any, new: Any, count: int | None = None) -> str:
    text, old, new = words.text(value), words.text(old), words.text(new)
    if len(text) + text.count(old) * max(len(new) - len(old), 0) > 4 * TEXT:
        raise TooMuch(say("`replace` would make too long a text."))
    return text.replace(old, new, -1 if count is None else count)


def _round(words: Words, value: Any, precision: int = 0, method: str = "common") -> Any:
    """Jinja's raises ten to the precision."""
    return words.jinja("round", value, max(-_PRECISION, min(precision, _PRECISION)), method)


def _sum(words: Words, value: Any, attribute: Any = None, start: float = 0) -> Any:
    total = start
    for item in words.each(value):
        number = item if attribute is None else words.reach(item, attribute)
        if not isinstance(number, int | float):
            raise TemplateFailed(say("`{name}` is for numbers.", name="sum"))
        total = words.meter.take(total + number)
    return total


def _excerpt(words: Words, value: Any, limit: int = 400) -> str:
    limit = max(0, min(limit, LONGEST_EXCERPT))
    text = words.text(value)[: max(limit * _READ_AHEAD, _READ_LEAST)]
    while (steps := markdown_steps(text)) > _MOST_FOR_ONE:
        text = text[: len(text) // 2]  # nobody writes so many signs for others to read
    words.meter.spend(steps)
    return str(words.jinja("excerpt", text, limit))


def _join(words: Words, value: Any, separator: str = "", attribute: Any = None) -> str:
    """As the cards' own, up to the length that a text may have."""
    pieces: list[str] = []
    room = TEXT
    for item in words.each(value):
        one = item if attribute is None else part_of(item, attribute)
        if piece := one if isinstance(one, str) else words.told(one):
            pieces.append(piece)
            room -= len(piece) + len(separator)
            if room < 0:
                break
    return separator.join(pieces)


def _dictsort(words: Words, value: Any, *args: Any, **kwargs: Any) -> Any:
    """As Jinja's, but what is missing has no pairs."""
    if isinstance(value, Undefined):
        return []
    return _on_list("dictsort", _SORTED)(words, value, *args, **kwargs)


def _reverse(words: Words, value: Any) -> Any:
    return words.text(value)[::-1] if isinstance(value, str) else words.each(value)[::-1]


def _plural(words: Words, count: Any, one: Any, many: Any = None) -> Any:
    number = count if isinstance(count, list | tuple | Mapping) else words.text(count)
    return words.jinja(
        "plural", number, words.text(one), None if many is None else words.text(many)
    )


def _map(words: Words, value: Any, name: str | None = None, *args: Any, **kwargs: Any) -> Any:
    if name is not None:
        return [
            words.meter.take(FILTERS[name](words, item, *args, **kwargs))
            for item in words.each(value)
        ]
    path, default = kwargs["attribute"], kwargs.get("default")
    reached = (words.reach(item, path) for item in words.each(value))
    return [
        default if default is not None and isinstance(one, Undefined) else one for one in reached
    ]


def _selected(*, by_path: bool, wanted: bool) -> Word:
    """`select`, `reject` and their like."""

    def run(words: Words, value: Any, *args: Any) -> list[Any]:
        path, test = (args[0], args[1:]) if by_path else (None, args)

        def holds(item: Any) -> bool:
            one = words.reach(item, path) if by_path else item
            return bool(TESTS[test[0]](words, one, *test[1:])) if test else bool(one)

        return [item for item in words.each(value) if holds(item) is wanted]

    return run


_NESTED: Final = (list, tuple, Mapping)
_COMPARISONS: Final[Mapping[str, tuple[str, ...]]] = {
    "eq": ("eq", "equalto", "=="),
    "ne": ("ne", "!="),
    "lt": ("lt", "lessthan", "<"),
    "lteq": ("le", "<="),
    "gt": ("gt", "greaterthan", ">"),
    "gteq": ("ge", ">="),
    "in": ("in",),
}
_KINDS: Final = (
    *("boolean", "defined", "false", "float", "integer", "iterable", "mapping", "none", "number"),
    *("sequence", "string", "true", "undefined"),
)
CALLS: Final[Mapping[str, Word]] = {
    **{name: _recorded(name) for name in ("avatar", "fact", "image", "open_url", "person")},
    "plural": _plural,
}

FILTERS: Final[Mapping[str, Word]] = {
    **{
        name: _as_it_is(name)
        for name in ("abs", "count", "d", "default", "filesizeformat", "first", "last", "length")
    },
    **{
        name: _on_text(name)
        for name in (
            "capitalize",
            "code",
            "datetime",
            "first_line",
            "lower",
            "person",
            "short",
            "title",
        )
    },
    **{name: _on_text(name) for name in ("duration", "trim", "truncate", "upper", "urlencode")},
    **{name: _on_list(name, _SORTED) for name in ("groupby", "max", "min", "sort", "unique")},
    "dictsort": _dictsort,
    "items": _on_list("items", 4),
    "list": Words.each,
    "excerpt": _excerpt,
    "float": _as_it_is("float"),
    "int": _as_it_is("int"),
    "join": _join,
    "map": _map,
    "plural": _plural,
    "reject": _selected(by_path=False, wanted=False),
    "rejectattr": _selected(by_path=True, wanted=False),
    "replace": _replace,
    "reverse": _reverse,
    "round": _round,
    "select": _selected(by_path=False, wanted=True),
    "selectattr": _selected(by_path=True, wanted=True),
    "sum": _sum,
}

TESTS: Final[Mapping[str, Word]] = {
    **{name: _asked(name) for name in _KINDS},
    **{name: _numbers_only(name) for name in ("divisibleby", "even", "odd")},
    **{name: _compared(sign) for sign, names in _COMPARISONS.items() for name in names},
}
