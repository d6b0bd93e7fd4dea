"""What a flow's answers mean: any success is one, and a flow that is switched off can be switched on."""

import orjson
import pytest

from bridge.cards.card import Card, Span
from bridge.channel import Answer, Verdict
from bridge.channels.workflow import Workflow

WORKFLOW = Workflow()
SWITCHED_OFF = (
    '{"error":{"code":"WorkflowTriggerIsNotEnabled","message":"Could not execute workflow \'abc\' trigger '
    "'manual' with state 'Disabled': trigger is not enabled.\"}}"
)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_success(status: int) -> None:
    assert WORKFLOW.judge(Answer(status, "whatever", 1)).verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("status", "body", "verdict", "flagged"),
    [
        (302, "", Verdict.RETRY, False),
        (400, '{"error":{"code":"TriggerInputSchemaMismatch"}}', Verdict.REJECTED, False),
        (400, SWITCHED_OFF, Verdict.RETRY, True),
        (404, SWITCHED_OFF, Verdict.RETRY, True),
        (401, '{"error":{"code":"DirectApiAuthorizationRequired"}}', Verdict.RETRY, True),
        (403, "", Verdict.RETRY, True),
        (404, '{"error":{"code":"WorkflowNotFound"}}', Verdict.MISSING, False),
        (413, "", Verdict.TOO_LARGE, False),
        (429, "", Verdict.RETRY, False),
        (502, "", Verdict.RETRY, False),
        (None, "timeout", Verdict.RETRY, False),
    ],
)
def test_every_other_answer(status: int | None, body: str, verdict: Verdict, flagged: bool) -> None:
    outcome = WORKFLOW.judge(Answer(status, body, 1))
    assert (outcome.verdict, outcome.flagged) == (verdict, flagged)
    assert outcome.reason.endswith(".")


def test_a_card_is_a_message_with_an_adaptive_card_within_the_limit() -> None:
    card = Card((Span("Hello"),), "Hello", url="https://example.com")
    message = orjson.loads(WORKFLOW.encode(card, WORKFLOW.limit_bytes))
    assert message["attachments"][0]["content"]["type"] == "AdaptiveCard"
    long = Card((Span("Hello " * 20_000),), "Hello", url="https://example.com")
    assert len(WORKFLOW.encode(long, WORKFLOW.limit_bytes // 2)) <= 14 * 1024
