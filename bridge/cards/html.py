"""A card as a safe fragment of HTML, for previews; `web/static/card.css` gives it its looks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from bridge.cards.card import Block, Card, CodeBlock, Line, OpenUrl, Paragraph, Span, led_to
from bridge.cards.links import http_url
from bridge.cards.literal import clean, one_line
from bridge.cards.messagecard import COLOURS


def card_html(card: Card) -> str:
    """The card as an `<article class="card">`."""

    def line(spans: Line) -> str:
        return "".join(_span(span, mentioned=span.person in card.people) for span in spans)

    return _article(
        card.accent,
        _head(line(card.title), line(card.author), card.avatar.url if card.avatar else None),
        _blocks(card.text, line),
        _facts((escape(one_line(fact.name)), line(fact.value)) for fact in card.facts),
        _images((image.url, image.alt) for image in card.images),
        _actions((button.title, button.url) for button in _buttons(card)),
    )


def message_card_html(message: Mapping[str, Any]) -> str:
    """A MessageCard as it was received, shown as Teams would: its Markdown read, anything else of it text."""
    accents = {colour: accent for accent, colour in COLOURS.items()}
    colour = str(message.get("themeColor") or "").lstrip("#").upper()
    parts = [_head(_markdown(message.get("title"), inline=True), "", None)]
    if text := message.get("text"):
        parts.append(f'<div class="card-text">{_markdown(text)}</div>')
    parts.extend(_section(section) for section in _dicts(message.get("sections")))
    parts.append(_message_actions(message))
    return _article(accents.get(colour, "neutral"), *parts)


def _article(accent: str, *parts: str) -> str:
    return f'<article class="card card-{accent}">{"".join(parts)}</article>'


def _head(title: str, author: str, avatar: str | None) -> str:
    picture = _picture(avatar, "", "card-avatar") if avatar else ""
    said = f'<h3 class="card-title">{title}</h3>' if title else ""
    said += f'<p class="card-author">{author}</p>' if author else ""
    return (
        f'<header class="card-head">{picture}<div>{said}</div></header>' if said or picture else ""
    )


def _span(span: Span, *, mentioned: bool) -> str:
    text = escape(clean(span.text)).replace("\n", "<br>")
    if mentioned:
        return f'<span class="card-mention">@{text}</span>'
    for tag, wanted in (
        ("code", span.code),
        ("s", span.strike),
        ("em", span.italic),
        ("strong", span.bold),
    ):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    address = http_url(span.link) if span.link else None
    return _link(address, text, "card-link") if address else text


def _link(address: str, content: str, style: str) -> str:
    return f"{_link_start(address, style)}{content}</a>"


def _link_start(address: str, style: str) -> str:
    return (
        f'<a class="{style}" href="{escape(address)}" target="_blank"'
        ' rel="noopener noreferrer nofollow">'
    )


def _blocks(blocks: Iterable[Block], line: Callable[[Line], str]) -> str:
    written = "".join(_block(block, line) for block in blocks)
    return f'<div class="card-text">{written}</div>' if written else ""


def _block(block: Block, line: Callable[[Line], str]) -> str:
    if isinstance(block, CodeBlock):
        return f"<pre><code>{escape(clean(block.text))}</code></pre>"
    if isinstance(block, Paragraph):
        said = f"<p>{line(block.line)}</p>"
        return f"<blockquote>{said}</blockquote>" if block.quote else said
    items = "".join(f"<li>{line(one)}</li>" for one in block.lines)
    return f"<ul>{items}</ul>" if block.start is None else f'<ol start="{block.start}">{items}</ol>'


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<dl class="card-facts">{rows}</dl>' if rows else ""


def _images(images: Iterable[tuple[str, str]]) -> str:
    pictures = "".join(_picture(url, alt, "card-image") for url, alt in images)
    return f'<div class="card-images">{pictures}</div>' if pictures else ""


def _picture(url: str, alt: str, style: str) -> str:
    address = http_url(url)
    if address is None:
        return ""
    return (
        f'<img class="{style}" src="{escape(address)}" alt="{escape(one_line(alt))}"'
        ' loading="lazy" referrerpolicy="no-referrer">'
    )


def _buttons(card: Card) -> Iterable[OpenUrl]:
    """The buttons; of a compact card, as an Adaptive Card has them, those that lead elsewhere than its title."""
    led = led_to(card.title) if card.compact else ()
    return (button for button in card.actions if button.url not in led)


def _actions(actions: Iterable[tuple[str, str]]) -> str:
    links = "".join(
        _link(address, escape(one_line(title)), "card-action")
        for title, url in actions
        if (address := http_url(url))
    )
    return f'<div class="card-actions">{links}</div>' if links else ""


def _section(section: Mapping[str, Any]) -> str:
    facts = (
        (_markdown(fact.get("name"), inline=True), _markdown(fact.get("value"), inline=True))
        for fact in _dicts(section.get("facts"))
    )
    images = (
        (_string(image.get("image")), _string(image.get("title")))
        for image in _dicts(section.get("images"))
    )
    texts = "".join(
        f'<div class="card-text">{_markdown(text)}</div>'
        for text in (section.get("activityText"), section.get("text"))
        if text
    )
    return (
        _head(
            _markdown(section.get("title") or section.get("activityTitle"), inline=True),
            _markdown(section.get("activitySubtitle"), inline=True),
            _string(section.get("activityImage")) or None,
        )
        + texts
        + _facts(facts)
        + _images(images)
        + _message_actions(section)
    )


def _message_actions(holder: Mapping[str, Any]) -> str:
    """The buttons; those that do more than open a link are shown, but do nothing here."""
    buttons = []
    for action in _dicts(holder.get("potentialAction")):
        name = _string(action.get("name"))
        uris = [_string(target.get("uri")) for target in _dicts(action.get("targets"))]
        address = http_url(uris[0]) if uris else None
        if address:
            buttons.append(_link(address, escape(name), "card-action"))
        elif name:
            buttons.append(f'<button class="card-action" disabled>{escape(name)}</button>')
    return f'<div class="card-actions">{"".join(buttons)}</div>' if buttons else ""


def _string(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _markdown(value: object, *, inline: bool = False) -> str:
    text = _string(value)
    return str(_parser().renderInline(text) if inline else _parser().render(text))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")
    parser.validateLink = _is_http  # type: ignore[method-assign]  # as everywhere on a card
    parser.add_render_rule("link_open", _link_open)
    return parser


def _link_open(_: RendererHTML, tokens: Sequence[Token], index: int, *__: object) -> str:
    return _link_start(str(tokens[index].attrs["href"]), "card-link")


def _is_http(url: str) -> bool:
    return http_url(url) is not None
