"""A subscription as one sentence, with all that it asks for.

`A pull request is opened or merged – in octo/*, not by bots, labelled bug or security.`

Pure. Whatever chooses or leaves out an event is in the sentence, and what is alike in two sentences chooses alike: values
are quoted where they could be taken for the sentence's own words, and groups stand in brackets.
It comes in the language of whoever reads it, with the source's labels in that language.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from bridge.errors import Invalid
from bridge.pipeline.filters import Condition, Filter, Group, Not, check_filters
from bridge.source import ALWAYS, Attribute, Source
from bridge.texts import ENGLISH, Catalogue, Told, say

_PLAIN: Final = re.compile(r"[^\s,;()“”–]+")
# TRANSLATORS: The small words of these sentences; a value that is one of them is quoted, not to be read as the sentence's.
_OWN: Final = say("and any anything empty event field has is named not or the where")
# TRANSLATORS: Between the subject of an event type's label and what happens to it: “A pull request is|are opened”.
_VERBS: Final = say("is|are")
# TRANSLATORS: A label of an event type with one of these words has several subjects or states.
_JOINTS: Final = say("or|and")
# TRANSLATORS: First words of labels that are written small within a sentence; * is any word but a name.
_SMALL: Final = say("*")


def sentence(source: Source | None, events: Sequence[str], filters: Mapping[str, Any]) -> str:
    """What becomes a card, by the source's labels; by plain names where its plugin is missing."""
    try:
        wanted = check_filters(filters)
    except Invalid:
        wanted = None

    def told(language: Catalogue) -> str:
        return _Teller(source, language).tell(events, wanted)

    return Told(told(ENGLISH), told)


