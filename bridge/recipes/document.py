"""A YAML file, read into nothing but texts, numbers, lists and mappings, with the line on which each of them stands.

Read event by event instead of by a loader of PyYAML's: what could cost more than its length (aliases), make objects
(tags) or hide a slip (a key given twice, `no` for a country) is refused or does not exist here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import yaml

from bridge.errors import PluginError

MOST_BYTES: Final = 1024 * 1024
DEEPEST: Final = 50
_LONGEST_NUMBER: Final = 40

Where: TypeAlias = tuple[str | int, ...]
"""The way to a value: `("attributes", "actor", "value")`."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOTHING: Final = re.compile(r"|~|null|Null|NULL")
_BOOLEAN: Final = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_NUMBER: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something that is wrong on a line, and what to do."""

    line: int
    sentence: str


class BrokenRecipe(PluginError):
    """A recipe that cannot be used, with every fault that was found in it."""

    def __init__(self, faults: Iterable[Fault], file: str = "The recipe") -> None:
        self.faults = tuple(sorted(faults))
        super().__init__(
            "; ".join(f"{file}, line {fault.line}: {fault.sentence}" for fault in self.faults)
        )


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a file. `lines` are those on which values are named, counted from 1; of a block of text, its first."""

    value: Any
    lines: Mapping[Where, int]

    def fault(self, where: Where, sentence: str, further: int = 0) -> Fault:
        """That a value is wrong, `further` lines into it; of one that is not there, what it would stand in is named."""
        name = ".".join(map(str, where))
        while where not in self.lines:
            where = where[:-1]
        return Fault(self.lines[where] + further, f"{name}: {sentence}" if name else sentence)


def read_document(data: bytes) -> Document:
    """The one document of a YAML file. Raises `BrokenRecipe`."""
    if len(data) > MOST_BYTES:
        raise _broken(1, f"The file has {len(data)} bytes; at most {MOST_BYTES} are read.")
    try:
        builder = _Builder()
        for event in yaml.parse(data.decode(), Loader=_LOADER):
            builder.take(event)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(line, "The file is not UTF-8: save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = ", ".join(filter(None, (error.context, error.problem)))
        raise _broken(mark.line + 1 if mark else 1, f"This is not YAML: {told}.") from error
    except yaml.YAMLError as error:  # a character that YAML does not allow has no mark
        told = str(error).splitlines()[0]
        raise _broken(1, f"This is not YAML: {told}.") from error
    if not builder.lines:
        raise _broken(1, "The file is empty: docs/recipes.md shows what a recipe says.")
    return Document(builder.value, builder.lines)


def _broken(line: int, sentence: str) -> BrokenRecipe:
    return BrokenRecipe([Fault(line, sentence)])


class _Builder:
    """Puts a document together out of YAML's events, one after the other: nesting costs no call."""

    def __init__(self) -> None:
        self.value: Any = None
        self.lines: dict[Where, int] = {}
        self._open: list[tuple[Where, Any]] = []
        self._key: str | None = None
        self._key_line = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise _broken(line, f"Aliases are not read: write out what *{event.anchor} names.")
        if isinstance(event, yaml.DocumentStartEvent) and self.lines:
            raise _broken(line, "A recipe is one document: remove what follows ---.")
        if getattr(event, "tag", None) not in {None, "!"}:
            raise _broken(line, f"Tags are not read: remove {event.tag}.")
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._begin({}, line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._begin([], line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        where, holder = self._open[-1] if self._open else ((), None)
        if isinstance(holder, dict) and self._key is None:
            if event.value in holder:
                before = self.lines[(*where, event.value)]
                raise _broken(line, f"{event.value} stands twice: see line {before}.")
            self._key, self._key_line = event.value, line
            return
        block = event.style in {"|", ">"}
        self._put(_plain(event, line), line + 1 if block else line)

    def _begin(self, value: Any, line: int) -> None:
        if len(self._open) >= DEEPEST:
            raise _broken(line, f"This is nested deeper than {DEEPEST} levels.")
        self._open.append((self._put(value, line if self._key is None else self._key_line), value))

    def _put(self, value: Any, line: int) -> Where:
        if not self._open:
            self.value = value
            self.lines[()] = line
            return ()
        where, holder = self._open[-1]
        step: str | int
        if isinstance(holder, dict):
            if self._key is None:
                raise _broken(line, "A key is a text, not a list or a mapping.")
            step, self._key = self._key, None
            holder[step] = value
        else:
            step = len(holder)
            holder.append(value)
        place = (*where, step)
        self.lines[place] = line
        return place


def _plain(event: yaml.ScalarEvent, line: int) -> Any:
    """A scalar as YAML 1.2's core has it: dates, `yes` and `12:30` are texts."""
    text: str = event.value
    if event.style:
        return text
    if _NOTHING.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if not _NUMBER.fullmatch(text):
        return text
    if len(text) > _LONGEST_NUMBER:
        raise _broken(line, "This number is too long: put it in quotes.")
    return int(text) if _INTEGER.fullmatch(text) else float(text)
