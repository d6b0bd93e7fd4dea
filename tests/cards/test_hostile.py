"""No literal value, however hostile and wherever it stands, adds anything to a card: judged by Microsoft's own library."""

from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.adaptive import adaptive_card, adaptive_message
from bridge.cards.card import Card, CodeBlock, Fact, Image, Items, Line, OpenUrl, Paragraph, Span
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.freetext import excerpt
from bridge.cards.messagecard import message_card
from bridge.models import ParsedEvent
from tests.cards.conftest import FolderSource
from tests.cards.hostile import TEXT
from tests.cards.judge import Judgement, judge_adaptive, judge_message_cards

URL = "https://good.example/x?a=1&lt;b_c_"

SPANS = st.builds(
    Span,
    TEXT,
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    strike=st.booleans(),
    link=st.none() | st.just(URL),
)
LINES: st.SearchStrategy[Line] = st.lists(SPANS, min_size=1, max_size=4).map(tuple)


def judge(card: Card) -> tuple[Judgement, Judgement]:
    """Both formats of a card, judged, and checked for what channels refuse."""
    message, adaptive = message_card(card), adaptive_message(card)
    assert check_message_card(message, orjson.dumps(message)[:100]) == []
    assert check_adaptive_message(adaptive, orjson.dumps(adaptive)[:100]) == []
    (seen_message,) = judge_message_cards([message])
    (seen_adaptive,) = judge_adaptive([adaptive_card(card)])
    return seen_message, seen_adaptive


def assert_nothing_added(seen: Judgement) -> None:
    assert not any(seen.added().values()), seen.added()
    assert seen.problems == ()


@given(line=LINES, other=LINES, text=TEXT, words=TEXT)
def test_literals_of_a_card_stay_literal(line: Line, other: Line, text: str, words: str) -> None:
    card = Card(
        title=line,
        summary=text,
        author=other,
        avatar=Image(URL, words),
        text=(
            Paragraph(other),
            Paragraph(line, quote=True),
            Items((line, other)),
            Items((other,), start=3),
            CodeBlock(text + words),
        ),
        facts=(Fact(text, other), Fact(words, line)),
        images=(Image(URL, text),),
        actions=(OpenUrl(words, URL), OpenUrl(text, URL)),
        url=URL,
    )
    seen_message, seen_adaptive = judge(card)
    for seen in (seen_message, seen_adaptive):
        assert_nothing_added(seen)
        assert {link.href for link in seen.links} <= {"https://good.example/x?a=1&lt;b_c_"}
        assert seen.facts == 2
        assert len(seen.images) == (1 if seen is seen_message else 2)
        assert [action.get("url", URL) for action in seen.actions] == [URL, URL]
    assert seen_message.sections == 1


@pytest.mark.parametrize("opening", ["[", "(", "{", '"', "'", "[(", "(x) ("])
def test_an_address_in_a_link_s_text_does_not_swallow_the_link(opening: str) -> None:
    good, text = "https://good.example/", f"https://evil.example/a_b*c{opening}"
    for closing in ("", *"])}\"'"):
        line = (Span("opened "), Span(text, link=good), Span(f"{closing} end"))
        card = Card(title=line, summary="x", text=(Paragraph(line),), facts=(Fact("x", line),))
        for seen in judge(card):
            assert_nothing_added(seen)
            assert {link.href for link in seen.links} == {good}


def test_an_address_in_a_link_s_text_can_be_copied() -> None:
    line = (Span("https://good.example/a?b=c#d", link=URL),)
    message = message_card(Card(title=(Span("x"),), summary="x", text=(Paragraph(line),)))
    assert "[https://good.example/a?b=c#d](" in message["sections"][0]["text"]


TEMPLATE = """{% extends "card.j2" %}
{% macro say(what) %}**{{ what }}** {{ what | code }}{% endmacro %}
{% block title %}{{ a }} opened [{{ b }}]({{ good }}) **{{ c }}**{{ d }}{% endblock %}
{% block author %}{{ avatar(good, a) }}_{{ b }}_ {{ say(c) }}{% endblock %}
{% block text %}
{{ a }}

{{ b }} and *{{ c }}*, `{{ d }}`, ~~{{ a }}~~, [{{ c }}]({{ d }}), [x](https://good.example/{{ a }})

- {{ a }}
- {{ say(b) }}: {{ c }}

1. {{ d }}

> {{ b }}

```
{{ a }}
{{ c }}
```
{{ [a, b] | join(d) }} {% set s %}*{{ a }}*{% endset %}{{ s ~ b }} {{ "%s" | format(c) }}
{% endblock %}
{% block facts %}{{ fact(a, b) }}{{ fact("Set", s) }}{{ fact(c, say(d)) }}{{ fact("x", 1) }}{% endblock %}
{% block images %}{{ image(good, a) }}{{ image(b, c) }}{% endblock %}
{% block actions %}{{ open_url(a ~ "x", good) }}{{ open_url("x", b) }}{% endblock %}
{% block summary %}{{ a }}{% endblock %}
"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FolderSource:
    source = FolderSource(Path(tmp_path_factory.mktemp("source")))
    source.write("task.j2", TEMPLATE)
    return source


@given(TEXT, TEXT, TEXT, TEXT)
def test_values_of_a_template_stay_literal(
    templates: FolderSource, a: str, b: str, c: str, d: str
) -> None:
    context = {"a": a, "b": b, "c": c, "d": d, "good": "https://good.example/"}
    card = templates.render(ParsedEvent("task.created", {}, context))
    given_urls = [value for value in (b, d) if value.strip().lower().startswith("http")]
    for seen in judge(card):
        assert_nothing_added(seen)
        foreign = [link for link in seen.links if urlsplit(link.href).hostname != "good.example"]
        assert not foreign or given_urls
        assert seen.facts <= 4
        assert len(seen.actions) <= 3


@given(st.lists(TEXT, max_size=5).map("".join), st.sampled_from([5, 30, 400]))
def test_free_text_adds_only_links_that_show_where_they_lead(text: str, limit: int) -> None:
    card = Card(title=(Span("Comment"),), summary="Comment", text=excerpt(text, limit))
    for seen in judge(card):
        assert_nothing_added(seen)
        assert (seen.facts, seen.actions, seen.images) == (0, (), ())
        shown = "\n".join(seen.texts).replace("\u200b", "")
        for link in seen.links:
            host = (urlsplit(link.href).hostname or "").removeprefix("www.")
            label = link.text.replace("\u200b", "")
            says_itself = label.removeprefix("http://").removeprefix("https://").startswith(host)
            assert says_itself or f"({host})" in shown
