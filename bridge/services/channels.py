"""Channels as such, before or without a subscription: whether a URL is one's, and whether it takes a card."""

from pydantic import SecretStr

from bridge.cards.card import Card, Paragraph, Span
from bridge.channel import Answer, ChannelKind, Outcome
from bridge.errors import NotFound
from bridge.models import Channel, TeamsContext, new_id
from bridge.pipeline.address import check_address, which_kind
from bridge.pipeline.post import Poster
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.administration import AdministrationService
from bridge.services.validation import Problems


class ChannelService:
    """Reads the URLs that people paste, and tries channels out."""

    def __init__(
        self,
        registry: Registry,
        poster: Poster,
        administration: AdministrationService,
        allowed: tuple[str, ...] = (),
    ) -> None:
        self._registry = registry
        self._poster = poster
        self._administration = administration
        self._allowed = allowed

    def read(self, problems: Problems, url: SecretStr, kind: str | None = None) -> Channel:
        """The channel of a URL; what is wrong with it is noted under `channel.url` and `channel.kind`."""
        text = url.get_secret_value().strip()
        found = self._kind(problems, kind, text)
        kinds = (found,) if found else tuple(self._registry.channels.values())
        patterns = self._allowed or tuple(host for one in kinds for host in one.hosts)
        try:
            check_address(text, patterns)
        except ValueError as error:
            problems.add("channel.url", str(error))
        if kind is None and found is None:
            problems.add(
                "channel.url",
                "This URL has the shape of no known kind of channel. Copy it again from Teams, or name "
                f"its kind: {', '.join(sorted(self._registry.channels))}.",
            )
        return Channel(id=new_id("ch"), kind=found.name if found else "", url=SecretStr(text))

    def given(self, url: SecretStr, kind: str | None = None) -> Channel:
        """The channel of a URL. Raises `Invalid`."""
        problems = Problems()
        channel = self.read(problems, url, kind)
        problems.settle()
        return channel

    async def greet(
        self, who: Principal, channel: Channel, teams: TeamsContext
    ) -> tuple[Answer, Outcome]:
        """Send a card that says that it arrived, for a channel that has no subscription yet. Raises as `post`."""
        place = TeamsContext(tenant=who.tenant or teams.tenant, team_id=teams.team_id)
        return await self.post(channel, _hello(), place)

    async def post(
        self, channel: Channel, card: Card, teams: TeamsContext
    ) -> tuple[Answer, Outcome]:
        """Send a card now, past the queue, and say what was answered.

        Raises `Forbidden` where an administrator turned connectors off, `NotFound` without the channel's plugin.
        """
        await self._administration.require_connectors(teams)
        kind = self._registry.channels.get(channel.kind)
        if kind is None:
            raise NotFound(f"The plugin of channel kind {channel.kind} is missing.")
        answer = await self._poster.post(channel, kind, kind.encode(card, kind.limit_bytes))
        return answer, kind.judge(answer)

    def _kind(self, problems: Problems, name: str | None, url: str) -> ChannelKind | None:
        if name is None:
            recognised = which_kind(url, self._registry.channels)
            return self._registry.channels[recognised] if recognised else None
        kind = self._registry.channels.get(name)
        if kind is None:
            known = ", ".join(sorted(self._registry.channels)) or "none"
            problems.add("channel.kind", f"There is no kind of channel {name}. There are: {known}.")
        return kind


def _hello() -> Card:
    text = "A webhook bridge reaches this channel. Cards will appear here once its subscription is saved."
    title = (Span("Test: ", bold=True), Span("this channel is connected"))
    return Card(title, "Test: this channel is connected", text=(Paragraph((Span(text),)),))
