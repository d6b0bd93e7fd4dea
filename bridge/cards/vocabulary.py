"""The words that card templates have: calls that record, and filters that shape values."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context

from bridge.cards.card import Fact, Image, OpenUrl, Paragraph, Span
from bridge.cards.freetext import excerpt as read_excerpt
from bridge.cards.links import http_url
from bridge.cards.literal import one_line
from bridge.cards.recorder import recording
from bridge.cards.times import length_of, read_time

_DAY = re.compile(r"\d{4}-?\d\d-?\d\d")
_CENTURY = 100 * 366 * 24 * 60 * 60.0
_SHORT_SHA = 7
_DEEPEST = 3


def text_of(value: object, depth: int = 0) -> str:
    """A value as people read it: nothing for None and undefined, yes and no, lists with commas."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Undefined) or callable(value) or depth > _DEEPEST:
        return ""
    if isinstance(value, (int, float)):
        return ("yes" if value else "no") if isinstance(value, bool) else str(value)
    if isinstance(value, Mapping):
        pairs = ((name, text_of(item, depth + 1)) for name, item in value.items())
        return ", ".join(f"{name}: {text}" for name, text in pairs if text)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join([text for item in value if (text := text_of(item, depth + 1))])
    return str(value)


def plain_of(value: object) -> str:
    """A value as mere text, also where it is a piece of template text."""
    return recording.get().marks.plain(text_of(value))


def fact(name: object, value: object) -> str:
    """Record a fact; one without a value is left out."""
    recorder = recording.get()
    if line := recorder.line(text_of(value)):
        recorder.facts.append(Fact(one_line(plain_of(name)), line))
    return ""


def open_url(title: object, url: object) -> str:
    """Record a button that opens a link; one that is not http(s) is left out."""
    address, text = http_url(plain_of(url)), one_line(plain_of(title))
    if address and text:
        recording.get().actions.append(OpenUrl(text, address))
    return ""


def image(url: object, alt: object = "") -> str:
    """Record a picture; one whose URL is not http(s) is left out."""
    if address := http_url(plain_of(url)):
        recording.get().images.append(Image(address, one_line(plain_of(alt))))
    return ""


def avatar(url: object, alt: object = "") -> str:
    """Record the picture of who did it; one whose URL is not http(s) is left out."""
    if address := http_url(plain_of(url)):
        recording.get().avatar = Image(address, one_line(plain_of(alt)))
    return ""


def person(user: object, name: object = "") -> str:
    """Somebody whom the card is for, by what the source calls them; `name` is what is shown, else that."""
    called = one_line(plain_of(user))
    shown = one_line(plain_of(name)) or called
    if not called:
        return shown
    return recording.get().keep((Paragraph((Span(shown, person=called),)),))


# A filter that reads the render going on takes Jinja's context only so that it is not run when a template is compiled.


@pass_context
def part(_: Context, rendered: str, name: str) -> str:
    """Record a part of the card; the base template's word."""
    recording.get().parts[name] = rendered
    return ""


@pass_context
def excerpt(_: Context, value: object, limit: int = 400) -> str:
    """What people wrote, read as Markdown and cut to about `limit` characters."""
    recorder = recording.get()
    blocks = read_excerpt(plain_of(value), limit, recorder.mentions)
    return recorder.keep(blocks) if blocks else ""


@pass_context
def code(_: Context, value: object) -> str:
    """A value in a code span."""
    text = one_line(plain_of(value))
    markup = recording.get().marks.markup
    return f"{markup('`')}{text}{markup('`')}" if text else ""


@pass_context
def first_line(_: Context, value: object) -> str:
    """The first line that is not blank."""
    return next((line for line in map(str.strip, plain_of(value).splitlines()) if line), "")


@pass_context
def named(_: Context, user: object, name: object = "") -> str:
    """As the call `person`."""
    return person(user, name)


def short(value: object) -> str:
    """The beginning of a commit's hash."""
    return text_of(value)[:_SHORT_SHA]


def plural(count: object, one: str, many: str | None = None) -> str:
    """A number with its noun: `3 commits`. A list counts as its length; without a plural, an s is added."""
    number = len(count) if isinstance(count, (list, tuple, Mapping)) else text_of(count) or "0"
    return f"{number} {one if str(number) == '1' else many or one + 's'}"


@pass_context
def moment(_: Context, value: object) -> str:
    """A time as `2026-11-23 14:05 UTC`, from ISO 8601 or seconds or milliseconds since 1970; else the text as it is.

    It is told in the reader's time zone and not as `{{DATE()}}`: a MessageCard knows no such function, an Adaptive Card
    only in a TextBlock and not among facts, and a channel should speak of one time, in notifications and digests too.
    """
    text = text_of(value).strip()
    when = None if _DAY.fullmatch(text) else read_time(text)
    try:
        return _told(when.astimezone(recording.get().zone)) if when else text
    except (
        ValueError,
        OverflowError,
        OSError,
    ):  # the last day of the year 9999, or the first of the year 1
        return text


def _told(when: datetime) -> str:
    zone = when.tzname() or ""
    return f"{when:%Y-%m-%d %H:%M} {'UTC' if zone[:1] in '+-' else ''}{zone}".rstrip()


def duration(start: object, end: object = None) -> str:
    """A length of time as `3 min 12 s`: of a number of seconds, or from one time until another; else nothing."""
    if end is None:
        return _length(start)
    begun, ended = read_time(text_of(start)), read_time(text_of(end))
    return length_of((ended - begun).total_seconds()) if begun and ended and begun <= ended else ""


def _length(value: object) -> str:
    try:
        seconds = float(text_of(value))
    except ValueError:
        return ""
    return length_of(seconds) if 0 <= seconds < _CENTURY else ""


def join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
    """The values in a row; None and undefined ones are left out."""
    if isinstance(values, Undefined):
        return ""
    if attribute is not None:
        values = (
            item.get(attribute) if isinstance(item, Mapping) else getattr(item, attribute, None)
            for item in values
        )
    return separator.join(filter(None, map(text_of, values)))


CALLS = {
    "fact": fact,
    "open_url": open_url,
    "image": image,
    "avatar": avatar,
    "plural": plural,
    "person": person,
}

FILTERS = {
    "part": part,
    "excerpt": excerpt,
    "code": code,
    "first_line": first_line,
    "short": short,
    "plural": plural,
    "person": named,
    "datetime": moment,
    "duration": duration,
    "join": join,
}
