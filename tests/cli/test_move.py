"""Moving subscriptions from connectors to workflows: one, all of a channel, and many by a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bridge.cli.move import Fault, Step, read
from tests.cli.conftest import Prompt

GUID = "11111111-2222-3333-4444-555555555555"
CONNECTOR = f"http://127.0.0.1:9/webhookb2/{GUID}@{GUID}/IncomingWebhook/hall/{GUID}"


class Flows(ThreadingHTTPServer):
    """Workflows on the loopback interface: what is called `off` refuses, the others take every card."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Flow)
        self.taken: list[str] = []

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/workflows/{name}/triggers/manual/paths/invoke?sig=a-secret-signature"


class Flow(BaseHTTPRequestHandler):
    server: Flows

    def do_POST(self) -> None:  # the name is the library's
        self.rfile.read(int(self.headers["content-length"]))
        name = self.path.split("/")[2]
        self.server.taken.append(name)
        self.send_response(401 if name == "off" else 202)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@contextmanager
def flows() -> Iterator[Flows]:
    with Flows() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def subscribed(prompt: Prompt) -> tuple[str, str, str]:
    """Two subscriptions that post to one connector, and that channel."""
    endpoint = prompt.json("endpoints", "create", "doors", "Front door")["id"]
    made = [
        prompt.json(
            *("subscriptions", "create", endpoint, "--event", "*", "--name", name),
            BRIDGE_CHANNEL_URL=CONNECTOR,
        )
        for name in ("Doors", "Alarms")
    ]
    return made[0]["id"], made[1]["id"], made[0]["channel"]["id"]


def test_one_is_moved_once_the_workflow_took_a_test_card(
    prompt: Prompt, subscribed: tuple[str, str, str]
) -> None:
    first, second, _ = subscribed
    with flows() as teams:
        url = teams.url("hall")
        tried = prompt.well(
            "subscriptions", "move", first, "--dry-run", "--channel-url", "-", stdin=url
        )
        assert "would be moved" in tried.out
        assert teams.taken == []

        refused = prompt.run("subscriptions", "move", first, BRIDGE_CHANNEL_URL=teams.url("off"))
        assert refused.status == 1
        assert "Nothing was moved: the test card did not arrive." in refused.err
        assert prompt.json("subscriptions", "show", first)["channel"]["kind"] == "connector"

        moved = prompt.well("subscriptions", "move", first, "--channel-url", "-", stdin=url + "\n")
        assert "moved; the test card was taken" in moved.out
        again = prompt.well("subscriptions", "move", first, "--channel-url", "-", stdin=url)
        assert "it posts there already" in again.out
        assert teams.taken == ["off", "hall"]
    assert prompt.json("subscriptions", "show", first)["channel"]["kind"] == "workflow"
    assert prompt.json("subscriptions", "show", second)["channel"]["kind"] == "connector"
    for done in (tried, refused, moved, again):
        assert "secret" not in done.out + done.err


def test_many_are_moved_by_a_file_and_a_bad_line_holds_up_no_other(
    prompt: Prompt, subscribed: tuple[str, str, str], tmp_path: Path
) -> None:
    first, second, channel = subscribed
    with flows() as teams:
        file = tmp_path / "moves.csv"
        file.write_text(
            f"subscription,url\n# the hall\n{channel},{teams.url('hall')}\nsub_x,{teams.url('x')}\n"
            f"hall,{teams.url('hall')}\n{first}\n{second},https://example.com/stolen-secret\n"
        )
        done = prompt.run("subscriptions", "move", "--map", str(file), "--json")
        assert teams.taken == ["hall"]
    assert done.status == 1
    items = done.json["items"]
    assert [(it["line"], it["subscription"], it["moved"]) for it in items] == [
        (3, first, True),
        (3, second, True),
        (4, "sub_x", False),
        (5, None, False),
        (6, None, False),
        (7, second, False),
    ]
    problems = [it["problem"] for it in items[2:]]
    assert problems[0] == "There is no subscription sub_x."
    assert problems[1] == "It begins with no id: sub_… or ch_…."
    assert problems[2].startswith("Write an id, a comma and a URL")
    assert "example.com" in problems[3]
    assert "secret" not in done.out + done.err
    assert prompt.json("subscriptions", "show", second)["channel"]["kind"] == "workflow"


def test_without_a_test_card_nothing_is_sent(
    prompt: Prompt, subscribed: tuple[str, str, str]
) -> None:
    first, second, _ = subscribed
    url = CONNECTOR.replace("hall", "attic")
    mapping = f"{second},{url}\n"
    done = prompt.well("subscriptions", "move", "--map", "-", "--no-test", stdin=mapping)
    assert "moved, without a test card" in done.out
    kept, moved = (prompt.json("subscriptions", "show", it)["channel"] for it in (first, second))
    assert kept["id"] != moved["id"]


@pytest.mark.parametrize(
    "arguments", [(), ("sub_x", "--map", "-"), ("--map", "-", "--channel-url", "x"), ("sub_x",)]
)
def test_what_does_not_go_together_is_misuse(prompt: Prompt, arguments: tuple[str, ...]) -> None:
    assert prompt.run("subscriptions", "move", *arguments).status == 2


def test_a_file_is_read_as_spreadsheets_write_it() -> None:
    said = [
        str(it.url.get_secret_value()) if isinstance(it, Step) else it
        for it in read(
            [
                "",
                "Subscription;URL",
                'sub_a, "https://a.example/x?y=1,2"',
                "sub_a,https://b.example",
                " sub_b ,",
            ]
        )
    ]
    assert said == [
        Fault(2, "It begins with no id: sub_… or ch_…."),
        "https://a.example/x?y=1,2",
        Fault(4, "sub_a stands in line 3 already."),
        Fault(5, 'Write an id, a comma and a URL, in "…" where that has a comma.'),
    ]
