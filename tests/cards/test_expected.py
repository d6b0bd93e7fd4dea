"""Every card of every built-in source's fixtures, as Microsoft's own library and schema see it."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft6Validator

from bridge.cards.adaptive import adaptive_card, adaptive_message
from bridge.cards.card import Card
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.messagecard import message_card
from bridge.loader import load
from bridge.settings import Settings
from bridge.testing import cards_of, endpoint_of, signed
from tests.cards.judge import judge_adaptive, judge_message_cards

SOURCES = load(Settings(_env_file=None)).sources
SCHEMA = json.loads((files("adaptive_cards") / "schemas/schema-1.4.json").read_text("utf-8"))


def cards(name: str) -> list[Card]:
    source = SOURCES[name]
    endpoint = endpoint_of(source)
    return [
        card
        for sample in source.samples
        for _, card in cards_of(source, signed(source, sample), endpoint)
    ]


def of_the_schema(card: Any) -> Any:
    """A card without what Teams adds to Adaptive Cards."""
    return {name: value for name, value in card.items() if name != "msteams"}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_adaptive_card_is_valid_by_microsoft_s_schema(source: str) -> None:
    validator = Draft6Validator(SCHEMA)
    for card in cards(source):
        found = validator.iter_errors(of_the_schema(adaptive_card(card)))
        assert [error.message for error in found] == [], card.summary
        assert check_adaptive_message(adaptive_message(card)) == []


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_adaptive_card_is_read_by_microsoft_s_library(source: str) -> None:
    made = cards(source)
    for card, judgement in zip(made, judge_adaptive(map(adaptive_card, made)), strict=True):
        assert judgement.problems == (), card.summary
        assert not any(judgement.added().values()), card.summary
        assert judgement.facts == len(card.facts), card.summary


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_message_card_is_valid_and_says_only_what_is_meant(source: str) -> None:
    made = cards(source)
    for card, judgement in zip(made, judge_message_cards(map(message_card, made)), strict=True):
        assert check_message_card(message_card(card)) == [], card.summary
        assert judgement.problems == (), card.summary
        assert not any(judgement.added().values()), card.summary


def test_the_schema_is_no_rubber_stamp() -> None:
    broken = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock"}]}
    assert list(Draft6Validator(SCHEMA).iter_errors(broken))
