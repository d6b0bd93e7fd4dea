"""/connector/catalog and /connector/endpoints: what there is to subscribe to, and what arrives there."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.models import AttributeValue, Page, Verification
from bridge.pipeline.matching import texts
from bridge.registry import Registry
from bridge.services import views
from bridge.services.access import Principal
from bridge.source import EventType, Source
from bridge.web.api.wire import Input, answer, read, services, who

OFFERED = 200
"""The newest endpoints to choose from."""

SEEN_EVENTS = 100
SEEN_VALUES = 30
"""From how many of the last events values are suggested, and how many for each attribute."""


class DraftEndpoint(Input):
    """What the page makes an endpoint of, as a draft until it is subscribed to."""

    source: str
    name: str
    verification: Verification | None = None


class IssuedSecret(Input):
    """The secret that the external system shows for its webhooks."""

    secret: SecretStr


async def catalog(request: Request) -> Response:
    """The sources, and the endpoints that they may subscribe to."""
    registry: Registry = request.app.state.bridge.registry
    service = services(request).endpoints
    part = await service.list(who(request), Page(OFFERED))
    return answer(
        request,
        {
            "sources": [
                _source(source, who(request))
                for source in sorted(registry.sources.values(), key=lambda it: it.label.casefold())
            ],
            "endpoints": [views.endpoint(record, service) for record in part.items],
        },
    )


async def create(request: Request) -> Response:
    """Make a draft endpoint, with the URL and secret to paste into the external system."""
    wanted = await read(request, DraftEndpoint)
    service = services(request).endpoints
    made = await service.create(
        who(request),
        source=wanted.source,
        name=wanted.name,
        verification=wanted.verification,
        draft=True,
    )
    return answer(request, views.new_endpoint(made, service), 201)


async def show(request: Request) -> Response:
    """One endpoint."""
    service = services(request).endpoints
    return answer(
        request, views.endpoint(await service.get(who(request), request.path_params["id"]), service)
    )


async def credentials(request: Request) -> Response:
    """The URL and the newest secret of an endpoint that they are entitled to."""
    service = services(request).endpoints
    found = await service.get(who(request), request.path_params["id"])
    return answer(request, views.new_endpoint(found, service))


async def set_secret(request: Request) -> Response:
    """Take the secret that the external system made, beside the ones until now for a while."""
    given = await read(request, IssuedSecret)
    service = services(request).endpoints
    changed = await service.add_secret(who(request), request.path_params["id"], given.secret)
    return answer(request, views.endpoint(changed, service), 201)


async def arrivals(request: Request) -> Response:
    """The last webhook that an endpoint took, and the last that it turned away: so that a person sees whether it works."""
    name = request.path_params["id"]
    events = await services(request).events.list(who(request), Page(1), name)
    refusals = await services(request).endpoints.refusals(who(request), name)
    return answer(
        request,
        {
            "event": views.event(events.items[0]) if events.items else None,
            "refusal": views.refusal(refusals[0]) if refusals else None,
        },
    )


async def seen(request: Request) -> Response:
    """The values that each attribute had lately, most recent first, to suggest for filters."""
    part = await services(request).events.list(
        who(request), Page(SEEN_EVENTS), request.path_params["id"]
    )
    return answer(
        request, _seen(attributes for event in part.items for attributes in event.attributes)
    )


def _seen(all_attributes: Iterable[Mapping[str, AttributeValue]]) -> Mapping[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for attributes in all_attributes:
        for name, value in attributes.items():
            found.setdefault(name, {}).update(dict.fromkeys(texts(value)))
    return {name: list(values)[:SEEN_VALUES] for name, values in found.items()}


def _source(source: Source, who: Principal) -> Mapping[str, Any]:
    return {
        "name": source.name,
        "label": source.said(source.label),
        "issuer": source.issuer,
        "may_create": who.may_use_source(source.name),
        "open_ended": source.open_ended,
        "opens": bool(source.opening),
        "setup_steps": [source.said(step) for step in source.setup_steps],
        "setup_url": source.setup_url,
        "groups": [
            {
                "name": name,
                "label": source.said(heading),
                "types": [_event_type(source, kind) for kind in kinds],
            }
            for (name, heading), kinds in groupby(
                sorted(source.event_types, key=_order(source)),
                key=lambda it: (it.group, it.heading),
            )
        ],
        "attributes": [
            {"name": it.name, "label": source.said(it.label), "examples": list(it.examples)}
            for it in source.filterable
        ],
    }


def _order(source: Source) -> Any:
    """Groups in the order in which the source first names them, each with its types together."""
    groups = list(dict.fromkeys(kind.group for kind in source.event_types))
    return lambda kind: groups.index(kind.group)


def _event_type(source: Source, kind: EventType) -> Mapping[str, Any]:
    return {"name": kind.name, "label": source.said(kind.label), "default": kind.default}


routes: Final = (
    Route("/catalog", catalog, methods=["GET"]),
    Route("/endpoints", create, methods=["POST"]),
    Route("/endpoints/{id}", show, methods=["GET"]),
    Route("/endpoints/{id}/credentials", credentials, methods=["GET"]),
    Route("/endpoints/{id}/secrets", set_secret, methods=["POST"]),
    Route("/endpoints/{id}/arrivals", arrivals, methods=["GET"]),
    Route("/endpoints/{id}/seen", seen, methods=["GET"]),
)
