"""A subscription as one sentence, with all that it asks for.

`A pull request is opened or merged – in octo/*, not by bots, labelled bug or security.`

Pure. Whatever chooses or leaves out an event is in the sentence, and what is alike in two sentences chooses alike: values
are quoted where they could be taken for the sentence's own words, and groups stand in brackets.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bridge.errors import Invalid
from bridge.pipeline.filters import Condition, Filter, Group, Not, check_filters
from bridge.source import ALWAYS, Source

_PLAIN: Final = re.compile(r"[^\s,;()“”–]+")
_OWN: Final = frozenset(
    [
        "and",
        "any",
        "anything",
        "empty",
        "event",
        "field",
        "has",
        "is",
        "named",
        "not",
        "or",
        "the",
        "where",
    ]
)
"""Words that a value is quoted for, so that it is not read as the sentence's."""

_STATES: Final = re.compile(r"(?P<subject>.+? (?:is|are)) (?P<state>.+)")
_SEVERAL: Final = re.compile(r",| or | and ")


def sentence(source: Source | None, events: Sequence[str], filters: Mapping[str, Any]) -> str:
    """What becomes a card, by the source's labels; by plain names where its plugin is missing."""
    said = _events(source, events)
    try:
        clauses = _Filters(source).clauses(check_filters(filters))
    except Invalid:
        clauses = ["where its filters, which cannot be read, let it through"]
    whole = f"{said} – {', '.join(clauses)}" if clauses else said
    return f"{whole[:1].upper()}{whole[1:]}."


def _events(source: Source | None, patterns: Sequence[str]) -> str:
    if "*" in patterns:
        return "any event"
    labels = _labels(source)
    groups = {group for name in labels for group in _above(name)}
    found: dict[str, list[str]] = {}
    for pattern in dict.fromkeys(patterns):
        label = _label(labels, groups, pattern)
        states = _STATES.fullmatch(label)
        if states and not _SEVERAL.search(label):
            found.setdefault(states["subject"], []).append(states["state"])
        else:
            found.setdefault(label, [])
    return _listed(
        [f"{head} {_listed(states)}" if states else head for head, states in found.items()],
        last=", or " if len(found) > 1 else " or ",
    )


def _labels(source: Source | None) -> Mapping[str, str]:
    """The labels of event types by their names in small letters, but for those that do not tell two apart."""
    types = source.event_types if source else ()
    often = Counter(it.label for it in types)
    return {it.name.casefold(): it.label if often[it.label] == 1 else "" for it in types}


def _label(labels: Mapping[str, str], groups: Collection[str], pattern: str) -> str:
    name = pattern.casefold()
    if name in groups:
        return f"any {name.replace('_', ' ')} event"
    return _began(labels[name]) if labels.get(name) else f"any event named {_quoted(pattern)}"


def _above(name: str) -> Iterator[str]:
    """The names that stand for this one among others: `a.b` and `a` for `a.b.c`."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _began(label: str) -> str:
    """A label within a sentence: `A pull request …` with a small letter, `GitHub …` as it is."""
    first = label.partition(" ")[0]
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def _listed(words: Sequence[str], last: str = " or ") -> str:
    return last.join(filter(None, (", ".join(words[:-1]), *words[-1:])))


class _Filters:
    """Says filters with the wording of one source's attributes."""

    def __init__(self, source: Source | None) -> None:
        attributes = ALWAYS if source is None else source.filterable
        self._attributes = {it.name: it for it in attributes}

    def clauses(self, wanted: Filter) -> list[str]:
        """What must hold, each a clause."""
        match wanted:
            case Condition():
                return list(self._condition(wanted))
            case Group("all", filters):
                return [clause for one in filters for clause in self.clauses(one)]
            case Group(_, filters):
                ways = [self._clause(one) for one in filters]
                return ways if len(ways) == 1 else [f"({', or '.join(ways)})"]
            case Not(Condition(name, any_of, (), (), None)) if any_of:
                return [self._none_of(name, any_of)]
            case Not(inner):
                return [f"not {_bracketed(self._clause(inner))}"]

    def _clause(self, wanted: Filter) -> str:
        """A filter as one clause."""
        clauses = self.clauses(wanted) or ["anything"]
        return clauses[0] if len(clauses) == 1 else f"({', and '.join(clauses)})"

    def _condition(self, condition: Condition) -> Iterator[str]:
        name = condition.attribute
        if condition.any_of:
            yield self._of(name, condition.any_of, " or ", "is")
        if condition.all_of:
            yield self._of(name, condition.all_of, " and ", "has")
        if condition.none_of:
            yield self._none_of(name, condition.none_of)
        if condition.empty is not None:
            yield f"where {self._noun(name)} is {'empty' if condition.empty else 'not empty'}"

    def _of(self, name: str, patterns: Iterable[str], joint: str, verb: str) -> str:
        values = joint.join(map(_quoted, patterns))
        phrase = self._phrase(name, values)
        return f"where {self._noun(name)} {verb} {values}" if phrase is None else phrase

    def _none_of(self, name: str, patterns: Iterable[str]) -> str:
        values = " or ".join(map(_quoted, patterns))
        phrase = self._phrase(name, values)
        return f"where {self._noun(name)} is not {values}" if phrase is None else f"not {phrase}"

    def _phrase(self, name: str, values: str) -> str | None:
        """The attribute's own wording, if it has one for these values."""
        found = self._attributes.get(name)
        if found is None or found.phrase is None:
            return None
        if "{}" in found.phrase:
            return found.phrase.replace("{}", values)
        return found.phrase if values.casefold() == "true" else None

    def _noun(self, name: str) -> str:
        found = self._attributes.get(name)
        if found is None:
            return f"the field {_quoted(name, always=True)}"
        return _began(found.label) if _PLAIN.fullmatch(found.label) else f"“{found.label}”"


def _bracketed(clause: str) -> str:
    return clause if clause.startswith("(") else f"({clause})"


def _quoted(text: str, *, always: bool = False) -> str:
    if not always and _PLAIN.fullmatch(text) and text.casefold() not in _OWN:
        return text
    return f"“{text.replace('”', '””')}”"
