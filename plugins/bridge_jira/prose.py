"""Jira's two ways of rich text, as Markdown: wiki markup, and the Atlassian document format. Whatever is odd stays text."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bridge_jira.reading import node, nodes, text

_DEEPEST = 40

_WIKI: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\{(?:code|noformat)(?::[^}\n]*)?\}\n?(.*?)\n?\{(?:code|noformat)\}", re.DOTALL), r"\n```\n\1\n```\n"),
    (re.compile(r"\{quote\}(.*?)\{quote\}", re.DOTALL), lambda found: "\n> " + found[1].strip().replace("\n", "\n> ") + "\n"),
    (re.compile(r"^bq\.\s+", re.MULTILINE), "> "),
    (re.compile(r"^([*#-]+)\s+(?=\S)", re.MULTILINE), lambda found: "  " * (len(found[1]) - 1) + ("1. " if found[1][-1] == "#" else "- ")),
    (re.compile(r"^(h[1-6])\.\s+", re.MULTILINE), lambda found: "#" * int(found[1][1]) + " "),
    (re.compile(r"\{color(?::[^}\n]*)?\}|\{panel(?::[^}\n]*)?\}|\{anchor:[^}\n]*\}"), ""),
    (re.compile(r"\{\{([^}\n]+)\}\}"), r"`\1`"),
    (re.compile(r"\[~(?:accountid:)?([^\]\n|]+)\]"), r"@\1"),
    (re.compile(r"\[([^\]|\n]+)\|(https?://[^\]|\s]+)(?:\|[^\]\n]*)?\]"), r"[\1](\2)"),
    (re.compile(r"\[(https?://[^\]|\s]+)\]"), r"\1"),
    (re.compile(r"!([^!\s|]+\.\w+)(?:\|[^!\n]*)?!"), r"(\1)"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"**\1**"),
    (re.compile(r"(?<![\w-])-(?=\S)([^-\n]+?)(?<=\S)-(?![\w-])"), r"~~\1~~"),
    (re.compile(r"(?<![\w+])\+(?=\S)([^+\n]+?)(?<=\S)\+(?![\w+])"), r"\1"),
)  # fmt: skip


def markdown(value: Any) -> str:
    """A description's or a comment's Markdown."""
    if isinstance(value, Mapping):
        return _blocks(value, 0).strip()
    return wiki(value) if isinstance(value, str) else ""


def wiki(source: str) -> str:
    """Wiki markup as Markdown; what stands in code is left as it is."""
    source = source.replace("\r\n", "\n")
    found = _WIKI[0][0].search(source)
    if found is None:
        for pattern, replacement in _WIKI[1:]:
            source = pattern.sub(replacement, source)
        return source
    code = f"\n```\n{found[1]}\n```\n"
    return wiki(source[: found.start()]) + code + wiki(source[found.end() :])


def _blocks(value: Mapping[str, Any], depth: int) -> str:
    return "\n\n".join(filter(None, (_block(item, depth) for item in nodes(value.get("content")))))


def _block(value: Mapping[str, Any], depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    match value.get("type"):
        case "bulletList" | "orderedList" | "taskList" | "decisionList":
            written = _items(value, depth)
        case "codeBlock":
            written = f"```\n{_inline(value)}\n```"
        case "blockquote":
            written = "> " + _blocks(value, depth + 1).replace("\n", "\n> ")
        case "heading":
            written = f"### {_inline(value)}"
        case "rule":
            written = "---"
        case "paragraph" | "taskItem" | "decisionItem":
            written = _inline(value)
        case _:
            written = _blocks(value, depth + 1)
    return written


def _items(value: Mapping[str, Any], depth: int) -> str:
    lines = []
    for number, item in enumerate(nodes(value.get("content")), 1):
        mark = f"{number}. " if value.get("type") == "orderedList" else "- "
        inner = _block(item, depth + 1) or _blocks(item, depth + 1)
        lines.append(mark + inner.replace("\n\n", "\n").replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _inline(value: Mapping[str, Any]) -> str:
    return "".join(map(_run, nodes(value.get("content"))))


def _run(value: Mapping[str, Any]) -> str:
    attributes = node(value, "attrs")
    kind = value.get("type")
    if kind == "hardBreak":
        return "  \n"
    if kind in {"mention", "emoji", "status", "date"}:
        return text(attributes.get("text")) or text(attributes.get("shortName"))
    if kind in {"inlineCard", "blockCard", "embedCard"}:
        return text(attributes.get("url"))
    return _marked(text(value.get("text")), value)


def _marked(words: str, value: Mapping[str, Any]) -> str:
    raw = value.get("text")
    if not isinstance(raw, str) or not words:
        return raw if isinstance(raw, str) else ""
    before, after = raw[: len(raw) - len(raw.lstrip())], raw[len(raw.rstrip()) :]
    for mark in nodes(value.get("marks")):
        kind, href = mark.get("type"), text(node(mark, "attrs").get("href"))
        around = {"strong": "**", "em": "_", "code": "`", "strike": "~~"}.get(str(kind), "")
        words = f"[{words}]({href})" if kind == "link" and href else f"{around}{words}{around}"
    return before + words + after
