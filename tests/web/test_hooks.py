"""`POST /hooks/{endpoint}` as an external system sees it, over real connections."""

from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from bridge.errors import StoreUnavailable
from bridge.services.access import OPERATOR
from tests.pipeline.running import SECRET, Running
from tests.web.hooking import CALL, head, problem, refusals, talk


async def test_it_is_answered_when_it_is_kept(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 202
    event = await bridge.event((await answer.json())["event"])
    assert (event.body, event.endpoint_id, event.source) == (CALL, endpoint.id, "radio")


@pytest.mark.parametrize("address", ["ep_unknown", "ep_unknown.key", ".", "..", "%2e", "x.y.z"])
async def test_an_unknown_endpoint(bridge: Running, address: str) -> None:
    answer = await bridge.send(address, CALL)
    assert answer.status == 404
    await problem(answer)


async def test_what_cannot_be_stored_is_to_be_sent_again(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()

    async def full(*given: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(bridge.bridge.store.events, "record", full)
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    await problem(answer)


async def test_a_source_that_is_no_longer_installed(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    sources: Any = bridge.bridge.registry.sources
    monkeypatch.delitem(sources, "radio")
    answer = await bridge.send(endpoint.id, CALL)
    assert answer.status == 500
    assert "radio" in (await problem(answer))["detail"]


async def test_a_header_sent_twice_is_a_list(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    twice = head(endpoint, "X-Radio-Tag: one", "X-Radio-Tag: two", "Content-Length: 0")
    reader, writer = await talk(bridge, twice)
    answer = await reader.readuntil(b"}")
    writer.close()
    event = await bridge.event(orjson.loads(answer[answer.index(b"{") :])["event"])
    assert event.headers["x-radio-tag"] == "one, two"


async def test_a_header_is_read_as_utf_8_where_it_is_that(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    raw = head(endpoint, "X-Utf: {}", "X-Latin: {}", "Content-Length: 0")
    raw = raw.replace(b"{}", "ü".encode(), 1).replace(b"{}", "ü".encode("latin-1"), 1)
    reader, writer = await talk(bridge, raw)
    answer = await reader.readuntil(b"}")
    writer.close()
    event = await bridge.event(orjson.loads(answer[answer.index(b"{") :])["event"])
    assert (event.headers["x-utf"], event.headers["x-latin"]) == ("ü", "ü")


async def test_only_post_is_answered(bridge: Running) -> None:
    endpoint = await bridge.endpoint()
    async with bridge.session.get(f"{bridge.url}/hooks/{endpoint.id}") as answer:
        assert answer.status == 405


async def test_a_content_type_that_is_not_read_is_refused_and_noted(bridge: Running) -> None:
    endpoint = await bridge.bridge.services.endpoints.create(
        OPERATOR,
        source="generic",
        name="Any",
        secret=SecretStr(SECRET),
        config={"verification": {"scheme": "token", "header": "x-radio-token"}},
    )
    answer = await bridge.send(endpoint.id, b"\x89PNG", {"content-type": "image/png"})
    assert answer.status == 415
    assert "image/png" in (await problem(answer))["detail"]
    (refusal,) = await refusals(bridge, endpoint, 1)
    assert refusal.status == 415
