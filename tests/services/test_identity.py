"""Signing in: Entra's tokens and the bridge's own sessions, and nobody else's."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bridge.errors import Unauthorized
from bridge.services.access import OPERATOR
from bridge.services.identity import ATTEMPT_TIME, SESSION_TIME, Identity
from bridge.settings import Settings
from tests.issuer import CLIENT, TENANT, Issuer, an_issuer

OTHERS = "22222222-2222-3333-4444-555555555555"
KEY = SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")

Made = Callable[..., Identity]


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with an_issuer() as one:
        yield one


class Later:
    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def later() -> Later:
    return Later()


@pytest.fixture
async def made(issuer: Issuer, later: Later) -> AsyncIterator[Made]:
    async with aiohttp.ClientSession() as session:

        def make(tenants: str = TENANT, **more: Any) -> Identity:
            settings = Settings(
                _env_file=None,
                secret_key=KEY,
                public_url="https://bridge.example.com",
                entra_client_id=CLIENT,
                entra_tenants=tenants,
                entra_authority=issuer.url,
                **more,
            )
            return Identity(
                settings,
                CLIENT,
                session,
                lambda person: f"hash-of-{person.get_secret_value()}",
                later,
            )

        yield make


async def gone_to(issuer: Issuer, url: str) -> dict[str, str]:
    """Where Entra sends the browser back to: the query."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(url, allow_redirects=False) as answer,
    ):
        back = answer.headers["location"]
    assert back.startswith("https://bridge.example.com/auth/end?")
    return {name: value[0] for name, value in parse_qs(urlsplit(back).query).items()}


@pytest.mark.parametrize(
    "audience", [CLIENT, f"api://{CLIENT}", f"api://bridge.example.com/{CLIENT}"]
)
async def test_the_token_that_teams_has_says_who_somebody_is(
    issuer: Issuer, made: Made, audience: str
) -> None:
    who = await made().bearer(SecretStr(issuer.token(aud=audience)))
    assert (who.kind, who.tenant, who.shares) == ("member", TENANT, True)
    assert who.id == f"{TENANT}/hash-of-object-of-somebody"


@pytest.mark.parametrize(
    "claims", [{"aud": "another"}, {"tid": OTHERS}, {"oid": None}, {"exp": 1}], ids=str
)
async def test_any_other_token_says_nothing(
    issuer: Issuer, made: Made, claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthorized):
        await made().bearer(SecretStr(issuer.token(**{"aud": CLIENT, **claims})))


async def test_editing_may_be_left_to_whoever_made_it(issuer: Issuer, made: Made) -> None:
    who = await made(entra_editors="owner").bearer(SecretStr(issuer.token(aud=CLIENT)))
    assert not who.shares


async def test_only_the_first_tenant_has_the_operator(issuer: Issuer, made: Made) -> None:
    token = SecretStr(issuer.token(aud=CLIENT, roles=["Bridge.Operator"]))
    assert await made().bearer(token) == OPERATOR
    assert (await made(tenants=f"{OTHERS},{TENANT}").bearer(token)).kind == "member"


async def test_signing_in_gives_a_session(issuer: Issuer, made: Made, later: Later) -> None:
    identity = made()
    attempt = await identity.begin("ada@example.com")
    assert "login_hint=ada%40example.com" in attempt.url
    back = await gone_to(issuer, attempt.url)
    session, who = await identity.end(attempt.kept, back["state"], back["code"])
    assert who.id == f"{TENANT}/hash-of-object-of-somebody"
    assert await identity.bearer(session) == who
    later.ahead = SESSION_TIME + 1
    with pytest.raises(Unauthorized, match="over"):
        await identity.bearer(session)


async def test_a_session_ends_with_the_leave_of_its_tenant(issuer: Issuer, made: Made) -> None:
    identity = made()
    attempt = await identity.begin()
    back = await gone_to(issuer, attempt.url)
    session, _ = await identity.end(attempt.kept, back["state"], back["code"])
    with pytest.raises(Unauthorized, match="any more"):
        await made(tenants=OTHERS).bearer(session)


async def test_a_session_cannot_be_made_up(issuer: Issuer, made: Made) -> None:
    identity = made()
    attempt = await identity.begin()
    for text in ("bs_", "bs_AAAA", f"bs_{attempt.kept}", "bs_é"):
        with pytest.raises(Unauthorized):
            await identity.bearer(SecretStr(text))


async def test_an_attempt_belongs_to_its_browser(issuer: Issuer, made: Made, later: Later) -> None:
    identity = made()
    mine, theirs = await identity.begin(), await identity.begin()
    back = await gone_to(issuer, theirs.url)
    for kept, state in ((mine.kept, back["state"]), ("", back["state"]), (theirs.kept, "")):
        with pytest.raises(Unauthorized):
            await identity.end(kept, state, back["code"])
    later.ahead = ATTEMPT_TIME + 1
    with pytest.raises(Unauthorized, match="over"):
        await identity.end(theirs.kept, back["state"], back["code"])


async def test_a_stolen_code_is_worth_nothing(issuer: Issuer, made: Made) -> None:
    identity = made()
    mine, theirs = await identity.begin(), await identity.begin()
    stolen = (await gone_to(issuer, theirs.url))["code"]
    state = (await gone_to(issuer, mine.url))["state"]
    with pytest.raises(Unauthorized, match="did not accept"):
        await identity.end(mine.kept, state, stolen)


async def test_an_answer_to_another_attempt_is_turned_away(issuer: Issuer, made: Made) -> None:
    identity = made()
    attempt = await identity.begin()
    back = await gone_to(issuer, attempt.url)
    issuer.person = {"nonce": "of another attempt"}
    with pytest.raises(Unauthorized, match="another sign-in"):
        await identity.end(attempt.kept, back["state"], back["code"])
