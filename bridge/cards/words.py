"""What the words of an untrusted template work with: every value they touch is paid for and cut first."""

from collections.abc import Callable, Iterator, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import GeneratorType
from typing import Any, Final

from jinja2 import Undefined
from jinja2.runtime import Context

from bridge.cards.environment import BoundedEnvironment
from bridge.cards.meter import TEXT, Meter, markdown_steps
from bridge.cards.recorder import Recorder
from bridge.cards.vocabulary import text_of
from bridge.errors import TemplateFailed
from bridge.texts import say

LONGEST_PATH: Final = 10
"""Names in a dotted path."""

_DEEPEST: Final = 3
_SCALARS = (str, int, float, bool, type(None), Undefined)
_SIGNS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "lteq": le,
    "gt": gt,
    "gteq": ge,
}


def checked_path(path: Any) -> list[Any]:
    """The names of a dotted path; a path of one name may be anything. Raises `TemplateFailed`."""
    names = path.split(".") if isinstance(path, str) else [path]
    if len(names) > LONGEST_PATH:
        raise TemplateFailed(say("A path has at most {most} names.", most=LONGEST_PATH))
    return [int(name) if isinstance(name, str) and name.isdecimal() else name for name in names]


class Words:
    """The words as one render has them."""

    def __init__(self, environment: BoundedEnvironment, recorder: Recorder, meter: Meter) -> None:
        self.meter = meter
        self._environment = environment
        self._recorder = recorder
        self._context = Context(environment, {}, None, {})

    def written(self, value: Any) -> str:
        """A value as text that goes into the card, paid for."""
        text = value if isinstance(value, str) else self.told(value)
        self.meter.write(text, marked=self._recorder.marks.holds(text))
        return text

    def text(self, value: Any) -> str:
        """A value as mere text: a filter that changes text would tear marks, or put a payload's text between them."""
        text = self.meter.take(value if isinstance(value, str) else self.told(value))
        if not self._recorder.marks.holds(text):
            return str(text)
        self.meter.spend(markdown_steps(text))
        return self._recorder.read(text).plain()

    def jinja(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        """A filter of the environment's."""
        found = self._environment.call_filter(name, value, args, kwargs, self._context)
        return list(found) if isinstance(found, GeneratorType) else found

    def asked(self, name: str, value: Any, *args: Any) -> bool:
        """A test of the environment's."""
        return bool(self._environment.call_test(name, value, args, {}))

    def each(self, value: Any) -> list[Any]:
        """The items of whatever can be gone through, paid for."""
        if isinstance(value, str | Mapping | list | tuple):
            self.meter.items(value)
        return [self.meter.take(item) for item in value]

    def reach(self, value: Any, path: Any) -> Any:
        """What a value has at the end of a dotted path."""
        for name in checked_path(path):
            value = self._environment.getitem(value, name)
        return self.meter.take(value)

    def compare(self, sign: str, one: Any, other: Any) -> bool:
        """One value beside another, both paid for."""
        if sign in {"in", "notin"}:
            if isinstance(other, list | tuple):
                self.meter.items(other)
            if isinstance(one, list | tuple | Mapping):
                self.meter.walk(other)
            return (one in other) is (sign == "in")
        if not isinstance(one, _SCALARS) and not isinstance(other, _SCALARS):
            self.meter.walk(one)
            self.meter.walk(other)
        return bool(_SIGNS[sign](one, other))

    def told(self, value: Any) -> str:
        """What `text_of` says, of as much as a text may be long."""
        room = TEXT

        def least(value: Any, depth: int) -> Any:
            nonlocal room
            self.meter.spend(1)
            room -= 2
            if isinstance(value, str):
                value = value[: max(room, 0)]
                room -= len(value)
                return value
            if depth > _DEEPEST:
                return None
            if isinstance(value, Mapping):
                return {
                    least(str(name), depth): least(item, depth + 1)
                    for name, item in _some(value.items())
                }
            if isinstance(value, list | tuple):
                return [least(item, depth + 1) for item in _some(value)]
            return value

        def _some(items: Any) -> Iterator[Any]:
            for item in items:
                if room <= 0:
                    return
                yield item

        if isinstance(value, Mapping | list | tuple):
            value = least(value, 0)
        return text_of(value)
