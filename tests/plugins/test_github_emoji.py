"""GitHub's short names of emoji on cards."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from bridge.cards.card import plain
from bridge.models import InboundRequest
from bridge.testing import cards_of, endpoint_of
from bridge_github.emoji import with_emoji
from bridge_github.source import GitHub


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":rocket: Off we go :tada:", "🚀 Off we go 🎉"),
        (":+1::white_check_mark:", "👍✅"),
        ("(:bug:)", "(🐛)"),
        (":shipit: :no_such_sign:", ":shipit: :no_such_sign:"),
        ("at 12:100:30, std::new::x, a:ok:b", "at 12:100:30, std::new::x, a:ok:b"),
        ("https://example.com:80/:bug:", "https://example.com:80/:bug:"),
        ("`:bug:` :bug: `x", "`:bug:` 🐛 `x"),
        ("```\n:bug:\n```\n:bug:\n~~~\n:bug:", "```\n:bug:\n```\n🐛\n~~~\n:bug:"),
    ],
)
def test_names_become_signs_but_in_code(text: str, shown: str) -> None:
    assert with_emoji({"text": text}) == {"text": shown}


def test_whatever_texts_are_in_keeps_its_shape() -> None:
    given: dict[str, Any] = {"a": [":bug:", 1, None], "b": (":bug:", {"c": ":bug:"}), "d": True}
    assert with_emoji(given) == {"a": ["🐛", 1, None], "b": ("🐛", {"c": "🐛"}), "d": True}


@pytest.mark.parametrize("form", [False, True])
def test_a_card_shows_signs_and_filters_see_what_github_says(form: bool) -> None:
    source = GitHub()
    sample = source.sample("issues__labeled")
    payload = orjson.loads(sample.body)
    payload["issue"]["title"] = ":fire: It burns"
    payload["issue"]["labels"] = [{"name": ":construction: WIP"}]
    headers, body = dict(sample.headers), orjson.dumps(payload)
    if form:
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode({"payload": body}).encode()
    request = InboundRequest(headers, body)
    ((event, card),) = cards_of(source, request, endpoint_of(source))
    assert plain(card.title).endswith(": 🔥 It burns")
    assert plain(next(fact.value for fact in card.facts if fact.name == "Labels")) == "🚧 WIP"
    assert event.attributes["labels"] == (":construction: WIP",)
