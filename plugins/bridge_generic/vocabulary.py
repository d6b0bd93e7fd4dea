"""What senders usually call things, in small letters and without anything between words: `html_url` is `htmlurl`."""

TITLES = ("title", "subject", "headline", "summary", "alertname", "eventname")
NAMES = ("displayname", "name", "login", "username", "email", "summary", "text", "key", "id")
TEXTS = ("text", "message", "msg", "description", "body", "details", "content", "comment")
LINKS = ("htmlurl", "weburl", "permalink", "url", "link", "href", "detailsurl", "externalurl")
LEVELS = ("severity", "level", "status", "state", "result", "conclusion", "outcome", "priority")
OUTCOMES = ("conclusion", "result", "outcome", "status", "state", "severity", "level", "priority")
"""The same, those that say how it stands now first: something critical that is resolved is good."""
TYPES = ("eventtype", "event", "type", "detailtype", "objectkind", "action", "kind", "topic")
ACTORS = (
    *("actor", "user", "author", "sender", "username", "createdby", "triggeredby", "pusher"),
    *("agent", "initiator"),
)

WRAPPERS = (
    *("data", "payload", "event", "object", "objectattributes", "attributes", "detail", "resource"),
    *("alert", "incident", "issue", "monitor", "heartbeat", "record", "notification", "item"),
    *("commonannotations", "annotations", "commonlabels", "labels"),
)
"""Objects that senders wrap the thing itself in."""

XML_TEXT = "#text"
"""Where the text of an XML element stands that has attributes, too."""

ENVELOPE = (
    *("apiversion", "specversion", "schema", "datacontenttype", "contenttype"),
    *("livemode", "attempt", "truncatedalerts"),
)
"""What is about the webhook and not about what happened, and is shown last."""

OTHER_LINKS = ("avatar", "icon", "image", "logo", "photo", "callback", "subscribe", "api")
"""What a link's name has in it that leads elsewhere than to the thing itself; it is not shown."""

SECRETS = (
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "accesskey",
    "credential",
    "signature",
)
"""What a field's name has in it that is not for a channel's eyes."""

GOOD = frozenset(
    [
        "ok",
        "good",
        "success",
        "succeeded",
        "successful",
        "passed",
        "resolved",
        "recovered",
        "up",
        "healthy",
        "done",
        "completed",
        "fixed",
        "closed",
        "paid",
        "normal",
        "operational",
    ]
)
WARNING = frozenset(
    [
        *("warning", "warn", "degraded", "medium", "unstable", "pending", "minor", "acknowledged"),
        "overdue",
    ]
)
BAD = frozenset(
    [
        "critical",
        "error",
        "errored",
        "fatal",
        "failed",
        "failure",
        "failing",
        "down",
        "alert",
        "alerting",
        "alarm",
        "firing",
        "triggered",
        "high",
        "highest",
        "urgent",
        "emergency",
        "broken",
        "major",
        "problem",
        "outage",
        "unhealthy",
        "blocker",
    ]
)
