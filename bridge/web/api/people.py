"""/api/v1/sources/{source}/people: who a source's users are in Teams."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.errors import UnreadableRequest
from bridge.services import views
from bridge.web.api.wire import Input, answer, media_type, nothing, read, services, who
from bridge.web.hooks import read_body

CSV = "text/csv"


class KnownPeople(Input):
    """Everybody who is to be known. What each says is checked where CSV is, too."""

    people: list[dict[str, Any]]


class ChangedPerson(Input):
    """What is to be known of somebody from now on."""

    teams_id: str | None = None
    name: str | None = None


async def list_(request: Request) -> Response:
    """Who is known, ids masked."""
    people = await services(request).people.list(who(request), request.path_params["source"])
    return answer(request, views.people(people))


async def replace(request: Request) -> Response:
    """Know these and nobody else: JSON, or CSV with a line of column names."""
    service, source = services(request).people, request.path_params["source"]
    if media_type(request) == CSV:
        limit = request.app.state.bridge.settings.max_body_bytes
        body = await read_body(request.scope, request.receive, limit)
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableRequest("The CSV is not UTF-8: save it as such.") from None
        return answer(request, views.people(await service.import_csv(who(request), source, text)))
    wanted = await read(request, KnownPeople)
    return answer(request, views.people(await service.replace(who(request), source, wanted.people)))


async def change(request: Request) -> Response:
    """Add one, or change what is given of them."""
    wanted = await read(request, ChangedPerson)
    person = await services(request).people.change(
        who(request),
        request.path_params["source"],
        request.path_params["user"],
        wanted.model_dump(exclude_none=True),
    )
    return answer(request, views.person(person))


async def remove(request: Request) -> Response:
    """Know somebody no more."""
    source, user = request.path_params["source"], request.path_params["user"]
    await services(request).people.remove(who(request), source, user)
    return nothing()


_PATH = "/sources/{source}/people"

routes = (
    Route(_PATH, list_, methods=["GET"]),
    Route(_PATH, replace, methods=["PUT"]),
    Route(_PATH + "/{user:path}", change, methods=["PATCH"]),
    Route(_PATH + "/{user:path}", remove, methods=["DELETE"]),
)
