"""What people type, checked: pure, and every fault said in one sentence beside the input's name."""

import re
import secrets
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import SecretStr

from bridge.errors import Invalid
from bridge.models import Stale, Verification
from bridge.pipeline.filters import check_filters, match_type
from bridge.source import Source
from bridge.texts import say

NAME_LENGTH = 100
SECRET_LENGTH = 8
PATTERNS = 200
PATTERN_LENGTH = 200
URL_SECRET_LENGTH = 24
LONGEST_EXPIRY = 30 * 24 * 60
"""Minutes."""
LONGEST_HOLD = 300
"""Seconds."""

_GENERATED_LENGTH = 44
_ALPHABET = string.ascii_letters + string.digits
_URL_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{URL_SECRET_LENGTH},200}}")
_CLOSE = 0.6
_VERY_CLOSE = 0.85
_BEGINNING = 3


class Problems:
    """The faults of one input, by dotted name, gathered so that all are said at once."""

    def __init__(self) -> None:
        self._fields: dict[str, str] = {}

    def add(self, name: str, sentence: str) -> None:
        """Note a fault; the first one of a field stands."""
        self._fields.setdefault(name, sentence)

    def include(self, error: Invalid) -> None:
        """Note the faults that another check found."""
        for name, sentence in error.fields.items():
            self.add(name, sentence)

    def settle(self) -> None:
        """Raise `Invalid` if there were any."""
        if self._fields:
            raise Invalid(self._fields)


def new_secret() -> SecretStr:
    """A secret for an endpoint: 262 random bits, letters and digits alone.

    So it survives every form it is pasted into, and is valid base64, which Standard Webhooks want.
    """
    return SecretStr("".join(secrets.choice(_ALPHABET) for _ in range(_GENERATED_LENGTH)))


def no_source(name: str, known: Iterable[str]) -> str:
    """That there is no source of that name among those that are known."""
    there = ", ".join(sorted(known))
    return say("There is no source named {name}. There are: {known}.", name=name, known=there)


def no_plugin(source: str) -> str:
    """That nobody can say anything of a source, because its plugin is missing."""
    return say("The plugin of {source} is not installed.", source=source)


def check_name(problems: Problems, name: str, field: str = "name") -> str:
    """A name that people read, without the spaces around it."""
    stripped = name.strip()
    if not stripped:
        problems.add(field, say("Give it a name that people will recognise."))
    elif len(stripped) > NAME_LENGTH:
        problems.add(
            field,
            say(
                "{length} characters are too many: at most {most} fit on a page.",
                length=len(stripped),
                most=NAME_LENGTH,
            ),
        )
    elif not stripped.isprintable():
        problems.add(field, say("A name is one line of text, without control characters."))
    return stripped


def check_secret(problems: Problems, secret: SecretStr, verification: Verification) -> None:
    """A secret that somebody chose for an endpoint."""
    value = secret.get_secret_value()
    if verification == "url":
        if not _URL_SECRET.fullmatch(value):
            problems.add(
                "secret",
                say(
                    "It is a part of the URL: use at least {least} letters, digits, - and _, "
                    "or leave it out to have one made.",
                    least=URL_SECRET_LENGTH,
                ),
            )
    elif len(value) < SECRET_LENGTH:
        problems.add(
            "secret",
            say(
                "At least {least} characters are needed; leave it out to have a strong one made.",
                least=SECRET_LENGTH,
            ),
        )
    elif value != value.strip() or not value.isprintable():
        problems.add("secret", say("It may not begin or end with a space or contain line breaks."))


def check_events(problems: Problems, patterns: Sequence[str], source: Source) -> tuple[str, ...]:
    """The patterns of event types that a subscription wants, each once."""
    if not patterns:
        problems.add("events", say("Choose at least one event type; * means all."))
    if len(patterns) > PATTERNS:
        problems.add(
            "events", say("At most {most} patterns; a * in one pattern covers many.", most=PATTERNS)
        )
    for position, pattern in enumerate(patterns[:PATTERNS]):
        fault = pattern_fault(pattern.strip(), source)
        if fault:
            problems.add(f"events.{position}", fault)
    return tuple(dict.fromkeys(pattern.strip() for pattern in patterns))


