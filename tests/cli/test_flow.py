"""The operator's day, with real processes: from an endpoint to a card, its trace, and its replay."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from bridge.signatures import sign_hmac_sha256
from tests.cli.conftest import OPENED, Prompt, Shell
from tests.e2e.running import COMMAND, environment, free_port, receiver, serve, until


@pytest.mark.timeout(300)  # it starts a dozen processes, one after the other
async def test_from_an_endpoint_to_a_card_and_back(shell: Shell) -> None:
    async with receiver() as teams, serve(shell.folder, env=shell.env) as bridge:
        shell.env["BRIDGE_PUBLIC_URL"] = bridge.url
        endpoint = await shell.json("endpoints", "create", "doors", "Front door")
        hall = teams.connector("hall")
        made = await shell.here(
            *("subscriptions", "create", endpoint["id"], "--event", "door.*"),
            *("--where", "room=C*,D*", "--where", "room!=Dungeon", "--channel-url", "-", "--json"),
            stdin=hall + "\n",
        )
        assert made.json["filters"] == {
            "all": [
                {"attribute": "room", "any_of": ["C*", "D*"]},
                {"attribute": "room", "none_of": ["Dungeon"]},
            ]
        }
        quiet = await shell.here(
            *("subscriptions", "create", endpoint["id"], "--event", "alarm", "--name", "Alarms"),
            "--json",
            BRIDGE_CHANNEL_URL=teams.workflow("attic"),
        )
        assert quiet.json["channel"]["kind"] == "workflow"

        headers = {"X-Door-Signature": sign_hmac_sha256(OPENED, endpoint["secret"])}
        async with bridge.session.post(endpoint["url"], data=OPENED, headers=headers) as answer:
            assert answer.status == 202
            event = (await answer.json())["event"]

        async def arrived() -> bool:
            return len(teams.of("hall")) == 1

        await until(arrived)

        async def delivered() -> bool:
            return bool((await bridge.api("GET", "/deliveries?state=delivered"))["items"])

        await until(delivered)
        trace = (await shell.well("events", "show", event, "--body")).out
        assert "✓ Front door: Delivered at " in trace
        assert "Matched  door.opened is wanted (door.*)" in trace
        assert "✗ Alarms: " in trace
        assert "delivered" in trace
        assert OPENED.decode() in trace
        listed = await shell.here("deliveries", "list", "--state", "delivered", "--json")
        (delivery,) = listed.json["items"]
        shown = (await shell.here("deliveries", "show", delivery["id"])).out
        assert "200" in shown
        assert "delivered" in shown

        await shell.here("deliveries", "replay", delivery["id"])

        async def twice() -> bool:
            return len(teams.of("hall")) == 2

        await until(twice)
        await shell.here("endpoints", "remove", "--yes", endpoint["id"])
        async with bridge.session.post(endpoint["url"], data=OPENED, headers=headers) as answer:
            assert answer.status == 404
    assert hall not in (shell.folder / "serve.log").read_text()
    assert endpoint["secret"] not in (shell.folder / "serve.log").read_text()


async def test_serve_ends_well_when_told_to_whatever_way(shell: Shell) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        async with serve(shell.folder, env=shell.env) as bridge:
            bridge.process.send_signal(number)
            assert await bridge.process.wait() == 0


async def test_several_processes_serve_one_database(shell: Shell) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "serve", "--port", str(port), "--workers", "2"),
        cwd=shell.folder,
        env={**environment(shell.folder, port), **shell.env},
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:

            async def ready() -> bool:
                assert process.returncode is None
                try:
                    async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                        return answer.status == 200
                except aiohttp.ClientConnectionError:
                    return False

            await until(ready)
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_worker_delivers_without_listening(shell: Shell) -> None:
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "worker"),
        cwd=shell.folder,
        env={**environment(shell.folder, 8000), **shell.env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout
    assert b"Working" in await process.stdout.readline()
    os.kill(process.pid, signal.SIGTERM)
    assert await process.wait() == 0


def test_serve_says_in_a_sentence_why_it_cannot_start(prompt: Prompt, local_plugins: Path) -> None:
    without = prompt.run("serve", BRIDGE_SECRET_KEY="")
    assert "webhook-bridge new-key" in without.err
    elsewhere = prompt.run("serve", BRIDGE_DATABASE_URL="postgresql://db/bridge")
    assert "sqlite:///" in elsewhere.err
    (local_plugins / "broken.py").write_text("import a_module_that_is_not_there\n")
    plugin = prompt.run("serve")
    assert "'broken'" in plugin.err
    for done in (without, elsewhere, plugin):
        assert done.status == 1
        assert len(done.err.strip().splitlines()) == 1


async def test_a_port_that_is_taken_is_said_in_a_sentence(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = await shell.run("serve", "--port", str(taken.getsockname()[1]))
    assert done.status == 1
    assert "--port" in done.err
    assert len(done.err.strip().splitlines()) == 1


async def test_serve_warns_that_nobody_can_use_the_api(shell: Shell) -> None:
    port = free_port()
    env = {**environment(shell.folder, port), **shell.env}
    del env["BRIDGE_ADMIN_TOKEN"]
    process = await asyncio.create_subprocess_exec(
        *(COMMAND, "serve", "--port", str(port)),
        cwd=shell.folder,
        env=env,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr
    assert b"BRIDGE_ADMIN_TOKEN is not set" in await process.stderr.readline()
    process.terminate()
    await process.communicate()
    assert process.returncode == 0
