"""Many cards as one: every one of them is in it, in order, leads to its thing, and nothing of it is markup."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cards.adaptive import adaptive_card, adaptive_message
from bridge.cards.card import Accent, Card, Items, Line, Paragraph, Span, plain
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.digest import LINE, Entry, digest_card, fit_digest
from bridge.cards.fit import fit
from bridge.cards.messagecard import message_card
from bridge.loader import load
from bridge.settings import Settings
from bridge.testing import cards_of, endpoint_of, signed
from tests.cards.examples import BARE, FULL, URL
from tests.cards.hostile import TEXT
from tests.cards.judge import Judgement, judge_adaptive, judge_message_cards

LIMIT = 28 * 1024


def as_message(card: Card) -> bytes:
    return orjson.dumps(message_card(card))


def as_adaptive(card: Card) -> bytes:
    return orjson.dumps(adaptive_message(card))


ENCODERS = pytest.mark.parametrize("encode", [as_message, as_adaptive])


@lru_cache(maxsize=1)
def real() -> tuple[Entry, ...]:
    """Every card of every built-in source's fixtures, under its event type's label."""
    entries = []
    for source in load(Settings(_env_file=None)).sources.values():
        labels = {one.name: one.label for one in source.event_types}
        endpoint = endpoint_of(source)
        for sample in source.samples:
            for event, card in cards_of(source, signed(source, sample), endpoint):
                entries.append(Entry(labels.get(event.type, event.type), card))
    return tuple(entries)


def titled(title: Line, url: str | None = URL, group: str = "A thing happens") -> Entry:
    return Entry(group, Card(title=title, summary="summary", url=url))


def lines(card: Card) -> list[Line]:
    return [line for block in card.text if isinstance(block, Items) for line in block.lines]


def judged(card: Card) -> list[Judgement]:
    """Both formats as Microsoft's library and a Markdown reader see them; neither may be refused by a channel."""
    message, adaptive = message_card(card), adaptive_message(card)
    assert check_message_card(message) == []
    assert check_adaptive_message(adaptive) == []
    return [*judge_message_cards([message]), *judge_adaptive([adaptive_card(card)])]


def test_cards_are_grouped_in_the_order_of_first_arrival() -> None:
    entries = [
        titled((Span(str(number)),), group=group)
        for number, group in enumerate(["Opened", "Closed", "Opened", "", "Closed"])
    ]
    card = digest_card(entries, label="GitHub")
    assert plain(card.title) == "5 notifications from GitHub"
    assert card.summary == "5 notifications from GitHub: Opened (2), Closed (2), Others (1)"
    assert [block.line for block in card.text if isinstance(block, Paragraph)] == [
        (Span("Opened (2)", bold=True),),
        (Span("Closed (2)", bold=True),),
        (Span("Others (1)", bold=True),),
    ]
    assert [plain(line) for line in lines(card)] == ["0", "2", "1", "4", "3"]


def test_a_remark_ends_its_card_s_line() -> None:
    said = replace(titled((Span("Opened"),)), remark="Came late:\nby 2 min.")
    line, other = lines(digest_card([said, titled((Span("Closed"),))], label="GitHub"))
    assert (plain(line), plain(other)) == ("Opened · Came late: by 2 min.", "Closed")
    (line,) = lines(digest_card([replace(said, remark="x" * 1000)], label="GitHub"))
    assert len(plain(line)) <= len("Opened · ") + LINE


def test_one_card_is_one_notification() -> None:
    assert plain(digest_card([Entry("x", BARE)], label=" ").title) == "1 notification"


def test_long_names_that_begin_alike_are_not_confused() -> None:
    entries = [titled((Span(name),), group="x" * 200 + name) for name in ("one", "other")]
    card = digest_card(entries, label="y" * 500)
    assert [plain(line) for line in lines(card)] == ["one", "other"]
    assert max(len(plain(card.title)), len(card.summary)) < 300


OTHER = "https://example.com/other"


@pytest.mark.parametrize(
    ("title", "url", "line"),
    [
        ((Span("It fell"),), URL, (Span("It fell", link=URL),)),
        ((Span("It fell"),), None, (Span("It fell"),)),
        ((Span("It fell"),), "javascript:alert(1)", (Span("It fell"),)),
        ((Span("It "), Span("fell", link=URL)), URL, (Span("It "), Span("fell", link=URL))),
        (
            (Span("It "), Span("fell", link=OTHER)),
            URL,
            (Span("It "), Span("fell", link=OTHER), Span(" · "), Span("Open", link=URL)),
        ),
        ((Span("It "), Span("fell", link=OTHER)), None, (Span("It "), Span("fell", link=OTHER))),
        (
            (Span("It", link="x:y"), Span(" fell")),
            URL,
            (Span("It", link=URL), Span(" fell", link=URL)),
        ),
        ((Span("It\r\n fell\u2028 over \n"),), None, (Span("It fell over"),)),
        ((Span("\u202e \u200b"),), URL, (Span("summary", link=URL),)),
        ((), URL, (Span("summary", link=URL),)),
    ],
)
def test_a_card_is_a_line_that_leads_to_its_thing(title: Line, url: str | None, line: Line) -> None:
    assert lines(digest_card([titled(title, url)], label="x")) == [line]


def test_a_card_that_says_nothing_still_has_its_line() -> None:
    nothing = Card(title=(Span("\u200b"),), summary="\ufeff", url=URL)
    assert lines(digest_card([Entry("x", nothing)], label="x")) == [(Span("…", link=URL),)]


