"""What people plan and talk about: issues and comments."""

from bridge.plugin import EventType

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

PLANNING = (*_ISSUES, *_ISSUE_COMMENT)
