"""What can be wrong with a delivery before anything is posted, and channels that are no longer there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bridge.plugin import ParseError
from tests.pipeline.running import Running, Says, Teams, radio, running, settings, until


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an event was parsed to is not remembered until its cards are made, as after a restart or a flood."""
    monkeypatch.setattr("bridge.pipeline.compose.EVENTS", 0)


async def one_dead(bridge: Running) -> str:
    """Why the one delivery is dead, once it is."""

    async def there() -> bool:
        return bool(await bridge.deliveries("dead"))

    await until(there)
    (dead,) = await bridge.deliveries("dead")
    assert dead.attempts == 0
    assert dead.reason
    return dead.reason


async def test_a_kind_of_channel_that_is_not_installed_waits_for_its_plugin(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    kinds: Any = bridge.bridge.registry.channels
    with monkeypatch.context() as patch:
        patch.delitem(kinds, "connector")
        await bridge.call(endpoint, "later")

        async def tried() -> bool:
            return any(one.attempts for one in await bridge.deliveries())

        await until(tried)
        (delivery,) = await bridge.deliveries()
        (attempt, *_) = await bridge.bridge.store.deliveries.attempts(delivery.id)
        assert attempt.reason == "The card was not posted: no plugin gives the kind connector."
    await bridge.settled()
    assert teams.titles("one") == ["later"]


@pytest.mark.parametrize(
    ("parse", "reason"),
    [
        (ParseError("The calls are missing."), "Radio: The calls are missing."),
        (ValueError("secret"), "Radio could not read it: ValueError in test_deliver.py, line"),
        ([], "Radio no longer gives this part of the event."),
        (["no event"], "Radio gave a str instead of an event."),
    ],
)
@pytest.mark.usefixtures("forgetful")
async def test_an_event_that_can_no_longer_be_parsed(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch, parse: Any, reason: str
) -> None:
    radio: Any = type(bridge.bridge.registry.source("radio"))
    real = radio.parse
    parsed: list[str] = []

    def once(self: object, request: Any, endpoint: object) -> Any:
        parsed.append("again")
        if len(parsed) == 1:
            return real(self, request, endpoint)
        if isinstance(parse, Exception):
            raise parse
        return parse

    monkeypatch.setattr(radio, "parse", once)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "gone")
    said = await one_dead(bridge)
    assert said.startswith(reason)
    assert "secret" not in said
    assert teams.bodies == []


@pytest.mark.usefixtures("forgetful")
async def test_a_source_that_is_no_longer_installed(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: Any = bridge.bridge.registry.sources
    store: Any = bridge.bridge.store
    routed = store.events.routed

    async def then_uninstall(*given: Any) -> Any:
        monkeypatch.delitem(sources, "radio")
        return await routed(*given)

    monkeypatch.setattr(store.events, "routed", then_uninstall)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "gone")
    assert await one_dead(bridge) == "The plugin of the source 'radio' is not installed."


@pytest.mark.usefixtures("forgetful")
async def test_an_event_that_is_not_there_any_more(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = bridge.bridge.store

    async def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(store.events, "get", nothing)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "gone")
    assert await one_dead(bridge) == "The event was removed."


