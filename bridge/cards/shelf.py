"""Where the card templates of a source stand: as files in a folder, or as texts that were read already."""

import os
from collections.abc import Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from jinja2 import BaseLoader, FileSystemLoader, FunctionLoader

SUFFIX = ".j2"
"""What templates call each other by: `issue.created` is `issue.created.j2`."""


class Shelf(Protocol):
    """A source's own templates, by the event types that they are for; names that begin with `_` are for the others."""

    trusted: ClassVar[bool]
    """Whether they may do what Python can, as what a plugin's author wrote; else they run in Jinja's sandbox."""

    def names(self) -> Iterator[str]:
        """What stands there, without `.j2`."""

    def loader(self) -> BaseLoader:
        """What gives the texts to Jinja."""

    def state(self) -> Hashable:
        """What is another one when a template was changed, added or removed."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder, which need not be there."""

    trusted: ClassVar[bool] = True
    path: Path

    def names(self) -> Iterator[str]:
        """The files' names without `.j2`."""
        return (path.name.removesuffix(SUFFIX) for path in self.path.glob("*" + SUFFIX))

    def loader(self) -> BaseLoader:
        """Jinja's own."""
        return FileSystemLoader(self.path)

    def state(self) -> Hashable:
        """Every file that a template may be made of, with its time and size."""
        return frozenset(_files(self.path))


@dataclass(frozen=True, slots=True)
class Texts:
    """Templates by their names without `.j2`, written by someone who is not trusted with Python."""

    trusted: ClassVar[bool] = False
    texts: Mapping[str, str]

    def names(self) -> Iterator[str]:
        """The names given."""
        return iter(self.texts)

    def loader(self) -> BaseLoader:
        """From memory, each under its own name, which errors tell."""
        return FunctionLoader(self._load)

    def state(self) -> Hashable:
        """They never change."""
        return None

    def _load(self, name: str) -> tuple[str, str, None] | None:
        text = self.texts.get(name.removesuffix(SUFFIX))
        return None if text is None else (text, name, None)


def _files(folder: str | Path) -> Iterator[tuple[str, int, int]]:
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
                continue
            with suppress(FileNotFoundError):  # it may go at any moment
                state = entry.stat()
                yield entry.path, state.st_mtime_ns, state.st_size
