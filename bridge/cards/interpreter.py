"""Renders a template whose author is not trusted: its tree is walked, each step paid for, and no Python is made of it.

What is written here is what such a template can do; `bounded.check` allows nothing else. It means what Jinja would mean,
except that a filter that changes text makes template text literal, and a loop ends after its first thousand items.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import add, floordiv, mod, mul, sub, truediv
from typing import Any, Final, cast

from jinja2 import nodes

from bridge.cards.environment import NOTHING, BoundedEnvironment
from bridge.cards.harmless import CALLS, FILTERS, TESTS, Word
from bridge.cards.meter import Meter
from bridge.cards.recorder import recording
from bridge.cards.words import Words
from bridge.errors import TemplateFailed
from bridge.texts import say

ITEMS: Final = 1_000
"""A loop goes through so many items; a card has no room for more."""


class Stopped(TemplateFailed):
    """The template cannot be rendered: `line` is where it stopped, counted from 1, `reason` a sentence."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(say("Line {line}: {reason}", line=line, reason=reason))
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Program:
    """A template that was checked, as Jinja reads it."""

    environment: BoundedEnvironment
    tree: nodes.Template

    def render(self, context: Mapping[str, Any]) -> None:
        """Record the card. Raises `Stopped`, with a reason that never quotes the payload."""
        run = _Run(self, context)
        try:
            run.all()
        except TemplateFailed as error:
            raise Stopped(run.line, error.sentence) from None
        except Exception as error:  # noqa: BLE001  # what a payload makes of a template may be any of Python's errors
            reason = say("{error} while the card was rendered.", error=type(error).__name__)
            raise Stopped(run.line, reason) from None


@dataclass(frozen=True, slots=True)
class Loop:
    """What a loop's body knows of it."""

    index: int
    index0: int
    first: bool
    last: bool
    length: int


class _Run:
    """One render."""

    def __init__(self, program: Program, context: Mapping[str, Any]) -> None:
        self.line = 1
        self._environment = program.environment
        self._program = program
        self._blocks = {node.name: node for node in program.tree.find_all(nodes.Block)}
        self._meter = Meter()
        self._words = Words(program.environment, recording.get(), self._meter)
        self._scopes: list[dict[str, Any] | Mapping[str, Any]] = [context, {}]
        self._text: list[str] = []

    def all(self) -> None:
        """The template's own settings, then the base card with its blocks."""
        for node in self._program.tree.body:
            if isinstance(node, nodes.Assign | nodes.AssignBlock):
                self._statement(node)
        self._body(self._environment.base.body)

    def _body(self, body: Iterable[nodes.Node]) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: nodes.Node) -> None:
        self.line = node.lineno
        self._meter.spend(1)
        STATEMENTS[type(node)](self, node)

    def _value(self, node: nodes.Node) -> Any:
        self.line = node.lineno
        return self._meter.take(EXPRESSIONS[type(node)](self, node))

    def _captured(self, body: Iterable[nodes.Node]) -> str:
        outer, self._text = self._text, []
        self._body(body)
        text, self._text = "".join(self._text), outer
        return text

    # Statements

    def on_output(self, node: nodes.Output) -> None:
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                self._meter.write(part.data, marked=True)
                self._text.append(part.data)
            else:
                self._text.append(self._words.written(self._value(part)))

    def on_block(self, node: nodes.Block) -> None:
        self._scopes.append({})
        self._body(self._blocks.get(node.name, node).body)
        self._scopes.pop()

    def on_part(self, node: nodes.FilterBlock) -> None:
        """The base card's, which records what a block says."""
        (name,) = node.filter.args
        self._words.jinja(node.filter.name, self._captured(node.body), self._value(name))

    def on_if(self, node: nodes.If) -> None:
        for branch in (node, *node.elif_):
            if self._value(branch.test):
                self._body(branch.body)
                return
        self._body(node.else_)

    def on_for(self, node: nodes.For) -> None:
        items = self._items(node)
        for index, item in enumerate(items):
            self._meter.spend(4)
            loop = Loop(index + 1, index, index == 0, index + 1 == len(items), len(items))
            self._scopes.append({"loop": loop})
            self._assign_to(node.target, item)
            self._body(node.body)
            self._scopes.pop()
        if not items:
            self._scopes.append({})
            self._body(node.else_)
            self._scopes.pop()

    def _items(self, node: nodes.For) -> list[Any]:
        found = list(map(self._meter.take, islice(self._value(node.iter), ITEMS)))
        if node.test is None:
            return found
        kept = []
        for item in found:
            self._scopes.append({})
            self._assign_to(node.target, item)
            if self._value(node.test):
                kept.append(item)
            self._scopes.pop()
        return kept

    def on_assign(self, node: nodes.Assign) -> None:
        self._assign_to(node.target, self._value(node.node))

    def on_assign_block(self, node: nodes.AssignBlock) -> None:
        self._assign_to(node.target, self._captured(node.body))

    def _assign_to(self, target: nodes.Node, value: Any) -> None:
        if isinstance(target, nodes.Name):
            self._scopes[-1][target.name] = value  # type: ignore[index]  # the context is never the last
        elif isinstance(target, nodes.Tuple):
            parts = [self._meter.take(part) for part in islice(value, len(target.items) + 1)]
            if len(parts) != len(target.items):
                raise TemplateFailed(
                    say("There are not {n} values for as many names.", n=len(target.items))
                )
            for one, part in zip(target.items, parts, strict=True):
                self._assign_to(one, part)

    # Expressions

    def on_const(self, node: nodes.Const) -> Any:
        return node.value

    def on_name(self, node: nodes.Name) -> Any:
        for scope in reversed(self._scopes):
            if node.name in scope:
                value = scope[node.name]
                return NOTHING if value is None and scope is self._scopes[0] else value
        return NOTHING

    def on_getattr(self, node: nodes.Getattr) -> Any:
        return self._environment.getattr(self._value(node.node), node.attr)

    def on_getitem(self, node: nodes.Getitem) -> Any:
        value = self._value(node.node)
        if not isinstance(node.arg, nodes.Slice):
            return self._environment.getitem(value, self._value(node.arg))
        ends = [node.arg.start, node.arg.stop, node.arg.step]
        part = slice(*[None if end is None else self._value(end) for end in ends])
        if isinstance(value, str):
            return self._words.text(value)[part]
        if not isinstance(value, list | tuple):
            return NOTHING
        self._meter.spend(len(range(*part.indices(len(value)))))
        return value[part]

    def on_filter(self, node: nodes.Filter) -> Any:
        return self._apply(FILTERS[node.name], node, self._value(cast("nodes.Expr", node.node)))

    def on_test(self, node: nodes.Test) -> bool:
        return bool(self._apply(TESTS[node.name], node, self._value(node.node)))

    def on_call(self, node: nodes.Call) -> Any:
        return self._apply(CALLS[cast("nodes.Name", node.node).name], node)

    def _apply(self, word: Word, node: nodes.Call | nodes.Filter | nodes.Test, *value: Any) -> Any:
        args = [self._value(one) for one in node.args]
        named = cast("list[nodes.Keyword]", node.kwargs)
        return word(
            self._words, *value, *args, **{one.key: self._value(one.value) for one in named}
        )

    def on_compare(self, node: nodes.Compare) -> bool:
        left = self._value(node.expr)
        for operand in node.ops:
            right = self._value(operand.expr)
            if not self._words.compare(operand.op, left, right):
                return False
            left = right
        return True

    def on_and(self, node: nodes.And) -> Any:
        left = self._value(node.left)
        return self._value(node.right) if left else left

    def on_or(self, node: nodes.Or) -> Any:
        left = self._value(node.left)
        return left or self._value(node.right)

    def on_not(self, node: nodes.Not) -> bool:
        return not self._value(node.node)

    def on_cond(self, node: nodes.CondExpr) -> Any:
        if self._value(node.test):
            return self._value(node.expr1)
        return NOTHING if node.expr2 is None else self._value(node.expr2)

    def on_concat(self, node: nodes.Concat) -> str:
        values = (self._value(one) for one in node.nodes)
        return "".join(one if isinstance(one, str) else self._words.told(one) for one in values)

    def on_list(self, node: nodes.List) -> list[Any]:
        return [self._value(one) for one in node.items]

    def on_tuple(self, node: nodes.Tuple) -> tuple[Any, ...]:
        return tuple(self._value(one) for one in node.items)

    def on_dict(self, node: nodes.Dict) -> dict[Any, Any]:
        return {self._value(pair.key): self._value(pair.value) for pair in node.items}

    def on_neg(self, node: nodes.Neg) -> Any:
        return -self._value(node.node)

    def on_pos(self, node: nodes.Pos) -> Any:
        return +self._value(node.node)

    def on_add(self, node: nodes.Add) -> Any:
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, list) and isinstance(right, list):
            self._meter.spend(len(left) + len(right))
            return left + right
        return _arithmetic(type(node), left, right)

    def on_arithmetic(self, node: nodes.BinExpr) -> Any:
        return _arithmetic(type(node), self._value(node.left), self._value(node.right))


