"""What administrators turn off is kept, written to the subscriptions it concerns, and holds their cards."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bridge.models import Endpoint, Off, Page, Subscription, Switches, TeamsContext
from bridge.store.port import Store
from bridge.store.records import Changes
from tests.store.making import NOW, URL, Shift, a_subscription

TENANT, OTHER = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10", "00000000-0000-4000-8000-000000000001"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
PLACE = TeamsContext(tenant=TENANT, team_id=TEAM)


async def turn(store: Store, team: str | None = None, **given: Any) -> tuple[Switches, int]:
    wanted = {"connectors": None, "actions": None, **given}
    return await store.switches.turn(TENANT, team, NOW, **wanted)


async def saved(
    store: Store, endpoint: Endpoint, teams: TeamsContext, url: str = URL
) -> Subscription:
    return await store.subscriptions.save(a_subscription(endpoint, url, teams=teams))


async def off(store: Store, subscription: Subscription) -> Off:
    found = await store.subscriptions.get(subscription.id)
    assert found is not None
    return found.off


async def test_everything_is_on_until_somebody_turns_it_off(store: Store) -> None:
    assert await store.switches.get(TENANT, None) == Switches(TENANT)
    assert await store.switches.get(TENANT, TEAM) == Switches(TENANT, TEAM)
    assert await store.switches.off(TENANT, TEAM) == Off()
    assert (await store.switches.list(Page())).items == ()


async def test_a_switch_is_kept_until_it_is_turned_back(store: Store) -> None:
    expected = Switches(TENANT, None, connectors=False, actions=True, changed_at=NOW)
    assert await turn(store, connectors=False) == (expected, 0)
    assert await store.switches.get(TENANT.upper(), None) == expected
    both = replace(expected, actions=False)
    assert await turn(store, actions=False) == (both, 0)
    assert (await store.switches.list(Page())).items == (both,)
    await turn(store, connectors=True, actions=True)
    assert (await store.switches.list(Page())).items == ()
    assert await store.switches.get(TENANT, None) == Switches(TENANT)


async def test_the_tenant_s_switch_wins(store: Store, endpoint: Endpoint) -> None:
    here = await saved(store, endpoint, PLACE)
    await turn(store, TEAM, connectors=False)
    assert await off(store, here) == Off("team")
    await turn(store, connectors=False)
    assert await off(store, here) == Off("tenant")
    await turn(store, TEAM, connectors=True)
    assert await off(store, here) == await store.switches.off(TENANT, TEAM) == Off("tenant")
    await turn(store, connectors=True)
    assert await off(store, here) == Off()


async def test_actions_have_a_switch_of_their_own(store: Store, endpoint: Endpoint) -> None:
    here = await saved(store, endpoint, PLACE)
    await turn(store, actions=False)
    assert await off(store, here) == Off(None, "tenant")
    await turn(store, TEAM, connectors=False)
    assert await off(store, here) == Off("team", "tenant")


async def test_a_switch_concerns_its_place_only(store: Store, endpoint: Endpoint) -> None:
    others = [
        await saved(store, endpoint, teams, f"{URL}/{number}")
        for number, teams in enumerate(
            (
                TeamsContext(),
                TeamsContext(tenant=OTHER, team_id=TEAM),
                replace(PLACE, team_id="19:x"),
            )
        )
    ]
    here = await saved(store, endpoint, replace(PLACE, tenant=TENANT.upper(), team_id=TEAM.upper()))
    assert (await turn(store, TEAM, connectors=False))[1] == 1
    assert await off(store, here) == Off("team")
    for other in others:
        assert await off(store, other) == Off()
    assert (await turn(store, connectors=False))[1] == 2
    assert [await off(store, other) for other in others] == [Off(), Off(), Off("tenant")]
    assert await store.switches.off(None, None) == Off()
    assert await store.switches.off(OTHER, TEAM) == Off()


async def test_what_is_saved_later_has_it_too(store: Store, endpoint: Endpoint) -> None:
    await turn(store, TEAM, actions=False)
    here = await saved(store, endpoint, PLACE)
    assert here.off == Off(None, "team")
    moved = await store.subscriptions.save(replace(here, teams=TeamsContext(tenant=OTHER)))
    assert moved.off == Off()


async def test_cards_are_held_while_connectors_are_off(
    store: Store, endpoint: Endpoint, shift: Shift
) -> None:
    here = await saved(store, endpoint, PLACE)
    there = await saved(store, endpoint, TeamsContext(tenant=OTHER), f"{URL}/there")
    held, sent = await shift.owed(endpoint, here, there)
    await turn(store, connectors=False)
    assert await shift.lane(here.channel.id) == []
    assert await store.deliveries.lanes() == [there.channel.id]
    assert [one.id for one in await shift.lane(there.channel.id)] == [sent.id]
    (later,) = await shift.owed(endpoint, there)
    await turn(store, connectors=True)
    assert [one.id for one in await shift.lane(here.channel.id)] == [held.id]
    assert set(await store.deliveries.lanes()) == {here.channel.id, there.channel.id}
    await shift.end(later)


async def test_what_was_held_goes_behind_what_is_pending_now(
    store: Store, endpoint: Endpoint, shift: Shift
) -> None:
    here, beside = await saved(store, endpoint, PLACE), await saved(store, endpoint, TeamsContext())
    (held,) = await shift.owed(endpoint, here)
    await turn(store, connectors=False)
    (pending,) = await shift.owed(endpoint, beside)
    await turn(store, connectors=True)
    assert [one.id for one in await shift.lane(here.channel.id)] == [pending.id, held.id]


async def test_a_pause_stays_a_pause(store: Store, endpoint: Endpoint, shift: Shift) -> None:
    here = await saved(store, endpoint, PLACE)
    (held,) = await shift.owed(endpoint, here)
    await store.subscriptions.set_state(here.id, "paused", "A holiday.")
    await turn(store, connectors=False)
    await turn(store, connectors=True)
    assert await shift.lane(here.channel.id) == []
    await store.subscriptions.set_state(here.id, "active", None)
    assert [one.id for one in await shift.lane(here.channel.id)] == [held.id]


async def test_resuming_sends_nothing_while_connectors_are_off(
    store: Store, endpoint: Endpoint, shift: Shift
) -> None:
    here = await saved(store, endpoint, PLACE)
    await shift.owed(endpoint, here)
    await turn(store, connectors=False)
    await store.subscriptions.set_state(here.id, "paused", None)
    await store.subscriptions.set_state(here.id, "active", None)
    assert await shift.lane(here.channel.id) == []


async def test_who_keeps_subscriptions_in_memory_is_told(store: Store, endpoint: Endpoint) -> None:
    here = await saved(store, endpoint, PLACE)
    await saved(store, endpoint, TeamsContext(tenant=OTHER), f"{URL}/there")
    told: list[str] = []
    store.on_change(told.extend)
    before = (await store.changes(0)).position
    await turn(store, connectors=False)
    assert set(told) == {endpoint.id, here.channel.id}
    seen = await store.changes(before)
    assert set(seen.subjects or ()) == set(told)
    await turn(store, connectors=False)  # as it is
    assert await store.changes(seen.position) == Changes(seen.position, ())


async def test_a_long_list_comes_in_pages(store: Store) -> None:
    for number in range(3):
        await store.switches.turn(
            TENANT, f"19:{number}", NOW + timedelta(seconds=number), connectors=False, actions=None
        )
    first = await store.switches.list(Page(limit=2))
    rest = await store.switches.list(Page(limit=2, cursor=first.next))
    assert [one.team for one in (*first.items, *rest.items)] == ["19:2", "19:1", "19:0"]
