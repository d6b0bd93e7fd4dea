"""/api/v1/administration, and what it means for webhooks, cards and the configuration page."""

from itertools import count
from pathlib import Path
from typing import Any

from bridge.store.open import open_store
from tests.services.conftest import NOW
from tests.web.conftest import TOKEN, Api

TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
NUMBERS = count()
ALL_ON = {"tenant": TENANT, "team": None, "connectors": True, "actions": True, "changed_at": None}


def opened() -> bytes:
    """A webhook unlike any before."""
    return b'{"happened": "door.opened", "room": "%d"}' % next(NUMBERS)


async def page(api: Api, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """What the configuration page is answered."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{api.origin}/connector{path}"
    async with api.session.request(method, url, json=body, headers=headers) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json(content_type=None)


async def subscribed(api: Api, endpoint: Any, channel: str = "hall", status: int = 201) -> Any:
    """A subscription made in a team, on the configuration page."""
    body = {
        "endpoint": endpoint["id"],
        "channel": {"url": api.teams.connector(channel)},
        "events": ["*"],
        "teams": {"tenant": TENANT, "team": "Rockets", "team_id": TEAM},
    }
    return await page(api, "POST", "/subscriptions", body, status)


async def test_switches_are_turned_and_listed(api: Api) -> None:
    path = f"/administration/tenants/{TENANT}"
    assert await api.call("GET", path) == {**ALL_ON, "reasons": []}
    turned = await api.call("PUT", path, {"connectors": False})
    assert (turned["connectors"], turned["actions"], turned["subscriptions"]) == (False, True, 0)
    assert turned["reasons"] == ["Connectors are turned off for this tenant by an administrator."]
    team = await api.call("PUT", f"{path}/teams/{TEAM}", {"actions": False})
    assert (team["connectors"], team["actions"]) == (True, False)
    assert len(team["reasons"]) == 2  # the tenant's, and its own
    listed = await api.call("GET", "/administration?limit=1")
    assert [item["team"] for item in listed["items"]] == [TEAM]
    rest = await api.call("GET", f"/administration?cursor={listed['next']}")
    assert [item["team"] for item in rest["items"]] == [None]
    await api.call("PUT", path, {"connectors": True})
    assert await api.call("GET", path) == {**ALL_ON, "reasons": []}
    # A thread's id, as Teams also names its teams, has letters that a path must escape.
    odd = await api.call("PUT", f"{path}/teams/19%3Aabc%40thread.tacv2", {"connectors": False})
    assert odd["team"] == "19:abc@thread.tacv2"


async def test_what_is_wrong_is_said_by_the_field(api: Api) -> None:
    path = f"/administration/tenants/{TENANT}"
    assert set((await api.call("PUT", path, {"connectors": "perhaps"}, 422))["errors"]) == {
        "connectors"
    }
    assert set((await api.call("PUT", path, {"buttons": False}, 422))["errors"]) == {"buttons"}
    wrong = await api.call("PUT", "/administration/tenants/contoso.com", {"connectors": False}, 422)
    assert "GUID" in wrong["errors"]["tenant"]
    async with api.session.put(f"{api.origin}/api/v1{path}", json={"connectors": False}) as answer:
        assert answer.status == 401


async def test_while_connectors_are_off_webhooks_are_kept_and_no_card_is_posted(api: Api) -> None:
    endpoint = await api.endpoint()
    made = await subscribed(api, endpoint)
    turned = await api.call("PUT", f"/administration/tenants/{TENANT}", {"connectors": False})
    assert turned["subscriptions"] == 1
    event = await api.webhook(endpoint, opened())
    dropped = await api.ended("dropped")
    assert dropped["event"] == event
    assert "turned off for this tenant" in dropped["reason"]
    assert api.teams.of("hall") == []
    shown = await api.call("GET", f"/subscriptions/{made['id']}")
    assert shown["state"] == "active"
    assert shown["off"] == turned["reasons"]
    await api.call("PUT", f"/administration/tenants/{TENANT}", {"connectors": True})
    await api.webhook(endpoint, opened())
    await api.ended("delivered")
    assert len(api.teams.of("hall")) == 1


async def test_the_page_is_told_and_cannot_save(api: Api) -> None:
    endpoint = await api.endpoint()
    made = await subscribed(api, endpoint)
    there = f"/switches?tenant={TENANT}&team={TEAM}"
    assert await page(api, "GET", there) == {"connectors": True, "actions": True, "reasons": []}
    await api.call("PUT", f"/administration/tenants/{TENANT}/teams/{TEAM}", {"connectors": False})
    told = await page(api, "GET", there)
    assert told["connectors"] is False
    assert told["reasons"] == ["Connectors are turned off for this team by an administrator."]
    refused = await subscribed(api, endpoint, status=403)
    assert refused["detail"] == told["reasons"][0]
    assert await page(api, "GET", "/switches") == {
        "connectors": True,
        "actions": True,
        "reasons": [],
    }
    await page(api, "DELETE", f"/subscriptions/{made['id']}", status=204)  # going is free


async def test_another_process_s_switch_is_in_force_in_a_running_one(
    api: Api, tmp_path: Path
) -> None:
    endpoint = await api.endpoint()
    await subscribed(api, endpoint)
    await api.webhook(endpoint, opened())
    await api.ended("delivered")
    store = await open_store(f"sqlite:///{tmp_path / 'bridge.db'}", (bytes(32),), migrate=False)
    try:
        await store.switches.turn(TENANT, None, NOW, connectors=False, actions=None)
    finally:
        await store.close()

    async def noticed() -> bool:
        await api.webhook(endpoint, opened())
        return bool((await api.call("GET", "/deliveries?state=dropped"))["items"])

    await api.until(noticed)
