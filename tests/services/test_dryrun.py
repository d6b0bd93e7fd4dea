"""Which of the last events would have come, and why the others not; and who may know."""

import pytest

from bridge.errors import Invalid, NotFound
from bridge.models import ParsedEvent
from bridge.services.access import OPERATOR, Principal
from bridge.services.dryrun import LOOKED_AT, DryRun
from tests.services.conftest import Scene

CELLAR = {"attribute": "room", "any_of": ["cellar"]}


async def came(scene: Scene, *rooms: str, who: Principal = OPERATOR) -> str:
    """An endpoint at which doors of these rooms opened."""
    endpoint = await scene.endpoint(who)
    for room in rooms:
        event = await scene.event(endpoint)
        await scene.shift.route(event, parts=[ParsedEvent("door.opened", {"room": room})])
    return endpoint.id


async def tried(scene: Scene, endpoint: str, *events: str, filters: object = None) -> DryRun:
    wanted = events or ("*",)
    given = filters if isinstance(filters, dict) else {}
    return await scene.services.dry_runs.run(OPERATOR, endpoint, wanted, given)


async def test_each_is_held_against_types_and_filters(scene: Scene) -> None:
    endpoint = await came(scene, "Hall", "Cellar", "Attic")
    run = await tried(scene, endpoint, "door", filters=CELLAR)
    assert run.matched == 1
    assert [(one.matched, one.reason) for one in run.tried] == [
        (False, "room is Attic, not cellar"),
        (True, "door.opened is wanted (door), and room is cellar"),
        (False, "room is Hall, not cellar"),
    ]
    assert run.sentence == "Any door event – where room is cellar."
    alarms = await tried(scene, endpoint, "alarm")
    assert alarms.matched == 0
    assert alarms.tried[0].reason == "door.opened is not among its event types (alarm)"


async def test_a_batch_comes_if_one_of_its_parts_does(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    parts = [ParsedEvent("door.closed", {"room": "Hall"}), ParsedEvent("door.opened", {})]
    await scene.shift.route(await scene.event(endpoint), parts=parts)
    (one,) = (await tried(scene, endpoint.id, "door.opened")).tried
    assert one.matched
    assert one.reason == "door.opened is wanted (door.opened)"
    assert [(part.type, part.matched) for part in one.parts] == [
        ("door.closed", False),
        ("door.opened", True),
    ]


async def test_what_was_not_read_says_so(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    silent, broken = await scene.event(endpoint), await scene.event(endpoint)
    await scene.event(endpoint)
    await scene.shift.route(silent, parts=[])
    await scene.store.events.failed(broken.id, "Doors: The door is stuck.", scene.shift.generation)
    run = await tried(scene, endpoint.id)
    assert run.matched == 0
    assert [one.reason for one in run.tried] == [
        "it is still to be read",
        "it could not be read: Doors: The door is stuck.",
        "there is nothing in it that becomes a card",
    ]


async def test_the_last_hundred_are_tried(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    for _ in range(LOOKED_AT + 3):
        await scene.event(endpoint)
    run = await tried(scene, endpoint.id)
    assert len(run.tried) == LOOKED_AT == 100


async def test_a_subscription_is_tried_as_it_is_or_otherwise(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    await scene.routed(await scene.event(endpoint), subscription)
    verb = scene.services.dry_runs.of_subscription
    assert (await verb(OPERATOR, subscription.id)).matched == 1
    assert (await verb(OPERATOR, subscription.id, events=("alarm",))).matched == 0
    hall = {"attribute": "room", "none_of": ["Cellar"]}
    assert (await verb(OPERATOR, subscription.id, filters=hall)).matched == 0
    kept = await scene.services.subscriptions.get(OPERATOR, subscription.id)
    assert (kept.events, kept.filters) == (("*",), {})


async def test_what_is_wrong_is_said_as_when_it_is_saved(scene: Scene) -> None:
    endpoint = await came(scene)
    with pytest.raises(Invalid) as caught:
        await tried(scene, endpoint, "dor.opened", filters={"attribute": "roon", "empty": True})
    assert set(caught.value.fields) == {"events.0", "filters.attribute"}


async def test_nobody_tries_what_is_not_theirs(
    scene: Scene, guest: Principal, other: Principal
) -> None:
    endpoint = await came(scene, "Hall", who=guest)
    subscription = await scene.subscription(
        await scene.services.endpoints.get(guest, endpoint), guest
    )
    run = scene.services.dry_runs
    assert (await run.run(guest, endpoint, ("*",), {})).matched == 1
    with pytest.raises(NotFound):
        await run.run(other, endpoint, ("*",), {})
    with pytest.raises(NotFound):
        await run.of_subscription(other, subscription.id)
    with pytest.raises(NotFound):
        await run.run(OPERATOR, "ep_none", ("*",), {})
