"""/api/v1/subscriptions/dry-run: what it says is what is decided when the same comes in earnest."""

from typing import Any

from tests.web.conftest import Api

WANTED: dict[str, Any] = {
    "events": ["door.opened", "alarm"],
    "filters": {"all": [{"attribute": "room", "none_of": ["Attic"]}]},
}


async def arrived(api: Api, endpoint: Any) -> list[str]:
    bodies = [
        b'{"happened": "door.opened", "room": "Cellar"}',
        b'{"happened": "door.closed", "room": "Cellar"}',
        b'[{"happened": "alarm", "room": "Attic"}, {"happened": "alarm", "room": "Hall"}]',
    ]
    events = [await api.webhook(endpoint, body) for body in bodies]

    async def routed() -> bool:
        listed = await api.call("GET", f"/events?endpoint={endpoint['id']}")
        return all(event["state"] == "routed" for event in listed["items"])

    await api.until(routed)
    return events


async def test_it_says_what_is_decided_in_earnest(api: Api) -> None:
    endpoint = await api.endpoint()
    subscription = await api.subscription(endpoint, **WANTED)
    events = await arrived(api, endpoint)
    tried = await api.call("POST", "/subscriptions/dry-run", {"endpoint": endpoint["id"], **WANTED})
    assert (tried["looked_at"], tried["matched"]) == (3, 2)
    assert [item["event"] for item in tried["items"]] == events[::-1]
    for item in tried["items"]:
        trace = (await api.call("GET", f"/events/{item['event']}"))["trace"]
        decided = [(step["type"], step["matched"], step["reason"]) for step in trace]
        assert [
            (part["type"], part["matched"], part["reason"]) for part in item["parts"]
        ] == decided
    assert tried["sentence"] == subscription["sentence"]
    assert tried["sentence"] == ("A door opens, or the alarm goes off – where room is not Attic.")
    path = f"/subscriptions/{subscription['id']}/dry-run"
    assert await api.call("POST", path, {}) == tried
    assert (await api.call("POST", path, {"events": ["door.closed"]}))["matched"] == 1
    assert (await api.call("POST", path, {"filters": {}}))["matched"] == 2


async def test_what_is_wrong_is_said_by_its_field(api: Api) -> None:
    endpoint = await api.endpoint()
    body = {"endpoint": endpoint["id"], "events": ["dor"], "filters": {"all": [{"attribute": "x"}]}}
    refused = await api.call("POST", "/subscriptions/dry-run", body, 422)
    assert set(refused["errors"]) == {"events.0", "filters.all.0"}
    await api.call("POST", "/subscriptions/dry-run", {"endpoint": "ep_x", "events": ["*"]}, 404)
    await api.call("POST", "/subscriptions/sub_x/dry-run", {}, 404)
