"""What Prometheus and Alertmanager send: their own JSON, of its natural size."""

import itertools
import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

from bench.payload import post

_HEADERS: Final = {"content-type": "application/json", "user-agent": "Alertmanager/0.25.0"}
_DESCRIPTION: Final = (
    "The file system on /var/lib/data of db-3.example.com has been filling up for 30 minutes and has less than 8 % "
    "of its space left; at this rate it is full within four hours. Look at what wrote most since yesterday, and at "
    "the retention of the write-ahead log."
)


def alerts(path: str) -> Iterator[bytes]:
    """Alerts without end for Alertmanager's API, each of its own."""
    return (_as_alert(path, word) for word in _words())


def one_alert(path: str, word: str) -> bytes:
    """One alert for Alertmanager's API, with a word in its name."""
    return _as_alert(path, word)


def notifications(path: str) -> Iterator[bytes]:
    """Alertmanager's webhooks without end, of one alert each."""
    return (one_notification(path, word) for word in _words())


def one_notification(path: str, word: str) -> bytes:
    """Alertmanager's webhook about one alert, with a word in its name."""
    alert = _alert(word)
    labels, annotations = alert["labels"], alert["annotations"]
    message = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{word}"}}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "teams",
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "http://alertmanager.example.com",
        "alerts": [
            {
                **alert,
                "status": "firing",
                "startsAt": "2026-11-23T14:05:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": "c1f6c9a3b0d4e5f6",
            }
        ],
    }
    # uWSGI closes after each answer without saying so.
    return post(path, {**_HEADERS, "connection": "close"}, json.dumps(message).encode())


def _as_alert(path: str, word: str) -> bytes:
    return post(path, _HEADERS, json.dumps([_alert(word)]).encode())


def _alert(word: str) -> dict[str, Any]:
    return {
        "labels": {
            "alertname": word,
            "severity": "warning",
            "instance": "db-3.example.com:9100",
            "job": "node",
            "mountpoint": "/var/lib/data",
        },
        "annotations": {"summary": f"{word}: disk space", "description": _DESCRIPTION},
        "generatorURL": "http://prometheus.example.com/graph?g0.expr=node_filesystem_avail_bytes",
    }


def _words() -> Iterator[str]:
    start = uuid.uuid4().hex[:8]
    return (f"DiskFull{start}{number}" for number in itertools.count())