def test_a_long_title_is_cut_and_still_leads_there() -> None:
    long = (Span("many words " * 9, bold=True), Span("and more words " * 90, link=OTHER))
    (line,) = lines(digest_card([titled(long)], label="x"))
    assert LINE * 0.8 < len(plain(line)) <= LINE
    assert plain(line).endswith("…")
    assert {span.link for span in line} == {URL}


def test_endless_addresses_are_left_out() -> None:
    far = URL + "/" + "x" * 3000
    assert lines(digest_card([titled((Span("a"),), far)], label="x")) == [(Span("a"),)]
    many = tuple(Span(str(n % 10), link=f"{URL}/{n}/{'y' * 700}") for n in range(50))
    (line,) = lines(digest_card([titled(many)], label="x"))
    assert len([span for span in line if span.link and len(span.link) > 700]) == 2
    assert line[-1] == Span("Open", link=URL)


@pytest.mark.parametrize(
    ("accents", "accent"),
    [
        (["good", "warning", "attention", "good"], "attention"),
        (["good", "neutral", "warning"], "warning"),
        (["good", "good"], "good"),
        (["good", "accent"], "neutral"),
    ],
)
def test_the_worst_gives_its_colour(accents: list[Accent], accent: Accent) -> None:
    entries = [Entry("x", replace(BARE, accent=one)) for one in accents]
    assert digest_card(entries, label="x").accent == accent


def test_every_real_card_is_in_a_digest_in_both_formats() -> None:
    for at in range(0, len(real()), 40):
        entries = real()[at : at + 40]
        card = digest_card(entries, label="GitHub")
        assert len(lines(card)) == len(entries)
        for seen in judged(card):
            assert seen.problems == ()
            assert not any(seen.added().values()), seen.added()
            shown = "\n".join(seen.texts)
            for entry in entries:
                assert plain(entry.card.title)[:20].strip() in shown
            wanted = {entry.card.url for entry in entries if entry.card.url}
            assert wanted <= {link.href for link in seen.links}


SPANS = st.builds(
    Span,
    TEXT,
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    strike=st.booleans(),
    link=st.none() | st.sampled_from([URL, OTHER]),
)
HOSTILE = st.builds(
    lambda title, summary, url, group, remark: Entry(
        group, Card(title=title, summary=summary, url=url), remark
    ),
    st.lists(SPANS, max_size=4).map(tuple),
    TEXT,
    st.none() | st.just(URL),
    TEXT,
    st.none() | TEXT,
)


@settings(max_examples=60)
@given(st.lists(HOSTILE, min_size=1, max_size=5), TEXT)
def test_nothing_hostile_adds_anything(entries: list[Entry], label: str) -> None:
    card = digest_card(entries, label=label)
    allowed = {span.link for line in lines(card) for span in line if span.link}
    assert len(lines(card)) == len(entries)
    for seen in judged(card):
        assert seen.problems == ()
        assert not any(seen.added().values()), seen.added()
        assert {link.href for link in seen.links} == allowed
        assert seen.blocks["list_item"] == len(entries)


@ENCODERS
@pytest.mark.parametrize("count", [1, 2, 19, 20, 100, 200])
def test_as_many_as_fit_are_in_it_whole(encode: Callable[[Card], bytes], count: int) -> None:
    entries = (real() * 3)[:count]
    body, fitting = fit_digest(entries, "GitHub", encode, LIMIT)
    assert len(body) <= LIMIT
    assert body == encode(digest_card(entries[:fitting], label="GitHub"))
    if fitting < count:
        assert len(encode(digest_card(entries[: fitting + 1], label="GitHub"))) > LIMIT
    else:
        assert fitting == count


@ENCODERS
def test_two_of_the_worst_fit(encode: Callable[[Card], bytes]) -> None:
    for sign in ("*", "<b", "😀", "\\", "_a", "x.com ", '"'):
        title = tuple(
            Span(one, bold=bool(n % 2), italic=n % 3 > 0, link=f"{URL}/{n}?&a;&lt;&b;" * 3)
            for n, one in enumerate(sign * 200)
        )
        worst = titled(title, URL + "/?&a;" * 300, group=sign * 300)
        entries = [replace(worst, remark=sign * 300)] * 2
        body, fitting = fit_digest(entries, sign * 300, encode, 20 * 1024)
        assert fitting == 2
        assert len(body) <= 20 * 1024


@ENCODERS
def test_a_single_one_always_fits(encode: Callable[[Card], bytes]) -> None:
    worst = titled(tuple(Span("😀", link=f"{URL}/{n}") for n in range(200)), URL + "x" * 1500)
    body, fitting = fit_digest([worst, worst], "GitHub", encode, 2048)
    assert fitting == 1
    assert len(body) <= 2048
    assert body == fit(digest_card([worst], label="GitHub"), encode, 2048)


@settings(max_examples=40)
@given(st.lists(HOSTILE, min_size=1, max_size=12), st.sampled_from([2048, 3000, 6000]))
def test_any_limit_is_kept(entries: list[Entry], limit: int) -> None:
    for encode in (as_message, as_adaptive):
        body, fitting = fit_digest(entries, "GitHub", encode, limit)
        assert len(body) <= limit
        assert 1 <= fitting <= len(entries)


def test_a_digest_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="needs an entry"):
        fit_digest([], "GitHub", as_message, LIMIT)


def test_a_card_of_much_is_a_line_in_a_digest() -> None:
    card = digest_card([Entry("A pull request is opened", FULL)] * 2, label="GitHub")
    assert (card.facts, card.images, card.actions, card.author) == ((), (), (), ())
    assert len(lines(card)) == 2
