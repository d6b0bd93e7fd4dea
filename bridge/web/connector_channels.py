"""/connector/channels and …/move: is a pasted URL a channel's, does it take a test card, and going there."""

from typing import Final

from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import TeamsContext
from bridge.pipeline.address import mask
from bridge.services import views
from bridge.web.api.subscriptions import view
from bridge.web.api.wire import Input, answer, read, services, who


class PastedUrl(Input):
    """A webhook's URL, where it was pasted, and whether to send a test card there."""

    url: SecretStr
    kind: str | None = None
    test: bool = False
    tenant: str | None = Field(default=None, max_length=100)
    team_id: str | None = Field(default=None, max_length=300)


class NewPlace(Input):
    """Where a subscription is to post from now on."""

    url: SecretStr


async def check(request: Request) -> Response:
    """What kind of channel the URL is of, and what it said to a test card, if one was asked for; with the receipt, if it took it."""
    given = await read(request, PastedUrl)
    service = services(request).channels
    channel = service.given(given.url, given.kind)
    tested = receipt = None
    if given.test:
        place = TeamsContext(tenant=given.tenant, team_id=given.team_id)
        answered, outcome, receipt = await service.greet(who(request), channel, place)
        tested = views.tested(answered, outcome)
    shown = {
        "kind": channel.kind,
        "url": mask(channel.url.get_secret_value()),
        "tested": tested,
        "receipt": receipt.get_secret_value() if receipt else None,
    }
    return answer(request, shown)


async def move(request: Request) -> Response:
    """Move a subscription to another URL, once that took a test card."""
    given = await read(request, NewPlace)
    (moved,) = await services(request).moves.move(
        who(request), request.path_params["id"], given.url
    )
    return answer(request, await view(request, moved.subscription))


routes: Final = (
    Route("/channels/check", check, methods=["POST"]),
    Route("/subscriptions/{id}/move", move, methods=["POST"]),
)
