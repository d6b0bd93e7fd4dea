"""What can go wrong with a measurement, as sentences."""


class BenchError(Exception):
    """A section cannot be measured."""


class NoExamples(BenchError):
    """GitHub's examples are not installed."""


class DidNotStart(BenchError):
    """A process ended, or was not ready in time; the message has the end of its log."""


class NotInstalled(BenchError):
    """A peer is not here and cannot be installed; the message says what to do, or the installer's own error."""


class NotUnderstood(BenchError):
    """The bridge's tables are not as the filling of a store expects them."""


class ApiRefused(BenchError):
    """The bridge's API answered with an error."""
