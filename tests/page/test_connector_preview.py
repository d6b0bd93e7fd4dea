"""The preview call: a sample's card, and what the filters make of it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.page.conftest import Served, running


@pytest.fixture
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


async def test_an_event_without_a_sample(served: Served) -> None:
    status, said = await preview(served, event="refund")
    assert (status, said["detail"]) == (404, "There is no sample of this event.")


async def test_an_unknown_source(served: Served) -> None:
    status, said = await preview(served, source="nowhere")
    assert status == 404
    assert "orders" in said["detail"]
