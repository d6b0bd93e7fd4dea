"""What a template may say whose author is not trusted: each of its constructs stands on a list, or it is refused.

Nothing on the list can call Python, and each costs no more than what it is given is long. What all of it costs together
is counted when it is rendered (`interpreter`, `meter`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final, TypeAlias

from jinja2 import TemplateSyntaxError, nodes

from bridge.cards import interpreter
from bridge.cards.cut import cut_text
from bridge.cards.environment import BASE, BoundedEnvironment
from bridge.cards.harmless import CALLS, FILTERS, TESTS
from bridge.cards.interpreter import Loop, Program, Stopped
from bridge.cards.literal import one_line
from bridge.texts import say, together

CHARACTERS: Final = 20_000
"""A template may have so many."""
TOKENS: Final = 3_000
"""Words and signs within `{{ }}` and `{% %}`, and pieces of text between."""
DEPTH: Final = 40
"""How deep constructs may stand in each other."""
LOOPS: Final = 3
"""How many loops may stand in each other."""

LOOP: Final = tuple(field.name for field in fields(Loop))
STATEMENTS: Final = frozenset(interpreter.STATEMENTS) - {nodes.FilterBlock} | {nodes.Extends}

_WITHIN: Final = frozenset(
    {nodes.TemplateData, nodes.Keyword, nodes.Operand, nodes.Pair, nodes.Slice}
)
"""Parts of statements and expressions that are none themselves."""
_ALLOWED: Final = STATEMENTS | interpreter.EXPRESSIONS.keys() | _WITHIN
_NAMES: Final[Mapping[type[nodes.Node], str]] = {
    nodes.Include: "`include`",
    nodes.Import: "`import`",
    nodes.FromImport: "`import`",
    nodes.Macro: "`macro`",
    nodes.CallBlock: "`call`",
    # TRANSLATORS: In a template: “{construct} is not allowed here.”
    nodes.FilterBlock: say("A block of `filter`"),
    nodes.With: "`with`",
    nodes.Pow: "`**`",
    # TRANSLATORS: In a template: “{construct} is not allowed here.”
    nodes.NSRef: say("A namespace"),
    nodes.ExprStmt: "`do`",
}
"""What people call that which is not allowed."""
# TRANSLATORS: In a template: “The {kind} `x` is not allowed here.”
_BLOCK: Final = say("block")
# TRANSLATORS: In a template: “The {kind} `x` is not allowed here.”
_CALL: Final = say("call")
# TRANSLATORS: In a template: “The {kind} `x` is not allowed here.” and “`x` needs the name of its {kind} in quotes.”
_FILTER: Final = say("filter")
# TRANSLATORS: In a template: “The {kind} `x` is not allowed here.” and “`x` needs the name of its {kind} in quotes.”
_TEST: Final = say("test")
_NEVER_SEEN: Final = frozenset({"self", "super", "caller", "varargs", "kwargs"})
_BY_NAME: Final[Mapping[str, tuple[int, bool]]] = {
    "map": (0, True),
    "select": (0, False),
    "reject": (0, False),
    "selectattr": (1, False),
    "rejectattr": (1, False),
}
"""Filters that take the name of a filter (else of a test), and which of their arguments it is."""
_TOLD: Final = 20
_SAID: Final = 3
_NAME: Final = 60
_REASON: Final = 300

Look: TypeAlias = Callable[[Any], Iterator[tuple[nodes.Node, str]]]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Why a template is refused, as a sentence, and the line that it is about, counted from 1."""

    line: int
    reason: str

    @property
    def sentence(self) -> str:
        """Both, as people read it."""
        return say("Line {line}: {reason}", line=self.line, reason=self.reason)


def proofread(text: str) -> str | None:
    """What is wrong with a card template that an endpoint's owner wrote, in a few sentences, or None."""
    return together(fault.sentence for fault in check(text)[:_SAID]) or None


