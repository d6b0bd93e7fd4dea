"""What happens to code: pushes, pull requests, reviews, branches and releases."""

from bridge.plugin import EventType

_PUSH = (
    EventType("push.branch", "Commits are pushed to a branch", default=True),
    EventType("push.force", "A branch is force-pushed", default=True),
    EventType("push.tag", "A tag is pushed or moved"),
    EventType("push.delete", "A branch or tag is deleted by a push"),
)

_PULL_REQUEST = (
    EventType("pull_request.opened", "A pull request is opened", default=True, opens=True),
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
    EventType("pull_request.stacked", "A pull request becomes part of a stack"),
)

_PULL_REQUEST_REVIEW = (
    EventType("pull_request_review.submitted", "A review is submitted", default=True),
    EventType("pull_request_review.edited", "A review is edited"),
    EventType("pull_request_review.dismissed", "A review is dismissed"),
)

_COMMENTS = (
    EventType("pull_request_review_comment.created", "Somebody comments on changed lines"),
    EventType("pull_request_review_comment.edited", "A comment on changed lines is edited"),
    EventType("pull_request_review_comment.deleted", "A comment on changed lines is deleted"),
    EventType("pull_request_review_thread.resolved", "A review conversation is resolved"),
    EventType("pull_request_review_thread.unresolved", "A review conversation is reopened"),
    EventType("commit_comment.created", "Somebody comments on a commit"),
)

_MERGE_QUEUE = (
    EventType("merge_group.checks_requested", "The merge queue asks for checks"),
    EventType("merge_group.destroyed", "A merge group is merged, invalidated or taken apart"),
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

CODE = (*_PUSH, *_PULL_REQUEST, *_PULL_REQUEST_REVIEW, *_COMMENTS, *_MERGE_QUEUE, *_REFS, *_RELEASE)
