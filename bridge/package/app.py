"""What the Teams app is called and known by: settings of their own, BRIDGE_APP_*, and what follows from the public URL."""

import uuid
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bridge.errors import SettingsError
from bridge.package.domains import domain_of

PAGE: Final = "/connector/config"
TAB_PAGE: Final = f"{PAGE}?entry=tab"
"""Where the configuration page is: the same for both entries, which it tells apart by this."""


class AppSettings(BaseSettings):
    """What an administrator can set of the app; `docs/administrators.md` says what each is for."""

    model_config = SettingsConfigDict(
        env_prefix="BRIDGE_APP_", env_file=".env", frozen=True, extra="ignore"
    )

    id: str | None = None
    """None: one that follows from the public URL."""
    connector_id: str | None = None
    """None: the app's id, as the connector portal had it."""
    version: str = "1.0.0"
    name: str = "Webhook Bridge"
    full_name: str = "Webhook Bridge for Microsoft Teams"
    description: str = "Cards in this channel from any system that can send a webhook."
    full_description: str = (
        "Pick a source such as GitHub or Jira, the events that matter and the filters that keep the rest away; "
        "see the card before you save. What happens there then arrives here as a card."
    )
    developer: str = "Webhook Bridge"
    website_url: str | None = None
    privacy_url: str | None = None
    terms_url: str | None = None
    accent_color: str = "#4F52B2"
    color_icon: Path | None = None
    outline_icon: Path | None = None


def load_app_settings() -> AppSettings:
    """Those of this process's environment. Raises `SettingsError`, naming each variable that is wrong."""
    try:
        return AppSettings()
    except ValidationError as error:
        lines = (
            f"BRIDGE_APP_{'_'.join(str(part) for part in item['loc'][:1]).upper()}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError("\n".join(lines)) from None


VARIABLES: Final = {
    "id": "ID",
    "connectors[0].connectorId": "CONNECTOR_ID",
    "version": "VERSION",
    "name.short": "NAME",
    "name.full": "FULL_NAME",
    "description.short": "DESCRIPTION",
    "description.full": "FULL_DESCRIPTION",
    "developer.name": "DEVELOPER",
    "developer.websiteUrl": "WEBSITE_URL",
    "developer.privacyUrl": "PRIVACY_URL",
    "developer.termsOfUseUrl": "TERMS_URL",
    "accentColor": "ACCENT_COLOR",
    "color.png": "COLOR_ICON",
    "outline.png": "OUTLINE_ICON",
}
"""Which setting, without BRIDGE_APP_, a part of our own package comes from."""


def values(app: AppSettings, url: str) -> dict[str, str]:
    """What fills the gaps of the manifest's template, for a bridge at that public URL."""
    app_id = app.id or str(app_id_of(url))
    return {
        "app_id": app_id,
        "connector_id": app.connector_id or app_id,
        "app_version": app.version,
        "name": app.name,
        "full_name": app.full_name,
        "description": app.description,
        "full_description": app.full_description,
        "developer": app.developer,
        "website_url": app.website_url or url,
        "privacy_url": app.privacy_url or url,
        "terms_url": app.terms_url or url,
        "accent_color": app.accent_color,
        "configuration_url": f"{url}{PAGE}",
        "tab_configuration_url": f"{url}{TAB_PAGE}",
        "domain": domain_of(url),
    }


def app_id_of(public_url: str) -> uuid.UUID:
    """The app's id, the same for the same address however it is written."""
    parts = urlsplit(public_url)
    address = f"{parts.scheme.lower()}://{domain_of(public_url)}{parts.path.rstrip('/')}"
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{address}/teams-app")


def sign_in(client_id: str | None, domain: str) -> dict[str, str]:
    """The manifest's `webApplicationInfo`: by it Teams gives the page a token. Empty without Entra's client id."""
    return {"id": client_id, "resource": f"api://{domain}/{client_id}"} if client_id else {}
