"""What is typed wrong is said at once, with exit code 2, before anything is opened."""

import pytest
from typer.testing import CliRunner

from bridge.cli.root import app


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("nonsense", "No such command"),
        ("endpoints create", "Missing argument"),
        ("endpoints create doors A --verification hope", "say signature or url"),
        ("endpoints rotate ep_x --overlap soon", "no duration"),
        ("endpoints list --limit 0", "--limit"),
        ("endpoints list --limit 201", "--limit"),
        ("subscriptions create ep_x", "--event"),
        ("subscriptions create ep_x --event *", "BRIDGE_CHANNEL_URL"),
        ("subscriptions create ep_x --event * --channel-url x --where room", "attribute=pattern"),
        ("subscriptions create ep_x --event * --channel-url x --where =x", "attribute=pattern"),
        ("subscriptions create ep_x --event * --channel-url x --filters {", "not JSON"),
        ("subscriptions create ep_x --event * --channel-url x --filters nowhere", "no file"),
        ("subscriptions change sub_x --where a=b --filters {}", "not both"),
        ("subscriptions dry-run", "Name a subscription, or give --endpoint."),
        ("subscriptions dry-run sub_x --endpoint ep_x", "Name a subscription, or give --endpoint."),
        ("events list --state lost", "received, routed, failed"),
        ("events list --since soon", "neither a time"),
        ("events list --until soon", "neither a time"),
        ("deliveries list --state lost", "pending, delivered, dead, dropped"),
        ("events replay", "Name an event"),
        ("events replay ev_x --since 2h", "Name an event"),
        ("events replay ev_x --endpoint ep_x", "Name an event"),
        ("events replay --state failed", "Name an event"),
        ("events replay --since 2h --state received", "routed, failed"),
        ("events replay --since soon", "neither a time"),
        ("subscriptions change sub_x --expire-after soon", "no duration"),
        ("subscriptions change sub_x --hold soon", "no duration"),
        ("subscriptions change sub_x --stale burn", "keep, mark, drop"),
        ("deliveries replay", "Name a delivery"),
        ("deliveries replay dl_x --dead", "Name a delivery"),
        ("deliveries replay --dead", "--since 2h"),
        ("deliveries replay dl_x --since 2h", "Name a delivery"),
        ("deliveries replay dl_x --endpoint ep_x", "Name a delivery"),
        ("deliveries replay --since 2h", "Name a delivery"),
        ("deliveries replay --state dropped", "--since 2h"),
        ("deliveries replay --state pending --since 2h", "delivered, dead, dropped"),
        ("deliveries replay --dead --since 2h --until soon", "neither a time"),
        ("deliveries replay --dead --since yesterday", "neither a time"),
        ("invite --for ever", "no duration"),
        ("serve --port 70000", "--port"),
        ("serve --workers 0", "--workers"),
    ],
)
def test_misuse_is_said_with_exit_code_2(arguments: str, says: str) -> None:
    done = CliRunner().invoke(app, arguments.split())
    assert done.exit_code == 2, done.output
    assert says in done.output


def test_help_tells_each_command_in_one_line() -> None:
    done = CliRunner().invoke(app, ["--help"])
    assert done.exit_code == 0
    assert "..." not in done.output.partition("Commands:")[2]
    for group in ("endpoints", "subscriptions", "events", "deliveries", "invite", "people"):
        help_ = CliRunner().invoke(app, [group, "--help"]).output
        assert "..." not in help_.partition("Commands:")[2], help_


def test_it_says_which_version_it_is() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert done.output.startswith("webhook-bridge 0.")
