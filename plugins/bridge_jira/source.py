"""Jira's side of the bridge's contract: how its webhooks are proved, told apart, read and set up."""

import base64
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
from bridge_jira.acting import act, offered
from bridge_jira.attributes import ATTRIBUTES
from bridge_jira.catalogue import EVENT_TYPES
from bridge_jira.parse import parse

SIGNATURE = "x-hub-signature"
IDENTIFIER = "x-atlassian-webhook-identifier"


class Jira(Source):
    """Jira Cloud, Data Center and old servers."""

    name: ClassVar[str] = "jira"
    label: ClassVar[str] = "Jira"
    open_ended: ClassVar[bool] = True
    event_types: ClassVar[tuple[EventType, ...]] = EVENT_TYPES
    attributes: ClassVar[tuple[Attribute, ...]] = ATTRIBUTES
    setup_steps: ClassVar[tuple[str, ...]] = (
        "In Jira, as an administrator, open Settings → System → WebHooks and press “Create a WebHook”.",
        "URL: paste the URL shown here.",
        "Secret: paste the secret shown here (Jira Cloud, and Data Center from 9.x).",
        "Events: tick issue created, updated and deleted, and whatever else people here want to hear of.",
        "On Jira Cloud, tick comment created, updated and deleted too; Data Center tells of comments with the issue's update.",
        "Press “Create”. A Jira too old to have a Secret field needs an endpoint whose URL is the secret: ask whoever runs this bridge.",
    )
    mentions = "link"
    setup_url: ClassVar[str | None] = (
        "https://developer.atlassian.com/server/jira/platform/webhooks/"
    )

    def verify(self, request: InboundRequest, endpoint: Endpoint) -> EndpointSecret:
        """Check X-Hub-Signature, which covers the raw body."""
        return verify_hmac_sha256(request, endpoint.secrets, header=SIGNATURE)

    def identify(self, request: InboundRequest, endpoint: Endpoint) -> str | None:
        """X-Atlassian-Webhook-Identifier, the same when Jira tries again; old servers send none."""
        return request.header(IDENTIFIER)

    def parse(self, request: InboundRequest, endpoint: Endpoint) -> Iterable[ParsedEvent]:
        """The one event that each of Jira's webhooks carries."""
        return [parse(request.json())]

    def actions(self, part: ParsedEvent, endpoint: Endpoint) -> Iterable[Action]:
        """Comment, move on and assign."""
        return offered(part)

    def authorization(self, user: str | None, token: str) -> Mapping[str, str]:
        """Cloud wants an account's address with its token, Data Center a personal access token alone."""
        if user is None:
            return super().authorization(user, token)
        pair = base64.b64encode(f"{user}:{token}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def act(
        self,
        action: str,
        entered: Mapping[str, tuple[str, ...]],
        part: ParsedEvent,
        endpoint: Endpoint,
        replies: Sequence[Reply],
    ) -> Call | Done:
        """As the account of the endpoint's token."""
        return act(action, entered, part, replies)

    def sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        """The header that Jira proves itself with."""
        return {SIGNATURE: sign_hmac_sha256(body, secret)}

    def sample_headers(self, event: str) -> Mapping[str, str]:
        """As Jira sends them; whoever sends a sample twice gives it an identifier of its own."""
        return {
            "content-type": "application/json; charset=UTF-8",
            "user-agent": "Atlassian Webhook HTTP Client",
            IDENTIFIER: "5a9d7f0c-3b61-4a0e-9a3f-2f7d1c6e8b10",
        }
