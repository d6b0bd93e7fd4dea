"""Proofs that a webhook was made by someone who knows the endpoint's secret, all compared in constant time.

Each function raises `InvalidSignature` unless one of the given secrets fits. Several are valid while one is rotated.
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


def _mismatch(header: str) -> InvalidSignature:
    return InvalidSignature(
        f"The {header} header does not match this endpoint's secret: enter the same secret in the sending system."
    )


def _any_equal(given: bytes, expected: Iterable[bytes]) -> bool:
    # Every candidate is compared, so that the time taken does not tell which one fits.
    found = [hmac.compare_digest(given, candidate) for candidate in expected]
    return any(found)


def _values(secrets: Iterable[EndpointSecret]) -> list[bytes]:
    return [secret.value.get_secret_value().encode() for secret in secrets]


def sign_hmac_sha256(body: bytes, secret: str, *, prefix: str = "sha256=") -> str:
    """The header's value that `verify_hmac_sha256` accepts."""
    return prefix + hmac.digest(secret.encode(), body, "sha256").hex()


def verify_hmac_sha256(
    request: InboundRequest,
    secrets: Iterable[EndpointSecret],
    *,
    header: str,
    prefix: str = "sha256=",
) -> None:
    """Check `header` to be `prefix` and the hexadecimal HMAC-SHA-256 of the raw body."""
    given = _required(request, header).strip().lower().encode()
    expected = (
        prefix.lower().encode() + hmac.digest(secret, request.body, "sha256").hex().encode()
        for secret in _values(secrets)
    )
    if not _any_equal(given, expected):
        raise _mismatch(header)


def verify_token(
    request: InboundRequest, secrets: Iterable[EndpointSecret], *, header: str, prefix: str = ""
) -> None:
    """Check `header` to be `prefix` and the secret itself."""
    given = _required(request, header).strip().encode()
    if not _any_equal(given, (prefix.encode() + secret for secret in _values(secrets))):
        raise _mismatch(header)


def verify_basic(request: InboundRequest, secrets: Iterable[EndpointSecret]) -> None:
    """Check HTTP Basic authentication: the secret is `user:password`."""
    scheme, _, encoded = _required(request, "authorization").partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:  # not base64, or not even ASCII
        given = b""
    if scheme.lower() != "basic" or not _any_equal(given, _values(secrets)):
        raise _mismatch("authorization")


def verify_standard_webhook(
    request: InboundRequest, secrets: Iterable[EndpointSecret], *, now: datetime | None = None
) -> None:
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
        base64.b64encode(hmac.new(key, content, hashlib.sha256).digest())
        for key in map(_standard_key, _values(secrets))
        if key is not None
    ]
    given = [part[3:].encode() for part in signatures.split() if part.startswith("v1,")]
    found = [_any_equal(signature, expected) for signature in given]
    if not any(found):
        raise _mismatch("webhook-signature")


def _standard_key(secret: bytes) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except binascii.Error:
        return None
