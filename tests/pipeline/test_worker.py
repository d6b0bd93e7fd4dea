"""The whole way of a webhook, as it happens: from the 202 to the card in the channel, whatever the channel does."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge.app import open_bridge
from bridge.errors import StoreUnavailable
from bridge.models import Page
from bridge.pipeline.worker import EVENTS
from bridge.services.access import OPERATOR
from tests.pipeline.running import (
    SECRET,
    Running,
    Says,
    Teams,
    receiving,
    running,
    settings,
    until,
)

CALL = b'{"calls": [{"title": "late"}]}'
THROTTLED = Says(
    body="Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 "
    "with ContextId tcid=0,server=PR2PEPF0000,cv=abc."
)


async def test_a_webhook_becomes_a_card_in_every_channel_that_subscribed(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.subscribe(endpoint, teams.workflow("two"))
    event_id = await bridge.call(endpoint, "Hello, is this the radio?")
    await bridge.settled()
    assert teams.titles("one") == ["Hello, is this the radio?"]
    assert len(teams.titles("two")) == 1
    event = await bridge.event(event_id)
    assert (event.state, event.types) == ("routed", ("call.started",))
    assert all(decision.matched for decision in event.decisions)
    deliveries = await bridge.deliveries()
    assert {one.state for one in deliveries} == {"delivered"}
    for delivery in deliveries:
        (attempt,) = await bridge.bridge.store.deliveries.attempts(delivery.id)
        assert attempt.outcome == "delivered"
    for headers in teams.headers:
        assert headers["Content-Type"] == "application/json"
        assert "Authorization" not in headers
        assert "Cookie" not in headers


async def test_a_batch_gives_a_card_for_each_part_that_matches(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    wanted = {"attribute": "station", "any_of": ["north*"]}
    await bridge.subscribe(endpoint, teams.connector("north"), filters=wanted)
    ended = await bridge.subscribe(endpoint, teams.connector("ended"), events=["call.ended"])
    answer = await bridge.post(
        endpoint,
        {"title": "first", "station": "Northern"},
        {"title": "second", "station": "South"},
        {"title": "third", "station": "north sea", "type": "call.ended"},
    )
    await bridge.settled()
    assert teams.titles("north") == ["first", "third"]
    assert teams.titles("ended") == ["third"]
    event = await bridge.event((await answer.json())["event"])
    assert event.types == ("call.started", "call.started", "call.ended")
    reasons = [
        (one.part, one.matched, one.reason)
        for one in event.decisions
        if one.subscription_id == ended.id
    ]
    not_wanted = "call.started is not among its event types (call.ended)"
    assert reasons == [
        (0, False, not_wanted),
        (1, False, not_wanted),
        (2, True, "call.ended is wanted (call.ended)"),
    ]


async def test_a_throttled_channel_gets_every_card_in_order(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", THROTTLED, Says(503), Says(hang_up=True), Says(body="not a number"))
    wanted = [f"call {number}" for number in range(8)]
    for title in wanted:
        await bridge.call(endpoint, title)
    await bridge.settled()
    assert teams.titles("one") == [wanted[0]] * 4 + wanted
    first = (await bridge.deliveries())[-1]
    attempts = await bridge.bridge.store.deliveries.attempts(first.id)
    assert [one.outcome for one in attempts] == ["retry"] * 4 + ["delivered"]
    assert [one.status for one in attempts] == [200, 503, None, 200, 200]
    assert first.attempts == 5
    (subscription,) = (await bridge.bridge.store.subscriptions.list(Page())).items
    assert (subscription.channel.failures, subscription.channel.failing_since) == (0, None)


async def test_a_slow_channel_delays_no_other(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    go_on = asyncio.Event()
    teams.says("slow", Says(when=go_on))
    await bridge.subscribe(endpoint, teams.connector("slow"))
    await bridge.subscribe(endpoint, teams.connector("quick"))
    titles = [f"call {number}" for number in range(5)]
    for title in titles:
        await bridge.call(endpoint, title)
    await until(lambda: teams.titles("quick") == titles)
    assert teams.titles("slow") == titles[:1]
    go_on.set()
    await bridge.settled()
    assert teams.titles("slow") == titles


async def test_a_rejected_card_is_a_dead_letter_and_the_lane_goes_on(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", Says(400, "Bad payload"))
    await bridge.call(endpoint, "bad")
    await bridge.call(endpoint, "good")
    await bridge.settled()
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason == "The channel answered 400 (Bad Request): it cannot read the card."
    assert teams.titles("one") == ["bad", "good"]
    await bridge.bridge.services.deliveries.replay(OPERATOR, dead.id)
    await bridge.settled()
    assert teams.titles("one") == ["bad", "good", "bad"]
    assert not await bridge.deliveries("dead")


async def test_a_card_that_is_too_large_is_sent_once_more_at_half_the_size(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    too_large = Says(413)
    teams.says("one", too_large, Says(), too_large, too_large)
    await bridge.call(endpoint, "fits then")
    await bridge.settled()
    await bridge.call(endpoint, "never fits")
    await bridge.settled()
    assert teams.titles("one") == ["fits then"] * 2 + ["never fits"] * 2
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason
    assert "half the size" in dead.reason
    attempts = await bridge.bridge.store.deliveries.attempts(dead.id)
    assert [one.outcome for one in attempts] == ["too_large", "too_large"]


async def test_a_channel_that_is_gone_disables_its_subscriptions_with_the_reason(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    other = await bridge.endpoint("another")
    one = await bridge.subscribe(endpoint, teams.connector("one"))
    two = await bridge.subscribe(other, teams.connector("one"))
    teams.says("one", Says(410))
    await bridge.call(endpoint, "last")
    await bridge.settled()
    for subscription in (one, two):
        found = await bridge.bridge.store.subscriptions.get(subscription.id)
        assert found
        assert found.state == "disabled"
        assert found.reason == "The channel answered 410 (Gone): the channel was removed."
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason == "The channel answered 410 (Gone): the channel was removed."
    await bridge.call(endpoint, "too late")
    await bridge.settled()
    (dropped,) = await bridge.deliveries("dropped")
    assert dropped.reason == "The subscription was disabled when the event came."
    assert teams.titles("one") == ["last"]


async def test_a_channel_that_fails_for_too_long_is_given_up(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, give_up_after=0.2)) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", *(Says(403) for _ in range(1000)))
        await bridge.call(endpoint, "first")
        await bridge.call(endpoint, "second")
        await bridge.settled()
        dead = await bridge.deliveries("dead")
        assert len(dead) == 2
        assert all("Given up after failing since" in (one.reason or "") for one in dead)
        found = await bridge.bridge.store.subscriptions.get(subscription.id)
        assert found
        assert found.state == "disabled"


async def test_a_paused_subscription_holds_what_waits_and_drops_what_comes(
    bridge: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await bridge.call(endpoint, "in flight")
    await until(lambda: teams.titles("one") == ["in flight"])
    held = await bridge.call(endpoint, "held")

    async def routed() -> bool:
        return (await bridge.event(held)).state == "routed"

    await until(routed)
    await bridge.bridge.services.subscriptions.set_state(OPERATOR, subscription.id, "paused")
    go_on.set()
    dropped = await bridge.call(endpoint, "dropped")

    async def one_dropped() -> bool:
        return bool(await bridge.deliveries("dropped"))

    await until(one_dropped)
    (delivery,) = await bridge.deliveries("dropped")
    assert delivery.event_id == dropped
    assert delivery.reason == "The subscription was paused when the event came."
    assert teams.titles("one") == ["in flight"]
    await bridge.bridge.services.subscriptions.set_state(OPERATOR, subscription.id, "active")
    await bridge.settled()
    assert teams.titles("one") == ["in flight", "held"]


async def test_what_a_plugin_cannot_parse_is_kept_and_replayed_once_it_is_mended(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    radio = type(bridge.bridge.registry.source("radio"))

    def broken(self: object, request: object, endpoint: object) -> Any:
        raise LookupError("a secret of the payload")

    with monkeypatch.context() as patch:
        patch.setattr(radio, "parse", broken)
        event_id = await bridge.call(endpoint, "at last")
        await bridge.settled()
    event = await bridge.event(event_id)
    assert event.state == "failed"
    assert event.reason
    assert "Radio could not read it: LookupError in test_worker.py, line" in event.reason
    assert "secret" not in event.reason
    await bridge.bridge.services.events.replay(OPERATOR, event_id)
    await bridge.settled()
    assert (await bridge.event(event_id)).state == "routed"
    assert teams.titles("one") == ["at last"]


@pytest.mark.parametrize(
    "attribute",
    [{"no": "text"}, object(), "\ud800", 1 << 200],
    ids=["map", "object", "half", "big"],
)
async def test_one_odd_event_holds_up_none_behind_it(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch, attribute: Any
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    radio: Any = type(bridge.bridge.registry.source("radio"))
    parse = radio.parse

    def odd(self: object, request: Any, endpoint: object) -> Any:
        for part in parse(self, request, endpoint):
            if part.context["title"] == "odd":
                part.attributes["station"] = attribute
            yield part

    monkeypatch.setattr(radio, "parse", odd)
    await bridge.call(endpoint, "odd")
    await bridge.call(endpoint, "next")
    await bridge.settled()
    assert teams.titles("one")[-1] == "next"
    assert {one.state for one in await bridge.events()} <= {"routed", "failed"}


async def test_a_card_that_cannot_be_rendered_is_a_dead_letter_until_its_template_is_mended(
    bridge: Running, teams: Teams, tmp_path: Path
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    template = tmp_path / "plugins" / "radio" / "cards" / "default.j2"
    good = template.read_text()
    template.write_text('{% extends "card.j2" %}{% block title %}{{ 1 / 0 }}{% endblock %}')
    await bridge.call(endpoint, "unspeakable")
    await bridge.settled()
    (dead,) = await bridge.deliveries("dead")
    assert dead.reason
    assert "default.j2" in dead.reason
    assert dead.attempts == 0
    template.write_text(good)
    assert teams.titles("one") == []


async def test_a_removed_subscription_gets_no_more_cards(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    teams.says("one", *(Says(503) for _ in range(1000)))
    await bridge.call(endpoint, "never")
    await until(lambda: len(teams.titles("one")) > 1)
    await bridge.bridge.services.subscriptions.remove(OPERATOR, subscription.id)
    await bridge.settled()
    (dropped,) = await bridge.deliveries()
    assert dropped.state == "dropped"


async def test_what_another_process_changed_is_noticed(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        event_id = await bridge.call(endpoint, "again")
        await bridge.settled()
        # The store is asked directly, so that nothing wakes the worker.
        await bridge.bridge.store.events.replay(event_id)
        await until(lambda: teams.titles("one") == ["again", "again"])


async def test_an_answer_that_cannot_be_recorded_is_kept_in_mind_and_not_posted_again(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    store: Any = bridge.bridge.store
    finish, full = store.deliveries.finish, True

    async def finish_unless_full(*given: Any) -> None:
        if full:
            raise StoreUnavailable
        await finish(*given)

    async def check_unless_full() -> None:
        if full:
            raise StoreUnavailable

    monkeypatch.setattr(store.deliveries, "finish", finish_unless_full)
    monkeypatch.setattr(store, "check", check_unless_full)
    await bridge.call(endpoint, "posted once")
    await bridge.call(endpoint, "not posted while the disk is full")
    await until(lambda: len(teams.bodies) == 1)
    async with bridge.session.get(f"{bridge.url}/readyz") as answer:
        assert answer.status == 503
    full = False
    await bridge.settled()
    assert teams.titles("one") == ["posted once", "not posted while the disk is full"]


async def test_the_worker_outlives_its_own_mistakes(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.worker.STUMBLED", 0.05)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    store: Any = bridge.bridge.store
    names = [(store.events, "unrouted"), (store.deliveries, "due"), (store.deliveries, "head")]
    for part, name in names:
        working, failures = getattr(part, name), iter([RuntimeError("no"), StoreUnavailable()])

        async def sometimes(*given: Any, working: Any = working, failures: Any = failures) -> Any:
            if (failure := next(failures, None)) is not None:
                raise failure
            return await working(*given)

        monkeypatch.setattr(part, name, sometimes)
    await bridge.call(endpoint, "in the end")
    await bridge.settled()
    assert teams.titles("one") == ["in the end"]
    assert bridge.bridge.worker.alive


@pytest.mark.parametrize("failure", [StoreUnavailable(), OSError(28, "disk full")])
async def test_a_lock_that_cannot_be_had_is_tried_again(
    tmp_path: Path, teams: Teams, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    async with open_bridge(settings(tmp_path), work=False) as opened:
        store: Any = opened.store
        lock, failures = store.worker_lock, iter([failure])
        session: Any = None

        def sometimes() -> Any:
            if (problem := next(failures, None)) is not None:
                raise problem
            return lock()

        monkeypatch.setattr(store, "worker_lock", sometimes)
        opened.worker.start()
        user = Running("", opened, session)
        endpoint = await user.endpoint()
        await user.subscribe(endpoint, teams.connector("one"))
        await opened.receiver.receive(endpoint, {"x-radio-token": SECRET}, CALL)
        await user.settled()
        assert teams.titles("one") == ["late"]
        assert opened.worker.alive
        await opened.worker.stop()
        assert not opened.worker.alive


async def test_a_backlog_is_routed_without_a_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.worker.POLL", 3600.0)
    async with open_bridge(settings(tmp_path), work=False) as opened:
        session: Any = None
        user = Running("", opened, session)
        endpoint = await user.endpoint()
        for number in range(2 * EVENTS + 1):
            body = b'{"calls": [{"title": "%d"}]}' % number
            await opened.receiver.receive(endpoint, {"x-radio-token": SECRET}, body)
        opened.worker.start()

        async def routed() -> bool:
            return {event.state for event in await user.events()} == {"routed"}

        await until(routed)
        await opened.worker.stop()


async def test_stopping_ends_what_is_in_flight_and_begins_nothing(tmp_path: Path) -> None:
    async with receiving() as teams:
        go_on = asyncio.Event()
        given = settings(tmp_path)
        async with running(given) as bridge:
            endpoint = await bridge.endpoint()
            await bridge.subscribe(endpoint, teams.connector("one"))
            teams.says("one", Says(when=go_on))
            await bridge.call(endpoint, "in flight")
            await bridge.call(endpoint, "waiting")
            await until(lambda: len(teams.bodies) == 1)
            stopping = asyncio.create_task(bridge.bridge.worker.stop())
            await asyncio.sleep(0)
            go_on.set()
            await stopping
            assert not bridge.bridge.worker.alive
            async with bridge.session.get(f"{bridge.url}/readyz") as answer:
                assert answer.status == 503
            assert [one.state for one in await bridge.deliveries()] == ["pending", "delivered"]
        async with running(given) as bridge:
            await bridge.settled()
        assert teams.titles("one") == ["in flight", "waiting"]


async def test_stopping_cuts_off_what_takes_too_long(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    never = asyncio.Event()
    teams.says("one", Says(when=never))
    await bridge.call(endpoint, "too slow")
    await until(lambda: len(teams.bodies) == 1)
    await bridge.bridge.worker.stop(within=0.05)
    assert not bridge.bridge.worker.alive
    (delivery,) = await bridge.deliveries()
    assert delivery.state == "pending"
    never.set()
