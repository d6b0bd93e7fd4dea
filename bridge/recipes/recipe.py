"""A recipe: a source described by one YAML file, with no Python. Read, checked all at once, and made a source."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bridge.cards.mentions import Syntax
from bridge.cards.proofread import find_slip
from bridge.cards.shelf import Texts
from bridge.errors import Invalid
from bridge.recipes import description
from bridge.recipes.described import Recipe, source_of
from bridge.recipes.description import Description
from bridge.recipes.document import MOST_BYTES, BrokenRecipe, Document, Fault, Where, read_document
from bridge.recipes.proving import read_verification
from bridge.recipes.samples import read_samples
from bridge.recipes.verification import Verification
from bridge.source import ALWAYS, Attribute, EventType, Issuer, Source

SUFFIXES: Final = (".yaml", ".yml")

MAPPED: Final = tuple(name for name in description.FIELDS if name not in {"attributes", "template"})
"""The fields that say how webhooks are verified and read."""

FIELDS: Final = (
    *("name", "label", "setup_steps", "setup_url", "issuer", "mentions"),
    *MAPPED,
    *("event_types", "attributes", "cards", "samples"),
)
EVENT_TYPE_FIELDS: Final = ("label", "default", "opens")
ATTRIBUTE_FIELDS: Final = ("label", "value", "examples", "phrase", "of_event")

_NAME: Final = re.compile(r"[a-z][a-z0-9_-]*")
_DOTTED: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_SAMPLE: Final = re.compile(r"[a-z0-9_]+")
_LABEL: Final = "Must be a text, as people read it."
_ROOT: Final = "recipe"


def recipes(folder: Path) -> list[Source]:
    """The sources of all recipes in a folder, by their files' names. Raises `BrokenRecipe` for the first broken one.

    Their templates are not proofread: as with other plugins, that is for the tests, since it takes longer than all else.
    """
    return [source_of(_read(file)[1]) for file in sorted(folder.iterdir()) if is_recipe(file)]


def is_recipe(file: Path) -> bool:
    """Whether a file is meant to be a recipe."""
    return file.suffix in SUFFIXES and not file.name.startswith(("_", ".")) and file.is_file()


def recipe(file: Path) -> Source:
    """The source that a file describes. Raises `BrokenRecipe`, which names the file and the line of every fault."""
    document, made = _read(file)
    if faults := list(_slips(document, made.cards)):
        raise BrokenRecipe(faults, file.name)
    return source_of(made)


def _read(file: Path) -> tuple[Document, Recipe]:
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    try:
        document = read_document(data)
        return document, _Reading(document, file).recipe()
    except BrokenRecipe as error:
        raise BrokenRecipe(error.faults, file.name) from None


def _slips(document: Document, cards: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong in the templates."""
    shelf = Texts(cards)
    for name, text in cards.items():
        if slip := find_slip(text, shelf, whole=not name.startswith("_")):
            yield document.fault(("cards", name), slip.sentence, max((slip.line or 1) - 1, 0))


