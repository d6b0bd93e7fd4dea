"""Takes a webhook in: who sent it, was it here before, is it safely kept. Only then may it be answered with 202."""

import asyncio
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from bridge.errors import NotFound, Refused, SourceFailed
from bridge.models import (
    Endpoint,
    EndpointSecret,
    Event,
    InboundRequest,
    Proof,
    Refusal,
    new_id,
)
from bridge.pipeline.directory import Directory
from bridge.pipeline.faults import place, printable
from bridge.pipeline.inbox import Inbox
from bridge.pipeline.inflow import Inflow
from bridge.pipeline.metrics import Metrics
from bridge.pipeline.refusals import Refusals
from bridge.registry import Registry
from bridge.source import Handshake, Source
from bridge.store.port import Store
from bridge.store.records import Recorded

SAME_BODY_WITHIN: Final = timedelta(seconds=60)
"""For how long the same body counts as the same webhook, where the vendor gives no id."""

LARGE_BODY: Final = 256 * 1024
"""From this size on, a body's signature and hash are computed beside the event loop."""

_LONGEST_ID: Final = 200
_NEVER_KEPT: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
_SECRET_NAME: Final = re.compile(r"token|secret|signature|api-?key|password")
_NO_SECRET: Final = b"an endpoint that is not there has no secret to compare"

log = structlog.get_logger()


class NotingHeaders(Mapping[str, str]):
    """Headers that remember which of them were asked for."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return self._headers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)


class Receiver:
    """What `POST /hooks/{endpoint}` does. The worker finds what it kept in `inbox`."""

    def __init__(
        self,
        registry: Registry,
        store: Store,
        directory: Directory,
        inbox: Inbox,
        *,
        inflow: Inflow,
        metrics: Metrics,
        refusals: Refusals,
    ) -> None:
        self._registry = registry
        self._store = store
        self._directory = directory
        self._inbox = inbox
        self._inflow = inflow
        self._metrics = metrics
        self._refusals = refusals
        self._log = structlog.get_logger().bind()  # once, since every webhook has a line

    async def find(self, address: str) -> Endpoint:
        """The endpoint that the URL's last part names, with its valid secrets only, or the one that is in the URL.

        Raises `NotFound`, in the same words whether the id or the part after its dot is wrong.
        """
        endpoint_id, dot, key = address.partition(".")
        endpoint = await self._directory.endpoint(endpoint_id)
        at = datetime.now(UTC)
        valid = valid_secrets(endpoint, at) if endpoint else ()
        # A comparison is made in every case, so that the time taken tells little.
        values = [secret.value.get_secret_value().encode() for secret in valid] or [_NO_SECRET]
        found = [hmac.compare_digest(key.encode(), value) for value in values]
        if endpoint and (any(found) if endpoint.verification == "url" else not dot):
            if endpoint.verification == "url":
                valid = tuple(secret for secret, fits in zip(valid, found, strict=True) if fits)
            return endpoint if valid == endpoint.secrets else replace(endpoint, secrets=valid)
        if endpoint and endpoint.verification == "url":
            reason = "The part of the URL after the dot is missing or wrong: copy the whole URL."
            self._refusals.note(endpoint.id, Refusal(at, NotFound.status, reason))
            log.info("webhook refused", endpoint=endpoint.id, status=NotFound.status)
        self._metrics.webhook("unknown", NotFound.status)
        raise NotFound("There is no such endpoint: copy its whole URL again.")

    def admit(self, endpoint: Endpoint) -> None:
        """Count a webhook of an endpoint before its body is read. Raises `TooMany`."""
        self._inflow.admit(endpoint.id)

    def asked(self, endpoint: Endpoint, headers: Mapping[str, str]) -> Handshake | None:
        """The answer to a sender that asks by OPTIONS whether it may send, if its source knows one."""
        source = self._registry.sources.get(endpoint.source)
        request = InboundRequest(headers, b"", "OPTIONS")
        answer = _handshake(source, endpoint, request) if source else None
        if answer is not None:
            self._answered(endpoint)
        return answer

    async def receive(
        self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes
    ) -> Recorded | Handshake:
        """Keep a webhook; when this returns, it is durably stored, or was a question. Raises `Refused`.

        `headers` have lower-case names.
        """
        self._inbox.coming += 1
        try:
            recorded = await self._recorded(endpoint, headers, body)
        finally:
            self._inbox.coming -= 1
        if isinstance(recorded, Handshake):
            self._answered(endpoint)
            return recorded
        self._metrics.webhook(endpoint.source, 200 if recorded.duplicate else 202)
        self._log.info(
            "webhook received",
            endpoint=endpoint.id,
            event_id=recorded.event_id,
            source=endpoint.source,
            bytes=len(body),
            duplicate=recorded.duplicate,
        )
        return recorded

    def refused(self, endpoint: Endpoint, error: Refused) -> None:
        """Note that a webhook was turned away, and why."""
        self._metrics.webhook(endpoint.source, error.status)
        log.info(
            "webhook refused",
            endpoint=endpoint.id,
            source=endpoint.source,
            status=error.status,
            error=type(error).__name__,
        )
        refusal = Refusal(datetime.now(UTC), error.status, str(error))
        self._refusals.note(endpoint.id, refusal)

    def _answered(self, endpoint: Endpoint) -> None:
        self._metrics.webhook(endpoint.source, 200)
        self._log.info("handshake answered", endpoint=endpoint.id, source=endpoint.source)

    async def _recorded(
        self, endpoint: Endpoint, headers: Mapping[str, str], body: bytes
    ) -> Recorded | Handshake:
        source = self._registry.sources.get(endpoint.source)
        if source is None:
            raise SourceFailed(f"The plugin of the source {endpoint.source!r} is not installed.")
        if len(body) >= LARGE_BODY:
            accepted = await asyncio.to_thread(_accept, source, endpoint, headers, body)
        else:
            accepted = _accept(source, endpoint, headers, body)
        if isinstance(accepted, Handshake):
            return accepted
        event, key = accepted
        since = None if event.delivery_id else event.received_at - SAME_BODY_WITHIN
        recorded = await self._store.events.record(event, key, since)
        if not recorded.duplicate:
            self._inbox.put(event, recorded.turn)
        return recorded


def valid_secrets(endpoint: Endpoint, at: datetime) -> tuple[EndpointSecret, ...]:
    """The endpoint's secrets that have not expired."""
    return tuple(one for one in endpoint.secrets if one.expires_at is None or one.expires_at > at)


