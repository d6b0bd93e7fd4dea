"""Who is mentioned: known people whom a template, or a source's own syntax, made persons of; whatever a payload says, nobody else."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.cards.adaptive import adaptive_card, adaptive_message
from bridge.cards.card import Card, CodeBlock, Fact, Items, Line, Mention, Paragraph, Span, plain
from bridge.cards.check import check_adaptive_message
from bridge.cards.cut import cut_line
from bridge.cards.fit import LEAST_BYTES, fit, shorten
from bridge.cards.freetext import excerpt
from bridge.cards.html import card_html
from bridge.cards.mentions import MOST, mention
from bridge.cards.messagecard import message_card
from bridge.models import ParsedEvent
from tests.cards.conftest import FolderSource, Render
from tests.cards.hostile import TEXT
from tests.cards.judge import judge_adaptive

ADA = Mention(SecretStr("0f7bd9a6-97dc-4b6b-a5ac-9bd1d0b3a1d1"), "Ada Okafor")
LIN = Mention(SecretStr("lin@example.com"), "Lin Wu")
PEOPLE = {"ada": ADA, "lin": LIN}
TAG = re.compile(r"<at>(.*?)</at>")


def texts(value: Any) -> list[str]:
    """Every string of a card, in order, but for what says who is mentioned."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for name, item in value.items() if name != "msteams" for text in texts(item)]
    return [text for item in value for text in texts(item)] if isinstance(value, list) else []


def tags(card: Mapping[str, Any]) -> list[str]:
    return [name for text in texts(card) for name in TAG.findall(text)]


