"""Making a card fit the bytes that a channel takes: the longest text is cut first, and what was cut is marked and linked.

What fits is never touched. What does not is shrunk step by step, each step only as far as needed: first what is merely
long (addresses, texts, lists), then what can be spared (facts, pictures), at last down to a bare line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from bridge.cards.card import Block, Card, Fact, Items, Line, Paragraph, Span
from bridge.cards.cut import ELLIPSIS, block_length, cut_block, cut_line, cut_text, length
from bridge.cards.lines import lines_of, with_lines

Encode: TypeAlias = Callable[[Card], bytes]

LEAST_BYTES = 2048
"""A smaller limit is refused: the emptiest card of a format may not fit."""

NOTE = "Shortened: open the original"
NOTE_UNLINKED = "Shortened"
_LEAST_BYTES_A_THING = 20
_HOPELESS = 4
_AIM = 0.985
_ENOUGH = 0.97
"""The search for how little to cut aims at so much of the limit, and ends at so much."""


def fit(card: Card, encode: Encode, limit: int) -> bytes:
    """The encoded card, in at most `limit` bytes. Raises `ValueError` below `LEAST_BYTES`."""
    body = _whole(card, encode, limit)
    return encode(_shortened(card, encode, limit)) if body is None else body


def shorten(card: Card, encode: Encode, limit: int) -> Card:
    """The card itself where it fits, else as much of it as does, `cut`. Raises `ValueError` below `LEAST_BYTES`."""
    return _shortened(card, encode, limit) if _whole(card, encode, limit) is None else card


def _whole(card: Card, encode: Encode, limit: int) -> bytes | None:
    """The card as it is, encoded, or None where it is too large."""
    if limit < LEAST_BYTES:
        raise ValueError(f"A card cannot be made to fit less than {LEAST_BYTES} bytes.")
    if _hopeless(card, limit):
        return None
    body = encode(card)
    return body if len(body) <= limit else None


def _shortened(card: Card, encode: Encode, limit: int) -> Card:
    def size(tried: Card) -> int:
        return len(encode(tried))

    card = _bounded(_unnoted(card), limit)
    for step in _STEPS:
        most = step.most(card)
        if most <= step.least:
            continue
        smallest = step.cut(card, step.least)
        if (least_size := size(_noted(smallest))) <= limit:
            search = _Search(step.least, least_size, most, size(_noted(card)))
            return _noted(step.cut(card, search.most(partial(_size_of, card, step, size), limit)))
        card = smallest
    return Card(title=(Span(ELLIPSIS),), summary=ELLIPSIS, cut=True)


def _size_of(card: Card, step: "_Step", size: Callable[[Card], int], most: int) -> int:
    return size(_noted(step.cut(card, most)))


def _hopeless(card: Card, limit: int) -> bool:
    """Whether a card is so large that encoding it would only take time."""
    return sum(_text_lengths(card)) > limit * _HOPELESS


def _bounded(card: Card, limit: int) -> Card:
    """The card without what could not fit whatever else is cut, so that no step works on what is huge."""
    things = limit // _LEAST_BYTES_A_THING
    card = replace(
        card,
        text=card.text[:things],
        facts=card.facts[:things],
        images=card.images[:things],
        actions=card.actions[:things],
    )
    return _cut_items(_cut_texts(card, limit), things)


@dataclass(frozen=True, slots=True)
class _Step:
    """One way to make a card smaller: `cut` to a number between `least` and the `most` that the card has."""

    most: Callable[[Card], int]
    cut: Callable[[Card, int], Card]
    least: int


@dataclass(slots=True)
class _Search:
    """Looks for the largest number whose size fits. Sizes grow about evenly, so a guess is better than halving."""

    low: int
    low_size: int
    high: int
    high_size: int

    def most(self, size: Callable[[int], int], limit: int) -> int:
        """The number, or one whose card leaves little of the limit unused. `low` fits; nothing is known of `high`."""
        guess = True
        while self.high - self.low > 1 and self.low_size < limit * _ENOUGH:
            middle = (self.low + self.high) // 2
            if guess and self.high_size > self.low_size:
                share = (limit * _AIM - self.low_size) / (self.high_size - self.low_size)
                middle = self.low + int((self.high - self.low) * share)
                middle = min(max(middle, self.low + 1), self.high - 1)
            guess = not guess
            tried = size(middle)
            if tried <= limit:
                self.low, self.low_size = middle, tried
            else:
                self.high, self.high_size = middle, tried
        return self.low


def _noted(card: Card) -> Card:
    span = Span(NOTE, italic=True, link=card.url) if card.url else Span(NOTE_UNLINKED, italic=True)
    return replace(card, text=(*card.text, Paragraph((span,))), cut=True)


def _unnoted(card: Card) -> Card:
    """The card without the note of an earlier cut."""
    last = card.text[-1] if card.cut and card.text else None
    if isinstance(last, Paragraph) and last.line[0].text in {NOTE, NOTE_UNLINKED}:
        return replace(card, text=card.text[:-1])
    return card


def _text_lengths(card: Card) -> list[int]:
    lengths = [length(card.title), length(card.author), *map(block_length, card.text)]
    for fact in card.facts:
        lengths += (len(fact.name), length(fact.value))
    lengths += [len(image.alt) for image in card.images]
    lengths += [len(action.title) for action in card.actions]
    return lengths


def _longest_text(card: Card) -> int:
    return max(_text_lengths(card))


def _cut_texts(card: Card, most: int) -> Card:
    return replace(
        card,
        title=cut_line(card.title, most),
        author=cut_line(card.author, most),
        summary=cut_text(card.summary, most),
        text=tuple(cut_block(block, most) for block in card.text),
        facts=tuple(
            Fact(cut_text(fact.name, most), cut_line(fact.value, most)) for fact in card.facts
        ),
        images=tuple(replace(image, alt=cut_text(image.alt, most)) for image in card.images),
        actions=tuple(
            replace(action, title=cut_text(action.title, most)) for action in card.actions
        ),
    )


def _urls(card: Card) -> Iterator[str]:
    yield from filter(None, [card.url, card.avatar.url if card.avatar else None])
    yield from (image.url for image in card.images)
    yield from (action.url for action in card.actions)
    for line in lines_of(card):
        yield from (span.link for span in line if span.link)


def _longest_url(card: Card) -> int:
    return max(map(len, _urls(card)), default=0)


def _cut_urls(card: Card, most: int) -> Card:
    """Leave out what has a longer address; a link's text stays."""

    def line(spans: Line) -> Line:
        return tuple(
            replace(span, link=None) if span.link and len(span.link) > most else span
            for span in spans
        )

    return replace(
        with_lines(card, line),
        avatar=card.avatar if card.avatar and len(card.avatar.url) <= most else None,
        images=tuple(image for image in card.images if len(image.url) <= most),
        actions=tuple(action for action in card.actions if len(action.url) <= most),
        url=card.url if card.url and len(card.url) <= most else None,
    )


