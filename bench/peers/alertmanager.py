"""Prometheus' Alertmanager, with a webhook receiver."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from bench.peers.alerts import alerts, one_alert
from bench.peers.install import debian
from bench.peers.peer import Peer, Started
from bench.peers.prom2teams import PROM2TEAMS
from bench.process import Running, free_port, running
from bench.receiver import Receiver

_PATH: Final = "/api/v2/alerts"
_MOST: Final = 100
"""As many as uWSGI lets wait; with more, what is measured are Alertmanager's pauses between retries."""


@asynccontextmanager
async def _start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    async with _alertmanager(folder, receiver.connector("alertmanager")) as process:
        yield Started(process, alerts(_PATH), partial(one_alert, _PATH))


@asynccontextmanager
async def _start_both(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    async with PROM2TEAMS.start(folder / "prom2teams", receiver) as behind:
        url = f"http://127.0.0.1:{behind.process.port}/v2/Connector"
        async with _alertmanager(folder, url) as process:
            both = replace(process, behind=(behind.process.pid,))
            yield Started(both, alerts(_PATH), partial(one_alert, _PATH), _MOST)


@asynccontextmanager
async def _alertmanager(folder: Path, url: str) -> AsyncIterator[Running]:
    command, port = debian("prometheus-alertmanager"), free_port()
    line = (
        command,
        f"--config.file={_configure(folder, url)}",
        f"--storage.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        "--log.level=error",
    )
    async with running(line, folder, port, ready="/-/ready") as process:
        yield process


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


_TAKES: Final = "an alert on its own API, 0.6 KB, no signature"

ALERTMANAGER: Final = Peer(
    "Alertmanager 0.25.0",
    _TAKES,
    "Groups alerts (here: each by itself, without waiting) and posts its own JSON, which is no card and which Teams does "
    "not show: 0.25 has no Teams receiver. Retries 5xx and a receiver that is down; believes any 200. Forgets alerts "
    "when it restarts; Prometheus sends again those that still last.",
    _start,
)

WITH_PROM2TEAMS: Final = Peer(
    "Alertmanager → prom2teams",
    _TAKES,
    "The two together, as prom2teams' README has them: the way by which an alert becomes a card in Teams. Alertmanager "
    "retries what prom2teams could not post.",
    _start_both,
)
