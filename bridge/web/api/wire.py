"""Reading what an API request says, and writing what is answered: strict, with every fault beside its field."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar, cast

import orjson
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import Response

from bridge.errors import Invalid, UnreadableRequest, UnsupportedMediaType
from bridge.models import Page
from bridge.services import Services
from bridge.services.access import Principal
from bridge.services.validation import Problems
from bridge.texts import say
from bridge.web.hooks import read_body
from bridge.web.security import catalogue

MOST = 200
"""The longest page of a list."""

T = TypeVar("T")

_NO_TIME = say("Give a time as in 2026-11-23T14:05:00Z.")
_SENTENCES = {
    "missing": say("This is needed."),
    "extra_forbidden": say("There is no such field."),
    "string_type": say("This is a text."),
    "bool_type": say("Say true or false."),
    "dict_type": say("This is an object."),
    "list_type": say("This is a list."),
    "tuple_type": say("This is a list."),
    "model_type": say("This is an object."),
    "timezone_aware": say("Add the time zone, as in 2026-11-23T14:05:00Z."),
    "datetime_from_date_parsing": _NO_TIME,
    "datetime_parsing": _NO_TIME,
    "datetime_type": _NO_TIME,
}


class Input(BaseModel):
    """A request's body: what is not known is refused, and no value is shown in an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True
    )


def _text(given: Any) -> Any:
    # A number would be taken for seconds since 1970, and almost any is long ago.
    if not isinstance(given, str):
        raise ValueError(_NO_TIME)  # noqa: TRY004  # what pydantic turns into a fault of the field
    return given


Time: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_text)]
"""A time with its zone."""

InputT = TypeVar("InputT", bound=Input)


def services(request: Request) -> Services:
    """The services of the running bridge."""
    return cast("Services", request.app.state.bridge.services)


def who(request: Request) -> Principal:
    """Who is asking, as `Authenticated` found."""
    return cast("Principal", request.scope["principal"])


def answer(request: Request, view: Any, status: int = 200) -> Response:
    """A view as JSON, in the language of whoever asks; nothing keeps a copy, since some are shown once."""
    return Response(
        orjson.dumps(catalogue(request).within(view)),
        status,
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def nothing() -> Response:
    """It is done, and there is nothing to show."""
    return Response(status_code=204)


def media_type(request: Request) -> str:
    """The media type of a request's body, in small letters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read(request: Request, shape: type[InputT]) -> InputT:
    """The request's JSON body. Raises a `Refused`."""
    if media_type(request) != "application/json":
        raise UnsupportedMediaType("Send JSON with `Content-Type: application/json`.")
    limit = request.app.state.bridge.settings.max_body_bytes
    body = await read_body(request.scope, request.receive, limit)
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UnreadableRequest(f"The body is not JSON: {error}.") from None
    if not isinstance(given, dict):
        raise UnreadableRequest("The body is JSON, but not an object.")
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise Invalid(_fields(error)) from None


def _fields(error: ValidationError) -> Mapping[str, str]:
    return {
        ".".join(str(part) for part in item["loc"]): _sentence(item)
        for item in error.errors(include_input=False, include_url=False)
    }


def _sentence(item: ErrorDetails) -> str:
    """What is wrong with a field: in our own words, where pydantic's are not meant for people."""
    match item:
        case {"type": "value_error", "ctx": {"error": ValueError(args=(str() as said,))}}:
            return said
        case {"type": "string_too_long", "ctx": {"max_length": most}}:
            return say("At most {most} characters.", most=most)
        case {"type": "literal_error", "ctx": {"expected": words}}:
            return say("Input should be {words}.", words=words)
    return _SENTENCES.get(item["type"], f"{item['msg']}.")


def page(request: Request, *more: str) -> Page:
    """Which part of a list is wanted. `more` names the other parameters that the list has. Raises `Invalid`."""
    problems = Problems()
    _only_known(problems, request, ("limit", "cursor", *more))
    text = request.query_params.get("limit", "50")
    if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST:
        limit = int(text)
    else:
        limit = MOST
        problems.add("limit", f"A number from 1 to {MOST}.")
    problems.settle()
    return Page(limit, request.query_params.get("cursor"))


def choice(request: Request, name: str, values: Iterable[T]) -> T | None:
    """A parameter that is one of some words, if it is there. Raises `Invalid`."""
    given = request.query_params.get(name)
    if given is None:
        return None
    known = tuple(values)
    for value in known:
        if value == given:
            return value
    raise Invalid({name: f"One of {', '.join(map(str, known))}."})


def moment(request: Request, name: str) -> datetime | None:
    """A parameter that is a time with its zone, if it is there. Raises `Invalid`."""
    given = request.query_params.get(name)
    if given is None:
        return None
    try:
        at = datetime.fromisoformat(given.replace(" ", "+"))  # a plus sign that was not encoded
    except ValueError:
        raise Invalid({name: _NO_TIME}) from None
    if at.tzinfo is None:
        raise Invalid({name: _SENTENCES["timezone_aware"]})
    return at


def _only_known(problems: Problems, request: Request, known: tuple[str, ...]) -> None:
    for name in request.query_params:
        if name not in known:
            problems.add(name, f"There is no such parameter. There are: {', '.join(known)}.")
