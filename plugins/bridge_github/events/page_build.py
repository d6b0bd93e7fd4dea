"""`page_build`: GitHub Pages builds a site."""

from datetime import timedelta

from bridge_github.node import Node
from bridge_github.parts import duration, person, required, revision
from bridge_github.reading import Reading

_ENDS = {"built": "success", "errored": "failure"}
_LONGEST = timedelta(days=1)


def read(payload: Node, _action: str | None) -> Reading:
    """GitHub has no action here; how it ended is the attribute `conclusion`."""
    build = required(payload, "build")
    status, head = build.text("status"), revision(payload, build.text("commit"))
    return Reading(
        None,
        build,
        head["url"] or payload.link("repository", "html_url"),
        {
            "status": status,
            "conclusion": _ENDS.get(status or "") or "",
            "error": build.text("error", "message"),
            "head": head,
            "pusher": person(build.at("pusher")),
            "took": _took(build.number("duration")),
        },
        {"conclusion": _ENDS.get(status or "")},
    )


def _took(milliseconds: int | None) -> str | None:
    if not milliseconds or not 0 < milliseconds < _LONGEST.total_seconds() * 1000:
        return None
    return duration(timedelta(milliseconds=milliseconds))
