from dataclasses import replace

from bridge.cards.adaptive import adaptive_card, adaptive_message
from bridge.cards.card import Card, CodeBlock, Image, OpenUrl, Span
from bridge.cards.check import check_adaptive_message
from tests.cards.examples import BARE, FULL, URL
from tests.cards.judge import judge_adaptive


def test_a_bare_card() -> None:
    assert adaptive_message(BARE) == {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "msteams": {"width": "Full"},
                    "fallbackText": "Something happened",
                    "body": [
                        {
                            "type": "Container",
                            "items": [
                                {
                                    "type": "TextBlock",
                                    "text": "Something happened",
                                    "wrap": True,
                                    "size": "Medium",
                                    "weight": "Bolder",
                                }
                            ],
                        }
                    ],
                },
            }
        ],
    }


def test_a_full_card_is_valid() -> None:
    assert check_adaptive_message(adaptive_message(FULL)) == []


def test_a_full_card_reads_as_it_was_meant() -> None:
    (seen,) = judge_adaptive([adaptive_card(FULL)])
    assert seen.problems == ()
    assert seen.texts == (
        "octo opened #42 Fix *everything*",
        "octo",
        "First line",
        "second line",
        "quoted",
        "one\ntwo",
        "three",
        "if x:",
        "\u00a0\u00a0\u00a0\u00a0y = `1`",
        "Repository",
        "octo/hello",
        "Branch",
        "main",
    )
    assert [(link.text, link.href) for link in seen.links] == [("#42", URL), ("main", URL)]
    assert seen.blocks["bullet_list"] == seen.blocks["ordered_list"] == 1
    assert seen.facts == 2
    assert [action["title"] for action in seen.actions] == ["View pull request"]
    assert seen.images == ("https://example.com/octo.png", "https://example.com/a.png")
    assert not any(seen.added().values())


def test_markdown_that_teams_does_not_know_is_not_used() -> None:
    (seen,) = judge_adaptive([adaptive_card(FULL)])
    assert set(seen.blocks) <= {"paragraph", "bullet_list", "ordered_list", "list_item"}


def test_the_accent_colours_the_head() -> None:
    head = adaptive_card(FULL)["body"][0]
    assert (head["style"], head["bleed"]) == ("good", True)
    assert "style" not in adaptive_card(replace(FULL, accent="neutral"))["body"][0]


def test_code_keeps_its_lines_and_spaces() -> None:
    card = replace(BARE, text=(CodeBlock("a\n\n\tb  c"),))
    block = adaptive_card(card)["body"][1]
    assert [line["text"] for line in block["items"]] == ["a", "\u00a0", "\u00a0" * 4 + "b \u00a0c"]
    assert all(line["fontType"] == "Monospace" for line in block["items"])


def test_several_images_stand_together() -> None:
    card = replace(BARE, images=tuple(Image(f"https://example.com/{n}", "") for n in range(3)))
    images = adaptive_card(card)["body"][-1]
    assert images["type"] == "ImageSet"
    assert len(images["images"]) == 3


def test_only_web_addresses_are_written() -> None:
    card = replace(
        BARE,
        title=(Span("x", link="javascript:x"),),
        avatar=Image("data:x", ""),
        images=(Image("file:///etc/passwd", ""),),
        actions=(OpenUrl("x", "javascript:x"),),
    )
    assert check_adaptive_message(adaptive_message(card)) == []
    (seen,) = judge_adaptive([adaptive_card(card)])
    assert (seen.links, seen.images, seen.actions) == ((), (), ())


def test_a_card_that_says_nothing_is_still_a_card() -> None:
    assert check_adaptive_message(adaptive_message(Card(title=(), summary=""))) == []


def test_the_number_of_buttons_is_bounded() -> None:
    card = replace(BARE, actions=tuple(OpenUrl(str(n), URL) for n in range(9)))
    assert len(adaptive_card(card)["actions"]) == 4
