"""Which pages Teams may show: the rules of `validDomains`, and of the URLs that must be covered by it. Pure."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bridge.package.faults import Fault

SHARED: Final = (
    "azurewebsites.net",
    "azurefd.net",
    "azurestaticapps.net",
    "cloudapp.azure.com",
    "cloudapp.net",
    "devtunnels.ms",
    "github.io",
    "herokuapp.com",
    "ngrok.app",
    "ngrok.io",
    "ngrok-free.app",
    "onmicrosoft.com",
    "sharepoint.com",
    "trafficmanager.net",
    "web.core.windows.net",
)
"""Domains under which anybody can have a name: a wildcard there lets strangers in."""

PROVIDERS: Final = ("accounts.google.com", "login.microsoftonline.com", "login.microsoft.com")
"""Who signs people in: their pages open in a window of their own, and must not be listed."""

_LABEL: Final = r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?|\*)"
_DOMAIN: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::\d{{1,5}})?")
_PORTS: Final = {"https": 443, "http": 80}
_OWN_SITE: Final = "{teamsitedomain}"
"""Teams puts the team's own SharePoint there."""


def domain_of(url: str) -> str:
    """What `validDomains` has for a URL: its host, with its port where that is not the usual one."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{_host(parts)}{port}"


def covers(domains: Sequence[str], url: str) -> bool:
    """Whether the page of a URL may be shown. A `*` stands for exactly one part of a name."""
    wanted = domain_of(url).split(".")
    return any(_matches(domain.lower().split("."), wanted) for domain in domains)


def _matches(pattern: list[str], wanted: list[str]) -> bool:
    return len(pattern) == len(wanted) and all(
        part in ("*", given) for part, given in zip(pattern, wanted, strict=True)
    )


def look_at_domains(domains: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with a manifest's `validDomains`."""
    for number, given in enumerate(domains):
        found = _wrong(given.lower())
        if found:
            yield Fault(f"validDomains[{number}]", f"{given[:100]!r}: {found[0]}", found[1])
        elif given.lower() in PROVIDERS:
            yield Fault(
                f"validDomains[{number}]",
                f"{given} signs people in, and must not be listed.",
                "Remove it: sign-in opens in a window of its own.",
                serious=False,
            )


def _wrong(domain: str) -> tuple[str, str] | None:
    """What is wrong with one domain, and what mends it."""
    if domain == _OWN_SITE:
        return None
    if "://" in domain or "/" in domain:
        return "this is a URL.", "Write the host's name only, without https:// and path."
    if not _DOMAIN.fullmatch(domain):
        return "this is no domain.", "Write a host's name such as bridge.example.com."
    name = domain.partition(":")[0]
    fixed = re.sub(r"^(\*\.)*\*?", "", name)
    if "*" in fixed:
        return "a * stands too far right.", "Put it first, as in *.example.com."
    if fixed != name and ("." not in fixed or fixed in SHARED):
        return (
            "this covers names of other people.",
            "Name your own host, or a wildcard under a domain of your own.",
        )
    return None


def look_at_url(where: str, url: str, *, local: bool) -> Iterator[Fault]:
    """What is wrong with the URL of a page. `local`: http, and this machine's own names, will do."""
    try:
        parts = urlsplit(url)
        host, _ = _host(parts), parts.port
    except ValueError:
        yield Fault(where, f"{url[:100]!r} is no URL.", "Write a whole URL with https://.")
        return
    if not host or parts.username is not None or re.search(r"[\s<>]", url):
        yield Fault(
            where, f"{url[:100]!r} is no URL of a page.", "Write a whole URL with https://."
        )
        return
    if local:
        return
    if is_this_machine(host):
        problem = f"{url[:100]} leads to this machine, where nobody else can go."
        yield Fault(where, problem, "Use the https:// address that people reach.")
    elif parts.scheme != "https":
        problem = f"{url[:100]} is not encrypted, and Teams shows only https:// pages."
        yield Fault(where, problem, "Put it behind https.")


def is_this_machine(host: str) -> bool:
    """Whether a host's name means the machine that asks."""
    name = host.strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    return f"[{host}]" if ":" in host else host
