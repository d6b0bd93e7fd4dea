"""One runaway sender is held back, and nobody else is."""

import io
from pathlib import Path

import pytest

from bridge.channel import Window
from bridge.errors import TooMany
from bridge.models import Page
from bridge.pipeline.inflow import Inflow
from tests.pipeline.running import running, settings


async def test_a_sender_that_runs_away_gets_429_and_the_others_go_on(tmp_path: Path) -> None:
    given = settings(tmp_path, endpoint_rate=((3, 3600.0),))
    async with running(given) as bridge:
        wild = await bridge.endpoint("wild")
        calm = await bridge.endpoint("calm")
        answers = [await bridge.post(wild, {"title": str(number)}) for number in range(5)]
        assert [answer.status for answer in answers] == [202, 202, 202, 429, 429]
        assert 3590 <= int(answers[-1].headers["Retry-After"]) <= 3601
        problem = await answers[-1].json(content_type=None)
        assert "BRIDGE_ENDPOINT_RATE" in problem["detail"]
        assert (await bridge.post(calm, {"title": "calm"})).status == 202
        assert len((await bridge.bridge.store.events.list(Page(10))).items) == 4


async def test_a_large_body_that_comes_too_soon_still_sees_its_answer(tmp_path: Path) -> None:
    given = settings(tmp_path, endpoint_rate=((1, 3600.0),))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        assert (await bridge.post(endpoint, {"title": "first"})).status == 202
        assert (await bridge.send(endpoint.id, io.BytesIO(b"x" * 5_000_000))).status == 429


async def test_what_was_held_back_can_be_seen_at_the_endpoint(tmp_path: Path) -> None:
    given = settings(tmp_path, endpoint_rate=((1, 3600.0),))
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        for title in ("first", "second"):
            await bridge.post(endpoint, {"title": title})
        body = await bridge.session.get(f"{bridge.url}/metrics")
        assert 'bridge_webhooks_total{source="radio",status="429"} 1.0' in await body.text()


def test_there_is_room_again_when_the_window_has_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("bridge.pipeline.inflow.time.time", lambda: now)
    inflow = Inflow([Window(2, 10)])
    inflow.admit("ep_1")
    inflow.admit("ep_1")
    with pytest.raises(TooMany) as refused:
        inflow.admit("ep_1")
    assert refused.value.retry_after in {10, 11}
    now += refused.value.retry_after
    inflow.admit("ep_1")


def test_without_windows_everything_is_taken() -> None:
    inflow = Inflow([])
    for _ in range(10_000):
        inflow.admit("ep_1")
