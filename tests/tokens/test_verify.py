"""Who is believed: only a token of that issuer, for us, in its time, whatever else it says."""

import base64
import hmac
import time
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.errors import Unauthorized
from bridge.tokens.keys import IssuerKeys
from bridge.tokens.verify import LEEWAY, Claims, Expected, verify
from tests.issuer import TENANT, Issuer, new_key


def expected(issuer: Issuer, **more: Any) -> Expected:
    return Expected(
        issuers=(f"{issuer.url}/{{tenantid}}/v2.0",), audiences=("us", "api://us"), **more
    )


async def believed(issuer: Issuer, keys: IssuerKeys, token: str, **more: Any) -> Claims:
    return await verify(SecretStr(token), keys, expected(issuer, **more))


async def test_a_token_of_the_issuer_for_us_is_believed(issuer: Issuer, keys: IssuerKeys) -> None:
    claims = await believed(issuer, keys, issuer.token(nonce="n"), tenants=(TENANT,))
    assert (claims.tenant, claims.person, claims.nonce) == (TENANT, "object-of-somebody", "n")
    assert "somebody" not in repr(claims)


async def test_one_of_several_audiences_is_enough(issuer: Issuer, keys: IssuerKeys) -> None:
    token = issuer.token(aud=["others", "api://us"])
    assert (await believed(issuer, keys, token)).subject == "somebody"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://login.example/x/v2.0"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"tid": None}, "another issuer"),
        ({"tid": "99999999-2222-3333-4444-555555555555"}, "another issuer"),
        ({"aud": "them"}, "another application"),
        ({"aud": None}, "another application"),
        ({"aud": [["us"]]}, "another application"),
        ({"exp": int(time.time()) - LEEWAY - 60}, "expired"),
        ({"exp": None}, "until when"),
        ({"exp": "tomorrow"}, "cannot be read"),
        ({"exp": 1e400}, "cannot be read"),
        ({"exp": True}, "cannot be read"),
        ({"nbf": int(time.time()) + LEEWAY + 600}, "not hold yet"),
        ({"iat": int(time.time()) + LEEWAY + 600}, "not hold yet"),
        ({"sub": None}, "whom"),
        ({"sub": 7}, "whom"),
    ],
)
async def test_what_it_must_say(
    issuer: Issuer, keys: IssuerKeys, claims: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unauthorized, match=reason):
        await believed(issuer, keys, issuer.token(**claims))


async def test_another_tenant_is_turned_away(issuer: Issuer, keys: IssuerKeys) -> None:
    with pytest.raises(Unauthorized, match="tenant that may not"):
        await believed(issuer, keys, issuer.token(), tenants=("somewhere-else",))


@pytest.mark.parametrize("name", ["appid", "azp"])
async def test_only_named_applications_may_bring_one(
    issuer: Issuer, keys: IssuerKeys, name: str
) -> None:
    said: dict[str, Any] = {name: "teams"}
    token = issuer.token(**said)
    assert (await believed(issuer, keys, token, applications=("teams",))).subject == "somebody"
    with pytest.raises(Unauthorized, match="given to another"):
        await believed(issuer, keys, token, applications=("outlook",))
    with pytest.raises(Unauthorized, match="given to another"):
        await believed(issuer, keys, issuer.token(), applications=("teams",))


async def test_a_key_that_only_says_its_name_is_turned_away(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    with pytest.raises(Unauthorized, match="signature does not hold"):
        await believed(issuer, keys, issuer.token(key=new_key("first")))


async def test_what_was_changed_after_signing_is_turned_away(
    issuer: Issuer, keys: IssuerKeys
) -> None:
    head, payload, signature = issuer.token().split(".")
    said = orjson.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(orjson.dumps({**said, "oid": "the boss"})).rstrip(b"=")
    with pytest.raises(Unauthorized, match="signature does not hold"):
        await believed(issuer, keys, f"{head}.{forged.decode()}.{signature}")


async def test_nobody_chooses_the_algorithm(issuer: Issuer, keys: IssuerKeys) -> None:
    _, payload, _ = issuer.token().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","kid":"first"}').rstrip(b"=").decode()
    # The classic: the public key, which everybody has, as the shared secret of HS256.
    hs256 = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"first"}').rstrip(b"=").decode()
    mac = hmac.digest(issuer.key.as_pem(private=False), f"{hs256}.{payload}".encode(), "sha256")
    with_a_public_key_as_secret = (
        f"{hs256}.{payload}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    )
    for token in (f"{none}.{payload}.", with_a_public_key_as_secret):
        with pytest.raises(Unauthorized, match="RS256"):
            await believed(issuer, keys, token)


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "..", "é.é.é", "a" * 20_000, "eyJhbGciOiJSUzI1NiJ9.e30.AA"]
)
async def test_what_is_no_token_is_turned_away(
    issuer: Issuer, keys: IssuerKeys, token: str
) -> None:
    with pytest.raises(Unauthorized):
        await believed(issuer, keys, token)
    assert issuer.asked == 0
