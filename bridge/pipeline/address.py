"""Which URLs a channel may have: parsed strictly and compared part by part, never as strings.

A URL is an opaque secret, so no message here repeats more of it than its host. What two parsers might read differently
(user names, backslashes, white space, odd hosts and numbers) is refused instead of interpreted.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bridge.channel import ChannelKind
from bridge.errors import BridgeError
from bridge.texts import say

MAX_LENGTH = 4096
_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65_535
_LONGEST_HOST = 253

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_URL = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?]+)(?P<rest>[/?].*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{1,5}|\*))?")
_VISIBLE_ASCII = re.compile(r"[!-~]+")


class NoAddress(BridgeError, ValueError):
    """A URL that no card goes to."""

    sentence = say("The URL is not allowed.")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a URL leads: scheme, host in lower case (an IPv6 one in brackets), port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """Addresses that are allowed. `any_subdomain`: `host` is what they end with; `port` None: every port."""

    scheme: str
    host: str
    port: int | None
    any_subdomain: bool

    def matches(self, address: Address) -> bool:
        """Whether an address is one of these."""
        return (
            address.scheme == self.scheme
            and self.port in (None, address.port)
            and (
                address.host.endswith(f".{self.host}")
                if self.any_subdomain
                else address.host == self.host
            )
        )


def parse_address(url: str) -> Address:
    """Where the URL of a channel leads. Raises `NoAddress` with a sentence that shows nothing of the URL."""
    if not url:
        raise NoAddress(say("The channel's URL is missing."))
    if len(url) > MAX_LENGTH:
        raise NoAddress(say("The URL is longer than {most} characters.", most=MAX_LENGTH))
    if not _VISIBLE_ASCII.fullmatch(url):
        raise NoAddress(
            say("The URL has a space, a line break or a letter outside ASCII: copy it again.")
        )
    if "\\" in url:
        raise NoAddress(say("The URL has a backslash: copy it again."))
    if "#" in url:
        raise NoAddress(say("The URL has a fragment (#…), which a webhook's URL never has."))
    scheme, authority = _split(url)
    if "@" in authority:
        raise NoAddress(say("The URL has a user name before its host, which is not allowed."))
    host, port = _host_and_port(authority)
    if port == "*":
        raise NoAddress(say("The URL's port is not a number."))
    return Address(scheme, host, _port(port) if port else _PORTS[scheme])


def parse_pattern(text: str) -> Pattern:
    """A pattern such as `https://*.example.com`, `https://example.com:8443` or `http://127.0.0.1:*`.

    `*.` stands for one or more labels; without a port the scheme's own is meant. Raises `ValueError` with a sentence.
    """
    try:
        if not _VISIBLE_ASCII.fullmatch(text):
            raise ValueError("It has a space or a letter outside ASCII.")  # noqa: TRY301  # one place adds the pattern
        scheme, authority = _split(text.removesuffix("/"))
        any_subdomain = authority.startswith("*.")
        host, port = _host_and_port(authority[2:] if any_subdomain else authority)
        number = None if port == "*" else _port(port) if port else _PORTS[scheme]
        if text.removesuffix("/").count("/") > len("//"):
            raise ValueError("A pattern has no path.")  # noqa: TRY301  # one place adds the pattern
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no pattern of allowed channels, such as https://*.example.com or http://127.0.0.1:*. {error}"
        ) from None
    return Pattern(scheme, host, number, any_subdomain)


def check_address(url: str, patterns: Iterable[str]) -> None:
    """Raise `NoAddress`, with a sentence naming only the host, unless the URL leads to an allowed address."""
    address = parse_address(url)
    allowed = tuple(patterns)
    if not any(parse_pattern(pattern).matches(address) for pattern in allowed):
        raise NoAddress(
            say(
                "{address} is not among the allowed addresses ({allowed}).",
                address=f"{address.scheme}://{address.host}:{address.port}",
                allowed=", ".join(allowed) or say("none"),
            )
        )


def which_kind(url: str, kinds: Mapping[str, ChannelKind]) -> str | None:
    """The name of the channel kind that recognises the URL, or None."""
    return next((name for name, kind in kinds.items() if kind.recognises(url)), None)


def mask(url: str) -> str:
    """What of a channel's URL people may see: where it leads, and no more."""
    try:
        address = parse_address(url)
    except ValueError:
        return "…"
    port = "" if address.port == _PORTS[address.scheme] else f":{address.port}"
    return f"{address.scheme}://{address.host}{port}/…"


def _split(url: str) -> tuple[str, str]:
    found = _URL.fullmatch(url)
    if found is None or found["scheme"].lower() not in _PORTS:
        raise NoAddress(say("The URL must begin with https:// and a host."))
    return found["scheme"].lower(), found["authority"].lower()


def _host_and_port(authority: str) -> tuple[str, str | None]:
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise NoAddress(say("The URL's host or port cannot be read."))
    host = found["host"]
    _check_host(host)
    return host, found["port"]


def _check_host(host: str) -> None:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise NoAddress(say("The URL's host is no IPv6 address.")) from None
        return
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise NoAddress(say("The URL's host is not a plain host name."))
    # 127.1, 0x7f000001 and 2130706433 are addresses to some and names to others.
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise NoAddress(say("The URL's host is a number in an unusual form.")) from None


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port <= _HIGHEST_PORT:
        raise NoAddress(say("The URL's port is not between 1 and 65535."))
    return port
