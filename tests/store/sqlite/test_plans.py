"""Every question is an index look-up: none reads all events or deliveries, or sorts them."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.models import DeliveryState, Event, EventState, Page, Refusal
from bridge.store.open import open_store
from bridge.store.port import Store
from tests.store.making import (
    KEY,
    NOW,
    URL,
    a_subscription,
    an_attempt,
    an_endpoint,
    owed,
    recorded,
)

LARGE = ("events", "bodies", "decisions", "deliveries", "attempts")
STATES: tuple[EventState | None, ...] = (None, "received")
DELIVERY_STATES: tuple[DeliveryState | None, ...] = (None, "pending")


async def everything(store: Store) -> None:
    """Use every verb that touches what can become large."""
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    await store.endpoints.refuse(endpoint.id, Refusal(NOW, 401, "no"))
    hall = await store.subscriptions.save(a_subscription(endpoint))
    attic = await store.subscriptions.save(a_subscription(endpoint, URL + "/attic"))
    await store.subscriptions.save(replace(attic, channel=hall.channel))
    attic = await store.subscriptions.save(attic)
    await lists(store, await recorded(store, endpoint), hall.id)
    first, second = await owed(store, endpoint, hall, attic)
    await store.deliveries.due(NOW, 5, ("ch_1", "ch_2"))
    await store.deliveries.next_retry()
    await store.deliveries.head(hall.channel.id)
    await store.deliveries.of_event(first.event_id)
    await store.deliveries.attempts(first.id)
    await store.deliveries.get(first.id)
    await store.deliveries.retry(first, an_attempt("retry"), replace(hall.channel, failures=1))
    await store.deliveries.finish(replace(first, state="dead"), an_attempt())
    await store.deliveries.replay(first.id)
    await store.deliveries.finish(replace(first, state="dead"), an_attempt())
    for subscription_id in (hall.id, None):
        await store.deliveries.replay_dead(NOW, subscription_id)
    gone = replace(attic.channel, state="gone")
    await store.deliveries.close_channel(gone, second, an_attempt("gone"), NOW)
    await store.subscriptions.set_state(attic.id, "active", None)
    await store.events.replay(first.event_id)
    await store.events.failed(first.event_id, "no")
    await store.subscriptions.remove(hall.id, NOW)
    await store.endpoints.remove_stale_drafts(NOW)
    await store.endpoints.remove(endpoint.id)
    await store.invitations.find("f", NOW)


async def lists(store: Store, event: Event, subscription_id: str) -> None:
    """Use every list, with and without a cursor, a state, and whatever it may be of."""
    await store.events.get(event.id)
    await store.events.unrouted(5)
    cursors = [None, "MTA"]
    for cursor in cursors:
        page = Page(5, cursor)
        for state in STATES:
            for endpoint_id in (None, event.endpoint_id):
                await store.events.list(page, endpoint_id, state)
        for delivery_state in DELIVERY_STATES:
            for of in (None, subscription_id):
                await store.deliveries.list(page, delivery_state, of)


@pytest.fixture
async def statements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that all of this made SQLite run, with its values."""
    store = await open_store(f"sqlite:///{tmp_path / 'bridge.db'}", (KEY,))
    engine = store._engine  # type: ignore[attr-defined]  # noqa: SLF001  # only the engine sees statements
    found: list[str] = []
    for connection in (engine._writer, *engine._readers):  # noqa: SLF001  # see above
        await connection.set_trace_callback(found.append)
    await everything(store)
    await store.close()
    return [one.strip() for one in found if not one.startswith("--")]


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


async def test_nothing_large_is_read_whole(statements: list[str], tmp_path: Path) -> None:
    asked = [one for one in statements if re.match(r"SELECT|UPDATE|DELETE|WITH", one)]
    assert len(asked) > 60
    with closing(sqlite3.connect(tmp_path / "bridge.db")) as connection:
        aliases = {"e": "events", "b": "bodies", "d": "deliveries"}
        for statement in asked:
            for step in plan(connection, statement):
                scanned = re.match(r"SCAN (\w+)", step)
                name = aliases.get(scanned[1], scanned[1]) if scanned else None
                assert name not in LARGE or "USING INDEX events_to_route" in step, (statement, step)
                if "TEMP B-TREE FOR ORDER BY" in step:
                    assert "lanes" in statement or "subscriptions s" in statement, statement


async def test_no_list_reads_bodies(statements: list[str]) -> None:
    for statement in statements:
        if "ORDER BY position DESC" in statement:
            assert "bodies" not in statement
