"""When too many cards wait for a channel they go together in a digest, each of them recorded as delivered in it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bridge.models import Endpoint, Page
from tests.pipeline.running import Running, Says, Teams, running, settings, until
from tests.pipeline.waiting import by_title, has_failed, in_flight

AFTER = 5


async def held_up(
    bridge: Running, teams: Teams, endpoint: Endpoint, titles: Sequence[str], *then: Says
) -> None:
    """These come to wait while a first card is in flight; the channel answers them as said."""
    async with in_flight(bridge, teams, endpoint, *then):
        await bridge.routed(*[await bridge.call(endpoint, title) for title in titles])
    await bridge.settled()


def named(number: int) -> list[str]:
    return [f"call {one}" for one in range(number)]


async def test_a_backlog_becomes_one_digest_with_every_delivery_recorded_in_it(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await held_up(bridge, teams, endpoint, named(AFTER))
        assert len(teams.bodies) == 2
        first, digest = teams.titles("one")
        assert first == "first"
        assert digest.startswith("5 notifications from station")
        body = teams.bodies[1][1].decode()
        places = [body.index(title) for title in named(AFTER)]
        assert places == sorted(places)
        assert body.count("https://radio.example/calls") == AFTER
        alone, *merged = (await by_title(bridge)).values()
        assert (alone.state, alone.digest) == ("delivered", None)
        (name,) = {one.digest for one in merged}
        assert name
        assert name.startswith("dg_")
        tries = []
        for one in merged:
            assert (one.state, one.attempts, one.reason) == ("delivered", 1, None)
            (attempt,) = await bridge.bridge.store.deliveries.attempts(one.id)
            tries.append(attempt)
            assert (attempt.outcome, attempt.digest) == ("delivered", name)
        assert len(set(tries)) == 1


async def test_fewer_cards_go_one_by_one(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await held_up(bridge, teams, endpoint, named(AFTER - 1))
        assert teams.titles("one") == ["first", *named(AFTER - 1)]
        assert {one.digest for one in await bridge.deliveries()} == {None}


async def test_without_digests_a_backlog_goes_one_by_one(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, digest_after=0)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await held_up(bridge, teams, endpoint, named(40))
        assert teams.titles("one") == ["first", *named(40)]


async def test_a_subscription_s_cards_may_be_kept_out_of_digests_and_the_order_stays(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        url = teams.connector("one")
        await bridge.subscribe(endpoint, url, events=["call.started"])
        urgent = await bridge.subscribe(endpoint, url, events=["call.ended"], digest=False)
        assert not urgent.digest
        async with in_flight(bridge, teams, endpoint):
            kinds = ["call.started"] * 3 + ["call.ended"] * 2 + ["call.started"] * 4
            titles = [f"call {number}" for number in range(len(kinds))]
            ids = [
                await bridge.call(endpoint, title, type=kind)
                for title, kind in zip(titles, kinds, strict=True)
            ]
            await bridge.routed(*ids)
        await bridge.settled()
        first, digest, *urgent_cards, last = teams.titles("one")[:5]
        assert first == "first"
        assert digest.startswith("3 notifications")
        assert urgent_cards == titles[3:5]
        # Whether the last four are few enough by then to go one by one is the lane's to decide; nothing else went first.
        assert last.startswith(("4 notifications", "call 5"))
        digests = [one.digest is not None for one in (await by_title(bridge)).values()]
        assert digests[:6] == [False, True, True, True, False, False]


async def test_a_digest_that_is_refused_is_taken_apart_and_not_tried_again(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        titles = named(AFTER)
        await held_up(bridge, teams, endpoint, titles, Says(400), Says(), Says(400))
        assert teams.titles("one")[0] == "first"
        assert teams.titles("one")[1].startswith("5 notifications")
        assert teams.titles("one")[2:] == titles
        found = await by_title(bridge)
        assert [found[title].state for title in titles] == [
            "delivered", "dead", "delivered", "delivered", "delivered"
        ]  # fmt: skip
        assert {found[title].digest for title in titles} == {None}
        assert await bridge.outcomes(found[titles[0]]) == ["rejected", "delivered"]
        assert await bridge.outcomes(found[titles[1]]) == ["rejected", "rejected"]


async def test_a_digest_that_is_too_large_is_made_smaller(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        titles = [f"{title} {'x' * 140}" for title in named(80)]
        await held_up(bridge, teams, endpoint, titles, Says(413))
        first, second = [len(body) for _, body in teams.bodies[1:3]]
        assert first > 14 * 1024 >= second
        found = await by_title(bridge)
        assert {found[title].state for title in titles} == {"delivered"}
        assert await bridge.outcomes(found[titles[0]]) == ["too_large", "delivered"]


async def test_a_digest_that_stays_too_large_is_taken_apart(tmp_path: Path, teams: Teams) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        titles = named(AFTER)
        await held_up(bridge, teams, endpoint, titles, Says(413), Says(413))
        assert teams.titles("one")[3:] == titles
        found = await by_title(bridge)
        assert {found[title].state for title in titles} == {"delivered"}


async def test_a_digest_that_failed_is_tried_again_with_what_came_meanwhile(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, digest_after=AFTER, retry_schedule=(3600,))) as bridge:
        endpoint = await bridge.endpoint()
        subscription = await bridge.subscribe(endpoint, teams.connector("one"))
        async with in_flight(bridge, teams, endpoint, Says(503)):
            await bridge.routed(*[await bridge.call(endpoint, title) for title in named(AFTER)])
        await has_failed(bridge, subscription)
        await bridge.routed(await bridge.call(endpoint, "late"))
        await bridge.resume(subscription)  # so that nobody waits for an hour
        await bridge.settled()
        assert [title.split()[0] for title in teams.titles("one")] == ["first", "5", "6"]
        found = await by_title(bridge)
        assert await bridge.outcomes(found["call 0"]) == ["retry", "delivered"]
        assert await bridge.outcomes(found["late"]) == ["delivered"]
        assert found["call 0"].digest == found["late"].digest


async def test_what_cannot_be_made_into_a_card_is_left_out_of_the_digest(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path, digest_after=AFTER)
    template = tmp_path / "plugins" / "radio" / "cards" / "default.j2"
    template.write_text(
        '{% extends "card.j2" %}{% block title %}{% if title == "call 2" %}{{ 1 / 0 }}{% endif %}'
        "{{ title }}{% endblock %}"
    )
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        await held_up(bridge, teams, endpoint, named(6))
        assert [title.split()[0] for title in teams.titles("one")] == ["first", "5"]
        found = await by_title(bridge)
        dead = found.pop("call 2")
        assert (dead.state, dead.digest, dead.attempts) == ("dead", None, 0)
        assert dead.reason
        assert "default.j2" in dead.reason
        assert {one.state for one in found.values()} == {"delivered"}


@pytest.mark.parametrize(("bad", "left"), [(5, []), (4, ["call 4"])])
async def test_a_digest_of_which_nothing_or_one_is_left_is_none(
    tmp_path: Path, teams: Teams, bad: int, left: list[str]
) -> None:
    given = settings(tmp_path, digest_after=AFTER)
    template = tmp_path / "plugins" / "radio" / "cards" / "default.j2"
    template.write_text(
        '{% extends "card.j2" %}{% block title %}{% if number is defined and number < '
        + str(bad)
        + " %}{{ 1 / 0 }}{% endif %}{{ title }}{% endblock %}"
    )
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        async with in_flight(bridge, teams, endpoint):
            ids = [
                await bridge.call(endpoint, title, number=number)
                for number, title in enumerate(named(AFTER))
            ]
            await bridge.routed(*ids)
        await bridge.settled()
        assert teams.titles("one") == ["first", *left]
        found = await by_title(bridge)
        states = ["dead"] * bad + ["delivered"] * (AFTER - bad)
        assert [found[title].state for title in named(AFTER)] == states
        assert {one.digest for one in found.values()} == {None}


async def test_a_long_backlog_goes_in_several_digests_in_order(
    tmp_path: Path, teams: Teams
) -> None:
    async with running(settings(tmp_path, digest_after=AFTER)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        async with in_flight(bridge, teams, endpoint):
            calls = [{"title": f"call {number:03}"} for number in range(250)]
            answer = await bridge.post(endpoint, *calls)
            await bridge.routed((await answer.json())["event"])

        async def over() -> bool:
            return not (await bridge.bridge.store.deliveries.list(Page(1), "pending")).items

        await until(over)
        assert 3 <= len(teams.bodies) <= 6
        bodies = b"".join(body for _, body in teams.bodies)
        places = [bodies.index(call["title"].encode()) for call in calls]
        assert places == sorted(places)


async def test_what_would_be_too_much_for_the_quota_goes_together(
    tmp_path: Path, teams: Teams
) -> None:
    """Where ten cards an hour are allowed, thirty need not wait for three hours."""
    rate = ((10, 3600.0),)
    async with running(settings(tmp_path, channel_rate=rate, digest_after=1000)) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        async with in_flight(bridge, teams, endpoint):
            await bridge.routed(*[await bridge.call(endpoint, title) for title in named(30)])
        await bridge.settled()
        assert [title.split()[0] for title in teams.titles("one")] == ["first", "30"]


async def test_a_digest_survives_a_crash_as_what_it_was_made_of(
    tmp_path: Path, teams: Teams
) -> None:
    given = settings(tmp_path, digest_after=AFTER)
    go_on, never = asyncio.Event(), asyncio.Event()
    async with running(given) as bridge:
        endpoint = await bridge.endpoint()
        await bridge.subscribe(endpoint, teams.connector("one"))
        teams.says("one", Says(when=go_on), Says(when=never))
        await bridge.call(endpoint, "first")
        await until(lambda: bool(teams.titles("one")))
        await bridge.routed(*[await bridge.call(endpoint, title) for title in named(AFTER)])
        go_on.set()
        await until(lambda: len(teams.titles("one")) == 2)
        await bridge.bridge.worker.stop(within=0.05)
        teams.says("one")
    async with running(given) as bridge:
        await bridge.settled()
        found = await by_title(bridge)
        for title in named(AFTER):
            assert await bridge.outcomes(found[title]) == ["interrupted", "delivered"]
        assert [title.split()[0] for title in teams.titles("one")] == ["first", "5", "5"]
    never.set()
