"""Prometheus' Alertmanager, with a webhook receiver."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from bench.peers.alerts import alerts, one_alert
from bench.peers.install import debian
from bench.peers.peer import Peer, Started
from bench.process import free_port, running
from bench.receiver import Receiver

_PATH: Final = "/api/v2/alerts"


@asynccontextmanager
async def _start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    command, port = debian("prometheus-alertmanager", "prometheus-alertmanager"), free_port()
    line = (
        command,
        f"--config.file={_configure(folder, receiver.connector('alertmanager'))}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=error",
    )
    async with running(line, folder, port, ready="/-/ready") as process:
        yield Started(process, alerts(_PATH), lambda word: one_alert(_PATH, word))


def _configure(folder: Path, channel: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "alertmanager.yml"
    configuration = {
        "route": {
            "receiver": "teams",
            "group_by": ["..."],
            "group_wait": "0s",
            "group_interval": "5m",
            "repeat_interval": "4h",
        },
        "receivers": [
            {"name": "teams", "webhook_configs": [{"url": channel, "send_resolved": False}]}
        ],
    }
    path.write_text(json.dumps(configuration))  # JSON is YAML
    return path


ALERTMANAGER: Final = Peer(
    "Alertmanager 0.25.0",
    "an alert on its own API, 0.7 KB, no signature",
    "Groups alerts (here: each by itself, without waiting) and posts its own JSON, which is no Teams card: 0.25 has no "
    "Teams receiver, so a user puts prom2teams behind it. Retries 5xx and a receiver that is down; keeps no alert over "
    "a restart; believes any 200.",
    _start,
)
