"""/connector/tabs and what a tab's page does with its subscriptions: pause, resume, try out."""

from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bridge.services import views
from bridge.web.api.subscriptions import view
from bridge.web.api.wire import Input, answer, read, services, who


class NewState(Input):
    """Whether a subscription's cards are sent or held."""

    state: Literal["active", "paused"]


async def show(request: Request) -> Response:
    """The tab's subscriptions that they may change, each with its last deliveries, and how many are somebody else's."""
    tab = await services(request).tabs.show(who(request), request.path_params["id"])
    said = await services(request).subscriptions.sentences(*(it.subscription for it in tab.entries))
    items = [
        {
            **views.subscription(it.subscription, said[it.subscription.id]),
            "source": it.source,
            "deliveries": [views.delivery(one) for one in it.deliveries],
        }
        for it in tab.entries
    ]
    return answer(request, {"items": items, "others": tab.others})


async def clear(request: Request) -> Response:
    """Remove the tab's subscriptions that they may change; again is no fault."""
    cleared = await services(request).tabs.clear(who(request), request.path_params["id"])
    return answer(request, {"removed": cleared.removed, "others": cleared.others})


async def set_state(request: Request) -> Response:
    """Pause or resume a subscription."""
    given = await read(request, NewState)
    changed = await services(request).subscriptions.set_state(
        who(request), request.path_params["id"], given.state
    )
    return answer(request, await view(request, changed))


async def test(request: Request) -> Response:
    """Send a sample card of a subscription now, and say what was answered."""
    tried = await services(request).subscriptions.test(who(request), request.path_params["id"])
    return answer(request, views.tested(*tried))


routes: Final = (
    Route("/tabs/{id}", show, methods=["GET"]),
    Route("/tabs/{id}", clear, methods=["DELETE"]),
    Route("/subscriptions/{id}", set_state, methods=["PATCH"]),
    Route("/subscriptions/{id}/test", test, methods=["POST"]),
)
