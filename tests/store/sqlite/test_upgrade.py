"""A database of the first step, with what people have in it: after the second step it is all there, and goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.errors import SettingsError
from bridge.models import Attempt, Delivery, Event, Page, Selection
from bridge.store.open import open_store
from bridge.store.port import Store
from bridge.store.secrets import Vault, fingerprint, place
from bridge.store.sqlite.migrations import STEPS, migrate, schema_version
from bridge.store.sqlite.rows import stamp, to_json
from tests.store.conftest import working
from tests.store.making import KEY, NOW, URL, a_delivery, an_attempt, recorded

LATER = NOW + timedelta(minutes=1)
FINGERPRINTS = b"f" * 32
DELIVERY = Delivery("dl_1", "ev_1", 0, "sub_1", "ch_1", NOW, owed_at=NOW)
EVENT = Event(
    "ev_1", "ep_1", "doors", NOW, {"content-type": "application/json"}, b"{}", delivery_id="1"
)


def insert(connection: sqlite3.Connection, table: str, **values: object) -> None:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))  # noqa: S608  # names from below


def fill(connection: sqlite3.Connection) -> None:
    """An endpoint, two subscriptions in a channel that backs off, and what came of four events."""
    vault = Vault((KEY,))

    def seal(text: str, table: str, column: str, row: str) -> bytes:
        return vault.seal(text.encode(), place(table, column, row))

    key = vault.seal(FINGERPRINTS, place("meta", "value", "fingerprint key"))
    insert(connection, "meta", name="fingerprint key", value=key)
    insert(
        connection,
        "endpoints",
        id="ep_1",
        source="doors",
        name="Doors",
        owner="operator",
        verification="signature",
        draft=0,
        sealed=seal(to_json({"config": {"a": 1}, "secrets": []}), "endpoints", "sealed", "ep_1"),
        created_at=stamp(NOW),
    )
    insert(
        connection,
        "channels",
        id="ch_1",
        kind="workflow",
        fingerprint=fingerprint(FINGERPRINTS, SecretStr(f"workflow {URL}")),
        url=seal(URL, "channels", "url", "ch_1"),
        state="open",
        reason="Busy.",
        failing_since=stamp(NOW),
        failures=3,
        retry_at=stamp(LATER),
    )
    for name, state in (("sub_1", "active"), ("sub_2", "paused")):
        insert(
            connection,
            "subscriptions",
            id=name,
            endpoint_id="ep_1",
            channel_id="ch_1",
            name="Hall",
            events='["door.*"]',
            filters="{}",
            presentation="{}",
            owner="operator",
            state=state,
            teams="{}",
            created_at=stamp(NOW),
            updated_at=stamp(NOW),
        )
    states = ("routed", "routed", "failed", "received")
    for number, state in enumerate(states, 1):
        position = 10 * number
        insert(
            connection,
            "events",
            position=position,
            id=f"ev_{number}",
            endpoint_id="ep_1",
            source="doors",
            received_at=stamp(NOW),
            delivery_id=str(number),
            duplicate_key=f"id:{number}",
            state=state,
            reason="no" if state == "failed" else None,
            turn=number if state == "received" else None,
            types='["door.opened"]' if state == "routed" else "[]",
            attributes='[{"room": "cellar"}]' if state == "routed" else "[]",
        )
        headers = to_json(EVENT.headers)
        insert(connection, "bodies", position=position, headers=headers, body=b"{}")
        if state == "routed":
            why = '[["sub_1", 0, true, "wanted"]]'
            insert(connection, "decisions", position=position, decisions=why)
    rows = (
        ("dl_1", "ev_1", "sub_1", "delivered", None, 1),
        ("dl_2", "ev_1", "sub_2", "pending", 1, 0),
        ("dl_3", "ev_2", "sub_1", "pending", 4, 1),
        ("dl_4", "ev_2", "sub_1", "dead", None, 1),
        ("dl_5", "ev_2", "sub_1", "pending", 3, 0),
    )
    for number, (name, event, subscription, state, turn, attempts) in enumerate(rows, 1):
        insert(
            connection,
            "deliveries",
            position=10 * number,
            id=name,
            event_id=event,
            part=0,
            subscription_id=subscription,
            channel_id="ch_1",
            state=state,
            turn=turn,
            attempts=attempts,
            created_at=stamp(NOW),
            finished_at=None if turn else stamp(LATER),
        )
        if attempts:
            insert(
                connection,
                "attempts",
                delivery_id=name,
                at=stamp(NOW) + number * 1000,
                outcome="delivered",
                reason="delivered",
                status=200,
                milliseconds=12,
                excerpt="1",
            )
    connection.execute("UPDATE turns SET next = 5")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file of the first step."""
    path = tmp_path / "bridge.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        migrate(connection, STEPS[:1])
        fill(connection)
    return path


