"""Senders that ask before they send are answered, and what they ask is no event."""

from collections.abc import Mapping

import aiohttp
import orjson
import pytest
from pydantic import SecretStr

from bridge.models import Endpoint
from bridge.services.access import OPERATOR
from bridge.signatures import sign_hmac_sha256
from tests.pipeline.running import SECRET, Running
from tests.web.hooking import CALL, problem

ASKING = {"WebHook-Request-Origin": "events.example.com", "WebHook-Request-Rate": "120"}


async def any_system(bridge: Running) -> Endpoint:
    return await bridge.bridge.services.endpoints.create(
        OPERATOR, source="generic", name="Any", secret=SecretStr(SECRET)
    )


async def ask(
    bridge: Running, address: str, headers: Mapping[str, str] = ASKING
) -> aiohttp.ClientResponse:
    async with bridge.session.options(f"{bridge.url}/hooks/{address}", headers=headers) as answer:
        await answer.read()
        return answer


async def test_a_sender_of_cloudevents_may_send(bridge: Running) -> None:
    answer = await ask(bridge, (await any_system(bridge)).id)
    assert answer.status == 200
    assert answer.headers["WebHook-Allowed-Origin"] == "events.example.com"
    assert answer.headers["WebHook-Allowed-Rate"] == "*"
    assert not await bridge.events()


async def test_nobody_else_is_answered(bridge: Running) -> None:
    endpoint, radio = await any_system(bridge), await bridge.endpoint()
    for address, headers in ((endpoint.id, {}), (radio.id, ASKING)):
        answer = await ask(bridge, address, headers)
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"
        assert "WebHook-Allowed-Origin" not in answer.headers
        await problem(answer)
    for address in ("ep_unknown", f"{endpoint.id}.{SECRET}"):
        assert (await ask(bridge, address)).status == 404


@pytest.mark.parametrize(
    ("body", "headers", "expected"),
    [
        (
            {"type": "url_verification", "token": "t", "challenge": "3eZbrw1a"},
            {},
            {"challenge": "3eZbrw1a"},
        ),
        ({"challenge": "c"}, {}, {"challenge": "c"}),
        (
            [{"eventType": "x", "data": {"validationCode": "512d38b6"}}],
            {"aeg-event-type": "SubscriptionValidation"},
            {"validationResponse": "512d38b6"},
        ),
    ],
)
async def test_a_challenge_comes_back(
    bridge: Running, body: object, headers: Mapping[str, str], expected: Mapping[str, str]
) -> None:
    endpoint = await any_system(bridge)
    text = orjson.dumps(body)
    signed = {"x-hub-signature-256": sign_hmac_sha256(text, SECRET)}
    answer = await bridge.send(endpoint.id, text, {**headers, **signed})
    assert answer.status == 200
    assert answer.content_type == "application/json"
    assert orjson.loads(await answer.text()) == expected
    assert not await bridge.events()
    unsigned = await bridge.send(endpoint.id, text, headers)
    assert unsigned.status == 401
    assert "challenge" not in (await problem(unsigned))


@pytest.mark.parametrize(
    "body",
    [
        {"challenge": "c", "title": "An event that has a challenge"},
        {"challenge": 7},
        {"challenge": "c" * 1001},
        [{"challenge": "c"}],
        {"type": "url_verification", "challenge": None},
        {"challenge": "c", "padding": "x" * 5000, "type": "url_verification"},
    ],
)
async def test_what_is_no_challenge_is_an_event(bridge: Running, body: object) -> None:
    endpoint = await any_system(bridge)
    text = orjson.dumps(body)
    signed = {"x-hub-signature-256": sign_hmac_sha256(text, SECRET)}
    assert (await bridge.send(endpoint.id, text, signed)).status == 202


async def test_a_plugin_that_fails_to_answer_loses_nothing(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(radio, "handshake", broken)
    assert (await bridge.send(endpoint.id, CALL)).status == 202
    assert (await ask(bridge, endpoint.id)).status == 405