class _Teller:
    """Says what is wanted with the wording of one source, in one language."""

    def __init__(self, source: Source | None, language: Catalogue) -> None:
        attributes = ALWAYS if source is None else source.filterable
        self._attributes: Mapping[str, Attribute] = {it.name: it for it in attributes}
        self._source = source
        self._say = language.say
        self._own = frozenset(self._say(_OWN).split())
        self._small = frozenset(self._say(_SMALL).split())
        joints = "|".join(f" {word} " for word in self._say(_JOINTS).split("|"))
        self._several = re.compile(f",|{joints}")
        self._states = re.compile(rf"(?P<subject>.+? (?:{self._say(_VERBS)})) (?P<state>.+)")

    def tell(self, events: Sequence[str], wanted: Filter | None) -> str:
        """The whole sentence; None are filters that cannot be read."""
        said = self._events(events)
        if wanted is None:
            unread = say("where its filters, which cannot be read, let it through")
            clauses = [self._say(unread)]
        else:
            clauses = self._clauses(wanted)
        whole = f"{said} – {', '.join(clauses)}" if clauses else said
        return f"{whole[:1].upper()}{whole[1:]}."

    def _events(self, patterns: Sequence[str]) -> str:
        if "*" in patterns:
            return self._say(say("any event"))
        labels = self._labels()
        groups = {group for name in labels for group in _above(name)}
        found: dict[str, list[str]] = {}
        for pattern in dict.fromkeys(patterns):
            label = self._label(labels, groups, pattern)
            states = self._states.fullmatch(label)
            if states and not self._several.search(label):
                found.setdefault(states["subject"], []).append(states["state"])
            else:
                found.setdefault(label, [])
        parts = [f"{head} {_listed(it, self._or)}" if it else head for head, it in found.items()]
        return _listed(parts, self._comma_or)

    def _labels(self) -> Mapping[str, str]:
        """The labels of event types by their names in small letters, but for those that do not tell two apart."""
        types = self._source.event_types if self._source else ()
        often = Counter(it.label for it in types)
        return {
            it.name.casefold(): self._own_text(it.label) if often[it.label] == 1 else ""
            for it in types
        }

    def _own_text(self, text: str) -> str:
        """A text of the source."""
        return self._say(self._source.said(text) if self._source else text)

    def _label(self, labels: Mapping[str, str], groups: Collection[str], pattern: str) -> str:
        name = pattern.casefold()
        if name in groups:
            return self._say(say("any {name} event", name=name.replace("_", " ")))
        if labels.get(name):
            return self._began(labels[name])
        return self._say(say("any event named {name}", name=self._quoted(pattern)))

    def _began(self, label: str) -> str:
        """A label within a sentence: `A pull request …` with a small letter, `GitHub …` as it is."""
        first = label.partition(" ")[0]
        small = first in self._small or "*" in self._small
        named = first[1:] != first[1:].lower()
        return label[:1].lower() + label[1:] if small and not named else label

    def _or(self, first: str, second: str) -> str:
        return self._say(say("{first} or {second}", first=first, second=second))

    def _and(self, first: str, second: str) -> str:
        return self._say(say("{first} and {second}", first=first, second=second))

    def _comma_or(self, first: str, second: str) -> str:
        return self._say(say("{first}, or {second}", first=first, second=second))

    def _comma_and(self, first: str, second: str) -> str:
        return self._say(say("{first}, and {second}", first=first, second=second))

    def _clauses(self, wanted: Filter) -> list[str]:
        """What must hold, each a clause."""
        match wanted:
            case Condition():
                return list(self._condition(wanted))
            case Group("all", filters):
                return [clause for one in filters for clause in self._clauses(one)]
            case Group(_, filters):
                ways = [self._clause(one) for one in filters]
                return ways if len(ways) == 1 else [f"({reduce(self._comma_or, ways)})"]
            case Not(Condition(name, any_of, (), (), None)) if any_of:
                return [self._none_of(name, any_of)]
            case Not(inner):
                return [self._say(say("not {clause}", clause=_bracketed(self._clause(inner))))]

    def _clause(self, wanted: Filter) -> str:
        """A filter as one clause."""
        clauses = self._clauses(wanted) or [self._say(say("anything"))]
        return clauses[0] if len(clauses) == 1 else f"({reduce(self._comma_and, clauses)})"

    def _condition(self, condition: Condition) -> Iterator[str]:
        name = condition.attribute
        if condition.any_of:
            values = reduce(self._or, map(self._quoted, condition.any_of))
            said = say("where {field} is {values}", field=self._noun(name), values=values)
            yield self._phrase(name, values) or self._say(said)
        if condition.all_of:
            values = reduce(self._and, map(self._quoted, condition.all_of))
            said = say("where {field} has {values}", field=self._noun(name), values=values)
            yield self._phrase(name, values) or self._say(said)
        if condition.none_of:
            yield self._none_of(name, condition.none_of)
        if condition.empty is True:
            yield self._say(say("where {field} is empty", field=self._noun(name)))
        if condition.empty is False:
            yield self._say(say("where {field} is not empty", field=self._noun(name)))

    def _none_of(self, name: str, patterns: Iterable[str]) -> str:
        values = reduce(self._or, map(self._quoted, patterns))
        phrase = self._phrase(name, values)
        if phrase is not None:
            return self._say(say("not {clause}", clause=phrase))
        return self._say(
            say("where {field} is not {values}", field=self._noun(name), values=values)
        )

    def _phrase(self, name: str, values: str) -> str | None:
        """The attribute's own wording, if it has one for these values."""
        found = self._attributes.get(name)
        if found is None or found.phrase is None:
            return None
        phrase = self._own_text(found.phrase)
        if "{}" in phrase:
            return phrase.replace("{}", values)
        return phrase if values.casefold() == "true" else None

    def _noun(self, name: str) -> str:
        found = self._attributes.get(name)
        if found is None:
            return self._say(say("the field {name}", name=self._quoted(name, always=True)))
        label = self._own_text(found.label)
        return self._began(label) if _PLAIN.fullmatch(label) else f"“{label}”"

    def _quoted(self, text: str, *, always: bool = False) -> str:
        if not always and _PLAIN.fullmatch(text) and text.casefold() not in self._own:
            return text
        return f"“{text.replace('”', '””')}”"


def _listed(words: Sequence[str], joint: Callable[[str, str], str]) -> str:
    return joint(", ".join(words[:-1]), words[-1]) if len(words) > 1 else "".join(words)


def _above(name: str) -> Iterator[str]:
    """The names that stand for this one among others: `a.b` and `a` for `a.b.c`."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _bracketed(clause: str) -> str:
    return clause if clause.startswith("(") else f"({clause})"
