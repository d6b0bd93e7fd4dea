"""What rendering one template may cost: counted before it is done, and stopped where it would be too much."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from bridge.errors import TemplateFailed
from bridge.texts import say

STEPS: Final = 50_000
"""One is about half a microsecond."""
TEXT: Final = 32_768
"""Characters of a value that are looked at. A card has room for fewer."""
OUTPUT: Final = 4 * TEXT
"""Characters that a template may write in all."""
LARGEST: Final = 2**64
"""A whole number is smaller than this, and larger than its negative."""

_TEXT_STEP: Final = 64
_WRITTEN_STEP: Final = 8
_ITEMS_STEP: Final = 2
_PIECE: Final = 4
"""Steps that a piece of text takes, however short."""
_SIGNS: Final = (("[", 24), ("\n", 20), *((sign, 10) for sign in "*_`~\\<&!"))
"""What may begin something in Markdown, and the steps that finding it out takes."""


class TooMuch(TemplateFailed):
    """A template that would go on for too long."""

    sentence = say("The template does too much with this event: show less of it.")


class Meter:
    """What one render may yet cost."""

    __slots__ = ("_characters", "_steps")

    def __init__(self, steps: int = STEPS, characters: int = OUTPUT) -> None:
        self._steps = steps
        self._characters = characters

    @property
    def steps(self) -> int:
        """How many are left."""
        return self._steps

    def spend(self, steps: int) -> None:
        """Take so many steps. Raises `TooMuch`."""
        self._steps -= steps
        if self._steps < 0:
            raise TooMuch

    def take(self, value: Any) -> Any:
        """A value as it is worked with: text cut, numbers of a size that costs nothing. Raises `TooMuch`."""
        kind = type(value)
        if kind is str:
            if len(value) > TEXT:
                value = value[:TEXT]
            self.spend(1 + len(value) // _TEXT_STEP)
            return value
        self.spend(1)
        if kind is int and not -LARGEST < value < LARGEST:
            raise TooMuch(say("A number becomes too large."))
        return value

    def walk(self, value: Any, times: int = 1) -> None:
        """Pay for going through all of a value so many times."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                self.spend(times * (len(one) // _TEXT_STEP))
            elif isinstance(one, Mapping):
                self.items(one, times)
                waiting += one.values()
            elif isinstance(one, list | tuple):
                self.items(one, times)
                waiting += one

    def items(self, value: Any, times: int = 1) -> None:
        """Pay for going through a list so many times, but not into it."""
        self.spend(times * (1 + len(value) // _ITEMS_STEP))

    def write(self, text: str, *, marked: bool) -> None:
        """Pay for text that goes into the card, be it a value or (`marked`) Markdown that is to be read."""
        self._characters -= len(text)
        if self._characters < 0:
            raise TooMuch(say("The template writes too much: a card has no room for it."))
        self.spend(markdown_steps(text) if marked else _PIECE + len(text) // _WRITTEN_STEP)


def markdown_steps(text: str) -> int:
    """What reading a text as Markdown costs at worst."""
    return (
        _PIECE
        + len(text) // _WRITTEN_STEP
        + sum(text.count(sign) * steps for sign, steps in _SIGNS)
    )


def part_of(value: Any, name: Any) -> Any:
    """What a payload has under a name or number, or None: never a method, nor anything else of Python's."""
    if isinstance(value, Mapping):
        try:
            return value.get(name)
        except TypeError:  # a list is no name
            return None
    if isinstance(value, list | tuple | str) and isinstance(name, int):
        return value[name] if -len(value) <= name < len(value) else None
    return getattr(value, name) if isinstance(name, str) and name in _named(value) else None


def _named(value: Any) -> Iterable[str]:
    """The parts of a record that a plugin gives."""
    if is_dataclass(value):
        return (field.name for field in fields(value))
    return value._fields if isinstance(value, tuple) and hasattr(value, "_fields") else ()
