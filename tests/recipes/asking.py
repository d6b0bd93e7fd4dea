"""What the tests of descriptions share: webhooks, and expressions that are asked of them."""

import json
from typing import Any

from bridge.models import InboundRequest
from bridge.recipes.expressions import Scope, compiled
from bridge.recipes.metering import Meter


def request(body: Any, kind: str = "application/json", **headers: str) -> InboundRequest:
    """A webhook; a body that is neither bytes nor text is sent as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, str):
        body = body.encode()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return InboundRequest({"content-type": kind, **named}, raw)


def find(text: str, value: Any, whole: Any = None, **headers: str) -> Any:
    """What an expression gives."""
    asked = request({}, **headers)
    return compiled(text).find(Scope(value, value if whole is None else whole, asked, Meter()))
