"""Whether an event's attributes are what a filter wants, and why. Pure, and made for asking many filters of one event.

A filter is compiled once into two functions. Of an event, `why_not` is asked first; `why` is asked only where a reason is
needed for what held. What many filters look at is read from the attributes once, in `Facts`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from bridge.models import AttributeValue
from bridge.pipeline.faults import printable
from bridge.pipeline.filters import Condition, Filter, Group, Not
from bridge.pipeline.patterns import has

SHOWN: Final = 120
"""Characters of a value that a reason shows."""


class Fact(NamedTuple):
    """One attribute: its values for comparing, and `repository is octo/hello`, with which every reason begins."""

    folded: tuple[str, ...]
    said: str


class Facts(dict[str, Fact]):
    """An event's attributes, each read when it is first asked for."""

    __slots__ = ("_attributes",)

    def __init__(self, attributes: Mapping[str, AttributeValue]) -> None:
        super().__init__()
        self._attributes = attributes

    def __missing__(self, name: str) -> Fact:
        values = texts(self._attributes.get(name))
        actual = _shown(", ".join(values)) if values else "empty"
        fact = Fact(tuple(map(str.casefold, values)), f"{_shown(name)} is {actual}")
        self[name] = fact
        return fact


WhyNot: TypeAlias = Callable[[Facts], str | None]
Why: TypeAlias = Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A filter, compiled. `why_not`: the first condition that failed, or None where it holds; `why`: what held."""

    why_not: WhyNot
    why: Why


def compiled(wanted: Filter) -> Matcher:
    """The filter as functions."""
    match wanted:
        case Condition():
            return _condition(wanted)
        case Not(inner):
            return _negation(compiled(inner))
        case Group("all", filters):
            return _all(tuple(map(compiled, filters)), describe(wanted))
        case Group(_, filters):
            return _any(tuple(map(compiled, filters)))


def matches(wanted: Filter, attributes: Mapping[str, AttributeValue]) -> tuple[bool, str]:
    """Whether the attributes are wanted, and why: the first condition that decided it, with the actual value."""
    test, facts = compiled(wanted), Facts(attributes)
    reason = test.why_not(facts)
    return (True, test.why(facts)) if reason is None else (False, reason)


def texts(value: AttributeValue) -> tuple[str, ...]:
    """An attribute as the texts that patterns are compared with: absent, None, () and "" are empty."""
    many = value if isinstance(value, tuple | list) else (value,)
    return tuple(text for text in map(_text, many) if text)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _negation(inner: Matcher) -> Matcher:
    why_not, why = inner.why_not, inner.why

    def fails(facts: Facts) -> str | None:
        return f"excluded: {why(facts)}" if why_not(facts) is None else None

    return Matcher(fails, lambda facts: why_not(facts) or "")


def _all(tests: tuple[Matcher, ...], words: str) -> Matcher:
    return Matcher(_first(tuple(test.why_not for test in tests)), lambda _: words)


def _any(tests: tuple[Matcher, ...]) -> Matcher:
    faults = tuple(test.why_not for test in tests)

    def fails(facts: Facts) -> str | None:
        reasons = []
        for fault in faults:
            reason = fault(facts)
            if reason is None:
                return None
            reasons.append(reason)
        return _shortened("; ".join(reasons))

    def holds(facts: Facts) -> str:
        for test in tests:
            if test.why_not(facts) is None:
                return test.why(facts)
        return ""

    return Matcher(fails, holds)


def _condition(condition: Condition) -> Matcher:
    name = condition.attribute
    return Matcher(_first(tuple(_checks(condition))), lambda facts: facts[name].said)


def _first(checks: tuple[WhyNot, ...]) -> WhyNot:
    """The first of them that fails."""
    if len(checks) == 1:
        return checks[0]

    def fails(facts: Facts) -> str | None:
        for check in checks:
            reason = check(facts)
            if reason is not None:
                return reason
        return None

    return fails


def _checks(condition: Condition) -> Iterable[WhyNot]:
    name = condition.attribute
    if condition.empty is not None:
        yield _empty(name, wanted=condition.empty)
    if condition.any_of:
        yield _any_of(name, condition.any_of)
    if condition.all_of:
        yield _all_of(name, condition.all_of)
    if condition.none_of:
        yield _none_of(name, condition.none_of)


def _empty(name: str, *, wanted: bool) -> WhyNot:
    tail = f", but should {'' if wanted else 'not '}be empty"

    def fails(facts: Facts) -> str | None:
        folded, said = facts[name]
        return said + tail if wanted == bool(folded) else None

    return fails


def _any_of(name: str, patterns: tuple[str, ...]) -> WhyNot:
    found, tail = has(patterns), f", not {_shown(' or '.join(patterns))}"

    def fails(facts: Facts) -> str | None:
        folded, said = facts[name]
        return None if found(folded) else said + tail

    return fails


def _all_of(name: str, patterns: tuple[str, ...]) -> WhyNot:
    each = tuple((has((one,)), f", without {_shown(one)}") for one in patterns)

    def fails(facts: Facts) -> str | None:
        folded, said = facts[name]
        for found, tail in each:
            if not found(folded):
                return said + tail
        return None

    return fails


def _none_of(name: str, patterns: tuple[str, ...]) -> WhyNot:
    any_found = has(patterns)
    each = tuple((has((one,)), f", and {_shown(one)} is excluded") for one in patterns)

    def fails(facts: Facts) -> str | None:
        folded, said = facts[name]
        if any_found(folded):
            for found, tail in each:
                if found(folded):
                    return said + tail
        return None

    return fails


def describe(wanted: Filter) -> str:
    """A filter in words: `repository is octo/* and labels not wontfix`."""
    return _shown(_words(wanted, outermost=True), 4 * SHOWN)


def _words(wanted: Filter, *, outermost: bool = False) -> str:
    match wanted:
        case Condition():
            return " and ".join(_condition_words(wanted))
        case Not(inner):
            return f"not ({_words(inner, outermost=True)})"
        case Group(_, ()):
            return "everything"
        case Group(kind, filters):
            words = (" and " if kind == "all" else " or ").join(map(_words, filters))
            return words if outermost or len(filters) == 1 else f"({words})"


def _condition_words(condition: Condition) -> Iterable[str]:
    if condition.any_of:
        yield f"{condition.attribute} is {' or '.join(condition.any_of)}"
    if condition.all_of:
        yield f"{condition.attribute} has {' and '.join(condition.all_of)}"
    if condition.none_of:
        yield f"{condition.attribute} not {' or '.join(condition.none_of)}"
    if condition.empty is not None:
        yield f"{condition.attribute} is {'empty' if condition.empty else 'not empty'}"


def _shown(text: str, length: int = SHOWN) -> str:
    """A text as it stands in a reason, which any database takes: attributes and patterns come from anywhere."""
    return printable(_shortened(text, length))


def _shortened(text: str, length: int = SHOWN) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
