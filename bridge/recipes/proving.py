"""The settings of a verification, as people write them, checked."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, get_args

from bridge.recipes.expressions import HEADER, HEADER_NAME
from bridge.recipes.verification import (
    BODY,
    SCHEMES,
    TIMESTAMP,
    Scheme,
    Verification,
    header_of,
)
from bridge.signatures import Algorithm, Encoding

OLD_NAME: Final = "hmac-sha256"
"""What the usual scheme was called before others were; its `prefix` is `sha256=` whatever its header."""

LONGEST_TOLERANCE: Final = 24 * 60 * 60
"""Seconds."""

SETTINGS: Final[Mapping[Scheme, tuple[str, ...]]] = {
    "hmac": (
        *("algorithm", "header", "prefix", "encoding", "signed"),
        *("signature", "timestamp", "tolerance"),
    ),
    "standard-webhooks": (),
    "token": ("header", "prefix"),
    "basic": (),
    "none": (),
}
"""What each scheme can be told."""
_PIECES: Final = re.compile(r"(\{[^{}]*\})")
_FIELD: Final = re.compile(r"[A-Za-z0-9_-]{1,50}")
_LONGEST: Final = 200


def read_verification(given: Any, where: str, problems: dict[str, str]) -> Verification:
    """The verification that is described; every fault of it is added to `problems`, by its dotted name."""
    if not isinstance(given, Mapping):
        problems[where] = 'Must be an object such as {"scheme": "token", "header": "X-Token"}.'
        return Verification()
    name = given.get("scheme", OLD_NAME)
    scheme = "hmac" if name == OLD_NAME else name
    if scheme not in SCHEMES:
        problems[f"{where}.scheme"] = f"Must be one of {', '.join(SCHEMES)}."
        return Verification()
    settings = {setting: value for setting, value in given.items() if setting != "scheme"}
    found = {
        f"{where}.{setting}": sentence
        for setting, value in settings.items()
        if (sentence := _fault(scheme, setting, value))
    }
    made = Verification() if found else _made(scheme, settings, old=name == OLD_NAME)
    found.update(_contradictions(made, where))
    problems.update(found)
    return made


def _made(scheme: Scheme, settings: Mapping[str, Any], *, old: bool) -> Verification:
    given = dict(settings)
    if scheme == "token":
        given = {"header": "Authorization", "prefix": "", **given}
    elif "header" in given and not old:
        given = {"prefix": "", **given}
    if "signed" in given:
        given["signed"] = tuple(filter(None, _PIECES.split(given["signed"])))
    return Verification(scheme=scheme, **given)


def _contradictions(made: Verification, where: str) -> dict[str, str]:
    problems = {}
    if TIMESTAMP in made.signed and made.timestamp is None:
        problems[f"{where}.timestamp"] = f"Say where the {TIMESTAMP} that is signed stands."
    in_list = made.timestamp is not None and not made.timestamp.startswith(HEADER)
    if in_list and made.signature is None:
        problems[f"{where}.signature"] = (
            f"Say which field has the signatures: with {made.timestamp} the header is a list of fields."
        )
    return problems


def _fault(scheme: Scheme, setting: str, value: Any) -> str | None:
    """What is wrong with a setting, if anything is."""
    known = SETTINGS[scheme]
    if setting not in known:
        there_are = f"It has {', '.join(known)}." if known else "It has none."
        return f"The scheme {scheme} has no such setting. {there_are}"
    return _CHECKS[setting](value)


def _one_of(known: tuple[str, ...]) -> Callable[[Any], str | None]:
    return lambda value: None if value in known else f"Must be one of {', '.join(known)}."


def _header_fault(value: Any) -> str | None:
    return None if _matches(HEADER_NAME, value) else "Must be a header's name."


def _prefix_fault(value: Any) -> str | None:
    fits = isinstance(value, str) and len(value) <= _LONGEST
    return None if fits else f"Must be text of at most {_LONGEST} characters."


def _signed_fault(value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return f"Must be text of at most {_LONGEST} characters."
    pieces = _PIECES.split(value)
    for piece in pieces[1::2]:
        named = piece.startswith("{header:") and HEADER_NAME.fullmatch(header_of(piece))
        if piece not in {BODY, TIMESTAMP} and not named:
            return f"{piece} is not known: there are {BODY}, {TIMESTAMP} and {{header:X-Name}}."
    if BODY not in pieces:
        return f"Must contain {BODY}: what is not signed is not proved."
    return None


def _signature_fault(value: Any) -> str | None:
    fits = _matches(_FIELD, value)
    return None if fits else "Must be a field's name in a header such as t=…,v1=…."


def _timestamp_fault(value: Any) -> str | None:
    if isinstance(value, str) and value.startswith(HEADER):
        fits = _matches(HEADER_NAME, value.removeprefix(HEADER))
    else:
        fits = _matches(_FIELD, value)
    return None if fits else f"Must be a field's name in the header, or {HEADER}X-Name."


def _tolerance_fault(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool)
    fits = fits and 1 <= value <= LONGEST_TOLERANCE
    return None if fits else f"Must be 1 to {LONGEST_TOLERANCE} seconds."


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


_CHECKS: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "algorithm": _one_of(get_args(Algorithm)),
    "header": _header_fault,
    "prefix": _prefix_fault,
    "encoding": _one_of(get_args(Encoding)),
    "signed": _signed_fault,
    "signature": _signature_fault,
    "timestamp": _timestamp_fault,
    "tolerance": _tolerance_fault,
}
