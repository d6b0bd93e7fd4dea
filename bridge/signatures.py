"""Proofs that a webhook was made by someone who knows the endpoint's secret, all compared in constant time.

Each function raises `InvalidSignature` unless one of the given secrets fits, and gives that one, for the event's trace.
Several are valid while one is rotated.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bridge.errors import InvalidSignature
from bridge.models import EndpointSecret, InboundRequest

STANDARD_TOLERANCE = timedelta(minutes=5)
"""How far a Standard Webhook's time may be from now (its specification's advice)."""


def _required(request: InboundRequest, header: str) -> str:
    value = request.header(header)
    if value is None:
        raise InvalidSignature(
            f"The {header} header is missing: is a secret set in the sending system?"
        )
    return value


def _proved(header: str, fits: EndpointSecret | None) -> EndpointSecret:
    if fits is None:
        raise InvalidSignature(
            f"The {header} header does not match this endpoint's secret: enter the same secret in the sending system."
        )
    return fits


def _fitting(
    given: bytes, expected: Iterable[tuple[EndpointSecret, bytes]]
) -> EndpointSecret | None:
    """The first secret of which the given is what is expected."""
    # Every candidate is compared, so that the time taken does not tell which one fits.
    found = [secret for secret, value in expected if hmac.compare_digest(given, value)]
    return found[0] if found else None


def _values(secrets: Iterable[EndpointSecret]) -> list[tuple[EndpointSecret, bytes]]:
    return [(secret, secret.value.get_secret_value().encode()) for secret in secrets]


def sign_hmac_sha256(body: bytes, secret: str, *, prefix: str = "sha256=") -> str:
    """The header's value that `verify_hmac_sha256` accepts."""
    return prefix + hmac.digest(secret.encode(), body, "sha256").hex()


def verify_hmac_sha256(
    request: InboundRequest,
    secrets: Iterable[EndpointSecret],
    *,
    header: str,
    prefix: str = "sha256=",
) -> EndpointSecret:
    """Check `header` to be `prefix` and the hexadecimal HMAC-SHA-256 of the raw body."""
    given = _required(request, header).strip().lower().encode()
    start = prefix.lower().encode()
    expected = (
        (secret, start + hmac.digest(value, request.body, "sha256").hex().encode())
        for secret, value in _values(secrets)
    )
    return _proved(header, _fitting(given, expected))


def verify_token(
    request: InboundRequest, secrets: Iterable[EndpointSecret], *, header: str, prefix: str = ""
) -> EndpointSecret:
    """Check `header` to be `prefix` and the secret itself."""
    given = _required(request, header).strip().encode()
    expected = ((secret, prefix.encode() + value) for secret, value in _values(secrets))
    return _proved(header, _fitting(given, expected))


def verify_basic(request: InboundRequest, secrets: Iterable[EndpointSecret]) -> EndpointSecret:
    """Check HTTP Basic authentication: the secret is `user:password`."""
    scheme, _, encoded = _required(request, "authorization").partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:  # not base64, or not even ASCII
        given = b""
    fits = _fitting(given, _values(secrets))
    return _proved("authorization", fits if scheme.lower() == "basic" else None)


def verify_standard_webhook(
    request: InboundRequest, secrets: Iterable[EndpointSecret], *, now: datetime | None = None
) -> EndpointSecret:
    """Check `webhook-id`, `webhook-timestamp` and `webhook-signature` (Standard Webhooks, symmetric `v1`).

    The secret is base64 with or without `whsec_`. A time more than five minutes from `now` is refused.
    """
    identifier = _required(request, "webhook-id")
    timestamp = _required(request, "webhook-timestamp")
    signatures = _required(request, "webhook-signature")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:  # noqa: PLR2004  # seconds until the year 5138
        raise InvalidSignature("The webhook-timestamp header is not a number of seconds.")
    sent = datetime.fromtimestamp(int(timestamp), UTC)
    if abs((now or datetime.now(UTC)) - sent) > STANDARD_TOLERANCE:
        raise InvalidSignature(
            "The webhook-timestamp header is more than five minutes off: check the sender's clock."
        )
    content = f"{identifier}.{timestamp}.".encode() + request.body
    expected = [
        (secret, base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()))
        for secret, value in _values(secrets)
        if (key := _standard_key(value)) is not None
    ]
    given = [part[3:].encode() for part in signatures.split() if part.startswith("v1,")]
    found = [_fitting(signature, expected) for signature in given]
    return _proved("webhook-signature", next(filter(None, found), None))


def _standard_key(secret: bytes) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except binascii.Error:
        return None
