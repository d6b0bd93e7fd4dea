"""Whether Teams would take a message: what a channel refuses, or drops without a word, said in sentences.

From Microsoft's documentation, apart from the code that makes cards, so that each holds the other to it.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson

LIMIT_BYTES = 28 * 1024
_MOST_SECTIONS = 10
_MOST_IMAGES = 5
_MOST_ACTIONS = 4
_MOST_MENTIONS = 20
_NEWEST = (1, 5)
_INPUTS = {"TextInput", "DateInput", "MultichoiceInput"}
_ADAPTIVE_TYPE = "application/vnd.microsoft.card.adaptive"
_WEBHOOK_ACTIONS = {"Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
_ELEMENTS = {
    *("TextBlock", "RichTextBlock", "Image", "ImageSet", "Media", "Table"),
    *("Container", "ColumnSet", "FactSet", "ActionSet"),
}
_HOLDERS = ("items", "columns", "body", "rows", "cells", "images")


def check_message_card(message: object, body: bytes | None = None) -> list[str]:
    """What is wrong with a MessageCard; nothing: []. `body`: as it was sent, for its size."""
    if not isinstance(message, Mapping):
        return ["The message is not a JSON object."]
    return [*_size(message, body), *_message_card(message)]


def _size(message: object, body: bytes | None) -> Iterator[str]:
    size = len(body if body is not None else orjson.dumps(message))
    if size > LIMIT_BYTES:
        yield f"The message has {size} bytes; at most {LIMIT_BYTES} are allowed."


def _message_card(message: Mapping[str, Any]) -> Iterator[str]:
    if message.get("@type") != "MessageCard":
        yield "@type must be MessageCard."
    if message.get("@context") not in {
        "https://schema.org/extensions",
        "http://schema.org/extensions",
    }:
        yield "@context must be https://schema.org/extensions."
    if not (_said(message.get("summary")) or _said(message.get("text"))):
        yield "Summary or Text is required."
    yield from _strings(message, "The message", ("summary", "title", "text", "themeColor"))
    sections = yield from _objects(message, "sections", "The message")
    if len(sections) > _MOST_SECTIONS:
        yield f"There are {len(sections)} sections; only {_MOST_SECTIONS} are shown."
    for index, section in enumerate(sections):
        yield from _section(section, f"sections[{index}]")
    yield from _actions(message, "potentialAction", "The message", inside=False)


def _section(section: Mapping[str, Any], where: str) -> Iterator[str]:
    yield from _strings(
        section, where, ("title", "activityTitle", "activitySubtitle", "activityText", "text")
    )
    if "activityImage" in section:
        yield from _address(section["activityImage"], f"{where}.activityImage")
    if "heroImage" in section:
        yield f"{where}.heroImage is not shown in Teams."
    for index, fact in enumerate((yield from _objects(section, "facts", where))):
        for name in ("name", "value"):
            if not isinstance(fact.get(name), str):
                yield f"{where}.facts[{index}].{name} must be a string."
    images = yield from _objects(section, "images", where)
    if len(images) > _MOST_IMAGES:
        yield f"{where} has {len(images)} images; only {_MOST_IMAGES} are shown."
    for index, image in enumerate(images):
        yield from _address(image.get("image"), f"{where}.images[{index}].image")
    yield from _actions(section, "potentialAction", where, inside=False)


def _actions(holder: Mapping[str, Any], name: str, where: str, *, inside: bool) -> Iterator[str]:
    actions = yield from _objects(holder, name, where)
    if len(actions) > _MOST_ACTIONS:
        yield f"{where}.{name} has {len(actions)} actions; only {_MOST_ACTIONS} are shown."
    for index, action in enumerate(actions):
        place = f"{where}.{name}[{index}]"
        if not _said(action.get("name")):
            yield f"{place} needs a name."
        kind = action.get("@type")
        if kind == "OpenUri":
            yield from _open_uri(action, place)
        elif kind == "HttpPOST":
            yield from _address(action.get("target"), f"{place}.target")
            yield from _strings(action, place, ("body", "bodyContentType"))
        elif kind == "ActionCard" and not inside:
            yield from _action_card(action, place)
        elif kind == "ActionCard":
            yield f"{place} is an ActionCard inside an ActionCard; only OpenUri and HttpPOST may be."
        else:
            yield f"{place}: {kind!r} is no action of a connector's card."


def _open_uri(action: Mapping[str, Any], place: str) -> Iterator[str]:
    targets = yield from _objects(action, "targets", place)
    if not targets:
        yield f"{place} needs targets."
    if targets and "default" not in {target.get("os") for target in targets}:
        yield f"{place} needs a target for the os default."
    for index, target in enumerate(targets):
        if target.get("os") not in {"default", "iOS", "android", "windows"}:
            yield f"{place}.targets[{index}].os must be default, iOS, android or windows."
        yield from _address(target.get("uri"), f"{place}.targets[{index}].uri")


def _action_card(action: Mapping[str, Any], place: str) -> Iterator[str]:
    seen: set[object] = set()
    for index, given in enumerate((yield from _objects(action, "inputs", place))):
        where = f"{place}.inputs[{index}]"
        if given.get("@type") not in _INPUTS:
            yield f"{where}: {given.get('@type')!r} is no input."
        if not _said(given.get("id")):
            yield f"{where} needs an id."
        elif given["id"] in seen:
            yield f"{where}: the id {given['id']!r} is taken."
        seen.add(given.get("id"))
        if given.get("@type") == "MultichoiceInput":
            choices = yield from _objects(given, "choices", where)
            if not choices or not all(
                isinstance(choice.get(name), str)
                for choice in choices
                for name in ("display", "value")
            ):
                yield f"{where} needs choices, each with display and value."
    if not (yield from _objects(action, "actions", place)):
        yield f"{place} needs actions."
    yield from _actions(action, "actions", place, inside=True)


def check_adaptive_message(message: object, body: bytes | None = None) -> list[str]:
    """What is wrong with a message for a workflow; nothing: []. `body`: as it was sent, for its size."""
    if not isinstance(message, Mapping):
        return ["The message is not a JSON object."]
    return [*_size(message, body), *_adaptive_message(message)]


def _adaptive_message(message: Mapping[str, Any]) -> Iterator[str]:
    if message.get("type") != "message":
        yield "type must be message."
    attachments = yield from _objects(message, "attachments", "The message")
    if not attachments:
        yield "attachments must hold a card."
    for index, attachment in enumerate(attachments):
        where = f"attachments[{index}]"
        if attachment.get("contentType") != _ADAPTIVE_TYPE:
            yield f"{where}.contentType must be {_ADAPTIVE_TYPE}."
        card = attachment.get("content")
        if isinstance(card, Mapping):
            yield from _adaptive_card(card, f"{where}.content")
        else:
            yield f"{where}.content must be the card, as an object."


def _adaptive_card(card: Mapping[str, Any], where: str) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard":
        yield f"{where}.type must be AdaptiveCard."
    version = str(card.get("version", ""))
    parts = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if len(parts) != len(_NEWEST):
        yield f"{where}.version must be given, such as 1.4."
    elif parts > _NEWEST:
        yield f"{where}.version is {version}; Teams shows at most 1.5."
    if not card.get("body") and not card.get("actions"):
        yield f"{where} is empty."
    yield from _elements(card, "body", where)
    yield from _adaptive_actions(card, "actions", where)
    entities = (card.get("msteams") or {}).get("entities") or []
    if len(entities) > _MOST_MENTIONS:
        yield f"{where} mentions {len(entities)} people; at most {_MOST_MENTIONS} are allowed."


def _elements(holder: Mapping[str, Any], name: str, where: str) -> Iterator[str]:
    for index, element in enumerate((yield from _objects(holder, name, where))):
        place = f"{where}.{name}[{index}]"
        kind = element.get("type")
        if name in {"body", "items"} and kind not in _ELEMENTS:
            yield f"{place}: {kind!r} is no element of a webhook's card."
        if kind == "TextBlock" and not isinstance(element.get("text"), str):
            yield f"{place}.text must be a string."
        if kind == "Image" or name == "images":
            yield from _address(element.get("url"), f"{place}.url")
        for fact in (yield from _objects(element, "facts", place)):
            if not (isinstance(fact.get("title"), str) and isinstance(fact.get("value"), str)):
                yield f"{place}.facts: each needs title and value as strings."
        for holds in _HOLDERS:
            yield from _elements(element, holds, place)
        yield from _adaptive_actions(element, "actions", place)


def _adaptive_actions(holder: Mapping[str, Any], name: str, where: str) -> Iterator[str]:
    for index, action in enumerate((yield from _objects(holder, name, where))):
        place = f"{where}.{name}[{index}]"
        kind = action.get("type")
        if kind not in _WEBHOOK_ACTIONS:
            yield f"{place}: {kind!r} does not work on a webhook's card."
        if not _said(action.get("title")):
            yield f"{place} needs a title."
        if kind == "Action.OpenUrl":
            yield from _address(action.get("url"), f"{place}.url")
        if kind == "Action.ShowCard" and isinstance(action.get("card"), Mapping):
            yield from _elements(action["card"], "body", f"{place}.card")
            yield from _adaptive_actions(action["card"], "actions", f"{place}.card")


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _strings(holder: Mapping[str, Any], where: str, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if name in holder and not isinstance(holder[name], str):
            yield f"{where}: {name} must be a string."


def _address(value: object, where: str) -> Iterator[str]:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        yield f"{where} must be an http or https URL."


def _objects(
    holder: Mapping[str, Any], name: str, where: str
) -> Generator[str, None, list[Mapping[str, Any]]]:
    """The objects of a list, complaining of what is none."""
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        yield f"{where}: {name} must be a list."
        return []
    if not all(isinstance(item, Mapping) for item in value):
        yield f"{where}: {name} must hold objects."
    return [item for item in value if isinstance(item, Mapping)]
