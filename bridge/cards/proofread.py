"""Reads a card template before it is kept: its author hears of a slip at once, and not from a dead delivery."""

from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes

from bridge.cards.environment import SandboxedCardEnvironment

_BASE = "card.j2"


def proofread(text: str, folder: Path) -> str | None:
    """What is wrong with the text of a card template, as a sentence, or None. It is compiled, not run.

    `folder` is the plugin's, whose `cards/` it may extend and include.
    """
    environment = SandboxedCardEnvironment(folder / "cards")
    try:
        tree = environment.parse(text)
        environment.compile(text)
        extended = [node.template for node in tree.find_all(nodes.Extends)]
        if not extended:
            return f'Begin it with {{% extends "{_BASE}" %}}.'
        names = [name.value for name in extended if isinstance(name, nodes.Const)]
        known = {
            block for name in (_BASE, *names) for block in environment.get_template(name).blocks
        }
    except TemplateSyntaxError as error:
        return f"Line {error.lineno}: {error.message}"
    except TemplateNotFound as error:
        return f"There is no template {error.name!r}."
    # Within a condition Jinja looks for them only when it comes by.
    for word in tree.find_all((nodes.Filter, nodes.Test)):
        is_filter = isinstance(word, nodes.Filter)
        if word.name not in (environment.filters if is_filter else environment.tests):
            kind = "filter" if is_filter else "test"
            return f"Line {word.lineno}: No {kind} named {word.name!r}."
    for block in tree.body:
        if isinstance(block, nodes.Block) and block.name not in known:
            there = ", ".join(environment.get_template(_BASE).blocks)
            return f"Line {block.lineno}: There is no block {block.name!r}. There are: {there}."
    return None