def mentioned(card: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The text, id and name of who is mentioned."""
    return [
        (one["text"], one["mentioned"]["id"], one["mentioned"]["name"])
        for one in card["msteams"].get("entities", [])
    ]


def test_a_person_is_mentioned_where_a_template_says_so(render: Render) -> None:
    card = render(
        {"who": "Ada", "more": ["lin", "bob"]},
        title="{{ person(who) }} is **asked**",
        text='{% for one in more %}{{ one | person("L. Wu") }}, {% endfor %}',
        facts='{{ fact("For", person("bob") ~ " and " ~ person(who)) }}',
    )
    assert card.title[0] == Span("Ada", person="Ada")
    shown = adaptive_card(mention(card, PEOPLE))
    assert tags(shown) == ["Ada Okafor", "Lin Wu"]
    assert mentioned(shown) == [
        ("<at>Ada Okafor</at>", ADA.id.get_secret_value(), "Ada Okafor"),
        ("<at>Lin Wu</at>", "lin@example.com", "Lin Wu"),
    ]
    assert "<at>Lin Wu</at>, L. Wu," in texts(shown)
    assert "bob and Ada" in texts(shown)


def test_nobody_is_mentioned_unless_it_was_asked_for(render: Render) -> None:
    card = render({"who": "ada"}, title="{{ person(who) }}")
    assert tags(adaptive_card(card)) == []
    assert "entities" not in adaptive_card(card)["msteams"]
    assert tags(adaptive_card(mention(card, {}))) == []


def test_a_person_without_a_name_is_nothing(render: Render) -> None:
    assert plain(render({}, title="x{{ person(a.b) }}{{ person(none, 'Team') }}").title) == "xTeam"


def test_a_known_person_s_link_gives_way_to_the_mention(render: Render) -> None:
    card = render({}, title="[{{ person('ada') }}](https://example.com/ada)")
    assert "[ada](https://example.com/ada)" in texts(adaptive_card(card))
    assert "<at>Ada Okafor</at>" in texts(adaptive_card(mention(card, PEOPLE)))


def test_a_message_card_shows_a_plain_name(render: Render) -> None:
    card = render({}, title="{{ person('ada') }}", facts="{{ fact('For', person('ada')) }}")
    message = orjson.dumps(message_card(mention(card, PEOPLE))).decode()
    assert "<at>" not in message
    assert "lin@example.com" not in message
    assert "Ada Okafor" in message


def test_a_preview_shows_who_is_mentioned(render: Render) -> None:
    card = render({}, title="{{ person('ada') }} {{ person('bob') }}")
    html = card_html(mention(card, {**PEOPLE, "ada": Mention(ADA.id, "Ada <b>")}))
    assert '<span class="card-mention">@Ada b</span> bob' in html
    assert ADA.id.get_secret_value() not in html


def test_two_of_one_name_are_told_apart() -> None:
    people = {"a1": Mention(SecretStr("1"), "Alex Kim"), "a2": Mention(SecretStr("2"), "Alex Kim")}
    card = Card((Span("x", person="A1"), Span(" "), Span("y", person="a2")), "")
    assert [text for text, _, _ in mentioned(adaptive_card(mention(card, people)))] == [
        "<at>Alex Kim</at>",
        "<at>Alex Kim (a2)</at>",
    ]


def test_no_more_are_mentioned_than_teams_takes() -> None:
    people = {f"p{at}": Mention(SecretStr(f"p{at}@example.com"), f"P {at}") for at in range(30)}
    lines = tuple((Span(name, person=name),) for name in people)
    all_of_them = Card((Span("All"),), "", text=(Items(lines),))
    shown = adaptive_card(mention(all_of_them, people))
    assert tags(shown) == [f"P {at}" for at in range(MOST)]
    assert check_adaptive_message(adaptive_message(mention(all_of_them, people))) == []
    assert "- p29" in shown["body"][1]["text"]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Thanks @ada and @Lin!", ["ada", "Lin"]),
        ("(@ada), **@lin** - @lin-wu: @octo_corp. @a-", ["ada", "lin", "lin-wu", "octo_corp", "a"]),
        ("> @ada wrote\n\n- @lin", ["ada", "lin"]),
        ("ada@example.com @octo/team @a.com x@lin @@ada `@ada` @ada-/x", []),
        ("[@ada](https://example.com) <https://example.com/@lin>", []),
        ("```\n@ada\n```\n\n    @lin", []),
        ("[x](person:ada)", []),
    ],
)
def test_an_at_name_is_a_person_where_a_source_says_so(text: str, people: list[str]) -> None:
    found = excerpt(text, 400, "at")
    assert persons(found) == people
    assert persons(excerpt(text, 400)) == []


def test_a_link_to_a_person_is_one_where_a_source_says_so() -> None:
    text = "[@Ada Okafor](person:5b%3A10) and [**Lin** Wu](person:lin) and [c](https://example.com) @bob"
    (said,) = excerpt(text, 400, "link")
    assert isinstance(said, Paragraph)
    assert [(span.text, span.person) for span in said.line if span.person] == [
        ("@Ada Okafor", "5b:10"),
        ("Lin", "lin"),
        (" Wu", "lin"),
    ]
    assert persons(excerpt(text, 400)) == []
    assert persons(excerpt(text, 400, "at")) == ["Ada", "bob"]


def test_who_is_cut_in_part_is_nobody() -> None:
    line = (Span("for "), Span("Ada", person="ada"), Span(" and "), Span("Lin Wu", person="lin"))
    assert [span.person for span in cut_line(line, 15)] == [None, "ada", None]
    split = (Span("Ada", bold=True, person="ada"), Span(" Okafor", person="ada"))
    assert [span.person for span in cut_line(split, 6)] == [None, None]


def test_a_source_s_way_reaches_its_templates(source: FolderSource) -> None:
    source.write(
        "task.j2", '{% extends "card.j2" %}{% block text %}{{ body | excerpt }}{% endblock %}'
    )
    event = ParsedEvent("task", context={"body": "for @ada"})
    assert persons(source.render(event).text) == []
    source.mentions = "at"
    assert persons(source.render(event).text) == ["ada"]


def persons(blocks: Any) -> list[str]:
    return [
        span.person
        for block in blocks
        for line in (getattr(block, "lines", None) or [getattr(block, "line", ())])
        for span in line
        if span.person
    ]


# Whatever is said

_names = st.sampled_from(["ada", "lin", "<at>Ada Okafor</at>", "everyone", "*x*", "a_b", "</at>"])
_spans = st.builds(
    Span,
    TEXT
    | st.sampled_from(["<at>Ada Okafor</at>", "<at>", "@everyone", "&lt;at&gt;Ada&lt;/at&gt;"]),
    bold=st.booleans(),
    italic=st.booleans(),
    link=st.none() | st.just("https://example.com"),
    person=st.none() | _names,
)
_lines = st.lists(_spans, max_size=5).map(tuple)
_blocks = st.one_of(
    st.builds(Paragraph, _lines, st.booleans()),
    st.builds(Items, st.lists(_lines, max_size=4).map(tuple)),
    st.builds(CodeBlock, TEXT),
)
_cards = st.builds(
    Card,
    title=_lines,
    summary=TEXT,
    author=_lines,
    text=st.lists(_blocks, max_size=4).map(tuple),
    facts=st.lists(st.builds(Fact, TEXT, _lines), max_size=4).map(tuple),
)
_people = st.dictionaries(
    _names, st.builds(Mention, st.just(SecretStr("x@example.com")), TEXT | st.just("Ada Okafor"))
)


def lines_in(card: Card) -> list[Line]:
    lines = [card.title, card.author]
    for block in card.text:
        lines += block.lines if isinstance(block, Items) else [getattr(block, "line", ())]
    return [*lines, *(fact.value for fact in card.facts)]


@given(_cards, _people)
def test_each_tag_has_its_entity_in_order_and_nothing_else_is_a_tag(
    card: Card, people: dict[str, Mention]
) -> None:
    shown = adaptive_card(mention(card, people))
    assert [f"<at>{name}</at>" for name in tags(shown)] == [text for text, _, _ in mentioned(shown)]
    everything = "".join(texts(shown)).lower()
    assert everything.count("<at") == everything.count("</at") == len(mentioned(shown))
    meant = {span.person for line in lines_in(card) for span in line} & people.keys()
    assert len(mentioned(shown)) <= len(meant)
    assert len({text for text, _, _ in mentioned(shown)}) == len(mentioned(shown))


@given(_cards, _people, st.integers(LEAST_BYTES, 6_000))
def test_what_is_cut_is_not_mentioned(card: Card, people: dict[str, Mention], limit: int) -> None:
    card = mention(card, people)

    def encode(one: Card) -> bytes:
        return orjson.dumps(adaptive_message(one))

    body = fit(card, encode, limit)
    assert len(body) <= limit
    shown = orjson.loads(body)["attachments"][0]["content"]
    assert [f"<at>{name}</at>" for name in tags(shown)] == [text for text, _, _ in mentioned(shown)]
    cut = shorten(card, encode, limit)
    assert "<at>" not in orjson.dumps(message_card(cut)).decode()


def test_microsoft_s_library_sees_those_and_no_others(render: Render) -> None:
    evil = '<at>Ada Okafor</at> &lt;at&gt;x&lt;/at&gt; <at id="1">y</at> @everyone'
    card = render(
        {"evil": evil},
        title="{{ evil }} {{ person('ada') }}",
        text="{{ evil | excerpt }} {{ person(evil) }}",
        facts="{{ fact(evil, evil) }}{{ fact('For', person('lin', evil)) }}",
        summary="{{ evil }}",
    )
    (seen,) = judge_adaptive([adaptive_card(mention(card, PEOPLE))])
    assert seen.problems == ()
    assert [tag for text in seen.mentions for tag in TAG.findall(text)] == ["Ada Okafor", "Lin Wu"]
