"""GitHub's side of the bridge's contract: how its webhooks are proved, told apart, read and set up."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from bridge.plugin import (
    Action,
    Attribute,
    Call,
    Done,
    Endpoint,
    EndpointSecret,
    EventType,
    InboundRequest,
    ParsedEvent,
    Reply,
    Source,
    sign_hmac_sha256,
    verify_hmac_sha256,
)
from bridge_github.acting import act, offered
from bridge_github.attributes import ATTRIBUTES
from bridge_github.catalogue import EVENT_TYPES
from bridge_github.parse import event_name, parse

SIGNATURE = "x-hub-signature-256"
SAMPLE_DELIVERY = "7f0c5b1e-2d4a-4c38-9b57-61f3a8e0d9c2"


class GitHub(Source):
    """Repositories and organisations on github.com or an Enterprise Server."""

    name: ClassVar[str] = "github"
    label: ClassVar[str] = "GitHub"
    open_ended: ClassVar[bool] = True
    site: ClassVar[str | None] = "https://api.github.com"
    event_types: ClassVar[tuple[EventType, ...]] = EVENT_TYPES
    attributes: ClassVar[tuple[Attribute, ...]] = ATTRIBUTES
    setup_steps: ClassVar[tuple[str, ...]] = (
        "In GitHub, open the repository (or the organisation) and go to Settings → Webhooks → Add webhook.",
        "Payload URL: paste the URL shown here.",
        "Content type: choose application/json.",
        "Secret: paste the secret shown here.",
        "Which events: choose “Send me everything”; what nobody subscribed to makes no card.",
        "Press “Add webhook”. GitHub sends a ping at once, and it appears here.",
    )
    mentions = "at"
    setup_url: ClassVar[str | None] = (
        "https://docs.github.com/en/webhooks/using-webhooks/creating-webhooks"
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret:
        """Check X-Hub-Signature-256, which covers the raw body, form-encoded or not."""
        return verify_hmac_sha256(request, endpoint.secrets, header=SIGNATURE)

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """X-GitHub-Delivery, the same when a delivery is sent again. Raises `UnreadableRequest` without X-GitHub-Event."""
        event_name(request)
        return request.header("x-github-delivery")

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """The one event that each of GitHub's webhooks carries."""
        return [parse(request)]

    def actions(self, part: ParsedEvent, endpoint: Endpoint) -> Iterable[Action]:
        """Comment, approve, close and reopen; run again what failed."""
        return offered(part)

    def act(
        self,
        action: str,
        entered: Mapping[str, tuple[str, ...]],
        part: ParsedEvent,
        endpoint: Endpoint,
        replies: Sequence[Reply],
    ) -> Call | Done:
        """One call each, as the account of the endpoint's token."""
        return act(action, entered, part, replies)

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The header that GitHub proves itself with."""
        return {SIGNATURE: sign_hmac_sha256(body, secret)}

    def sample_headers(self, event: str) -> Mapping[str, str]:
        """As GitHub sends them; whoever sends a sample twice gives it a delivery id of its own."""
        return {
            "content-type": "application/json",
            "user-agent": "GitHub-Hookshot/044aadd",
            "x-github-delivery": SAMPLE_DELIVERY,
            "x-github-event": event,
        }
