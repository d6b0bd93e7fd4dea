"""Which addresses a card may lead to, and how a link shows where it goes. Only http and https, without user or password."""

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

MAX_URL_CHARACTERS = 8192
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:/[\w!#$%&'*+,\-./:;=?@~]*)?", re.ASCII)
"""Most addresses: what is done below would change nothing."""
_SAFE = "!#$%&'*+,-./:;=?@_~"
"""What stays as it is: not the characters that end or nest a link in Markdown, or quote an attribute in HTML."""


@lru_cache(maxsize=1024)
def http_url(text: str) -> str | None:
    """The address, percent-encoded to ASCII, or None for anything but a whole http(s) URL that names its host plainly."""
    text = text.strip()
    if _PLAIN.fullmatch(text) and len(text) <= MAX_URL_CHARACTERS:
        return text
    if len(text) > MAX_URL_CHARACTERS or _UNSAFE.search(text.replace(" ", "")):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
        host = ascii_host(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        return None
    rest = text.split("://", 1)[1][len(parts.netloc) :]
    netloc = f"{host}:{port}" if port is not None else host
    return f"{parts.scheme}://{netloc}{quote(rest, safe=_SAFE, errors='replace')}"


def ascii_host(host: str) -> str:
    """A host as the network knows it, so that no look-alike letter deceives. Raises `ValueError` for what is none."""
    if ":" in host:
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]+", host) else ""
    name = host if host.isascii() else host.encode("idna").decode()
    return name if re.fullmatch(r"[A-Za-z0-9._-]+", name) and name.strip(".-_") else ""


def shown_host(url: str) -> str:
    """The host that a link leads to, for people to read."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def says_itself(text: str, url: str) -> bool:
    """Whether a link's text already is the address that it leads to."""

    def bare(address: str) -> str:
        return address.strip().removeprefix("https://").removeprefix("http://").rstrip("/")

    return bare(text) == bare(url)
