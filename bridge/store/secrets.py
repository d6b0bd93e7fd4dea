"""Secrets at rest: sealed with a key ring, bound to their place, and findable by a keyed fingerprint."""

import hashlib
import hmac
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from bridge.errors import SecretError

KEY_ID_BYTES: Final = 4
"""How many bytes at the start of a sealed value name its key."""

_NONCE_BYTES: Final = 12


class Vault:
    """Seals with the first key of the ring and opens with any. A sealed value opens only at the place it was sealed for.

    Sealed: four bytes that name the key, twelve of nonce, then AES-GCM's ciphertext and tag.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ring = {_key_id(key): AESGCM(key) for key in keys}
        self.current = _key_id(keys[0])
        """What names the first key: the beginning of everything sealed from now on."""

    def seal(self, value: bytes, place: str) -> bytes:
        """Encrypt for one place (see `place`)."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.current + nonce + self._ring[self.current].encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for that place. Raises `SecretError`."""
        key = self._ring.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise SecretError(
                "A stored secret was sealed with a key that is not in BRIDGE_SECRET_KEY: "
                "add that key at the end of the list."
            )
        nonce, rest = (
            sealed[KEY_ID_BYTES : KEY_ID_BYTES + _NONCE_BYTES],
            sealed[KEY_ID_BYTES + _NONCE_BYTES :],
        )
        try:
            return key.decrypt(nonce, rest, place.encode())
        except (InvalidTag, ValueError):
            raise SecretError(
                f"The stored secret of {place} was damaged, or brought there from elsewhere: "
                "enter it again, or restore a backup."
            ) from None


def place(table: str, column: str, row: str) -> str:
    """Where a sealed value stands, so that it opens nowhere else."""
    return f"{table}.{column}:{row}"


def fingerprint(key: bytes, secret: SecretStr) -> str:
    """A keyed hash of a secret, by which it is found again."""
    return hmac.new(key, secret.get_secret_value().encode(), hashlib.sha256).hexdigest()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:KEY_ID_BYTES]
