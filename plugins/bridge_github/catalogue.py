"""The event types that a subscriber can choose, with the words a person reads there.

GitHub's events with an action are `<event>.<action>`. Where GitHub's one word hides several things that subscribers
tell apart, the second word is the bridge's own: a merged pull request, the kinds of push, what was created or deleted.
Whatever else GitHub sends still arrives, as `<event>` or `<event>.<action>`, for those who chose everything.
"""

from bridge.plugin import EventType

_PUSH = (
    EventType("push.branch", "Commits are pushed to a branch", default=True),
    EventType("push.force", "A branch is force-pushed", default=True),
    EventType("push.tag", "A tag is pushed or moved"),
    EventType("push.delete", "A branch or tag is deleted by a push"),
)

_PULL_REQUEST = (
    EventType("pull_request.opened", "A pull request is opened", default=True),
    EventType("pull_request.merged", "A pull request is merged", default=True),
    EventType("pull_request.closed", "A pull request is closed without being merged", default=True),
    EventType("pull_request.reopened", "A pull request is reopened", default=True),
    EventType("pull_request.ready_for_review", "A draft is marked ready for review", default=True),
    EventType("pull_request.converted_to_draft", "A pull request is turned into a draft"),
    EventType("pull_request.synchronize", "A pull request gets new commits"),
    EventType("pull_request.edited", "A pull request's title, description or base is edited"),
    EventType("pull_request.review_requested", "A review is requested"),
    EventType("pull_request.review_request_removed", "A request for review is withdrawn"),
    EventType("pull_request.assigned", "A pull request is assigned"),
    EventType("pull_request.unassigned", "A pull request is unassigned"),
    EventType("pull_request.labeled", "A pull request gets a label"),
    EventType("pull_request.unlabeled", "A pull request loses a label"),
    EventType("pull_request.milestoned", "A pull request is added to a milestone"),
    EventType("pull_request.demilestoned", "A pull request is removed from its milestone"),
    EventType("pull_request.locked", "A pull request's conversation is locked"),
    EventType("pull_request.unlocked", "A pull request's conversation is unlocked"),
    EventType("pull_request.auto_merge_enabled", "Auto-merge is turned on"),
    EventType("pull_request.auto_merge_disabled", "Auto-merge is turned off"),
    EventType("pull_request.enqueued", "A pull request enters the merge queue"),
    EventType("pull_request.dequeued", "A pull request leaves the merge queue"),
)

_PULL_REQUEST_REVIEW = (
    EventType("pull_request_review.submitted", "A review is submitted", default=True),
    EventType("pull_request_review.edited", "A review is edited"),
    EventType("pull_request_review.dismissed", "A review is dismissed"),
)

_ISSUES = (
    EventType("issues.opened", "An issue is opened", default=True),
    EventType("issues.closed", "An issue is closed", default=True),
    EventType("issues.reopened", "An issue is reopened", default=True),
    EventType("issues.edited", "An issue's title or description is edited"),
    EventType("issues.deleted", "An issue is deleted"),
    EventType("issues.transferred", "An issue is moved to another repository"),
    EventType("issues.assigned", "An issue is assigned"),
    EventType("issues.unassigned", "An issue is unassigned"),
    EventType("issues.labeled", "An issue gets a label"),
    EventType("issues.unlabeled", "An issue loses a label"),
    EventType("issues.milestoned", "An issue is added to a milestone"),
    EventType("issues.demilestoned", "An issue is removed from its milestone"),
    EventType("issues.typed", "An issue gets a type"),
    EventType("issues.untyped", "An issue loses its type"),
    EventType("issues.pinned", "An issue is pinned"),
    EventType("issues.unpinned", "An issue is unpinned"),
    EventType("issues.locked", "An issue's conversation is locked"),
    EventType("issues.unlocked", "An issue's conversation is unlocked"),
)

_ISSUE_COMMENT = (
    EventType(
        "issue_comment.created", "Somebody comments on an issue or pull request", default=True
    ),
    EventType("issue_comment.edited", "A comment is edited"),
    EventType("issue_comment.deleted", "A comment is deleted"),
)

_REFS = (
    EventType("create.branch", "A branch is created"),
    EventType("create.tag", "A tag is created"),
    EventType("delete.branch", "A branch is deleted"),
    EventType("delete.tag", "A tag is deleted"),
)

_RELEASE = (
    EventType("release.published", "A release or pre-release is published", default=True),
    EventType("release.released", "A release is published, or a pre-release becomes one"),
    EventType("release.prereleased", "A pre-release is published"),
    EventType("release.created", "A release is drafted or published for the first time"),
    EventType("release.edited", "A release's name or notes are edited"),
    EventType("release.unpublished", "A release is withdrawn"),
    EventType("release.deleted", "A release is deleted"),
)

_RUNS = (
    EventType("workflow_run.completed", "A workflow run ends", default=True),
    EventType("workflow_run.in_progress", "A workflow run starts"),
    EventType("workflow_run.requested", "A workflow run is requested"),
    EventType("check_run.completed", "A check ends"),
    EventType("check_run.created", "A check is created"),
    EventType("check_run.rerequested", "A check is asked to run again"),
    EventType("check_run.requested_action", "Somebody presses a button of a check"),
    EventType("deployment_status.created", "A deployment moves on", default=True),
)

EVENT_TYPES = (
    *_PUSH,
    *_PULL_REQUEST,
    *_PULL_REQUEST_REVIEW,
    *_ISSUES,
    *_ISSUE_COMMENT,
    *_RELEASE,
    *_RUNS,
    *_REFS,
    EventType("ping", "GitHub tries the webhook", default=True),
)
"""In the order in which they are offered."""
