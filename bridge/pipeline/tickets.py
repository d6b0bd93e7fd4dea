"""What the address of a card's button says: which action of which card, in which channel, until when. Nobody can make one up.

A ticket is not a right: whoever presses proves themselves besides.
"""

import base64
from dataclasses import asdict, dataclass
from typing import Final

import orjson

from bridge.errors import Forbidden, SecretError
from bridge.store.secrets import Vault, place

LASTS: Final = 30 * 24 * 3600
"""Seconds for which a card's buttons do something."""

_PLACE: Final = place("actions", "ticket", "")


@dataclass(frozen=True, slots=True)
class Ticket:
    """One button of one card. `until` is in seconds since 1970.

    `type` is that of the event as the card told it: once something was done, its card tells of that.
    """

    event: str
    part: int
    type: str
    subscription: str
    channel: str
    action: str
    until: int


@dataclass(frozen=True, slots=True)
class Tickets:
    """Seals tickets into addresses, and reads them."""

    vault: Vault
    public_url: str

    def address(self, ticket: Ticket) -> str:
        """Where the button posts to."""
        sealed = self.vault.seal(orjson.dumps(list(asdict(ticket).values())), _PLACE)
        return f"{self.public_url}/actions/{base64.urlsafe_b64encode(sealed).rstrip(b'=').decode()}"

    def read(self, text: str) -> Ticket:
        """The ticket of an address's last part. Raises `Forbidden`."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return Ticket(*orjson.loads(self.vault.open(sealed, _PLACE)))
        except (ValueError, SecretError):
            raise Forbidden("This button is not of a card of this bridge.") from None
