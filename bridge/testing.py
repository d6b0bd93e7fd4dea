"""The kit for plugin authors, a pytest plugin: a source's fixtures are its tests.

    class TestSentry(SourceChecks):
        source = Sentry()

runs every `fixtures/<event>__<detail>.json` through signing, verifying, parsing and rendering, and compares the card
with `<event>__<detail>.card.json`. `pytest --update-cards` writes those files anew, to be read before they are kept.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from difflib import unified_diff
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest
from pydantic import SecretStr

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Block, Card, CodeBlock, Items, Line, Span
from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.cards.fit import fit
from bridge.cards.messagecard import message_card
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.errors import InvalidSignature
from bridge.models import Endpoint, EndpointSecret, InboundRequest, ParsedEvent
from bridge.source import Sample, Source
from bridge.translations import declared, forms, read, translated

SECRET = "a-secret-of-the-tests"  # noqa: S105  # nobody's
ALWAYS = ("actor", "actor_is_bot")
"""The attributes that every event gives."""

FORMS = ((message_card, check_message_card), (adaptive_message, check_adaptive_message))
"""The formats that cards are sent in, each with its check."""

_DOTTED = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_AS_IT_IS = re.compile(r"\{\}|`[^`]*`")
_UNRENDERED = re.compile(r"\bNone\b|\bundefined\b|\{\{|\{%|[\[{]\s*['\"]\w+['\"]\s*:")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the expected cards."""
    parser.addoption(
        "--update-cards",
        action="store_true",
        help="write the expected cards of sources' fixtures anew, to be reviewed",
    )


def endpoint_of(source: Source, config: Mapping[str, Any] | None = None) -> Endpoint:
    """An endpoint of a source, with a secret of the tests."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    secret = EndpointSecret("key_test", SecretStr(SECRET), now)
    checked = source.validate_config(config or {})
    return Endpoint("ep_test", source.name, "Test", (secret,), "operator", now, config=checked)


def signed(source: Source, sample: Sample, secret: str = SECRET) -> InboundRequest:
    """A sample as the external system would send it."""
    headers = {**sample.headers, **source.sign(sample.body, secret)}
    return InboundRequest({name.lower(): value for name, value in headers.items()}, sample.body)


def cards_of(
    source: Source, request: InboundRequest, endpoint: Endpoint
) -> list[tuple[ParsedEvent, Card]]:
    """What a webhook becomes: each part with its card."""
    return [
        (event, _renderer().render(source, endpoint, event))
        for event in source.parse(request, endpoint)
    ]


@cache
def _renderer() -> CardRenderer:
    """One for all checks: it keeps compiled templates."""
    return CardRenderer()


class SourceChecks:
    """What every source must hold; a subclass sets `source`, and `config` for an endpoint that needs one."""

    source: ClassVar[Source]
    config: ClassVar[Mapping[str, Any]] = {}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run what takes a `sample` for each of the source's."""
        if "sample" in metafunc.fixturenames:
            metafunc.parametrize("sample", self.source.samples, ids=lambda sample: sample.name)

    def test_the_signature_is_proved(self, sample: Sample) -> None:
        """The right secret is accepted, and another one refused; a sender that proves nothing is never accepted so."""
        endpoint = endpoint_of(self.source, self.config)
        if self.source.issuer == "nobody":
            assert _refusal(self.source, signed(self.source, sample), endpoint) is not None, (
                f"{sample.name}: verify accepts what proves nothing: it must raise InvalidSignature."
            )
            return
        refusal = _refusal(self.source, signed(self.source, sample), endpoint)
        assert refusal is None, (
            f"{sample.name}: verify refuses what sign has signed: make the two agree. {refusal}"
        )
        other = signed(self.source, sample, "another-secret")
        assert _refusal(self.source, other, endpoint) is not None, (
            f"{sample.name}: verify accepts another secret: it must raise InvalidSignature."
        )

    def test_the_card_is_as_expected(self, sample: Sample, pytestconfig: pytest.Config) -> None:
        """The fixture becomes the card that stands beside it."""
        endpoint = endpoint_of(self.source, self.config)
        request = signed(self.source, sample)
        self.source.identify(request, endpoint)
        found = [
            expectation(event, card) for event, card in cards_of(self.source, request, endpoint)
        ]
        path = self.source.expected / f"{sample.name}.card.json"
        if pytestconfig.getoption("update_cards"):
            _write(path, found)
        assert path.is_file(), (
            f"{path.name} is missing: write it with pytest --update-cards, and read it."
        )
        expected = json.loads(path.read_text(encoding="utf-8"))
        assert found == expected, (
            f"{sample.name} becomes another card than {path.name}: mend the template, or, if the new one is meant, "
            f"write it with pytest --update-cards.\n{_difference(expected, found)}"
        )

    def test_the_card_can_be_sent(self, sample: Sample) -> None:
        """Both formats are valid, of a size that Teams takes, and say nothing that nobody meant."""
        endpoint = endpoint_of(self.source, self.config)
        for _, card in cards_of(self.source, signed(self.source, sample), endpoint):
            for form, check in FORMS:
                body = fit(card, partial(_encode, form), ChannelKind.limit_bytes)
                problems = check(orjson.loads(body), body)
                assert problems == [], f"{sample.name}: Teams would not take it: {problems}"
            shown = [text for text in _texts(to_json(card)) if _UNRENDERED.search(text)]
            wrong = [text for text in shown if not _said(text, sample.body)]
            assert wrong == [], (
                f"{sample.name}: the card shows a value that is not there, or code: {wrong}. "
                "Leave the part out of the template where it has no value."
            )

    def test_the_event_is_declared(self, sample: Sample) -> None:
        """What a fixture becomes is of the source's types, with its attributes, each of a kind to be filtered on."""
        endpoint = endpoint_of(self.source, self.config)
        attributes = {attribute.name for attribute in self.source.attributes}
        types = {kind.name for kind in self.source.event_types}
        for event in self.source.parse(signed(self.source, sample), endpoint):
            lacking = sorted(set(ALWAYS) - set(event.attributes))
            assert lacking == [], f"{sample.name} does not give {lacking}: every event must."
            odd = sorted(name for name, value in event.attributes.items() if not _plain(value))
            assert odd == [], (
                f"{sample.name} gives {odd} a value that cannot be filtered on: it must be text, a number, "
                "True or False, None, or a tuple of texts."
            )
            assert event.url is None or isinstance(event.url, str), (
                f"{sample.name} gives a url that is not text: {event.url!r}."
            )
            assert event.at is None or event.at.tzinfo, (
                f"{sample.name} gives a time without its zone: {event.at}."
            )
            assert _DOTTED.fullmatch(event.type), (
                f"{sample.name} becomes {event.type!r}: an event type is words of a to z, 0 to 9, _ and - "
                "with dots between."
            )
            if self.source.open_ended:
                continue
            assert event.type in types, (
                f"{sample.name} becomes {event.type}, not declared: add it to event_types."
            )
            undeclared = sorted(set(event.attributes) - attributes)
            assert undeclared == [], (
                f"{sample.name} gives {undeclared}, not declared: add them to attributes."
            )

    def test_every_event_type_has_a_fixture(self) -> None:
        """Each declared event type is what some fixture becomes."""
        endpoint = endpoint_of(self.source, self.config)
        seen = {
            event.type
            for sample in self.source.samples
            for event in self.source.parse(signed(self.source, sample), endpoint)
        }
        missing = [kind.name for kind in self.source.event_types if kind.name not in seen]
        assert missing == [], (
            f"No fixture becomes {missing}: add fixtures/<event>__<detail>.json for each."
        )

    def test_every_expected_card_has_its_fixture(self) -> None:
        """No expected card is left of a fixture that is gone."""
        names = {sample.name for sample in self.source.samples}
        left = [
            path.name
            for path in self.source.expected.glob("*.card.json")
            if path.name.removesuffix(".card.json") not in names
        ]
        assert left == [], f"{left} belong to no fixture: remove them."

    def test_the_translations_keep_what_is_not_to_be_translated(self) -> None:
        """In every language, a phrase has its `{}`, and what is to be entered as it stands is as it stands."""
        for file in sorted((self.source.folder / "texts").glob("*.po")):
            said = {forms(one.id)[0]: forms(one.string)[0] for one in translated(read(file))}
            lost = [
                text
                for _, text in declared(self.source)
                if sorted(_AS_IT_IS.findall(text))
                != sorted(_AS_IT_IS.findall(said.get(text, text)))
            ]
            assert lost == [], (
                f"{file.name} loses or adds braces or code of {lost}: write them as they stand there."
            )


