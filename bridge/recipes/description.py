"""A source as data: how its webhooks are verified and read, and where in them stands what an event needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.errors import Invalid
from bridge.recipes.expressions import Expression, WrongExpression, compiled
from bridge.recipes.proving import read_verification
from bridge.recipes.reading import FORMATS, Format
from bridge.recipes.verification import Verification

FIELDS: Final = (
    *("verification", "format", "form_field", "split", "event_type", "delivery_id"),
    *("attributes", "url", "object", "time", "template"),
)
"""What can be described."""

MOST_ATTRIBUTES: Final = 50
_MOST_EXPRESSIONS: Final = 5
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,49}")
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a kind of webhooks.

    `format` is None where the content type says it; `form_field` names the field of a form that has JSON. `split` gives
    the list whose items are an event each. Several expressions of `event_type` are joined with dots, of `object` with
    slashes, and of `url` with nothing. `template` is the card's text, which whoever saves it has to check.
    """

    verification: Verification = field(default_factory=Verification)
    format: Format | None = None
    form_field: str | None = None
    split: Expression | None = None
    event_type: tuple[Expression, ...] = ()
    delivery_id: Expression | None = None
    attributes: Mapping[str, Expression] = field(default_factory=dict)
    url: tuple[Expression, ...] = ()
    object: tuple[Expression, ...] = ()
    time: Expression | None = None
    template: str | None = None


def check(given: Mapping[str, Any], where: str = "config") -> Description:
    """The description that people wrote. Raises `Invalid`, naming each wrong field below `where` (if any) and what to do."""
    checking = _Checking(given, where)
    made = Description(
        verification=checking.verification(),
        format=checking.format(),
        form_field=checking.text("form_field"),
        split=checking.expression("split"),
        event_type=checking.expressions("event_type"),
        delivery_id=checking.expression("delivery_id"),
        attributes=checking.attributes(),
        url=checking.expressions("url"),
        object=checking.expressions("object"),
        time=checking.expression("time"),
        template=checking.template(),
    )
    checking.settle()
    return made


class _Checking:
    """Reads one field after the other and gathers what is wrong with them."""

    def __init__(self, given: Mapping[str, Any], where: str) -> None:
        self._given = given
        self._prefix = f"{where}." if where else ""
        self.problems = {
            f"{self._prefix}{name}": f"There is no such setting. There are: {', '.join(FIELDS)}."
            for name in given
            if name not in FIELDS
        }

    def settle(self) -> None:
        if self.problems:
            raise Invalid(self.problems)

    def verification(self) -> Verification:
        given = self._given.get("verification", {})
        return read_verification(given, f"{self._prefix}verification", self.problems)

    def format(self) -> Format | None:
        wanted = self._given.get("format")
        for known in FORMATS:
            if wanted == known:
                return known
        if "format" in self._given:
            self._fault("format", f"Must be one of {', '.join(FORMATS)}, or left out.")
        return None

    def text(self, name: str) -> str | None:
        value = self._given.get(name)
        if name in self._given and not (isinstance(value, str) and 0 < len(value) <= _LONGEST):
            self._fault(name, f"Must be a name of at most {_LONGEST} characters.")
            return None
        return value

    def template(self) -> str | None:
        value = self._given.get("template")
        if "template" in self._given and not isinstance(value, str):
            self._fault("template", "Must be the text of a card template.")
            return None
        return value

    def expression(self, name: str) -> Expression | None:
        return self._compiled(name, self._given[name]) if name in self._given else None

    def expressions(self, name: str) -> tuple[Expression, ...]:
        """One, or a list of them."""
        if name not in self._given:
            return ()
        value = self._given[name]
        if not isinstance(value, list | tuple):
            one = self._compiled(name, value)
            return (one,) if one else ()
        if not 0 < len(value) <= _MOST_EXPRESSIONS:
            self._fault(
                name, f"Must be an expression, or a list of at most {_MOST_EXPRESSIONS} of them."
            )
            return ()
        found = (self._compiled(f"{name}.{number}", one) for number, one in enumerate(value))
        return tuple(one for one in found if one)

    def attributes(self) -> Mapping[str, Expression]:
        given = self._given.get("attributes", {})
        if not isinstance(given, Mapping) or len(given) > MOST_ATTRIBUTES:
            self._fault(
                "attributes",
                f"Must be an object of at most {MOST_ATTRIBUTES} names with expressions.",
            )
            return {}
        found = {}
        for name, text in given.items():
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                sentence = "A name has a to z, 0 to 9 and _ and begins with a letter."
                self._fault(f"attributes.{name}", sentence)
            elif expression := self._compiled(f"attributes.{name}", text):
                found[name] = expression
        return found

    def _compiled(self, name: str, text: Any) -> Expression | None:
        try:
            return compiled(text)
        except WrongExpression as error:
            self._fault(name, str(error))
            return None

    def _fault(self, name: str, sentence: str) -> None:
        self.problems[f"{self._prefix}{name}"] = sentence
