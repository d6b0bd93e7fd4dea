"""/api/v1/subscriptions."""

import json

from tests.web.conftest import Api


async def test_a_subscription_is_made_and_shown(api: Api) -> None:
    endpoint = await api.endpoint()
    made = await api.subscription(
        endpoint, name="Hall", filters={"attribute": "room", "any_of": ["C*"]}
    )
    assert made["endpoint"] == endpoint["id"]
    assert made["name"] == "Hall"
    assert made["channel"]["kind"] == "connector"
    assert made["channel"]["url"] == f"http://127.0.0.1:{api.teams.port}/…"
    assert made["filters"] == {"attribute": "room", "any_of": ["C*"]}
    assert (made["state"], made["reason"], made["presentation"]) == ("active", None, {})
    assert await api.call("GET", f"/subscriptions/{made['id']}") == made
    listed = await api.call("GET", f"/subscriptions?endpoint={endpoint['id']}")
    assert listed == {"items": [made], "next": None}
    assert (await api.call("GET", "/subscriptions?endpoint=ep_x"))["items"] == []


async def test_every_fault_is_said_beside_its_field(api: Api) -> None:
    body = {
        "endpoint": "ep_x",
        "channel": {"url": "https://evil.example/hush"},
        "events": ["*"],
        "filters": {"room": "C*"},
        "presentation": {"colour": "red"},
    }
    refused = await api.call("POST", "/subscriptions", body, 422)
    assert set(refused["errors"]) == {
        "endpoint",
        "channel.url",
        "filters",
        "presentation.colour",
    }
    assert "hush" not in str(refused)
    refused = await api.call("POST", "/subscriptions", {"channel": {"uri": "x"}}, 422)
    assert set(refused["errors"]) == {"endpoint", "events", "channel.url", "channel.uri"}


async def test_it_is_changed_paused_resumed_and_removed(api: Api) -> None:
    made = await api.subscription(await api.endpoint())
    path = f"/subscriptions/{made['id']}"
    changed = await api.call(
        "PATCH",
        path,
        {"events": ["door.opened"], "filters": {"attribute": "room", "empty": False}},
    )
    assert changed["events"] == ["door.opened"]
    assert changed["filters"] == {"attribute": "room", "empty": False}
    paused = await api.call("PATCH", path, {"state": "paused", "name": "Quiet"})
    assert (paused["state"], paused["name"]) == ("paused", "Quiet")
    assert (await api.call("PATCH", path, {"state": "active"}))["state"] == "active"
    moved = await api.call("PATCH", path, {"channel": {"url": api.teams.workflow("hall")}})
    assert moved["channel"]["kind"] == "workflow"
    await api.call("PATCH", path, {"state": "disabled"}, 422)
    await api.call("PATCH", path, {"events": ["window"]}, 422)
    await api.call("PATCH", path, {"channel": {"kind": "pigeon", "url": "x"}}, 422)
    await api.call("DELETE", path, status=204)
    await api.call("PATCH", path, {"state": "active"}, 404)


async def test_whether_its_cards_may_be_merged_and_when_they_expire_can_be_said(api: Api) -> None:
    endpoint = await api.endpoint()
    plain = await api.subscription(endpoint)
    assert (plain["digest"], plain["expiry"]) == (True, None)
    urgent = await api.subscription(endpoint, "attic", digest=False, expiry=30)
    assert (urgent["digest"], urgent["expiry"]) == (False, 30)
    path = f"/subscriptions/{urgent['id']}"
    renamed = await api.call("PATCH", path, {"name": "Renamed"})
    assert (renamed["digest"], renamed["expiry"]) == (False, 30)
    merged = await api.call("PATCH", path, {"digest": True})
    assert (merged["digest"], merged["expiry"]) == (True, 30)
    never = await api.call("PATCH", path, {"expiry": 0})
    assert (never["digest"], never["expiry"]) == (True, None)
    for wrong in (-1, 43_201, 1.5, "soon"):
        refused = await api.call("PATCH", path, {"expiry": wrong}, 422)
        assert list(refused["errors"]) == ["expiry"]
    assert list((await api.call("PATCH", path, {"digest": "perhaps"}, 422))["errors"]) == ["digest"]


async def test_holds_and_what_becomes_of_stale_events_can_be_said(api: Api) -> None:
    endpoint = await api.endpoint()
    plain = await api.subscription(endpoint)
    assert (plain["hold"], plain["stale"]) == (0, "keep")
    careful = await api.subscription(endpoint, "attic", hold=10, stale="drop")
    assert (careful["hold"], careful["stale"]) == (10, "drop")
    path = f"/subscriptions/{careful['id']}"
    renamed = await api.call("PATCH", path, {"name": "Renamed"})
    assert (renamed["hold"], renamed["stale"]) == (10, "drop")
    changed = await api.call("PATCH", path, {"hold": 0, "stale": "mark"})
    assert (changed["hold"], changed["stale"]) == (0, "mark")
    for wrong in (-1, 301, 1.5, "soon"):
        refused = await api.call("PATCH", path, {"hold": wrong}, 422)
        assert list(refused["errors"]) == ["hold"]
    assert list((await api.call("PATCH", path, {"stale": "burn"}, 422))["errors"]) == ["stale"]


async def test_a_test_card_is_sent_now_and_the_answer_shown(api: Api) -> None:
    made = await api.subscription(await api.endpoint())
    shown = await api.call("POST", f"/subscriptions/{made['id']}/test")
    assert shown["delivered"]
    assert (shown["verdict"], shown["status"], shown["excerpt"]) == ("delivered", 200, "1")
    (card,) = map(json.loads, api.teams.of("hall"))
    assert card["summary"].startswith("Test: ")
