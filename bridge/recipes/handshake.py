"""The questions that senders ask before they send, as far as standards and widely used systems agree on them.

CloudEvents' web hooks ask by `OPTIONS`; others POST something that is to come back: a `challenge`, or the code of Azure
Event Grid's own schema.
"""

import re
from typing import Any, Final

import orjson

from bridge.models import InboundRequest
from bridge.source import Handshake

LONGEST: Final = 4096
"""Bytes of a POST that is a question; an event may be longer."""

_ORIGIN: Final = re.compile(r"[\x21-\x7e]{1,253}")
_LONGEST_CODE: Final = 1000
_JSON: Final = {"content-type": "application/json"}


def handshake(request: InboundRequest) -> Handshake | None:
    """The answer to a question, or None where the request is none."""
    if request.method == "OPTIONS":
        return _allowed(request)
    if len(request.body) > LONGEST:
        return None
    if request.header("aeg-event-type") == "SubscriptionValidation":
        return _validated(_read(request))
    return _returned(_read(request)) if b'"challenge"' in request.body else None


def _allowed(request: InboundRequest) -> Handshake | None:
    origin = request.header("webhook-request-origin") or ""
    if not _ORIGIN.fullmatch(origin):
        return None
    # Who sends more than BRIDGE_ENDPOINT_RATE takes is told so then, with the seconds to wait.
    rate = "*"
    return Handshake({"webhook-allowed-origin": origin, "webhook-allowed-rate": rate})


def _validated(given: Any) -> Handshake | None:
    event = given[0] if isinstance(given, list) and given else None
    data = event.get("data") if isinstance(event, dict) else None
    code = data.get("validationCode") if isinstance(data, dict) else None
    return _echo("validationResponse", code)


def _returned(given: Any) -> Handshake | None:
    """A challenge is one by its type, or by standing alone."""
    if not isinstance(given, dict):
        return None
    if given.get("type") == "url_verification" or list(given) == ["challenge"]:
        return _echo("challenge", given.get("challenge"))
    return None


def _echo(name: str, code: Any) -> Handshake | None:
    if not isinstance(code, str) or not 0 < len(code) <= _LONGEST_CODE:
        return None
    return Handshake(_JSON, orjson.dumps({name: code}))


def _read(request: InboundRequest) -> Any:
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None  # it is no question, and whether it is an event is found out next