class NotAllowed(Stopped):
    """The template has what a template of its author may not have. `faults` says what and where."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults[0].line, faults[0].reason)
        self.faults = faults


def check(text: str) -> tuple[Fault, ...]:
    """Why the text of a card template is refused: the first faults in the order of their lines, none where it may be kept."""
    try:
        read(text, BoundedEnvironment())
    except NotAllowed as error:
        return error.faults
    return ()


def read(text: str, environment: BoundedEnvironment) -> Program:
    """The text of a card template, to be rendered. Raises `NotAllowed`."""
    try:
        tree = _parsed(text, environment)
    except TemplateSyntaxError as error:
        reason = cut_text(one_line(error.message or "It cannot be read."), _REASON)
        raise NotAllowed((Fault(error.lineno, reason),)) from None
    except RecursionError:
        raise NotAllowed((Fault(1, say("Something in it is nested too deeply.")),)) from None
    except ValueError:  # Python reads no number of more than some thousand digits
        raise NotAllowed((Fault(1, say("It has a number that is too long.")),)) from None
    blocks = tuple(node.name for node in environment.base.find_all(nodes.Block))
    found = [*_outside(tree, blocks), *(fault for node in tree.body for fault in _walk(node))]
    if found:
        faults = sorted({Fault(node.lineno, reason) for node, reason in found})
        raise NotAllowed(tuple(faults[:_TOLD]))
    return Program(environment, tree)


def _parsed(text: str, environment: BoundedEnvironment) -> nodes.Template:
    if len(text) > CHARACTERS:
        reason = say(
            "It has {length} characters; at most {most} are allowed.",
            length=len(text),
            most=CHARACTERS,
        )
        raise NotAllowed((Fault(1, reason),))
    tokens = (token for token in environment.lex(text) if _counts(token))
    beyond = next(islice(tokens, TOKENS, None), None)
    if beyond is not None:
        reason = say("There are more than {most} words and signs up to here.", most=TOKENS)
        raise NotAllowed((Fault(beyond[0], reason),))
    return environment.parse(text)


def _counts(token: tuple[int, str, str]) -> bool:
    return token[1] not in {"whitespace", "comment", "comment_begin", "comment_end"}


def _outside(tree: nodes.Template, blocks: tuple[str, ...]) -> Iterator[tuple[nodes.Node, str]]:
    """What stands outside of blocks is never shown."""
    extends = [node for node in tree.body if isinstance(node, nodes.Extends)]
    if not extends:
        yield tree, say("Begin it with {begin}.", begin=f'{{% extends "{BASE}" %}}')
    for again in extends[1:]:
        yield again, say("`extends` stands there once, at the beginning.")
    seen: set[str] = set()
    for node in tree.body:
        if isinstance(node, nodes.Block):
            if node.name not in blocks:
                yield node, _no(_BLOCK, node.name, blocks)
            if node.name in seen:
                yield node, say("There are two blocks named `{name}`.", name=node.name)
            seen.add(node.name)
        elif isinstance(node, nodes.Output):
            shown = next((part for part in node.nodes if not _is_blank(part)), None)
            if shown is not None:
                yield (
                    shown,
                    say("This stands outside of every block, where nobody would see it."),
                )
        elif not isinstance(node, nodes.Extends | nodes.Assign | nodes.AssignBlock):
            yield node, say("Put this into a block: only `set` may stand outside of one.")


def _walk(
    node: nodes.Node, depth: int = 1, loops: int = 0, *, inside: bool = False
) -> Iterator[tuple[nodes.Node, str]]:
    if depth > DEPTH:
        yield (
            node,
            say("This is nested too deeply: at most {most} constructs in each other.", most=DEPTH),
        )
        return
    if inside and isinstance(node, nodes.Block | nodes.Extends):
        yield node, say("A block stands in no other, and `extends` in none.")
        return
    if isinstance(node, nodes.For):
        loops += 1
        if loops > LOOPS:
            yield node, say("At most {most} loops may stand in each other.", most=LOOPS)
            return
    look = _LOOKS.get(type(node))
    if look is not None:
        yield from look(node)
    elif type(node) not in _ALLOWED:
        yield node, _not_allowed(_NAMES.get(type(node), f"`{type(node).__name__}`"))
        return
    for child in node.iter_child_nodes():
        if not (isinstance(node, nodes.Call) and child is node.node):
            yield from _walk(child, depth + 1, loops, inside=True)


def _extends(node: nodes.Extends) -> Iterator[tuple[nodes.Node, str]]:
    if not isinstance(node.template, nodes.Const) or node.template.value != BASE:
        yield node, say('Only "{base}" may be extended here.', base=BASE)


def _block(node: nodes.Block) -> Iterator[tuple[nodes.Node, str]]:
    if node.scoped or node.required:
        yield node, say("A block is neither `scoped` nor `required` here.")


def _for(node: nodes.For) -> Iterator[tuple[nodes.Node, str]]:
    if node.recursive:
        yield node, say("A loop is not `recursive` here.")


def _assign(node: nodes.Assign | nodes.AssignBlock) -> Iterator[tuple[nodes.Node, str]]:
    if isinstance(node, nodes.AssignBlock) and node.filter is not None:
        yield node, say("Use the filter where the value is shown, not in `set`.")


def _name(node: nodes.Name) -> Iterator[tuple[nodes.Node, str]]:
    if node.name in _NEVER_SEEN:
        yield node, _not_allowed(f"`{node.name}`")
    elif node.ctx != "load" and node.name == "loop":
        yield node, say("`loop` has its own meaning; choose another name.")


def _getattr(node: nodes.Getattr) -> Iterator[tuple[nodes.Node, str]]:
    name = node.attr
    if name.startswith("__") and name.endswith("__"):
        yield node, say("`{name}` is not allowed here: only what the payload has.", name=name)
    elif isinstance(node.node, nodes.Name) and node.node.name == "loop" and name not in LOOP:
        yield node, _no("`loop`", name, [f"loop.{one}" for one in LOOP])


def _call(node: nodes.Call) -> Iterator[tuple[nodes.Node, str]]:
    if not isinstance(node.node, nodes.Name):
        yield node, say("Only these can be called: {known}.", known=", ".join(sorted(CALLS)))
    elif node.node.name not in CALLS:
        yield node, _no(_CALL, node.node.name, CALLS)
    yield from _plain_arguments(node)


def _test(node: nodes.Test) -> Iterator[tuple[nodes.Node, str]]:
    if node.name not in TESTS:
        yield node, _no(_TEST, node.name, TESTS)
    yield from _plain_arguments(node)


def _filter(node: nodes.Filter) -> Iterator[tuple[nodes.Node, str]]:
    if node.name not in FILTERS:
        yield node, _no(_FILTER, node.name, FILTERS)
    yield from _plain_arguments(node)
    if node.name in _BY_NAME:
        at, is_filter = _BY_NAME[node.name]
        named = node.args[at] if at < len(node.args) else None
        if named is None:
            return
        known, kind = (FILTERS, _FILTER) if is_filter else (TESTS, _TEST)
        if not isinstance(named, nodes.Const):
            yield (
                node,
                say("`{name}` needs the name of its {kind} in quotes.", name=node.name, kind=kind),
            )
        elif named.value not in known or named.value in _BY_NAME:
            yield node, _no(kind, str(named.value), [one for one in known if one not in _BY_NAME])


_LOOKS: Final[Mapping[type[nodes.Node], Look]] = {
    nodes.Extends: _extends,
    nodes.Block: _block,
    nodes.For: _for,
    nodes.Assign: _assign,
    nodes.AssignBlock: _assign,
    nodes.Name: _name,
    nodes.Getattr: _getattr,
    nodes.Call: _call,
    nodes.Test: _test,
    nodes.Filter: _filter,
}


def _plain_arguments(
    node: nodes.Call | nodes.Filter | nodes.Test,
) -> Iterator[tuple[nodes.Node, str]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        yield node, say("Write each argument out: `*` and `**` are not allowed here.")


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TemplateData) and not _shown(node.data).strip()


def _shown(data: str) -> str:
    """Template text without its marks, which are all of private use."""
    return "".join(sign for sign in data if sign.isprintable() or sign.isspace())


def _no(kind: str, name: str, known: Any) -> str:
    name = cut_text(name, _NAME)
    near = get_close_matches(name, sorted(known), n=1)
    if near:
        return say(
            "The {kind} `{name}` is not allowed here. Did you mean `{near}`?",
            kind=kind,
            name=name,
            near=near[0],
        )
    return say(
        "The {kind} `{name}` is not allowed here. Allowed are: {known}.",
        kind=kind,
        name=name,
        known=", ".join(sorted(known)),
    )


def _not_allowed(construct: str) -> str:
    return say("{construct} is not allowed here.", construct=construct)
