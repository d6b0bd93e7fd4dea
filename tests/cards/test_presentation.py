"""How one subscription's cards look: what it asks for is read and applied, whatever the card."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.adaptive import adaptive_card
from bridge.cards.card import Card, CodeBlock, Fact, Items, OpenUrl, Paragraph, Span, plain
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.cut import block_length
from bridge.cards.fit import fit
from bridge.cards.html import card_html
from bridge.cards.messagecard import message_card
from bridge.cards.presentation import (
    ACCENTS,
    LEAST_TEXT,
    PLAIN,
    Presentation,
    key,
    present,
    read,
    zone_of,
)
from tests.cards.examples import BARE, FULL, URL
from tests.cards.test_fit import CARDS, LIMIT, as_adaptive, as_message

FACTS = replace(
    FULL,
    facts=tuple(
        Fact(name, (Span(value),))
        for name, value in (("Status", "open"), ("Labels", "bug"), ("Due", "soon"), ("Type", "x"))
    ),
)
NAMES = st.sampled_from(["Status", " labels ", "TYPE", "Nowhere", "Name"])
GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "style": st.sampled_from(["full", "compact"]),
        "accent": st.sampled_from(["auto", *ACCENTS]),
        "facts": st.lists(NAMES) | st.fixed_dictionaries({"except": st.lists(NAMES)}),
        "text": st.sampled_from([0, LEAST_TEXT, 60, 400]),
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(["style", "accent", "facts", "text", "time_zone", "template", "mentions"])


def shown(card: Card, **wanted: Any) -> Card:
    return present(card, read(wanted))


def names(card: Card) -> list[str]:
    return [fact.name for fact in card.facts]


def links(card: Card) -> set[str]:
    """Where a reader can go from a card's title and its first button."""
    return {span.link for span in card.title if span.link} | {it.url for it in card.actions[:1]}


def test_nothing_asked_for_is_the_card_itself() -> None:
    assert present(FULL, read({})) is FULL
    assert shown(FULL, style="full", accent="auto", time_zone="UTC") == FULL
    assert read({"style": "full"}) == PLAIN


def test_the_accent_is_the_subscriber_s() -> None:
    assert shown(FULL, accent="attention") == replace(FULL, accent="attention")


def test_only_the_facts_that_were_named_are_shown_in_that_order() -> None:
    assert names(shown(FACTS, facts=["due", "Nowhere", " STATUS"])) == ["Due", "Status"]
    assert names(shown(FACTS, facts=[])) == []
    assert names(shown(FACTS, facts={"except": ["labels", "Nowhere"]})) == ["Status", "Due", "Type"]


@pytest.mark.parametrize("limit", [0, LEAST_TEXT, 35, 45, 300])
def test_the_text_is_no_longer_than_asked_for(limit: int) -> None:
    long = replace(FULL, text=FULL.text * 3)
    text = shown(long, text=limit).text
    assert sum(map(block_length, text)) <= limit
    whole = sum(map(block_length, long.text)) <= limit
    assert (text == long.text) == whole
    if limit and not whole:
        assert "…" in str(text[-1])


def test_a_compact_card_is_a_title_a_line_and_a_button() -> None:
    card = shown(FACTS, style="compact")
    assert card.title == FULL.title
    assert plain(card.author) == "octo · Status: open · Labels: bug · Due: soon"
    assert card.actions == FULL.actions[:1]
    assert (card.text, card.facts, card.images, card.avatar) == ((), (), (), None)
    assert (card.accent, card.url, card.summary) == (FULL.accent, FULL.url, FULL.summary)


def test_a_compact_card_takes_no_more_room_than_it_needs() -> None:
    """Its title is the way to the thing, where a format can have links in titles."""
    card = shown(FACTS, style="compact")
    assert "actions" not in adaptive_card(card)
    assert "card-actions" not in card_html(card)
    message = message_card(card)
    assert [button["name"] for button in message["potentialAction"]] == ["View pull request"]
    assert list(message["sections"][0]) == ["text"]
    elsewhere = replace(FACTS, actions=(OpenUrl("View log", URL + "/log"),))
    assert adaptive_card(shown(elsewhere, style="compact"))["actions"][0]["title"] == "View log"


