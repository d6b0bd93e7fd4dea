"""What people plan and talk about: issues, discussions, milestones and projects."""

from bridge.plugin import EventType

_ISSUES = (
    EventType("issues.opened", "An issue is opened", default=True, opens=True),
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
    EventType("issues.field_added", "A field of an issue is filled"),
    EventType("issues.field_removed", "A field of an issue is emptied"),
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
    EventType("issue_comment.pinned", "A comment is pinned"),
    EventType("issue_comment.unpinned", "A comment is unpinned"),
)

_REFERENCE = (EventType("content_reference.created", "Somebody refers to an app's address"),)

_LINKED_ISSUES = (
    EventType("sub_issues.sub_issue_added", "An issue gets a sub-issue"),
    EventType("sub_issues.sub_issue_removed", "An issue loses a sub-issue"),
    EventType("sub_issues.parent_issue_added", "An issue becomes the sub-issue of another"),
    EventType("sub_issues.parent_issue_removed", "An issue is a sub-issue no more"),
    EventType("issue_dependencies.blocked_by_added", "An issue is blocked by another"),
    EventType("issue_dependencies.blocked_by_removed", "An issue is blocked by another no more"),
    EventType("issue_dependencies.blocking_added", "An issue blocks another"),
    EventType("issue_dependencies.blocking_removed", "An issue blocks another no more"),
    EventType("issue_relates_to.relates_to_added", "An issue is related to another"),
    EventType("issue_relates_to.relates_to_removed", "An issue is related to another no more"),
)

_DISCUSSION = (
    EventType("discussion.created", "A discussion is started", opens=True),
    EventType("discussion.answered", "A discussion gets its answer"),
    EventType("discussion.unanswered", "A discussion loses its answer"),
    EventType("discussion.closed", "A discussion is closed"),
    EventType("discussion.reopened", "A discussion is reopened"),
    EventType("discussion.edited", "A discussion's title or text is edited"),
    EventType("discussion.category_changed", "A discussion moves to another category"),
    EventType("discussion.deleted", "A discussion is deleted"),
    EventType("discussion.transferred", "A discussion is moved to another repository"),
    EventType("discussion.labeled", "A discussion gets a label"),
    EventType("discussion.unlabeled", "A discussion loses a label"),
    EventType("discussion.pinned", "A discussion is pinned"),
    EventType("discussion.unpinned", "A discussion is unpinned"),
    EventType("discussion.locked", "A discussion is locked"),
    EventType("discussion.unlocked", "A discussion is unlocked"),
    EventType("discussion_comment.created", "Somebody comments on a discussion"),
    EventType("discussion_comment.edited", "A comment on a discussion is edited"),
    EventType("discussion_comment.deleted", "A comment on a discussion is deleted"),
)

_LABEL = (
    EventType("label.created", "A label is created"),
    EventType("label.edited", "A label's name, colour or description is edited"),
    EventType("label.deleted", "A label is deleted"),
    EventType("label.archived", "A label is archived"),
    EventType("label.unarchived", "A label is taken out of the archive"),
)

_MILESTONE = (
    EventType("milestone.created", "A milestone is created"),
    EventType("milestone.closed", "A milestone is closed"),
    EventType("milestone.opened", "A milestone is reopened"),
    EventType("milestone.edited", "A milestone's title, text or date is edited"),
    EventType("milestone.deleted", "A milestone is deleted"),
)

_PROJECTS = (
    EventType("projects_v2.created", "A project is created"),
    EventType("projects_v2.edited", "A project's title, text or visibility is edited"),
    EventType("projects_v2.closed", "A project is closed"),
    EventType("projects_v2.reopened", "A project is reopened"),
    EventType("projects_v2.deleted", "A project is deleted"),
    EventType("projects_v2_item.created", "Something is added to a project"),
    EventType("projects_v2_item.edited", "A field of something in a project changes"),
    EventType("projects_v2_item.reordered", "Something is moved within a project"),
    EventType("projects_v2_item.converted", "A draft in a project becomes an issue"),
    EventType("projects_v2_item.archived", "Something in a project is archived"),
    EventType("projects_v2_item.restored", "Something archived in a project comes back"),
    EventType("projects_v2_item.deleted", "Something is removed from a project"),
    EventType("projects_v2_status_update.created", "Somebody says how a project stands"),
    EventType("projects_v2_status_update.edited", "A project's status update is edited"),
    EventType("projects_v2_status_update.deleted", "A project's status update is deleted"),
)

_CLASSIC_PROJECTS = (
    EventType("project.created", "A classic project is created"),
    EventType("project.edited", "A classic project is edited"),
    EventType("project.closed", "A classic project is closed"),
    EventType("project.reopened", "A classic project is reopened"),
    EventType("project.deleted", "A classic project is deleted"),
    EventType("project_card.created", "A card is added to a classic project"),
    EventType("project_card.edited", "A card of a classic project is edited"),
    EventType("project_card.moved", "A card of a classic project is moved"),
    EventType("project_card.converted", "A card of a classic project becomes an issue"),
    EventType("project_card.deleted", "A card of a classic project is deleted"),
    EventType("project_column.created", "A column is added to a classic project"),
    EventType("project_column.edited", "A column of a classic project is renamed"),
    EventType("project_column.moved", "A column of a classic project is moved"),
    EventType("project_column.deleted", "A column of a classic project is deleted"),
)

PLANNING = (
    *_ISSUES,
    *_ISSUE_COMMENT,
    *_LINKED_ISSUES,
    *_DISCUSSION,
    *_LABEL,
    *_MILESTONE,
    *_PROJECTS,
    *_CLASSIC_PROJECTS,
    *_REFERENCE,
)
