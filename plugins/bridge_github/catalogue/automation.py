"""What machines do: runs, checks, deployments and packages."""

from bridge.plugin import EventType

_RUNS = (
    EventType("workflow_run.completed", "A workflow run ends", default=True),
    EventType("workflow_run.in_progress", "A workflow run starts"),
    EventType("workflow_run.requested", "A workflow run is requested"),
    EventType("workflow_job.completed", "A job of a workflow ends"),
    EventType("workflow_job.in_progress", "A job of a workflow starts"),
    EventType("workflow_job.queued", "A job of a workflow waits for a runner"),
    EventType("workflow_job.waiting", "A job of a workflow waits for an approval"),
    EventType("workflow_dispatch", "Somebody starts a workflow by hand"),
    EventType("repository_dispatch", "Another system sends an event of its own"),
)

_CHECKS = (
    EventType("check_run.completed", "A check ends"),
    EventType("check_run.created", "A check is created"),
    EventType("check_run.rerequested", "A check is asked to run again"),
    EventType("check_run.requested_action", "Somebody presses a button of a check"),
    EventType("check_suite.completed", "All checks of an app end"),
    EventType("check_suite.requested", "The checks of an app are asked for"),
    EventType("check_suite.rerequested", "The checks of an app are asked to run again"),
    EventType("status.success", "A service says that a commit is well"),
    EventType("status.failure", "A service says that a commit fails"),
    EventType("status.error", "A service could not judge a commit"),
    EventType("status.pending", "A service begins to judge a commit"),
)

_DEPLOYMENTS = (
    EventType("deployment_status.created", "A deployment moves on", default=True),
    EventType("deployment.created", "A deployment is created"),
    EventType("deployment_review.requested", "A deployment waits for an approval"),
    EventType("deployment_review.approved", "A deployment is approved"),
    EventType("deployment_review.rejected", "A deployment is rejected"),
    EventType("deployment_protection_rule.requested", "A deployment waits for an app's decision"),
    EventType("page_build", "A site of GitHub Pages is built"),
)

_PACKAGES = (
    EventType("package.published", "A package is published"),
    EventType("package.updated", "A package is updated"),
    EventType("registry_package.published", "A package is published (GitHub's older event)"),
    EventType("registry_package.updated", "A package is updated (GitHub's older event)"),
)

AUTOMATION = (*_RUNS, *_CHECKS, *_DEPLOYMENTS, *_PACKAGES)
