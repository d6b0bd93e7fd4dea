"""People of several tenants at one bridge: each sees what is theirs, and nothing of the others."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.app import Bridge, create_app
from bridge.services.access import OPERATOR
from bridge.settings import Settings
from tests.issuer import CLIENT, TENANT, Issuer, an_issuer
from tests.web.serving import serving

OTHERS = "22222222-2222-3333-4444-555555555555"
CHANNEL = f"http://127.0.0.1:9/webhookb2/{TENANT}@{TENANT}/IncomingWebhook/x/{TENANT}"


@dataclass
class Signed:
    """The bridge, for whoever brings a token."""

    origin: str
    issuer: Issuer
    session: aiohttp.ClientSession
    bridge: Bridge

    def token(self, tenant: str = TENANT, person: str = "ada", **claims: Any) -> str:
        issuer = f"{self.issuer.url}/{tenant}/v2.0"
        return self.issuer.token(iss=issuer, aud=CLIENT, tid=tenant, oid=person, **claims)

    async def call(
        self, method: str, path: str, token: str | None, body: Any = None
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.request(
            method, f"{self.origin}{path}", json=body, headers=headers, allow_redirects=False
        ) as answer:
            text = await answer.text()
            is_json = answer.content_type.endswith("json")
            return answer.status, (await answer.json(content_type=None)) if is_json else text

    async def subscribe(self, token: str) -> tuple[str, str]:
        """An endpoint and a subscription to it."""
        status, made = await self.call(
            "POST", "/api/v1/endpoints", token, {"source": "github", "name": "Ours"}
        )
        assert status == 201, made
        body: Any = {"endpoint": made["id"], "channel": {"url": CHANNEL}, "events": ["push"]}
        status, saved = await self.call("POST", "/api/v1/subscriptions", token, body)
        assert status == 201, saved
        return made["id"], saved["id"]


@pytest.fixture(params=["tenant"])
async def signed(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Signed]:
    async with an_issuer() as issuer, aiohttp.ClientSession() as session:
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{tmp_path / 'bridge.db'}",
            secret_key=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            entra_client_id=CLIENT,
            entra_tenants=(TENANT, OTHERS),
            entra_authority=issuer.url,
            entra_editors=request.param,
            allowed_channels=("http://127.0.0.1:*",),
        )
        app = create_app(settings)
        async with serving(app) as origin:
            yield Signed(origin, issuer, session, app.state.bridge)


async def test_one_tenant_never_sees_another_s(signed: Signed) -> None:
    endpoint, subscription = await signed.subscribe(signed.token())
    theirs = signed.token(OTHERS)
    for path in (f"/endpoints/{endpoint}", f"/subscriptions/{subscription}"):
        for method, change in (("GET", None), ("PATCH", {"name": "Taken"}), ("DELETE", None)):
            status, answer = await signed.call(method, f"/api/v1{path}", theirs, change)
            assert (status, "There is no" in answer["detail"]) == (404, True)
    for path in ("endpoints", "subscriptions", f"events?endpoint={endpoint}"):
        status, answer = await signed.call("GET", f"/api/v1/{path}", theirs)
        assert status == 404 or answer["items"] == []
    body = {"endpoint": endpoint, "channel": {"url": CHANNEL}, "events": ["push"]}
    status, answer = await signed.call("POST", "/api/v1/subscriptions", theirs, body)
    assert status in {404, 422}
    assert (await signed.call("GET", f"/api/v1/endpoints/{endpoint}", signed.token()))[0] == 200


async def test_a_neighbour_may_change_what_is_the_tenant_s(signed: Signed) -> None:
    _, subscription = await signed.subscribe(signed.token())
    change = {"name": "Renamed"}
    path = f"/api/v1/subscriptions/{subscription}"
    status, changed = await signed.call("PATCH", path, signed.token(person="grace"), change)
    assert (status, changed["name"]) == (200, "Renamed")


@pytest.mark.parametrize("signed", ["owner"], indirect=True)
async def test_or_only_whoever_made_it(signed: Signed) -> None:
    endpoint, subscription = await signed.subscribe(signed.token())
    grace = signed.token(person="grace")
    change = {"name": "Renamed"}
    path = f"/api/v1/subscriptions/{subscription}"
    assert (await signed.call("PATCH", path, grace, change))[0] == 404
    assert (await signed.call("PATCH", f"/api/v1/endpoints/{endpoint}", grace, change))[0] == 403
    assert (await signed.call("GET", f"/api/v1/endpoints/{endpoint}", grace))[0] == 200
    assert (await signed.call("PATCH", path, signed.token(), change))[0] == 200


async def test_who_has_no_token_or_a_made_up_one_may_nothing(signed: Signed) -> None:
    for token in (None, "guessed", signed.token(exp=1), "a.b.c", "bs_" + "A" * 80):
        status, answer = await signed.call("GET", "/api/v1/endpoints", token)
        assert status == 401
        assert TENANT not in str(answer)


async def test_members_are_no_operators(signed: Signed) -> None:
    status, _ = await signed.call(
        "POST", "/api/v1/events/replay", signed.token(), {"since": "2026-01-01T00:00:00Z"}
    )
    assert status == 403


async def test_the_tenant_of_a_subscription_is_the_one_of_the_token(signed: Signed) -> None:
    _, subscription = await signed.subscribe(signed.token())
    status, page = await signed.call(
        "GET", f"/connector/subscriptions/{subscription}", signed.token()
    )
    assert status == 200
    body = {
        "endpoint": page["endpoint"],
        "channel": {"url": CHANNEL},
        "events": ["push"],
        "teams": {"tenant": OTHERS, "user_object_id": "ada"},
    }
    path = f"/connector/subscriptions/{subscription}"
    status, saved = await signed.call("PUT", path, signed.token(), body)
    assert status == 200
    assert "ada" not in str(saved)
    kept = await signed.bridge.services.subscriptions.get(OPERATOR, subscription)
    assert kept.teams.tenant == TENANT
    assert (await signed.call("GET", path, signed.token(OTHERS)))[0] == 404


async def test_an_attempt_that_entra_refused_is_said_and_leaves_no_cookie(signed: Signed) -> None:
    async with signed.session.get(
        f"{signed.origin}/auth/end?error=access_denied&error_description=%3Cscript%3E&state=x"
    ) as answer:
        text = await answer.text()
        assert answer.status == 401
        assert "You did not sign in" in text
        assert "<script>" not in text.replace("<script src", "")
        assert 'bridge-sign-in=""' in answer.headers["set-cookie"]
        assert answer.headers["cache-control"] == "no-store"


async def test_where_entra_is_not_set_up_nobody_signs_in(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{tmp_path / 'bridge.db'}",
        secret_key=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    )
    async with (
        serving(create_app(settings)) as origin,
        aiohttp.ClientSession() as session,
        session.get(f"{origin}/auth/start", allow_redirects=False) as answer,
    ):
        assert answer.status == 404
        assert "BRIDGE_ENTRA_CLIENT_ID" in await answer.text()
