"""The channel kind `connector`: a MessageCard to a connector's webhook.

It answers 200 whatever happens: only a number as the body is success, any other text is an error that may name a status.
"""

import re
from typing import ClassVar, Final
from urllib.parse import urlsplit

import orjson

from bridge.cards.card import Card
from bridge.cards.fit import fit
from bridge.cards.messagecard import message_card
from bridge.channel import Answer, ChannelKind, Outcome, Verdict, Window
from bridge.channels.answers import judge_status, retry_after, unanswered

_PATH: Final = re.compile(r"/webhook(b2)?/[^/]+/IncomingWebhook/[^/]+/[^/]+.*", re.IGNORECASE)
_NAMED_STATUS: Final = re.compile(r"\bHTTP error (\d{3})\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,20}")


class Connector(ChannelKind):
    """Office 365 connectors, and whatever receives MessageCards as they do."""

    name = "connector"
    label = "Connector webhook"
    acts: ClassVar[bool] = True
    handed: ClassVar[bool] = True
    hosts: ClassVar[tuple[str, ...]] = (
        "https://*.webhook.office.com",
        "https://outlook.office.com",
        "https://outlook.office365.com",
    )
    windows: ClassVar[tuple[Window, ...]] = (
        Window(4, 1),
        Window(60, 30),
        Window(100, 3600),
        Window(150, 7200),
        Window(1800, 86400),
    )

    def recognises(self, url: str) -> bool:
        """By its path: `/webhookb2/{group}@{tenant}/IncomingWebhook/{id}/{owner}`."""
        try:
            return _PATH.fullmatch(urlsplit(url).path) is not None
        except ValueError:
            return False

    def encode(self, card: Card, limit_bytes: int) -> bytes:
        """A MessageCard."""
        return fit(card, lambda one: orjson.dumps(message_card(one)), limit_bytes)

    def judge(self, answer: Answer) -> Outcome:
        """By the body where the status says success: a number, or an error in words."""
        if answer.status is None:
            return unanswered(answer)
        if not 200 <= answer.status < 300:  # noqa: PLR2004  # what HTTP calls success
            return judge_status(answer.status, answer)
        body = answer.body.strip()
        if _NUMBER.fullmatch(body):
            return Outcome(Verdict.DELIVERED, "The channel took the card.")
        named = _NAMED_STATUS.search(body)
        if named:
            return judge_status(int(named[1]), answer)
        if "is required" in body:
            return judge_status(400, answer)
        return Outcome(
            Verdict.RETRY,
            f"The channel answered {answer.status} with {'a text' if body else 'nothing'} instead of a number, "
            "which is how it says that the card was not posted.",
            retry_after(answer),
        )
