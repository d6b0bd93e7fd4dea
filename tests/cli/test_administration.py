"""`webhook-bridge administration`, as an administrator uses it, and its effect on a running bridge."""

from tests.cli.conftest import Prompt

TENANT = "5f0c7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"
TEAM = "9a1e7d42-3f0e-4f5a-9b0d-6f2b9d3c1a10"


def test_switches_are_turned_shown_and_listed(prompt: Prompt) -> None:
    assert "Everything is on everywhere." in prompt.well("administration", "list").err
    told = prompt.well("administration", "set", TENANT, "--connectors", "off").out
    assert "Connectors are turned off for this tenant by an administrator." in told
    assert "This changed 0 subscriptions." in told
    team = prompt.json("administration", "set", TENANT, "--team", TEAM, "--actions", "off")
    assert (team["connectors"], team["actions"]) == (True, False)
    assert len(team["reasons"]) == 2
    shown = prompt.well("administration", "show", TENANT, "--team", TEAM).out
    assert "in force" in shown
    newest, oldest = prompt.well("administration", "list").out.splitlines()[1:]
    assert newest.split()[:4] == [TENANT, TEAM, "on", "off"]
    assert oldest.split()[:3] == [TENANT, "off", "on"]
    prompt.well("administration", "set", TENANT, "--connectors", "on")
    prompt.well("administration", "set", TENANT, "--team", TEAM, "--actions", "on")
    assert "everything is on" in prompt.well("administration", "show", TENANT).out
    assert prompt.json("administration", "list") == {"items": [], "next": None}


def test_misuse_is_said(prompt: Prompt) -> None:
    for arguments, says in (
        (("set", TENANT), "--connectors"),
        (("set", TENANT, "--connectors", "maybe"), "--connectors"),
        (("set", "contoso.com", "--connectors", "off"), "GUID"),
        (("show", TENANT, "--team", "The Rockets"), "groupId="),
    ):
        done = prompt.run("administration", *arguments)
        assert done.status == 2
        assert says in done.err