class _Reading:
    """Reads one field after the other and gathers what is wrong with them."""

    def __init__(self, document: Document, file: Path) -> None:
        self._document = document
        self._file = file
        self._given: Mapping[str, Any] = document.value
        self._faults: list[Fault] = []

    def recipe(self) -> Recipe:
        if not isinstance(self._given, Mapping):
            sentence = f"A recipe is a mapping of {', '.join(FIELDS)}."
            raise BrokenRecipe([self._document.fault((), sentence)])
        for name in self._given:
            if name not in FIELDS:
                self._fault((name,), f"There is no such field. There are: {', '.join(FIELDS)}.")
        described = self._description()
        verifications = self._verifications()
        event_types = tuple(self._event_types())
        made = Recipe(
            file=self._file,
            name=self._text(
                "name", _NAME.fullmatch, "Must be a to z, 0 to 9, - and _, beginning with a letter."
            ),
            label=self._text("label", str.strip, _LABEL),
            description=described,
            verifications=verifications,
            event_types=event_types,
            attributes=tuple(self._attributes()),
            cards=self._cards({kind.name for kind in event_types}),
            samples=self._samples(described),
            setup_steps=self._setup_steps(),
            setup_url=self._setup_url(),
            issuer=self._issuer(verifications),
            mentions=self._mentions(),
        )
        if self._faults:
            raise BrokenRecipe(self._faults)
        return made

    def _description(self) -> Description:
        given = {name: self._given[name] for name in MAPPED if name in self._given}
        given.pop("verification", None)
        attributes = self._given.get("attributes")
        if isinstance(attributes, Mapping):
            given["attributes"] = {
                name: it.get("value") if isinstance(it, Mapping) else ""
                for name, it in attributes.items()
            }
        if "event_type" not in given:
            self._fault((), "event_type is missing: say for example event_type: header:X-Event")
        try:
            return description.check(given, _ROOT)
        except Invalid as error:
            for name, sentence in error.fields.items():
                self._fault(_place(name), sentence)
            return Description()

    def _verifications(self) -> tuple[Verification, ...]:
        """The ways in which a sender may prove itself; none at all has to be said."""
        given = self._given.get("verification")
        if isinstance(given, list) and given:
            return tuple(
                self._verification(one, ("verification", at)) for at, one in enumerate(given)
            )
        if isinstance(given, Mapping) and "scheme" in given:
            return (self._verification(given, ("verification",)),)
        example = "verification: {scheme: token, header: X-Token}"
        self._fault(("verification",), f"It needs a scheme: say for example {example}")
        return (Verification(),)

    def _verification(self, given: Any, where: Where) -> Verification:
        problems: dict[str, str] = {}
        made = read_verification(given, _ROOT, problems)
        for name, sentence in problems.items():
            self._fault((*where, *name.split(".")[1:]), sentence)
        return made

    def _event_types(self) -> Iterator[EventType]:
        for name, given in self._mapping("event_types", "event types"):
            where = ("event_types", name)
            about = {"label": given} if isinstance(given, str) else given
            if not _DOTTED.fullmatch(name):
                self._fault(where, "Must be words of a to z, 0 to 9 and _ with dots between.")
            elif self._record(where, about, EVENT_TYPE_FIELDS, "a label"):
                default, opens = (self._flag(where, about, it) for it in ("default", "opens"))
                yield EventType(name, about["label"], default=default, opens=opens)

    def _attributes(self) -> Iterator[Attribute]:
        usual = {attribute.name: attribute for attribute in ALWAYS}
        named = set()
        for name, given in self._mapping("attributes", "attributes"):
            where = ("attributes", name)
            example = "{label: Project, value: project.name}"
            if self._record(where, given, ATTRIBUTE_FIELDS, example):
                named.add(name)
                attribute = self._attribute(where, given)
                yield replace(usual[name], label=attribute.label) if name in usual else attribute
        yield from (attribute for attribute in ALWAYS if attribute.name not in named)

    def _attribute(self, where: Where, given: Mapping[str, Any]) -> Attribute:
        examples, phrase = given.get("examples", []), given.get("phrase")
        if not isinstance(examples, list) or not all(isinstance(it, str) for it in examples):
            self._fault((*where, "examples"), "Must be a list of texts.")
            examples = []
        if phrase is not None and not isinstance(phrase, str):
            self._fault((*where, "phrase"), "Must be a text such as “in {}”.")
        return Attribute(
            str(where[-1]),
            given["label"],
            tuple(examples),
            of_event=self._flag(where, given, "of_event"),
            phrase=phrase,
        )

    def _cards(self, event_types: set[str]) -> Mapping[str, str]:
        texts = {}
        for name, text in self._mapping("cards", "card templates"):
            where = ("cards", name)
            if isinstance(text, str):
                texts[name] = text
            else:
                self._fault(where, "Must be the text of a template: write it after a |.")
            wider = (known == name or known.startswith(f"{name}.") for known in event_types)
            if not name.startswith("_") and name != "default" and not any(wider):
                self._fault(where, "There is no event type of that name. Parts begin with _.")
        return texts

    def _samples(self, described: Description) -> Any:
        for name, _ in self._mapping("samples", "samples"):
            if not _SAMPLE.fullmatch(name):
                self._fault(("samples", name), "Must be a name of a to z, 0 to 9 and _.")
        if not isinstance(self._given.get("samples"), Mapping):
            return ()
        return read_samples(self._document, described.format, self._faults)

    def _setup_steps(self) -> tuple[str, ...]:
        steps = self._given.get("setup_steps", [])
        if not isinstance(steps, list) or not all(isinstance(step, str) for step in steps):
            self._fault(("setup_steps",), "Must be a list of sentences, a step each.")
            return ()
        return tuple(steps)

    def _setup_url(self) -> str | None:
        url = self._given.get("setup_url")
        if url is None or (isinstance(url, str) and url.startswith("https://")):
            return url
        self._fault(("setup_url",), "Must be an address that begins with https://.")
        return None

    def _issuer(self, verifications: Sequence[Verification]) -> Issuer:
        if any(one.scheme == "none" for one in verifications):
            if "issuer" in self._given:
                self._fault(("issuer",), "With the scheme none there is no secret: remove it.")
            return "nobody"
        given = self._given.get("issuer", "bridge")
        if given == "sender":
            return "sender"
        if given != "bridge":
            self._fault(("issuer",), "Must be bridge or sender: whoever makes the secret.")
        return "bridge"

    def _mentions(self) -> Syntax:
        given = self._given.get("mentions", "none")
        if given == "at":
            return "at"
        if given != "none":
            sentence = "Must be at, where people write @name in their texts, or none."
            self._fault(("mentions",), sentence)
        return "none"

    def _flag(self, where: Where, about: Mapping[str, Any], name: str) -> bool:
        value = about.get(name, False)
        if isinstance(value, bool):
            return value
        self._fault((*where, name), "Must be true or false.")
        return False

    def _text(self, name: str, fits: Callable[[str], object], sentence: str) -> str:
        value = self._given.get(name)
        if isinstance(value, str) and fits(value):
            return value
        self._fault((name,), sentence if name in self._given else f"It is missing. {sentence}")
        return ""

    def _mapping(self, name: str, what: str) -> Iterator[tuple[str, Any]]:
        given = self._given.get(name, {} if name == "attributes" else None)
        if isinstance(given, Mapping) and (given or name == "attributes"):
            yield from given.items()
            return
        self._fault((name,), f"Must be a mapping with the {what} by their names.")

    def _record(self, where: Where, given: Any, fields: tuple[str, ...], example: str) -> bool:
        """Whether a value is a mapping of known fields with a label."""
        if not isinstance(given, Mapping):
            self._fault(where, f"Must be {example}, or a mapping of {', '.join(fields)}.")
            return False
        for field in given:
            if field not in fields:
                sentence = f"There is no such field. There are: {', '.join(fields)}."
                self._fault((*where, field), sentence)
        label = given.get("label")
        if not isinstance(label, str) or not label.strip():
            self._fault((*where, "label"), _LABEL)
            return False
        return True

    def _fault(self, where: Where, sentence: str, further: int = 0) -> None:
        self._faults.append(self._document.fault(where, sentence, further))


def _place(name: str) -> Where:
    """Where in the file a setting stands that the description calls by a dotted name."""
    steps = name.split(".")[1:]
    if steps[0] == "attributes":
        return ("attributes", ".".join(steps[1:]), "value")
    return tuple(int(step) if step.isdecimal() else step for step in steps)
