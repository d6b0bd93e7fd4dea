"""JMESPath at a bounded cost: every step of an evaluation is counted, by how much it touches, before it is done.

JMESPath alone is not bounded: `[@, @][]` doubles what it is given, and a chain of such is a power of two.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from jmespath.visitor import Options, TreeInterpreter, Visitor

from bridge.errors import ParseError
from bridge.recipes.functions import MoreFunctions
from bridge.texts import say

MOST_STEPS = 100_000
"""How much one webhook's expressions may cost together; a step takes about half a microsecond."""

_TEXT_STEP = 64
"""So many characters cost as much as a step: sorting and comparing go over a text more than once."""

_FREE = frozenset({"length", "type", "not_null", "to_array"})
"""Functions that look at their arguments, not into them."""

_DEEP = frozenset({"to_string", "contains"})
"""Functions that go through all of their arguments."""


class TooCostly(ParseError):
    """A webhook on which an endpoint's expressions would go on for too long."""

    sentence = say(
        "The expressions of this endpoint cost too much on this webhook: select less, or from less."
    )


class Meter:
    """What the expressions of one webhook may yet cost."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    @cached_property
    def interpreter(self) -> Visitor:
        """Evaluates parsed expressions at this meter's cost."""
        return _Metered(self)

    def spend(self, steps: int) -> None:
        """Take so many steps. Raises `TooCostly`."""
        self._left -= steps
        if self._left < 0:
            raise TooCostly

    def walk(self, value: Any) -> None:
        """Pay for going through all of a value."""
        waiting = [value]
        while waiting:
            one = waiting.pop()
            self.spend(self.weight(one))
            if isinstance(one, dict):
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one

    @staticmethod
    def weight(value: Any) -> int:
        """What a value costs, without what is in it."""
        if isinstance(value, str):
            return 1 + len(value) // _TEXT_STEP
        return 1 + len(value) if isinstance(value, list | dict) else 1


class _Metered(TreeInterpreter):
    """Evaluates an expression as the library does, paying first."""

    def __init__(self, meter: Meter) -> None:
        super().__init__(Options(custom_functions=_PaidFunctions(meter)))
        self._meter = meter

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """One step."""
        self._meter.spend(1)
        return super().visit(node, *args, **kwargs)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        """Pays for the list that comes out."""
        base = self.visit(node["children"][0], value)
        if not isinstance(base, list):
            return None
        self._meter.spend(len(base))
        self._meter.spend(sum(len(one) for one in base if isinstance(one, list)))
        return [one for inner in base for one in (inner if isinstance(inner, list) else [inner])]

    def visit_slice(self, node: Any, value: Any) -> Any:
        """Pays for the part that comes out."""
        if isinstance(value, list):
            taken = slice(*node["children"]).indices(len(value))
            self._meter.spend(len(range(*taken)))
        return super().visit_slice(node, value)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        """Pays for both sides, all of them."""
        sides = [self.visit(child, value) for child in node["children"]]
        for side in sides:
            self._meter.walk(side)
        literals = [{"type": "literal", "value": side} for side in sides]
        return super().visit_comparator({**node, "children": literals}, value)  # type: ignore[typeddict-item]  # the nodes' type is the stubs' own

    def visit_expref(self, node: Any, value: Any) -> Any:
        """What `sort_by` and its like look at: each result costs its weight, since it is compared often."""
        expression = super().visit_expref(node, value)
        expression.interpreter = _Keys(self, self._meter)
        return expression


class _Keys(Visitor):
    """The interpreter of an expression that is called for each element of a list."""

    def __init__(self, interpreter: Visitor, meter: Meter) -> None:
        super().__init__()
        self._interpreter = interpreter
        self._meter = meter

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """As the interpreter, at the result's weight."""
        found = self._interpreter.visit(node, *args, **kwargs)
        self._meter.spend(self._meter.weight(found))
        return found


class _PaidFunctions(MoreFunctions):
    """The functions, each paid for by what it is given."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def call_function(self, function_name: str, resolved_args: Iterable[Any]) -> Any:
        """Pay for the arguments, then call."""
        values = list(resolved_args)
        if function_name not in _FREE:
            for value in values:
                self._pay(function_name, value)
        if function_name == "join" and values and isinstance(values[-1], list):
            self._meter.spend(len(values[-1]) * self._meter.weight(values[0]))
        if function_name == "split" and values and isinstance(values[0], str):
            self._meter.spend(len(values[0]))
        return super().call_function(function_name, values)

    def _pay(self, function_name: str, value: Any) -> None:
        if function_name in _DEEP:
            self._meter.walk(value)
            return
        self._meter.spend(self._meter.weight(value))
        if isinstance(value, list):
            self._meter.spend(sum(len(one) for one in value if isinstance(one, str)) // _TEXT_STEP)
