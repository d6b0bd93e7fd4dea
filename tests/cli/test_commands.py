"""Each command by itself: what it prints for people and for programs."""

import base64
import json
from pathlib import Path

import pytest

from tests.cli.conftest import OPENED, Prompt

NOWHERE = "http://127.0.0.1:9/webhookb2/a@b/IncomingWebhook/hush/c"


def test_endpoints_are_made_listed_shown_rotated_and_removed(prompt: Prompt) -> None:
    made = (prompt.well("endpoints", "create", "doors", "Front door")).out
    assert "/hooks/ep_" in made
    assert "secret" in made
    (listed,) = (prompt.json("endpoints", "list"))["items"]
    assert "secret" not in listed
    table = (prompt.well("endpoints", "list")).out
    assert listed["id"] in table
    assert not any(line.endswith(" ") for line in table.splitlines())
    shown = (prompt.well("endpoints", "show", listed["id"])).out
    assert "Front door" in shown
    rotated = prompt.json("endpoints", "rotate", listed["id"], "--overlap", "1h")
    assert rotated["secret"] not in made
    assert [bool(secret["expires_at"]) for secret in rotated["secrets"]] == [True, False]
    assert (prompt.run("endpoints", "remove", listed["id"], stdin="n\n")).status == 1
    gone = prompt.well("endpoints", "remove", listed["id"], stdin="y\n")
    assert "Removed Front door." in gone.out
    empty = prompt.well("endpoints", "list")
    assert "endpoints create" in empty.err
    assert (prompt.json("endpoints", "list")) == {"items": [], "next": None}


def test_a_secret_of_one_s_own_need_not_be_an_argument(prompt: Prompt) -> None:
    given = "It's a Secret to Everybody"
    piped = prompt.json("endpoints", "create", "doors", "A", "--secret", "-", stdin=given)
    assert piped["secret"] == given
    set_ = prompt.json("endpoints", "create", "doors", "B", BRIDGE_ENDPOINT_SECRET=given)
    assert set_["secret"] == given


def test_an_endpoint_verified_by_its_url_is_warned_about(prompt: Prompt) -> None:
    made = prompt.well("endpoints", "create", "doors", "Old lock", "--verification", "url")
    assert "careful" in made.err
    (listed,) = (prompt.json("endpoints", "list"))["items"]
    assert "warning" in listed
    assert "password" in (prompt.well("endpoints", "show", listed["id"])).out


def test_who_makes_the_secret_decides_what_is_said(prompt: Prompt) -> None:
    theirs = prompt.well("endpoints", "create", "stripe", "Tickets").out
    assert "secret  " not in theirs
    assert "webhook-bridge endpoints rotate ep_" in theirs
    nobody = prompt.well("endpoints", "create", "docker-hub", "Images")
    assert "careful" in nobody.err
    assert "Enter the URL in the external system: it is not shown again." in nobody.out
    wrong = prompt.run("endpoints", "create", "docker-hub", "I", "--verification", "signature")
    assert "Docker Hub does not sign its webhooks: say url." in wrong.err


def test_an_endpoint_takes_its_config_from_a_file(prompt: Prompt) -> None:
    Path("config.json").write_text('{"greeting": "Hi"}')
    made = prompt.json("endpoints", "create", "doors", "A", "--config", "config.json")
    assert made["config"] == {"greeting": "Hi"}
    Path("config.json").write_text("[]")
    wrong = prompt.run("endpoints", "create", "doors", "A", "--config", "config.json")
    assert (wrong.status, "holds no settings" in wrong.err) == (2, True)


