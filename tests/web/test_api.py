"""What holds for the whole API: who may, what is refused, what is never shown, and how lists go on."""

import asyncio
import re

import pytest
from starlette.routing import Mount, Route

from bridge.web import api as package
from tests.web.conftest import TOKEN, Api


def every_route() -> list[tuple[str, str]]:
    found = []
    for mount in package.routes:
        assert isinstance(mount, Mount)
        for route in mount.routes:
            assert isinstance(route, Route)
            found += [(method, route.path) for method in sorted(route.methods or ())]
    return found


async def test_every_route_needs_the_operator_s_token(api: Api) -> None:
    routes = every_route()
    assert len(routes) > 25
    routes += [("GET", "/nowhere"), ("GET", ""), ("PUT", "/endpoints")]
    for method, path in routes:
        for headers in ({}, {"Authorization": "Bearer guess"}):
            url = f"{api.origin}/api/v1" + re.sub(r"\{\w+\}", "x", path)
            async with api.session.request(method, url, headers=headers) as answer:
                assert answer.status == 401, (method, path)
                if method != "HEAD":
                    assert (await answer.json(content_type=None))["title"] == "Unauthorized"


async def test_no_answer_but_the_creating_one_has_a_secret_or_a_channel_s_url(api: Api) -> None:
    one = await api.endpoint()
    url_kept = await api.endpoint(verification="url")
    subscription = await api.subscription(one)
    event = await api.webhook(one, b'{"happened": "door.opened", "room": "Cellar"}')
    delivery = await api.ended("delivered")
    rotated = await api.call("POST", f"/endpoints/{one['id']}/secrets", {}, 201)
    secrets = [one["secret"], rotated["secret"], url_kept["secret"], "IncomingWebhook"]
    api.said.clear()
    for path in (
        "/endpoints",
        f"/endpoints/{one['id']}",
        f"/endpoints/{url_kept['id']}",
        f"/endpoints/{one['id']}/refused",
        "/subscriptions",
        f"/subscriptions/{subscription['id']}",
        "/events",
        f"/events/{event}",
        "/deliveries",
        f"/deliveries/{delivery['id']}",
    ):
        await api.call("GET", path)
    await api.call("PATCH", f"/endpoints/{one['id']}", {"name": "Gate"})
    await api.call("PATCH", f"/subscriptions/{subscription['id']}", {"state": "paused"})
    await api.call("POST", f"/subscriptions/{subscription['id']}/test")
    await api.call("POST", f"/events/{event}/replay", status=202)
    await api.call("POST", f"/deliveries/{delivery['id']}/replay", status=202)
    said = "".join(api.said)
    assert len(api.said) == 15
    assert [secret for secret in secrets if secret in said] == []


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"a=b", 415),
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 50_000, 400),
        ("application/json", b"{" + b" " * 100_000 + b"}", 413),
    ],
)
async def test_what_is_no_json_object_is_refused(
    api: Api, content_type: str, body: bytes, status: int
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": content_type}
    url = f"{api.origin}/api/v1/endpoints"
    async with api.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_every_wrong_field_is_named(api: Api) -> None:
    wrong = {"source": 1, "secret": ["hush"], "colour": "red", "verification": "none"}
    answer = await api.call("POST", "/endpoints", wrong, 422)
    assert answer["errors"] == {
        "source": "This is a text.",
        "name": "This is needed.",
        "secret": "This is a text.",
        "verification": "Input should be 'signature' or 'url'.",
        "colour": "There is no such field.",
    }
    assert "hush" not in str(answer)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=%C2%B2", "limit"),
        ("cursor=nonsense", "cursor"),
        ("state=delivred", "state"),
        ("stat=dead", "stat"),
    ],
)
async def test_a_list_s_parameters_are_checked(api: Api, query: str, field: str) -> None:
    answer = await api.call("GET", f"/deliveries?{query}", status=422)
    assert list(answer["errors"]) == [field]


async def test_lists_are_newest_first_and_go_on_where_they_ended(api: Api) -> None:
    made = [(await api.endpoint(name=f"door {number}"))["name"] for number in range(5)]
    found, path = [], "/endpoints?limit=2"
    while path:
        part = await api.call("GET", path)
        found += [endpoint["name"] for endpoint in part["items"]]
        path = f"/endpoints?limit=2&cursor={part['next']}" if part["next"] else ""
    assert found == made[::-1]


async def test_nothing_of_an_answer_is_kept_by_anyone(api: Api) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with api.session.get(f"{api.origin}/api/v1/endpoints", headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


async def test_what_is_not_there_is_said(api: Api) -> None:
    for path in ("/endpoints/ep_x", "/subscriptions/sub_x", "/events/ev_x", "/deliveries/dl_x"):
        assert path.rpartition("/")[2] in (await api.call("GET", path, status=404))["detail"]
    await api.call("PUT", "/endpoints", {}, 405)
    await api.call("GET", "/nowhere", status=404)


async def test_a_client_that_goes_away_hurts_nobody(api: Api) -> None:
    host, _, port = api.origin.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/v1/endpoints HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\nAuthorization: Bearer " + TOKEN.encode() + b"\r\n\r\n{"
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await api.call("GET", "/endpoints"))["items"] == []
