from html.parser import HTMLParser
from typing import Any

from bridge.sandbox.adaptive import adaptive_message_html

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>[x](javascript:alert(1))'


def _message(*body: dict[str, Any], actions: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    card = {"type": "AdaptiveCard", "version": "1.4", "body": list(body), "actions": actions or []}
    return {"type": "message", "attachments": [{"content": card}]}


class _Read(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_the_parts_of_a_webhook_card_are_shown() -> None:
    html = adaptive_message_html(
        _message(
            {
                "type": "TextBlock",
                "text": "**Opened** [#5](https://example.com/5)",
                "weight": "Bolder",
                "size": "Large",
            },
            {
                "type": "RichTextBlock",
                "inlines": [{"type": "TextRun", "text": "a * b", "fontType": "Monospace"}, "c"],
            },
            {"type": "FactSet", "facts": [{"title": r"\#90", "value": "main"}]},
            {
                "type": "ColumnSet",
                "columns": [
                    {
                        "type": "Column",
                        "items": [
                            {"type": "Image", "url": "https://example.com/a.png", "altText": "A"}
                        ],
                    },
                    {"type": "Column", "items": [{"type": "TextBlock", "text": "octo"}]},
                ],
            },
            {
                "type": "Container",
                "style": "good",
                "items": [{"type": "TextBlock", "text": "inside"}],
            },
            {"type": "ImageSet", "images": [{"type": "Image", "url": "https://example.com/b.png"}]},
            {"type": "Table", "fallbackText": "a table"},
            actions=[{"type": "Action.OpenUrl", "title": "View", "url": "https://example.com/5"}],
        )
    )
    for part in (
        "<strong>Opened</strong>",
        '<a href="https://example.com/5">#5</a>',
        "ac-plain-code",
        "a * b",
        "<dt>#90</dt>",
        'alt="A"',
        "octo",
        "inside",
        "https://example.com/b.png",
        "a table",
        ">View</a>",
    ):
        assert part in html


def test_who_is_mentioned_stands_out() -> None:
    message = _message(
        {"type": "TextBlock", "text": "<at>Ada & Lin</at>, <at>nobody</at>"},
        {"type": "FactSet", "facts": [{"title": "For", "value": "<at>Ada & Lin</at>"}]},
    )
    mention = {"type": "mention", "text": "<at>Ada & Lin</at>", "mentioned": {"id": "x"}}
    evil = {"text": HOSTILE}
    message["attachments"][0]["content"]["msteams"] = {"entities": [mention, evil]}
    html = adaptive_message_html(message)
    assert html.count('<span class="mention">Ada &amp; Lin</span>') == 2
    assert "&lt;at&gt;nobody&lt;/at&gt;" in html
    assert "script" not in html


def test_nothing_in_a_card_becomes_markup() -> None:
    html = adaptive_message_html(
        _message(
            {"type": "TextBlock", "text": HOSTILE},
            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": HOSTILE}, HOSTILE]},
            {"type": "FactSet", "facts": [{"title": HOSTILE, "value": HOSTILE}]},
            {"type": "Image", "url": "javascript:alert(1)", "altText": HOSTILE},
            {"type": "Image", "url": 'https://example.com/"onerror="alert(1)', "altText": HOSTILE},
            {"type": HOSTILE},
            actions=[
                {"type": "Action.OpenUrl", "title": HOSTILE, "url": "javascript:alert(1)"},
                {"type": "Action.OpenUrl", "title": HOSTILE, "url": "https://example.com/"},
            ],
        )
    )
    read = _Read(html)
    assert "script" not in read.tags
    assert read.handlers == []
    assert all(link.startswith("https://example.com/") for link in read.links)
