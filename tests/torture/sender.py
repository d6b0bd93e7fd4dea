"""Systems that send webhooks: each its own, one after another, and again where no answer came."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Final

import aiohttp

from tests.pipeline.running import SECRET
from tests.torture.plan import Plan, Webhook

GIVES_UP: Final = 0.05
"""How often a webhook is not sent again, where no answer came."""

SENDS_TWICE: Final = 0.02
"""How often a webhook is sent again that was acknowledged, as someone does who presses "redeliver"."""


@dataclass
class Sender:
    """Sends a plan's webhooks to any of the doors. `hooks` are the endpoints' paths.

    `sent` are the webhooks of each endpoint in the order of sending, `acknowledged` the event ids of those that were.
    `refused` counts the answers 503. `faults` are answers that the bridge must not give. `pause` is the mean of the
    seconds between two webhooks of one endpoint.
    """

    plan: Plan
    session: aiohttp.ClientSession
    doors: Sequence[str]
    hooks: Mapping[str, str]
    pause: float = 0.0
    sent: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    acknowledged: dict[str, str] = field(default_factory=dict)
    unanswered: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)

    async def run(self, most: int | None = None) -> None:
        """Send everything that was not sent yet; at most so many of each endpoint."""
        async with asyncio.TaskGroup() as group:
            for endpoint, webhooks in self.plan.webhooks.items():
                group.create_task(
                    self._endpoint(endpoint, webhooks[len(self.sent[endpoint]) :][:most])
                )

    async def _endpoint(self, endpoint: str, webhooks: Sequence[Webhook]) -> None:
        dice = self.plan.chance("sender", endpoint, len(self.sent[endpoint]))
        for webhook in webhooks:
            self.sent[endpoint].append(webhook.id)
            await self._sent(endpoint, webhook, dice)
            if webhook.id in self.acknowledged and dice.random() < SENDS_TWICE:
                await self._once(endpoint, webhook, dice, first=False)
            if self.pause:
                await asyncio.sleep(dice.uniform(0, 2 * self.pause))

    async def _sent(self, endpoint: str, webhook: Webhook, dice: Random) -> None:
        """Send it until it is acknowledged, or given up."""
        first = True
        while not await self._once(endpoint, webhook, dice, first=first):
            first = False
            if dice.random() < GIVES_UP:
                return
            await asyncio.sleep(0.1)

    async def _once(self, endpoint: str, webhook: Webhook, dice: Random, *, first: bool) -> bool:
        """Whether it was acknowledged at one more try."""
        url = f"{dice.choice(self.doors)}{self.hooks[endpoint]}"
        headers = {"x-radio-token": SECRET, "x-radio-id": webhook.id}
        try:
            async with self.session.post(url, json=webhook.body(), headers=headers) as answer:
                text = await answer.text()
        except aiohttp.ClientError:
            self.unanswered += 1
            return False
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in answer.headers:
            self.refused += 1
            return False
        try:
            said = json.loads(text)
        except ValueError:
            self.faults.append(
                f"{webhook.id}: answered {answer.status} without JSON: {text[:200]!r}"
            )
            return False
        event = self.acknowledged.setdefault(webhook.id, said.get("event"))
        right = {HTTPStatus.ACCEPTED} if first else {HTTPStatus.ACCEPTED, HTTPStatus.OK}
        if answer.status not in right or said.get("event") != event:
            self.faults.append(f"{webhook.id}: answered {answer.status} {said}, kept as {event}")
        return True