def test_a_compact_card_does_not_say_again_what_its_title_says() -> None:
    branch = Fact("Branch", (Span("main", code=True),))
    kind = Fact("Kind", (Span("Ground Station Key"),))
    facts = (branch, kind, Fact("Priority", (Span("High"),)), Fact("Took", (Span("3 s"),)))
    title = (Span("High: Ground Station Key failed on main in 13 s"),)
    card = replace(BARE, title=title, facts=facts)
    assert plain(shown(card, style="compact").author) == "Priority: High · Took: 3 s"
    chosen = shown(card, style="compact", facts=["Branch"])
    assert plain(chosen.author) == "Branch: main"
    other = replace(card, title=(Span("It failed on maintenance"),))
    assert plain(shown(other, style="compact").author).startswith("Branch: main · Kind")


def test_a_compact_card_has_the_facts_that_were_asked_for() -> None:
    card = shown(FACTS, style="compact", facts=["Type", "Due", "Labels", "Status"])
    assert plain(card.author) == "octo · Type: x · Due: soon · Labels: bug · Status: open"
    assert plain(shown(BARE, style="compact").author) == ""


def test_a_long_value_does_not_fill_a_compact_card() -> None:
    long = replace(FULL, facts=(Fact("Reason", (Span("many words " * 50),)),))
    assert len(plain(shown(long, style="compact").author)) < 100


@given(CARDS, GIVEN)
def test_a_presented_card_keeps_its_links_its_limits_and_itself(
    card: Card, wanted: dict[str, Any]
) -> None:
    presentation = read(wanted)
    found = present(card, presentation)
    assert links(found) == links(card)
    assert found.url == card.url
    assert present(found, presentation) == found
    for encode in (as_message, as_adaptive):
        assert len(fit(found, encode, LIMIT)) <= LIMIT
    assert check_message_card(orjson.loads(fit(found, as_message, LIMIT))) == []
    assert check_adaptive_message(orjson.loads(fit(found, as_adaptive, LIMIT))) == []


@given(st.dictionaries(KEYS, JSON))
def test_whatever_is_stored_can_be_read_and_applied(wanted: dict[str, Any]) -> None:
    presentation = read(wanted)
    hash(presentation)
    assert isinstance(presentation, Presentation)
    assert datetime.now(presentation.tz).tzinfo is presentation.tz
    present(FULL, presentation)


@given(
    st.sampled_from(
        [CodeBlock("a\n" * 40), Items(((Span("item"),),) * 30), Paragraph((Span("w " * 90),))]
    )
)
def test_a_cut_block_is_not_cut_again(block: Any) -> None:
    for limit in range(LEAST_TEXT, 120):
        once = shown(replace(FULL, text=(block, block)), text=limit)
        assert shown(once, text=limit) == once


@pytest.mark.parametrize(
    "name", ["", "Nowhere/City", "Europe", "../UTC", "/etc/passwd", "\x00", "é"]
)
def test_a_zone_that_is_none(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        zone_of(name)
    assert read({"time_zone": name}).zone == "UTC"


def test_a_zone_is_known_by_its_name() -> None:
    assert zone_of("Europe/Berlin") is read({"time_zone": "Europe/Berlin"}).tz


def test_names_of_facts_are_compared_as_people_read_them() -> None:
    assert key("  Fix\nVersions ") == key("fix versions")


def test_templates_are_read_in_their_order() -> None:
    assert read({"template": "x"}).templates == (("*", "x"),)
    assert read({"template": {"push": "x", "*": "y", "z": ""}}).templates == (
        ("push", "x"),
        ("*", "y"),
    )


def test_the_first_button_stays_even_if_there_are_more() -> None:
    more = replace(FULL, actions=(OpenUrl("View", URL), OpenUrl("Log", URL + "/log")))
    assert shown(more, style="compact").actions == more.actions[:1]
