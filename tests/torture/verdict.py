"""Whether the bridge kept its promises: a pure judgement over what was sent and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

UNANSWERED: Final = frozenset({502, 504})
"""Statuses of something between, which does not know whether the card arrived."""

INTERRUPTED: Final = "interrupted"
"""The outcome of an attempt whose process ended before the answer was recorded."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery, as the API shows it. `status` is None where no answer was seen."""

    outcome: str
    status: int | None

    @property
    def explains(self) -> bool:
        """Whether the card may be in the channel although this try did not end it."""
        if self.outcome == INTERRUPTED:
            return True
        return self.outcome == "retry" and (self.status is None or self.status in UNANSWERED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One card owed, as the API shows it. `attempts` may be left out where nothing has to be explained.

    `digest` names the card that it was delivered in together with others.
    """

    channel: str
    card: str
    state: str
    reason: str | None = None
    attempts: tuple[Attempt, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What was sent and what came of it.

    `sent`: webhooks by endpoint, in the order of sending. `committed`: the webhooks that the bridge kept, in the order
    of their commits. `wanted`: the cards of each webhook as (channel, card), one that two subscriptions want twice.
    `rejected`: the cards that their channels do not accept. `received`: what each channel took, in order. `together`: what
    came in one card, as (channel, cards), however it was merged.
    """

    sent: Mapping[str, Sequence[str]]
    acknowledged: Collection[str]
    committed: Sequence[str]
    wanted: Mapping[str, Sequence[tuple[str, str]]]
    rejected: Collection[tuple[str, str]]
    received: Mapping[str, Sequence[str]]
    deliveries: Sequence[Delivery]
    together: Collection[tuple[str, frozenset[str]]] = ()

    def owed(self) -> dict[str, list[str]]:
        """The cards of each channel in the order in which it is to get them, rejected ones included."""
        owed = defaultdict(list)
        for webhook in self.committed:
            for channel, card in self.wanted.get(webhook, ()):
                owed[channel].append(card)
        return owed


def repeats(story: Story) -> dict[tuple[str, str], int]:
    """How often each card, as (channel, card), arrived more often than it was owed."""
    owed = Counter((channel, card) for channel, cards in story.owed().items() for card in cards)
    arrived = Counter(
        (channel, card) for channel, cards in story.received.items() for card in cards
    )
    return {one: count - owed[one] for one, count in arrived.items() if count > owed[one] > 0}


def judge(story: Story) -> tuple[str, ...]:
    """What is wrong with a story that has ended, nothing being pending any more: words that name webhook or card."""
    return (*_kept(story), *_arrived(story), *_recorded(story), *unexplained(story))


def judge_merged(story: Story, groups: Mapping[str, str]) -> tuple[str, ...]:
    """What is wrong where cards may come in digests, which keep the order within each group.

    `groups` are the groups of all cards. When a card comes the first time is what counts: a digest that is repeated
    may have more in it.
    """
    return (
        *_kept(story),
        *_merged(story, groups),
        *_recorded(story),
        *_together(story),
        *unexplained(story),
    )


def _kept(story: Story) -> Iterator[str]:
    """Every acknowledged webhook is kept, once, in the order of sending; and no other."""
    times = Counter(story.committed)
    yield from (
        f"{one}: acknowledged, but not kept" for one in story.acknowledged if not times[one]
    )
    yield from (f"{one}: kept {count} times" for one, count in times.items() if count > 1)
    sent = {one: endpoint for endpoint, webhooks in story.sent.items() for one in webhooks}
    yield from (f"{one}: kept, but never sent" for one in times if one not in sent)
    by_endpoint = defaultdict(list)
    for one in story.committed:
        by_endpoint[sent.get(one)].append(one)
    for endpoint, webhooks in story.sent.items():
        kept = [one for one in webhooks if times[one]]
        yield from _order(endpoint, kept, by_endpoint[endpoint])


def _arrived(story: Story) -> Iterator[str]:
    """Each channel got its cards and no others, in order; a repeat directly follows its own card."""
    owed = story.owed()
    for channel in sorted({*owed, *story.received}):
        due = [card for card in owed.get(channel, ()) if (channel, card) not in story.rejected]
        got = story.received.get(channel, ())
        wanted, arrived = Counter(due), Counter(got)
        yield from (f"{channel}: {card} is foreign" for card in arrived if not wanted[card])
        yield from (
            f"{channel}: {card} is lost (arrived {arrived[card]} of {count} times)"
            for card, count in wanted.items()
            if arrived[card] < count
        )
        yield from _order(
            channel,
            _runs(card for card in due if arrived[card]),
            _runs(card for card in got if wanted[card]),
        )


def _merged(story: Story, groups: Mapping[str, str]) -> Iterator[str]:
    """Each channel got its cards and no others, those of each group in order."""
    owed = story.owed()
    for channel in sorted({*owed, *story.received}):
        due = dict.fromkeys(
            card for card in owed.get(channel, ()) if (channel, card) not in story.rejected
        )
        got = dict.fromkeys(story.received.get(channel, ()))
        yield from (f"{channel}: {card} is foreign" for card in got if card not in due)
        yield from (f"{channel}: {card} is lost" for card in due if card not in got)
        for group in sorted({groups[card] for card in due}):
            yield from _order(
                f"{channel}, {group}",
                [card for card in due if card in got and groups[card] == group],
                [card for card in got if card in due and groups[card] == group],
            )


def _recorded(story: Story) -> Iterator[str]:
    """Each owed card has its delivery, in the state and with the reason that the channel's answer gives it."""
    owed = Counter((channel, card) for channel, cards in story.owed().items() for card in cards)
    recorded = Counter((one.channel, one.card) for one in story.deliveries)
    yield from (
        f"{channel}: {card} has {recorded[channel, card]} deliveries instead of {owed[channel, card]}"
        for channel, card in sorted({*owed, *recorded})
        if owed[channel, card] != recorded[channel, card]
    )
    for one in story.deliveries:
        wanted = "dead" if (one.channel, one.card) in story.rejected else "delivered"
        if one.state != wanted:
            yield f"{one.channel}: {one.card} is {one.state} instead of {wanted} ({one.reason})"
        elif wanted == "dead" and not one.reason:
            yield f"{one.channel}: {one.card} is dead without a reason"


def _together(story: Story) -> Iterator[str]:
    """What is recorded as delivered in one card came in one card, and nothing else did."""
    recorded = defaultdict(set)
    for one in story.deliveries:
        if one.state == "delivered":
            recorded[one.channel, one.digest or one.card].add(one.card)
    for (channel, _), cards in recorded.items():
        if (channel, frozenset(cards)) not in story.together:
            yield f"{channel}: no card came with just {', '.join(sorted(cards))}"


def unexplained(story: Story) -> Iterator[str]:
    """Each repeat has an attempt that says why."""
    explanations = Counter(
        (one.channel, one.card)
        for one in story.deliveries
        for attempt in one.attempts
        if attempt.explains
    )
    for (channel, card), count in repeats(story).items():
        said = explanations[channel, card]
        if said < count:
            yield f"{channel}: {card} was repeated {count} times, explained by {said} attempts"


def _runs(cards: Iterable[str]) -> list[str]:
    return [card for card, _ in groupby(cards)]


def _order(where: str, wanted: Sequence[str], got: Sequence[str]) -> Iterator[str]:
    """Where two orders part for the first time; what comes after that follows from it."""
    for number, (right, wrong) in enumerate(zip(wanted, got, strict=False)):
        if right != wrong:
            yield f"{where}: {wrong} came where {right} was due (place {number})"
            return
    if len(wanted) != len(got):
        yield f"{where}: {len(got)} came in turn instead of {len(wanted)}"
