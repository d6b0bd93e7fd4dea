"""The issuer of the simulated Teams: its tokens say who pressed a card's button."""

from dataclasses import dataclass, field
from secrets import token_hex
from time import time
from typing import Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from bridge.sandbox.host import TENANT
from bridge.settings import Settings

STS: Final = "/teams/sts"
PERSON: Final = "7c1b9a52-0f4e-4f0e-8a53-1d2f4c6b8e90"
"""Whoever sits before the sandbox."""


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": token_hex(4), "use": "sig"})


@dataclass(frozen=True)
class Issuer:
    """Signs for whoever presses, with a key of this run."""

    origin: str
    key: RSAKey = field(default_factory=_new_key)

    @property
    def name(self) -> str:
        """What the tokens say of who made them."""
        return f"{self.origin}{STS}/"

    @property
    def discovery(self) -> str:
        """Where the keys are found."""
        return f"{self.origin}{STS}/openid-configuration"

    def token(self) -> str:
        """A token as Office's host sends it with a press."""
        now = int(time())
        said = {
            "iss": self.name,
            "aud": self.origin,
            "appid": Settings.model_fields["action_application"].default,
            "sub": PERSON,
            "tid": TENANT,
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            "jti": token_hex(8),
        }
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, self.key)
