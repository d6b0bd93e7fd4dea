"""Secrets at rest: sealed with a key ring, bound to their place, and findable by a keyed fingerprint."""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from bridge.errors import SecretError

_NONCE_BYTES = 12
_KEY_ID_BYTES = 4


class Vault:
    """Seals with the first key of the ring and opens with any. A sealed value opens only at the place it was sealed for.

    Sealed: four bytes that name the key, twelve of nonce, then AES-GCM's ciphertext and tag.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ring = {_key_id(key): AESGCM(key) for key in reversed(keys)}
        self._first = _key_id(keys[0])

    def seal(self, value: bytes, place: str) -> bytes:
        """Encrypt for one place, e.g. `channels.url:ch_1`."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._first + nonce + self._ring[self._first].encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for that place. Raises `SecretError`."""
        key = self._ring.get(sealed[:_KEY_ID_BYTES])
        nonce = sealed[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
        try:
            if key is None:
                raise SecretError
            return key.decrypt(nonce, sealed[_KEY_ID_BYTES + _NONCE_BYTES :], place.encode())
        except (InvalidTag, ValueError) as error:
            raise SecretError from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether it was sealed with the first key."""
        return sealed[:_KEY_ID_BYTES] == self._first


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID_BYTES]


def fingerprint(key: bytes, secret: SecretStr) -> str:
    """A keyed hash of a secret, by which it is found again."""
    return hmac.new(key, secret.get_secret_value().encode(), hashlib.sha256).hexdigest()
