"""Debian's `webhook`: runs a command for each webhook."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from bench.bridge import SECRET
from bench.payload import Door, github_one, github_requests
from bench.peers.install import debian
from bench.peers.peer import Peer, Started
from bench.process import free_port, running
from bench.receiver import Receiver

_DOOR: Final = Door("/hooks/issues", SECRET)

_SCRIPT: Final = """\
#!/bin/sh
jq -n --arg title "$1 $2 issue #$3: $4" --arg text "$5" --arg url "$6" --arg repository "$7" '{
  "@type": "MessageCard", "@context": "https://schema.org/extensions",
  summary: $title, title: $title, text: $text[:500],
  sections: [{facts: [{name: "Repository", value: $repository}]}],
  potentialAction: [{"@type": "OpenUri", name: "View issue", targets: [{os: "default", uri: $url}]}]
}' | curl --silent --show-error --fail --header 'content-type: application/json' --data-binary @- "$TEAMS_WEBHOOK"
"""

_ARGUMENTS: Final = (
    "sender.login",
    "action",
    "issue.number",
    "issue.title",
    "issue.body",
    "issue.html_url",
    "repository.full_name",
)


@asynccontextmanager
async def _start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    command, port = debian("webhook"), free_port()
    for needed in ("jq", "curl"):
        debian(needed)
    hooks = _configure(folder)
    variables = {**os.environ, "TEAMS_WEBHOOK": receiver.connector("webhook")}
    line = (command, "-hooks", hooks, "-ip", "127.0.0.1", "-port", str(port))
    async with running(line, folder, port, variables) as process:
        yield Started(process, github_requests((_DOOR,)), partial(github_one, _DOOR))


def _configure(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    script, hooks = folder / "post-card.sh", folder / "hooks.json"
    script.write_text(_SCRIPT)
    script.chmod(0o755)
    signature = {"source": "header", "name": "X-Hub-Signature-256"}
    rule = {"type": "payload-hmac-sha256", "secret": _DOOR.secret, "parameter": signature}
    hook = {
        "id": "issues",
        "execute-command": str(script),
        "include-command-output-in-response": True,
        "pass-arguments-to-command": [
            {"source": "payload", "name": argument} for argument in _ARGUMENTS
        ],
        "trigger-rule": {"match": rule},
    }
    hooks.write_text(json.dumps([hook]))
    return hooks


WEBHOOK: Final = Peer(
    "webhook 2.8.0",
    "GitHub's webhook, 11 KB, HMAC checked",
    "Runs a shell script of `jq` and `curl` for each webhook and answers when it has ended. Keeps nothing, retries "
    "nothing but what the script's author writes.",
    _start,
)
