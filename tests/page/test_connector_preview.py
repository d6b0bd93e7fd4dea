"""The preview call: a sample's card, and what the filters make of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.browser import in_shared_loop
from tests.page.conftest import Served, running


@in_shared_loop
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with running(tmp_path, Path("nowhere")) as open_bridge:
        yield open_bridge


async def preview(served: Served, **wanted: Any) -> tuple[int, Any]:
    body = {"source": "orders", "event": "order.paid", **wanted}
    status, answer = await served.call("POST", "preview", body)
    return status, answer


async def test_a_sample_of_the_event_is_shown(served: Served) -> None:
    status, shown = await preview(served)
    assert status == 200
    assert shown["event_type"] == "order.paid"
    assert shown["html"].startswith('<article class="card')
    assert shown["matched"] is True


async def test_it_says_what_the_filters_make_of_it(served: Served) -> None:
    filters = {"all": [{"attribute": "shop", "any_of": ["south"]}]}
    _, shown = await preview(served, filters=filters)
    assert (shown["matched"], shown["reason"]) == (False, "shop is north, not south")


async def test_bad_filters_are_said_by_field(served: Served) -> None:
    status, said = await preview(served, filters={"all": [{"attribute": "shop"}]})
    assert (status, list(said["errors"])) == (422, ["filters.all.0"])
    status, said = await preview(
        served, filters={"any": [{"attribute": "actor_is_bt", "empty": True}]}
    )
    assert (status, list(said["errors"])) == (422, ["filters.any.0.attribute"])


async def test_the_card_looks_as_is_asked_for(served: Served) -> None:
    own = '{% extends "card.j2" %}{% block title %}{{ shop }} sold for {{ total }}{% endblock %}'
    _, shown = await preview(served, presentation={"accent": "good", "template": own})
    assert "card-good" in shown["html"]
    assert "north sold for 12" in shown["html"]
    assert ["total", "12"] in shown["values"]
    assert shown["note"] is None
    failing = {"template": own.replace("shop", "1 / nothing")}
    _, shown = await preview(served, presentation=failing)
    assert "the subscription's template, line 1" in shown["note"]


async def test_the_facts_to_choose_from_are_those_of_the_whole_card(served: Served) -> None:
    looks = {"style": "compact", "facts": ["Total"]}
    _, shown = await preview(served, presentation=looks)
    assert set(shown["facts"]) == {"Actor", "Shop", "Total"}
    assert "Total: 12" in shown["html"]
    assert "Shop" not in shown["html"]
    _, facts = await served.call("GET", "sources/orders/facts")
    assert set(facts["order.paid"]) == {"Actor", "Shop", "Total"}


async def test_bad_looks_are_said_by_field(served: Served) -> None:
    looks = {"style": "tiny", "template": "Hello"}
    status, said = await preview(served, presentation=looks)
    assert (status, set(said["errors"])) == (422, {"presentation.style", "presentation.template"})
    assert said["errors"]["presentation.template"].startswith("Line 1: ")


async def test_what_was_received_can_be_shown_at_its_endpoint_alone(served: Served) -> None:
    mine, other = await served.endpoint("Mine"), await served.endpoint("Other")
    assert await served.webhook(mine, shop="at the harbour") == 202
    assert await served.webhook(other, shop="elsewhere") == 202
    _, (event,) = await served.call("GET", f"endpoints/{mine.id}/received")
    _, (foreign,) = await served.call("GET", f"endpoints/{other.id}/received")
    _, shown = await preview(served, endpoint=mine.id, received=event["id"])
    assert "at the harbour" in shown["html"]
    assert ["shop", "at the harbour"] in shown["values"]
    status, said = await preview(served, endpoint=mine.id, received=foreign["id"])
    assert (status, said["detail"]) == (404, f"There is no event {foreign['id']} at Mine.")
    status, said = await preview(served, received=event["id"])
    assert (status, list(said["errors"])) == (422, ["endpoint"])


async def test_an_event_without_a_sample(served: Served) -> None:
    status, said = await preview(served, event="refund")
    assert (status, said["detail"]) == (404, "There is no sample of this event.")


async def test_an_unknown_source(served: Served) -> None:
    status, said = await preview(served, source="nowhere")
    assert status == 404
    assert "orders" in said["detail"]
