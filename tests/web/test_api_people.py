"""/api/v1/sources/{source}/people: the operator says who is who."""

import pytest

from tests.web.conftest import TOKEN, Api

ADA = {"user": "Ada", "teams_id": "ada@example.com", "name": "Ada Okafor"}
LIN = {"user": "5b10:a/b", "teams_id": "0f7bd9a6-97dc-4b6b-a5ac-9bd1d0b3a1d1", "name": "Lin Wu"}
SHOWN = [
    {"user": "5b10:a/b", "teams_id": "0f7bd9a6-…", "name": "Lin Wu"},
    {"user": "ada", "teams_id": "a…@example.com", "name": "Ada Okafor"},
]
PATH = "/sources/doors/people"


async def csv(api: Api, text: bytes) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/csv; charset=utf-8"}
    url = f"{api.origin}/api/v1{PATH}"
    async with api.session.put(url, data=text, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_list_is_put_and_shown_without_its_ids(api: Api) -> None:
    assert await api.call("GET", PATH) == {"items": []}
    await api.call("PUT", PATH, {"people": [ADA, LIN]})
    assert await api.call("GET", PATH) == {"items": SHOWN}
    assert "ada@example.com" not in "".join(api.said)


async def test_a_list_is_put_as_csv_and_each_fault_is_said_with_its_line(api: Api) -> None:
    text = b"\xef\xbb\xbfuser;teams_id;name\r\nada;ada@example.com;Ada Okafor\r\n"
    assert await csv(api, text) == (200, {"items": SHOWN[1:]})
    status, problem = await csv(api, text + b"x;y;z\r\nlin;lin@example.com;\r\n")
    assert status == 422
    assert problem["errors"] == {
        "line 3": "teams_id: a user principal name such as ada@example.com, or an object id of Microsoft Entra.",
        "line 4": "name: a name to show, of at most 100 characters.",
    }
    status, problem = await csv(api, b"user,teams_id,name\nx,\xff,x")
    assert (status, problem["detail"]) == (400, "The CSV is not UTF-8: save it as such.")
    assert await api.call("GET", PATH) == {"items": SHOWN[1:]}


async def test_one_is_added_changed_and_taken_out(api: Api) -> None:
    await api.call("PATCH", f"{PATH}/{LIN['user']}", {**LIN} | {"name": "Lin"}, 422)
    made = await api.call("PATCH", f"{PATH}/5B10:a/b", {"teams_id": LIN["teams_id"], "name": "L"})
    assert made == {**SHOWN[0], "name": "L"}
    assert await api.call("PATCH", f"{PATH}/5b10:a/b", {"name": "Lin Wu"}) == SHOWN[0]
    await api.call("PATCH", f"{PATH}/ada", {"name": "Ada"}, 422)
    await api.call("DELETE", f"{PATH}/5b10:a/b", status=204)
    await api.call("DELETE", f"{PATH}/5b10:a/b", status=404)
    assert await api.call("GET", PATH) == {"items": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "people"),
        ({"people": ADA}, "people"),
        ({"people": [ADA, {**ADA, "user": "ADA"}]}, "people.1"),
        ({"people": [{**ADA, "teams_id": "everyone"}]}, "people.0"),
        ({"people": [{}]}, "people.0"),
        ({"people": [], "more": 1}, "more"),
    ],
)
async def test_what_is_wrong_is_named(api: Api, body: dict[str, object], field: str) -> None:
    problem = await api.call("PUT", PATH, body, 422)
    assert set(problem["errors"]) == {field}


async def test_only_the_operator_may(api: Api) -> None:
    url = f"{api.origin}/api/v1{PATH}"
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        path = url if method in {"GET", "PUT"} else f"{url}/ada"
        async with api.session.request(method, path) as answer:
            assert answer.status == 401
    await api.call("GET", "/sources/windows/people", status=404)


async def test_a_preview_shows_who_would_be_mentioned(api: Api) -> None:
    await api.call("PUT", PATH, {"people": [ADA]})
    template = '{% extends "card.j2" %}{% block title %}For {{ person(room) }}{% endblock %}'
    body = {
        "source": "doors",
        "body": {"happened": "door.opened", "room": "ada"},
        "presentation": {"mentions": True, "template": template},
    }
    shown = await api.call("POST", "/preview", body)
    assert shown["adaptive"]["body"][0]["items"][0]["text"] == "For <at>Ada Okafor</at>"
    assert "ada@example.com" not in "".join(api.said)
