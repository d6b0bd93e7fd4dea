"""What senders ask before they send, and what is no question."""

from typing import Any

import orjson
import pytest

from bridge.models import InboundRequest
from bridge.recipes.handshake import handshake
from bridge.testing import endpoint_of
from bridge_recipes import register_sources
from tests.recipes.asking import request

OPTIONS = InboundRequest({"webhook-request-origin": "events.example.com"}, b"", "OPTIONS")


def test_a_sender_of_cloudevents_is_let_in_whatever_its_recipe() -> None:
    for source in register_sources():
        answer = source.handshake(OPTIONS, endpoint_of(source))
        assert answer is not None
        assert answer.headers["webhook-allowed-origin"] == "events.example.com"


@pytest.mark.parametrize("origin", ["", "a b", "é", "x" * 300, "a\r\nSet-Cookie: b"])
def test_an_origin_that_is_none_is_not_said_again(origin: str) -> None:
    assert handshake(InboundRequest({"webhook-request-origin": origin}, b"", "OPTIONS")) is None


@pytest.mark.parametrize("code", ["abc", '"}\n<script>', "é" * 100])
def test_a_code_comes_back_as_json(code: str) -> None:
    answer = handshake(request({"challenge": code}))
    assert answer is not None
    assert answer.headers["content-type"] == "application/json"
    assert orjson.loads(answer.body) == {"challenge": code}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'"challenge"', {}),
        (b'{"challenge"', {}),
        ({}, {"aeg_event_type": "SubscriptionValidation"}),
        ([], {"aeg_event_type": "SubscriptionValidation"}),
        ([7], {"aeg_event_type": "SubscriptionValidation"}),
        ([{"data": 7}], {"aeg_event_type": "SubscriptionValidation"}),
        ([{"data": {"validationCode": 7}}], {"aeg_event_type": "SubscriptionValidation"}),
        ([{"data": {"validationCode": "c"}}], {"aeg_event_type": "Notification"}),
    ],
)
def test_what_only_looks_like_a_question_is_none(body: Any, headers: dict[str, str]) -> None:
    assert handshake(request(body, **headers)) is None