def expectation(event: ParsedEvent, card: Card) -> dict[str, Any]:
    """What stands in an expected card's file for one part of a webhook."""
    attributes = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in sorted(event.attributes.items())
    }
    return {"type": event.type, "attributes": attributes, "card": to_json(card)}


def to_json(card: Card) -> dict[str, Any]:
    """A card as JSON for people: what is at its default is left out, and a line is a string where it is plain."""
    blank = Card(title=(), summary="", people=card.people)
    shown: dict[str, Any] = {}
    for field in fields(Card):
        value = getattr(card, field.name)
        if value == getattr(blank, field.name):
            continue
        if field.name in {"title", "author"}:
            shown[field.name] = _line(value)
        elif field.name == "text":
            shown[field.name] = [_block(block) for block in value]
        elif field.name == "facts":
            shown[field.name] = [[fact.name, _line(fact.value)] for fact in value]
        elif field.name in {"images", "actions"}:
            shown[field.name] = [_record(item) for item in value]
        elif field.name == "avatar":
            shown[field.name] = _record(value)
        else:
            shown[field.name] = value
    return shown


def _refusal(source: Source, request: InboundRequest, endpoint: Endpoint) -> str | None:
    try:
        source.verify(request, endpoint)
    except InvalidSignature as error:
        return str(error)
    return None


def _plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str | int | float)


def _difference(expected: object, found: object) -> str:
    """Line by line: the kit is not always where pytest explains its assertions."""
    before, after = (
        json.dumps(it, indent=2, ensure_ascii=False).splitlines() for it in (expected, found)
    )
    return "\n".join(unified_diff(before, after, "expected", "found", n=1, lineterm=""))


def _record(item: Any) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in fields(item)}


def _line(line: Line) -> Any:
    if len(line) == 1 and line[0] == Span(line[0].text):
        return line[0].text
    return [_span(span) for span in line]


def _span(span: Span) -> Any:
    plain = Span(span.text)
    if span == plain:
        return span.text
    return {
        name: value
        for name, value in _record(span).items()
        if name == "text" or value != getattr(plain, name)
    }


def _block(block: Block) -> Any:
    if isinstance(block, CodeBlock):
        return {"code": block.text}
    if isinstance(block, Items):
        start = {} if block.start is None else {"start": block.start}
        return {"items": [_line(line) for line in block.lines], **start}
    return {"quote": _line(block.line)} if block.quote else _line(block.line)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


def _said(text: str, body: bytes) -> bool:
    """Whether the external system itself said what looks unrendered."""
    found = _UNRENDERED.search(text)
    return found is not None and found[0].encode() in body.replace(b"\\", b"")


def _encode(form: Callable[[Card], Mapping[str, Any]], card: Card) -> bytes:
    return orjson.dumps(form(card))


def _write(path: Path, found: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
