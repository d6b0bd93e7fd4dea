"""What `doctor` looks at: settings, plugins, database, and whether anything can be reached. Each check mends nothing."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import aiohttp

from bridge.errors import BridgeError, SettingsError
from bridge.loader import load
from bridge.models import Page
from bridge.pipeline.address import Address, parse_address, parse_pattern
from bridge.resources import TEXTS
from bridge.settings import Settings, load_settings
from bridge.store.open import SQLITE, open_store
from bridge.store.port import Store
from bridge.web import languages

TOKEN_LENGTH = 16
PATIENCE = 3.0
"""Seconds to wait for somebody else's answer."""

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, and what mends it."""

    state: State
    what: str
    finding: str
    mend: str = ""


async def examine() -> list[Finding]:
    """Look at everything that can be looked at."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [
            Finding("fail", "settings", line, "Mend the variable, in the environment or .env.")
            for line in str(error).splitlines()
        ]
    found = [
        Finding("ok", "settings", "They can be read."),
        _key(settings),
        _token(settings),
        _allowed(settings),
        _plugins(settings),
    ]
    found += [finding async for finding in _database(settings)]
    found.append(await _public_url(settings))
    return found


def _key(settings: Settings) -> Finding:
    try:
        count = len(settings.keys())
    except SettingsError as error:
        return Finding("fail", "secret key", str(error))
    return Finding("ok", "secret key", f"{count} in the key ring." if count > 1 else "It is set.")


def _token(settings: Settings) -> Finding:
    token = settings.admin_token
    if token is None and settings.entra_client_id is not None:
        return Finding("ok", "admin token", "It is not set: operators sign in.")
    if token is None:
        return Finding(
            "warn",
            "admin token",
            "BRIDGE_ADMIN_TOKEN is not set, so the API answers 401 to all.",
            "Set it to a long random text, such as that of `openssl rand -hex 32`.",
        )
    if len(token.get_secret_value()) < TOKEN_LENGTH:
        return Finding(
            "warn",
            "admin token",
            "BRIDGE_ADMIN_TOKEN is short enough to be guessed.",
            "Set it to the output of `openssl rand -hex 32`.",
        )
    return Finding("ok", "admin token", "It is set.")


def _allowed(settings: Settings) -> Finding:
    if not settings.allowed_channels:
        return Finding("ok", "allowed channels", "Microsoft's hosts over https.")
    try:
        patterns = [parse_pattern(pattern) for pattern in settings.allowed_channels]
    except ValueError as error:
        return Finding("fail", "allowed channels", str(error), "Mend BRIDGE_ALLOWED_CHANNELS.")
    if any(pattern.scheme == "http" for pattern in patterns):
        return Finding(
            "warn",
            "allowed channels",
            "Cards may be posted over http, which others can read.",
            "Fine for a test receiver on this machine; use https:// in BRIDGE_ALLOWED_CHANNELS otherwise.",
        )
    return Finding("ok", "allowed channels", ", ".join(settings.allowed_channels) + ".")


def _plugins(settings: Settings) -> Finding:
    try:
        registry = load(settings)
        languages.load(TEXTS, registry)
    except BridgeError as error:
        return Finding("fail", "plugins", str(error), "Mend or uninstall that plugin.")
    sources = ", ".join(sorted(registry.sources)) or "none"
    return Finding("ok", "plugins", f"{len(registry.plugins)} loaded; sources: {sources}.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    missing = _missing_file(settings.database_url)
    if missing:
        yield missing
        return
    try:
        store = await open_store(settings.database_url, settings.keys(), migrate=False)
    except SettingsError as error:
        if settings.secret_key is not None:
            yield Finding("fail", "database", str(error))
        return
    except BridgeError as error:
        yield Finding("fail", "database", str(error))
        return
    try:
        await store.check()
        yield Finding("ok", "database", "It can be read and written.")
        yield await _channels(store)
    except BridgeError as error:
        yield Finding("fail", "database", str(error))
    finally:
        await store.close()


def _missing_file(url: str) -> Finding | None:
    """What to say of a database that was not made yet; looking into it would make it."""
    path = Path(url.removeprefix(SQLITE))
    if not url.startswith(SQLITE) or path.exists():
        return None
    if not os.access(path.absolute().parent, os.W_OK):
        return Finding(
            "fail",
            "database",
            f"{path} is not there, and its folder cannot be written.",
            "Mend BRIDGE_DATABASE_URL, or make the folder writable.",
        )
    return Finding("ok", "database", f"{path} is not there yet: the first start makes it.")


async def _channels(store: Store) -> Finding:
    listing = await store.subscriptions.list(Page(limit=200))
    addresses = {
        parse_address(subscription.channel.url.get_secret_value()) for subscription in listing.items
    }
    if not addresses:
        return Finding("ok", "channels", "There is no subscription yet.")
    unreachable = await _unreachable(addresses)
    if unreachable:
        hosts = ", ".join(sorted(f"{address.host}:{address.port}" for address in unreachable))
        return Finding(
            "warn",
            "channels",
            f"Cannot connect to {hosts}.",
            "Look at this machine's DNS and firewall: cards are posted there.",
        )
    return Finding("ok", "channels", f"{len(addresses)} hosts can be reached.")


async def _unreachable(addresses: Iterable[Address]) -> list[Address]:
    async def reachable(address: Address) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                _, writer = await asyncio.open_connection(address.host.strip("[]"), address.port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    known = list(addresses)
    answers = await asyncio.gather(*map(reachable, known))
    return [address for address, answer in zip(known, answers, strict=True) if not answer]


async def _public_url(settings: Settings) -> Finding:
    url = settings.public_url
    host = urlsplit(url).hostname or ""
    if host in {"localhost", "127.0.0.1", "::1"}:
        return Finding(
            "warn",
            "public URL",
            f"{url} is this machine only: neither Teams nor a sender elsewhere reaches it.",
            "Set BRIDGE_PUBLIC_URL to the https:// address that they see.",
        )
    if not url.startswith("https://"):
        return Finding(
            "warn",
            "public URL",
            f"{url} is not encrypted, and Teams shows only https pages.",
            "Put it behind https and set BRIDGE_PUBLIC_URL.",
        )
    try:
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"{url}/healthz", allow_redirects=False) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return Finding(
            "warn",
            "public URL",
            f"{url} cannot be reached from here ({type(error).__name__}).",
            "Start `serve`, and look at DNS, proxy and firewall.",
        )
    if status != 200:  # noqa: PLR2004  # HTTP's own
        return Finding(
            "warn",
            "public URL",
            f"{url}/healthz answers {status}, not 200.",
            "Is it this bridge that the proxy leads to?",
        )
    return Finding("ok", "public URL", f"{url} answers.")
