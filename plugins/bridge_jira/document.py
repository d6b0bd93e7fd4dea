"""The Atlassian document format as Markdown: text that the Cloud's editor wrote. What is odd is left out, never a failure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from bridge_jira.escaping import (
    APART,
    code,
    code_block,
    line_starts,
    linked,
    literal,
    mentioned,
    unlinked,
)
from bridge_jira.people import SOMEBODY, People
from bridge_jira.reading import Object, node, nodes, text

_MOST_NODES = 3_000
"""The nodes that are read: far more than a card shows."""

_DEEPEST = 40
_MOST_CHARACTERS = 16_000
_PANELS = {"info": "ℹ️", "note": "📝", "success": "✅", "warning": "⚠️", "error": "⛔"}  # noqa: RUF001  # the sign itself
_MARKS = {"em": "*", "strong": "**", "strike": "~~"}


def markdown(value: Object, people: People) -> str:
    """A document's Markdown. Whoever is mentioned without a name has it from `people`."""
    return _Document(people).blocks(value, 0).strip()


class _Document:
    """Reads one document, as much of it as is worth reading."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._nodes = _MOST_NODES
        self._characters = _MOST_CHARACTERS
        self._block: Mapping[str, Callable[[Object, int], str]] = {
            "paragraph": self._paragraph,
            "caption": self._paragraph,
            "heading": self._heading,
            "bulletList": self._list,
            "orderedList": self._list,
            "taskList": self._list,
            "decisionList": self._list,
            "taskItem": self._task,
            "blockTaskItem": self._task,
            "decisionItem": self._paragraph,
            "codeBlock": self._code_block,
            "blockquote": self._quote,
            "panel": self._panel,
            "expand": self._expand,
            "nestedExpand": self._expand,
            "table": self._table,
            "media": lambda value, _: _media(value),
            "rule": lambda *_: "",
            "blockCard": lambda value, _: _card(value),
            "embedCard": lambda value, _: _card(value),
        }

    def blocks(self, value: Object, depth: int) -> str:
        return "\n\n".join(filter(None, (self._any(item, depth) for item in self._content(value))))

    def _content(self, value: Object) -> Iterable[Object]:
        for item in nodes(value.get("content")):
            if self._nodes <= 0 or self._characters <= 0:
                return
            self._nodes -= 1
            yield item

    def _any(self, value: Object, depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        kind = text(value.get("type"))
        read = self._block.get(kind)
        if read is not None:
            return read(value, depth)
        if "content" in value:
            return self.blocks(value, depth + 1)
        return self._run(value)

    def _paragraph(self, value: Object, _: int) -> str:
        return line_starts(self._inline(value))

    def _heading(self, value: Object, _: int) -> str:
        return f"### {self._inline(value)}"

    def _list(self, value: Object, depth: int) -> str:
        first = node(value, "attrs").get("order")
        number = first if isinstance(first, int) and 0 <= first < _MOST_NODES else 1
        lines = []
        for count, item in enumerate(self._content(value), number):
            mark = f"{count}. " if value.get("type") == "orderedList" else "- "
            mark = "  " if text(item.get("type")).endswith("List") else mark
            inner = self._any(item, depth + 1)
            lines.append(mark + inner.replace("\n\n", "\n").replace("\n", "\n" + " " * len(mark)))
        return "\n".join(lines)

    def _task(self, value: Object, depth: int) -> str:
        done = node(value, "attrs").get("state") == "DONE"
        return ("[x] " if done else "[ ] ") + self._inline(value)

    def _code_block(self, value: Object, _: int) -> str:
        return code_block("".join(_raw(item) for item in self._content(value)))

    def _quote(self, value: Object, depth: int) -> str:
        return "> " + self.blocks(value, depth + 1).replace("\n", "\n> ")

    def _panel(self, value: Object, depth: int) -> str:
        attributes = node(value, "attrs")
        sign = _PANELS.get(text(attributes.get("panelType"))) or text(
            attributes.get("panelIconText")
        )
        inner = self.blocks(value, depth + 1)
        return "> " + f"{literal(sign)} {inner}".strip().replace("\n", "\n> ")

    def _expand(self, value: Object, depth: int) -> str:
        title = literal(text(node(value, "attrs").get("title")))
        inner = self.blocks(value, depth + 1)
        return f"**{title}**\n\n{inner}" if title else inner

    def _table(self, value: Object, depth: int) -> str:
        """Each row as a line: Teams shows no tables. Heads are bold."""
        return "  \n".join(
            " \\| ".join(self._cell(cell, depth) for cell in self._content(row))
            for row in self._content(value)
        )

    def _cell(self, value: Object, depth: int) -> str:
        words = " ".join(self.blocks(value, depth + 1).split())
        return f"**{words}**" if words and value.get("type") == "tableHeader" else words

    def _inline(self, value: Object) -> str:
        written = ""
        for item in self._content(value):
            run = self._run(item)
            if run.endswith(APART) and not written[-1:].strip():
                run = run.removeprefix(APART)
            self._characters -= len(run)
            written += run
        return written.removesuffix(APART)

    def _run(self, value: Object) -> str:
        kind = text(value.get("type"))
        if kind == "mention":
            attributes = node(value, "attrs")
            return mentioned(self._mentioned(attributes), text(attributes.get("id")))
        read = _RUNS.get(kind)
        return read(value) if read else _styled(_raw(value), nodes(value.get("marks")))

    def _mentioned(self, attributes: Object) -> str:
        said = text(attributes.get("text")).removeprefix("@")
        return said or self._people.name(text(attributes.get("id"))) or SOMEBODY


def _raw(value: Object) -> str:
    raw = value.get("text")
    return raw[:_MOST_CHARACTERS] if isinstance(raw, str) else ""


def _styled(words: str, marks: list[Object]) -> str:
    """Text in its marks. Spaces stay outside of them: beside a space, a mark is none."""
    inner = words.strip()
    if not marks or not inner:
        return literal(words)
    kinds = {text(mark.get("type")): node(mark, "attrs") for mark in marks}
    address = text(kinds["link"].get("href")) if "link" in kinds else ""
    signs = "".join(sign for kind, sign in _MARKS.items() if kind in kinds)
    marked = code(inner) if "code" in kinds else (unlinked if address else literal)(inner)
    marked = signs + marked + signs[::-1]
    if address:
        marked = linked(marked, address)
    before, _, after = words.partition(inner)
    if signs:
        before, after = before or APART, after or APART
    return before + marked + after


def _card(value: Object) -> str:
    """A link that the editor shows as a card."""
    data = node(value, "attrs", "data")
    address = text(node(value, "attrs").get("url")) or text(data.get("url"))
    return linked(unlinked(text(data.get("name")) or address), address)


def _media(value: Object) -> str:
    attributes = node(value, "attrs")
    words = text(attributes.get("alt")) or "attachment"
    return linked(unlinked(f"({words})"), text(attributes.get("url")))


def _emoji(value: Object) -> str:
    attributes = node(value, "attrs")
    return literal(text(attributes.get("text")) or text(attributes.get("shortName")))


def _status(value: Object) -> str:
    words = literal(text(node(value, "attrs").get("text")))
    return f"{APART}**{words}**{APART}" if words else ""


def _day(value: Object) -> str:
    milliseconds = text(node(value, "attrs").get("timestamp"))
    try:
        day = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return f"{day:%Y-%m-%d}"


_RUNS: Mapping[str, Callable[[Object], str]] = {
    "hardBreak": lambda _: "  \n",
    "emoji": _emoji,
    "status": _status,
    "date": _day,
    "inlineCard": _card,
    "mediaInline": _media,
}
"""What stands in a line, besides text and mentions."""
