"""From an event to a card, through the source's Jinja templates."""

from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Protocol, get_args
from weakref import WeakKeyDictionary

from jinja2 import TemplateNotFound, TemplateSyntaxError

from bridge.cards.card import Accent, Card, plain
from bridge.cards.cut import cut_text
from bridge.cards.interpreter import Stopped
from bridge.cards.library import Library
from bridge.cards.links import http_url
from bridge.cards.literal import one_line
from bridge.cards.mentions import Syntax
from bridge.cards.recorder import Recorder, recording
from bridge.cards.shelf import Shelf
from bridge.errors import TemplateFailed
from bridge.models import Endpoint, ParsedEvent
from bridge.texts import say

SUMMARY_CHARACTERS = 200
OWN = "the endpoint's template"
THEIRS = "the subscription's template"
"""What errors call templates that are not files."""
_LOOKED_FOR = 1.0
"""Seconds for which a source's files are not looked at again: that takes longer than rendering a card."""
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
    def mentions(self) -> Syntax:
        """How people are mentioned in text that they wrote."""

    @property
    def shelf(self) -> Shelf:
        """Its card templates."""

    def template(self, endpoint: Endpoint) -> str | None:
        """The endpoint's own template."""


class CardRenderer:
    """Renders events to cards. One for the process: it keeps compiled templates, until their files change.

    `now` gives seconds that only grow; a test has its own.
    """

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._libraries = WeakKeyDictionary[TemplateSource, tuple[Library, float]]()

    def render(
        self,
        source: TemplateSource,
        endpoint: Endpoint,
        event: ParsedEvent,
        *,
        template: str | None = None,
        zone: tzinfo = UTC,
    ) -> Card:
        """The card of an event. Raises `TemplateFailed`, naming the template and the line, never the payload.

        `template` is a subscriber's own, in place of the source's or the endpoint's; `zone` the one of its times.
        """
        templates = self._library(source)
        own, name = source.template(endpoint), OWN
        if template is not None:
            own, name = template, THEIRS
        elif own is None:
            name = templates.name(event.type)
        environment = templates.environment if own is None else templates.bounded
        recorder = Recorder(environment.reader, zone, source.mentions)
        token = recording.set(recorder)
        try:
            found = templates.environment.get_template(name) if own is None else templates.own(own)
            found.render(_context(source, event))
            return _card(recorder, source, event)
        except Stopped as error:
            raise TemplateFailed(
                say("{name}, line {line}: {why}", name=name, line=error.line, why=error.reason)
            ) from None
        except TemplateFailed as error:
            raise TemplateFailed(say("{name}: {why}", name=name, why=error.sentence)) from None
        except Exception as error:  # noqa: BLE001  # a template may raise anything
            raise _failed(name, error) from None  # what Jinja raised may quote the payload
        finally:
            recording.reset(token)

    def name(self, source: TemplateSource, endpoint: Endpoint, event_type: str) -> str:
        """What the source's own card of an event type is made with: `default.j2` where there is nothing closer."""
        own = source.template(endpoint)
        return OWN if own is not None else self._library(source).name(event_type)

    def _library(self, source: TemplateSource) -> Library:
        now = self._now()
        kept = self._libraries.get(source)
        if kept is not None and now - kept[1] < _LOOKED_FOR:
            return kept[0]
        library = kept[0] if kept and not kept[0].outdated() else Library(source.shelf)
        self._libraries[source] = library, now
        return library


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
        raise TemplateFailed(
            say("The template must begin with {begin}.", begin='{% extends "card.j2" %}')
        )
    accent = recorder.read(parts["accent"]).plain() or "neutral"
    if accent not in _ACCENTS:
        raise TemplateFailed(say("The accent must be one of {words}.", words=", ".join(_ACCENTS)))
    title = recorder.line(parts["title"]) or recorder.line(f"{source.label}: {event.type}")
    summary = recorder.read(parts["summary"]).plain() or one_line(plain(title))
    return Card(
        title=title,
        summary=cut_text(summary, SUMMARY_CHARACTERS),
        author=recorder.line(parts["author"]),
        avatar=recorder.avatar,
        text=recorder.read(parts["text"]).blocks(),
        facts=tuple(recorder.facts),
        images=tuple(recorder.images),
        actions=tuple(recorder.actions),
        accent=accent,
        url=http_url(event.url) if event.url else None,
    )


def _failed(name: str, error: Exception) -> TemplateFailed:
    if isinstance(error, TemplateSyntaxError):
        return TemplateFailed(
            say(
                "{name}, line {line}: {why}",
                name=error.name or name,
                line=error.lineno,
                why=error.message,
            )
        )
    if isinstance(error, TemplateNotFound):
        missing = say("There is no template {name}.", name=repr(error.name))
        return TemplateFailed(say("{name}: {why}", name=name, why=missing))
    where, line = _place(error.__traceback__)
    at = f"{where or name}, line {line}" if line else name
    why = say("{error} while the card was rendered.", error=type(error).__name__)
    return TemplateFailed(say("{name}: {why}", name=at, why=why))


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