def test_subscriptions_are_made_listed_paused_resumed_tried_and_removed(prompt: Prompt) -> None:
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    assert "subscriptions create" in prompt.well("subscriptions", "list").err
    create = ("subscriptions", "create", endpoint, "--event", "door", "--where", "room=C*")
    made = prompt.json(*create, "--channel-url", "-", stdin=NOWHERE)
    assert made["filters"] == {"all": [{"attribute": "room", "any_of": ["C*"]}]}
    assert made["channel"]["kind"] == "connector"
    shown = prompt.well("subscriptions", "show", made["id"]).out
    assert "room is C*" in shown
    assert made["id"] in prompt.well("subscriptions", "list").out
    assert prompt.json("subscriptions", "list", "--endpoint", "ep_x")["items"] == []
    paused = prompt.well("subscriptions", "pause", made["id"]).out
    assert "Paused by hand." in paused
    assert prompt.json("subscriptions", "resume", made["id"])["state"] == "active"
    tried = prompt.run("subscriptions", "test", made["id"])
    assert tried.status == 1
    assert "connection refused" in tried.out
    assert prompt.run("subscriptions", "remove", made["id"], stdin="n\n").status == 1
    assert "Removed" in prompt.well("subscriptions", "remove", "--yes", made["id"]).out
    assert prompt.run("subscriptions", "show", made["id"]).status == 1
    assert "hush" not in shown + paused + tried.out + tried.err


def test_a_subscription_is_changed_where_something_is_given(prompt: Prompt) -> None:
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    create = ("subscriptions", "create", endpoint, "--event", "door", "--where", "room=C*")
    options = ("--no-digest", "--expire-after", "90m", "--channel-url", "-")
    made = prompt.json(*create, *options, stdin=NOWHERE)
    assert (made["digest"], made["expiry"]) == (False, 90)
    shown = prompt.well("subscriptions", "show", made["id"]).out
    assert "merged into digests" in shown
    change = ("subscriptions", "change", made["id"])
    renamed = prompt.json(*change, "--name", "Hall")
    assert (renamed["name"], renamed["digest"], renamed["expiry"]) == ("Hall", False, 90)
    assert renamed["filters"] == made["filters"]
    other = prompt.json(*change, "--event", "alarm", "--where", "room=D*", "--digest")
    assert (other["events"], other["digest"], other["expiry"]) == (["alarm"], True, 90)
    assert other["filters"] == {"all": [{"attribute": "room", "any_of": ["D*"]}]}
    never = prompt.json(*change, "--expire-after", "0m")
    assert (never["expiry"], never["name"]) == (None, "Hall")
    assert prompt.json(*change, "--expire-after", "90s")["expiry"] == 2
    assert prompt.run(*change, "--expire-after", "60d").status == 2
    assert prompt.run("subscriptions", "change", "sub_x", "--digest").status == 1


def test_a_subscription_holds_and_marks_what_is_older(prompt: Prompt) -> None:
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    create = ("subscriptions", "create", endpoint, "--event", "door", "--channel-url", "-")
    made = prompt.json(*create, "--hold", "10s", "--stale", "mark", stdin=NOWHERE)
    assert (made["hold"], made["stale"]) == (10, "mark")
    shown = prompt.well("subscriptions", "show", made["id"]).out
    assert "older events" in shown
    assert "marked" in shown
    change = ("subscriptions", "change", made["id"])
    assert prompt.json(*change, "--name", "Hall")["hold"] == 10
    changed = prompt.json(*change, "--hold", "0s", "--stale", "drop")
    assert (changed["hold"], changed["stale"]) == (0, "drop")
    assert "hold" in prompt.run(*change, "--hold", "6m").err


def test_what_is_wrong_with_a_subscription_is_said_field_by_field(prompt: Prompt) -> None:
    create = ("subscriptions", "create", "ep_x", "--event", "*", "--kind", "pigeon")
    wrong = prompt.run(*create, BRIDGE_CHANNEL_URL="https://evil.example/hush")
    assert wrong.status == 2
    fields = [line.split(": ")[1] for line in wrong.err.strip().splitlines()]
    assert fields == ["endpoint", "channel.kind", "channel.url"]
    assert "hush" not in wrong.err


