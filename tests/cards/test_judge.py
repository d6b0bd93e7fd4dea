"""The judge sees what it is there to see: a blind one would pass every card."""

from tests.cards.judge import Link, judge_adaptive, judge_message_cards

CARD = {
    "type": "AdaptiveCard",
    "version": "1.4",
    "body": [
        {"type": "TextBlock", "text": "**bold** [a](https://e.example/) evil.com a@evil.com"},
        {"type": "Container", "items": [{"type": "TextBlock", "text": "<at>all</at> <b>x</b>"}]},
        {
            "type": "ColumnSet",
            "columns": [
                {"type": "Column", "items": [{"type": "Image", "url": "https://e.example/i"}]}
            ],
        },
        {"type": "FactSet", "facts": [{"title": "www.evil.com", "value": "![p](https://e.vil/p)"}]},
        {"type": "TextBlock", "text": "{{DATE(2017-02-14T06:08:39Z, SHORT)}}\n- one\n- two"},
        {"type": "Nonsense"},
    ],
    "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": "https://e.example/"}],
}


def test_an_adaptive_card_is_seen_through() -> None:
    (seen,) = judge_adaptive([CARD])
    assert set(seen.links) == {
        Link("https://e.example/", "a", automatic=False),
        Link("http://evil.com", "evil.com", automatic=True),
        Link("mailto:a@evil.com", "a@evil.com", automatic=True),
        Link("http://www.evil.com", "www.evil.com", automatic=True),
    }
    assert seen.html == ("<at>", "</at>", "<b>", "</b>")
    assert seen.mentions == ("<at>all</at> <b>x</b>",)
    assert len(seen.functions) == 1
    assert seen.pictures == ("https://e.vil/p",)
    assert seen.facts == 1
    assert seen.images == ("https://e.example/i",)
    assert [action["url"] for action in seen.actions] == ["https://e.example/"]
    assert seen.blocks["bullet_list"] == 1
    assert seen.texts[0] == "bold a evil.com a@evil.com"
    assert any("Nonsense" in problem for problem in seen.problems)
    assert all(seen.added().values())


def test_a_message_card_is_seen_through() -> None:
    (seen,) = judge_message_cards(
        [
            {
                "title": "# Heading",
                "text": "http://evil.com <img src=x>",
                "sections": [
                    {
                        "activityTitle": "[a](https://e.example/)",
                        "facts": [{"name": "<at>x</at>", "value": "y"}],
                        "images": [{"image": "https://e.example/i"}],
                    }
                ],
                "potentialAction": [{"name": "x"}],
            }
        ]
    )
    assert [link.href for link in seen.links] == ["http://evil.com", "https://e.example/"]
    assert seen.html == ("<img src=x>", "<at>", "</at>")
    assert seen.mentions == ("<at>x</at>",)
    assert (seen.sections, seen.facts, len(seen.actions), len(seen.images)) == (1, 1, 1, 1)
    assert seen.blocks["heading"] == 1
