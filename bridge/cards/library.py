"""The card templates of one source, compiled: found by event type, and by their own text where an endpoint has its own."""

from collections.abc import Iterator
from typing import TypeVar

from bridge.cards.bounded import read
from bridge.cards.environment import BoundedEnvironment, CardEnvironment
from bridge.cards.interpreter import Program
from bridge.cards.shelf import SUFFIX, Folder, Shelf
from bridge.cards.tolerant import TolerantEnvironment
from bridge.resources import TEMPLATES

_OWN_TEMPLATES_KEPT = 200
_NAMES_KEPT = 1000
_BASE = "card"
_SHARED = Folder(TEMPLATES / "cards")
_T = TypeVar("_T")


class Library:
    """A source's templates as they were when it was made."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._state = self._now()
        kind = CardEnvironment if shelf.trusted else TolerantEnvironment
        self.environment = kind(shelf.loader())
        self.bounded = BoundedEnvironment()
        self._there = {name for name in shelf.names() if not name.startswith("_") and name != _BASE}
        self._names: dict[str, str] = {}
        self._own: dict[str, Program] = {}

    def outdated(self) -> bool:
        """Whether a template was changed, added or removed since."""
        return self._now() != self._state

    def name(self, event_type: str) -> str:
        """The most specific template for an event type."""
        name = self._names.get(event_type)
        if name is None:
            found = (words for words in _ever_wider(event_type) if words in self._there)
            name = next(found, "default") + SUFFIX
            _keep(self._names, event_type, name, _NAMES_KEPT)
        return name

    def own(self, text: str) -> Program:
        """A template by its text, whose author is not trusted. Raises `NotAllowed`."""
        program = self._own.get(text)
        if program is None:
            program = read(text, self.bounded)
            _keep(self._own, text, program, _OWN_TEMPLATES_KEPT)
        return program

    def _now(self) -> object:
        return self._shelf.state(), _SHARED.state()


def _keep(kept: dict[str, _T], key: str, value: _T, most: int) -> None:
    """Keep a value, and forget the oldest of too many: event types and templates come from outside."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value


def _ever_wider(event_type: str) -> Iterator[str]:
    while event_type:
        yield event_type
        event_type = event_type.rpartition(".")[0]