def test_lists_of_events_and_deliveries_may_be_empty(prompt: Prompt) -> None:
    for group in ("events", "deliveries"):
        assert prompt.json(group, "list") == {"items": [], "next": None}
        assert f"No {group}." in prompt.well(group, "list").err
        assert prompt.run(group, "show", "x_1").status == 1
        assert prompt.run(group, "replay", "x_1").status == 1
    for state in ("--dead", "--state=dropped", "--state=delivered"):
        replay = ("deliveries", "replay", state, "--since", "7d", "--until", "1h")
        assert prompt.json(*replay) == {"replayed": 0}
        assert "0 will be sent again" in prompt.well(*replay).out
        assert prompt.run(*replay, "--endpoint", "ep_x").status == 1
    assert prompt.json("events", "replay", "--since", "7d", "--state=failed") == {"replayed": 0}
    assert prompt.run("events", "replay", "--since", "7d", "--endpoint", "ep_x").status == 1


def test_what_is_invalid_is_misuse_and_said_field_by_field(prompt: Prompt) -> None:
    wrong = prompt.run("endpoints", "create", "windows", " ", "--secret", "x")
    assert wrong.status == 2
    assert len(wrong.err.strip().splitlines()) == 3
    assert "source: There is no source named windows." in wrong.err
    missing = prompt.run("endpoints", "show", "ep_x")
    assert missing.status == 1
    assert missing.err == "webhook-bridge: There is no endpoint ep_x.\n"


def test_invitations_are_made_listed_and_revoked(prompt: Prompt) -> None:
    made = prompt.json("invite", "--source", "doors", "--for", "8h", "--note", "For Ann")
    assert made["sources"] == ["doors"]
    assert made["page"].endswith("/connector/config")
    listed = prompt.well("invite", "list")
    assert "For Ann" in listed.out
    assert made["token"] not in listed.out
    prompt.well("invite", "revoke", made["id"])
    assert (prompt.json("invite", "list"))["items"] == []
    again = (prompt.well("invite")).out
    assert "token" in again
    assert (prompt.run("invite", "--source", "windows")).status == 2
    assert (prompt.run("invite", "--for", "soon")).status == 2


def test_a_new_key_is_32_bytes_in_base64(prompt: Prompt) -> None:
    keys = [(prompt.well("new-key", BRIDGE_SECRET_KEY="")).out.strip() for _ in range(2)]
    assert len(set(keys)) == 2
    assert [len(base64.b64decode(key, validate=True)) for key in keys] == [32, 32]
    prompt.well("migrate", BRIDGE_SECRET_KEY=keys[0])


def test_plugins_are_listed_with_where_they_come_from(prompt: Prompt) -> None:
    listed = (prompt.json("plugins", "list", BRIDGE_SECRET_KEY=""))["items"]
    (doors,) = (plugin for plugin in listed if plugin["name"] == "doors")
    assert doors["sources"] == ["doors"]
    assert doors["origin"].startswith(str(Path.cwd()))
    assert "doors" in (prompt.well("plugins", "list")).out


def test_a_plugin_s_texts_are_gathered_for_translators(prompt: Prompt) -> None:
    gathered = prompt.well("plugins", "texts", "doors", "jira", BRIDGE_SECRET_KEY="").out
    assert 'msgid "Jira"\nmsgstr ""\n' in gathered
    assert "#. doors: label" in gathered
    assert "github" in prompt.run("plugins", "texts", "gitbub").err


@pytest.mark.parametrize(
    ("wanted", "begins"),
    [
        ("text", "The door of Cellar moved"),
        ("card", '{\n  "title"'),
        ("messagecard", '{\n  "@type": "MessageCard"'),
        ("adaptive", "{\n"),
        ("html", "<"),
    ],
)
def test_a_preview_needs_neither_key_nor_database(prompt: Prompt, wanted: str, begins: str) -> None:
    Path("opened.json").write_bytes(OPENED)
    done = prompt.well("preview", "doors", "opened.json", "--format", wanted, BRIDGE_SECRET_KEY="")
    assert done.out.startswith(begins)
    assert not Path("bridge.db").exists()


