"""A view of a webhook's JSON that never surprises: what is missing, or of another kind than asked for, reads as empty.

So what GitHub adds, drops or sends as null makes a card shorter, never wrong.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit


@dataclass(slots=True)
class Node:
    """One JSON value. It is true where it is an object with something in it.

    Nobody changes one. It is not frozen because a webhook makes dozens, and making a frozen one takes thrice as long.
    """

    value: Any = None

    def __bool__(self) -> bool:
        return isinstance(self.value, dict) and bool(self.value)

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def at(self, *path: str) -> "Node":
        """What stands at the end of the path of names."""
        return Node(_reach(self.value, path))

    def first(self, *names: str) -> "Node":
        """The first of these members that is an object."""
        for name in names:
            value = _reach(self.value, (name,))
            if value and isinstance(value, dict):
                return Node(value)
        return Node()

    def members(self) -> dict[str, "Node"]:
        """The members that are objects, in GitHub's order."""
        values = self.value.items() if isinstance(self.value, dict) else ()
        return {name: Node(value) for name, value in values if isinstance(value, dict)}

    def text(self, *path: str) -> str | None:
        """A text without the space around it, or None where that is nothing."""
        value = _reach(self.value, path)
        return value.strip() or None if isinstance(value, str) else None

    def link(self, *path: str) -> str | None:
        """A text that is a web address."""
        text = self.text(*path)
        return text if text is not None and _is_web(text) else None

    def number(self, *path: str) -> int | None:
        """A whole number."""
        value = _reach(self.value, path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, *path: str) -> bool | None:
        """True or false."""
        value = _reach(self.value, path)
        return value if isinstance(value, bool) else None

    def time(self, *path: str) -> datetime | None:
        """An instant, written as ISO 8601 with its offset."""
        text = self.text(*path)
        try:
            time = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None
        return time if time is not None and time.tzinfo is not None else None

    def each(self, *path: str) -> tuple["Node", ...]:
        """The objects of a list."""
        value = _reach(self.value, path)
        if not value or not isinstance(value, list):
            return ()
        return tuple([Node(item) for item in value if item and isinstance(item, dict)])

    def words(self, *path: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = _reach(self.value, path)
        if not value or not isinstance(value, list):
            return ()
        return tuple([word for item in value if isinstance(item, str) and (word := item.strip())])

    def names(self, *path: str, by: str) -> tuple[str, ...]:
        """The text that each object of a list has under the name `by`."""
        return tuple([text for node in self.each(*path) if (text := node.text(by)) is not None])


def _reach(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
