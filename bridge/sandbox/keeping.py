"""Where a sandbox keeps what outlives it: its database, the key of that, and the simulated Teams' connectors."""

import base64
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bridge.errors import SettingsError
from bridge.settings import KEY_BYTES


@dataclass(frozen=True, slots=True)
class Keeping:
    """The files of one sandbox, all beside its database."""

    database: Path

    @property
    def database_url(self) -> str:
        """The database as BRIDGE_DATABASE_URL would name it."""
        return f"sqlite:///{self.database.absolute()}"

    @property
    def connectors(self) -> Path:
        """What is configured in the simulated Teams."""
        return self.database.with_suffix(".teams.json")

    def claim(self, origin: str) -> None:
        """Make the folder, or raise `SettingsError`: kept webhook URLs hold the address they were made at."""
        try:
            self.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made_at = self._text("origin", origin)
        except OSError as error:
            raise SettingsError(
                f"The sandbox cannot keep its data in {self.database.parent}: {error.strerror}."
            ) from None
        if made_at != origin:
            raise SettingsError(
                f"The sandbox of {self.database} was made at {made_at}, and its webhook URLs lead there. "
                "Start it there again, or choose another --database."
            )

    def key(self) -> SecretStr:
        """The key of the database, made at the first start."""
        made = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
        return SecretStr(self._text("key", made))

    def _text(self, suffix: str, new: str) -> str:
        """What stands in a file beside the database; the new text where there is none yet."""
        file = self.database.with_suffix(f".{suffix}")
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(new)
        return file.read_text().strip()