def test_a_preview_takes_standard_input_and_samples(prompt: Prompt) -> None:
    piped = prompt.json("preview", "doors", "-", stdin=OPENED.decode())
    assert piped["event_type"] == "door.opened"
    assert set(piped) == {
        "event_type",
        "attributes",
        "card",
        "messagecard",
        "adaptive",
        "note",
        "others",
    }
    listed = (prompt.well("preview", "doors")).out.split()
    assert "door.closed__attic" in listed
    sample = prompt.well("preview", "doors", "door.closed__attic", "--header", "X-A: b")
    assert "Attic" in sample.out
    Path("config.json").write_text(
        json.dumps({"template": '{% extends "card.j2" %}{% block title %}Own{% endblock %}'})
    )
    own = prompt.well("preview", "doors", "-", "--config", "config.json", stdin=OPENED.decode())
    assert own.out.startswith("Own")


def test_a_preview_says_what_is_wrong(prompt: Prompt) -> None:
    unreadable = prompt.run("preview", "doors", "-", stdin="{")
    assert (unreadable.status, "not JSON" in unreadable.err) == (1, True)
    for arguments in (
        ("windows", "-"),
        ("doors", "missing.json"),
        ("doors", "-", "--header", "nonsense"),
        ("doors", "-", "--format", "pdf"),
    ):
        assert (prompt.run("preview", *arguments, stdin="{}")).status in {1, 2}


def test_doctor_says_what_is_missing_and_how_to_mend_it(prompt: Prompt) -> None:
    fresh = prompt.well("doctor")
    assert "the first start makes it" in fresh.out
    assert not Path("bridge.db").exists()
    prompt.well("migrate")
    found = {item["what"]: item for item in (prompt.json("doctor"))["items"]}
    assert found["database"]["state"] == "ok"
    assert found["plugins"]["state"] == "ok"
    assert found["public URL"]["state"] == "warn"
    sick = prompt.run(
        *("doctor", "--json"), BRIDGE_SECRET_KEY="short", BRIDGE_ALLOWED_CHANNELS="anywhere"
    )
    assert sick.status == 1
    found = {item["what"]: item for item in sick.json["items"]}
    assert "new-key" in found["secret key"]["finding"]
    assert found["allowed channels"]["state"] == "fail"
    plain = prompt.json("doctor", BRIDGE_PUBLIC_URL="http://bridge.example")["items"]
    assert "https" in next(item["mend"] for item in plain if item["what"] == "public URL")
    elsewhere = prompt.run("doctor", BRIDGE_DATABASE_URL="sqlite:///nowhere/bridge.db")
    assert (elsewhere.status, "cannot be written" in elsewhere.out) == (1, True)
    unset = prompt.run("doctor", BRIDGE_MAX_BODY_BYTES="many")
    assert unset.status == 1
    assert "BRIDGE_MAX_BODY_BYTES" in unset.out


def test_doctor_asks_for_a_token_only_where_nobody_signs_in(prompt: Prompt) -> None:
    without = {name: value for name, value in prompt.env.items() if name != "BRIDGE_ADMIN_TOKEN"}
    tenant = "00000000-0000-0000-0000-000000000001"
    entra = {"BRIDGE_ENTRA_CLIENT_ID": tenant, "BRIDGE_ENTRA_TENANTS": tenant}
    for env, state in ((without, "warn"), ({**without, **entra}, "ok")):
        items = Prompt(env).json("doctor")["items"]
        assert next(one["state"] for one in items if one["what"] == "admin token") == state


def test_doctor_names_the_channels_that_cannot_be_reached(prompt: Prompt) -> None:
    endpoint = prompt.json("endpoints", "create", "doors", "A")
    prompt.well(
        *("subscriptions", "create", endpoint["id"], "--event", "*"),
        BRIDGE_CHANNEL_URL=NOWHERE,
    )
    found = {item["what"]: item for item in (prompt.json("doctor"))["items"]}
    assert found["channels"]["state"] == "warn"
    assert "127.0.0.1" in found["channels"]["finding"]
    assert "hush" not in str(found)


def test_a_key_that_does_not_fit_is_said_in_a_sentence(prompt: Prompt) -> None:
    prompt.well("endpoints", "create", "doors", "A")
    other = (prompt.well("new-key")).out.strip()
    done = prompt.run("endpoints", "list", BRIDGE_SECRET_KEY=other)
    assert done.status == 1
    assert "BRIDGE_SECRET_KEY" in done.err
