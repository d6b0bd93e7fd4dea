"""From an event to a card, through the source's Jinja templates."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, get_args

from jinja2 import Template, TemplateNotFound, TemplateSyntaxError

from bridge.cards.card import Accent, Card, plain
from bridge.cards.cut import cut_text
from bridge.cards.environment import CardEnvironment, SandboxedCardEnvironment
from bridge.cards.links import http_url
from bridge.cards.literal import one_line
from bridge.cards.recorder import Recorder, recording
from bridge.errors import TemplateFailed
from bridge.models import Endpoint, ParsedEvent

SUMMARY_CHARACTERS = 200
OWN = "the endpoint's template"
"""What errors call a template that is not a file."""
_OWN_TEMPLATES_KEPT = 200
_NAMES_KEPT = 1000
_SUFFIX = ".j2"
_BASE = "card"
_ACCENTS: tuple[Accent, ...] = get_args(Accent)


class TemplateSource(Protocol):
    """What rendering needs of a source."""

    @property
    def name(self) -> str:
        """In URLs and settings."""

    @property
    def label(self) -> str:
        """What people call it."""

    @property
    def folder(self) -> Path:
        """Where its `cards/` are."""

    def template(self, endpoint: Endpoint) -> str | None:
        """The endpoint's own template."""


class CardRenderer:
    """Renders events to cards. One for the process: it keeps compiled templates."""

    def __init__(self) -> None:
        self._folders: dict[Path, _SourceTemplates] = {}

    def render(self, source: TemplateSource, endpoint: Endpoint, event: ParsedEvent) -> Card:
        """The card of an event. Raises `TemplateFailed`, naming the template and the line, never the payload."""
        folder = source.folder
        templates = self._folders.get(folder)
        if templates is None:
            templates = self._folders[folder] = _SourceTemplates(folder / "cards")
        own = source.template(endpoint)
        name = OWN if own is not None else templates.name(event.type)
        recorder = Recorder(templates.sandbox.marks if own is not None else templates.trusted.marks)
        token = recording.set(recorder)
        try:
            template = templates.trusted.get_template(name) if own is None else templates.own(own)
            template.render(_context(source, event))
            return _card(recorder, source, event)
        except TemplateFailed as error:
            raise TemplateFailed(f"{name}: {error}") from None
        except Exception as error:  # noqa: BLE001  # a template may raise anything
            raise _failed(name, error) from None  # what Jinja raised may quote the payload
        finally:
            recording.reset(token)


class _SourceTemplates:
    """The templates of one source."""

    def __init__(self, cards: Path) -> None:
        self.trusted = CardEnvironment(cards)
        self.sandbox = SandboxedCardEnvironment(cards)
        self._there = {
            path.name.removesuffix(_SUFFIX)
            for path in cards.glob("*" + _SUFFIX)
            if not path.name.startswith("_") and path.stem != _BASE
        }
        self._names: dict[str, str] = {}
        self._own: dict[str, Template] = {}

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


def _keep(kept: dict[str, Template] | dict[str, str], key: str, value: object, most: int) -> None:
    """Keep a value, and forget the oldest of too many: event types and templates come from outside."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value  # type: ignore[assignment]  # each caller keeps one kind


def _ever_wider(event_type: str) -> Iterator[str]:
    while event_type:
        yield event_type
        event_type = event_type.rpartition(".")[0]


def _context(source: TemplateSource, event: ParsedEvent) -> dict[str, object]:
    return {
        **event.context,
        "event": {
            "type": event.type,
            "attributes": event.attributes,
            "url": event.url,
            "source": source.label,
        },
    }


def _card(recorder: Recorder, source: TemplateSource, event: ParsedEvent) -> Card:
    parts = recorder.parts
    if "title" not in parts:
        raise TemplateFailed('The template must begin with {% extends "card.j2" %}.')
    accent = parts["accent"].plain() or "neutral"
    if accent not in _ACCENTS:
        raise TemplateFailed(f"The accent must be one of {', '.join(_ACCENTS)}.")
    title = parts["title"].line() or recorder.read(f"{source.label}: {event.type}").line()
    return Card(
        title=title,
        summary=cut_text(parts["summary"].plain() or one_line(plain(title)), SUMMARY_CHARACTERS),
        author=parts["author"].line(),
        avatar=recorder.avatar,
        text=parts["text"].blocks(),
        facts=tuple(recorder.facts),
        images=tuple(recorder.images),
        actions=tuple(recorder.actions),
        accent=accent,
        url=http_url(event.url) if event.url else None,
    )


def _failed(name: str, error: Exception) -> TemplateFailed:
    if isinstance(error, TemplateSyntaxError):
        return TemplateFailed(f"{error.name or name}, line {error.lineno}: {error.message}")
    if isinstance(error, TemplateNotFound):
        return TemplateFailed(f"{name}: There is no template {error.name!r}.")
    where, line = _place(error.__traceback__)
    at = f"{where or name}, line {line}" if line else name
    return TemplateFailed(f"{at}: {type(error).__name__} while the card was rendered.")


def _place(traceback: TracebackType | None) -> tuple[str | None, int]:
    """The file's name (None for a template without one) and the line of the template where the error happened."""
    where: str | None = None
    line = 0
    while traceback is not None:
        frame = traceback.tb_frame
        if "__jinja_exception__" in frame.f_globals:
            filename = frame.f_code.co_filename
            where = None if filename.startswith("<") else Path(filename).name
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return where, line
