"""A URL that a person pasted is saved only if it took a test card a short while ago."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bridge.errors import Invalid
from bridge.models import TeamsContext
from bridge.services.access import OPERATOR, Principal
from bridge.services.receipts import LASTS, Receipts
from bridge.services.subscriptions import WantedSubscription
from bridge.store.secrets import Vault
from tests.services.conftest import Scene

TAB = TeamsContext(tab="tab_" + "t" * 24)
HALL, CELLAR = SecretStr("https://example.com/hall"), SecretStr("https://example.com/cellar")
NOW = 1_764_000_000.0


def receipts(key: bytes = bytes(32), at: float = NOW) -> Receipts:
    clock: Callable[[], float] = lambda: at  # noqa: E731  # one line says it
    return Receipts(Vault((key,)), clock)


def test_a_receipt_is_good_for_its_url_and_for_an_hour() -> None:
    given = receipts().give(HALL)
    assert receipts().holds(given, HALL)
    assert receipts(at=NOW + LASTS).holds(given, HALL)
    assert not receipts(at=NOW + LASTS + 1).holds(given, HALL)
    assert not receipts().holds(given, CELLAR)
    assert not receipts(b"k" * 32).holds(given, HALL)


@pytest.mark.parametrize("made_up", [None, "", "x", "AAAA", "ä", "a" * 5000])
def test_nobody_makes_one_up(made_up: str | None) -> None:
    assert not receipts().holds(None if made_up is None else SecretStr(made_up), HALL)


def test_a_receipt_shows_nothing_of_its_url() -> None:
    assert "example" not in receipts().give(HALL).get_secret_value()


async def wanted(scene: Scene, who: Principal, channel: str = "hall") -> WantedSubscription:
    """Cards through a workflow, as somebody asks for them who pasted its URL."""
    endpoint = await scene.endpoint(who)
    url = SecretStr(scene.teams.workflow(channel))
    return WantedSubscription(endpoint.id, url, ("*",), teams=TAB, pasted=True)


async def refused(scene: Scene, who: Principal, given: WantedSubscription) -> None:
    """It is not saved, and what to do about it is said beside the URL."""
    with pytest.raises(Invalid, match="test card") as caught:
        await scene.services.subscriptions.save(who, given)
    assert list(caught.value.fields) == ["channel.url"]


@pytest.mark.parametrize("operator", [True, False])
async def test_a_tab_s_workflow_has_to_take_a_test_card(
    scene: Scene, guest: Principal, operator: bool
) -> None:
    who = OPERATOR if operator else guest
    given = await wanted(scene, who)
    await refused(scene, who, given)
    channel = scene.services.channels.given(given.url)
    _, _, receipt = await scene.services.channels.greet(who, channel, given.teams)
    await refused(scene, who, replace(await wanted(scene, who, "cellar"), receipt=receipt))
    await scene.services.subscriptions.save(who, replace(given, receipt=receipt))


async def test_a_workflow_that_took_no_card_gives_no_receipt(scene: Scene) -> None:
    nobody = "http://127.0.0.1:9/workflows/x/triggers/manual/paths/invoke?sig=x"
    channel = scene.services.channels.given(SecretStr(nobody))
    _, outcome, receipt = await scene.services.channels.greet(OPERATOR, channel, TAB)
    assert (outcome.verdict, receipt) == ("retry", None)


async def test_what_stays_as_it_is_needs_none(scene: Scene, guest: Principal) -> None:
    subscriptions, channels = scene.services.subscriptions, scene.services.channels
    given = await wanted(scene, guest)
    first = replace(given, receipt=channels.receipt(given.url))
    made = await subscriptions.save(guest, first)
    await subscriptions.save(guest, replace(given, name="Renamed"), made.id)
    await subscriptions.update(guest, made.id, name="Again")
    elsewhere = SecretStr(scene.teams.workflow("cellar"))
    with pytest.raises(Invalid, match="test card"):
        await subscriptions.save(guest, replace(given, url=elsewhere), made.id)
    with pytest.raises(Invalid, match="test card"):
        await subscriptions.update(guest, made.id, url=elsewhere)
    (moved,) = await scene.services.moves.move(guest, made.id, elsewhere)
    assert moved.moved


async def test_no_one_goes_around_it_by_leaving_something_out(
    scene: Scene, guest: Principal
) -> None:
    """Neither without a tab, nor by another kind, nor by making it a tab's later."""
    given = replace(await wanted(scene, guest), pasted=False)
    for other in (
        replace(given, teams=TeamsContext()),
        replace(given, teams=TeamsContext(), kind="connector"),
        replace(given, url=SecretStr(scene.teams.connector("hall"))),
    ):
        await refused(scene, guest, other)
    handed = replace(
        given, url=SecretStr(scene.teams.connector("hall")), teams=TeamsContext(app_type="teams")
    )
    made = await scene.services.subscriptions.save(guest, handed)  # as Teams itself gives it
    with pytest.raises(Invalid, match="test card"):
        await scene.services.subscriptions.save(guest, replace(handed, teams=TAB), made.id)


async def test_an_operator_may_do_without(scene: Scene) -> None:
    given = replace(await wanted(scene, OPERATOR), pasted=False)
    made = await scene.services.subscriptions.save(OPERATOR, given)
    elsewhere = SecretStr(scene.teams.workflow("cellar"))
    await scene.services.subscriptions.update(OPERATOR, made.id, url=elsewhere)
    (moved,) = await scene.services.moves.move(OPERATOR, made.id, given.url, test=False)
    assert moved.moved
