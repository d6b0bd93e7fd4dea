"""Tasks, an imaginary to-do service: cards when tasks are created or updated."""

from collections.abc import Iterable, Mapping

from bridge.plugin import (
    Attribute,
    Endpoint,
    EventType,
    InboundRequest,
    ParsedEvent,
    ParseError,
    Source,
    hookimpl,
    sign_hmac_sha256,
    verify_hmac_sha256,
)


class Tasks(Source):
    """Tasks signs its webhooks with HMAC-SHA-256 and numbers them in a header."""

    name = "tasks"
    label = "Tasks"
    event_types = (
        EventType("task.created", "A task is created", default=True),
        EventType("task.updated", "A task is updated"),
    )
    attributes = (
        Attribute("title", "Title"),
        Attribute("assignee", "Assignee"),
        Attribute("project", "Project", ("Rocket", "Launch pad")),
        Attribute("actor", "Who did it"),
        Attribute("actor_is_bot", "Done by an app", ("yes", "no")),
    )
    setup_steps = (
        "In Tasks, open Settings → Webhooks and press “Add”.",
        "Paste the URL and the secret shown here, tick both events and save.",
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> None:
        """Check the signature, which covers the raw body."""
        verify_hmac_sha256(request, endpoint.secrets, header="x-tasks-signature")

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """The number that Tasks gives a webhook and repeats when it tries again."""
        return request.header("x-tasks-delivery")

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """The one event that a webhook carries; those that nobody can subscribe to say nothing."""
        payload = request.json()
        match payload:
            case {
                "event": str(kind),
                "task": {"title": str()} as task,
                "actor": {"name": str()} as actor,
            }:
                pass
            case _:
                raise ParseError("The body lacks event, task.title or actor.name.")
        if kind not in {event.name for event in self.event_types}:
            return []
        attributes = {
            "title": task["title"],
            "assignee": task.get("assignee"),
            "project": task.get("project"),
            "actor": actor["name"],
            "actor_is_bot": actor.get("bot") is True,
        }
        context = {"task": task, "actor": actor, "changes": payload.get("changes")}
        return [ParsedEvent(kind, attributes, context, url=task.get("url"))]

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """Sign a sample as Tasks would."""
        return {"x-tasks-signature": sign_hmac_sha256(body, secret)}


@hookimpl
def register_sources() -> Iterable[Source]:
    """Tell the bridge of the source."""
    return [Tasks()]
