"""What people type, checked: pure, and every fault said in one sentence beside the input's name."""

import re
import secrets
import string
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import SecretStr

from bridge.errors import Invalid
from bridge.models import Stale, Verification
from bridge.pipeline.filters import check_filters, match_type
from bridge.source import Source

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


def check_name(problems: Problems, name: str, field: str = "name") -> str:
    """A name that people read, without the spaces around it."""
    stripped = name.strip()
    if not stripped:
        problems.add(field, "Give it a name that people will recognise.")
    elif len(stripped) > NAME_LENGTH:
        problems.add(
            field, f"{len(stripped)} characters are too many: at most {NAME_LENGTH} fit on a page."
        )
    elif not stripped.isprintable():
        problems.add(field, "A name is one line of text, without control characters.")
    return stripped


def check_secret(problems: Problems, secret: SecretStr, verification: Verification) -> None:
    """A secret that somebody chose for an endpoint."""
    value = secret.get_secret_value()
    if verification == "url":
        if not _URL_SECRET.fullmatch(value):
            problems.add(
                "secret",
                f"It is a part of the URL: use at least {URL_SECRET_LENGTH} letters, digits, - and _, "
                "or leave it out to have one made.",
            )
    elif len(value) < SECRET_LENGTH:
        problems.add(
            "secret",
            f"At least {SECRET_LENGTH} characters are needed; leave it out to have a strong one made.",
        )
    elif value != value.strip() or not value.isprintable():
        problems.add("secret", "It may not begin or end with a space or contain line breaks.")


def check_events(problems: Problems, patterns: Sequence[str], source: Source) -> tuple[str, ...]:
    """The patterns of event types that a subscription wants, each once."""
    if not patterns:
        problems.add("events", "Choose at least one event type; * means all.")
    if len(patterns) > PATTERNS:
        problems.add("events", f"At most {PATTERNS} patterns; a * in one pattern covers many.")
    for position, pattern in enumerate(patterns[:PATTERNS]):
        fault = pattern_fault(pattern.strip(), source)
        if fault:
            problems.add(f"events.{position}", fault)
    return tuple(dict.fromkeys(pattern.strip() for pattern in patterns))


def pattern_fault(pattern: str, source: Source) -> str | None:
    """What is wrong with a pattern of event types, as a sentence, or None."""
    names = [event.name for event in source.event_types]
    if not 0 < len(pattern) <= PATTERN_LENGTH:
        return f"Give an event type of at most {PATTERN_LENGTH} characters; * means all."
    if pattern in names or any(match_type(pattern, name) for name in names):
        return None
    known = dict.fromkeys(name for full in names for name in (full, full.partition(".")[0]))
    near = _near(pattern.removesuffix(".*"), list(known), open_ended=source.open_ended)
    if near:
        return f"{source.label} has no event type {pattern}. Did you mean {_either(near)}?"
    if source.open_ended:
        return None
    return f"{source.label} has no event type {pattern}. There are: {', '.join(sorted(known))}."


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
                field, f"{source.label} has no attribute {name}. Did you mean {_either(near)}?"
            )
        elif not source.open_ended:
            problems.add(
                field,
                f"{source.label} has no attribute {name}. There are: {', '.join(sorted(known))}.",
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
        problems.add("expiry", f"From 1 to {LONGEST_EXPIRY} minutes, or 0 for never.")


def check_hold(problems: Problems, seconds: int | None, source: Source | None) -> None:
    """For how many seconds an event that opens something waits for what is added to it."""
    if seconds is not None and not 0 <= seconds <= LONGEST_HOLD:
        problems.add("hold", f"From 1 to {LONGEST_HOLD} seconds, or 0 for not at all.")
    elif seconds and source and not source.opening:
        problems.add(
            "hold",
            f"{source.label} does not say which of its events open something: leave it at 0.",
        )


def check_stale(problems: Problems, choice: str | None) -> None:
    """What becomes of events that are older than what the channel already saw of the same thing."""
    if choice is not None and choice not in get_args(Stale):
        problems.add("stale", f"One of {', '.join(get_args(Stale))}.")


def _near(name: str, known: Sequence[str], *, open_ended: bool) -> list[str]:
    begun = [it for it in known if it.startswith(name)] if len(name) >= _BEGINNING else []
    # Where other names may exist, only what is almost certainly a slip is taken for one.
    cutoff = _VERY_CLOSE if open_ended else _CLOSE
    return begun[:2] or get_close_matches(name, known, n=2, cutoff=cutoff)


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)
