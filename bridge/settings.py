"""The settings, from BRIDGE_* variables and `.env`, checked once at start and frozen from then on."""

import base64
import binascii
import re
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bridge.errors import SettingsError

KEY_BYTES = 32
CENTURY = 3_155_760_000
"""Seconds; the longest time that anything may be kept."""

_PAIR = re.compile(r"(\d{1,7})\s*/\s*(\d{1,9}(?:\.\d+)?)", re.ASCII)
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)

Rate: TypeAlias = tuple[tuple[int, float], ...]
"""Pairs of a number and seconds: at most so many in any so many seconds. Empty: no limit."""

Age: TypeAlias = Annotated[float, Field(gt=0, le=CENTURY)]
"""Seconds."""


class Settings(BaseSettings):
    """Everything an operator can set; the README's table says what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="BRIDGE_", env_file=".env", frozen=True, extra="ignore"
    )

    database_url: str = "sqlite:///bridge.db"
    public_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr | None = None
    admin_token: SecretStr | None = None
    entra_client_id: str | None = None
    """None: people do not sign in with Microsoft Entra ID."""
    entra_tenants: Annotated[tuple[str, ...], NoDecode, Field(validate_default=True)] = ()
    entra_client_secret: SecretStr | None = None
    entra_authority: str = "https://login.microsoftonline.com"
    entra_editors: Literal["tenant", "owner"] = "tenant"
    action_issuer: str = "https://substrate.office.com/sts/"
    action_discovery: str = (
        "https://substrate.office.com/sts/common/.well-known/openid-configuration"
    )
    action_audience: str | None = None
    """None: the public URL."""
    action_application: str = "48af08dc-f6d2-435f-b2a7-069abd99c086"
    allowed_sites: Annotated[tuple[str, ...], NoDecode] = ()
    """Empty: GitHub's and Atlassian's clouds."""
    allowed_channels: Annotated[tuple[str, ...], NoDecode] = ()
    """Empty: each channel kind's own hosts."""
    plugins_dir: Path | None = None
    max_body_bytes: int = Field(default=25 * 1024 * 1024, gt=0)
    retry_schedule: Annotated[tuple[float, ...], NoDecode] = (5, 30, 120, 300, 900)
    give_up_after: float = Field(default=259_200, gt=0)
    channel_rate: Annotated[Rate | None, NoDecode] = None
    """None: each channel kind's own windows."""
    endpoint_rate: Annotated[Rate, NoDecode] = ((2000, 1.0),)
    digest_after: int = Field(default=20, ge=0)
    alert_channel: SecretStr | None = None
    keep_bodies: Age = 1_209_600
    keep_events: Age = 2_592_000
    keep_deliveries: Age = 2_592_000

    @field_validator(
        "allowed_channels", "allowed_sites", "retry_schedule", "entra_tenants", mode="before"
    )
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

    @field_validator("channel_rate", "endpoint_rate", mode="before")
    @classmethod
    def _rate(cls, value: object) -> object:
        return parse_rate(value) if isinstance(value, str) else value

    @field_validator("alert_channel")
    @classmethod
    def _address(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("http://", "https://")):
            raise ValueError("give the whole URL of a channel, with https://")
        return value or None

    @field_validator("entra_client_id")
    @classmethod
    def _guid(cls, value: str | None) -> str | None:
        if value and not _GUID.fullmatch(value):
            raise ValueError(
                "give the application's (client) id, such as 00000000-0000-0000-0000-000000000000"
            )
        return value.lower() if value else None

    @field_validator("entra_tenants")
    @classmethod
    def _tenants(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and info.data.get("entra_client_id"):
            raise ValueError(
                "name the directory (tenant) ids whose people may sign in, comma-separated"
            )
        if not all(_GUID.fullmatch(tenant) for tenant in value):
            raise ValueError(
                "give directory (tenant) ids, such as 00000000-0000-0000-0000-000000000000"
            )
        return tuple(tenant.lower() for tenant in value)

    @field_validator("public_url", "entra_authority")
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


def parse_rate(text: str) -> Rate:
    """Read a rate: `4/1,60/30` is at most 4 in a second and 60 in 30 seconds, `off` is no limit. Raises `ValueError`."""
    if text.strip().lower() == "off":
        return ()
    pairs = [_PAIR.fullmatch(part.strip()) for part in text.split(",")]
    rate = tuple((int(pair[1]), float(pair[2])) for pair in pairs if pair)
    if len(rate) < len(pairs) or any(count < 1 or seconds <= 0 for count, seconds in rate):
        raise ValueError("give numbers with their seconds, e.g. 4/1,60/30, or off")
    return rate


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
