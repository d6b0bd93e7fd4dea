"""Sentences that can be said in another language: English, and what they were made from.

What the bridge says is English wherever it goes: logs, commands, the API, the record. Only the pages speak other
languages, so that a sentence which may reach one is made by `say` and keeps its message and values; whoever answers a page
says it again from the catalogue of that page's language. Pure; Babel finds the messages in the code by the names
`say` and `say_count` (`make texts`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self


class Said(str):
    """A sentence in English that knows what it was made from. As a string it is like any other."""

    __slots__ = ("forms", "number", "source", "values")

    forms: tuple[str, ...]
    """The message, or the two for one and for several."""
    number: int | None
    """What decides between the two."""
    values: Mapping[str, object]
    """What stands for the names in braces; some are sentences themselves."""
    source: str | None
    """Whose text it is, if it is not the bridge's own: a source's, which its plugin translates."""

    def __new__(
        cls,
        forms: tuple[str, ...],
        values: Mapping[str, object],
        number: int | None = None,
        source: str | None = None,
    ) -> Self:
        """The English sentence."""
        message = forms[0] if number is None or number == 1 else forms[1]
        said = super().__new__(cls, _filled(message, values))
        said.forms, said.number, said.values, said.source = forms, number, values, source
        return said

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return self.forms, self.values, self.number, self.source


class Told(str):
    """A text in English that is put together in another way in each language."""

    __slots__ = ("again",)

    again: Callable[["Catalogue"], str]

    def __new__(cls, text: str, again: Callable[["Catalogue"], str]) -> Self:
        """The English text; `again` tells it in a language."""
        told = super().__new__(cls, text)
        told.again = again
        return told

    def __getnewargs__(self) -> tuple[Any, ...]:
        """What a copy is made from."""
        return str(self), self.again


def say(message: str, /, **values: object) -> Said:
    """A sentence from its message, in which names in braces stand for `values`."""
    return Said((message,), values)


def say_count(number: int, one: str, several: str, /, **values: object) -> Said:
    """A sentence about some number of things; `{n}` stands for the number."""
    return Said((one, several), {"n": number, **values}, number)


def together(sentences: Iterable[str]) -> Said:
    """Sentences after one another."""
    given = {f"s{number}": one for number, one in enumerate(sentences)}
    return Said((" ".join(f"{{{name}}}" for name in given),), given)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is said in one language. `messages` has the forms of each message, one or as many as the language has."""

    language: str = "en"
    messages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = lambda number: int(number != 1)
    """Which of the forms a number takes."""
    sources: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """The messages of each source, by its name, so that no two plugins translate each other's."""

    def say(self, said: str) -> str:
        """A sentence in this language, as far as it is known here; another string as it is."""
        if self.language == "en":
            return said
        if isinstance(said, Told):
            return said.again(self)
        if not isinstance(said, Said):
            return said
        values = {name: self.within(value) for name, value in said.values.items()}
        own = self.sources.get(said.source, {}) if said.source else {}
        forms = own.get(said.forms[0]) or self.messages.get(said.forms[0])
        if forms is None:
            return str(Said(said.forms, values, said.number))
        index = 0 if said.number is None else self.form(said.number)
        return _filled(forms[index], values)

    def within(self, value: Any) -> Any:
        """A value with all sentences in it said in this language."""
        if self.language == "en":
            return value
        match value:
            case str():
                return self.say(value)
            case Mapping():
                return {name: self.within(one) for name, one in value.items()}
            case list() | tuple():
                return [self.within(one) for one in value]
            case _:
                return value


def _filled(message: str, values: Mapping[str, object]) -> str:
    """A label has no values, and its braces, if any, are braces."""
    return message.format_map(values) if values else message


ENGLISH: Final = Catalogue()
"""The language of the code."""
