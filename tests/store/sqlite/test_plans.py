"""Every question is an index look-up: none reads all events or deliveries, or sorts them."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from bridge.models import (
    Alert,
    DeliveryState,
    Endpoint,
    EventState,
    Page,
    Refusal,
    Selection,
    Subscription,
)
from bridge.store.open import open_store
from bridge.store.order import Ordering, Release, Thing
from bridge.store.port import Store
from bridge.store.records import Ages
from tests.store.conftest import working
from tests.store.making import (
    KEY,
    NOW,
    URL,
    Shift,
    a_subscription,
    an_attempt,
    an_endpoint,
    recorded,
)

LARGE: Final = {"events", "bodies", "decisions", "deliveries", "attempts", "seen"}
ALIASES: Final = {"e": "events", "b": "bodies", "d": "deliveries"}
STATES: tuple[EventState | None, ...] = (None, "received", "routed", "failed")
DELIVERY_STATES: tuple[DeliveryState | None, ...] = (
    None,
    "pending",
    "delivered",
    "dead",
    "dropped",
)
SCANNED: Final = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?")
SMALL: Final = {"events_to_route", "deliveries_pending"}
"""Indexes of what is still to be done. What is held is few, too."""


async def work(shift: Shift, endpoint: Endpoint) -> None:
    """Use every verb of a worker, and what people do to its lanes meanwhile."""
    store = shift.store
    hall = await store.subscriptions.save(a_subscription(endpoint))
    attic = await store.subscriptions.save(a_subscription(endpoint, URL + "/attic"))
    await store.subscriptions.save(replace(attic, channel=hall.channel))
    attic = await store.subscriptions.save(attic)
    await recorded(store, endpoint)
    await shift.unrouted(5)
    await orders(shift, endpoint, hall)
    first, second = await shift.owed(endpoint, hall, attic)
    await store.deliveries.lanes()
    await shift.front(hall.channel.id, 5)
    await store.deliveries.answered(hall.channel.id, NOW)
    await store.deliveries.of_event(first.event_id)
    await store.deliveries.attempts_of_event(first.event_id, 5)
    await store.deliveries.digests_of_event(first.event_id)
    await store.deliveries.attempts(first.id)
    await store.deliveries.get(first.id)
    await shift.settle(claimed=(first.id,))
    await shift.again(first, an_attempt("retry"), replace(hall.channel, failures=1))
    alert = Alert(NOW, hall.channel.id, "gone", "gone")
    await shift.settle(
        finished=(replace(first, state="dead"),),
        attempt=an_attempt(),
        released=(second.id,),
        alert=alert,
    )
    await store.deliveries.replay(first.id)
    await shift.end(first, "dead", an_attempt())
    await shift.close(replace(attic.channel, state="gone"), second, NOW)
    await store.subscriptions.set_state(attic.id, "active", None)
    await store.events.replay(first.event_id)
    (event, *_) = await shift.unrouted()
    await shift.failed(event)
    await store.events.get(event.id)
    await store.changes(1)
    await store.alerts.first()
    await store.alerts.told(1)
    await store.subscriptions.remove(attic.id, NOW)


async def orders(shift: Shift, endpoint: Endpoint, hall: Subscription) -> None:
    """Hold, tell, release and see things."""
    (held,) = await shift.held(endpoint, hall)
    event = await recorded(shift.store, endpoint)
    await shift.route(event, ordering=Ordering(told=(held,)))
    await shift.showed(endpoint, hall, NOW)
    await shift.store.order.seen([Thing(hall.channel.id, endpoint.id, "door 7")])
    (held, *_) = await shift.store.order.held()
    release = Release(held.delivery, endpoint.id, (True, "wanted"))
    await shift.store.order.release([release], shift.generation)


async def lists(store: Store, endpoint_id: str, subscription_id: str) -> None:
    """Use every list, with and without a cursor, a state, and whatever it may be of."""
    for page, state, of in product((Page(5), Page(5, "MTA")), STATES, (None, endpoint_id)):
        await store.events.list(page, of, state)
        await store.events.list(page, of, state, since=NOW, until=NOW)
    for page, state_, to in product(
        (Page(5), Page(5, "MTA")), DELIVERY_STATES, (None, subscription_id)
    ):
        await store.deliveries.list(page, state_, to)


async def selections(store: Store, endpoint_id: str, subscription_id: str) -> None:
    """Replay every kind of selection."""
    times: list[dict[str, Any]] = [{}, {"since": NOW}, {"until": NOW, "after": 2}]
    for given, state, of in product(times, STATES, (None, endpoint_id)):
        await store.events.replay_selected(Selection(state, endpoint=of, **given), 5)
    whose = ((None, None), (subscription_id, None), (None, endpoint_id))
    for given, state_, (to, of) in product(times, DELIVERY_STATES, whose):
        selection = Selection(state_, subscription=to, endpoint=of, **given)
        await store.deliveries.replay_selected(selection, 5)


async def tidy(store: Store, endpoint: Endpoint, subscription_id: str) -> None:
    """Remove things in every way."""
    await store.sweep(Ages(NOW, NOW, NOW), 5)
    await store.subscriptions.remove(subscription_id, NOW)
    await store.endpoints.refuse(endpoint.id, Refusal(NOW, 401, "no"))
    await store.endpoints.remove_stale_drafts(NOW)
    await store.endpoints.remove(endpoint.id)
    await store.invitations.find("f", NOW)


@pytest.fixture
async def statements(tmp_path: Path) -> list[str]:
    """Every statement that all of this made SQLite run, with its values."""
    store = await open_store(f"sqlite:///{tmp_path / 'bridge.db'}", (KEY,))
    engine = store._engine  # type: ignore[attr-defined]  # noqa: SLF001  # only the engine sees statements
    found: list[str] = []
    endpoint = an_endpoint()
    await store.endpoints.add(endpoint)
    for connection in (engine._writer, *engine._readers):  # noqa: SLF001  # see above
        await connection.set_trace_callback(found.append)
    async with working(store) as shift:
        await work(shift, endpoint)
    (hall,) = (await store.subscriptions.list(Page())).items
    await lists(store, endpoint.id, hall.id)
    await selections(store, endpoint.id, hall.id)
    await tidy(store, endpoint, hall.id)
    await store.close()
    return [one.strip() for one in found if not one.startswith("--")]


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


def read_whole(steps: list[str]) -> set[str]:
    """The large tables that a plan reads from end to end; what it put together before, in memory, is none of them."""
    made = {step.split()[1] for step in steps if step.startswith(("CO-ROUTINE", "MATERIALIZE"))}
    scans = [found for step in steps if (found := SCANNED.match(step))]
    names = {found[1] for found in scans if found[2] not in SMALL} - made
    return {ALIASES.get(name, name) for name in names} & LARGE


@pytest.fixture
def connection(statements: list[str], tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "bridge.db")) as connection:
        yield connection


async def test_nothing_large_is_read_whole(
    statements: list[str], connection: sqlite3.Connection
) -> None:
    asked = [one for one in statements if re.match(r"SELECT|UPDATE|DELETE|WITH|INSERT", one)]
    assert len(asked) > 150
    whole = {one for one in asked if read_whole(plan(connection, one))}
    assert not whole


async def test_nothing_large_is_sorted(
    statements: list[str], connection: sqlite3.Connection
) -> None:
    """A lane is put together from its subscriptions', of each the first few; what was answered, of one channel lately.

    The tries at an event's deliveries are those of one event.
    """
    few = (
        "WITH RECURSIVE waiting",
        "FROM subscriptions s",
        "FROM attempts",
        "JOIN attempts",
        "WITH next",
    )
    for statement in statements:
        if re.match(r"SELECT|UPDATE|DELETE|WITH", statement) and any(
            "TEMP B-TREE" in step for step in plan(connection, statement)
        ):
            assert any(it in statement for it in few), statement


@pytest.mark.parametrize(
    ("table", "states", "index"),
    [
        ("events", {"received", "failed"}, "events_not_routed"),
        ("deliveries", {"pending", "dead", "dropped"}, "deliveries_not_delivered"),
    ],
)
async def test_lists_of_what_is_rare_use_its_small_index(
    statements: list[str],
    connection: sqlite3.Connection,
    table: str,
    states: set[str],
    index: str,
) -> None:
    for state in states:
        beginning, wanted = f"SELECT * FROM {table} WHERE ", f"state = '{state}'"  # noqa: S608  # what is looked for
        listed = [one for one in statements if one.startswith(beginning) and wanted in one]
        assert len(listed) in {4, 8}, state
        for statement in listed:
            (step,) = plan(connection, statement)
            assert f"USING INDEX {index}" in step, (statement, step)
            if "endpoint_id" not in statement and "subscription_id" not in statement:
                assert "(state=? AND position" in step


async def test_what_is_still_to_be_done_is_found_by_its_small_index(
    statements: list[str], connection: sqlite3.Connection
) -> None:
    indexes = {
        "WITH next (position)": "events_to_route",
        "WITH RECURSIVE waiting": "deliveries_pending",
        "SELECT d.*, s.expiry": "deliveries_pending",
    }
    for part, index in indexes.items():
        asked = [one for one in statements if part in one]
        assert asked, part
        for statement in asked:
            assert any(index in step for step in plan(connection, statement)), statement


async def test_no_list_reads_bodies(statements: list[str]) -> None:
    pages = [one for one in statements if "ORDER BY position DESC" in one]
    assert len(pages) > 30
    for statement in pages:
        assert "bodies" not in statement
