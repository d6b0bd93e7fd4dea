"""Counts what comes in and what goes out, on a registry of its own, for Prometheus."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bridge.channel import Outcome
from bridge.hookspecs import hookimpl
from bridge.models import Delivery


class Metrics:
    """The bridge's own observer: it registers through the hook that any plugin may implement."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._webhooks = Counter(
            "bridge_webhooks",
            "Webhooks answered, by source and status.",
            ("source", "status"),
            registry=self._registry,
        )
        self._counted: dict[tuple[str, int], Counter] = {}
        self._deliveries = Counter(
            "bridge_deliveries",
            "Deliveries finished, by state and the last verdict.",
            ("state", "verdict"),
            registry=self._registry,
        )
        self._lanes = Gauge(
            "bridge_lanes_busy", "Lanes that are being delivered.", registry=self._registry
        )

    def webhook(self, source: str, status: int) -> None:
        """Count a webhook that was answered."""
        counted = self._counted.get((source, status))
        if counted is None:
            counted = self._counted[source, status] = self._webhooks.labels(source, str(status))
        counted.inc()

    def watch_lanes(self, busy: Callable[[], float]) -> None:
        """Ask this, whenever the metrics are read, how many lanes are busy."""
        self._lanes.set_function(busy)

    @hookimpl
    def delivery_finished(self, delivery: Delivery, outcome: Outcome) -> None:
        """Count a delivery that came to its end."""
        self._deliveries.labels(delivery.state, outcome.verdict.value).inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)
