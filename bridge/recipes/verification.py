"""How a sender proves itself, as data: checked when it is saved, and then both checked and, for samples, made."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias, get_args

from bridge.errors import InvalidSignature
from bridge.models import EndpointSecret, InboundRequest
from bridge.recipes.expressions import HEADER
from bridge.signatures import (
    Algorithm,
    Encoding,
    check_age,
    encoded_hmac,
    required,
    sign_standard_webhook,
    verify_basic,
    verify_hmac,
    verify_standard_webhook,
    verify_token,
)

Scheme: TypeAlias = Literal["hmac", "standard-webhooks", "token", "basic", "none"]

SCHEMES: Final[tuple[Scheme, ...]] = get_args(Scheme)

SIGNATURE: Final = "X-Hub-Signature-256"
PREFIX: Final = "sha256="

BODY: Final = "{body}"
TIMESTAMP: Final = "{timestamp}"


@dataclass(frozen=True, slots=True)
class Verification:
    """How a sender proves itself.

    `signed` is what an HMAC is made of: pieces of text, of which `{body}`, `{timestamp}` and `{header:X-Name}` stand for
    what was sent. `signature` names the field of a header such as `t=…,v1=…` in which signatures stand; without it the
    whole header is one, after `prefix`. `timestamp` is such a field, too, or `header:X-Name`; what was sent more than
    `tolerance` seconds from now is refused.
    """

    scheme: Scheme = "hmac"
    header: str = SIGNATURE
    prefix: str = PREFIX
    algorithm: Algorithm = "sha256"
    encoding: Encoding = "hex"
    signed: tuple[str, ...] = (BODY,)
    signature: str | None = None
    timestamp: str | None = None
    tolerance: int = 300

    def verify(
        self,
        request: InboundRequest,
        secrets: Iterable[EndpointSecret],
        *,
        now: datetime | None = None,
    ) -> EndpointSecret | None:
        """Raise `InvalidSignature` unless one of the secrets fits; gives that one. `none` takes everything."""
        match self.scheme:
            case "hmac":
                return self._verify_hmac(request, secrets, now)
            case "standard-webhooks":
                return verify_standard_webhook(request, secrets, now=now)
            case "token":
                return verify_token(request, secrets, header=self.header, prefix=self.prefix)
            case "basic":
                return verify_basic(request, secrets)
            case "none":
                return None

    def claimed(self, request: InboundRequest) -> bool:
        """Whether a request looks as if it were to be proved this way, whether or not it can be."""
        match self.scheme:
            case "none":
                return True
            case "standard-webhooks":
                return request.header("webhook-signature") is not None
            case "basic":
                header, prefix = "authorization", "basic "
            case "token":
                header, prefix = self.header, self.prefix
            case "hmac":
                header, prefix = self.header, "" if self.signature else self.prefix
        given = request.header(header)
        return given is not None and given.lower().startswith(prefix.lower())

    def sign(self, body: bytes, secret: str, *, now: datetime | None = None) -> Mapping[str, str]:
        """The headers with which a sender proves itself, such that `verify` accepts them."""
        match self.scheme:
            case "hmac":
                return self._sign_hmac(body, secret, now or datetime.now(UTC))
            case "standard-webhooks":
                identifier = f"msg_{hashlib.sha256(body).hexdigest()[:24]}"
                return sign_standard_webhook(body, secret, identifier=identifier, now=now)
            case "token":
                return {self.header: f"{self.prefix}{secret}"}
            case "basic":
                user = secret if ":" in secret else f"bridge:{secret}"
                return {"Authorization": f"Basic {_base64(user)}"}
            case "none":
                return {}

    def _verify_hmac(
        self, request: InboundRequest, secrets: Iterable[EndpointSecret], now: datetime | None
    ) -> EndpointSecret:
        value = required(request, self.header)
        fields = _fields(value) if self.signature else {}
        stamp = ""
        if self.timestamp is not None:
            stamp, header = self._stamp(request, fields)
            check_age(stamp, header, timedelta(seconds=self.tolerance), now=now)
        given = fields.get(self.signature, []) if self.signature else [value]
        return verify_hmac(
            secrets,
            request.body if self.signed == (BODY,) else self._content(request, stamp),
            [self._without_prefix(one.strip()) for one in given],
            header=self.header,
            algorithm=self.algorithm,
            encoding=self.encoding,
        )

    def _stamp(self, request: InboundRequest, fields: Mapping[str, list[str]]) -> tuple[str, str]:
        """When it was sent, and the header that says so."""
        named = self.timestamp or ""
        if named.startswith(HEADER):
            name = named.removeprefix(HEADER)
            return required(request, name).strip(), name
        found = fields.get(named)
        if not found:
            raise InvalidSignature(f"The {self.header} header has no time in a field {named}.")
        return found[0], self.header

    def _content(self, request: InboundRequest, stamp: str) -> bytes:
        return b"".join(self._piece(piece, request, stamp) for piece in self.signed)

    @staticmethod
    def _piece(piece: str, request: InboundRequest, stamp: str) -> bytes:
        if piece == BODY:
            return request.body
        if piece == TIMESTAMP:
            return stamp.encode()
        if piece.startswith("{"):
            return required(request, header_of(piece)).encode()
        return piece.encode()

    def _without_prefix(self, signature: str) -> str:
        begins = signature[: len(self.prefix)].lower() == self.prefix.lower()
        return signature[len(self.prefix) :] if begins else ""

    def _sign_hmac(self, body: bytes, secret: str, now: datetime) -> Mapping[str, str]:
        stamp = str(int(now.timestamp()))
        headers = {header_of(piece): "sample" for piece in self.signed if piece[:8] == "{header:"}
        if self.timestamp and self.timestamp.startswith(HEADER):
            headers[self.timestamp.removeprefix(HEADER)] = stamp
        sent = InboundRequest({name.lower(): value for name, value in headers.items()}, body)
        signature = self.prefix + encoded_hmac(
            secret, self._content(sent, stamp), self.algorithm, self.encoding
        )
        if self.signature:
            signature = f"{self.signature}={signature}"
            if self.timestamp and not self.timestamp.startswith(HEADER):
                signature = f"{self.timestamp}={stamp},{signature}"
        return {**headers, self.header: signature}


def header_of(piece: str) -> str:
    """The name in `{header:X-Name}`."""
    return piece[len("{header:") : -1]


def _fields(header: str) -> dict[str, list[str]]:
    """The values of a header such as `t=1,v1=…,v1=…`, by name."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"[,;]", header):
        name, _, value = part.strip().partition("=")
        found.setdefault(name, []).append(value)
    return found


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
