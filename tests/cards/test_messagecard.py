from dataclasses import replace

from bridge.cards.card import Card, Image, OpenUrl, Span
from bridge.cards.check import check_message_card
from bridge.cards.messagecard import message_card
from tests.cards.examples import BARE, FULL, URL
from tests.cards.judge import judge_message_cards


def test_a_full_card() -> None:
    assert message_card(FULL) == {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "themeColor": "13A10E",
        "summary": "octo opened #42",
        "title": r"octo opened #42 Fix \*everything\*",
        "sections": [
            {
                "activityTitle": "**octo**",
                "activityImage": "https://example.com/octo.png",
                "text": "First line\n\nsecond _line_\n\n> quoted\n\n- one\n- `two`\n\n3. three\n\n"
                "```\nif x:\n    y = `1`\n```",
                "facts": [
                    {"name": "Repository", "value": "octo/hello"},
                    {"name": "Branch", "value": f"[main]({URL})"},
                ],
                "images": [{"image": "https://example.com/a.png", "title": "A"}],
            }
        ],
        "potentialAction": [
            {
                "@type": "OpenUri",
                "name": "View pull request",
                "targets": [{"os": "default", "uri": URL}],
            }
        ],
    }
    assert check_message_card(message_card(FULL)) == []


def test_a_bare_card_has_only_what_is_required() -> None:
    assert set(message_card(BARE)) == {"@type", "@context", "themeColor", "summary", "title"}


def test_a_card_that_says_nothing_is_still_a_message() -> None:
    assert check_message_card(message_card(Card(title=(), summary=""))) == []


def test_the_title_s_links_become_buttons_while_there_is_room() -> None:
    card = replace(FULL, actions=())
    assert message_card(card)["potentialAction"][0]["name"] == "#42"
    full = replace(FULL, actions=tuple(OpenUrl(str(n), f"{URL}/{n}") for n in range(4)))
    assert [action["name"] for action in message_card(full)["potentialAction"]] == list("0123")


def test_the_limits_hold() -> None:
    card = replace(
        BARE,
        images=tuple(Image(f"https://example.com/{n}.png", "") for n in range(70)),
        actions=tuple(OpenUrl(str(n), URL) for n in range(9)),
    )
    message = message_card(card)
    assert check_message_card(message) == []
    assert len(message["sections"]) == 10
    assert all(len(section["images"]) == 5 for section in message["sections"])
    assert len(message["potentialAction"]) == 4


def test_only_web_addresses_are_written() -> None:
    card = replace(
        FULL,
        title=(Span("x", link="javascript:x"),),
        avatar=Image("data:x", ""),
        images=(Image("file:///etc/passwd", ""),),
        actions=(OpenUrl("x", "javascript:x"),),
    )
    message = message_card(card)
    assert check_message_card(message) == []
    assert "potentialAction" not in message
    assert "images" not in message["sections"][0]


def test_it_reads_as_it_was_meant() -> None:
    (seen,) = judge_message_cards([message_card(FULL)])
    assert [(link.text, link.href) for link in seen.links] == [("main", URL)]
    assert seen.texts[:3] == (
        "octo opened #42 Fix *everything*",
        "First line\nsecond line\nquoted\none\ntwo\nthree\nif x:\n    y = `1`\n",
        "octo",
    )
    assert not any(seen.added().values())
