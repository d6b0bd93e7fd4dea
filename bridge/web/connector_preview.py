"""/connector/preview: the card that a sample event becomes, and whether the filters let it through."""

from typing import Any, Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.errors import NotFound
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import matches
from bridge.services.validation import Problems, check_where
from bridge.web.api.wire import Input, answer, read, services, who


class SamplePreview(Input):
    """Which event to show a sample of; `endpoint` lends its configuration."""

    source: str
    event: str
    filters: dict[str, Any] = Field(default_factory=dict)
    endpoint: str | None = None


async def preview(request: Request) -> Response:
    """The card of a sample as a safe fragment of HTML. Raises `Invalid` for bad filters, `NotFound` without a sample."""
    wanted = await read(request, SamplePreview)
    problems = Problems()
    check_where(problems, wanted.filters, request.app.state.bridge.registry.source(wanted.source))
    problems.settle()
    endpoint = None
    if wanted.endpoint is not None:
        endpoint = await services(request).endpoints.get(who(request), wanted.endpoint)
    service = services(request).previews
    sample = service.sample_for(wanted.source, wanted.event)
    if sample is None:
        raise NotFound("There is no sample of this event.")
    parts = service.of_sample(wanted.source, sample.name, endpoint)
    shown = next((it for it in parts if match_type(wanted.event, it.event_type)), parts[0])
    matched, reason = matches(check_filters(wanted.filters), shown.attributes)
    return answer(
        {
            "event_type": shown.event_type,
            "html": shown.html,
            "matched": matched,
            "reason": reason,
        }
    )


routes: Final = (Route("/preview", preview, methods=["POST"]),)