def _accept(
    source: Source, endpoint: Endpoint, headers: Mapping[str, str], body: bytes
) -> tuple[Event, str] | Handshake:
    """The event to keep, and the key by which the same webhook is recognised; or an answer. Raises `Refused`."""
    kept, proof = verified(source, endpoint, headers, body)
    request = InboundRequest(headers, body)
    answer = _handshake(source, endpoint, request)
    if answer is not None:
        return answer
    delivery_id = _identified(source, endpoint, request)
    event = Event(
        id=new_id("ev"),
        endpoint_id=endpoint.id,
        source=source.name,
        received_at=datetime.now(UTC),
        headers=kept,
        body=body,
        delivery_id=delivery_id,
        proof=proof,
    )
    if delivery_id:
        return event, f"id:{delivery_id}"
    return event, f"body:{hashlib.sha256(body).hexdigest()}"


def verified(
    source: Source, endpoint: Endpoint, headers: Mapping[str, str], body: bytes
) -> tuple[dict[str, str], Proof]:
    """The headers to keep, none that is a secret or proves one; and by what the sender was known. Raises `Refused`."""
    only = endpoint.secrets[0].id if len(endpoint.secrets) == 1 else None
    if endpoint.verification == "url":
        return _without_secrets(headers), Proof("url", secret=only)
    noting = NotingHeaders(headers)
    try:
        fitted = source.verify(InboundRequest(noting, body), endpoint)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything, and then nothing is verified
        log.warning("verify failed", source=source.name, endpoint=endpoint.id, place=place(error))
        raise SourceFailed(f"{source.label} failed to verify this: {place(error)}.") from None
    asked = noting.asked - {"content-type"}
    if not asked:
        return _without_secrets(headers), Proof("signature")
    hidden = asked | _NEVER_KEPT
    kept = {name: value for name, value in headers.items() if name not in hidden}
    secret = fitted.id if isinstance(fitted, EndpointSecret) else only
    return kept, Proof("signature", tuple(sorted(asked & headers.keys())), secret)


def _without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a webhook of which none was looked at for proof, less those that look like one."""
    return {
        name: value
        for name, value in headers.items()
        if name not in _NEVER_KEPT and not _SECRET_NAME.search(name)
    }


def _handshake(source: Source, endpoint: Endpoint, request: InboundRequest) -> Handshake | None:
    try:
        return source.handshake(request, endpoint)
    except Exception as error:  # noqa: BLE001  # a plugin's mistake loses no webhook: it is taken for an event
        log.warning(
            "handshake failed", source=source.name, endpoint=endpoint.id, place=place(error)
        )
        return None


def _identified(source: Source, endpoint: Endpoint, request: InboundRequest) -> str | None:
    try:
        found = source.identify(request, endpoint)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001  # a plugin's mistake loses no webhook: the body's hash stands in
        log.warning("identify failed", source=source.name, endpoint=endpoint.id, place=place(error))
        return None
    if not isinstance(found, str) or not found:
        return None
    if len(found) <= _LONGEST_ID and printable(found) == found:
        return found
    return f"sha256:{hashlib.sha256(found.encode('utf-8', 'surrogatepass')).hexdigest()}"
