"""What can be done from the cards of any system: what its owner says, posted to the owner's own address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.plugin import (
    Action,
    Call,
    ChoiceInput,
    DateInput,
    Done,
    Endpoint,
    ParsedEvent,
    Reply,
    TextInput,
)

MOST = 3
MOST_INPUTS = 5
LONGEST = 100

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,200}")
_FIELDS = {"name", "title", "path", "inputs"}
_INPUT_FIELDS = {"id", "title", "kind", "required", "choices"}
_KINDS = ("text", "long text", "date", "choice")

Problems = dict[str, str]


def check(given: Any, where: str = "config.actions") -> Problems:
    """What is wrong with an endpoint's actions, by field; nothing if all is well."""
    if not isinstance(given, list | tuple) or len(given) > MOST:
        return {where: f"Must be a list of at most {MOST} actions."}
    problems: Problems = {}
    for number, action in enumerate(given):
        problems.update(_action(action, f"{where}.{number}"))
    names = [one.get("name") for one in given if isinstance(one, Mapping)]
    if len(set(map(str, names))) < len(names):
        problems[where] = "Two actions have the same name."
    return problems


def _action(given: Any, where: str) -> Problems:
    if not isinstance(given, Mapping):
        return {
            where: 'Must be an object such as {"name": "ack", "title": "Acknowledge", "path": "/ack"}.'
        }
    problems = _unknown(given, _FIELDS, where)
    if not _is(given.get("name"), _NAME):
        problems[f"{where}.name"] = "A name has a to z, 0 to 9 and _ and begins with a letter."
    problems.update(_title(given, where))
    if not _is(given.get("path"), _PATH):
        problems[f"{where}.path"] = "Must be a path on the endpoint's site, such as /alerts/ack."
    inputs = given.get("inputs", [])
    if not isinstance(inputs, list | tuple) or len(inputs) > MOST_INPUTS:
        problems[f"{where}.inputs"] = f"Must be a list of at most {MOST_INPUTS} inputs."
        return problems
    for number, one in enumerate(inputs):
        problems.update(_input(one, f"{where}.inputs.{number}"))
    return problems


def _input(given: Any, where: str) -> Problems:
    if not isinstance(given, Mapping):
        return {where: 'Must be an object such as {"id": "note", "title": "A note"}.'}
    problems = _unknown(given, _INPUT_FIELDS, where)
    if not _is(given.get("id"), _NAME):
        problems[f"{where}.id"] = "An id has a to z, 0 to 9 and _ and begins with a letter."
    problems.update(_title(given, where))
    kind = given.get("kind", _KINDS[0])
    if kind not in _KINDS:
        problems[f"{where}.kind"] = f"Must be one of {', '.join(_KINDS)}."
    if not isinstance(given.get("required", False), bool):
        problems[f"{where}.required"] = "Say true or false."
    choices = given.get("choices", [])
    right = isinstance(choices, list | tuple) and all(_is_title(one) for one in choices)
    if not right or (kind == "choice") != bool(choices):
        problems[f"{where}.choices"] = (
            "A choice, and only that, has a list of texts to choose from."
        )
    return problems


def _unknown(given: Mapping[Any, Any], known: set[str], where: str) -> Problems:
    return {
        f"{where}.{name}": f"There is no such setting. There are: {', '.join(sorted(known))}."
        for name in given
        if name not in known
    }


def _title(given: Mapping[Any, Any], where: str) -> Problems:
    if _is_title(given.get("title")):
        return {}
    return {f"{where}.title": f"One line of at most {LONGEST} characters, which people read."}


def _is_title(text: Any) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST and text.isprintable()


def _is(text: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def offered(part: ParsedEvent, endpoint: Endpoint) -> Iterator[Action]:
    """The endpoint's actions, whatever happened."""
    for given in endpoint.config.get("actions", ()):
        inputs = tuple(_made(one) for one in given.get("inputs", ()))
        yield Action(given["name"], given["title"], inputs, part.url)


def _made(given: Mapping[str, Any]) -> TextInput | DateInput | ChoiceInput:
    name, title, required = given["id"], given["title"], given.get("required", False)
    match given.get("kind", _KINDS[0]):
        case "date":
            return DateInput(name, title, required)
        case "choice":
            return ChoiceInput(name, title, tuple((one, one) for one in given["choices"]), required)
        case kind:
            return TextInput(name, title, required, multiline=kind == "long text")


def act(
    action: str,
    entered: Mapping[str, tuple[str, ...]],
    part: ParsedEvent,
    endpoint: Endpoint,
    replies: Sequence[Reply],
) -> Call | Done:
    """Post what was pressed, what was entered and what it is about; the first line of a text answered is said."""
    if not replies:
        (path,) = (one["path"] for one in endpoint.config["actions"] if one["name"] == action)
        body = {
            "action": action,
            "entered": {name: values[0] if values else None for name, values in entered.items()},
            "type": part.type,
            "object": part.object,
            "url": part.url,
            "attributes": dict(part.attributes),
        }
        return Call("POST", path, body)
    reply = replies[0]
    answer = reply.json()
    said = answer.get("said") if isinstance(answer, dict) else None
    if isinstance(said, str) and said:
        return Done(said, ok=reply.ok)
    return Done("Done.") if reply.ok else Done(f"It was refused ({reply.status}).", ok=False)
