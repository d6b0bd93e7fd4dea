"""Settings of an endpoint on the command line: from files, changed, and tried before anything is sent."""

import json
from pathlib import Path

import pytest

from bridge.signatures import sign_hmac_sha256
from tests.cli.conftest import Prompt

YAML = """
verification: {scheme: hmac, header: X-Sig}
event_type: kind
attributes:
  room: where.room
object: [where.room]
time: at
"""
BODY = json.dumps({"kind": "Door Opened", "where": {"room": "Cellar"}, "at": 1795442700})


@pytest.fixture
def config(prompt: Prompt) -> str:
    Path("config.yaml").write_text(YAML)
    return "config.yaml"


def test_settings_are_yaml_or_json_from_a_file_or_standard_input(
    prompt: Prompt, config: str
) -> None:
    made = prompt.json("endpoints", "create", "generic", "A", "--config", config)
    assert made["config"]["attributes"] == {"room": "where.room"}
    piped = prompt.json("endpoints", "create", "generic", "B", "--config", "-", stdin=YAML)
    as_json = json.dumps(piped["config"], indent="\t")
    again = prompt.json("endpoints", "create", "generic", "C", "--config", "-", stdin=as_json)
    assert made["config"] == piped["config"] == again["config"]


def test_settings_are_changed_and_the_secret_stays(prompt: Prompt, config: str) -> None:
    made = prompt.json("endpoints", "create", "generic", "A")
    changed = prompt.json("endpoints", "change", made["id"], "--config", config, "--name", "B")
    assert (changed["name"], changed["config"]["event_type"]) == ("B", "kind")
    assert changed["secrets"] == made["secrets"]
    assert prompt.json("endpoints", "show", made["id"])["config"] == changed["config"]
    assert "B" in prompt.well("endpoints", "change", made["id"], "--name", "B").out
    nothing = prompt.run("endpoints", "change", made["id"])
    assert (nothing.status, "--config" in nothing.err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("event_type: 'a['", "config.event_type: Ends too early"),
        ("{event_type: a b, x: 1}", "config.x: There is no such setting."),
        ("attributes: {room: 'a[?b=1]'}", "config.attributes.room: At character 5"),
        ("- a", "holds no settings"),
        ("a: [", "line 1, column 5"),
        ("a: !!python/object:os.system {}", "line 1"),
        ("\x00", "it cannot be read"),
    ],
)
def test_wrong_settings_are_named(prompt: Prompt, given: str, said: str) -> None:
    for command in (("endpoints", "create", "generic", "A"), ("preview", "generic", "x.json")):
        Path("x.json").write_text(BODY)
        done = prompt.run(*command, "--config", "-", stdin=given)
        assert done.status == 2
        assert said in " ".join(done.err.replace("│", "").split())


def test_only_one_thing_comes_from_standard_input(prompt: Prompt) -> None:
    for command in (
        ("endpoints", "create", "generic", "A", "--secret", "-", "--config", "-"),
        ("preview", "generic", "-", "--config", "-"),
    ):
        done = prompt.run(*command, stdin="{}")
        assert (done.status, "standard input" in done.err) == (2, True)


def test_a_mapping_and_a_proof_are_tried_without_sending(prompt: Prompt, config: str) -> None:
    signed = f"X-Sig: {sign_hmac_sha256(BODY.encode(), 'a-secret-of-ours', prefix='')}"
    tried = ("preview", "generic", "-", "--config", config, "--header", signed)
    well = prompt.well(*tried, "--secret", "a-secret-of-ours", stdin=BODY)
    assert "door_opened" in well.out
    assert "2026-11-23 14:05" in well.out
    assert "proved by x-sig" in well.err
    other = prompt.well(*tried, "--secret", "another-secret", stdin=BODY)
    assert "refused with 401" in other.err
    assert "proof" not in prompt.json("preview", "generic", "-", "--config", config, stdin=BODY)


def test_an_endpoint_is_tried_with_its_own_settings_and_secrets(
    prompt: Prompt, config: str
) -> None:
    create = ("endpoints", "create", "generic", "A", "--config", config, "--secret", "-")
    endpoint = prompt.json(*create, stdin="a-secret-of-ours")["id"]
    signed = f"X-Sig: {sign_hmac_sha256(BODY.encode(), 'a-secret-of-ours', prefix='')}"
    tried = ("preview", "generic", "-", "--endpoint", endpoint, "--header", signed)
    shown = prompt.json(*tried, stdin=BODY)
    assert shown["attributes"]["room"] == "Cellar"
    assert "proved by x-sig" in shown["proof"]
    other = prompt.run("preview", "github", "-", "--endpoint", endpoint, stdin=BODY)
    assert (other.status, "not of github" in other.err) == (2, True)
    twice = prompt.run(*tried, "--config", config, stdin=BODY)
    assert twice.status == 2


def test_a_file_s_name_says_its_format(prompt: Prompt) -> None:
    Path("invoice.xml").write_text("<invoice><title>Overdue</title></invoice>")
    Path("note.txt").write_text("First\nSecond")
    Path("order.form").write_text("title=Paid&total=3")
    for name, title in (("invoice.xml", "Overdue"), ("note.txt", "First"), ("order.form", "Paid")):
        assert prompt.json("preview", "generic", name)["attributes"]["title"] == title


def test_an_endpoint_that_asks_for_no_proof_is_warned_about(prompt: Prompt) -> None:
    none = "verification: {scheme: none}"
    made = prompt.well("endpoints", "create", "generic", "A", "--config", "-", stdin=none)
    assert "careful: Anyone can post" in made.err
    (listed,) = prompt.json("endpoints", "list")["items"]
    assert "Anyone can post" in listed["warning"]
    assert "Anyone can post" in prompt.well("endpoints", "show", listed["id"]).out
    tried = ("preview", "generic", "-", "--endpoint", listed["id"], "--header", "X-A: b")
    assert "without any proof" in prompt.well(*tried, stdin=BODY).err
