"""A card as an Adaptive Card 1.4 as Teams shows it: in its Markdown there are no quotes, code or struck text."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeAlias

from bridge.cards.card import (
    Accent,
    Block,
    Card,
    CodeBlock,
    Image,
    Items,
    Line,
    OpenUrl,
    Paragraph,
    led_to,
)
from bridge.cards.lines import lines_of
from bridge.cards.links import http_url, shown_host
from bridge.cards.literal import clean, inert, literal, one_line
from bridge.cards.markdown import items_markdown, line_markdown, text_markdown
from bridge.cards.spans import split_lines

Element: TypeAlias = dict[str, Any]

MAX_ACTIONS = 4
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.4"
_STYLES: Mapping[Accent, str | None] = {
    "neutral": None,
    "accent": "accent",
    "good": "good",
    "warning": "warning",
    "attention": "attention",
}
_INDENT = "\u00a0"


def adaptive_message(card: Card) -> dict[str, Any]:
    """The message that a workflow's webhook takes."""
    return {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": adaptive_card(card),
            }
        ],
    }


def adaptive_card(card: Card) -> dict[str, Any]:
    """The Adaptive Card itself."""
    adaptive: Element = {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "msteams": {"width": "Full", **_entities(card)},
        "fallbackText": inert(one_line(card.summary)) or "…",
        "body": [_head(card), *_blocks(card), *_facts(card), *_images(card.images)],
    }
    if actions := _actions(_needed(card)):
        adaptive["actions"] = actions
    return adaptive


def _text(markdown: str, **look: object) -> Element:
    return {"type": "TextBlock", "text": markdown, "wrap": True, **look}


def _entities(card: Card) -> dict[str, Any]:
    """Who stands behind each `<at>` of the card, in their order."""
    entities = [
        {
            "type": "mention",
            "text": f"<at>{span.text}</at>",
            "mentioned": {"id": found.id.get_secret_value(), "name": span.text},
        }
        for line in (lines_of(card) if card.people else ())
        for span in line
        if span.person and (found := card.people.get(span.person))
    ]
    return {"entities": entities} if entities else {}


def _line(line: Line, people: Collection[str | None], **look: object) -> Element | None:
    markdown = line_markdown(line, rich=False, people=people)
    return _text(markdown, **look) if markdown else None


def _head(card: Card) -> Element:
    """Who did what, in a band of the accent's colour."""
    author = _line(card.author, card.people, size="Small", isSubtle=True)
    title = _line(card.title, card.people, size="Medium", weight="Bolder") or _text("…")
    avatar = http_url(card.avatar.url) if card.avatar else None
    if card.avatar and avatar:
        picture = _image(Image(avatar, card.avatar.alt), avatar)
        picture |= {"style": "Person", "width": "32px"}
        said = [title | {"spacing": "None"}, *([author | {"spacing": "None"}] if author else [])]
        columns = [
            {"type": "Column", "width": "auto", "items": [picture]},
            {
                "type": "Column",
                "width": "stretch",
                "verticalContentAlignment": "Center",
                "items": said,
            },
        ]
        items: list[Element] = [{"type": "ColumnSet", "columns": columns}]
    else:
        items = [title, *([author | {"spacing": "None"}] if author else [])]
    head: Element = {"type": "Container", "items": items}
    if style := _STYLES[card.accent]:
        head |= {"style": style, "bleed": True}
    return head


def _blocks(card: Card) -> Iterator[Element]:
    """The text; what somebody else said stands in a container of its own."""
    for quoted, run in groupby(
        card.text, key=lambda block: isinstance(block, Paragraph) and block.quote
    ):
        elements = [element for block in run for element in _block(block, card.people)]
        if quoted and elements:
            yield {"type": "Container", "style": "emphasis", "items": elements}
        else:
            yield from elements


def _block(block: Block, people: Collection[str | None]) -> Iterator[Element]:
    if isinstance(block, Items):
        if markdown := items_markdown(block, rich=False, people=people):
            yield _text(markdown)
    elif isinstance(block, CodeBlock):
        lines = clean(block.text).expandtabs(4).split("\n")
        items = [_code_line(line) for line in lines]
        yield {"type": "Container", "style": "emphasis", "items": items}
    else:
        for index, line in enumerate(split_lines(block.line)):
            look: Element = {"spacing": "None"} if index else {}
            if element := _line(line, people, **look):
                yield element


def _code_line(line: str) -> Element:
    """A line of code: its own element, its indentation kept, because Markdown keeps neither."""
    text = line.lstrip(" ")
    indent = _INDENT * (len(line) - len(text))
    shown = indent + literal(text.rstrip().replace("  ", f" {_INDENT}"), start=True)
    return _text(shown or _INDENT, fontType="Monospace", size="Small", spacing="None")


def _facts(card: Card) -> Iterator[Element]:
    told = [
        {
            "title": text_markdown(fact.name),
            "value": line_markdown(fact.value, rich=False, people=card.people),
        }
        for fact in card.facts
    ]
    if told:
        yield {"type": "FactSet", "facts": told}


def _images(images: Iterable[Image]) -> Iterator[Element]:
    shown = [_image(image, url) for image in images if (url := http_url(image.url))]
    if len(shown) == 1:
        yield shown[0] | {"size": "Stretch"}
    elif shown:
        yield {"type": "ImageSet", "imageSize": "Medium", "images": shown}


def _image(image: Image, url: str) -> Element:
    return {"type": "Image", "url": url, "altText": inert(one_line(image.alt))}


def _needed(card: Card) -> Iterator[OpenUrl]:
    """The buttons; on a compact card those that lead elsewhere than its title."""
    led = led_to(card.title) if card.compact else ()
    return (button for button in card.actions if button.url not in led)


def _actions(buttons: Iterable[OpenUrl]) -> list[Element]:
    actions = [
        {
            "type": "Action.OpenUrl",
            "title": inert(one_line(button.title)) or shown_host(url),
            "url": url,
        }
        for button in buttons
        if (url := http_url(button.url))
    ]
    return actions[:MAX_ACTIONS]
