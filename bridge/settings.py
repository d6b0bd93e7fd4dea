"""The settings, from BRIDGE_* variables and `.env`, checked once at start and frozen from then on."""

import base64
import binascii
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bridge.errors import SettingsError

KEY_BYTES = 32


class Settings(BaseSettings):
    """Everything an operator can set; the README's table says what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="BRIDGE_", env_file=".env", frozen=True, extra="ignore"
    )

    database_url: str = "sqlite:///bridge.db"
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    admin_token: SecretStr | None = None
    allowed_channels: Annotated[tuple[str, ...], NoDecode] = ()
    """Empty: each channel kind's own hosts."""
    plugins_dir: Path | None = None
    max_body_bytes: int = Field(default=25 * 1024 * 1024, gt=0)
    retry_schedule: Annotated[tuple[float, ...], NoDecode] = (5, 30, 120, 300, 900)
    give_up_after: float = Field(default=259_200, gt=0)

    @field_validator("allowed_channels", "retry_schedule", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("retry_schedule")
    @classmethod
    def _some_step(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or min(value) < 0:
            raise ValueError("give at least one number of seconds, e.g. 5,30,120")
        return value

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("begin with http:// or https://")
        return value.rstrip("/")

    def keys(self) -> tuple[bytes, ...]:
        """The key ring: the first encrypts, every one decrypts. Raises `SettingsError` without a usable one."""
        if self.secret_key is None:
            raise SettingsError(
                "BRIDGE_SECRET_KEY is not set. Make one with `webhook-bridge new-key` and keep it: "
                "without it, what is stored cannot be read."
            )
        return tuple(_key(part.strip()) for part in self.secret_key.get_secret_value().split(","))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            f"BRIDGE_SECRET_KEY must be {KEY_BYTES} bytes in base64 (several, comma-separated). "
            "Make one with `webhook-bridge new-key`."
        )
    return key


def load_settings() -> Settings:
    """The settings of this process's environment. Raises `SettingsError`, naming each variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = (
            f"BRIDGE_{'_'.join(str(part) for part in item['loc'][:1]).upper()}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError("\n".join(lines)) from None
