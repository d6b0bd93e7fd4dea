"""The event types that a subscriber can choose, with the words a person reads there.

GitHub's events with an action are `<event>.<action>`. Where GitHub's one word hides several things that subscribers
tell apart, the second word is the bridge's own: a merged pull request, the kinds of push, what was created or deleted,
how a commit's status stands. Whatever else GitHub sends still arrives, as `<event>` or `<event>.<action>`, for those
who chose everything.
"""

from bridge.plugin import EventType
from bridge_github.catalogue.automation import AUTOMATION
from bridge_github.catalogue.code import CODE
from bridge_github.catalogue.organization import ORGANIZATION
from bridge_github.catalogue.planning import PLANNING
from bridge_github.catalogue.repository import REPOSITORY
from bridge_github.catalogue.security import SECURITY

EVENT_TYPES = (
    *CODE,
    *PLANNING,
    *AUTOMATION,
    *SECURITY,
    *REPOSITORY,
    *ORGANIZATION,
    EventType("ping", "GitHub tries the webhook", default=True),
)
"""In the order in which they are offered."""
