"""The body of a webhook as a value, whatever it was sent as: JSON, a form, XML or plain text."""

import codecs
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypeAlias, get_args
from urllib.parse import unquote_to_bytes

import orjson

from bridge.errors import UnreadableRequest, UnsupportedMediaType
from bridge.models import InboundRequest
from bridge.recipes.xml import read_xml

Format: TypeAlias = Literal["json", "form", "xml", "text"]

FORMATS: Final[tuple[Format, ...]] = get_args(Format)

PAYLOAD: Final = "payload"
"""The field in which senders put JSON into a form."""

TEXT: Final = "text"
"""The field in which a plain text stands."""

_MOST_FIELDS: Final = 1000
_PIECE: Final = 64 * 1024
_UNSURE: Final = frozenset({"", "application/octet-stream", "application/binary"})
"""What senders say who do not say what they send."""

_CHARSETS: Final = frozenset(
    [
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii", "koi8-r", "koi8-u"),
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "gb2312", "gbk", "gb18030"),
        *("big5", "mac-roman"),
        *(f"iso8859-{number}" for number in range(1, 17)),
        *(f"cp{number}" for number in range(1250, 1259)),
    ]
)
"""Those that text comes in. Python has others, of which some take quadratic time."""


def read_body(
    request: InboundRequest, wanted: Format | None = None, form_field: str | None = None
) -> Any:
    """The body as what a JSON text could hold, in the format that is wanted or that its content type says.

    An XML document is an object of its root's name; attributes are `@name`, and text beside them `#text`. A plain text is
    `{"text": …}`. Of a form the JSON in `form_field`, or in `payload` where that is its only field, is the body.
    Raises `UnreadableRequest`, `UnsupportedMediaType`.
    """
    body, charset = request.body, _charset(request)
    format_ = wanted or format_of(request)
    if format_ == "json":
        return _json(body, charset)
    if format_ == "form":
        if wanted is None and form_field is None and _looks_like_json(body):
            return _json(body, charset)
        return _form(body, charset, form_field)
    if format_ == "xml":
        return read_xml(body if charset is None else _decoded(body, charset))
    if wanted is None and _looks_like_json(body):
        return _json_or(lambda: _text(body, charset), body, charset)
    return _text(body, charset)


def format_of(request: InboundRequest) -> Format:
    """What the content type says. Raises `UnsupportedMediaType`."""
    kind = request.content_type
    if kind.endswith(("/json", "+json")) or kind in {"application/x-json", "text/javascript"}:
        return "json"
    if kind == "application/x-www-form-urlencoded":
        return "form"
    if kind.endswith(("/xml", "+xml")):
        return "xml"
    if kind in _UNSURE:
        return "xml" if request.body.lstrip()[:5] == b"<?xml" else "json"
    if kind.startswith("text/"):
        return "text"
    raise UnsupportedMediaType(
        f"The content type {kind[:100]!r} is not read: send JSON, a form, XML or plain text."
    )


def _charset(request: InboundRequest) -> str | None:
    """The charset that the content type names, as Python calls it. Raises `UnreadableRequest`."""
    parameters = (request.header("content-type") or "").split(";")[1:]
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() != "charset":
            continue
        given = value.strip().strip('"')[:40]
        try:
            found = codecs.lookup(given).name
        except (LookupError, ValueError):
            found = ""
        if found not in _CHARSETS:
            raise UnreadableRequest(f"The charset {given!r} is not known: send UTF-8.")
        return found
    return None


def _decoded(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset).removeprefix("\ufeff")
    except ValueError:
        raise UnreadableRequest(f"The body is not {charset}, as its content type says.") from None


def _json(body: bytes, charset: str | None) -> Any:
    plain = charset in {None, "utf-8", "ascii"}
    try:
        return orjson.loads(
            body.removeprefix(codecs.BOM_UTF8) if plain else _decoded(body, charset or "")
        )
    except orjson.JSONDecodeError as error:
        raise UnreadableRequest(f"The body is not JSON: {error}.") from None


def _looks_like_json(body: bytes) -> bool:
    """Whether a body is JSON although it was sent as something else: many senders forget to say so."""
    return body.lstrip()[:1] in {b"{", b"["}


def _json_or(other: Callable[[], Any], body: bytes, charset: str | None) -> Any:
    try:
        return _json(body, charset)
    except UnreadableRequest:
        return other()


def _text(body: bytes, charset: str | None) -> Mapping[str, str]:
    if charset is not None:
        return {TEXT: _decoded(body, charset)}
    try:
        return {TEXT: body.removeprefix(codecs.BOM_UTF8).decode()}
    except UnicodeDecodeError:
        return {TEXT: body.decode("latin-1")}  # what HTTP meant by text before it said UTF-8


def _form(body: bytes, charset: str | None, form_field: str | None) -> Any:
    if body.count(b"&") >= _MOST_FIELDS:
        raise UnreadableRequest(f"The body is not a form of at most {_MOST_FIELDS} fields.")
    fields: dict[str, list[str]] = {}
    for field in filter(None, body.split(b"&")):
        name, _, value = (
            _unquoted(part).decode(charset or "utf-8", "replace") for part in field.partition(b"=")
        )
        fields.setdefault(name, []).append(value)
    payload = form_field or (PAYLOAD if list(fields) == [PAYLOAD] else None)
    if payload is None:
        return {name: given[0] if len(given) == 1 else given for name, given in fields.items()}
    if payload not in fields:
        raise UnreadableRequest(f"The form has no field {payload!r}.")
    inner = fields[payload][0]
    try:
        return orjson.loads(inner)
    except orjson.JSONDecodeError as error:
        if form_field is None:
            return {PAYLOAD: inner}
        raise UnreadableRequest(f"The form's field {payload!r} is not JSON: {error}.") from None


def _unquoted(raw: bytes) -> bytes:
    """A form's text without its escapes: piece by piece, since the library takes many times the memory of a text."""
    text = raw.replace(b"+", b" ")
    pieces = []
    start = 0
    while start < len(text):
        cut = text.find(b"%", start + _PIECE)
        end = len(text) if cut < 0 else cut
        pieces.append(unquote_to_bytes(text[start:end]))
        start = end
    return b"".join(pieces)
