"""What a subscription wants, as commands take it, say it and try it."""

from pathlib import Path

import pytest

from bridge.signatures import sign_hmac_sha256
from tests.cli.conftest import OPENED, Prompt, Shell
from tests.cli.test_commands import NOWHERE
from tests.e2e.running import serve, until

PEOPLE = {"attribute": "actor_is_bot", "none_of": ["true"]}
CELLAR = {"attribute": "room", "any_of": ["Cellar"]}


def subscribed(prompt: Prompt, *more: str) -> str:
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    wanted = ("--event", "door", "--channel-url", NOWHERE, *more)
    return str(prompt.json("subscriptions", "create", endpoint, *wanted)["id"])


def test_bots_are_left_out_and_let_in_by_one_option(prompt: Prompt) -> None:
    name = subscribed(prompt, "--where", "room=Cellar", "--no-bots")
    assert prompt.json("subscriptions", "show", name)["filters"] == {"all": [CELLAR, PEOPLE]}
    for listing in (("show", name), ("list",)):
        said = prompt.well("subscriptions", *listing).out
        assert "Any door event – where room is Cellar, not by bots." in said
    let_in = prompt.json("subscriptions", "change", name, "--bots")
    assert let_in["filters"] == {"all": [CELLAR]}
    again = prompt.json("subscriptions", "change", name, "--no-bots", "--name", "Quiet")
    assert again["filters"] == {"all": [CELLAR, PEOPLE]}
    renamed = prompt.json("subscriptions", "change", name, "--name", "Loud")
    assert renamed["filters"] == {"all": [CELLAR, PEOPLE]}


def test_filters_with_groups_are_given_as_json_or_in_a_file(prompt: Prompt) -> None:
    name = subscribed(prompt, "--filters", '{"not": {"attribute": "room", "any_of": ["Cellar"]}}')
    assert prompt.json("subscriptions", "show", name)["filters"] == {"not": CELLAR}
    Path("wanted.yaml").write_text("any:\n- attribute: room\n  empty: true\n")
    changed = prompt.json("subscriptions", "change", name, "--filters", "wanted.yaml")
    assert changed["filters"] == {"any": [{"attribute": "room", "empty": True}]}
    cleared = prompt.json("subscriptions", "change", name, "--filters", "{}")
    assert cleared["filters"] == {}


def test_a_dry_run_of_an_endpoint_that_got_nothing_says_so(prompt: Prompt) -> None:
    name = subscribed(prompt)
    done = prompt.well("subscriptions", "dry-run", name)
    assert done.out == "Any door event.\n"
    assert "Nothing was received" in done.err


@pytest.mark.timeout(300)  # it starts some processes
async def test_a_dry_run_tells_what_would_have_come_and_why_not(shell: Shell) -> None:
    async with serve(shell.folder, env=shell.env) as bridge:
        shell.env["BRIDGE_PUBLIC_URL"] = bridge.url
        endpoint = await shell.json("endpoints", "create", "doors", "Front door")
        for body in (OPENED, OPENED.replace(b"Cellar", b"Hall")):
            headers = {"X-Door-Signature": sign_hmac_sha256(body, endpoint["secret"])}
            async with bridge.session.post(endpoint["url"], data=body, headers=headers) as answer:
                assert answer.status == 202

        async def routed() -> bool:
            return len((await bridge.api("GET", "/events?state=routed"))["items"]) == 2

        await until(routed)
        asked = ("subscriptions", "dry-run", "--endpoint", endpoint["id"], "--where", "room=C*")
        said = (await shell.well(*asked)).out
        assert "1 of the last 2 events would have come here." in said
        assert "✗" in said
        assert "room is Hall, not C*" in said
        assert "✓" in said
        assert (await shell.json(*asked, "--event", "alarm"))["matched"] == 0
