"""What the trace of an event tells: where it came from, what it was read as, and what each subscription made of it."""

from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from bridge.models import Channel, Event, ParsedEvent, Proof, TeamsContext
from bridge.services import views
from bridge.services.access import OPERATOR, Principal
from bridge.services.trace import TRIES, EventTrace
from bridge.store.records import Ages
from tests.services.conftest import NOW, Scene
from tests.store.making import an_attempt

LATER = NOW + timedelta(minutes=1)


async def shown(scene: Scene, event: Event, who: Principal = OPERATOR) -> EventTrace:
    return await scene.services.events.show(who, event.id)


async def test_a_card_is_told_of_as_it_would_be_sent(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    await scene.routed(event, subscription)
    found = await shown(scene, event)
    (part,) = found.parts
    assert (part.type, part.title) == ("door.opened", "The door of Cellar moved")
    assert part.template == "door.j2"
    (step,) = found.steps
    assert step.card
    assert (step.card.kind, step.card.limit) == ("connector", 28 * 1024)
    assert step.card.size == step.card.whole > 100
    assert not step.card.cut
    assert found.notes == ()


async def test_a_card_that_is_cut_and_one_by_the_fallback_say_so(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    noise = b'{"happened": "alarm", "noise": "%s", "room": "%s"}' % (b"A" * 500, b"B" * 40_000)
    event = await scene.event(endpoint, noise)
    await scene.routed(event, subscription, parts=[ParsedEvent("alarm")])
    found = await shown(scene, event)
    assert [part.template for part in found.parts] == ["default.j2"]
    card = found.steps[0].card
    assert card
    assert card.cut
    assert card.size <= card.limit < card.whole


async def test_a_card_that_cannot_be_made_says_why(scene: Scene) -> None:
    endpoint = await scene.services.endpoints.create(
        OPERATOR, source="doors", name="Own", config={"template": "{% extends 'no.j2' %}"}
    )
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    await scene.routed(event, subscription)
    found = await shown(scene, event)
    for problem in (found.parts[0].problem, found.steps[0].card and found.steps[0].card.problem):
        assert problem
        assert "template failed" in problem
    stuck = await scene.event(endpoint, b'{"stuck": true}')
    await scene.routed(stuck, subscription)
    assert (await shown(scene, stuck)).parts == ()
    card = (await shown(scene, stuck)).steps[0].card
    assert card
    assert card.problem == "Doors: The door is stuck."


async def test_every_try_is_told_and_how_many_shared_the_digest(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    hall = await scene.subscription(endpoint)
    events = [await scene.event(endpoint) for _ in range(3)]
    owed = [(await scene.routed(event, hall))[0] for event in events]
    tries = [an_attempt("retry", at=NOW + timedelta(seconds=n)) for n in range(TRIES + 5)]
    for attempt in tries:
        await scene.shift.settle(kept=tuple(owed[:1]), attempt=attempt)
    taken = an_attempt(digest="dg_1", at=LATER)
    ended = [
        replace(one, state="delivered", digest="dg_1", finished_at=LATER, attempts=1)
        for one in owed
    ]
    await scene.shift.settle(finished=tuple(ended), attempt=taken)
    found = await shown(scene, events[0])
    (step,) = found.steps
    assert list(step.attempts) == [*tries[6:], taken]
    assert step.delivery
    assert step.delivery.attempts == TRIES + 6
    assert step.digest == 3
    assert found.digests == {"dg_1": 3}
    assert step.standing == "Delivered at 2024-11-23 14:06:00 UTC in a digest of 3 cards."
    (told,) = views.trace(found)["trace"]
    assert told["digest"] == {"id": "dg_1", "cards": 3}
    assert told["attempts"][-1]["merged"] == 3
    assert told["attempts_in_all"] == TRIES + 6


async def test_a_subscription_that_was_not_asked_says_why(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    event = await scene.event(endpoint)
    await scene.routed(event)
    late = await scene.subscription(endpoint)
    found = await shown(scene, event)
    assert found.steps == ()
    (unasked,) = found.unasked
    assert unasked.subscription.id == late.id
    assert "after the event came" in unasked.reason
    assert found.notes == ("Nobody was asked, because the endpoint had no subscriptions.",)
    await scene.services.subscriptions.remove(OPERATOR, late.id)
    found = await shown(scene, event)
    assert found.unasked == ()
    assert "no subscriptions now" in found.notes[1]


async def test_an_event_that_is_not_routed_says_what_to_do(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    waiting = await shown(scene, event)
    assert "not routed yet" in waiting.notes[0]
    assert waiting.unasked[0].reason == "It will be asked when the event is routed."
    await scene.shift.failed(event, "the plugin raised")
    failed = await shown(scene, event)
    assert "the plugin raised" in failed.notes[0]
    assert failed.notes[1] == "It can be read now: replay it."
    assert "the event failed" in failed.unasked[0].reason
    stuck = await scene.event(endpoint, b'{"stuck": true}')
    await scene.shift.failed(stuck, "Doors: The door is stuck.")
    assert "still cannot be read" in (await shown(scene, stuck)).notes[1]
    empty = await scene.event(endpoint, b"[]")
    await scene.routed(empty, parts=[])
    assert "nothing in it that becomes a card" in (await shown(scene, empty)).notes[0]


async def test_what_was_removed_for_its_age_is_said_to_be_so(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    event = await scene.event(endpoint)
    await scene.shift.failed(event)
    later = NOW + timedelta(seconds=1)
    await scene.store.sweep(Ages(bodies=later, events=NOW, deliveries=NOW), 9)
    found = await shown(scene, event)
    assert "removed for their age" in found.notes[-1]
    assert views.trace(found)["verified"] is None


async def test_a_guest_is_told_of_their_own_subscriptions_only(
    scene: Scene, guest: Principal
) -> None:
    endpoint = await scene.endpoint(guest)
    mine = await scene.subscription(endpoint, guest)
    other = await scene.subscription(endpoint, OPERATOR, "attic")
    event = await scene.event(endpoint)
    owed = await scene.routed(event, mine, other)
    taken = an_attempt(digest="dg_theirs", at=LATER)
    await scene.shift.end(owed[1], "delivered", taken, digest="dg_theirs")
    late = await scene.subscription(endpoint, OPERATOR, "roof")
    text = str(views.trace(await shown(scene, event, guest)))
    assert mine.id in text
    for hidden in (other.id, late.id, owed[1].id, "dg_theirs"):
        assert hidden not in text
    told = str(views.trace(await shown(scene, event)))
    assert other.id in told
    assert late.id in told
    await scene.services.subscriptions.remove(OPERATOR, other.id)
    assert other.id not in str(views.trace(await shown(scene, event, guest)))


async def test_no_secret_is_in_a_trace_or_a_list(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    secret = endpoint.secrets[0]
    wanted = scene.wanted(endpoint)
    person = TeamsContext(user_object_id=SecretStr("0c0ffee0-object-id"))
    subscription = await scene.services.subscriptions.save(OPERATOR, replace(wanted, teams=person))
    event = await scene.event(endpoint, proof=Proof("signature", ("x-door-signature",), secret.id))
    (owed,) = await scene.routed(event, subscription)
    failing = Channel(
        subscription.channel.id, "connector", wanted.url, "open", "no answer", NOW, 3, LATER
    )
    await scene.shift.again(owed, an_attempt("retry"), failing)
    found = views.trace(await shown(scene, event))
    listed = await scene.found(text="Cellar", subscription=subscription.id)
    told = str(found) + str(views.found(listed[0]))
    assert found["verified"] == {
        "by": "signature",
        "headers": ["x-door-signature"],
        "secret": secret.id,
    }
    for hidden in (
        secret.value.get_secret_value(),
        wanted.url.get_secret_value(),
        wanted.url.get_secret_value().rpartition("/")[2],
        "0c0ffee0-object-id",
    ):
        assert hidden not in told


async def test_a_trace_changes_nothing(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    event = await scene.event(endpoint)
    await scene.routed(event, subscription)
    before = await scene.store.changes(0)
    first = views.trace(await shown(scene, event))
    assert views.trace(await shown(scene, event)) == first
    assert await scene.store.changes(0) == before
    assert scene.teams.cards == {}
