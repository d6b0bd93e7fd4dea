"""What the page is told of sources and endpoints."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bridge.services.access import OPERATOR
from tests.browser import in_shared_loop
from tests.page.conftest import Served, running


@in_shared_loop
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with running(tmp_path, Path("nowhere")) as open_bridge:
        yield open_bridge


async def test_the_catalog_has_every_source_with_what_can_be_chosen(served: Served) -> None:
    endpoint = await served.endpoint()
    _, catalog = await served.call("GET", "catalog")
    labels = [source["label"] for source in catalog["sources"]]
    assert labels == sorted(labels, key=str.casefold)
    orders = next(source for source in catalog["sources"] if source["name"] == "orders")
    assert [group["name"] for group in orders["groups"]] == ["order", "refund"]
    assert orders["groups"][0]["label"] == "Order"
    assert orders["groups"][0]["types"][0] == {
        "name": "order.placed",
        "label": "An order is placed",
        "default": True,
    }
    assert orders["attributes"][0]["examples"] == ["north", "south"]
    assert [shown["id"] for shown in catalog["endpoints"]] == [endpoint.id]
    assert "secret" not in catalog["endpoints"][0]
    assert orders["open_ended"] is True


async def test_every_source_offers_who_did_it(served: Served) -> None:
    _, catalog = await served.call("GET", "catalog")
    for source in catalog["sources"]:
        names = [attribute["name"] for attribute in source["attributes"]]
        assert len(names) == len(set(names))
        assert {"actor", "actor_is_bot"} <= set(names)


async def test_an_endpoint_is_made_as_a_draft_with_its_secret(served: Served) -> None:
    body = {"source": "orders", "name": "Ours"}
    status, made = await served.call("POST", "endpoints", body)
    assert (status, made["draft"]) == (201, True)
    endpoint = await served.bridge.services.endpoints.get(OPERATOR, made["id"])
    assert made["secret"] == endpoint.secrets[0].value.get_secret_value()
    _, shown = await served.call("GET", f"endpoints/{made['id']}")
    assert "secret" not in shown
    _, revealed = await served.call("GET", f"endpoints/{made['id']}/credentials")
    assert (revealed["secret"], revealed["url"]) == (made["secret"], made["url"])


async def arrivals(served: Served, endpoint_id: str) -> Any:
    return (await served.call("GET", f"endpoints/{endpoint_id}/arrivals"))[1]


async def until_routed(served: Served, endpoint_id: str) -> Any:
    async with asyncio.timeout(30):
        while (found := await arrivals(served, endpoint_id))["event"]["state"] == "received":  # noqa: ASYNC110  # it asks over HTTP
            await asyncio.sleep(0.02)
    return found


async def test_arrivals_are_the_last_event_and_the_last_refusal(served: Served) -> None:
    endpoint = await served.endpoint()
    assert await arrivals(served, endpoint.id) == {"event": None, "refusal": None}
    assert await served.webhook(endpoint, secret="another secret") == 401
    async with asyncio.timeout(30):
        while (refused := (await arrivals(served, endpoint.id))["refusal"]) is None:  # noqa: ASYNC110  # it asks over HTTP
            await asyncio.sleep(0.02)
    assert refused["status"] == 401
    assert await served.webhook(endpoint) == 202
    found = await until_routed(served, endpoint.id)
    assert found["event"]["types"] == ["order.placed"]


async def test_seen_values_are_those_of_the_last_events_each_once(served: Served) -> None:
    endpoint = await served.endpoint()
    for number, shop, bot in ((1, "north", True), (2, "south", False), (3, "north", True)):
        order: dict[str, Any] = {"shop": shop, "actor_is_bot": bot, "number": number}
        assert await served.webhook(endpoint, **order) == 202
        await until_routed(served, endpoint.id)
    _, seen = await served.call("GET", f"endpoints/{endpoint.id}/seen")
    assert seen["shop"] == ["north", "south"]
    assert seen["actor_is_bot"] == ["true", "false"]
    assert seen["actor"] == []
