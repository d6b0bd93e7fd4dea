"""Expressions: where in a webhook something stands. JMESPath, dotted paths, headers and constants.

Compiled once, bounded by construction: in length, in depth, and in what an evaluation may cost (`metering`).
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jmespath import exceptions
from jmespath.parser import Parser

from bridge.errors import BridgeError
from bridge.models import InboundRequest
from bridge.recipes.metering import Meter

LONGEST: Final = 500
"""Characters of an expression."""

DEEPEST: Final = 40
"""How far an expression may be nested."""

HEADER: Final = "header:"
"""What stands before a header's name, in place of an expression."""

WHOLE: Final = "whole:"
"""What stands before an expression over the whole body, where a batch is split."""

FUNCTIONS: Final = frozenset(
    [
        *("abs", "avg", "ceil", "contains", "ends_with", "floor", "items", "join", "keys"),
        *("length", "lower", "map", "max", "max_by", "merge", "min", "min_by", "not_null"),
        *("reverse", "sort", "sort_by", "split", "starts_with", "sum", "to_array", "to_number"),
        *("to_string", "type", "values"),
    ]
)

HEADER_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")

_DOTTED: Final = re.compile(r"""[^\s.()\[\]{}'"`|&!<>=,*]+(\.[^\s.()\[\]{}'"`|&!<>=,*]+)*""")
_LITERALS: Final = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`((?:\\.|[^`\\])*)`""", re.DOTALL
)
_CONSTANT: Final = re.compile(r"""'([^']+)'|"([^"]+)\"""")
_DIGITS: Final = 7
_TOO_DEEP: Final = f"Is nested deeper than {DEEPEST} levels: write it in simpler steps."


class WrongExpression(BridgeError):
    """It is no expression."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the expressions of one webhook are asked of: the part at hand, the whole body, the request.

    `meter` is what they may cost together.
    """

    value: Any
    whole: Any
    request: InboundRequest
    meter: Meter


class Expression(ABC):
    """Where something stands; `find` gives it, or None where there is nothing. Raises `TooCostly`."""

    __slots__ = ()

    @abstractmethod
    def find(self, scope: Scope) -> Any:
        """What stands there."""

    @abstractmethod
    def __str__(self) -> str:
        """As it was written, for people."""

    @property
    def builds(self) -> bool:
        """Whether it puts lists or objects of its own together, in which a part of the body may stand many times."""
        return False


def compiled(text: Any) -> Expression:
    """The expression that a text is. Raises `WrongExpression` with a sentence that says where it is wrong.

    `header:X-Name` reads a header, `whole:…` the whole body where a batch is split, a text in quotes is a constant.
    What is no JMESPath but a path of names with dots is read name by name, numbers counting into lists: `commits.0.id`,
    `alert.@severity`, `foo-bar.baz`.
    """
    if not isinstance(text, str) or not text.strip():
        raise WrongExpression(
            "Must be an expression such as alert.labels.team, header:X-Name, or a constant in quotes."
        )
    given = text.strip()
    if len(given) > LONGEST:
        raise WrongExpression(f"Has {len(given)} characters; at most {LONGEST} are read.")
    if given.startswith(HEADER):
        return _header(given.removeprefix(HEADER).strip())
    if given.startswith(WHOLE):
        return OfWhole(_of_body(given.removeprefix(WHOLE).strip()))
    constant = _CONSTANT.fullmatch(given)
    if constant:
        return Constant(constant[1] or constant[2])
    return _of_body(given)


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """The same for every webhook."""

    value: str

    def find(self, scope: Scope) -> Any:  # noqa: ARG002  # a constant needs nothing
        """The text."""
        return self.value

    def __str__(self) -> str:
        return f"'{self.value}'"


@dataclass(frozen=True, slots=True)
class Header(Expression):
    """A header's value; `name` in lower case."""

    name: str

    def find(self, scope: Scope) -> Any:
        """The header, or None."""
        return scope.request.header(self.name)

    def __str__(self) -> str:
        return f"{HEADER}{self.name}"


@dataclass(frozen=True, slots=True)
class Dotted(Expression):
    """A path of names, and of numbers that count into lists."""

    steps: tuple[str, ...]

    def find(self, scope: Scope) -> Any:
        """What stands at the path."""
        value = scope.value
        for step in self.steps:
            if isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(value, list) and _is_number(step):
                value = value[int(step)] if int(step) < len(value) else None
            else:
                return None
        return value

    def __str__(self) -> str:
        return ".".join(self.steps)


@dataclass(frozen=True, slots=True)
class Query(Expression):
    """JMESPath, parsed."""

    text: str
    tree: Any

    def find(self, scope: Scope) -> Any:
        """What the query gives; nothing where it asks of a value what that kind of value does not have."""
        try:
            return scope.meter.interpreter.visit(self.tree, scope.value)
        except (ValueError, TypeError, ArithmeticError, RecursionError):
            return None

    def __str__(self) -> str:
        return self.text

    @property
    def builds(self) -> bool:
        """Whether `[a, b]` or `{a: b}` is in it."""
        return any(node["type"].startswith("multi_select") for node in _nodes(self.tree))


@dataclass(frozen=True, slots=True)
class OfWhole(Expression):
    """An expression that is asked of the whole body."""

    inner: Expression

    def find(self, scope: Scope) -> Any:
        """What it gives there."""
        return self.inner.find(Scope(scope.whole, scope.whole, scope.request, scope.meter))

    def __str__(self) -> str:
        return f"{WHOLE}{self.inner}"

    @property
    def builds(self) -> bool:
        """What the inner one does."""
        return self.inner.builds


def _header(name: str) -> Header:
    if not HEADER_NAME.fullmatch(name):
        raise WrongExpression(f"After {HEADER} stands a header's name, such as {HEADER}X-Event.")
    return Header(name.lower())


def _of_body(text: str) -> Expression:
    if _DOTTED.fullmatch(text) and text.partition(".")[0] != "@":
        return Dotted(tuple(text.split(".")))
    _check_literals(text)
    try:
        tree = Parser().parse(text).parsed
    except exceptions.ParseError as error:
        raise WrongExpression(_sentence(error)) from None
    except RecursionError:
        raise WrongExpression(_TOO_DEEP) from None
    except ValueError:  # it is empty
        raise WrongExpression(f"After {WHOLE} stands an expression.") from None
    for node in _nodes(tree):
        if node["type"] == "function_expression" and node["value"] not in FUNCTIONS:
            known = ", ".join(sorted(FUNCTIONS))
            raise WrongExpression(f"There is no function {node['value']}(). There are: {known}.")
    return Query(text, tree)


def _check_literals(text: str) -> None:
    """That what stands in backticks is JSON: the library takes other text, and warns."""
    for found in _LITERALS.finditer(text):
        if found[1] is None:
            continue
        try:
            json.loads(found[1].replace("\\`", "`"))
        except ValueError:
            raise WrongExpression(
                f"At character {found.start() + 1}: between backticks stands JSON; a text stands in '…'."
            ) from None


def _nodes(tree: Any, depth: int = 0) -> Iterator[Any]:
    """Everything that an expression is made of. Raises `WrongExpression` where that is nested too deeply."""
    if depth > DEEPEST:
        raise WrongExpression(_TOO_DEEP)
    yield tree
    for child in tree["children"]:
        if isinstance(child, dict):  # a slice has numbers
            yield from _nodes(child, depth + 1)


def _sentence(error: exceptions.ParseError) -> str:
    if isinstance(error, exceptions.IncompleteExpressionError):
        return "Ends too early: a bracket, a quote or a name is missing at its end."
    if isinstance(error, exceptions.LexerError):
        return f"At character {error.lex_position + 1}: {error.message}."
    return f"At character {error.lex_position + 1}: {error.token_value!r} cannot stand here."


def _is_number(step: str) -> bool:
    return step.isascii() and step.isdecimal() and len(step) <= _DIGITS
