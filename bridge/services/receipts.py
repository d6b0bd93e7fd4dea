"""The receipt of a test card: what the page is given when a channel took one, and hands back when it saves.

A URL that a person pasted may be anybody's, or nobody's any more: without a receipt it is not saved. Nothing is kept for
it: the receipt is sealed, and says at which URL and until when it is good.
"""

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import orjson
from pydantic import SecretStr

from bridge.errors import SecretError
from bridge.store.secrets import Vault, place

LASTS: Final = 3600
"""Seconds for which a receipt is good: as long as it may take somebody to fill in a form."""

_PLACE: Final = place("channels", "receipt", "")


@dataclass(frozen=True, slots=True)
class Receipts:
    """Gives receipts, and reads them."""

    vault: Vault
    clock: Callable[[], float] = time.time

    def give(self, url: SecretStr) -> SecretStr:
        """The receipt of a test card that was taken at this URL now."""
        said = [_digest(url), int(self.clock()) + LASTS]
        sealed = self.vault.seal(orjson.dumps(said), _PLACE)
        return SecretStr(base64.urlsafe_b64encode(sealed).decode())

    def holds(self, receipt: SecretStr | None, url: SecretStr) -> bool:
        """Whether it is one of this URL, and still good."""
        if receipt is None:
            return False
        try:
            sealed = base64.urlsafe_b64decode(receipt.get_secret_value())
            digest, until = orjson.loads(self.vault.open(sealed, _PLACE))
        except (ValueError, SecretError):
            return False
        return bool(digest == _digest(url) and until >= self.clock())


def _digest(url: SecretStr) -> str:
    return hashlib.sha256(url.get_secret_value().encode()).hexdigest()
