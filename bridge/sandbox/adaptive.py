"""A received Adaptive Card as HTML, for a host page that has no Microsoft renderer.

It shows what webhook cards consist of; whatever else there is appears as its fallback text. Nothing in a card can become
markup: Markdown is parsed without HTML, the rest is escaped.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from markdown_it import MarkdownIt

_SAFE = ("http://", "https://")
_COLOURS = frozenset({"good", "warning", "attention", "accent", "emphasis"})


def adaptive_message_html(message: Mapping[str, Any]) -> str:
    """The cards of a workflow's message as a safe fragment. The message has been checked before."""
    markdown = _markdown()
    cards = (attachment["content"] for attachment in message["attachments"])
    return "".join(
        f'<div class="ac-plain">{_body(card, markdown)}{_actions(card.get("actions"))}</div>'
        for card in cards
    )


def _body(card: Mapping[str, Any], markdown: MarkdownIt) -> str:
    """The card's elements; whom it mentions stands out, as in Teams."""
    html = _all(card.get("body"), markdown)
    teams = card.get("msteams")
    for entity in _objects(teams.get("entities") if isinstance(teams, dict) else None):
        tag = escape(str(entity.get("text", "")), quote=False)
        name = tag.removeprefix("&lt;at&gt;").removesuffix("&lt;/at&gt;")
        if len(name) < len(tag):
            html = html.replace(tag, f'<span class="mention">{name}</span>')
    return html


def _markdown() -> MarkdownIt:
    """Teams' subset: no headings, tables, images, quotes and code blocks in an Adaptive Card's text."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    return parser.disable(["heading", "lheading", "hr", "blockquote", "code", "fence", "image"])


def _all(elements: Any, markdown: MarkdownIt) -> str:
    return "".join(_element(element, markdown) for element in _objects(elements))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _element(element: Mapping[str, Any], markdown: MarkdownIt) -> str:
    kind = element.get("type")
    show = _SHOWN.get(str(kind))
    if show is None:
        return f"<p>{escape(str(element.get('fallbackText') or f'({kind})'))}</p>"
    return show(element, markdown)


def _text_block(element: Mapping[str, Any], markdown: MarkdownIt) -> str:
    text = markdown.render(str(element.get("text", "")))
    return f'<div class="{_style(element)}">{text}</div>'


def _rich_text_block(element: Mapping[str, Any], _: MarkdownIt) -> str:
    runs = "".join(_run(run) for run in element.get("inlines", []))
    return f'<p class="{_style(element)}">{runs}</p>'


def _fact_set(element: Mapping[str, Any], markdown: MarkdownIt) -> str:
    facts = "".join(
        f"<dt>{markdown.renderInline(str(fact.get('title', '')))}</dt>"
        f"<dd>{markdown.render(str(fact.get('value', '')))}</dd>"
        for fact in _objects(element.get("facts"))
    )
    return f"<dl>{facts}</dl>"


def _column_set(element: Mapping[str, Any], markdown: MarkdownIt) -> str:
    columns = "".join(
        f"<div>{_all(column.get('items'), markdown)}</div>"
        for column in _objects(element.get("columns"))
    )
    return f'<div class="ac-plain-columns">{columns}</div>'


def _container(element: Mapping[str, Any], markdown: MarkdownIt) -> str:
    return f'<div class="{_style(element)}">{_all(element.get("items"), markdown)}</div>'


def _style(element: Mapping[str, Any]) -> str:
    names = ["ac-plain-text"]
    if str(element.get("weight", "")).lower() == "bolder":
        names.append("ac-plain-bold")
    if str(element.get("size", "")).lower() in {"medium", "large", "extralarge"}:
        names.append("ac-plain-large")
    if element.get("isSubtle"):
        names.append("ac-plain-subtle")
    if str(element.get("fontType", "")).lower() == "monospace":
        names.append("ac-plain-code")
    for name, prefix in (("color", "ac-plain-"), ("style", "ac-plain-box ac-plain-box-")):
        colour = str(element.get(name, "")).lower()
        if colour in _COLOURS:
            names.append(prefix + colour)
    return " ".join(names)


def _run(run: Any) -> str:
    if not isinstance(run, dict):
        return escape(str(run))
    text = escape(str(run.get("text", "")))
    for wanted, tag in (("italic", "em"), ("strikethrough", "s")):
        if run.get(wanted):
            text = f"<{tag}>{text}</{tag}>"
    action = run.get("selectAction")
    if isinstance(action, dict) and _is_safe(action.get("url")):
        text = f'<a href="{escape(action["url"])}">{text}</a>'
    return f'<span class="{_style(run)}">{text}</span>'


def _image(image: Mapping[str, Any]) -> str:
    url = image.get("url")
    if not _is_safe(url):
        return ""
    face = str(image.get("style", "")).lower() == "person"
    small = " ac-plain-small" if face or str(image.get("size", "")).lower() == "small" else ""
    return f'<img class="ac-plain-image{small}" src="{escape(str(url))}" alt="{escape(str(image.get("altText", "")))}">'


def _actions(actions: Any) -> str:
    links = "".join(
        f'<a class="ac-plain-action" href="{escape(action["url"])}">{escape(str(action.get("title", "")))}</a>'
        for action in _objects(actions)
        if action.get("type") == "Action.OpenUrl" and _is_safe(action.get("url"))
    )
    return f'<div class="ac-plain-actions">{links}</div>' if links else ""


def _is_safe(url: Any) -> bool:
    return isinstance(url, str) and url.lower().startswith(_SAFE)


_SHOWN: Mapping[str, Callable[[Mapping[str, Any], MarkdownIt], str]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text_block,
    "FactSet": _fact_set,
    "Image": lambda element, _: _image(element),
    "ImageSet": lambda element, _: "".join(map(_image, _objects(element.get("images")))),
    "ColumnSet": _column_set,
    "Container": _container,
    "ActionSet": lambda element, _: _actions(element.get("actions")),
}
