"""Only who knows the endpoint's secret gets a webhook in, and what proved it is not kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bridge.models import EndpointSecret, new_id
from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running
from tests.web.hooking import CALL, problem, refusals

URL_SECRET = "k" * 40


async def test_what_proved_the_sender_is_not_kept(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    secret = {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "Proxy-Authorization": "Basic x",
        "X-Radio-Token": SECRET,
    }
    answer = await bridge.send(endpoint.id, CALL, {**secret, "X-Radio-Event": "call"})
    event = await bridge.event((await answer.json())["event"])
    assert not {name.lower() for name in secret} & set(event.headers)
    assert event.headers["x-radio-event"] == "call"
    assert event.headers["content-type"] == "application/json"
    assert SECRET not in repr(event.headers)


@pytest.mark.parametrize(
    "headers", [{"X-Radio-Token": "wrong"}, {"X-Radio-Token": ""}, {"X-Radio-Token": SECRET + "é"}]
)
async def test_a_wrong_secret_is_refused_and_noted(
    bridge: Running, headers: dict[str, str]
) -> None:
    endpoint = await bridge.endpoint()
    answer = await bridge.send(endpoint.id, CALL, headers)
    assert answer.status == 401
    said = await problem(answer)
    assert SECRET not in str(said)
    (refusal,) = await refusals(bridge, endpoint, 1)
    assert (refusal.status, refusal.reason) == (401, said["detail"])
    assert not await bridge.events()


async def test_the_signature_covers_the_raw_bytes(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    bodies = (b'{"calls":[]}', b'{ "calls" : [ ] }', b"\xff\xfe\x00", b"")
    for body in bodies:
        assert (await bridge.send(endpoint.id, body)).status == 202
    assert {event.id for event in await bridge.events()}
    kept = [(await bridge.event(event.id)).body for event in await bridge.events()]
    assert sorted(kept) == sorted(bodies)


async def test_every_secret_is_valid_until_it_expires(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    now = datetime.now(UTC)
    secrets = (
        EndpointSecret(new_id("key"), SecretStr("expired"), now, now - timedelta(seconds=1)),
        EndpointSecret(new_id("key"), SecretStr("old"), now, now + timedelta(hours=1)),
        EndpointSecret(new_id("key"), SecretStr("new"), now),
    )
    await bridge.bridge.store.endpoints.replace(replace(endpoint, secrets=secrets))
    expected = {"expired": 401, "old": 202, "new": 202, SECRET: 401}
    for number, (secret, status) in enumerate(expected.items()):
        answer = await bridge.send(endpoint.id, b"%d" % number, {"X-Radio-Token": secret})
        assert answer.status == status, secret


async def test_an_endpoint_verified_by_its_url(bridge: Running) -> None:
    endpoint = await bridge.endpoint(verification="url", secret=URL_SECRET)
    unsigned = {"X-Radio-Token": "whatever", "X-Api-Key": "whatever", "X-Radio-Id": "1"}
    answer = await bridge.send(f"{endpoint.id}.{URL_SECRET}", CALL, unsigned)
    assert answer.status == 202
    event = await bridge.event((await answer.json())["event"])
    assert "whatever" not in repr(event.headers)
    wrong = [endpoint.id, f"{endpoint.id}.", f"{endpoint.id}.{URL_SECRET}x", f"{endpoint.id}.é"]
    answers = [await bridge.send(address, CALL) for address in (*wrong, "ep_unknown.x")]
    assert {answer.status for answer in answers} == {404}
    assert len({await answer.text() for answer in answers}) == 1
    noted = await refusals(bridge, endpoint, len(wrong))
    assert {one.status for one in noted} == {404}
    assert URL_SECRET not in repr(noted)


async def test_a_part_after_the_dot_is_wrong_where_signatures_are_checked(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    assert (await bridge.send(f"{endpoint.id}.{SECRET}", CALL)).status == 404


async def test_a_plugin_that_fails_to_verify_lets_nobody_in(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr(radio, "verify", broken)
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 500
    said = await problem(answer)
    assert "KeyError in test_hooks_proof.py" in said["detail"]
    assert SECRET not in str(said)
    assert not await bridge.events()


async def test_a_large_body_is_verified_too(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    large = b"x" * (1 << 20)
    assert (await bridge.send(endpoint.id, large)).status == 202
    assert (await bridge.send(endpoint.id, large, {"X-Radio-Token": "wrong"})).status == 401


async def test_where_nothing_is_to_be_proved_what_looks_like_a_proof_is_not_kept(
    bridge: Running,
) -> None:
    endpoint = await bridge.bridge.services.endpoints.create(
        OPERATOR, source="generic", name="Any", config={"verification": {"scheme": "none"}}
    )
    answer = await bridge.send(endpoint.id, CALL, {"X-Api-Key": "whatever", "X-Kind": "call"})
    assert answer.status == 202
    event = await bridge.event((await answer.json())["event"])
    assert event.headers["x-kind"] == "call"
    assert not {"x-api-key", "x-radio-token"} & set(event.headers)
