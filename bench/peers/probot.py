"""Probot: a framework for GitHub apps on Node.js."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.bridge import SECRET
from bench.payload import Door, github_one, github_requests
from bench.peers.install import debian, npm
from bench.peers.peer import Peer, Started
from bench.process import free_port, running
from bench.receiver import Receiver

_APP: Final = Path(__file__).parent / "probot-app.mjs"
_DOOR: Final = Door("/api/github/webhooks", SECRET)


@asynccontextmanager
async def _start(folder: Path, receiver: Receiver) -> AsyncIterator[Started]:
    modules, port = await npm() / "node_modules", free_port()
    variables = {
        **os.environ,
        "NODE_ENV": "production",
        "LOG_LEVEL": "warn",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "APP_ID": "1",
        "PRIVATE_KEY": _key(),
        "WEBHOOK_SECRET": _DOOR.secret,
        "TEAMS_WEBHOOK": receiver.connector("probot"),
    }
    command = (debian("node"), modules / ".bin/probot", "run", _copied(_APP, folder))
    async with running(command, folder, port, variables, "/ping") as process:
        yield Started(process, github_requests((_DOOR,)), partial(github_one, _DOOR))


def _key() -> str:
    return (
        rsa.generate_private_key(65537, 2048)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        .decode()
    )


def _copied(path: Path, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, folder)
    return f"./{path.name}"


PROBOT: Final = Peer(
    "Probot 14.3.2",
    "GitHub's webhook, 11 KB, HMAC checked",
    "An app of some lines of JavaScript makes a MessageCard and posts it with `fetch` before GitHub is answered. "
    "Keeps nothing, retries nothing; for GitHub alone; who subscribes to what is the app's author's to write.",
    _start,
)
