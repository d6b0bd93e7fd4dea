"""Channels as such, before or without a subscription: whether a URL is one's, and whether it takes a card."""

from pydantic import SecretStr

from bridge.cards.card import Card, Paragraph, Span
from bridge.channel import Answer, ChannelKind, Outcome, Verdict
from bridge.errors import NotFound
from bridge.models import Channel, TeamsContext, new_id
from bridge.pipeline.address import NoAddress, check_address, which_kind
from bridge.pipeline.post import Poster
from bridge.registry import Registry
from bridge.services.access import Principal
from bridge.services.administration import AdministrationService
from bridge.services.receipts import Receipts
from bridge.services.validation import Problems
from bridge.texts import say


class ChannelService:
    """Reads the URLs that people paste, and tries channels out."""

    def __init__(
        self,
        registry: Registry,
        poster: Poster,
        administration: AdministrationService,
        receipts: Receipts,
        allowed: tuple[str, ...] = (),
    ) -> None:
        self._registry = registry
        self._poster = poster
        self._administration = administration
        self._receipts = receipts
        self._allowed = allowed

    def read(self, problems: Problems, url: SecretStr, kind: str | None = None) -> Channel:
        """The channel of a URL; what is wrong with it is noted under `channel.url` and `channel.kind`."""
        text = url.get_secret_value().strip()
        found = self._kind(problems, kind, text)
        kinds = (found,) if found else tuple(self._registry.channels.values())
        patterns = self._allowed or tuple(host for one in kinds for host in one.hosts)
        try:
            check_address(text, patterns)
        except NoAddress as error:
            problems.add("channel.url", error.sentence)
        if kind is None and found is None:
            problems.add(
                "channel.url",
                say(
                    "This URL has the shape of no known kind of channel. Copy it again from Teams, or name "
                    "its kind: {known}.",
                    known=", ".join(sorted(self._registry.channels)),
                ),
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
    ) -> tuple[Answer, Outcome, SecretStr | None]:
        """Send a card that says that it arrived, for a channel that has no subscription yet. Raises as `post`.

        With the receipt, where the channel took it.
        """
        place = TeamsContext(tenant=who.tenant or teams.tenant, team_id=teams.team_id)
        answer, outcome = await self.post(channel, _hello(), place)
        taken = outcome.verdict is Verdict.DELIVERED
        return answer, outcome, self.receipt(channel.url) if taken else None

    def receipt(self, url: SecretStr) -> SecretStr:
        """What says that a URL needs no test card any more."""
        return self._receipts.give(url)

    def tried(self, channel: Channel, receipt: SecretStr | None) -> bool:
        """Whether the channel took a test card a short while ago."""
        return self._receipts.holds(receipt, channel.url)

    def handed(self, channel: Channel) -> bool:
        """Whether its URL is, by its shape, one that Teams gives the page, and no person."""
        recognised = which_kind(channel.url.get_secret_value(), self._registry.channels)
        return recognised is not None and self._registry.channels[recognised].handed

    async def post(
        self, channel: Channel, card: Card, teams: TeamsContext
    ) -> tuple[Answer, Outcome]:
        """Send a card now, past the queue, and say what was answered.

        Raises `Forbidden` where an administrator turned connectors off, `NotFound` without the channel's plugin.
        """
        await self._administration.require_connectors(teams)
        kind = self._registry.channels.get(channel.kind)
        if kind is None:
            raise NotFound(say("The plugin of channel kind {kind} is missing.", kind=channel.kind))
        answer = await self._poster.post(channel, kind, kind.encode(card, kind.limit_bytes))
        return answer, kind.judge(answer)

    def _kind(self, problems: Problems, name: str | None, url: str) -> ChannelKind | None:
        if name is None:
            recognised = which_kind(url, self._registry.channels)
            return self._registry.channels[recognised] if recognised else None
        kind = self._registry.channels.get(name)
        if kind is None:
            known = ", ".join(sorted(self._registry.channels))
            problems.add(
                "channel.kind",
                say(
                    "There is no kind of channel {name}. There are: {known}.",
                    name=name,
                    known=known,
                ),
            )
        return kind


def _hello() -> Card:
    text = "A webhook bridge reaches this channel. Cards will appear here once its subscription is saved."
    title = (Span("Test: ", bold=True), Span("this channel is connected"))
    return Card(title, "Test: this channel is connected", text=(Paragraph((Span(text),)),))
