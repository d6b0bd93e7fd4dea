"""Real webhooks of each source, signed as the external system would and sent over HTTP to an endpoint."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import aiohttp

from bridge.models import Endpoint, InboundRequest, ParsedEvent, Subscription
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import matches
from bridge.source import Sample, Source

FORM = "application/x-www-form-urlencoded"


def fresh(source: Source, endpoint: Endpoint, sample: Sample) -> InboundRequest:
    """The sample as a webhook that was never sent before: another delivery id, or where there is none another body.

    The id stands in a header or, as a text, in the body. A source without delivery ids knows a repeated webhook by its
    bytes.
    """
    request = InboundRequest(
        headers={name.lower(): value for name, value in sample.headers.items()}, body=sample.body
    )
    known = source.identify(request, endpoint)
    if known is None:
        return replace(request, body=sample.body.rstrip() + _nothing(request.content_type))
    another = str(uuid4())
    if known in request.headers.values():
        headers = {
            name: another if value == known else value for name, value in request.headers.items()
        }
        return replace(request, headers=headers)
    return replace(request, body=request.body.replace(_text(known), _text(another)))


def _nothing(content_type: str) -> bytes:
    """Bytes behind a body that say nothing, and are hardly ever the same: blanks, or in a form empty fields."""
    if content_type == FORM:
        return b"&" * (1 + secrets.randbelow(1000))
    return format(secrets.randbits(48), "048b").replace("0", " ").replace("1", "\t").encode()


def _text(value: str) -> bytes:
    return f'"{value}"'.encode()


def signed(source: Source, request: InboundRequest, secret: str) -> InboundRequest:
    """The webhook with the proof that its source asks for."""
    proof = source.sign(request.body, secret)
    return replace(
        request,
        headers={**request.headers, **{name.lower(): value for name, value in proof.items()}},
    )


async def post(url: str, request: InboundRequest) -> tuple[int, str]:
    """POST a webhook; the status and the start of the answer."""
    timeout = aiohttp.ClientTimeout(total=15)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.post(url, data=request.body, headers=dict(request.headers)) as answer,
    ):
        return answer.status, (await answer.text())[:2000]


@dataclass(frozen=True, slots=True)
class Offer:
    """A sample to choose: the event types in it, and whether it would become a card for an active subscription."""

    name: str
    types: tuple[str, ...]
    wanted: bool


def offers(
    source: Source, endpoint: Endpoint, subscriptions: Sequence[Subscription]
) -> list[Offer]:
    """The source's samples, in the order of its event types: what matters most to most people comes first."""
    order = {kind.name: place for place, kind in enumerate(source.event_types)}

    def place(offer: Offer) -> int:
        return min((order[kind] for kind in offer.types if kind in order), default=len(order))

    return sorted(
        (_offer(source, endpoint, sample, subscriptions) for sample in source.samples), key=place
    )


def _offer(
    source: Source, endpoint: Endpoint, sample: Sample, subscriptions: Sequence[Subscription]
) -> Offer:
    request = InboundRequest(headers=sample.headers, body=sample.body)
    try:
        parts = tuple(source.parse(request, endpoint))
    except Exception:  # noqa: BLE001  # whatever a plugin raises: it becomes no card, and sending it shows why
        return Offer(sample.name, (), wanted=False)
    wanted = any(
        subscription.live and _wants(subscription, part)
        for subscription in subscriptions
        for part in parts
    )
    return Offer(sample.name, tuple(dict.fromkeys(part.type for part in parts)), wanted)


def _wants(subscription: Subscription, part: ParsedEvent) -> bool:
    if not any(match_type(pattern, part.type) for pattern in subscription.events):
        return False
    matched, _ = matches(check_filters(subscription.filters), part.attributes)
    return matched
