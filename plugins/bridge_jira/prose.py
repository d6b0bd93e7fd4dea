"""Jira's two ways of rich text, as Markdown: wiki markup, and the Atlassian document format. Whatever is odd stays text."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bridge_jira.reading import node, nodes, text

LONGEST = 8_000
"""The characters of wiki markup that are read: far more than a card shows, few enough for any pattern."""

_DEEPEST = 40

_CODE = re.compile(
    r"\{(?:code|noformat)(?::[^}\n]{0,200})?\}\n?(.*?)\n?\{(?:code|noformat)\}", re.DOTALL
)
_MENTION = re.compile(r"\[~(?:accountid:)?([^\]\n|]{1,200})\]")
_WIKI: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"\{quote\}(.*?)\{quote\}", re.DOTALL), lambda found: "\n> " + found[1].strip().replace("\n", "\n> ") + "\n\n"),
    (re.compile(r"^bq\.[ \t]+(.*)$", re.MULTILINE), "> \\1\n"),
    (re.compile(r"^([*#-]{1,9})[ \t]+(?=\S)", re.MULTILINE), lambda found: "  " * (len(found[1]) - 1) + ("1. " if found[1][-1] == "#" else "- ")),
    (re.compile(r"^(h[1-6])\.[ \t]+", re.MULTILINE), lambda found: "#" * int(found[1][1]) + " "),
    (re.compile(r"\{(?:color|panel)(?::[^}\n]{0,200})?\}|\{anchor:[^}\n]{0,200}\}"), ""),
    (re.compile(r"\{\{([^}\n]{1,500})\}\}"), r"`\1`"),
    (re.compile(r"\[([^\]|\n]{1,500})\|(https?://[^\]|\s]{1,2000})(?:\|[^\]\n]{0,200})?\]"), r"[\1](\2)"),
    (re.compile(r"\[(https?://[^\]|\s]{1,2000})\]"), r"\1"),
    (re.compile(r"!([^!\s|]{1,500}\.\w{1,20})(?:\|[^!\n]{0,200})?!"), r"(\1)"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]{1,1000}?)(?<=\S)\*(?![\w*])"), r"**\1**"),
    (re.compile(r"(?<![\w-])-(?=\S)([^-\n]{1,1000}?)(?<=\S)-(?![\w-])"), r"~~\1~~"),
    (re.compile(r"(?<![\w+])\+(?=\S)([^+\n]{1,1000}?)(?<=\S)\+(?![\w+])"), r"\1"),
)  # fmt: skip


def markdown(value: Any, people: Mapping[str, str]) -> str:
    """A description's or a comment's Markdown. `people` are names by account: wiki markup mentions accounts."""
    if isinstance(value, Mapping):
        return _blocks(value, 0).strip()
    return _wiki(value, people) if isinstance(value, str) else ""


def _wiki(source: str, people: Mapping[str, str]) -> str:
    """Wiki markup as Markdown; what stands in code is left as it is."""
    parts = _CODE.split(source[:LONGEST].replace("\r\n", "\n"))
    return "".join(
        f"\n```\n{part}\n```\n" if turn % 2 else _prose(part, people)
        for turn, part in enumerate(parts)
    )


def _prose(source: str, people: Mapping[str, str]) -> str:
    for pattern, replacement in _WIKI:
        source = pattern.sub(replacement, source)
    return _MENTION.sub(lambda found: "@" + _mentioned(found, people), source)


def _mentioned(found: re.Match[str], people: Mapping[str, str]) -> str:
    """The name of who is mentioned; a user's name of an old server says something, an account's number nothing."""
    return people.get(found[1]) or ("someone" if "accountid:" in found[0] else found[1])


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
        inner = _block(item, depth + 1)
        lines.append(mark + inner.replace("\n\n", "\n").replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)


def _inline(value: Mapping[str, Any]) -> str:
    return "".join(map(_run, nodes(value.get("content"))))


def _run(value: Mapping[str, Any]) -> str:
    attributes = node(value, "attrs")
    kind = text(value.get("type"))
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
