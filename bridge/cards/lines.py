"""The lines of a card, wherever they stand in it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from bridge.cards.card import Block, Card, Fact, Items, Line, Paragraph


def lines_of(card: Card) -> Iterator[Line]:
    """Every line, in the order in which people read them."""
    yield from (card.title, card.author)
    for block in card.text:
        if isinstance(block, Paragraph):
            yield block.line
        elif isinstance(block, Items):
            yield from block.lines
    yield from (fact.value for fact in card.facts)


def with_lines(card: Card, change: Callable[[Line], Line]) -> Card:
    """The card with every line changed, one after the other in the order in which people read them."""
    return replace(
        card,
        title=change(card.title),
        author=change(card.author),
        text=tuple(map(partial(with_block_lines, change), card.text)),
        facts=tuple(Fact(fact.name, change(fact.value)) for fact in card.facts),
    )


def with_block_lines(change: Callable[[Line], Line], block: Block) -> Block:
    """A block with every line changed."""
    if isinstance(block, Paragraph):
        return replace(block, line=change(block.line))
    if isinstance(block, Items):
        return replace(block, lines=tuple(map(change, block.lines)))
    return block
