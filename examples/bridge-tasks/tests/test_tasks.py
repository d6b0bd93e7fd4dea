"""Every fixture is proved, parsed and rendered, and becomes the card that stands beside it."""

from bridge.testing import SourceChecks
from bridge_tasks import Tasks


class TestTasks(SourceChecks):
    """What every source must hold."""

    source = Tasks()
