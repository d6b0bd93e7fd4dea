"""Who is asking over HTTP, what answers say to browsers, and how errors are said."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from bridge.errors import (
    Invalid,
    NotFound,
    SecretError,
    StoreUnavailable,
    TemplateFailed,
    Unauthorized,
)
from bridge.services.access import Principal
from bridge.web.languages import Languages
from bridge.web.security import Guard, exception_handlers, principal
from tests.web.serving import serving

ADMIN = "the-operator-s-token"
INVITED = "an-invitation-s-token"
ERRORS: Mapping[str, Exception] = {
    "invalid": Invalid({"channel.url": "It is not allowed."}),
    "missing": NotFound("There is no door."),
    "busy": StoreUnavailable(),
    "secret": SecretError(),
    "template": TemplateFailed("door.j2, line 3: a name is misspelt."),
    "unexpected": RuntimeError("https://example.com/secret-path"),
}


class Invitations:
    async def bearer(self, token: SecretStr) -> Principal:
        if token.get_secret_value() != INVITED:
            raise Unauthorized
        return Principal("invited", "inv_1")


async def whoami(request: Request) -> Response:
    return JSONResponse({"id": (await principal(request)).id})


async def page(_: Request) -> Response:
    return HTMLResponse("<p>Hello</p>")


async def fail(request: Request) -> Response:
    raise ERRORS[request.path_params["error"]]


async def break_off(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"some"
        raise RuntimeError("https://example.com/secret-path")

    return StreamingResponse(parts())


def application(*, admin: str | None = ADMIN, open_to_all: bool = False) -> Starlette:
    app = Starlette(
        routes=[
            Route("/api/v1/whoami", whoami),
            Route("/connector/whoami", whoami),
            Route("/connector/config", page),
            Route("/page", page),
            Route("/fail/{error}", fail),
            Route("/break-off", break_off),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers=exception_handlers,
    )
    token = SecretStr(admin) if admin else None
    app.state.bridge = SimpleNamespace(
        settings=SimpleNamespace(admin_token=token),
        services=SimpleNamespace(invitations=Invitations()),
        identity=None,
    )
    app.state.open_to_all = open_to_all
    app.state.languages = Languages()
    return app


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    json: Any


async def get(
    app: Starlette, path: str, token: str | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    sent = {**(headers or {})}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    async with (
        serving(app) as origin,
        aiohttp.ClientSession() as session,
        session.get(origin + path, headers=sent) as answer,
    ):
        json = "json" in answer.headers.get("Content-Type", "")
        return Answer(answer.status, answer.headers, await answer.json() if json else None)


async def test_the_admin_token_makes_the_operator() -> None:
    assert (await get(application(), "/api/v1/whoami", ADMIN)).json == {"id": "operator"}
    assert (await get(application(), "/connector/whoami", ADMIN)).json == {"id": "operator"}


async def test_an_invitation_opens_only_the_configuration_page_s_paths() -> None:
    assert (await get(application(), "/connector/whoami", INVITED)).json == {"id": "inv_1"}
    refused = await get(application(), "/api/v1/whoami", INVITED)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/whoami", "/connector/whoami"])
@pytest.mark.parametrize("token", [None, "", "x", ADMIN + "x", "é"])
async def test_no_other_token_opens_anything(path: str, token: str | None) -> None:
    assert (await get(application(), path, token)).status == 401


async def test_another_scheme_is_no_token() -> None:
    headers = {"Authorization": f"Basic {ADMIN}"}
    assert (await get(application(), "/api/v1/whoami", headers=headers)).status == 401


async def test_without_an_admin_token_the_api_is_closed_and_says_why() -> None:
    for token in (None, "", "anything", "None"):
        closed = await get(application(admin=None), "/api/v1/whoami", token)
        assert closed.status == 401
        assert "BRIDGE_ADMIN_TOKEN" in closed.json["detail"]
    invited = await get(application(admin=None), "/connector/whoami", INVITED)
    assert invited.json == {"id": "inv_1"}


async def test_what_is_open_to_all_needs_no_token_of_this_machine() -> None:
    answer = await get(application(open_to_all=True), "/api/v1/whoami")
    assert answer.json == {"id": "operator"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "bridge.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:80"},
        {"Host": "192.168.1.10"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "null"},
    ],
)
async def test_what_is_open_to_all_is_open_to_no_website(headers: Mapping[str, str]) -> None:
    assert (
        await get(application(open_to_all=True), "/api/v1/whoami", headers=headers)
    ).status == 403


@pytest.mark.parametrize("host", ["localhost:80", "127.0.0.1:80", "127.8.9.1", "[::1]:80"])
async def test_every_loopback_name_will_do(host: str) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    answer = await get(application(open_to_all=True), "/api/v1/whoami", headers=headers)
    assert answer.status == 200


async def test_only_the_configuration_page_may_be_framed_and_only_by_teams() -> None:
    config = await get(application(), "/connector/config")
    policy = config.headers["Content-Security-Policy"]
    frames = policy.rpartition("frame-ancestors ")[2].split()
    assert "https://teams.microsoft.com" in frames
    assert "https://*.cloud.microsoft" in frames
    assert "'self'" not in frames
    assert "'unsafe-inline'" not in policy
    for path in ("/page", "/api/v1/whoami", "/fail/unexpected", "/nowhere"):
        other = await get(application(), path)
        assert other.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


async def test_the_sandbox_frames_the_configuration_page_itself() -> None:
    config = await get(application(open_to_all=True), "/connector/config")
    assert "frame-ancestors 'self' " in config.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/page", "/api/v1/whoami", "/fail/unexpected", "/nowhere"])
async def test_every_answer_carries_the_security_headers(path: str) -> None:
    answer = await get(application(), path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_what_is_invalid_is_said_beside_its_field() -> None:
    answer = await get(application(), "/fail/invalid")
    assert answer.json == {
        "type": "about:blank",
        "title": "Invalid input",
        "status": 422,
        "detail": "channel.url: It is not allowed.",
        "errors": {"channel.url": "It is not allowed."},
    }


async def test_refusals_have_their_status_and_headers() -> None:
    assert (await get(application(), "/fail/missing")).json["detail"] == "There is no door."
    busy = await get(application(), "/fail/busy")
    assert (busy.status, busy.headers["Retry-After"]) == (503, "5")
    nowhere = await get(application(), "/nowhere")
    assert (nowhere.status, nowhere.json["title"]) == (404, "Not found")
    assert nowhere.headers["Content-Type"] == "application/problem+json"


async def test_the_unexpected_is_a_500_without_detail_and_a_logged_id() -> None:
    with capture_logs() as lines:
        answer = await get(application(), "/fail/unexpected")
    assert answer.status == 500
    (line,) = (line for line in lines if line["event"] == "request failed")
    assert line["incident"] in answer.json["detail"]
    assert line["error"] == "RuntimeError"
    assert line["at"][-1].endswith(" fail")
    assert "secret-path" not in f"{answer.json}{lines}"


async def test_the_bridge_s_own_faults_say_what_they_are() -> None:
    assert "BRIDGE_SECRET_KEY" in (await get(application(), "/fail/secret")).json["detail"]
    assert "line 3" in (await get(application(), "/fail/template")).json["detail"]


async def test_an_answer_that_breaks_off_is_not_taken_for_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with capture_logs() as lines, pytest.raises(aiohttp.ClientPayloadError):
        async with (
            serving(application()) as origin,
            aiohttp.ClientSession() as session,
            session.get(f"{origin}/break-off") as answer,
        ):
            await answer.read()
    assert "request failed" in str(lines)
    assert "secret-path" not in f"{lines}{caplog.text}"
