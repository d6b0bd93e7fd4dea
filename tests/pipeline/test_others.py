"""What another process changes is noticed by the one that works, within a second, without its being told."""

import asyncio
import os
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
from pydantic import SecretStr

from bridge.pipeline import watch
from bridge.services.access import OPERATOR
from tests.e2e.running import COMMAND
from tests.pipeline.running import KEY, SECRET, Running, Says, Teams, running, settings, until
from tests.pipeline.waiting import asleep, has_failed


@pytest.fixture
async def other(tmp_path: Path, bridge: Running) -> AsyncIterator[Running]:
    """The same database, opened once more, as a command does that does not work on it."""
    async with asleep(bridge.bridge.settings) as opened:
        yield opened


def test_changes_are_looked_for_often_enough() -> None:
    assert (
        watch.LOOK <= 0.5
    )  # so that a change is seen within a second, whatever else there is to do


async def test_a_webhook_that_another_process_took_in_becomes_a_card(
    bridge: Running, other: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    body = b'{"calls": [{"title": "late"}]}'
    for title in ("first", "second"):
        await bridge.call(endpoint, title)
        await other.bridge.receiver.receive(
            endpoint, {"x-radio-token": SECRET}, body.replace(b"late", title.encode() + b" late")
        )
    await until(lambda: len(teams.titles("one")) == 4)
    assert teams.titles("one") == ["first", "first late", "second", "second late"]


async def test_a_replay_by_another_process_is_noticed(
    bridge: Running, other: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    event_id = await bridge.call(endpoint, "again")
    await bridge.settled()
    await other.bridge.services.events.replay(OPERATOR, event_id)
    await until(lambda: teams.titles("one") == ["again"] * 2)
    await bridge.settled()
    delivery = (await bridge.deliveries())[0]
    await other.bridge.services.deliveries.replay(OPERATOR, delivery.id)
    await until(lambda: teams.titles("one") == ["again"] * 3)


async def test_a_subscription_by_another_process_gets_what_comes_next(
    bridge: Running, other: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "before")
    await bridge.settled()
    await other.subscribe(endpoint, teams.connector("two"))
    for number in range(200):  # until it was noticed
        await bridge.call(endpoint, f"call {number}")
        if teams.titles("two"):
            break
        await asyncio.sleep(0.02)
    await bridge.settled()
    titles = teams.titles("two")
    assert titles
    assert titles == teams.titles("one")[-len(titles) :]


async def test_a_subscription_that_another_process_removed_gets_nothing_more(
    bridge: Running, other: Running, teams: Teams
) -> None:
    """Not even what comes before that was noticed: what is routed goes by what the database says."""
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.subscribe(endpoint, teams.connector("two"))
    await bridge.call(endpoint, "before")
    await bridge.settled()
    await other.bridge.services.subscriptions.remove(OPERATOR, subscription.id)
    await bridge.call(endpoint, "after")
    await bridge.settled()
    assert teams.titles("one") == ["before"]
    assert teams.titles("two") == ["before", "after"]


async def test_a_subscription_that_another_process_moved_gets_its_cards_there(
    bridge: Running, other: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    await bridge.call(endpoint, "before")
    await bridge.settled()
    await other.bridge.services.subscriptions.update(
        OPERATOR, subscription.id, url=SecretStr(teams.connector("two"))
    )
    await bridge.call(endpoint, "after")
    await bridge.settled()
    assert teams.titles("one") == ["before"]
    assert teams.titles("two") == ["after"]


async def test_a_back_off_that_another_process_ended_is_over(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, retry_schedule=(3600,))) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(503))
        await bridge.call(endpoint, "in the end")
        await has_failed(bridge, subscription)
        async with asleep(bridge.bridge.settings) as other:
            await other.resume(subscription)
            await until(lambda: teams.titles("one") == ["in the end"] * 2)


async def test_an_endpoint_that_another_process_removed_or_rotated_is_so_here(
    bridge: Running, other: Running
) -> None:
    endpoint, gone = await bridge.endpoint("rotated"), await bridge.endpoint("removed")
    for one in (endpoint, gone):
        assert (await bridge.post(one, {"title": "before"})).status == 202
    await other.bridge.services.endpoints.remove(OPERATOR, gone.id)

    async def unknown() -> bool:
        return (await bridge.post(gone, {"title": "after"})).status == 404

    await until(unknown)
    secret = SecretStr("another-secret-of-the-radio-station")
    await other.bridge.services.endpoints.add_secret(OPERATOR, endpoint.id, secret)
    new = {"x-radio-token": secret.get_secret_value()}

    async def known() -> bool:
        body = b'{"calls": []}'
        return (await bridge.send(endpoint.id, body, new)).status in {200, 202}

    await until(known)


async def test_a_command_pauses_a_running_bridge_s_subscription(
    bridge: Running, teams: Teams, tmp_path: Path
) -> None:
    """The same with a process of its own, as an operator does it."""
    endpoint = await bridge.endpoint()
    subscription = await bridge.subscribe(endpoint, teams.connector("one"))
    go_on = asyncio.Event()
    teams.says("one", Says(when=go_on))
    await bridge.call(endpoint, "in flight")
    await until(lambda: bool(teams.titles("one")))
    await bridge.routed(await bridge.call(endpoint, "held"))
    environment = {
        **os.environ,
        "BRIDGE_DATABASE_URL": bridge.bridge.settings.database_url,
        "BRIDGE_SECRET_KEY": KEY,
        "BRIDGE_PLUGINS_DIR": str(tmp_path / "plugins"),
    }

    async def command(verb: str) -> None:
        process = await asyncio.create_subprocess_exec(
            *(COMMAND, "subscriptions", verb, subscription.id),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert process.returncode == 0, out.decode()

    await command("pause")

    async def noticed() -> bool:
        found = await bridge.event(await bridge.call(endpoint, "dropped"))
        await bridge.routed(found.id)
        return bool(await bridge.deliveries("dropped"))

    await until(noticed)
    go_on.set()

    async def one_left() -> bool:
        return len(await bridge.deliveries("delivered")) == 1

    await until(one_left)
    await command("resume")
    await until(lambda: teams.titles("one")[:2] == ["in flight", "held"])


async def test_who_is_who_by_another_process_is_heeded_soon(
    bridge: Running, other: Running, teams: Teams
) -> None:
    endpoint = await bridge.endpoint()
    own = '{% extends "card.j2" %}{% block title %}{{ title }} {{ person("ada") }}{% endblock %}'
    looks = {"mentions": True, "template": own}
    await bridge.subscribe(endpoint, teams.workflow("hall"), presentation=looks)
    await bridge.call(endpoint, "before")
    await bridge.settled()
    ada = {"user": "ada", "teams_id": "ada@example.com", "name": "Ada"}
    await other.bridge.services.people.replace(OPERATOR, "radio", [ada])
    numbers = count()

    async def mentioned() -> bool:
        await bridge.call(endpoint, f"after {next(numbers)}")
        await bridge.settled()
        return b"ada@example.com" in teams.bodies[-1][1]

    assert b"ada@example.com" not in teams.bodies[-1][1]
    await until(mentioned)
