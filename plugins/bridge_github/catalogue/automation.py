"""What machines do: runs, checks and deployments."""

from bridge.plugin import EventType

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

AUTOMATION = _RUNS
