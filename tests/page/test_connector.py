"""The page's calls over HTTP: who may, what they answer, and that a repeated save is one."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.routing import Mount

from bridge.models import Page, TeamsContext
from bridge.services.access import OPERATOR
from bridge.web import connector
from tests.browser import in_shared_loop
from tests.page.conftest import ADMIN_TOKEN, Served, channel_url, running

ID = "sub_" + "a" * 24


@in_shared_loop
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """A bridge as `serve` runs it; no browser, so no SDK either."""
    async with running(tmp_path, Path("nowhere"), open_to_all=False) as closed:
        yield closed


async def wanted(served: Served, **more: Any) -> dict[str, Any]:
    endpoint = await served.endpoint()
    channel = {"url": channel_url("general")}
    return {"endpoint": endpoint.id, "channel": channel, "events": ["order.placed"], **more}


async def invitation(served: Served, **bounds: Any) -> str:
    _, token = await served.bridge.services.invitations.invite(OPERATOR, **bounds)
    return token.get_secret_value()


async def test_every_call_needs_a_token(served: Served) -> None:
    (mount,) = (route for route in connector.routes if getattr(route, "path", "") == "/connector")
    assert isinstance(mount, Mount)
    asked = 0
    for route in mount.routes or ():
        for method in sorted(getattr(route, "methods", ())):
            path = re.sub(r"\{\w+\}", "x", str(getattr(route, "path", "")).removeprefix("/"))
            status, _ = await served.call(method, path)
            assert status == 401, (method, path)
            asked += 1
    assert asked >= 10
    assert (await served.call("GET", "nothing"))[0] == 401


async def test_a_subscription_is_saved_shown_changed_and_removed(served: Served) -> None:
    given = await wanted(served, name="Ours", teams={"team": "Harbour", "user_object_id": "u1"})
    status, made = await served.call("PUT", f"subscriptions/{ID}", given, ADMIN_TOKEN)
    assert (status, made["id"], made["name"]) == (200, ID, "Ours")
    again = await served.call("PUT", f"subscriptions/{ID}", {**given, "name": "New"}, ADMIN_TOKEN)
    assert (again[0], again[1]["name"]) == (200, "New")

    status, shown = await served.call("GET", f"subscriptions/{ID}", token=ADMIN_TOKEN)
    assert (status, shown["source"], shown["events"]) == (200, "orders", ["order.placed"])
    assert "u1" not in str(shown)
    assert channel_url("general") not in str(shown)
    kept = (await served.bridge.services.subscriptions.list(OPERATOR, Page())).items
    assert [subscription.teams for subscription in kept] == [
        TeamsContext(team="Harbour", user_object_id=SecretStr("u1"))
    ]

    assert (await served.call("DELETE", f"subscriptions/{ID}", token=ADMIN_TOKEN))[0] == 204
    assert (await served.call("DELETE", f"subscriptions/{ID}", token=ADMIN_TOKEN))[0] == 404


async def test_an_id_can_be_made_by_the_bridge(served: Served) -> None:
    status, made = await served.call("POST", "subscriptions", await wanted(served), ADMIN_TOKEN)
    assert status == 201
    assert made["id"].startswith("sub_")


@pytest.mark.parametrize("made_up", ["sub_short", "ep_" + "a" * 24, "sub_" + "a" * 23 + "!"])
async def test_an_id_that_could_be_guessed_is_refused(served: Served, made_up: str) -> None:
    status, said = await served.call(
        "PUT", f"subscriptions/{made_up}", await wanted(served), ADMIN_TOKEN
    )
    assert status == 422
    assert "id" in said["errors"]


async def test_what_is_wrong_is_said_by_field_and_nothing_is_saved(served: Served) -> None:
    given = await wanted(
        served, name=" ", events=["nothing.like.it!", "order.placd"], filters={"all": [{}]}
    )
    given["channel"] = {"url": "https://example.com/secret-part"}
    status, said = await served.call("PUT", f"subscriptions/{ID}", given, ADMIN_TOKEN)
    assert status == 422
    assert {"name", "channel.url", "events.1", "filters.all.0"} <= set(said["errors"])
    assert "secret-part" not in str(said)
    assert (await served.bridge.services.subscriptions.list(OPERATOR, Page())).items == ()


async def test_a_subscription_of_an_endpoint_that_one_may_not_use_any_more_is_shown_without_it(
    served: Served,
) -> None:
    endpoint = await served.endpoint()
    theirs, token = await served.bridge.services.invitations.invite(
        OPERATOR, endpoints=(endpoint.id,)
    )
    given = await wanted(served)
    given["endpoint"] = endpoint.id
    bearer = token.get_secret_value()
    assert (await served.call("PUT", f"subscriptions/{ID}", given, bearer))[0] == 200
    _, shown = await served.call("GET", f"subscriptions/{ID}", token=bearer)
    assert (shown["source"], shown["owner"]) == ("orders", theirs.id)

    other = await invitation(served)
    for method, body in (("GET", None), ("DELETE", None), ("PUT", given)):
        status, _ = await served.call(method, f"subscriptions/{ID}", body, other)
        assert status == 404, method


async def test_another_s_endpoint_gives_nothing_away(served: Served) -> None:
    endpoint = await served.endpoint("Secret project")
    assert await served.webhook(endpoint, shop="secret shop") == 202
    bearer = await invitation(served, sources=("orders",))
    for call in ("", "/credentials", "/arrivals", "/seen"):
        status, said = await served.call("GET", f"endpoints/{endpoint.id}{call}", token=bearer)
        assert status == 404, call
        assert "ecret" not in str(said)
    body = {"source": "orders", "event": "order.placed", "endpoint": endpoint.id}
    assert (await served.call("POST", "preview", body, bearer))[0] == 404
    _, catalog = await served.call("GET", "catalog", token=bearer)
    assert catalog["endpoints"] == []
    given = {**await wanted(served), "endpoint": endpoint.id}
    status, said = await served.call("PUT", f"subscriptions/{ID}", given, bearer)
    assert (status, list(said["errors"])) == (422, ["endpoint"])
