"""What the bridge is compared with: small handlers that keep nothing, on the same server, as one would write them.

`accept` checks and answers; `forward` checks, makes the card and posts it before it answers. Both are factories for
uvicorn, and read `BENCH_DOORS`: a JSON file with the secret and the channel of each endpoint.
"""

import hashlib
import hmac
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import aiohttp
import jinja2
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Doors: TypeAlias = dict[str, dict[str, str]]

CARD: Final = """\
{
  "@type": "MessageCard",
  "@context": "https://schema.org/extensions",
  "summary": {{ title | tojson }},
  "themeColor": "2DA44E",
  "title": {{ title | tojson }},
  "text": {{ (issue.body or "") | truncate(500) | tojson }},
  "sections": [{
    "activityTitle": {{ repository.full_name | tojson }},
    "activityImage": {{ sender.avatar_url | tojson }},
    "facts": [
      {%- if issue.assignees %}
      {"name": "Assigned to", "value": {{ issue.assignees | map(attribute="login") | join(", ") | tojson }}},
      {%- endif %}
      {"name": "Labels", "value": {{ issue.labels | map(attribute="name") | join(", ") | tojson }}}
    ]
  }],
  "potentialAction": [{
    "@type": "OpenUri",
    "name": "View issue",
    "targets": [{"os": "default", "uri": {{ issue.html_url | tojson }}}]
  }]
}
"""


def accept() -> Starlette:
    """Reads the body, checks the HMAC, parses the JSON with Python's `json`, answers 202."""
    return _accepting(json.loads)


def accept_orjson() -> Starlette:
    """The same with orjson, which the bridge uses."""
    return _accepting(orjson.loads)


def forward() -> Starlette:
    """Checks the HMAC, parses, renders a MessageCard, and posts it with a shared aiohttp session before it answers."""
    return _forwarding(json.loads, jinja2.Environment(autoescape=False))  # noqa: S701  # it is JSON, and `tojson` escapes


def forward_orjson() -> Starlette:
    """The same with orjson for parsing and for escaping."""
    templates = jinja2.Environment(autoescape=False)  # noqa: S701  # as above
    templates.policies["json.dumps_function"] = lambda value, **_: orjson.dumps(value).decode()
    return _forwarding(orjson.loads, templates)


def _accepting(loads: Callable[[bytes], Any]) -> Starlette:
    doors = _doors()

    async def receive(request: Request) -> Response:
        body = await request.body()
        if not _signed(doors, request, body):
            return Response(status_code=401)
        loads(body)
        return Response(status_code=202)

    return Starlette(
        routes=[Route("/hooks/{endpoint}", receive, methods=["POST"]), Route("/readyz", _ready)]
    )


def _forwarding(loads: Callable[[bytes], Any], templates: jinja2.Environment) -> Starlette:
    doors = _doors()
    card = templates.from_string(CARD)

    async def receive(request: Request) -> Response:
        body = await request.body()
        if not _signed(doors, request, body):
            return Response(status_code=401)
        payload = loads(body)
        issue, sender = payload["issue"], payload["sender"]["login"]
        title = f"{sender} {payload['action']} issue #{issue['number']}: {issue['title']}"
        rendered = card.render(payload, title=title).encode()
        channel = doors[request.path_params["endpoint"]]["channel"]
        session: aiohttp.ClientSession = request.app.state.session
        async with session.post(
            channel, data=rendered, headers={"content-type": "application/json"}
        ) as answer:
            taken = answer.ok and (await answer.text()).isdigit()
        return Response(status_code=202 if taken else 502)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as app.state.session:
            yield

    return Starlette(
        routes=[Route("/hooks/{endpoint}", receive, methods=["POST"]), Route("/readyz", _ready)],
        lifespan=lifespan,
    )


async def _ready(_: Request) -> Response:
    return Response()


def _signed(doors: Doors, request: Request, body: bytes) -> bool:
    secret = doors[request.path_params["endpoint"]]["secret"].encode()
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", ""))


def _doors() -> Doors:
    doors: Doors = json.loads(Path(os.environ["BENCH_DOORS"]).read_bytes())
    return doors
