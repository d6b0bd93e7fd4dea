from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.card import Card, CodeBlock, Fact, Image, Items, OpenUrl, Paragraph, Span
from bridge.cards.html import card_html, message_card_html
from bridge.cards.messagecard import message_card
from tests.cards.examples import BARE, FULL, URL


class Tags(HTMLParser):
    """Every tag of a fragment with its attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


def test_a_bare_card() -> None:
    assert card_html(BARE) == (
        '<article class="card card-neutral"><header class="card-head"><div>'
        '<h3 class="card-title">Something happened</h3></div></header></article>'
    )


def test_a_full_card() -> None:
    html = card_html(FULL)
    seen = Tags(html)
    assert [link["href"] for link in seen.named("a")] == [URL, URL, URL]
    assert all(link["rel"] == "noopener noreferrer nofollow" for link in seen.named("a"))
    assert [picture["src"] for picture in seen.named("img")] == [
        "https://example.com/octo.png",
        "https://example.com/a.png",
    ]
    for piece in (
        "Fix *everything*",
        "<p>First line<br>second <em>line</em></p>",
        "<blockquote><p>quoted</p></blockquote>",
        "<ul><li>one</li><li><code>two</code></li></ul>",
        '<ol start="3"><li>three</li></ol>',
        "<pre><code>if x:\n    y = `1`</code></pre>",
        "<div><dt>Repository</dt><dd>octo/hello</dd></div>",
        "card-good",
    ):
        assert piece in html


def test_a_message_card_is_shown_as_received() -> None:
    html = message_card_html(message_card(FULL))
    seen = Tags(html)
    assert "card-good" in html
    assert [link["href"] for link in seen.named("a")] == [URL, URL]
    for piece in (
        "octo opened #42 Fix *everything*",
        "<strong>octo</strong>",
        "<em>line</em>",
        "<li>one</li>",
        '<dl class="card-facts"><div><dt>Repository</dt>',
    ):
        assert piece in html


def test_the_name_of_a_fact_is_read_as_its_value_is() -> None:
    card = replace(FULL, facts=(Fact("#90 of *all*", (Span("#91"),)),))
    for html in (card_html(card), message_card_html(message_card(card))):
        assert "<dt>#90 of *all*</dt><dd>#91</dd>" in html


def test_what_a_message_card_may_hold_beyond_ours() -> None:
    html = message_card_html(
        {
            "text": "*Hello* ~~old~~ <b>raw</b> ![p](https://e.example/p) [x](javascript:alert(1))",
            "themeColor": "#13a10e",
            "sections": [{"title": "Section", "activitySubtitle": "sub", "activityText": "said"}],
            "potentialAction": [
                {"@type": "HttpPOST", "name": "Close", "target": "https://e.example"},
                {"@type": "OpenUri", "name": "Bad", "targets": [{"uri": "javascript:x"}]},
            ],
        }
    )
    seen = Tags(html)
    assert "card-good" in html
    assert "<em>Hello</em> <s>old</s> &lt;b&gt;raw&lt;/b&gt;" in html
    assert not any(attributes["href"] != "https://e.example/p" for attributes in seen.named("a"))
    assert seen.named("img") == []
    assert [button for button in seen.named("button") if "disabled" in button]
    for said in ("Section", "sub", "said", "Close"):
        assert said in seen.text


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"title": 1, "text": [], "sections": {}},
        {"sections": [1, {"facts": [{}], "images": [{}], "activityImage": 3}]},
        {"potentialAction": [{"targets": "x"}, None]},
    ],
)
def test_a_message_card_of_another_shape_is_still_shown(message: dict[str, object]) -> None:
    assert message_card_html(message).startswith("<article")


ALLOWED = {
    *("article", "header", "div", "h3", "p", "a", "img", "strong", "em", "s", "code", "pre"),
    *("ul", "ol", "li", "blockquote", "dl", "dt", "dd", "br"),
}
HOSTILE = st.text() | st.sampled_from(
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt;", "</article>", "'"]
)


@given(HOSTILE, HOSTILE)
def test_no_literal_adds_a_tag(one: str, two: str) -> None:
    spans = (Span(one, bold=True), Span(two, link=URL), Span(one, code=True))
    card = Card(
        title=spans,
        summary=one,
        author=spans,
        avatar=Image(URL, two),
        text=(Paragraph(spans), Items((spans,)), CodeBlock(one)),
        facts=(Fact(two, spans),),
        images=(Image(URL, one),),
        actions=(OpenUrl(two, URL),),
    )
    seen = Tags(card_html(card))
    assert {tag for tag, _ in seen.tags} <= ALLOWED
    assert {link["href"] for link in seen.named("a")} == {URL}
    assert {picture["src"] for picture in seen.named("img")} == {URL}
    names = {name for _, attributes in seen.tags for name in attributes}
    assert names <= {"class", "href", "src", "alt", "rel", "target", "loading", "referrerpolicy"}


@given(HOSTILE, HOSTILE)
def test_nothing_in_a_message_card_adds_a_tag(one: str, two: str) -> None:
    seen = Tags(
        message_card_html(
            {
                "title": one,
                "text": two,
                "themeColor": two,
                "sections": [
                    {"activityTitle": two, "text": one, "facts": [{"name": one, "value": two}]}
                ],
                "potentialAction": [{"name": one, "targets": [{"uri": two}]}],
            }
        )
    )
    more = {"h1", "h2", "h4", "h5", "h6", "hr", "button"}
    assert {tag for tag, _ in seen.tags} <= ALLOWED | more
    for link in seen.named("a"):
        assert (link["href"] or "").startswith(("http://", "https://"))
