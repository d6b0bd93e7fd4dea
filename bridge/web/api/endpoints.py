"""/api/v1/endpoints."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import Verification
from bridge.services import views
from bridge.services.acting import WantedActing
from bridge.services.endpoints import OVERLAP
from bridge.web.api.wire import Input, answer, nothing, page, read, services, who


class NewEndpoint(Input):
    """What an endpoint is made of. A secret that is not given is made."""

    source: str
    name: str
    secret: SecretStr | None = None
    config: dict[str, Any] = Field(default_factory=dict)
    verification: Verification | None = None


class EndpointChange(Input):
    """What of an endpoint is to change."""

    name: str | None = None
    config: dict[str, Any] | None = None


class ActingChange(Input):
    """What of who may act, and as whom, is to change; an empty `site` or `user` takes it away."""

    who: Literal["nobody", "people", "channel"] | None = None
    people: tuple[SecretStr, ...] | None = None
    site: str | None = None
    user: str | None = None
    token: SecretStr | None = None


class NewSecret(Input):
    """A secret to rotate in; `overlap` in seconds is how long the others stay valid."""

    secret: SecretStr | None = None
    overlap: float = OVERLAP.total_seconds()


async def create(request: Request) -> Response:
    """Make an endpoint; the secret is shown this once."""
    wanted = await read(request, NewEndpoint)
    service = services(request).endpoints
    made = await service.create(
        who(request),
        source=wanted.source,
        name=wanted.name,
        secret=wanted.secret,
        config=wanted.config,
        verification=wanted.verification,
    )
    return answer(request, views.new_endpoint(made, service), 201)


async def list_(request: Request) -> Response:
    """The endpoints, newest first."""
    service = services(request).endpoints
    part = await service.list(who(request), page(request))
    return answer(request, views.listing(part, lambda record: views.endpoint(record, service)))


async def show(request: Request) -> Response:
    """One endpoint."""
    service = services(request).endpoints
    found = await service.get(who(request), request.path_params["id"])
    return answer(request, views.endpoint(found, service))


async def change(request: Request) -> Response:
    """Rename or configure it."""
    wanted = await read(request, EndpointChange)
    service = services(request).endpoints
    changed = await service.update(
        who(request), request.path_params["id"], name=wanted.name, config=wanted.config
    )
    return answer(request, views.endpoint(changed, service))


async def remove(request: Request) -> Response:
    """Remove it with its subscriptions and events."""
    await services(request).endpoints.remove(who(request), request.path_params["id"])
    return nothing()


async def add_secret(request: Request) -> Response:
    """Rotate; the new secret is shown this once."""
    wanted = await read(request, NewSecret)
    service = services(request).endpoints
    changed = await service.add_secret(
        who(request),
        request.path_params["id"],
        wanted.secret,
        timedelta(seconds=wanted.overlap),
    )
    return answer(request, views.new_endpoint(changed, service), 201)


async def remove_secret(request: Request) -> Response:
    """End a secret at once."""
    await services(request).endpoints.remove_secret(
        who(request), request.path_params["id"], request.path_params["secret"]
    )
    return nothing()


async def act(request: Request) -> Response:
    """Say who may do things from its cards, and as whom."""
    wanted = await read(request, ActingChange)
    service = services(request).endpoints
    endpoint = await service.get(who(request), request.path_params["id"])
    changed = await services(request).acting.change(
        who(request), endpoint, WantedActing(**dict(wanted))
    )
    return answer(request, views.endpoint(changed, service))


async def refused(request: Request) -> Response:
    """The last webhooks that it turned away, and why."""
    found = await services(request).endpoints.refusals(who(request), request.path_params["id"])
    return answer(request, {"items": [views.refusal(record) for record in found], "next": None})


routes = (
    Route("/endpoints", create, methods=["POST"]),
    Route("/endpoints", list_, methods=["GET"]),
    Route("/endpoints/{id}", show, methods=["GET"]),
    Route("/endpoints/{id}", change, methods=["PATCH"]),
    Route("/endpoints/{id}", remove, methods=["DELETE"]),
    Route("/endpoints/{id}/secrets", add_secret, methods=["POST"]),
    Route("/endpoints/{id}/secrets/{secret}", remove_secret, methods=["DELETE"]),
    Route("/endpoints/{id}/acting", act, methods=["PATCH"]),
    Route("/endpoints/{id}/refused", refused, methods=["GET"]),
)
