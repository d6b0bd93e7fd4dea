"""Moves subscriptions to another channel, as from a connector that Teams switched off to a workflow."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bridge.channel import Outcome, Verdict
from bridge.errors import NotFound, NotTaken
from bridge.models import Channel, Subscription
from bridge.services.access import Principal
from bridge.services.channels import ChannelService
from bridge.services.previews import PreviewService
from bridge.services.subscriptions import SubscriptionService
from bridge.store.port import Store
from bridge.texts import say


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one subscription. `before` and `after` are its channels; `after`'s id counts only where it was moved.

    `tested` is what the new channel said to the test card, None without one. `moved` is False where it was there
    already, and where nothing was to be done.
    """

    subscription: Subscription
    before: Channel
    after: Channel
    moved: bool
    tested: Outcome | None = None


class MoveService:
    """Moves one subscription, or all of a channel."""

    def __init__(
        self,
        store: Store,
        channels: ChannelService,
        subscriptions: SubscriptionService,
        previews: PreviewService,
    ) -> None:
        self._store = store
        self._channels = channels
        self._subscriptions = subscriptions
        self._previews = previews

    async def move(
        self, who: Principal, name: str, url: SecretStr, *, test: bool = True, dry_run: bool = False
    ) -> tuple[Moved, ...]:
        """Let a subscription, or every one of a channel that they may change, post to another URL; pending cards go along.

        With `test` the new channel has to take one test card before anything is moved. `dry_run` checks and does nothing.
        Raises `NotFound`, `Invalid`, `NotTaken`, `Forbidden`.
        """
        found = await self._found(who, name)
        after = self._channels.given(url)
        away = [it for it in found if not _same(it.channel, after)]
        tested = await self._test(away[0], after) if away and test and not dry_run else None
        return tuple(
            [
                await self._move(who, it, after, tested)
                if it in away and not dry_run
                else Moved(it, it.channel, after, moved=False)
                for it in found
            ]
        )

    async def _found(self, who: Principal, name: str) -> Sequence[Subscription]:
        if not name.startswith("ch_"):
            return (await self._subscriptions.get(who, name),)
        every = await self._store.subscriptions.of_channel(name)
        found = [it for it in every if who.may_change(it)]
        if not found:
            raise NotFound(
                say("No subscription posts to {name}; it may have been moved already.", name=name)
            )
        return found

    async def _test(self, subscription: Subscription, after: Channel) -> Outcome:
        endpoint = await self._store.endpoints.get(subscription.endpoint_id)
        card = self._previews.test_card(subscription, endpoint)
        _, outcome = await self._channels.post(after, card, subscription.teams)
        if outcome.verdict is not Verdict.DELIVERED:
            raise NotTaken(
                say("Nothing was moved: the test card did not arrive. {why}", why=outcome.reason)
            )
        return outcome

    async def _move(
        self, who: Principal, it: Subscription, after: Channel, tested: Outcome | None
    ) -> Moved:
        receipt = self._channels.receipt(after.url)  # tried out here, or on purpose not
        now = await self._subscriptions.update(who, it.id, url=after.url, receipt=receipt)
        return Moved(now, it.channel, now.channel, moved=True, tested=tested)


def _same(one: Channel, other: Channel) -> bool:
    return one.kind == other.kind and one.url == other.url