def pattern_fault(pattern: str, source: Source) -> str | None:
    """What is wrong with a pattern of event types, as a sentence, or None."""
    names = [event.name for event in source.event_types]
    if not 0 < len(pattern) <= PATTERN_LENGTH:
        return say(
            "Give an event type of at most {most} characters; * means all.", most=PATTERN_LENGTH
        )
    if pattern in names or any(match_type(pattern, name) for name in names):
        return None
    known = dict.fromkeys(name for full in names for name in (full, full.partition(".")[0]))
    near = _near(pattern.removesuffix(".*"), list(known), open_ended=source.open_ended)
    if near:
        return say(
            "{source} has no event type {name}. Did you mean {near}?",
            source=source.said(source.label),
            name=pattern,
            near=_either(near),
        )
    if source.open_ended:
        return None
    return say(
        "{source} has no event type {name}. There are: {known}.",
        source=source.said(source.label),
        name=pattern,
        known=", ".join(sorted(known)),
    )


def check_where(problems: Problems, filters: Mapping[str, Any], source: Source | None) -> None:
    """That filters are well-formed, and that the attributes they ask for are ones that the source gives."""
    try:
        check_filters(filters)
    except Invalid as error:
        problems.include(error)
    else:
        if source:
            _check_attributes(problems, filters, source)


def _check_attributes(problems: Problems, filters: Mapping[str, Any], source: Source) -> None:
    known = dict.fromkeys(attribute.name for attribute in source.filterable)
    for field, name in _asked(filters, "filters"):
        if name in known:
            continue
        near = _near(name, list(known), open_ended=source.open_ended)
        if near:
            problems.add(
                field,
                say(
                    "{source} has no attribute {name}. Did you mean {near}?",
                    source=source.said(source.label),
                    name=name,
                    near=_either(near),
                ),
            )
        elif not source.open_ended:
            problems.add(
                field,
                say(
                    "{source} has no attribute {name}. There are: {known}.",
                    source=source.said(source.label),
                    name=name,
                    known=", ".join(sorted(known)),
                ),
            )


def _asked(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every attribute that a filter names, with the dotted name of where it stands."""
    if isinstance(node, Mapping):
        for name, value in node.items():
            if name == "attribute" and isinstance(value, str):
                yield f"{path}.attribute", value
            else:
                yield from _asked(value, f"{path}.{name}")
    elif isinstance(node, list | tuple):
        for position, value in enumerate(node):
            yield from _asked(value, f"{path}.{position}")


def check_expiry(problems: Problems, minutes: int | None) -> None:
    """After how many minutes a subscription's cards are dropped if they were not sent."""
    if minutes is not None and not 0 <= minutes <= LONGEST_EXPIRY:
        problems.add(
            "expiry", say("From 1 to {most} minutes, or 0 for never.", most=LONGEST_EXPIRY)
        )


def check_hold(problems: Problems, seconds: int | None, source: Source | None) -> None:
    """For how many seconds an event that opens something waits for what is added to it."""
    if seconds is not None and not 0 <= seconds <= LONGEST_HOLD:
        problems.add(
            "hold", say("From 1 to {most} seconds, or 0 for not at all.", most=LONGEST_HOLD)
        )
    elif seconds and source and not source.opening:
        problems.add(
            "hold",
            say(
                "{source} does not say which of its events open something: leave it at 0.",
                source=source.said(source.label),
            ),
        )


def check_stale(problems: Problems, choice: str | None) -> None:
    """What becomes of events that are older than what the channel already saw of the same thing."""
    if choice is not None and choice not in get_args(Stale):
        problems.add("stale", one_of(get_args(Stale)))


def one_of(words: Iterable[str]) -> str:
    """That it must be one of some words."""
    return say("One of {words}.", words=", ".join(words))


def _near(name: str, known: Sequence[str], *, open_ended: bool) -> list[str]:
    begun = [it for it in known if it.startswith(name)] if len(name) >= _BEGINNING else []
    # Where other names may exist, only what is almost certainly a slip is taken for one.
    cutoff = _VERY_CLOSE if open_ended else _CLOSE
    return begun[:2] or get_close_matches(name, known, n=2, cutoff=cutoff)


def _either(names: Sequence[str]) -> str:
    """One name or two."""
    first, *others = names
    return say("{first} or {second}", first=first, second=others[0]) if others else first
