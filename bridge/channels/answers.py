"""What an HTTP status means for a card and its lane, in common to every kind of channel. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from bridge.channel import Answer, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What one status means beyond its own words."""

    verdict: Verdict
    words: str
    flagged: bool = False
    throttled: bool = False


_MEANINGS: Final[Mapping[int, _Meaning]] = {
    400: _Meaning(Verdict.REJECTED, "it cannot read the card"),
    401: _Meaning(Verdict.RETRY, "its URL is no longer valid or lacks its signature", flagged=True),
    403: _Meaning(Verdict.RETRY, "posting is not allowed", flagged=True),
    404: _Meaning(Verdict.MISSING, "there is no such channel"),
    408: _Meaning(Verdict.RETRY, "it is too slow at the moment"),
    410: _Meaning(Verdict.GONE, "the channel was removed"),
    413: _Meaning(Verdict.TOO_LARGE, "the card is too large"),
    415: _Meaning(Verdict.REJECTED, "it does not take this format"),
    422: _Meaning(Verdict.REJECTED, "it does not accept the card"),
    425: _Meaning(Verdict.RETRY, "it is not ready"),
    429: _Meaning(Verdict.RETRY, "it takes no more cards for now", throttled=True),
}
_REDIRECT: Final = _Meaning(Verdict.RETRY, "it sends elsewhere, where cards are not sent")
_CLIENT_ERROR: Final = _Meaning(Verdict.RETRY, "it refuses the request", flagged=True)
_OTHER: Final = _Meaning(Verdict.RETRY, "it is out of order")


def judge_status(status: int, answer: Answer) -> Outcome:
    """The outcome of an answer of this status, which is the answer's own or the one that its text names."""
    meaning = _MEANINGS.get(status) or _of_class(status)
    return Outcome(
        meaning.verdict,
        f"The channel answered {status}{_phrase(status)}: {meaning.words}.",
        retry_after(answer),
        flagged=meaning.flagged,
        throttled=meaning.throttled,
    )


def _of_class(status: int) -> _Meaning:
    match status // 100:
        case 3:
            return _REDIRECT
        case 4:
            return _CLIENT_ERROR
        case _:
            return _OTHER


def unanswered(answer: Answer) -> Outcome:
    """The outcome where no answer was seen: the card may or may not have arrived."""
    return Outcome(Verdict.RETRY, f"No answer from the channel: {answer.body}.")


def retry_after(answer: Answer) -> float | None:
    """The seconds that the channel asks to wait, from a number or a date; None where it says nothing readable."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until = _date(value)
    if until is None:
        return None
    now = _date(answer.headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
