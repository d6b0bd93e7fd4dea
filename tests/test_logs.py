"""What is logged: ids and reasons on one line each, and nothing that opens anything."""

import asyncio
import io
import json
import logging

import pytest
import structlog
from pydantic import SecretStr

from bridge import logs

SECRETS = {
    "a webhook": "https://contoso.webhook.office.com/webhookb2/TOPSECRET@x/IncomingWebhook/y/z",
    "a workflow": "https://x.logic.azure.com:443/workflows/TOPSECRET/triggers/manual/paths/invoke?sig=TOPSECRET",
    "a relative one": "POST /webhookb2/TOPSECRET failed",
    "an endpoint verified by its URL": "POST /hooks/ep_abc-1.TOPSECRET HTTP/1.1",
    "the same with its host": "http://127.0.0.1:8000/hooks/ep_abc.TOPSECRET",
    "a password in a URL": "https://user:TOPSECRET@example.com/x",
    "a bearer": "Authorization: Bearer TOPSECRET.x.y",
    "basic": "authorization: basic TOPSECRET==",
    "a standard webhook's secret": "whsec_TOPSECRET+/=",
    "a signature": "sha256=TOPSECRET",
    "a query": "?api-version=1&sig=TOPSECRET&x=y",
}


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    for name in ("aiohttp.client", "asyncio", "uvicorn.error"):
        # Another test's library may have switched them off for the whole process.
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    stream = io.StringIO()
    logs.set_up(stream=stream)
    return stream


@pytest.mark.parametrize("text", SECRETS.values(), ids=list(SECRETS))
def test_no_text_gives_a_secret_away(out: io.StringIO, text: str) -> None:
    log = structlog.get_logger()
    log.info("an event", detail=text, nested={"deep": [text, (text,)]})
    log.info(text)
    logging.getLogger("aiohttp.client").error("failed: %s", text)
    try:
        int(text)
    except ValueError:
        logging.getLogger("asyncio").exception("unhandled")
        log.exception("unhandled too")
    assert "TOPSECRET" not in out.getvalue()
    assert len(out.getvalue().splitlines()) == 5


@pytest.mark.parametrize(
    "given",
    [
        {"token": "TOPSECRET"},
        {"channel_url": "TOPSECRET"},
        {"secret": SecretStr("TOPSECRET")},
        {"anything": SecretStr("TOPSECRET")},
        {"body": b"TOPSECRET"},
        {"anything": b"TOPSECRET"},
        {"headers": {"x-anything": "TOPSECRET"}},
        {"nested": {"authorization": "TOPSECRET"}},
        {"user_object_id": "TOPSECRET"},
    ],
)
def test_no_field_gives_a_secret_away(out: io.StringIO, given: dict[str, object]) -> None:
    structlog.get_logger().info("an event", **given)
    assert "TOPSECRET" not in out.getvalue()


def test_a_line_is_json_with_what_was_said(out: io.StringIO) -> None:
    structlog.get_logger().warning("webhook refused", endpoint="ep_1", status=401, duplicate=False)
    line = json.loads(out.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "webhook refused",
        "level": "warning",
        "endpoint": "ep_1",
        "status": 401,
        "duplicate": False,
    }


def test_where_a_url_leads_is_kept(out: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Uvicorn running on http://127.0.0.1:8000")
    structlog.get_logger().info("posted", to="https://contoso.webhook.office.com/webhookb2/x")
    assert "http://127.0.0.1:8000" in out.getvalue()
    assert "https://contoso.webhook.office.com/…" in out.getvalue()


def test_uvicorn_s_access_log_is_off(out: io.StringIO) -> None:
    logging.getLogger("uvicorn.access").info("GET /")
    assert out.getvalue() == ""


def test_people_on_a_terminal_get_no_json(out: io.StringIO) -> None:
    logs.set_up(stream=out, as_json=False)
    structlog.get_logger().info("worker started")
    assert "worker started" in out.getvalue()
    assert "{" not in out.getvalue()


@pytest.mark.parametrize("value", ["half a character \ud800", 1 << 100, {1: 2}, object()])
def test_whatever_is_logged_becomes_a_line(out: io.StringIO, value: object) -> None:
    structlog.get_logger().info("odd", value=value)
    assert json.loads(out.getvalue())["event"] == "odd"


class Full(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_stops_nothing(out: io.StringIO) -> None:
    logs.set_up(stream=Full())
    structlog.get_logger().error("webhook received")


class Counting(io.StringIO):
    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


async def test_what_is_logged_in_one_turn_is_written_together_and_in_order() -> None:
    out = Counting()
    logs.set_up(stream=out)
    log = structlog.get_logger()
    for number in range(3):
        log.info("said", number=number)
    await asyncio.to_thread(log.info, "said", number=3)
    log.info("said", number=4)
    await asyncio.sleep(0)
    assert [json.loads(line)["number"] for line in out.getvalue().splitlines()] == [0, 1, 2, 3, 4]
    assert out.writes < 5


def test_what_a_loop_left_unwritten_comes_with_the_next_line() -> None:
    out = Counting()
    logs.set_up(stream=out)

    async def stopped() -> None:
        structlog.get_logger().info("said", number=0)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(stopped())
    loop.close()
    structlog.get_logger().info("said", number=1)
    assert [json.loads(line)["number"] for line in out.getvalue().splitlines()] == [0, 1]
