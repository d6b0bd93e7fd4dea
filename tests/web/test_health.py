"""For those who watch over the bridge."""

from pathlib import Path

import pytest

from bridge.errors import StoreUnavailable
from tests.pipeline.running import Running, Says, Teams, until


async def text(bridge: Running, path: str) -> tuple[int, str]:
    async with bridge.session.get(f"{bridge.url}{path}") as answer:
        return answer.status, await answer.text()


async def test_a_bridge_that_works_says_so(bridge: Running) -> None:
    assert (await text(bridge, "/healthz"))[0] == 200
    assert (await text(bridge, "/readyz"))[0] == 200


async def test_without_its_database_it_is_alive_but_not_ready(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full() -> None:
        raise StoreUnavailable

    monkeypatch.setattr(bridge.bridge.store, "check", full)
    assert (await text(bridge, "/healthz"))[0] == 200
    status, said = await text(bridge, "/readyz")
    assert status == 503
    assert "database" in said


async def test_without_its_worker_it_is_not_ready(bridge: Running) -> None:
    await bridge.bridge.worker.stop()
    status, said = await text(bridge, "/readyz")
    assert status == 503
    assert "worker" in said


async def test_metrics_count_what_came_in_and_what_went_out(
    bridge: Running, teams: Teams, tmp_path: Path
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", Says(400))
    await bridge.call(endpoint, "rejected")
    await bridge.call(endpoint, "delivered")
    await bridge.send(endpoint.id, b"", {"X-Radio-Token": "wrong"})
    await bridge.send("ep_unknown", b"")
    await bridge.settled()
    wanted = [
        'bridge_webhooks_total{source="radio",status="202"} 2.0',
        'bridge_webhooks_total{source="radio",status="401"} 1.0',
        'bridge_webhooks_total{source="unknown",status="404"} 1.0',
        'bridge_deliveries_total{state="dead",verdict="rejected"} 1.0',
        'bridge_deliveries_total{state="delivered",verdict="delivered"} 1.0',
        "bridge_lanes_busy 0.0",
    ]

    async def counted() -> bool:
        status, said = await text(bridge, "/metrics")
        assert status == 200
        return all(line in said.splitlines() for line in wanted)

    await until(counted)
    said = (await text(bridge, "/metrics"))[1]
    assert endpoint.id not in said
