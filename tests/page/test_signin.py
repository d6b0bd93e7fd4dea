"""Signing in from the page: without a word where Teams knows the person, in a window of its own where it does not."""

import datetime as dt
import ipaddress
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.async_api import Browser, expect

from tests.browser import in_shared_loop
from tests.issuer import CLIENT, TENANT, Issuer, an_issuer
from tests.page.conftest import Served, Teams, opened, running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that only a browser that is told to would take: Teams' window refuses http."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@dataclass
class SignIn:
    teams: Teams
    issuer: Issuer


@in_shared_loop
async def signin(
    tmp_path: Path, teams_sdk: Path, browser: Browser, certificate: Path
) -> AsyncIterator[SignIn]:
    async with (
        an_issuer() as issuer,
        running(
            tmp_path,
            teams_sdk,
            open_to_all=False,
            certificate=certificate,
            entra_client_id=CLIENT,
            entra_tenants=(TENANT,),
            entra_authority=issuer.url,
        ) as served,
        opened(browser, served) as teams,
    ):
        yield SignIn(teams, issuer)


async def owner(served: Served) -> str:
    return (await served.subscription()).owner


async def test_whom_teams_knows_is_not_asked(signin: SignIn) -> None:
    teams = signin.teams
    await teams.open(token=signin.issuer.token(aud=CLIENT))
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    assert (await owner(teams.served)).startswith(f"{TENANT}/")
    assert "object-of-somebody" not in await owner(teams.served)


async def test_whom_teams_does_not_know_signs_in_in_a_window(signin: SignIn) -> None:
    teams = signin.teams
    await teams.open(ready=False)
    async with teams.page.context.expect_page() as window:
        await teams.form.get_by_role("button", name="Sign in with Microsoft").click()
    popup = await window.value
    await expect(teams.form.get_by_role("radio", name="Orders")).to_be_visible()
    if not popup.is_closed():
        await popup.wait_for_event("close")
    await teams.new_endpoint()
    await teams.becomes(valid=True)
    assert await teams.save() == ("success", None)
    assert (await owner(teams.served)).startswith(f"{TENANT}/")


async def test_who_is_not_let_in_is_told_and_may_try_again(signin: SignIn) -> None:
    teams = signin.teams
    signin.issuer.refuses = "access_denied"
    await teams.open(ready=False)
    button = teams.form.get_by_role("button", name="Sign in with Microsoft")
    await button.click()
    await expect(
        teams.form.get_by_text("You are not signed in: You did not sign in")
    ).to_be_visible()
    signin.issuer.refuses = None
    await button.click()
    await expect(teams.form.get_by_role("radio", name="Orders")).to_be_visible()
