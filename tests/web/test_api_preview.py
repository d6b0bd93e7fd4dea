"""/api/v1/preview."""

from typing import Any

import pytest

from tests.web.conftest import Api

OPENED = {"happened": "door.opened", "room": "Cellar"}


@pytest.mark.parametrize("body", [OPENED, '{"happened": "door.opened", "room": "Cellar"}'])
async def test_a_webhook_is_shown_in_every_format_and_kept_nowhere(api: Api, body: Any) -> None:
    shown = await api.call("POST", "/preview", {"source": "doors", "headers": {}, "body": body})
    assert shown["event_type"] == "door.opened"
    assert shown["attributes"]["room"] == "Cellar"
    assert shown["card"]["title"] == [{"text": "The door of Cellar moved"}]
    assert shown["messagecard"]["@type"] == "MessageCard"
    assert shown["adaptive"]["type"] == "AdaptiveCard"
    assert shown["others"] == []
    assert (await api.call("GET", "/events"))["items"] == []


async def test_a_batch_shows_its_other_parts_too(api: Api) -> None:
    body = {"source": "doors", "body": [OPENED, {**OPENED, "happened": "alarm"}]}
    shown = await api.call("POST", "/preview", body)
    assert [other["event_type"] for other in shown["others"]] == ["alarm"]


async def test_an_endpoint_lends_its_configuration(api: Api) -> None:
    own = '{% extends "card.j2" %}{% block title %}Own: {{ room }}{% endblock %}'
    endpoint = await api.endpoint(config={"template": own})
    body = {"source": "doors", "body": OPENED, "endpoint": endpoint["id"]}
    assert (await api.call("POST", "/preview", body))["card"]["summary"] == "Own: Cellar"


async def test_a_preview_looks_as_a_subscription_s_cards_would(api: Api) -> None:
    own = '{% extends "card.j2" %}{% block title %}{{ 1 / share }}{% endblock %}'
    looks = {"accent": "good", "template": own}
    body = {"source": "doors", "body": {**OPENED, "share": 2}, "presentation": looks}
    shown = await api.call("POST", "/preview", body)
    assert (shown["card"]["summary"], shown["card"]["accent"]) == ("0.5", "good")
    assert shown["note"] is None
    body["body"] = {**OPENED, "share": 0}
    assert "ZeroDivisionError" in (await api.call("POST", "/preview", body))["note"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"source": "windows", "body": OPENED}, 422, "source"),
        ({"source": "doors", "body": {"stuck": True}}, 422, "body"),
        (
            {"source": "doors", "body": OPENED, "presentation": {"colour": 1}},
            422,
            "presentation.colour",
        ),
        ({"source": "doors", "body": OPENED, "headers": {"x": 1}}, 422, "headers.x"),
        ({"source": "doors"}, 422, "body"),
    ],
)
async def test_faults_are_said_beside_their_fields(
    api: Api, body: Any, status: int, field: str
) -> None:
    assert field in (await api.call("POST", "/preview", body, status))["errors"]
    await api.call("POST", "/preview", {"source": "doors", "body": "{"}, 400)
