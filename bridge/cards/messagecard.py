"""A card as a MessageCard, for connector webhooks. What a receiver would drop silently is never there: the limits hold."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.cards.card import (
    Accent,
    Act,
    Block,
    Card,
    ChoiceInput,
    CodeBlock,
    DateInput,
    Fact,
    Input,
    OpenUrl,
    Paragraph,
    TextInput,
    plain,
)
from bridge.cards.links import http_url, shown_host
from bridge.cards.literal import clean, guarded, inert, one_line
from bridge.cards.markdown import fence_for, items_markdown, line_markdown, text_markdown
from bridge.cards.spans import split_lines

MAX_SECTIONS = 10
MAX_IMAGES = 5
MAX_ACTIONS = 4
COLOURS: Mapping[Accent, str] = {
    "neutral": "8A8886",
    "accent": "5B5FC7",
    "good": "13A10E",
    "warning": "EAA300",
    "attention": "C4314B",
}


def message_card(card: Card) -> dict[str, Any]:
    """The MessageCard. Its title is plain, because not every host reads Markdown there: the title's links become buttons."""
    title = one_line(plain(card.title))
    message: dict[str, Any] = {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "themeColor": COLOURS[card.accent],
        "summary": inert(one_line(card.summary)) or inert(title) or "…",
    }
    if title:
        message["title"] = text_markdown(title)
    if sections := _sections(card):
        message["sections"] = sections
    if actions := _buttons(card):
        message["potentialAction"] = actions
    return message


def _sections(card: Card) -> list[dict[str, Any]]:
    first: dict[str, Any] = {}
    author = line_markdown(card.author)
    if author and not card.compact:
        first["activityTitle"] = author
    if card.avatar and (address := http_url(card.avatar.url)):
        first["activityImage"] = address
    texts = [author if card.compact else "", blocks_markdown(card.text)]
    if any(texts):
        first["text"] = "\n\n".join(filter(None, texts))
    if card.facts:
        first["facts"] = [_fact(fact) for fact in card.facts]
    images = [
        {"image": address, "title": inert(one_line(image.alt))}
        for image in card.images
        if (address := http_url(image.url))
    ]
    groups = [images[at : at + MAX_IMAGES] for at in range(0, len(images), MAX_IMAGES)]
    if groups:
        first["images"] = groups.pop(0)
    sections = [first] if first else []
    return (sections + [{"images": group} for group in groups])[:MAX_SECTIONS]


def blocks_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown, with a blank line between any two lines that are not of one list."""
    return "\n\n".join(filter(None, map(_block, blocks)))


def _block(block: Block) -> str:
    if isinstance(block, CodeBlock):
        text = guarded(clean(block.text)).strip("\n")
        fence = fence_for(text, 3)
        return f"{fence}\n{text}\n{fence}"
    if isinstance(block, Paragraph):
        lines = filter(None, map(line_markdown, split_lines(block.line)))
        return "\n>\n".join(f"> {line}" for line in lines) if block.quote else "\n\n".join(lines)
    return items_markdown(block)


def _fact(fact: Fact) -> dict[str, str]:
    return {"name": text_markdown(fact.name), "value": line_markdown(fact.value)}


def _buttons(card: Card) -> list[dict[str, Any]]:
    """The card's first button, what can be done, its other buttons, and for the title's links that none leads to one each.

    As long as there is room.
    """
    urls = {button.url for button in card.actions}
    links = [
        OpenUrl(span.text, span.link)
        for span in card.title
        if span.link and span.link not in urls and span.text.strip()
    ]
    opened = [
        {
            "@type": "OpenUri",
            "name": inert(one_line(button.title)) or shown_host(url),
            "targets": [{"os": "default", "uri": url}],
        }
        for button in (*card.actions, *links)
        if (url := http_url(button.url))
    ]
    return [*opened[:1], *map(act_button, card.acts), *opened[1:]][:MAX_ACTIONS]


def act_button(act: Act) -> dict[str, Any]:
    """HttpPOST, in an ActionCard where something is to be entered. The body is JSON that may come unescaped: see `entered`."""
    post = {
        "@type": "HttpPOST",
        "name": inert(one_line(act.title)),
        "target": act.target,
        "body": entering(act),
        "bodyContentType": "application/json",
    }
    if not act.inputs:
        return post
    return {
        "@type": "ActionCard",
        "name": inert(one_line(act.title)),
        "inputs": [_input(one) for one in act.inputs],
        "actions": [post],
    }


def entering(act: Act) -> str:
    """The body of an act, with a place for each input that the host fills in."""
    return json.dumps({one.id: f"{{{{{one.id}.value}}}}" for one in act.inputs})


def _input(one: Input) -> dict[str, Any]:
    base = {"id": one.id, "title": inert(one_line(one.title)), "isRequired": one.required}
    match one:
        case TextInput():
            longest = {"maxLength": one.longest} if one.longest else {}
            return {"@type": "TextInput", **base, "isMultiline": one.multiline, **longest}
        case DateInput():
            return {"@type": "DateInput", **base, "includeTime": one.with_time}
        case ChoiceInput():
            choices = [
                {"display": inert(one_line(shown)), "value": value} for shown, value in one.choices
            ]
            return {
                "@type": "MultichoiceInput",
                **base,
                "choices": choices,
                "isMultiSelect": one.several,
                "style": "expanded" if one.several else "normal",
            }