_OPERATIONS: Final[Mapping[type[nodes.BinExpr], Callable[[Any, Any], Any]]] = {
    nodes.Add: add,
    nodes.Sub: sub,
    nodes.Mul: mul,
    nodes.Div: truediv,
    nodes.FloorDiv: floordiv,
    nodes.Mod: mod,
}


def _arithmetic(kind: type[nodes.BinExpr], left: Any, right: Any) -> Any:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise TemplateFailed(say("`{name}` is for numbers.", name=kind.operator))
    return _OPERATIONS[kind](left, right)


STATEMENTS: Final[Mapping[type[nodes.Node], Callable[[_Run, Any], None]]] = {
    nodes.Output: _Run.on_output,
    nodes.Block: _Run.on_block,
    nodes.FilterBlock: _Run.on_part,
    nodes.If: _Run.on_if,
    nodes.For: _Run.on_for,
    nodes.Assign: _Run.on_assign,
    nodes.AssignBlock: _Run.on_assign_block,
}

EXPRESSIONS: Final[Mapping[type[nodes.Node], Callable[[_Run, Any], Any]]] = {
    nodes.Const: _Run.on_const,
    nodes.Name: _Run.on_name,
    nodes.Getattr: _Run.on_getattr,
    nodes.Getitem: _Run.on_getitem,
    nodes.Filter: _Run.on_filter,
    nodes.Test: _Run.on_test,
    nodes.Call: _Run.on_call,
    nodes.Compare: _Run.on_compare,
    nodes.And: _Run.on_and,
    nodes.Or: _Run.on_or,
    nodes.Not: _Run.on_not,
    nodes.CondExpr: _Run.on_cond,
    nodes.Concat: _Run.on_concat,
    nodes.List: _Run.on_list,
    nodes.Tuple: _Run.on_tuple,
    nodes.Dict: _Run.on_dict,
    nodes.Neg: _Run.on_neg,
    nodes.Pos: _Run.on_pos,
    **dict.fromkeys(_OPERATIONS, _Run.on_arithmetic),
    nodes.Add: _Run.on_add,
}
