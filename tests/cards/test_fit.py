from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Card, CodeBlock, Fact, Image, Items, OpenUrl, Paragraph, Span, plain
from bridge.cards.check import check_message_card
from bridge.cards.fit import LEAST_BYTES, NOTE, fit, shorten
from bridge.cards.messagecard import message_card
from tests.cards.examples import BARE, FULL, URL
from tests.cards.hostile import TEXT

LIMIT = 28 * 1024


def as_message(card: Card) -> bytes:
    return orjson.dumps(message_card(card))


def as_adaptive(card: Card) -> bytes:
    return orjson.dumps(adaptive_message(card))


ENCODERS = pytest.mark.parametrize("encode", [as_message, as_adaptive])
HUGE = "many words " * 10_000

TOO_LARGE = {
    "title": replace(BARE, title=(Span(HUGE),), url=URL),
    "summary": replace(BARE, summary=HUGE),
    "author": replace(BARE, author=(Span("x" * 50_000),)),
    "paragraph": replace(FULL, text=(Paragraph((Span(HUGE),)), *FULL.text)),
    "paragraphs": replace(FULL, text=(Paragraph((Span("Some words. " * 5),)),) * 2000),
    "code": replace(FULL, text=(CodeBlock("x = 'é' \\ \"\"\n" * 5000),)),
    "list": replace(FULL, text=(Items(((Span("An item of it"),),) * 5000, start=1),)),
    "fact": replace(FULL, facts=(Fact("Name", (Span(HUGE),)), *FULL.facts)),
    "fact's name": replace(FULL, facts=(Fact(HUGE, (Span("x"),)), *FULL.facts)),
    "facts": replace(FULL, facts=(Fact("Name", (Span("value"),)),) * 3000),
    "images": replace(FULL, images=(Image(URL + "/" + "i" * 900, "alt"),) * 500),
    "image's text": replace(FULL, images=(Image(URL, HUGE),)),
    "button": replace(FULL, actions=(OpenUrl(HUGE, URL),)),
    "button's address": replace(FULL, actions=(OpenUrl("x", URL + "/" + "a" * 8000),) * 4),
    "links": replace(
        BARE, title=tuple(Span(str(n), link=f"{URL}/{n}" + "x" * 900) for n in range(300))
    ),
    "address": replace(FULL, url=URL + "x" * 30_000, text=(Paragraph((Span(HUGE),)),)),
    "everything": replace(
        FULL,
        text=FULL.text * 300,
        facts=FULL.facts * 300,
        images=FULL.images * 50,
        title=(Span(HUGE),),
    ),
}


@ENCODERS
def test_what_fits_is_not_touched(encode: object) -> None:
    assert shorten(FULL, encode, LIMIT) is FULL  # type: ignore[arg-type]  # one of the two encoders
    size = len(as_message(FULL))
    assert shorten(FULL, as_message, max(size, LEAST_BYTES)) is FULL


@pytest.mark.parametrize("name", TOO_LARGE)
def test_whatever_is_too_large_is_made_to_fit(name: str) -> None:
    card = TOO_LARGE[name]
    for encode in (as_message, as_adaptive):
        if len(encode(card)) <= LIMIT:
            continue
        short = shorten(card, encode, LIMIT)
        body = encode(short)
        assert len(body) <= LIMIT
        assert short.cut
        assert plain(short.title)
        assert shorten(short, encode, LIMIT) is short
        assert fit(card, encode, LIMIT) == body


@pytest.mark.parametrize("name", ["paragraph", "code", "list", "fact", "facts", "paragraphs"])
def test_not_more_is_cut_than_needed(name: str) -> None:
    for encode in (as_message, as_adaptive):
        assert len(fit(TOO_LARGE[name], encode, LIMIT)) > LIMIT * 0.9


def test_the_longest_text_is_cut_first() -> None:
    short = shorten(TOO_LARGE["paragraph"], as_message, LIMIT)
    assert short.text[1:-1] == FULL.text
    assert (short.title, short.facts, short.actions) == (FULL.title, FULL.facts, FULL.actions)
    first = short.text[0]
    assert isinstance(first, Paragraph)
    assert plain(first.line).endswith((" words…", " many…"))


def test_what_was_cut_says_so_and_leads_to_the_original() -> None:
    short = shorten(TOO_LARGE["paragraph"], as_message, LIMIT)
    assert short.text[-1] == Paragraph((Span(NOTE, italic=True, link=URL),))
    bare = shorten(replace(BARE, text=(CodeBlock(HUGE),)), as_message, LIMIT)
    assert bare.text[-1] == Paragraph((Span("Shortened", italic=True),))


def test_a_card_cut_again_says_so_once() -> None:
    once = shorten(TOO_LARGE["paragraph"], as_message, LIMIT)
    twice = shorten(once, as_message, LIMIT // 2)
    assert len(as_message(twice)) <= LIMIT // 2
    notes = [block for block in twice.text if block == once.text[-1]]
    assert len(notes) == 1


def test_a_limit_that_no_card_can_keep_is_refused() -> None:
    with pytest.raises(ValueError, match="2048"):
        shorten(BARE, as_message, 100)


SIZES = st.sampled_from([0, 1, 3, 40])
LINES = st.lists(
    st.builds(
        lambda text, times, bold, link: Span(text * times, bold=bold, link=link),
        TEXT,
        SIZES,
        st.booleans(),
        st.none() | st.sampled_from([URL, URL + "/" + "long" * 300]),
    ),
    max_size=4,
).map(tuple)
CARDS = st.builds(
    lambda line, other, text, times, url: Card(
        title=line,
        summary=text * times,
        author=other,
        avatar=Image(url or URL, text),
        text=(
            *(Paragraph(line), Items((line, other) * times)) * 2,
            CodeBlock((text + "\n") * times),
        ),
        facts=(Fact(text * times, other), Fact("x", line)) * times,
        images=(Image(url or URL, text),) * times,
        actions=(OpenUrl(text * times, url or URL),) * times,
        url=url,
    ),
    LINES,
    LINES,
    TEXT,
    SIZES,
    st.none() | st.sampled_from([URL, URL + "/" + "u" * 4000]),
)


@settings(max_examples=40)
@given(CARDS, st.sampled_from([LEAST_BYTES, 4000, 9000, LIMIT]))
def test_any_card_fits_any_limit(card: Card, limit: int) -> None:
    for encode in (as_message, as_adaptive):
        short = shorten(card, encode, limit)
        body = encode(short)
        assert len(body) <= limit
        assert (short is card) == (not short.cut)
        assert shorten(short, encode, limit) is short
    assert check_message_card(message_card(short)) == []
