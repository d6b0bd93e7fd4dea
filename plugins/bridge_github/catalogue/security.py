"""What could hurt: alerts, advisories and requests to be let past a rule."""

from bridge.plugin import EventType

_CODE_SCANNING = (
    EventType("code_scanning_alert.created", "Code scanning finds something"),
    EventType("code_scanning_alert.appeared_in_branch", "A code scanning alert reaches a branch"),
    EventType("code_scanning_alert.fixed", "A code scanning alert is fixed"),
    EventType("code_scanning_alert.closed_by_user", "A code scanning alert is dismissed"),
    EventType("code_scanning_alert.reopened", "A code scanning alert comes back"),
    EventType("code_scanning_alert.reopened_by_user", "A code scanning alert is reopened"),
    EventType("code_scanning_alert.updated_assignment", "A code scanning alert is assigned"),
)

_DEPENDABOT = (
    EventType("dependabot_alert.created", "A dependency turns out vulnerable"),
    EventType("dependabot_alert.fixed", "A vulnerable dependency is fixed"),
    EventType("dependabot_alert.dismissed", "A Dependabot alert is dismissed"),
    EventType("dependabot_alert.auto_dismissed", "A Dependabot alert is dismissed by a rule"),
    EventType("dependabot_alert.reopened", "A Dependabot alert is reopened"),
    EventType("dependabot_alert.auto_reopened", "A Dependabot alert is reopened by a rule"),
    EventType("dependabot_alert.reintroduced", "A fixed vulnerable dependency comes back"),
    EventType("dependabot_alert.assignees_changed", "A Dependabot alert is assigned"),
    EventType("repository_vulnerability_alert.create", "A dependency is vulnerable (older event)"),
    EventType("repository_vulnerability_alert.dismiss", "Such an alert is dismissed (older event)"),
    EventType("repository_vulnerability_alert.reopen", "Such an alert is reopened (older event)"),
    EventType("repository_vulnerability_alert.resolve", "Such an alert is fixed (older event)"),
)

_SECRET_SCANNING = (
    EventType("secret_scanning_alert.created", "A secret is found"),
    EventType("secret_scanning_alert.publicly_leaked", "A secret is found in public"),
    EventType("secret_scanning_alert.validated", "A secret is tried: does it still work?"),
    EventType("secret_scanning_alert.resolved", "A secret scanning alert is closed"),
    EventType("secret_scanning_alert.reopened", "A secret scanning alert is reopened"),
    EventType("secret_scanning_alert.assigned", "A secret scanning alert is assigned"),
    EventType("secret_scanning_alert.unassigned", "A secret scanning alert is unassigned"),
    EventType("secret_scanning_alert.metadata_created", "GitHub learns more about a secret"),
    EventType("secret_scanning_alert.metadata_removed", "GitHub forgets about a secret"),
    EventType("secret_scanning_alert_location.created", "A secret is found in one more place"),
    EventType("secret_scanning_scan.completed", "A search for secrets ends"),
)

_ADVISORIES = (
    EventType("repository_advisory.published", "A repository publishes an advisory"),
    EventType("repository_advisory.reported", "Somebody reports a vulnerability in private"),
    EventType("security_advisory.published", "GitHub publishes an advisory"),
    EventType("security_advisory.updated", "GitHub updates an advisory"),
    EventType("security_advisory.withdrawn", "GitHub withdraws an advisory"),
    EventType("security_and_analysis", "A repository's security settings change"),
)

_REQUESTS = (
    EventType(
        "bypass_request_secret_scanning.created",
        "Somebody asks to push a secret",
    ),
    EventType(
        "bypass_request_secret_scanning.response_submitted",
        "A request to push a secret is answered",
    ),
    EventType(
        "bypass_request_secret_scanning.response_dismissed",
        "The answer to a request to push a secret is taken back",
    ),
    EventType(
        "bypass_request_secret_scanning.completed",
        "A request to push a secret is completed",
    ),
    EventType(
        "bypass_request_secret_scanning.cancelled",
        "A request to push a secret is taken back",
    ),
    EventType(
        "exemption_request_push_ruleset.created",
        "Somebody asks to bypass a push ruleset",
    ),
    EventType(
        "exemption_request_push_ruleset.response_submitted",
        "A request to bypass a push ruleset is answered",
    ),
    EventType(
        "exemption_request_push_ruleset.response_dismissed",
        "The answer to a request to bypass a push ruleset is taken back",
    ),
    EventType(
        "exemption_request_push_ruleset.completed",
        "A request to bypass a push ruleset is completed",
    ),
    EventType(
        "exemption_request_push_ruleset.cancelled",
        "A request to bypass a push ruleset is taken back",
    ),
    EventType(
        "dismissal_request_code_scanning.created",
        "Somebody asks to dismiss a code scanning alert",
    ),
    EventType(
        "dismissal_request_code_scanning.response_submitted",
        "A request to dismiss a code scanning alert is answered",
    ),
    EventType(
        "dismissal_request_dependabot.created",
        "Somebody asks to dismiss a Dependabot alert",
    ),
    EventType(
        "dismissal_request_dependabot.response_submitted",
        "A request to dismiss a Dependabot alert is answered",
    ),
    EventType(
        "dismissal_request_dependabot.cancelled",
        "A request to dismiss a Dependabot alert is taken back",
    ),
    EventType(
        "dismissal_request_secret_scanning.created",
        "Somebody asks to close a secret scanning alert",
    ),
    EventType(
        "dismissal_request_secret_scanning.response_submitted",
        "A request to close a secret scanning alert is answered",
    ),
    EventType(
        "dismissal_request_secret_scanning.response_dismissed",
        "The answer to a request to close a secret scanning alert is taken back",
    ),
    EventType(
        "dismissal_request_secret_scanning.completed",
        "A request to close a secret scanning alert is completed",
    ),
    EventType(
        "dismissal_request_secret_scanning.cancelled",
        "A request to close a secret scanning alert is taken back",
    ),
)

SECURITY = (*_CODE_SCANNING, *_DEPENDABOT, *_SECRET_SCANNING, *_ADVISORIES, *_REQUESTS)
