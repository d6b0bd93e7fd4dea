"""/api/v1/events and /api/v1/deliveries: what was received and what became of it."""

from typing import Any

from tests.web.conftest import Api

OPENED = b'{"happened": "door.opened", "room": "Cellar"}'


async def ended(api: Api, event: str) -> Any:
    async def look() -> Any:
        shown = await api.call("GET", f"/events/{event}")
        return shown if shown["state"] != "received" else None

    return await api.until(look)


async def test_an_event_says_for_each_subscription_why_it_did_or_did_not_match(api: Api) -> None:
    endpoint = await api.endpoint()
    matching = await api.subscription(endpoint, name="All")
    other = await api.subscription(
        endpoint, "attic", name="Attic", filters={"attribute": "room", "any_of": ["Attic"]}
    )
    event = await api.webhook(endpoint, OPENED)
    delivery = await api.ended("delivered")
    shown = await ended(api, event)
    assert (shown["state"], shown["types"]) == ("routed", ["door.opened"])
    assert shown["attributes"][0]["room"] == "Cellar"
    assert shown["body"] == OPENED.decode()
    assert shown["body_bytes"] == len(OPENED)
    assert "x-door-signature" not in shown["headers"]
    steps = {step["subscription"]: step for step in shown["trace"]}
    assert steps[matching["id"]]["matched"]
    assert steps[matching["id"]]["delivery"]["id"] == delivery["id"]
    assert not steps[other["id"]]["matched"]
    assert "Cellar" in steps[other["id"]]["reason"]
    assert steps[other["id"]]["delivery"] is None
    listed = await api.call("GET", f"/events?endpoint={endpoint['id']}&state=routed")
    assert [item["id"] for item in listed["items"]] == [event]
    assert "body" not in listed["items"][0]


async def test_a_failed_event_says_why_and_can_be_replayed(api: Api) -> None:
    endpoint = await api.endpoint()
    event = await api.webhook(endpoint, b'{"stuck": true}')
    shown = await ended(api, event)
    assert shown["state"] == "failed"
    assert "The door is stuck." in shown["reason"]
    assert (await api.call("GET", "/events?state=failed"))["items"][0]["id"] == event
    assert (await api.call("POST", f"/events/{event}/replay", status=202))["id"] == event


async def test_a_long_body_is_shown_in_part(api: Api) -> None:
    endpoint = await api.endpoint()
    body = b'{"happened": "alarm", "noise": "' + b"A" * 90_000 + b'"}'
    event = await api.webhook(endpoint, body)
    shown = await api.call("GET", f"/events/{event}")
    assert len(shown["body"]) == 64 * 1024
    assert shown["body_bytes"] == len(body)


async def test_a_delivery_has_its_tries_and_can_be_replayed(api: Api) -> None:
    endpoint = await api.endpoint()
    subscription = await api.subscription(endpoint)
    event = await api.webhook(endpoint, OPENED)
    delivery = await api.ended("delivered")
    assert (delivery["event"], delivery["subscription"]) == (event, subscription["id"])
    assert (delivery["part"], delivery["attempts"]) == (0, 1)
    shown = await api.call("GET", f"/deliveries/{delivery['id']}")
    (attempt,) = shown["attempts"]
    assert (attempt["status"], attempt["outcome"], attempt["excerpt"]) == (200, "delivered", "1")
    await api.call("POST", f"/deliveries/{delivery['id']}/replay", status=202)

    async def twice() -> bool:
        return len(api.teams.of("hall")) == 2

    await api.until(twice)


async def test_dead_letters_are_replayed_in_bulk(api: Api) -> None:
    endpoint = await api.endpoint()
    subscription = await api.subscription(endpoint)
    await api.webhook(endpoint, b'{"happened": "door.opened", "room": "Cellar"}')
    await api.ended("delivered")
    since = "2026-01-01T00:00:00Z"
    path = "/deliveries/replay"
    assert await api.call("POST", path, {"state": "dead", "since": since}, 202) == {"replayed": 0}
    body = {"state": "dead", "since": since, "subscription": subscription["id"]}
    assert await api.call("POST", path, body, 202) == {"replayed": 0}
    for wrong in (
        {"since": since},
        {"state": "delivered", "since": since},
        {"state": "dead"},
        {"state": "dead", "since": "2026-01-01T00:00:00"},
        {"state": "dead", "since": "yesterday"},
        {"state": "dead", "since": 5},
    ):
        assert (await api.call("POST", path, wrong, 422))["errors"]
    await api.call("POST", path, {"state": "dead", "since": since, "subscription": "sub_x"}, 404)
    listed = await api.call("GET", f"/deliveries?subscription={subscription['id']}&state=delivered")
    assert len(listed["items"]) == 1