def _most_items(card: Card) -> int:
    return max((len(block.lines) for block in card.text if isinstance(block, Items)), default=0)


def _cut_items(card: Card, most: int) -> Card:
    def block(whole: Block) -> Block:
        if isinstance(whole, Items) and len(whole.lines) > most:
            return replace(whole, lines=(*whole.lines[:most], (Span(ELLIPSIS),)))
        return whole

    return replace(card, text=tuple(map(block, card.text)))


_TEXTS = (_longest_text, _cut_texts)
_URLS = (_longest_url, _cut_urls)
_ITEMS = (_most_items, _cut_items)
_BLOCKS = (lambda card: len(card.text), lambda card, most: replace(card, text=card.text[:most]))
_FACTS = (lambda card: len(card.facts), lambda card, most: replace(card, facts=card.facts[:most]))
_IMAGES = (
    lambda card: len(card.images),
    lambda card, most: replace(card, images=card.images[:most]),
)
_ACTIONS = (
    lambda card: len(card.actions),
    lambda card, most: replace(card, actions=card.actions[:most]),
)

_STEPS = (
    _Step(*_URLS, least=1000),
    _Step(*_TEXTS, least=400),
    _Step(*_ITEMS, least=5),
    _Step(*_BLOCKS, least=5),
    _Step(*_FACTS, least=12),
    _Step(*_IMAGES, least=2),
    _Step(*_TEXTS, least=80),
    _Step(*_BLOCKS, least=1),
    _Step(*_FACTS, least=4),
    _Step(*_IMAGES, least=0),
    _Step(*_BLOCKS, least=0),
    _Step(*_FACTS, least=0),
    _Step(*_URLS, least=200),
    _Step(*_ACTIONS, least=0),
    _Step(*_TEXTS, least=1),
    _Step(*_URLS, least=0),
)
