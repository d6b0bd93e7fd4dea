"""The simulated Teams' own memory: a team, its channels, and the connectors that people configured in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex, token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from uuid import uuid4

import orjson

from bridge.errors import Conflict, Invalid, NotFound
from bridge.sandbox.faults import Kind

TEAM = "Harbour Software"
TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
SETTINGS = ("entityId", "contentUrl", "configName", "websiteUrl", "removeUrl")
"""What a configuration page may set; Teams keeps it as it is."""
LONGEST = 2000
"""Characters of one such setting."""


@dataclass(frozen=True, slots=True)
class TeamsChannel:
    """A channel of the simulated team. `kind` is how cards reach it."""

    id: str
    name: str
    kind: Kind
    about: str


CHANNELS = (
    TeamsChannel("general", "General", "connector", "MessageCards, as Office 365 connectors took"),
    TeamsChannel("build", "Build", "workflow", "Adaptive Cards, as Power Automate workflows take"),
    TeamsChannel("incidents", "Incidents", "connector", "MessageCards"),
    TeamsChannel("releases", "Releases", "workflow", "Adaptive Cards"),
)


@dataclass(frozen=True, slots=True)
class Connector:
    """One connector of a channel. `webhook` is the path and query of its URL, a secret as in Teams.

    `saved`: the dialog was finished once. `before` is what a failed save goes back to.
    """

    id: str
    channel: str
    webhook: str
    settings: Mapping[str, str] = field(default_factory=dict)
    saved: bool = False
    before: "Connector | None" = None

    @property
    def name(self) -> str:
        """What people know it by."""
        return self.settings.get("configName") or "New connector"


def find_channel(channel_id: str) -> TeamsChannel:
    """The channel of that id. Raises `NotFound`."""
    for channel in CHANNELS:
        if channel.id == channel_id:
            return channel
    raise NotFound(f"The simulated team has no channel {channel_id!r}.")


def new_webhook(kind: Kind) -> str:
    """A webhook URL as Teams makes it, without scheme and host."""
    if kind == "connector":
        return f"/webhookb2/{uuid4()}@{TENANT}/IncomingWebhook/{token_hex(16)}/{uuid4()}"
    signature = quote(token_urlsafe(32), safe="")
    return (
        f"/workflows/{token_hex(16)}/triggers/manual/paths/invoke"
        f"?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={signature}"
    )


def _parsed(webhook: str) -> tuple[str, list[tuple[str, str]]]:
    """A path and query by their meaning: clients differ in what they percent-encode."""
    parts = urlsplit(webhook)
    return unquote(parts.path), parse_qsl(parts.query, keep_blank_values=True)


class Host:
    """The connectors, kept in `file` so that they outlive a restart; unfinished ones are forgotten then."""

    def __init__(self, file: Path, origin: str) -> None:
        self._file = file
        self._origin = origin
        self._connectors: dict[str, Connector] = {}
        self.changing_urls = False
        if file.exists():
            kept = orjson.loads(file.read_bytes())["connectors"]
            self._connectors = {item["id"]: Connector(**item, saved=True) for item in kept}

    def url(self, connector: Connector) -> str:
        """The whole webhook URL."""
        return self._origin + connector.webhook

    def connectors(self) -> tuple[Connector, ...]:
        """Every connector, oldest first."""
        return tuple(self._connectors.values())

    def get(self, connector_id: str) -> Connector:
        """The connector of that id. Raises `NotFound`."""
        try:
            return self._connectors[connector_id]
        except KeyError:
            raise NotFound("That connector was removed meanwhile.") from None

    def at(self, webhook: str) -> Connector | None:
        """The connector that a webhook URL's path and query lead to, or None; an unfinished change keeps both URLs."""
        asked = _parsed(webhook)
        for connector in self._connectors.values():
            for known in (connector, connector.before):
                if known is not None and _parsed(known.webhook) == asked:
                    return connector
        return None

    def add(self, channel_id: str) -> Connector:
        """Begin a new connector, as the dialog's Add does."""
        channel = find_channel(channel_id)
        connector = Connector(uuid4().hex, channel.id, new_webhook(channel.kind))
        self._connectors[connector.id] = connector
        return connector

    def set_settings(self, connector_id: str, settings: Mapping[str, Any]) -> Connector:
        """Take what the page set. With `changing_urls` the webhook URL is another one from then on, as in the new client.

        Raises `Invalid` as Teams refuses: a page that is not the app's, no name, no entity.
        """
        connector = self.get(connector_id)
        taken = self._check(settings)
        webhook = connector.webhook
        if self.changing_urls:
            webhook = new_webhook(find_channel(connector.channel).kind)
        changed = replace(
            connector, settings=taken, webhook=webhook, before=connector.before or connector
        )
        self._connectors[connector_id] = changed
        return changed

    def _check(self, settings: Mapping[str, Any]) -> dict[str, str]:
        taken = {name: settings[name] for name in SETTINGS if settings.get(name) is not None}
        wrong = {
            name: "This must be a text of at most 2,000 characters."
            for name, value in taken.items()
            if not isinstance(value, str) or len(value) > LONGEST
        }
        if not wrong and not taken.get("entityId"):
            wrong["entityId"] = "The page must name what it configured."
        if not wrong and not taken.get("contentUrl", "").startswith(self._origin + "/"):
            wrong["contentUrl"] = "The page must be of this app (its validDomains)."
        if wrong:
            raise Invalid(wrong)
        return taken

    def finish(self, connector_id: str) -> Connector:
        """The page said that it saved. Raises `Conflict` if it had set nothing."""
        connector = self.get(connector_id)
        if not connector.settings:
            raise Conflict("The page saved without settings, so Teams has nothing to show.")
        finished = replace(connector, saved=True, before=None)
        self._connectors[connector_id] = finished
        self._write()
        return finished

    def undo(self, connector_id: str) -> Connector:
        """The page failed to save: everything is as it was."""
        connector = self.get(connector_id)
        before = connector.before or connector
        self._connectors[connector_id] = before
        return before

    def abandon(self, connector_id: str) -> None:
        """The dialog was closed: a new connector is forgotten, another is as it was."""
        if self.get(connector_id).saved:
            self.undo(connector_id)
        else:
            del self._connectors[connector_id]

    def remove(self, connector_id: str) -> None:
        """Take it away: from now on its URL answers as Teams does for a removed one."""
        self.get(connector_id)
        del self._connectors[connector_id]
        self._write()

    def _write(self) -> None:
        kept = [
            {
                "id": connector.id,
                "channel": connector.channel,
                "webhook": connector.webhook,
                "settings": connector.settings,
            }
            for connector in self._connectors.values()
            if connector.saved
        ]
        new = self._file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(orjson.dumps({"connectors": kept}, option=orjson.OPT_INDENT_2))
        new.replace(self._file)
