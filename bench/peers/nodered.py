"""Node-RED: flows drawn in a browser."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench.payload import Door, github_one, github_requests
from bench.peers.install import debian, npm
from bench.peers.peer import Peer, Started
from bench.process import free_port, running
from bench.receiver import Receiver

_DOOR: Final = Door("/issues", "no-secret-is-checked")

_CARD: Final = """\
const { action, issue, repository, sender } = msg.payload;
const title = `${sender.login} ${action} issue #${issue.number}: ${issue.title}`;
msg.url = env.get("TEAMS_WEBHOOK");
msg.headers = { "content-type": "application/json" };
msg.payload = {
    "@type": "MessageCard",
    "@context": "https://schema.org/extensions",
    summary: title,
    title,
    text: (issue.body || "").slice(0, 500),
    sections: [{
        activityTitle: repository.full_name,
        facts: [
            { name: "Assigned to", value: issue.assignees.map((one) => one.login).join(", ") },
            { name: "Labels", value: issue.labels.map((one) => one.name).join(", ") },
        ],
    }],
    potentialAction: [
        { "@type": "OpenUri", name: "View issue", targets: [{ os: "default", uri: issue.html_url }] },
    ],
};
return msg;
"""

_FLOW: Final = (
    {"id": "f1", "type": "tab", "label": "Issues to Teams"},
    {
        "id": "in",
        "z": "f1",
        "type": "http in",
        "url": "/issues",
        "method": "post",
        "wires": [["card"]],
    },
    {
        "id": "card",
        "z": "f1",
        "type": "function",
        "func": _CARD,
        "outputs": 1,
        "wires": [["post"]],
    },
    {
        "id": "post",
        "z": "f1",
        "type": "http request",
        "method": "POST",
        "ret": "txt",
        "url": "",
        "persist": True,
        "headers": [],
        "wires": [["clean"]],
    },
    # Node-RED's own advice: else the answer would carry the channel's headers.
    {
        "id": "clean",
        "z": "f1",
        "type": "function",
        "func": "delete msg.headers;\nmsg.statusCode = Number(msg.statusCode) || 502;\nreturn msg;",
        "outputs": 1,
        "wires": [["out"]],
    },
    {"id": "out", "z": "f1", "type": "http response", "wires": []},
    {
        "id": "r1",
        "z": "f1",
        "type": "http in",
        "url": "/ready",
        "method": "get",
        "wires": [["r2"]],
    },
    {"id": "r2", "z": "f1", "type": "http response", "statusCode": "200", "wires": []},
)

_SETTINGS: Final = """\
module.exports = {
    flowFile: "flows.json",
    uiHost: "127.0.0.1",
    uiPort: process.env.PORT,
    httpAdminRoot: false,
    telemetry: { enabled: false, updateNotification: false },
    logging: { console: { level: "warn", metrics: false, audit: false } },
};
"""


@asynccontextmanager
async def _start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    modules, port = await npm() / "node_modules", free_port()
    _configure(folder)
    variables = {
        **os.environ,
        "PORT": str(port),
        "TEAMS_WEBHOOK": receiver.connector("nodered"),
    }
    command = (debian("node"), modules / ".bin/node-red", "--userDir", folder)
    async with running(command, folder, port, variables, "/ready") as process:
        yield Started(process, github_requests((_DOOR,)), partial(github_one, _DOOR))


def _configure(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.js").write_text(_SETTINGS)
    (folder / "flows.json").write_text(json.dumps(_FLOW))


NODE_RED: Final = Peer(
    "Node-RED 4.1.8",
    "GitHub's webhook, 11 KB, no signature checked",
    "A flow: http in → function → http request → http response. The function makes a MessageCard; the sender gets "
    "the channel's status. Keeps nothing, retries nothing; a queue would be the flow's author's to draw.",
    _start,
)
