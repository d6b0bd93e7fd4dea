"""Making, changing, rotating and removing endpoints, and who may."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.errors import Conflict, Forbidden, Invalid, NotFound
from bridge.models import Page
from bridge.registry import Registry
from bridge.services import Services
from bridge.services.access import OPERATOR, Principal
from bridge.services.endpoints import EndpointService
from bridge.store.port import Store
from tests.services.conftest import NOW, Scene
from tests.services.doors import Doors


async def test_an_endpoint_comes_with_a_strong_secret_of_its_own(services: Services) -> None:
    one = await services.endpoints.create(OPERATOR, source="doors", name="  Front door ")
    two = await services.endpoints.create(OPERATOR, source="doors", name="Back door")
    assert one.name == "Front door"
    assert one.owner == "operator"
    assert one.config == {"greeting": "Hello"}
    secrets = {endpoint.secrets[0].value.get_secret_value() for endpoint in (one, two)}
    assert len(secrets) == 2
    assert all(len(secret) == 44 and secret.isalnum() for secret in secrets)
    assert services.endpoints.url(one) == f"https://bridge.example/hooks/{one.id}"
    assert await services.endpoints.get(OPERATOR, one.id) == one


async def test_every_fault_is_said_at_once_beside_its_field(services: Services) -> None:
    with pytest.raises(Invalid) as caught:
        await services.endpoints.create(
            OPERATOR,
            source="doors",
            name=" ",
            secret=SecretStr("short"),
            config={"colour": "red"},
        )
    assert set(caught.value.fields) == {"name", "secret", "config.colour"}
    with pytest.raises(Invalid) as caught:
        await services.endpoints.create(OPERATOR, source="windows", name="x" * 101)
    assert caught.value.fields["source"].endswith("There are: doors.")
    assert "101 characters" in caught.value.fields["name"]


@pytest.mark.parametrize("name", ["two\nlines", "bell\a", "right\u202eleft"])
async def test_a_name_is_one_readable_line(services: Services, name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        await services.endpoints.create(OPERATOR, source="doors", name=name)


class Bell(Doors):
    """A system that proves nothing."""

    name = "bell"
    label = "The bell"
    issuer = "nobody"


async def test_what_proves_nothing_gets_a_url_that_is_a_secret(
    services: Services, registry: Registry
) -> None:
    assert isinstance(registry.sources, dict)
    registry.sources["bell"] = Bell()
    made = await services.endpoints.create(OPERATOR, source="bell", name="Bell")
    assert made.verification == "url"
    with pytest.raises(Invalid) as caught:
        await services.endpoints.create(
            OPERATOR, source="bell", name="Bell", verification="signature"
        )
    assert caught.value.fields == {"verification": "The bell does not sign its webhooks: say url."}


async def test_an_endpoint_verified_by_its_url_has_the_secret_in_it(services: Services) -> None:
    endpoint = await services.endpoints.create(
        OPERATOR, source="doors", name="Old lock", verification="url"
    )
    secret = endpoint.secrets[0].value.get_secret_value()
    assert services.endpoints.url(endpoint) == (
        f"https://bridge.example/hooks/{endpoint.id}.{secret}"
    )
    assert secret not in services.endpoints.masked_url(endpoint)
    with pytest.raises(Invalid, match="part of the URL"):
        await services.endpoints.create(
            OPERATOR,
            source="doors",
            name="Old lock",
            verification="url",
            secret=SecretStr("not safe/in a URL, though long"),
        )


async def test_rotation_keeps_the_old_secret_for_a_while(
    store: Store, registry: Registry, scene: Scene
) -> None:
    at = [NOW]
    service = EndpointService(store, registry, "https://bridge.example", lambda: at[0])
    endpoint = await service.create(OPERATOR, source="doors", name="Front door")
    old = endpoint.secrets[0]
    rotated = await service.add_secret(OPERATOR, endpoint.id, overlap=timedelta(hours=1))
    assert [secret.expires_at for secret in rotated.secrets] == [NOW + timedelta(hours=1), None]
    assert service.secret(rotated) == rotated.secrets[1]
    again = await service.add_secret(OPERATOR, endpoint.id, overlap=timedelta(days=1))
    assert [secret.expires_at for secret in again.secrets] == [
        NOW + timedelta(hours=1),
        NOW + timedelta(days=1),
        None,
    ]
    at[0] = NOW + timedelta(hours=2)
    later = await service.add_secret(OPERATOR, endpoint.id, SecretStr("chosen by hand"))
    assert old.id not in {secret.id for secret in later.secrets}
    assert later == await service.get(OPERATOR, endpoint.id)


async def test_without_overlap_the_old_secret_ends_at_once(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    rotated = await scene.services.endpoints.add_secret(OPERATOR, endpoint.id, overlap=timedelta(0))
    assert len(rotated.secrets) == 1
    assert rotated.secrets[0].id != endpoint.secrets[0].id


async def test_rotation_refuses_what_makes_no_sense(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    service = scene.services.endpoints
    with pytest.raises(Invalid, match="overlap"):
        await service.add_secret(OPERATOR, endpoint.id, overlap=timedelta(days=31))
    with pytest.raises(Invalid, match="already"):
        await service.add_secret(OPERATOR, endpoint.id, endpoint.secrets[0].value)


async def test_the_last_valid_secret_stays(scene: Scene) -> None:
    service = scene.services.endpoints
    endpoint = await scene.endpoint()
    first = endpoint.secrets[0].id
    with pytest.raises(Conflict, match="add another"):
        await service.remove_secret(OPERATOR, endpoint.id, first)
    await service.add_secret(OPERATOR, endpoint.id)
    left = await service.remove_secret(OPERATOR, endpoint.id, first)
    assert [secret.id for secret in left.secrets] != [first]
    with pytest.raises(NotFound):
        await service.remove_secret(OPERATOR, endpoint.id, first)


async def test_it_can_be_renamed_and_configured(scene: Scene) -> None:
    service = scene.services.endpoints
    endpoint = await scene.endpoint()
    changed = await service.update(
        OPERATOR, endpoint.id, name="Gate", config={"greeting": "Good day"}
    )
    assert (changed.name, changed.config) == ("Gate", {"greeting": "Good day"})
    assert await service.get(OPERATOR, endpoint.id) == changed
    with pytest.raises(Invalid) as caught:
        await service.update(OPERATOR, endpoint.id, name="", config={"colour": 1})
    assert set(caught.value.fields) == {"name", "config.colour"}


async def test_removing_takes_its_subscriptions_and_events_along(scene: Scene) -> None:
    endpoint = await scene.endpoint()
    subscription = await scene.subscription(endpoint)
    await scene.services.endpoints.remove(OPERATOR, endpoint.id)
    with pytest.raises(NotFound, match=endpoint.id):
        await scene.services.endpoints.get(OPERATOR, endpoint.id)
    with pytest.raises(NotFound):
        await scene.services.subscriptions.get(OPERATOR, subscription.id)


async def test_a_guest_sees_and_changes_only_their_own(
    scene: Scene, guest: Principal, other: Principal
) -> None:
    service = scene.services.endpoints
    theirs = await scene.endpoint(guest)
    foreign = await scene.endpoint()
    assert (await service.list(guest, Page())).items == (theirs,)
    assert (await service.list(other, Page())).items == ()
    assert {it.id for it in (await service.list(OPERATOR, Page())).items} == {
        theirs.id,
        foreign.id,
    }
    for verb in (
        service.get(guest, foreign.id),
        service.update(guest, foreign.id, name="Mine now"),
        service.remove(guest, foreign.id),
        service.add_secret(guest, foreign.id),
        service.remove_secret(guest, foreign.id, foreign.secrets[0].id),
        service.refusals(guest, foreign.id),
    ):
        with pytest.raises(NotFound):
            await verb
    assert (await service.update(guest, theirs.id, name="Mine")).name == "Mine"


async def test_a_guest_makes_no_endpoint_of_another_source(
    scene: Scene, registry: Registry
) -> None:
    invitations = scene.services.invitations
    endpoint = await scene.endpoint()
    _, token = await invitations.invite(OPERATOR, endpoints=(endpoint.id,))
    bound = await invitations.bearer(token)
    with pytest.raises(Forbidden):
        await scene.endpoint(bound)
    assert await scene.services.endpoints.get(bound, endpoint.id) == endpoint
    with pytest.raises(Forbidden):
        await scene.services.endpoints.remove(bound, endpoint.id)


async def test_only_the_operator_gives_an_endpoint_a_template(
    scene: Scene, guest: Principal
) -> None:
    service = scene.services.endpoints
    config = {"template": "{{ room }}"}
    with pytest.raises(Forbidden, match="template"):
        await service.create(guest, source="doors", name="Mine", config=config)
    theirs = await scene.endpoint(guest)
    with pytest.raises(Forbidden, match="template"):
        await service.update(guest, theirs.id, config=config)
    assert (await service.update(OPERATOR, theirs.id, config=config)).config["template"]


async def test_a_guest_does_not_take_others_subscriptions_down(
    scene: Scene, guest: Principal
) -> None:
    theirs = await scene.endpoint(guest)
    await scene.subscription(theirs, OPERATOR)
    with pytest.raises(Conflict, match="Other people"):
        await scene.services.endpoints.remove(guest, theirs.id)
    await scene.services.endpoints.remove(OPERATOR, theirs.id)


async def test_a_guest_s_pages_are_full(scene: Scene, guest: Principal) -> None:
    mine = []
    for number in range(5):
        await scene.endpoint(name=f"foreign {number}")
        mine.append(await scene.endpoint(guest, name=f"mine {number}"))
        await scene.endpoint(name=f"foreign too {number}")
    found, cursor = [], None
    while True:
        part = await scene.services.endpoints.list(guest, Page(2, cursor))
        found += [endpoint.name for endpoint in part.items]
        cursor = part.next
        if cursor is None:
            break
        assert len(part.items) == 2
    assert found == [endpoint.name for endpoint in reversed(mine)]
