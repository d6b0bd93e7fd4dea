"""The channel kind `workflow`: an Adaptive Card to a Power Automate flow, "When a Teams webhook request is received".

Any success means only that the flow took the card. With the trigger open to anyone, an Authorization header would make the
POST fail; there is none.
"""

import re
from typing import ClassVar, Final
from urllib.parse import urlsplit

import orjson

from bridge.cards.adaptive import adaptive_message
from bridge.cards.card import Card
from bridge.cards.fit import fit
from bridge.channel import Answer, ChannelKind, Outcome, Verdict, Window
from bridge.channels.answers import judge_status, retry_after, unanswered

_PATH: Final = re.compile(r"(/.*)?/workflows/[^/]+/triggers/[^/]+/paths/invoke/?", re.IGNORECASE)
_SWITCHED_OFF: Final = re.compile(
    r"TriggerIsNotEnabled|trigger is not enabled|with state '(Disabled|Suspended)'", re.IGNORECASE
)


class Workflow(ChannelKind):
    """A flow's webhook, which posts the card to its Teams channel."""

    name = "workflow"
    label = "Workflow webhook"
    mentions = True
    hosts: ClassVar[tuple[str, ...]] = (
        "https://*.logic.azure.com",
        "https://*.environment.api.powerplatform.com",
    )
    windows: ClassVar[tuple[Window, ...]] = (Window(4, 1), Window(100, 60), Window(25, 300))

    def recognises(self, url: str) -> bool:
        """By its path: `…/workflows/{id}/triggers/manual/paths/invoke`."""
        try:
            return _PATH.fullmatch(urlsplit(url).path) is not None
        except ValueError:
            return False

    def encode(self, card: Card, limit_bytes: int) -> bytes:
        """A message with one Adaptive Card."""
        return fit(card, lambda one: orjson.dumps(adaptive_message(one)), limit_bytes)

    def judge(self, answer: Answer) -> Outcome:
        """By the status; a flow that is switched off says so in words."""
        if answer.status is None:
            return unanswered(answer)
        if 200 <= answer.status < 300:  # noqa: PLR2004  # what HTTP calls success
            return Outcome(Verdict.DELIVERED, "The flow took the card.")
        if answer.status >= 400 and _SWITCHED_OFF.search(answer.body):  # noqa: PLR2004  # what HTTP calls an error
            return Outcome(
                Verdict.RETRY,
                f"The flow is switched off (it answered {answer.status}): switch it on in Power Automate.",
                retry_after(answer),
                flagged=True,
            )
        return judge_status(answer.status, answer)
