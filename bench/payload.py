"""What is sent: GitHub's own example of an opened issue, 11 KB as it stands, signed as GitHub signs."""

import hashlib
import hmac
import itertools
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.errors import NoExamples

EXAMPLES: Final = (
    Path(__file__).parent.parent
    / "node_modules/@octokit/webhooks-examples/api.github.com/index.json"
)
ENDPOINTS: Final = 64
VARIANTS: Final = 4
"""How many different bodies an endpoint gets in turn; the delivery id is new in every request."""


@dataclass(frozen=True, slots=True)
class Door:
    """One endpoint of whoever is measured: its path and its secret."""

    path: str
    secret: str


def issue(
    payload: Mapping[str, Any], number: int, title: str = "Spelling error in the README file"
) -> bytes:
    """GitHub's example as the body of an opened issue of this number and title."""
    url = f"https://github.com/Codertocat/Hello-World/issues/{number}"
    shown = {**payload["issue"], "number": number, "title": title, "html_url": url}
    return json.dumps({**payload, "issue": shown}, separators=(",", ":")).encode()


def github_headers(body: bytes, secret: str) -> Mapping[str, str]:
    """The headers of GitHub's webhook, less its delivery id."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {
        "user-agent": "GitHub-Hookshot/044aadd",
        "content-type": "application/json",
        "x-github-event": "issues",
        "x-github-hook-id": "109948940",
        "x-hub-signature-256": f"sha256={signature}",
    }


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of a whole HTTP/1.1 request, less what `headers` does not name."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def github_requests(doors: tuple[Door, ...]) -> Iterator[bytes]:
    """Webhooks without end, to each door in turn, each with a delivery id of its own."""
    example = github_example()
    prepared = [
        _halves(door, issue(example, 1000 + number * len(doors) + position))
        for number in range(VARIANTS)
        for position, door in enumerate(doors)
    ]
    start = uuid.uuid4().hex[:20]
    prefix = f"{start[:8]}-{start[8:12]}-{start[12:16]}-{start[16:20]}-".encode()
    number = 0
    while True:
        for head, tail in prepared:
            number += 1
            yield b"%b%b%012x%b" % (head, prefix, number, tail)


def github_one(door: Door, word: str) -> bytes:
    """One webhook about an issue with a word in its title."""
    return next(github_requests_about((door,), (word,)))


def github_requests_about(doors: Sequence[Door], words: Iterable[str]) -> Iterator[bytes]:
    """One webhook for each word, to each door in turn; the words stand in the issues' titles."""
    example = github_example()
    for number, (word, door) in enumerate(zip(words, itertools.cycle(doors), strict=False)):
        body = issue(example, number + 1, f"Spelling error, {word}")
        headers = {**github_headers(body, door.secret), "x-github-delivery": str(uuid.uuid4())}
        yield post(door.path, headers, body)


def _halves(door: Door, body: bytes) -> tuple[bytes, bytes]:
    mark = "here-comes-the-delivery-id"
    whole = post(door.path, {**github_headers(body, door.secret), "x-github-delivery": mark}, body)
    head, _, tail = whole.partition(mark.encode())
    return head, tail


def github_example() -> dict[str, Any]:
    """GitHub's own example of an opened issue. Raises `NoExamples`."""
    try:
        catalogue = json.loads(EXAMPLES.read_bytes())
    except FileNotFoundError:
        raise NoExamples("GitHub's examples are missing: run `npm ci` first.") from None
    issues = next(entry for entry in catalogue if entry["name"] == "issues")
    found: dict[str, Any] = next(
        example for example in issues["examples"] if example["action"] == "opened"
    )
    return found
