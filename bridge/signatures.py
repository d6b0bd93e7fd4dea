"""Proofs that a webhook was made by someone who knows the endpoint's secret, all compared in constant time.

Each function raises `InvalidSignature` unless one of the given secrets fits, and gives that one, for the event's trace.
Several are valid while one is rotated.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from bridge.errors import InvalidSignature
from bridge.models import EndpointSecret, InboundRequest

STANDARD_TOLERANCE = timedelta(minutes=5)
"""How far a Standard Webhook's time may be from now (its specification's advice)."""


Algorithm: TypeAlias = Literal["sha1", "sha256", "sha384", "sha512"]
Encoding: TypeAlias = Literal["hex", "base64"]

_MOST_SIGNATURES = 20
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_LONGEST_STAMP = 13
"""Digits of a time in milliseconds until the year 2286."""
_MILLISECONDS = 100_000_000_000
"""From here on a time is one in milliseconds."""


def required(request: InboundRequest, header: str) -> str:
    """The header's value. Raises `InvalidSignature` where it is missing."""
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


def encoded_hmac(
    secret: str, content: bytes, algorithm: Algorithm = "sha256", encoding: Encoding = "hex"
) -> str:
    """The signature that `verify_hmac` accepts."""
    digest = hmac.digest(secret.encode(), content, algorithm)
    return digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()


def verify_hmac(
    secrets: Iterable[EndpointSecret],
    content: bytes,
    given: Sequence[str],
    *,
    header: str,
    algorithm: Algorithm = "sha256",
    encoding: Encoding = "hex",
) -> EndpointSecret:
    """Check one of the given signatures, in hexadecimal or base64, to be the HMAC of what the sender signs.

    `header` is where they stood, for the error's sentence.
    """
    expected = [
        (secret, hmac.digest(value, content, algorithm)) for secret, value in _values(secrets)
    ]
    digests = [_digest(one, encoding) for one in given[:_MOST_SIGNATURES]]
    found = [_fitting(digest, expected) for digest in digests]
    return _proved(header, next(filter(None, found), None))


def _digest(signature: str, encoding: Encoding) -> bytes:
    """The bytes of a signature, or none: base64 is taken in the URLs' alphabet and without its padding, too."""
    try:
        raw = signature.strip().encode("ascii")
        if encoding == "hex":
            return binascii.unhexlify(raw)
        return base64.b64decode(raw.translate(_URL_SAFE) + b"=" * (-len(raw) % 4), validate=True)
    except ValueError:
        return b""


def check_age(
    stamp: str, header: str, tolerance: timedelta, *, now: datetime | None = None
) -> None:
    """Check a time in seconds or milliseconds since 1970, which stood in `header`, to be near `now`."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _LONGEST_STAMP:
        raise InvalidSignature(f"The time in the {header} header is not a number of seconds.")
    number = int(stamp)
    seconds = number / 1000 if number >= _MILLISECONDS else number
    if abs((now or datetime.now(UTC)) - datetime.fromtimestamp(seconds, UTC)) > tolerance:
        raise InvalidSignature(
            f"The time in the {header} header is more than {_spoken(tolerance)} off: check the sender's clock."
        )


def _spoken(tolerance: timedelta) -> str:
    minutes, seconds = divmod(int(tolerance.total_seconds()), 60)
    return (
        f"{minutes} minutes" if minutes > 1 and not seconds else f"{minutes * 60 + seconds} seconds"
    )


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
    given = required(request, header).strip().lower().encode()
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
    given = required(request, header).strip().encode()
    expected = ((secret, prefix.encode() + value) for secret, value in _values(secrets))
    return _proved(header, _fitting(given, expected))


def verify_basic(request: InboundRequest, secrets: Iterable[EndpointSecret]) -> EndpointSecret:
    """Check HTTP Basic authentication: the secret is `user:password`, or a password without a colon, of any user."""
    scheme, _, encoded = required(request, "authorization").partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except ValueError:  # not base64, or not even ASCII
        given = b""
    values = _values(secrets)
    password = given.partition(b":")[2]
    fits = _fitting(given, values)
    alone = _fitting(password, (one for one in values if b":" not in one[1]))
    return _proved("authorization", (fits or alone) if scheme.lower() == "basic" else None)


def verify_standard_webhook(
    request: InboundRequest, secrets: Iterable[EndpointSecret], *, now: datetime | None = None
) -> EndpointSecret:
    """Check `webhook-id`, `webhook-timestamp` and `webhook-signature` (Standard Webhooks, symmetric `v1`).

    The secret is base64 with or without `whsec_`, or else taken as it is. A time more than five minutes from `now` is refused.
    """
    identifier = required(request, "webhook-id")
    timestamp = required(request, "webhook-timestamp")
    signatures = required(request, "webhook-signature")
    check_age(timestamp, "webhook-timestamp", STANDARD_TOLERANCE, now=now)
    content = f"{identifier}.{timestamp}.".encode() + request.body
    expected = [
        (secret, base64.b64encode(hmac.digest(_standard_key(value), content, "sha256")))
        for secret, value in _values(secrets)
    ]
    given = [part[3:].encode() for part in signatures.split() if part.startswith("v1,")]
    found = [_fitting(signature, expected) for signature in given[:_MOST_SIGNATURES]]
    return _proved("webhook-signature", next(filter(None, found), None))


def sign_standard_webhook(
    body: bytes, secret: str, *, identifier: str, now: datetime | None = None
) -> Mapping[str, str]:
    """The headers that `verify_standard_webhook` accepts."""
    timestamp = str(int((now or datetime.now(UTC)).timestamp()))
    content = f"{identifier}.{timestamp}.".encode() + body
    digest = hmac.digest(_standard_key(secret.encode()), content, "sha256")
    return {
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _standard_key(secret: bytes) -> bytes:
    """The key's bytes; of a secret that is no base64, as some senders make them, its own."""
    try:
        return base64.b64decode(secret.removeprefix(b"whsec_"), validate=True)
    except binascii.Error:
        return secret
