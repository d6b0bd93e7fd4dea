"""Pressing a card's button as Teams does: the inputs go into the body, and a token says who pressed."""

import json
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Any, Final

import aiohttp
import orjson
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.cards.html import message_card_html
from bridge.errors import Conflict, Invalid, NotFound
from bridge.sandbox.issuer import STS
from bridge.sandbox.teams import teams_of

LONGEST: Final = aiohttp.ClientTimeout(total=20)


async def discovery(request: Request) -> Response:
    """The issuer's OpenID configuration."""
    issuer = teams_of(request).issuer
    return JSONResponse({"issuer": issuer.name, "jwks_uri": f"{issuer.origin}{STS}/keys"})


async def keys(request: Request) -> Response:
    """The issuer's keys, without their private parts."""
    return JSONResponse(KeySet([teams_of(request).issuer.key]).as_dict(private=False))


async def press(request: Request) -> Response:
    """Press a button of a card in a channel: which one, by its place in the card, and what was entered."""
    teams = teams_of(request)
    wanted = orjson.loads(await request.body())
    post = next((one for one in teams.feed.posts() if one["id"] == wanted.get("post")), None)
    if post is None or not isinstance(wanted.get("inputs"), dict):
        raise NotFound("The channel does not show this card any more.")
    action = _action(post["payload"], wanted.get("path"))
    target = str(action.get("target"))
    if not target.startswith(f"{teams.origin}/"):
        raise Conflict("The sandbox presses only the buttons of its own bridge.")
    headers = {
        "Authorization": f"Bearer {teams.issuer.token()}",
        "Action-Request-Id": token_hex(16),
        "Content-Type": str(action.get("bodyContentType") or "application/json"),
    }
    async with (
        aiohttp.ClientSession(timeout=LONGEST) as session,
        session.post(
            target, data=filled(str(action.get("body", "")), wanted["inputs"]), headers=headers
        ) as answer,
    ):
        body = await answer.read()
        said = answer.headers.get("CARD-ACTION-STATUS", "")
        updates = answer.headers.get("CARD-UPDATE-IN-BODY") == "true"
    if updates:
        payload = orjson.loads(body)
        teams.feed.change(post["id"], payload, message_card_html(payload))
    return JSONResponse({"status": answer.status, "said": said, "updated": updates})


def filled(body: str, inputs: Mapping[str, Any]) -> bytes:
    """The body with what was entered in its places, escaped as JSON wants it."""
    for name, value in inputs.items():
        body = body.replace(f"{{{{{name}.value}}}}", json.dumps(str(value))[1:-1])
    return body.encode()


def _action(card: Any, path: Any) -> Mapping[str, Any]:
    """The HttpPOST at a path: the numbers of a button and, in an ActionCard, of the one in it. Raises `Invalid`."""
    found: Any = {"actions": list(_buttons(card))}
    for number in path if isinstance(path, list) else ():
        actions = found.get("actions") if isinstance(found, Mapping) else None
        if (
            not isinstance(actions, list)
            or not isinstance(number, int)
            or not 0 <= number < len(actions)
        ):
            break
        found = actions[number]
    if not isinstance(found, Mapping) or found.get("@type") != "HttpPOST":
        raise Invalid({"path": "There is no such button on this card."})
    return found


def _buttons(card: Any) -> Iterator[Any]:
    """All of a card's, the message's own after those of its sections, as the page counts them."""
    if isinstance(card, Mapping):
        sections = card.get("sections")
        for holder in (*(sections if isinstance(sections, list) else ()), card):
            actions = holder.get("potentialAction") if isinstance(holder, Mapping) else None
            yield from actions if isinstance(actions, list) else ()


routes: Final = (
    Route(f"{STS}/openid-configuration", discovery),
    Route(f"{STS}/keys", keys),
    Route("/teams/press", press, methods=["POST"]),
)
"""The simulated Teams' issuer, and its buttons."""
