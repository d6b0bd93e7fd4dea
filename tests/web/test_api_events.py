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


async def test_the_trace_tells_the_whole_way(api: Api) -> None:
    endpoint = await api.endpoint()
    await api.subscription(endpoint, name="All")
    event = await api.webhook(endpoint, OPENED)
    delivery = await api.ended("delivered")
    late = await api.subscription(endpoint, "attic", name="Late")
    shown = await ended(api, event)
    assert shown["endpoint_name"] == "Front door"
    assert shown["content_type"] == "application/json"
    (secret,) = (await api.call("GET", f"/endpoints/{endpoint['id']}"))["secrets"]
    proof = {"by": "signature", "headers": ["x-door-signature"], "secret": secret["id"]}
    assert shown["verified"] == proof
    (part,) = shown["parts"]
    assert (part["title"], part["template"]) == ("The door of Cellar moved", "door.j2")
    (step,) = shown["trace"]
    assert step["standing"].startswith("Delivered at ")
    assert step["card"]["kind"] == "connector"
    assert 0 < step["card"]["bytes"] == step["card"]["whole_bytes"] < step["card"]["limit_bytes"]
    assert not step["card"]["cut"]
    (attempt,) = step["attempts"]
    assert (attempt["status"], attempt["outcome"], attempt["merged"]) == (200, "delivered", None)
    (unasked,) = shown["unasked"]
    assert unasked["subscription"] == late["id"]
    assert shown["notes"] == []
    assert delivery["id"] == step["delivery"]["id"]
    for told in api.said[-2:]:
        assert "IncomingWebhook" not in told
        assert endpoint["secret"] not in told


async def test_the_secret_that_fitted_is_named_while_there_are_two(api: Api) -> None:
    endpoint = await api.endpoint()
    newer = await api.call("POST", f"/endpoints/{endpoint['id']}/secrets", {}, 201)
    old, new = [secret["id"] for secret in newer["secrets"]]
    for secret, named in ((endpoint["secret"], old), (newer["secret"], new)):
        body = OPENED.replace(b"Cellar", named.encode())
        event = await api.webhook({**endpoint, "secret": secret}, body)
        assert (await ended(api, event))["verified"]["secret"] == named


async def test_events_are_found_by_what_they_are_about(api: Api) -> None:
    endpoint = await api.endpoint()
    attics = await api.subscription(
        endpoint, "attic", filters={"attribute": "room", "any_of": ["Attic"]}
    )
    cellar = await api.webhook(endpoint, OPENED)
    other = await api.webhook(endpoint, b'{"happened": "alarm", "room": "Attic"}')
    for event in (cellar, other):
        await ended(api, event)
    for query, wanted in (
        ("text=cellar%20moved", [cellar]),
        ("type=alarm", [other]),
        (f"since={LONG_AGO}&until={NEVER}", [other, cellar]),
        ("since=2020-01-01T01:00:00+01:00&limit=1", [other]),
        (f"until={LONG_AGO}", []),
        (f"subscription={attics['id']}", [other, cellar]),
    ):
        found = await api.call("GET", f"/events?{query}")
        assert [item["id"] for item in found["items"]] == wanted, query
    missed = found["items"][1]
    for query, titles in (("", []), ("?titles=true", ["The door of Cellar moved"])):
        assert (await api.call("GET", f"/events{query}"))["items"][1]["titles"] == titles
    assert missed["titles"] == ["The door of Cellar moved"]
    assert missed["steps"][0]["reason"] == "room is Cellar, not Attic"
    for wrong, field in (
        ("since=yesterday", "since"),
        ("until=2026-01-01T00:00:00", "until"),
        ("since=5", "since"),
        ("colour=red", "colour"),
        ("titles=maybe", "titles"),
        (f"subscription={attics['id']}&endpoint={(await api.endpoint())['id']}", "subscription"),
    ):
        assert list((await api.call("GET", f"/events?{wrong}", status=422))["errors"]) == [field]
    await api.call("GET", "/events?subscription=sub_x", status=404)


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


REPLAY = "/deliveries/replay"
LONG_AGO = "2020-01-01T00:00:00Z"
NEVER = "2999-01-01T00:00:00Z"


async def test_what_ended_is_replayed_in_bulk(api: Api) -> None:
    endpoint = await api.endpoint()
    subscription = await api.subscription(endpoint)
    await api.webhook(endpoint, OPENED)
    await api.ended("delivered")
    for few in (
        {"state": "dead", "since": LONG_AGO},
        {"state": "dropped", "since": LONG_AGO, "subscription": subscription["id"]},
        {"state": "delivered", "since": NEVER},
        {"state": "delivered", "since": LONG_AGO, "until": LONG_AGO},
        {"state": "delivered", "since": LONG_AGO, "endpoint": (await api.endpoint())["id"]},
    ):
        assert await api.call("POST", REPLAY, few, 202) == {"replayed": 0}
    listed = await api.call("GET", f"/deliveries?subscription={subscription['id']}&state=delivered")
    assert len(listed["items"]) == 1
    body = {
        "state": "delivered",
        "since": LONG_AGO,
        "until": NEVER,
        "subscription": subscription["id"],
        "endpoint": endpoint["id"],
    }
    assert await api.call("POST", REPLAY, body, 202) == {"replayed": 1}

    async def twice() -> bool:
        return len(api.teams.of("hall")) == 2

    await api.until(twice)


async def test_events_are_routed_again_in_bulk(api: Api) -> None:
    endpoint = await api.endpoint()
    await api.subscription(endpoint)
    await api.webhook(endpoint, OPENED)
    await api.ended("delivered")
    path = "/events/replay"
    for few in (
        {"since": LONG_AGO, "state": "failed"},
        {"since": NEVER},
        {"since": LONG_AGO, "until": LONG_AGO},
        {"since": LONG_AGO, "endpoint": (await api.endpoint())["id"]},
    ):
        assert await api.call("POST", path, few, 202) == {"replayed": 0}
    body = {"since": LONG_AGO, "state": "routed", "endpoint": endpoint["id"]}
    assert await api.call("POST", path, body, 202) == {"replayed": 1}

    async def twice() -> bool:
        return len(api.teams.of("hall")) == 2

    await api.until(twice)
    for wrong, field in (
        ({}, "since"),
        ({"since": LONG_AGO, "state": "received"}, "state"),
        ({"since": LONG_AGO, "until": "soon"}, "until"),
    ):
        assert list((await api.call("POST", path, wrong, 422))["errors"]) == [field]
    await api.call("POST", path, {"since": LONG_AGO, "endpoint": "ep_x"}, 404)


async def test_a_bulk_replay_says_what_is_wrong_with_it(api: Api) -> None:
    for wrong, field in (
        ({"since": LONG_AGO}, "state"),
        ({"state": "pending", "since": LONG_AGO}, "state"),
        ({"state": "lost", "since": LONG_AGO}, "state"),
        ({"state": "dead"}, "since"),
        ({"state": "dead", "since": "2026-01-01T00:00:00"}, "since"),
        ({"state": "dead", "since": "yesterday"}, "since"),
        ({"state": "dead", "since": 5}, "since"),
        ({"state": "dead", "since": LONG_AGO, "until": "tomorrow"}, "until"),
        ({"state": "dead", "since": LONG_AGO, "channel": "hall"}, "channel"),
    ):
        assert list((await api.call("POST", REPLAY, wrong, 422))["errors"]) == [field], wrong
    for nowhere in ({"subscription": "sub_x"}, {"endpoint": "ep_x"}):
        await api.call("POST", REPLAY, {"state": "dead", "since": LONG_AGO, **nowhere}, 404)
