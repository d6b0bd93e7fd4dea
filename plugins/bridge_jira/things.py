"""What an event is about and when it happened, by which what comes late is told from what is new.

Every Jira since version 5 says in `timestamp` when something happened, to the millisecond. Where that is missing, an issue,
comment or work log still says when it was last changed, with the zone of its server.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bridge_jira.reading import Object, node, text

NAMES: Final[Mapping[str, tuple[str, tuple[str, ...], str]]] = {
    "attachment": ("attachment", ("attachment",), "id"),
    "board": ("board", ("board", "configuration"), "id"),
    "comment": ("comment", ("comment",), "id"),
    "filter": ("filter", ("filter",), "id"),
    "issue": ("issue", ("issue",), "key"),
    "issuelink": ("issue link", ("issueLink",), "id"),
    "issuetype": ("issue type", ("issueType",), "id"),
    "option": ("setting", ("property",), "key"),
    "project": ("project", ("project",), "key"),
    "sprint": ("sprint", ("sprint",), "id"),
    "version": ("version", ("version",), "id"),
    "worklog": ("work log", ("worklog",), "id"),
}
"""By an event type's first word: what people call it, where it stands, and which of its members names it."""


def read_thing(payload: Object, kind: str) -> str | None:
    """What a webhook is about, in words that name nothing else: `issue ROCKET-7`. A user is named to nobody."""
    about = NAMES.get(kind.partition(".")[0])
    if about is None:
        return None
    noun, places, member = about
    found = next(filter(None, (text(node(payload, place).get(member)) for place in places)), None)
    return f"{noun} {found}" if found else None


def read_time(payload: Object, kind: str) -> datetime | None:
    """When it happened."""
    stamp = payload.get("timestamp")
    if isinstance(stamp, int) and not isinstance(stamp, bool):
        try:
            return datetime.fromtimestamp(stamp / 1000, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    about = kind.partition(".")[0]
    thing = node(payload, "issue", "fields") if about == "issue" else node(payload, about)
    return _written(thing.get("updated"))


def _written(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return at if at.tzinfo else None
