"""prom2teams: makes Teams cards of Alertmanager's webhooks."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench.peers.alerts import notifications, one_notification
from bench.peers.install import python
from bench.peers.peer import Peer, Started
from bench.process import free_port, running
from bench.receiver import Receiver

_PATH: Final = "/v2/Connector"
_ALIASES: Final = Path(__file__).parent / "aliases"

_CONFIGURATION: Final = """\
[Microsoft Teams]
Connector: {channel}

[Log]
Level: WARNING

[{section}]
RequestTimeout: 30
RetryEnable: true
RetryWaitTime: 5
MaxPayload: 24576
"""

_UWSGI: Final = """\
[uwsgi]
master = true
processes = 5
http-socket = 127.0.0.1:{port}
die-on-term = true
disable-logging = true
need-app = true
virtualenv = {environment}
module = prom2teams.app.api:app
"""


def _starting(section: str) -> Callable[[Path, Receiver], AbstractAsyncContextManager[Started]]:
    @asynccontextmanager
    async def start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
        environment, port = await python(), free_port()
        channel = receiver.connector("prom2teams")
        server, application = _configure(folder, channel, section, environment, port)
        variables = {
            **os.environ,
            "APP_CONFIG_FILE": str(application),
            "PYTHONPATH": str(_ALIASES),
        }
        command = (environment / "bin/uwsgi", "--ini", server)
        async with running(command, folder, port, variables, "/ready") as process:
            yield Started(process, notifications(_PATH), partial(one_notification, _PATH))

    return start


def _configure(
    folder: Path, channel: str, section: str, environment: Path, port: int
) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    server, application = folder / "uwsgi.ini", folder / "prom2teams.ini"
    server.write_text(_UWSGI.format(port=port, environment=environment))
    application.write_text(_CONFIGURATION.format(channel=channel, section=section))
    return server, application


_TAKES: Final = "Alertmanager's webhook about one alert, 1.6 KB, no signature"

PROM2TEAMS: Final = Peer(
    "prom2teams 4.2.0",
    _TAKES,
    "Renders a MessageCard with Jinja2 and posts it before it answers; under uWSGI with 5 processes, as its README has "
    "it. Its retries are set as that README says, in a section that 4.2.0 does not read, so there are none. Keeps "
    "nothing. Runs on Python 3.11 with Flask 1.1.4 and flask-restplus 0.13.0 instead of what it pins, and two names "
    "that Python 3.10 removed put back.",
    _starting("Teams Client"),
)

PROM2TEAMS_RETRYING: Final = Peer(
    "prom2teams 4.2.0, retrying",
    _TAKES,
    "The same with its retries under the section's name that its code reads: every 5 s without end, while the sender "
    "and one of the processes wait, and all senders once every process does.",
    _starting("Microsoft Teams Client"),
)