@pytest.mark.usefixtures("forgetful")
async def test_an_endpoint_that_is_not_there_any_more(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = bridge.bridge.store
    routed = store.events.routed

    async def nothing(_: str) -> None:
        return None

    async def then_remove(*given: Any) -> Any:
        found = await routed(*given)
        monkeypatch.setattr(store.endpoints, "get", nothing)
        await store.endpoints.replace(endpoint)  # so that it is looked up again
        return found

    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    monkeypatch.setattr(store.events, "routed", then_remove)
    await bridge.call(endpoint, "gone")
    assert await one_dead(bridge) == "The endpoint was removed."


async def test_what_was_removed_with_its_endpoint_while_it_waited_is_let_go(
    bridge: Running, teams: Teams
) -> None:
    gone, stays = await bridge.endpoint("gone"), await bridge.endpoint("stays")
    subscription = await bridge.subscribe(gone, teams.connector("one"))
    await bridge.subscribe(stays, teams.connector("one"))
    teams.says("one", *[Says(503)] * 10_000)
    await bridge.call(gone, "never")
    await until(lambda: bool(teams.titles("one")))
    await bridge.routed(await bridge.call(stays, "still"))
    await bridge.bridge.store.endpoints.remove(gone.id)
    assert await bridge.bridge.store.subscriptions.get(subscription.id) is None
    teams.says("one")
    await bridge.settled()
    assert teams.titles("one")[-1] == "still"
    assert len(await bridge.deliveries()) == 1


async def test_an_event_whose_endpoint_is_gone_fails(
    bridge: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = bridge.bridge.store
    record = store.events.record

    async def nothing(_: str) -> None:
        return None

    async def first_remove(*given: Any) -> Any:
        monkeypatch.setattr(store.endpoints, "get", nothing)
        await store.endpoints.replace(endpoint)  # so that it is looked up again
        return await record(*given)

    endpoint = await bridge.endpoint()
    monkeypatch.setattr(store.events, "record", first_remove)
    event_id = await bridge.call(endpoint, "gone")
    await bridge.settled()
    event = await bridge.event(event_id)
    assert (event.state, event.reason) == ("failed", "The endpoint was removed.")


async def test_an_event_that_goes_while_it_is_routed_is_let_go(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = await bridge.endpoint("gone"), await bridge.endpoint("stays")
    await bridge.subscribe(gone, teams.connector("one"))
    await bridge.subscribe(stays, teams.connector("one"))
    store: Any = bridge.bridge.store
    routed = store.events.routed

    async def remove_first(*given: Any) -> Any:
        monkeypatch.setattr(store.events, "routed", routed)
        await store.endpoints.remove(gone.id)
        return await routed(*given)

    monkeypatch.setattr(store.events, "routed", remove_first)
    await bridge.call(gone, "gone")
    await bridge.call(stays, "stays")
    await bridge.settled()
    assert teams.titles("one") == ["stays"]
    assert len(await bridge.deliveries()) == 1


async def test_an_event_is_parsed_and_rendered_once_for_all_of_its_channels(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    source: Any = type(bridge.bridge.registry.source("radio"))
    parse, parsed = source.parse, []

    def counted(self: object, request: Any, endpoint: object) -> Any:
        parsed.append(endpoint)
        return parse(self, request, endpoint)

    monkeypatch.setattr(source, "parse", counted)
    kind: Any = bridge.bridge.registry.channels["connector"]
    encode, encoded = kind.encode, []

    def counted_too(card: Any, limit: int) -> Any:
        encoded.append(limit)
        return encode(card, limit)

    monkeypatch.setattr(kind, "encode", counted_too)
    endpoint = await bridge.endpoint()
    for name in ("one", "two", "three"):
        await bridge.subscribe(endpoint, teams.connector(name))
    await bridge.call(endpoint, "everywhere")
    await bridge.settled()
    assert [teams.titles(name) for name in ("one", "two", "three")] == [["everywhere"]] * 3
    assert (len(parsed), len(encoded)) == (1, 1)


async def test_a_card_that_cannot_be_encoded_is_a_dead_letter(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = bridge.bridge.registry.channels["connector"]

    def broken(card: object, limit: int) -> bytes:
        raise KeyError("secret")

    monkeypatch.setattr(kind, "encode", broken)
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "gone")
    said = await one_dead(bridge)
    assert said.startswith("The card cannot be made: KeyError in test_deliver.py, line")


async def test_a_large_event_is_rendered_beside_the_loop(bridge: Running, teams: Teams) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "large", text="x" * 400_000)
    await bridge.settled()
    assert teams.titles("one") == ["large"]


async def test_a_channel_that_goes_on_missing_is_gone(
    bridge: Running, teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.pipeline.lanes.MISSING_FOR", timedelta(seconds=0.3))
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.workflow("one"))
    teams.says("one", *(Says(404) for _ in range(1000)))
    await bridge.call(endpoint, "nobody there")
    await bridge.settled()
    found = await bridge.bridge.store.subscriptions.get(subscription.id)
    assert found
    assert found.state == "disabled"
    assert found.reason == "The channel answered 404 (Not Found): there is no such channel."
    (dead,) = await bridge.deliveries("dead")
    assert dead.attempts >= 3


DIARY = """
from pathlib import Path
from bridge.plugin import hookimpl

def note(*words):
    with Path({path!r}).open("a") as diary:
        print(*words, file=diary)

@hookimpl
def delivery_finished(delivery, outcome):
    note("delivery", delivery.state, outcome.verdict.value)

@hookimpl
def channel_alert(alert):
    note("channel", alert.event)
"""


async def test_an_observer_hears_of_every_end_and_of_channels_that_need_somebody(
    tmp_path: Path, teams: Teams
) -> None:
    diary = tmp_path / "diary"
    (radio(tmp_path) / "diary.py").write_text(DIARY.format(path=str(diary)))
    async with running(settings(tmp_path)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(503), Says(400), Says(401), Says(), Says(410))
        for title in ("rejected", "delivered", "gone"):
            await bridge.call(endpoint, title)
        await bridge.settled()
    assert diary.read_text().splitlines() == [
        "delivery dead rejected",
        "channel needs attention",
        "delivery delivered delivered",
        "channel gone",
        "delivery dead gone",
    ]
