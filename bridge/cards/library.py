"""The card templates of one source, compiled: found by event type, and by their own text where an endpoint has its own."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from jinja2 import Template

from bridge.cards.environment import CardEnvironment, SandboxedCardEnvironment
from bridge.resources import TEMPLATES

_OWN_TEMPLATES_KEPT = 200
_NAMES_KEPT = 1000
_SUFFIX = ".j2"
_BASE = "card"
_T = TypeVar("_T")


class Library:
    """A source's templates as its files were when it was made; `cards` is their folder."""

    def __init__(self, cards: Path) -> None:
        self._cards = cards
        self._files = _files(cards)
        self.trusted = CardEnvironment(cards)
        self.sandbox = SandboxedCardEnvironment(cards)
        self._there = {
            path.name.removesuffix(_SUFFIX)
            for path in cards.glob("*" + _SUFFIX)
            if not path.name.startswith("_") and path.stem != _BASE
        }
        self._names: dict[str, str] = {}
        self._own: dict[str, Template] = {}

    def outdated(self) -> bool:
        """Whether a file was changed, added or removed since."""
        return _files(self._cards) != self._files

    def name(self, event_type: str) -> str:
        """The most specific template for an event type."""
        name = self._names.get(event_type)
        if name is None:
            found = (words for words in _ever_wider(event_type) if words in self._there)
            name = next(found, "default") + _SUFFIX
            _keep(self._names, event_type, name, _NAMES_KEPT)
        return name

    def own(self, text: str) -> Template:
        """A template by its text."""
        template = self._own.get(text)
        if template is None:
            template = self.sandbox.from_string(text)
            _keep(self._own, text, template, _OWN_TEMPLATES_KEPT)
        return template


def _files(cards: Path) -> frozenset[tuple[str, int, int]]:
    """Every file that a template may be made of, with its time and size."""
    return frozenset([*_files_in(cards), *_files_in(TEMPLATES / "cards")])


def _files_in(folder: str | Path) -> Iterator[tuple[str, int, int]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files_in(entry.path)
                continue
            with suppress(FileNotFoundError):  # it may go at any moment
                state = entry.stat()
                yield entry.path, state.st_mtime_ns, state.st_size


def _keep(kept: dict[str, _T], key: str, value: _T, most: int) -> None:
    """Keep a value, and forget the oldest of too many: event types and templates come from outside."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value


def _ever_wider(event_type: str) -> Iterator[str]:
    while event_type:
        yield event_type
        event_type = event_type.rpartition(".")[0]
