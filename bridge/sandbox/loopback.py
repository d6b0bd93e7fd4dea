"""Who may talk to the sandbox: this machine's own pages and programs, and nobody else's.

Everything in the sandbox is open without a token, so a page of another site must neither read it (DNS rebinding: its
own name pointed at 127.0.0.1) nor write to it (a form or a fetch from its own origin).
"""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.errors import SettingsError

NAMES = ("127.0.0.1", "localhost", "[::1]")
HTTP_PORT = 80
"""The port that browsers leave out of an address."""


def require_loopback(host: str) -> None:
    """Raise `SettingsError` unless `host` is the loopback interface."""
    if host == "localhost":
        return
    try:
        inside = ip_address(host.strip("[]")).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise SettingsError(
            f"The sandbox has no sign-in, so it listens on the loopback interface only, not on {host!r}. "
            "Leave --host out, or use `webhook-bridge serve`."
        )


def authority(host: str, port: int) -> str:
    """A host and port as they stand in a URL."""
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return name if port == HTTP_PORT else f"{name}:{port}"


class LoopbackOnly:
    """Refuses every request whose Host or Origin is not the sandbox's own."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self._app = app
        self._hosts = frozenset(authority(name, port) for name in (host, *NAMES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what came from here; answer 403 with the reason to the rest."""
        if scope["type"] == "http":
            reason = self._refusal(Headers(scope=scope))
            if reason:
                await PlainTextResponse(reason + "\n", 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, headers: Headers) -> str | None:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return "The sandbox answers only to its own loopback address."
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            return "The sandbox takes no requests from other sites' pages."
        return None
