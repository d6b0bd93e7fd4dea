"""Reads a card template of a recipe before it is used: its author hears of a slip at once, and not from a dead delivery."""

from dataclasses import dataclass

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes

from bridge.cards.environment import BASE
from bridge.cards.shelf import Shelf
from bridge.cards.tolerant import TolerantEnvironment


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a template, and in which of its lines, where it is in one."""

    sentence: str
    line: int | None = None


def find_slip(text: str, shelf: Shelf, *, whole: bool = True) -> Slip | None:
    """The first thing that is wrong with the text of a template that may extend and include those of a shelf.

    `whole`: it is to make a card; a part, such as one with macros, extends nothing.
    """
    environment = TolerantEnvironment(shelf.loader())
    try:
        tree = environment.parse(text)
        environment.compile(text)
        extended = [node.template for node in tree.find_all(nodes.Extends)]
        if whole and not extended:
            return Slip(f'Begin it with {{% extends "{BASE}" %}}.')
        names = [name.value for name in extended if isinstance(name, nodes.Const)]
        known = {
            block for name in (BASE, *names) for block in environment.get_template(name).blocks
        }
    except TemplateSyntaxError as error:
        return Slip(error.message or "It cannot be read.", error.lineno)
    except TemplateNotFound as error:
        return Slip(f"There is no template {error.name!r}.")
    # Within a condition Jinja looks for them only when it comes by.
    for word in tree.find_all((nodes.Filter, nodes.Test)):
        is_filter = isinstance(word, nodes.Filter)
        if word.name not in (environment.filters if is_filter else environment.tests):
            kind = "filter" if is_filter else "test"
            return Slip(f"No {kind} named {word.name!r}.", word.lineno)
    for block in tree.body:
        if extended and isinstance(block, nodes.Block) and block.name not in known:
            there = ", ".join(environment.get_template(BASE).blocks)
            return Slip(f"There is no block {block.name!r}. There are: {there}.", block.lineno)
    return None
