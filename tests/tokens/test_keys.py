"""The issuer's keys: new ones are noticed, and nobody can make the bridge ask for them all the time."""

import aiohttp
import pytest

from bridge.tokens.keys import AGAIN, FRESH, IssuerKeys, KeysUnavailable
from tests.issuer import Issuer
from tests.tokens.conftest import Clock


async def test_keys_are_fetched_once(issuer: Issuer, keys: IssuerKeys) -> None:
    assert await keys.key("first")
    assert await keys.key("first")
    assert issuer.asked == 1


async def test_a_new_key_is_noticed(issuer: Issuer, keys: IssuerKeys, clock: Clock) -> None:
    assert await keys.key("first")
    issuer.rotate("second")
    clock.now += AGAIN
    assert await keys.key("second")
    assert await keys.key("first") is None


async def test_an_old_key_is_forgotten_after_a_day(
    issuer: Issuer, keys: IssuerKeys, clock: Clock
) -> None:
    assert await keys.key("first")
    issuer.rotate("second")
    clock.now += FRESH
    assert await keys.key("first") is None


async def test_made_up_names_do_not_make_it_ask(
    issuer: Issuer, keys: IssuerKeys, clock: Clock
) -> None:
    for number in range(20):
        assert await keys.key(f"made up {number}") is None
    assert issuer.asked == 1
    clock.now += AGAIN
    assert await keys.key("made up") is None
    assert issuer.asked == 2


async def test_known_keys_outlast_an_issuer_that_does_not_answer(
    issuer: Issuer, keys: IssuerKeys, clock: Clock
) -> None:
    assert await keys.key("first")
    issuer.status = 503
    clock.now += FRESH
    assert await keys.key("first")
    assert issuer.asked == 2


@pytest.mark.parametrize("body", [[], {"keys": 7}, {"keys": [{"kty": "RSA"}]}, "x" * (2 << 20)])
async def test_keys_that_make_no_sense_are_none(
    issuer: Issuer, keys: IssuerKeys, body: object
) -> None:
    issuer.body = body
    with pytest.raises(KeysUnavailable):
        await keys.key("first")


async def test_keys_come_by_https_or_from_this_machine() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(KeysUnavailable):
            await IssuerKeys(session, "http://192.0.2.1/.well-known/x").key("first")
