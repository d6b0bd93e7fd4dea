"""What a connector's answers mean: a 200 proves nothing, only a number does."""

import orjson
import pytest

from bridge.cards.card import Card, Span
from bridge.channel import Answer, Verdict
from bridge.channels.connector import Connector

FAILED = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {} with ContextId tcid=0,server=DB3PEPF0000,cv=abc"
CONNECTOR = Connector()


def judge(status: int | None, body: str = "", **headers: str) -> tuple[Verdict, bool, bool]:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    outcome = CONNECTOR.judge(Answer(status, body, 1, given))
    assert outcome.reason.endswith(".")
    return outcome.verdict, outcome.flagged, outcome.throttled


@pytest.mark.parametrize("body", ["1", " 1\r\n", "0", "12345"])
def test_a_number_is_success(body: str) -> None:
    assert judge(200, body)[0] is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("body", "verdict", "flagged", "throttled"),
    [
        (FAILED.format(400), Verdict.REJECTED, False, False),
        (FAILED.format(401), Verdict.RETRY, True, False),
        (FAILED.format(403), Verdict.RETRY, True, False),
        (FAILED.format(404), Verdict.MISSING, False, False),
        (FAILED.format(410), Verdict.GONE, False, False),
        (FAILED.format(413), Verdict.TOO_LARGE, False, False),
        (FAILED.format(429), Verdict.RETRY, False, True),
        (FAILED.format(503), Verdict.RETRY, False, False),
        ("Summary or Text is required.", Verdict.REJECTED, False, False),
        ("", Verdict.RETRY, False, False),
        ("OK", Verdict.RETRY, False, False),
        ("1 card", Verdict.RETRY, False, False),
        ("²", Verdict.RETRY, False, False),
        ("1" * 50, Verdict.RETRY, False, False),
        ("<html>Sign in</html>", Verdict.RETRY, False, False),
        ("HTTP error 200", Verdict.RETRY, False, False),
        ("HTTP error 999", Verdict.RETRY, False, False),
    ],
)
def test_a_200_with_a_text_is_judged_as_the_status_that_it_names(
    body: str, verdict: Verdict, flagged: bool, throttled: bool
) -> None:
    assert judge(200, body) == (verdict, flagged, throttled)


@pytest.mark.parametrize(
    ("status", "verdict", "flagged", "throttled"),
    [
        (301, Verdict.RETRY, False, False),
        (302, Verdict.RETRY, False, False),
        (400, Verdict.REJECTED, False, False),
        (401, Verdict.RETRY, True, False),
        (402, Verdict.RETRY, True, False),
        (403, Verdict.RETRY, True, False),
        (404, Verdict.MISSING, False, False),
        (405, Verdict.RETRY, True, False),
        (408, Verdict.RETRY, False, False),
        (410, Verdict.GONE, False, False),
        (413, Verdict.TOO_LARGE, False, False),
        (415, Verdict.REJECTED, False, False),
        (422, Verdict.REJECTED, False, False),
        (425, Verdict.RETRY, False, False),
        (429, Verdict.RETRY, False, True),
        (500, Verdict.RETRY, False, False),
        (502, Verdict.RETRY, False, False),
        (599, Verdict.RETRY, False, False),
        (None, Verdict.RETRY, False, False),
    ],
)
def test_other_statuses(
    status: int | None, verdict: Verdict, flagged: bool, throttled: bool
) -> None:
    assert judge(status, "timeout") == (verdict, flagged, throttled)


def test_the_reason_never_repeats_the_answer() -> None:
    outcome = CONNECTOR.judge(Answer(200, "see https://example.com/secret", 1))
    assert "secret" not in outcome.reason


def test_a_card_is_a_message_card_within_the_limit() -> None:
    card = Card((Span("Hello"),), "Hello", url="https://example.com")
    body = CONNECTOR.encode(card, CONNECTOR.limit_bytes)
    assert orjson.loads(body)["@type"] == "MessageCard"
    long = Card((Span("Hello " * 20_000),), "Hello", url="https://example.com")
    assert len(CONNECTOR.encode(long, CONNECTOR.limit_bytes // 2)) <= 14 * 1024
