"""What Microsoft's own library, and a Markdown reader that links all it can, make of a card: for every test that makes cards.

`judge_adaptive` takes Adaptive Cards, `judge_message_cards` MessageCards; each gives one `Judgement` a card. Node and the
packages of package.json do it, in one process that lives as long as the test run.
"""

import atexit
import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MISSING = "Install Node with npm, and run `npm ci`: Microsoft's adaptivecards judges cards there."


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a reader would see it. `automatic`: made of a bare address."""

    href: str
    text: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a card shows. `texts` are its texts as they are read, one for each field."""

    problems: tuple[str, ...]
    links: tuple[Link, ...]
    html: tuple[str, ...]
    pictures: tuple[str, ...]
    mentions: tuple[str, ...]
    functions: tuple[str, ...]
    facts: int
    actions: tuple[Mapping[str, Any], ...]
    images: tuple[str, ...]
    sections: int
    blocks: Mapping[str, int] = field(default_factory=dict)
    elements: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    def added(self) -> dict[str, object]:
        """What no literal text may add: everything but links that the card was given."""
        return {
            "html": self.html,
            "pictures": self.pictures,
            "mentions": self.mentions,
            "functions": self.functions,
            "automatic links": [link.href for link in self.links if link.automatic],
        }


def node_available() -> bool:
    """Whether cards can be judged on this machine."""
    return shutil.which("node") is not None and (ROOT / "node_modules/adaptivecards").is_dir()


def judge_adaptive(cards: Iterable[Mapping[str, Any]]) -> list[Judgement]:
    """Judge Adaptive Cards (the card itself, not its message). Skips the test without Node."""
    return [_adaptive(answer) for answer in _ask({"adaptive": card} for card in cards)]


def judge_message_cards(cards: Iterable[Mapping[str, Any]]) -> list[Judgement]:
    """Judge MessageCards. Skips the test without Node."""
    cards = list(cards)
    answers = _ask({"texts": list(message_texts(card))} for card in cards)
    return [_message(card, answer) for card, answer in zip(cards, answers, strict=True)]


def message_texts(card: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a MessageCard in which Markdown is read."""
    names = ("title", "text", "activityTitle", "activitySubtitle", "activityText")
    for holder in (card, *card.get("sections", [])):
        yield from (holder[name] for name in names if name in holder)
        for fact in holder.get("facts", []):
            yield from (fact["name"], fact["value"])


def _adaptive(answer: Mapping[str, Any]) -> Judgement:
    return Judgement(
        problems=tuple(answer["problems"]),
        facts=answer["facts"],
        actions=tuple(answer["actions"]),
        images=tuple(image["url"] for image in answer["images"]),
        sections=0,
        elements=answer["elements"],
        **_shown(answer),
    )


def _message(card: Mapping[str, Any], answer: Mapping[str, Any]) -> Judgement:
    sections: Sequence[Mapping[str, Any]] = card.get("sections", [])
    return Judgement(
        problems=(),
        facts=sum(len(section.get("facts", [])) for section in sections),
        actions=tuple(card.get("potentialAction", [])),
        images=tuple(image["image"] for section in sections for image in section.get("images", [])),
        sections=len(sections),
        **_shown(answer),
    )


def _shown(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "links": tuple(
            Link(link["href"], link["text"], link["automatic"]) for link in answer["links"]
        ),
        "blocks": answer["blocks"],
        **{
            name: tuple(answer[name])
            for name in ("html", "pictures", "mentions", "functions", "texts")
        },
    }


def _ask(requests: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not node_available():
        pytest.skip(MISSING)
    return [_process().ask(request) for request in requests]


class _Judge:
    """The Node process."""

    def __init__(self) -> None:
        node = shutil.which("node") or "node"
        self._process = subprocess.Popen(
            [node, str(ROOT / "tests/js/judge.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.stop)

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "tests/js/judge.mjs ended; its error stands above"
        return json.loads(answer)  # type: ignore[no-any-return]  # what judge.mjs answers

    def stop(self) -> None:
        self._process.communicate()


@lru_cache(maxsize=1)
def _process() -> _Judge:
    return _Judge()
