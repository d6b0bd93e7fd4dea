"""How cards look, said on the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Prompt

URL = "http://127.0.0.1:9/webhookb2/a@b/IncomingWebhook/hush/c"
OWN = '{% extends "card.j2" %}{% block title %}Own: {{ room }} at {{ at | datetime }}{% endblock %}'
BODY = json.dumps({"happened": "door.opened", "room": "Cellar", "at": "2026-11-23T14:05:00Z"})


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.j2"
    path.write_text(OWN)
    return str(path)


def subscription(prompt: Prompt, *looks: str) -> str:
    prompt.well("migrate")
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    made = prompt.json(
        *("subscriptions", "create", endpoint, "--event", "*", *looks), BRIDGE_CHANNEL_URL=URL
    )
    return str(made["id"])


def presentation(prompt: Prompt, name: str) -> object:
    return prompt.json("subscriptions", "show", name)["presentation"]


def test_looks_are_set_with_options_and_told_in_words(prompt: Prompt, own: str) -> None:
    looks = ("--compact", "--accent", "good", "--fact", "Room", "--fact", "Floor")
    name = subscription(prompt, *looks, "--time-zone", "Asia/Tokyo", "--template", own)
    assert presentation(prompt, name) == {
        "style": "compact",
        "accent": "good",
        "facts": ["Room", "Floor"],
        "time_zone": "Asia/Tokyo",
        "template": OWN,
    }
    shown = " ".join(prompt.well("subscriptions", "show", name).out.split())
    assert "compact; good in colour; only Room, Floor; times in Asia/Tokyo; own template" in shown


def test_a_change_leaves_what_is_not_given(prompt: Prompt, tmp_path: Path) -> None:
    name = subscription(prompt, "--compact", "--time-zone", "Asia/Tokyo")
    prompt.well("subscriptions", "change", name, "--full", "--accent", "warning")
    wanted = {"style": "full", "accent": "warning", "time_zone": "Asia/Tokyo"}
    assert presentation(prompt, name) == wanted
    prompt.well("subscriptions", "change", name, "--name", "Doors")
    assert presentation(prompt, name) == wanted
    prompt.well(
        "subscriptions", "change", name, "--presentation", '{"facts": {"except": ["Room"]}}'
    )
    assert presentation(prompt, name) == {"facts": {"except": ["Room"]}}
    assert "without Room" in prompt.well("subscriptions", "show", name).out
    (tmp_path / "looks.json").write_text('{"text": 0, "facts": []}')
    prompt.well("subscriptions", "change", name, "--presentation", "looks.json", "--compact")
    assert presentation(prompt, name) == {"text": 0, "facts": [], "style": "compact"}
    assert "compact; no facts; no text" in prompt.well("subscriptions", "show", name).out
    prompt.well("subscriptions", "change", name, "--presentation", "{}")
    assert presentation(prompt, name) == {}


@pytest.mark.parametrize(
    ("looks", "says"),
    [
        (("--accent", "red"), "One of auto, neutral"),
        (("--time-zone", "Berlin"), "Did you mean Europe/Berlin?"),
        (("--presentation", "nowhere.json"), "neither a JSON object nor a file"),
        (("--presentation", "{"), "is not JSON"),
        (("--template", "bad.j2"), "Line 2: `include` is not allowed here."),
    ],
)
def test_what_cannot_be_is_said(
    prompt: Prompt, tmp_path: Path, looks: tuple[str, ...], says: str
) -> None:
    (tmp_path / "bad.j2").write_text(
        '{% extends "card.j2" %}{% block title %}\n{% include "x" %}{% endblock %}'
    )
    name = subscription(prompt)
    done = prompt.run("subscriptions", "change", name, *looks)
    assert done.status
    assert says in " ".join(done.err.replace("│", " ").split())
    assert presentation(prompt, name) == {}


def test_a_preview_looks_as_is_asked_for(prompt: Prompt, tmp_path: Path) -> None:
    (tmp_path / "door.json").write_text(BODY)
    looks = json.dumps({"template": OWN, "time_zone": "Asia/Tokyo"})
    shown = prompt.well("preview", "doors", "door.json", "--presentation", looks)
    assert "Own: Cellar at 2026-11-23 23:05 JST" in shown.out
    failing = json.dumps({"template": OWN.replace("room", "1 / nothing.there")})
    shown = prompt.well("preview", "doors", "door.json", "--presentation", failing)
    assert "The door of Cellar moved" in shown.out
    assert "the subscription's template, line 1: " in shown.err
