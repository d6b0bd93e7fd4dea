"""The disk is full, really: webhooks are refused, no card is posted that cannot be recorded; and it mends by itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.pipeline.running import SECRET
from tests.torture.account import set_up, story
from tests.torture.plan import draw
from tests.torture.processes import Process, processes, until
from tests.torture.receiver import Receiver, receiving
from tests.torture.room import Limit, Room, Volume, may_mount
from tests.torture.sender import Sender
from tests.torture.verdict import judge, repeats

pytestmark = [pytest.mark.xdist_group("torture"), pytest.mark.timeout(300)]


@pytest.fixture(params=["the files may not grow", "the volume is full"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> Room:
    """Where nobody may mount a volume, the limit of a process's files is tried a second time instead."""
    folder = tmp_path / "small"
    folder.mkdir()
    if request.param == "the volume is full" and await may_mount(folder):
        return Volume(folder)
    return Limit(folder)


async def ready(bridge: Process) -> bool:
    async with bridge.session.get(f"{bridge.url}/readyz") as answer:
        return answer.status == 200


async def unrecorded(receiver: Receiver, bridge: Process) -> int:
    """Of the cards that a channel has taken, the most that are not recorded as delivered."""
    taken = {channel: len(cards) for channel, cards in receiver.taken.items()}
    names = {one["id"]: one["name"] for one in await bridge.every("/subscriptions")}
    channels = {one.name: one.channel for one in receiver.plan.subscriptions}
    recorded = Counter(
        channels[names[one["subscription"]]]
        for one in await bridge.every("/deliveries")
        if one["state"] == "delivered"
    )
    return max(count - recorded[channel] for channel, count in taken.items())


@asynccontextmanager
async def sending(sender: Sender) -> AsyncIterator[None]:
    """Webhooks come as long as the block lasts."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sender.run())
        yield
        assert not task.done(), "There were too few webhooks to send."
        task.cancel()


async def test_without_room_nothing_is_taken_or_posted_and_with_room_all_goes_on(
    tmp_path: Path, room: Room
) -> None:
    plan = draw("disk", webhooks=10_000, endpoints=6, channels=6)
    where = {"BRIDGE_DATABASE_URL": f"sqlite:///{room.folder / 'bridge.db'}"}
    async with (
        aiohttp.ClientSession() as session,
        receiving(plan) as receiver,
        processes(tmp_path, session, where, prefix=room.prefix) as (bridge,),
    ):
        receiver.healthy = True
        hooks = await set_up(plan, receiver, bridge, SECRET)
        sender = Sender(plan, session, [bridge.url], hooks, pause=0.02)
        async with sending(sender):
            await until(lambda: receiver.count > 50)
            await _every_answer_comes_too_late(room, receiver, sender, bridge)
            await _goes_on(room, sender, bridge)
            await _fills_up(room, sender, bridge)
            await _goes_on(room, sender, bridge)
        await until(bridge.idle, every=0.1)
        told = await story(plan, sender, receiver, bridge)
    assert judge(told) == ()
    assert repeats(told) == {}
    assert sender.faults == []
    assert sender.unanswered == 0
    assert receiver.overlapping == []
    assert "Traceback" not in bridge.log.read_text()


async def _every_answer_comes_too_late(
    room: Room, receiver: Receiver, sender: Sender, bridge: Process
) -> None:
    """A card is in flight in every lane when the room comes to an end."""
    receiver.answers.clear()
    await until(lambda: len(receiver.waiting()) == len(receiver.taken))
    await _fills_up(room, sender, bridge)
    taken, refused = receiver.count, sender.refused
    receiver.answers.set()
    while sender.refused < refused + 50:
        assert await unrecorded(receiver, bridge) <= 1
        assert receiver.count == taken or not room.to_the_last_byte


async def _fills_up(room: Room, sender: Sender, bridge: Process) -> None:
    """The room comes to an end, and the bridge says so."""
    refused = sender.refused
    room.fill(bridge.running.pid)

    async def noticed() -> bool:
        return sender.refused > refused + 20 and not await ready(bridge)

    await until(noticed, every=0.05)


async def _goes_on(room: Room, sender: Sender, bridge: Process) -> None:
    """There is room again, and the same process takes webhooks again."""
    kept = len(sender.acknowledged)
    room.free(bridge.running.pid)
    await until(partial(ready, bridge), every=0.05)
    await until(lambda: len(sender.acknowledged) > kept + 50)
