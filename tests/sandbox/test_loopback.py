import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from bridge.errors import SettingsError
from bridge.sandbox.loopback import LoopbackOnly, authority, require_loopback


async def _inner(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("inside")(scope, receive, send)


async def _ask(headers: dict[str, str], port: int = 8700) -> int:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await LoopbackOnly(_inner, host="127.0.0.1", port=port)(scope, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8700", "localhost:8700", "LOCALHOST:8700", "[::1]:8700"]
)
async def test_its_own_addresses_are_let_in(host: str) -> None:
    assert await _ask({"host": host}) == 200
    assert await _ask({"host": host, "origin": f"http://{host}"}) == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8700",
        "127.0.0.1",
        "127.0.0.1:8701",
        "127.0.0.1.evil.example:8700",
        "",
    ],
)
async def test_a_rebound_name_is_refused(host: str) -> None:
    assert await _ask({"host": host}) == 403


async def test_a_request_without_host_is_refused() -> None:
    assert await _ask({}) == 403


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "https://evil.example",
        "http://evil.example:8700",
        "https://127.0.0.1:8700",
        "http://127.0.0.1:9999",
        "http://localhost:8700",
    ],
)
async def test_another_origin_is_refused(origin: str) -> None:
    assert await _ask({"host": "127.0.0.1:8700", "origin": origin}) == 403


async def test_the_port_that_browsers_leave_out() -> None:
    assert await _ask({"host": "127.0.0.1"}, port=80) == 200
    assert authority("127.0.0.1", 80) == "127.0.0.1"
    assert authority("::1", 8700) == "[::1]:8700"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
def test_loopback_addresses_may_be_listened_on(host: str) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", ""])  # noqa: S104  # they are refused
def test_no_other_address_may_be_listened_on(host: str) -> None:
    with pytest.raises(SettingsError, match="loopback interface only"):
        require_loopback(host)
