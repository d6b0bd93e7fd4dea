"""For those who watch over the bridge: whether it runs, whether it can work, and how much it does."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.errors import StoreUnavailable
from bridge.web.security import problem

PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"


async def healthz(_: Request) -> Response:
    """The process runs."""
    return JSONResponse({"status": "ok"})


async def readyz(request: Request) -> Response:
    """Webhooks can be stored, and the worker is alive."""
    bridge = request.app.state.bridge
    try:
        await bridge.store.check()
    except StoreUnavailable:
        return problem(503, "Not ready", "The database cannot be read and written at the moment.")
    if not bridge.worker.alive:
        return problem(503, "Not ready", "The worker does not run: see the log, and start again.")
    return JSONResponse({"status": "ready"})


async def metrics(request: Request) -> Response:
    """Counts of this process."""
    return Response(request.app.state.bridge.metrics.text(), media_type=PROMETHEUS)


routes: Final = (
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", metrics),
)
