"""Which copy of the Teams JavaScript SDK the configuration page loads: Microsoft's own, or a local one."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Sdk:
    """A script by its URL; `integrity` is its hash, without which a script from elsewhere is not trusted."""

    url: str
    integrity: str | None = None


MICROSOFT: Final = Sdk(
    "https://res.cdn.office.net/teams-js/2.58.0/js/MicrosoftTeams.min.js",
    "sha384-sMo/EOqQPa1OCup2/VBRum7oFeOS22kvs8WGDc45xK53tUVZzFR5WwFYDUYN1LO4",
)
