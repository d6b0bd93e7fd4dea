"""The samples of a recipe: real webhooks, of which those that differ in little say only in what."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from bridge.recipes.document import Document, Fault
from bridge.recipes.reading import Format
from bridge.source import Sample

FIELDS: Final = ("like", "headers", "body")

_CONTENT_TYPES: Final[Mapping[Format | None, str]] = {
    None: "application/json",
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "xml": "application/xml",
    "text": "text/plain; charset=utf-8",
}


def read_samples(
    document: Document, format_: Format | None, faults: list[Fault]
) -> tuple[Sample, ...]:
    """The samples of a document whose `samples` is a mapping; what is wrong with them is added to the faults.

    A body that is a text is sent as it is, any other as JSON. `like` names an earlier sample: its headers are kept where
    none of that name is given, and `body` is a JSON merge patch (RFC 7396) to its body.
    """
    content_type = {"Content-Type": _CONTENT_TYPES[format_]}
    bodies: dict[str, Any] = {}
    headers: dict[str, Mapping[str, str]] = {}
    for name, given in document.value["samples"].items():
        found = list(_faults(document, name, given, bodies))
        faults += found
        if found:
            continue
        like = given.get("like")
        own = given.get("headers", {})
        headers[name] = {**(headers[like] if like else content_type), **own}
        body = given.get("body", {})
        bodies[name] = patched(bodies[like], body) if like else body
    return tuple(Sample(name, _encoded(body), headers[name]) for name, body in bodies.items())


def patched(value: Any, patch: Any) -> Any:
    """A JSON value after a merge patch: what is null goes, mappings are merged, everything else is put in place."""
    if not isinstance(patch, Mapping):
        return patch
    made = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            made.pop(name, None)
        else:
            made[name] = patched(made.get(name), change)
    return made


def _faults(document: Document, name: str, given: Any, known: Mapping[str, Any]) -> Iterator[Fault]:
    where = ("samples", name)
    if not isinstance(given, Mapping):
        yield document.fault(where, f"Must be a mapping of {', '.join(FIELDS)}.")
        return
    for field in set(given) - set(FIELDS):
        sentence = f"There is no such field. There are: {', '.join(FIELDS)}."
        yield document.fault((*where, field), sentence)
    headers = given.get("headers", {})
    if not isinstance(headers, Mapping) or not all(isinstance(it, str) for it in headers.values()):
        sentence = "Must be a mapping of names to texts: put numbers in quotes."
        yield document.fault((*where, "headers"), sentence)
    like = given.get("like")
    if "like" in given and (not isinstance(like, str) or like not in known):
        yield document.fault((*where, "like"), "Must name a sample that stands above this one.")
    elif "like" not in given and "body" not in given:
        yield document.fault(where, "It has no body.")


def _encoded(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return orjson.dumps(body, option=orjson.OPT_INDENT_2) + b"\n"
