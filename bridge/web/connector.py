"""The configuration page's calls, /connector/*: a thin face of the services, for the operator and the invited."""

from typing import Final, Self

from pydantic import Field, SecretStr, model_validator
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bridge.errors import NotFound
from bridge.models import TeamsContext
from bridge.services.subscriptions import WantedSubscription
from bridge.texts import say
from bridge.web import (
    connector_channels,
    connector_endpoints,
    connector_preview,
    connector_recent,
    connector_switches,
    connector_tabs,
    pages,
)
from bridge.web.api import Authenticated
from bridge.web.api.subscriptions import NewSubscription, view
from bridge.web.api.wire import Input, answer, nothing, read, services, who


class TeamsHints(Input):
    """What Teams told the page of the place it was opened in: hints, which a hostile host could fake."""

    app_type: str | None = Field(default=None, max_length=100)
    team: str | None = Field(default=None, max_length=300)
    channel: str | None = Field(default=None, max_length=300)
    tenant: str | None = Field(default=None, max_length=100)
    user_object_id: SecretStr | None = Field(default=None, max_length=200)
    team_id: str | None = Field(default=None, max_length=300)
    tab: str | None = Field(default=None, max_length=100)


class PageChannel(Input):
    """A place to post to: by its URL, or as the place of a subscription (`of`), since the page is shown no URL again.

    A URL that a person pasted comes with the `receipt` of a test card there.
    """

    url: SecretStr | None = None
    receipt: SecretStr | None = None
    kind: str | None = None
    of: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.url is None) is (self.of is None):
            raise ValueError(
                say("Give the channel's URL, or the subscription whose channel it is.")
            )
        return self


class PageSubscription(NewSubscription):
    """Who wants what, where, as the page says it."""

    channel: PageChannel  # type: ignore[assignment]  # the page can say it in one more way than the API
    teams: TeamsHints = Field(default_factory=TeamsHints)

    def wanted(
        self, url: SecretStr, kind: str | None, receipt: SecretStr | None
    ) -> WantedSubscription:
        """As the service takes it, with the channel found."""
        hints = self.teams
        return WantedSubscription(
            endpoint=self.endpoint,
            url=url,
            kind=kind,
            events=self.events,
            filters=self.filters,
            presentation=self.presentation,
            name=self.name,
            digest=self.digest,
            expiry=self.expiry,
            hold=self.hold,
            stale=self.stale,
            pasted=hints.tab is not None,
            receipt=receipt,
            teams=TeamsContext(
                app_type=hints.app_type,
                team=hints.team,
                channel=hints.channel,
                tenant=hints.tenant,
                user_object_id=hints.user_object_id,
                team_id=hints.team_id,
                tab=hints.tab,
            ),
        )


async def create(request: Request) -> Response:
    """Subscribe a channel; the id is made here."""
    given = await read(request, PageSubscription)
    made = await services(request).subscriptions.save(who(request), await _wanted(request, given))
    return answer(request, await view(request, made), 201)


async def save(request: Request) -> Response:
    """Subscribe a channel under an id that the page made up, or change what stands under it: the same twice is once."""
    given = await read(request, PageSubscription)
    saved = await services(request).subscriptions.save(
        who(request), await _wanted(request, given), request.path_params["id"]
    )
    return answer(request, await view(request, saved))


async def show(request: Request) -> Response:
    """One subscription, and its source, to fill in the page with."""
    found = await services(request).subscriptions.get(who(request), request.path_params["id"])
    shown = await view(request, found)
    try:
        endpoint = await services(request).endpoints.get(who(request), found.endpoint_id)
    except NotFound:
        return answer(request, {**shown, "source": None})
    return answer(request, {**shown, "source": endpoint.source})


async def _wanted(request: Request, given: PageSubscription) -> WantedSubscription:
    channel = given.channel
    if channel.url is not None:
        return given.wanted(channel.url, channel.kind, channel.receipt)
    there = await services(request).subscriptions.get(who(request), channel.of or "")
    receipt = services(request).channels.receipt(there.channel.url)  # cards go there already
    return given.wanted(there.channel.url, there.channel.kind, receipt)


async def remove(request: Request) -> Response:
    """Remove it."""
    await services(request).subscriptions.remove(who(request), request.path_params["id"])
    return nothing()


routes: Final[tuple[BaseRoute, ...]] = (
    *pages.routes,
    Mount(
        "/connector",
        routes=[
            *connector_endpoints.routes,
            *connector_preview.routes,
            *connector_recent.routes,
            *connector_switches.routes,
            *connector_channels.routes,
            *connector_tabs.routes,
            Route("/subscriptions", create, methods=["POST"]),
            Route("/subscriptions/{id}", show, methods=["GET"]),
            Route("/subscriptions/{id}", save, methods=["PUT"]),
            Route("/subscriptions/{id}", remove, methods=["DELETE"]),
        ],
        middleware=[Middleware(Authenticated)],
    ),
)