@pytest.fixture
def connection(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection:
        yield connection


async def everything(store: Store) -> list[object]:
    """What the database shows of itself."""
    deliveries = (await store.deliveries.list(Page(99))).items
    events = (await store.events.list(Page(99))).items
    return [
        (await store.endpoints.list(Page())).items,
        (await store.subscriptions.list(Page())).items,
        events,
        [await store.events.get(event.id) for event in events],
        deliveries,
        [await store.deliveries.attempts(delivery.id) for delivery in deliveries],
    ]


async def test_it_is_not_used_before_it_is_up_to_date(
    path: Path, connection: sqlite3.Connection
) -> None:
    with pytest.raises(SettingsError, match="not up to date"):
        await open_store(f"sqlite:///{path}", (KEY,), migrate=False)
    assert schema_version(connection) == 1


async def test_all_that_was_there_is_there(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}", (KEY,))
    (endpoint,) = (await store.endpoints.list(Page())).items
    assert (endpoint.name, endpoint.config) == ("Doors", {"a": 1})
    second, first = (await store.subscriptions.list(Page())).items
    assert (first.state, second.state) == ("active", "paused")
    for one in (first, second):
        assert (one.digest, one.expiry) == (True, None)  # merging is new, and on unless turned off
        assert (one.channel.failures, one.channel.failing_since) == (3, NOW)
        assert (one.channel.retry_at, one.channel.flagged) == (LATER, False)
        assert one.channel.url.get_secret_value() == URL
    routed = await store.events.get("ev_1")
    assert routed is not None
    assert (routed.state, routed.types, routed.body) == ("routed", ("door.opened",), b"{}")
    assert [decision.subscription_id for decision in routed.decisions] == ["sub_1"]
    failed = (await store.events.list(Page(), state="failed")).items
    assert [(one.id, one.reason) for one in failed] == [("ev_3", "no")]
    delivery = replace(DELIVERY, state="delivered", attempts=1, finished_at=LATER)
    assert await store.deliveries.get("dl_1") == delivery
    assert [one.id for one in (await store.deliveries.list(Page(), "pending")).items] == [
        "dl_5", "dl_3", "dl_2"
    ]  # fmt: skip
    attempt = Attempt(NOW + timedelta(seconds=1), "delivered", "delivered", 200, 12, "1")
    assert await store.deliveries.attempts("dl_1") == (attempt,)
    before = await everything(store)
    await store.close()
    store = await open_store(f"sqlite:///{path}", (KEY,))
    assert await everything(store) == before
    await store.close()


async def test_what_was_pending_goes_out_in_its_order_and_what_is_new_behind_it(
    path: Path,
) -> None:
    store = await open_store(f"sqlite:///{path}", (KEY,))
    assert await store.deliveries.lanes() == ["ch_1"]
    subscription = await store.subscriptions.get("sub_1")
    endpoint = await store.endpoints.get("ep_1")
    assert subscription
    assert endpoint
    async with working(store) as shift:
        front = await shift.front("ch_1")
        assert [one.delivery.id for one in front.pending] == ["dl_5", "dl_3"]
        assert {one.delivery.owed_at for one in front.pending} == {NOW}
        assert not any(one.interrupted for one in front.pending)
        (waiting,) = await shift.unrouted()
        assert waiting.id == "ev_4"
        event = await recorded(store, endpoint)
        assert [one.id for one in await shift.unrouted()] == ["ev_4", event.id]
        assert [one.fresh for one in await store.events.unrouted(0, 9)] == [False, True]
        late = [a_delivery(one, subscription) for one in (waiting, event)]
        for one, delivery in zip((waiting, event), late, strict=True):
            await shift.route(one, delivery)
        await store.subscriptions.set_state("sub_2", "active", None)
        assert await store.deliveries.replay("dl_4")
        assert [one.id for one in await shift.lane("ch_1")] == [
            "dl_5", "dl_3", late[0].id, late[1].id, "dl_2", "dl_4"
        ]  # fmt: skip
        await shift.end(late[0], attempt=an_attempt())
    # What was first is still the oldest in the lists, and nothing took another's place.
    ids = [one.id for one in (await store.deliveries.list(Page(99))).items]
    assert ids == [late[1].id, late[0].id, "dl_5", "dl_4", "dl_3", "dl_2", "dl_1"]
    assert (await store.events.list(Page(1))).items[0].id == event.id
    await store.close()


async def test_the_channel_s_pace_goes_on(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}", (KEY,))
    assert await store.deliveries.answered("ch_1", NOW) == [
        NOW + timedelta(seconds=number, milliseconds=12) for number in (1, 3, 4)
    ]
    await store.close()


async def test_old_events_are_duplicates_and_can_be_replayed(path: Path) -> None:
    store = await open_store(f"sqlite:///{path}", (KEY,))
    again = replace(EVENT, id="ev_again")
    found = await store.events.record(again, "id:1", None)
    assert (found.event_id, found.duplicate) == ("ev_1", True)
    assert await store.events.replay_selected(Selection("failed"), 9) == (1, None)
    async with working(store) as shift:
        assert [one.id for one in await shift.unrouted()] == ["ev_4", "ev_3"]
    await store.close()


def test_its_tables_are_those_of_a_new_database(connection: sqlite3.Connection) -> None:
    assert migrate(connection) == len(STEPS) - 1
    with closing(sqlite3.connect(":memory:")) as new:
        migrate(new)
        tables = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        assert connection.execute(tables).fetchall() == new.execute(tables).fetchall()
