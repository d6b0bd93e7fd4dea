"""Tasks, an imaginary to-do service: cards when tasks are created or updated."""

from collections.abc import Iterable, Mapping

from bridge.plugin import (
    Attribute,
    AttributeValue,
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
        """The one event that a webhook carries."""
        match request.json():
            case {
                "event": "task.created" | "task.updated" as kind,
                "actor": {"name": str(actor), "bot": bool(is_bot)},
                "task": {
                    "url": str(url),
                    "project": str() | None as project,
                    "assignee": str() | None as assignee,
                } as task,
                "changes": [*changes],
            }:
                attributes: dict[str, AttributeValue] = {
                    "actor": actor,
                    "actor_is_bot": is_bot,
                    "project": project,
                    "assignee": assignee,
                }
                context = {"actor": actor, "task": task, "changes": changes}
                return [ParsedEvent(kind, attributes, context, url)]
        raise ParseError("This is not what Tasks sends when a task is created or updated.")

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """Sign a sample as Tasks would."""
        return {"x-tasks-signature": sign_hmac_sha256(body, secret)}


@hookimpl
def register_sources() -> Iterable[Source]:
    """Tell the bridge of the source."""
    return [Tasks()]
