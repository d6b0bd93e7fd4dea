"""/api/v1/subscriptions."""

from typing import Any, Literal

from pydantic import Field, SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import Stale, Subscription
from bridge.services import views
from bridge.services.subscriptions import WantedSubscription
from bridge.web.api.wire import Input, answer, nothing, page, read, services, who


class ChannelInput(Input):
    """A place to post to; without `kind` the URL's shape tells it.

    `receipt` is that of a test card there, which only the operator may do without: `POST /connector/channels/check`.
    """

    url: SecretStr
    kind: str | None = None
    receipt: SecretStr | None = None


class NewSubscription(Input):
    """Who wants what, where."""

    endpoint: str
    channel: ChannelInput
    events: tuple[str, ...]
    filters: dict[str, Any] = Field(default_factory=dict)
    presentation: dict[str, Any] = Field(default_factory=dict)
    name: str | None = None
    digest: bool | None = None
    expiry: int | None = None
    hold: int | None = None
    stale: Stale | None = None


class SubscriptionChange(Input):
    """What of a subscription is to change."""

    state: Literal["active", "paused"] | None = None
    channel: ChannelInput | None = None
    events: tuple[str, ...] | None = None
    filters: dict[str, Any] | None = None
    presentation: dict[str, Any] | None = None
    name: str | None = None
    digest: bool | None = None
    expiry: int | None = None
    hold: int | None = None
    stale: Stale | None = None


class NewDryRun(Input):
    """What to hold against the last events of an endpoint."""

    endpoint: str
    events: tuple[str, ...]
    filters: dict[str, Any] = Field(default_factory=dict)


class DryRunChange(Input):
    """What to try other than a subscription's own."""

    events: tuple[str, ...] | None = None
    filters: dict[str, Any] | None = None


async def view(request: Request, subscription: Subscription) -> views.View:
    """A subscription with its sentence."""
    said = await services(request).subscriptions.sentences(subscription)
    return views.subscription(subscription, said[subscription.id])


async def create(request: Request) -> Response:
    """Subscribe a channel to an endpoint."""
    wanted = await read(request, NewSubscription)
    made = await services(request).subscriptions.save(
        who(request),
        WantedSubscription(
            endpoint=wanted.endpoint,
            url=wanted.channel.url,
            kind=wanted.channel.kind,
            events=wanted.events,
            filters=wanted.filters,
            presentation=wanted.presentation,
            name=wanted.name,
            digest=wanted.digest,
            expiry=wanted.expiry,
            hold=wanted.hold,
            stale=wanted.stale,
            receipt=wanted.channel.receipt,
        ),
    )
    return answer(request, await view(request, made), 201)


async def list_(request: Request) -> Response:
    """The subscriptions, newest first; `endpoint` narrows it."""
    part = await services(request).subscriptions.list(
        who(request), page(request, "endpoint"), request.query_params.get("endpoint")
    )
    said = await services(request).subscriptions.sentences(*part.items)
    return answer(request, views.listing(part, lambda it: views.subscription(it, said[it.id])))


async def show(request: Request) -> Response:
    """One subscription."""
    found = await services(request).subscriptions.get(who(request), request.path_params["id"])
    return answer(request, await view(request, found))


async def change(request: Request) -> Response:
    """Change, pause or resume it."""
    wanted = await read(request, SubscriptionChange)
    service = services(request).subscriptions
    name = request.path_params["id"]
    changed = await service.get(who(request), name)
    if wanted.model_fields_set - {"state"}:
        channel = wanted.channel
        changed = await service.update(
            who(request),
            name,
            name=wanted.name,
            url=channel.url if channel else None,
            kind=channel.kind if channel else None,
            events=wanted.events,
            filters=wanted.filters,
            presentation=wanted.presentation,
            digest=wanted.digest,
            expiry=wanted.expiry,
            hold=wanted.hold,
            stale=wanted.stale,
            receipt=channel.receipt if channel else None,
        )
    if wanted.state is not None:
        changed = await service.set_state(who(request), name, wanted.state)
    return answer(request, await view(request, changed))


async def remove(request: Request) -> Response:
    """Remove it."""
    await services(request).subscriptions.remove(who(request), request.path_params["id"])
    return nothing()


async def test(request: Request) -> Response:
    """Send a sample card now, and say what was answered."""
    answered, outcome = await services(request).subscriptions.test(
        who(request), request.path_params["id"]
    )
    return answer(request, views.tested(answered, outcome))


async def dry_run(request: Request) -> Response:
    """Which of an endpoint's last events these event types and filters would have let through."""
    wanted = await read(request, NewDryRun)
    tried = await services(request).dry_runs.run(
        who(request), wanted.endpoint, wanted.events, wanted.filters
    )
    return answer(request, views.dry_run(tried))


async def dry_run_of(request: Request) -> Response:
    """The same for a subscription as it is, or with other event types or filters."""
    wanted = await read(request, DryRunChange)
    tried = await services(request).dry_runs.of_subscription(
        who(request), request.path_params["id"], wanted.events, wanted.filters
    )
    return answer(request, views.dry_run(tried))


routes = (
    Route("/subscriptions", create, methods=["POST"]),
    Route("/subscriptions", list_, methods=["GET"]),
    Route("/subscriptions/dry-run", dry_run, methods=["POST"]),
    Route("/subscriptions/{id}", show, methods=["GET"]),
    Route("/subscriptions/{id}", change, methods=["PATCH"]),
    Route("/subscriptions/{id}", remove, methods=["DELETE"]),
    Route("/subscriptions/{id}/test", test, methods=["POST"]),
    Route("/subscriptions/{id}/dry-run", dry_run_of, methods=["POST"]),
)
