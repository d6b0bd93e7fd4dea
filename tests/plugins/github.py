"""What the tests of bridge_github share: its source, and short ways from a payload to an event and a card."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic import SecretStr

from bridge.cards.card import Block, Card, CodeBlock, Items, plain
from bridge.cards.templates import CardRenderer
from bridge.models import Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge_github.source import GitHub

NOW = datetime(2026, 11, 20, tzinfo=UTC)
GITHUB = GitHub()
RENDERER = CardRenderer()
ATTRIBUTES = {attribute.name for attribute in GITHUB.attributes}
FORGOTTEN = re.compile(r"\bNone\b|\bundefined\b|<built-in|object at 0x")
"""What Python shows where a value is not there."""


def endpoint(*secrets: str) -> Endpoint:
    kept = tuple(
        EndpointSecret(id=f"key_{n}", value=SecretStr(secret), created_at=NOW)
        for n, secret in enumerate(secrets)
    )
    return Endpoint("ep_test", "github", "test", kept, "operator", NOW)


def request(event: str, payload: Any, **headers: str) -> InboundRequest:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return InboundRequest({**GITHUB.sample_headers(event), **headers}, body)


def parse(event: str, payload: Any, **headers: str) -> ParsedEvent:
    (parsed,) = GITHUB.parse(request(event, payload, **headers), endpoint())
    return parsed


def of_sample(name: str) -> ParsedEvent:
    sample = GITHUB.sample(name)
    (parsed,) = GITHUB.parse(InboundRequest(sample.headers, sample.body), endpoint())
    return parsed


def render(event: ParsedEvent) -> Card:
    return RENDERER.render(GITHUB, endpoint(), event)


def texts(card: Card) -> Iterator[str]:
    yield plain(card.title)
    yield plain(card.author)
    yield card.summary
    for block in card.text:
        yield from block_texts(block)
    for fact in card.facts:
        yield fact.name
        yield plain(fact.value)
    for action in card.actions:
        yield action.title


def block_texts(block: Block) -> Iterator[str]:
    if isinstance(block, CodeBlock):
        yield block.text
    elif isinstance(block, Items):
        yield from map(plain, block.lines)
    else:
        yield plain(block.line)
