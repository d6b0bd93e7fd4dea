"""Saving, changing, pausing and trying subscriptions, and who may."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bridge.channel import Verdict
from bridge.errors import Invalid, NotFound
from bridge.models import Page
from bridge.services import Services
from bridge.services.access import OPERATOR, Principal
from tests.services.conftest import Scene

CLIENT_MADE = "sub_" + "a" * 24


async def faults(scene: Scene, **changes: Any) -> dict[str, str]:
    endpoint = await scene.endpoint()
    with pytest.raises(Invalid) as caught:
        await scene.services.subscriptions.save(
            OPERATOR, replace(scene.wanted(endpoint), **changes)
        )
    assert (await scene.services.subscriptions.list(OPERATOR, Page())).items == ()
    return caught.value.fields


async def test_a_subscription_takes_its_kind_from_the_url_and_its_name_from_the_endpoint(
    scene: Scene,
) -> None:
    endpoint = await scene.endpoint()
    made = await scene.subscription(endpoint)
    assert made.channel.kind == "connector"
    assert made.name == endpoint.name
    assert made.state == "active"
    wanted = replace(scene.wanted(endpoint), url=SecretStr(scene.teams.workflow("hall")))
    assert (await scene.services.subscriptions.save(OPERATOR, wanted)).channel.kind == "workflow"


async def test_every_fault_is_said_at_once_beside_its_field(scene: Scene) -> None:
    found = await faults(
        scene,
        url=SecretStr("https://evil.example/secret-path"),
        kind="pigeon",
        events=(),
        filters={"any": "x"},
        presentation={"colour": "red"},
        name="  ",
    )
    assert set(found) == {
        "channel.url",
        "channel.kind",
        "events",
        "filters.any",
        "presentation.colour",
        "name",
    }
    assert "secret-path" not in str(found)
    assert found["channel.kind"].endswith("connector, workflow.")


async def test_looks_that_cannot_be_are_faults_of_their_fields(scene: Scene) -> None:
    looks = {"style": "tiny", "template": "Hello"}
    wanted = replace(scene.wanted(await scene.endpoint()), presentation=looks)
    with pytest.raises(Invalid) as caught:
        await scene.services.subscriptions.save(OPERATOR, wanted)
    assert set(caught.value.fields) == {"presentation.style", "presentation.template"}


async def test_an_unknown_endpoint_is_a_fault_of_its_field(
    services: Services, scene: Scene
) -> None:
    wanted = replace(scene.wanted(await scene.endpoint()), endpoint="ep_nowhere")
    with pytest.raises(Invalid) as caught:
        await services.subscriptions.save(OPERATOR, wanted)
    assert caught.value.fields == {"endpoint": "There is no endpoint ep_nowhere."}


async def test_a_url_of_no_known_shape_says_how_to_name_its_kind(scene: Scene) -> None:
    url = SecretStr(f"http://127.0.0.1:{scene.teams.port}/anything")
    found = await faults(scene, url=url)
    assert "connector, workflow" in found["channel.url"]
    endpoint = await scene.endpoint()
    wanted = replace(scene.wanted(endpoint), url=url, kind="workflow")
    assert (await scene.services.subscriptions.save(OPERATOR, wanted)).channel.kind == "workflow"


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("door.opend", "Did you mean door.opened"),
        ("dor", "Did you mean door"),
        ("window.*", "There are: alarm, door, door.closed, door.opened."),
        ("", "* means all"),
        ("x" * 201, "at most 200"),
    ],
)
async def test_a_pattern_that_nothing_matches_names_what_is_near(
    scene: Scene, pattern: str, says: str
) -> None:
    found = await faults(scene, events=("door.opened", pattern))
    assert list(found) == ["events.1"]
    assert says in found["events.1"]


async def test_patterns_are_kept_once(scene: Scene) -> None:
    wanted = replace(scene.wanted(await scene.endpoint()), events=("door", " door ", "al*"))
    made = await scene.services.subscriptions.save(OPERATOR, wanted)
    assert made.events == ("door", "al*")


async def test_an_attribute_that_the_source_does_not_give_is_a_fault(scene: Scene) -> None:
    found = await faults(
        scene,
        filters={
            "all": [
                {"attribute": "room", "any_of": ["Cellar"]},
                {"any": [{"attribute": "rooom", "any_of": ["x"]}]},
                {"not": {"attribute": "weather", "empty": True}},
                {"attribute": "actor_is_bot", "any_of": ["false"]},
            ]
        },
    )
    assert set(found) == {"filters.all.1.any.0.attribute", "filters.all.2.not.attribute"}
    assert "Did you mean room?" in found["filters.all.1.any.0.attribute"]
    assert "actor, actor_is_bot, floor, room" in found["filters.all.2.not.attribute"]


async def test_the_page_s_own_id_makes_it_and_replaces_it(scene: Scene) -> None:
    service = scene.services.subscriptions
    endpoint = await scene.endpoint()
    wanted = scene.wanted(endpoint)
    made = await service.save(OPERATOR, wanted, CLIENT_MADE)
    assert made.id == CLIENT_MADE
    changed = await service.save(
        OPERATOR, replace(wanted, events=("alarm",), name="Alarms"), CLIENT_MADE
    )
    assert changed.events == ("alarm",)
    assert changed.created_at == made.created_at
    assert (await service.list(OPERATOR, Page())).items == (changed,)
    with pytest.raises(Invalid, match="24 letters"):
        await service.save(OPERATOR, wanted, "sub_1")


async def test_saving_keeps_a_pause_and_ends_a_disabling(scene: Scene) -> None:
    service = scene.services.subscriptions
    endpoint = await scene.endpoint()
    made = await service.save(OPERATOR, scene.wanted(endpoint), CLIENT_MADE)
    await service.set_state(OPERATOR, made.id, "paused")
    again = await service.save(OPERATOR, scene.wanted(endpoint), CLIENT_MADE)
    assert (again.state, again.reason) == ("paused", "Paused by hand.")
    await scene.store.subscriptions.set_state(made.id, "disabled", "The channel is gone.")
    mended = await service.save(OPERATOR, scene.wanted(endpoint), CLIENT_MADE)
    assert (mended.state, mended.reason) == ("active", None)


async def test_changing_leaves_what_is_not_given(scene: Scene) -> None:
    service = scene.services.subscriptions
    made = await scene.subscription(await scene.endpoint())
    filters = {"attribute": "room", "any_of": ["Cellar"]}
    changed = await service.update(OPERATOR, made.id, filters=filters)
    assert changed.filters == filters
    assert (changed.events, changed.name, changed.channel) == (made.events, made.name, made.channel)
    moved = await service.update(
        OPERATOR, made.id, url=SecretStr(scene.teams.workflow("hall")), events=("alarm",)
    )
    assert moved.channel.kind == "workflow"
    assert moved.filters == filters


async def test_pausing_and_resuming(scene: Scene) -> None:
    service = scene.services.subscriptions
    made = await scene.subscription(await scene.endpoint())
    assert (await service.set_state(OPERATOR, made.id, "paused")).state == "paused"
    resumed = await service.set_state(OPERATOR, made.id, "active")
    assert (resumed.state, resumed.reason) == ("active", None)


async def test_a_guest_sees_and_changes_only_their_own(
    scene: Scene, guest: Principal, other: Principal
) -> None:
    service = scene.services.subscriptions
    endpoint = await scene.endpoint(guest)
    mine = await scene.subscription(endpoint, guest)
    foreign = await scene.subscription(endpoint, OPERATOR, "attic")
    assert (await service.list(guest, Page())).items == (mine,)
    assert (await service.list(guest, Page(), endpoint.id)).items == (mine,)
    for verb in (
        service.get(guest, foreign.id),
        service.update(guest, foreign.id, events=("alarm",)),
        service.save(guest, scene.wanted(endpoint), foreign.id),
        service.set_state(guest, foreign.id, "paused"),
        service.remove(guest, foreign.id),
        service.test(guest, foreign.id),
    ):
        with pytest.raises(NotFound):
            await verb
    with pytest.raises(Invalid, match="no endpoint"):
        await scene.subscription(endpoint, other)
    await service.remove(guest, mine.id)
    with pytest.raises(NotFound):
        await service.get(guest, mine.id)


async def test_the_test_card_is_a_marked_sample_of_what_is_wanted(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    wanted = replace(scene.wanted(endpoint), events=("door.closed",))
    made = await scene.services.subscriptions.save(OPERATOR, wanted)
    answer, outcome = await scene.services.subscriptions.test(OPERATOR, made.id)
    assert outcome.verdict is Verdict.DELIVERED
    assert answer.status == 200
    (card,) = map(json.loads, scene.teams.of("hall"))
    assert card["summary"].startswith("Test: ")
    assert "Attic" in json.dumps(card)


async def test_the_test_card_looks_as_the_subscription_s_cards_do(scene: Scene) -> None:
    own = '{% extends "card.j2" %}{% block title %}Own: {{ room }}{% endblock %}'
    wanted = replace(scene.wanted(await scene.endpoint()), presentation={"template": own})
    made = await scene.services.subscriptions.save(OPERATOR, wanted)
    assert made.presentation == {"template": own}
    await scene.services.subscriptions.test(OPERATOR, made.id)
    (card,) = map(json.loads, scene.teams.of("hall"))
    assert card["summary"] == "Test: Own: Attic"


async def test_without_a_sample_the_test_card_says_that_it_works(scene: Scene) -> None:
    wanted = replace(scene.wanted(await scene.endpoint()), events=("alarm",), name="Loud")
    made = await scene.services.subscriptions.save(OPERATOR, wanted)
    await scene.services.subscriptions.test(OPERATOR, made.id)
    (card,) = scene.teams.of("hall")
    assert b"Test: Loud" in card


async def test_a_channel_that_is_not_there_is_said_in_words(scene: Scene) -> None:
    url = SecretStr("http://127.0.0.1:9/webhookb2/a@b/IncomingWebhook/hush/c")
    wanted = replace(scene.wanted(await scene.endpoint()), url=url)
    made = await scene.services.subscriptions.save(OPERATOR, wanted)
    answer, outcome = await scene.services.subscriptions.test(OPERATOR, made.id)
    assert answer.status is None
    assert outcome.verdict is Verdict.RETRY
    assert "hush" not in answer.body + outcome.reason
