"""What can be done from GitHub's cards, by its REST API."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from bridge.plugin import (
    Action,
    Call,
    Done,
    InboundRequest,
    ParsedEvent,
    ParseError,
    Reply,
    TextInput,
)
from bridge_github.parse import parse

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_NUMBERED = re.compile(r"/(?:issues|pull)/(\d+)\b")
_RUN = re.compile(r"run [\w.-]+/[\w.-]+#(\d+)", re.ASCII)
_COMMENT = TextInput("comment", "Comment", required=True, multiline=True, longest=10_000)
_WORDS = TextInput("comment", "A few words, if you like", multiline=True, longest=10_000)

_SAID = {
    "comment": "The comment is on GitHub.",
    "approve": "The pull request is approved.",
    "close": "It is closed.",
    "reopen": "It is open again.",
    "rerun": "The failed jobs run again.",
}


def offered(part: ParsedEvent) -> Iterator[Action]:
    """What can be done about an event's issue, pull request or run."""
    event, _, happened = part.type.partition(".")
    if _of_run(part) and part.attributes.get("conclusion") in {"failure", "timed_out", "cancelled"}:
        yield Action("rerun", "Run again", url=part.url)
    if event not in {
        "issues",
        "issue_comment",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
    } or not _numbered(part):
        return
    is_open = happened not in {"closed", "deleted", "transferred"}
    yield Action("comment", "Comment", (_COMMENT,), part.url)
    if event == "pull_request" and is_open:
        yield Action("approve", "Approve", (_WORDS,), part.url)
    if event in {"issues", "pull_request"}:
        if is_open:
            yield Action("close", "Close", url=part.url)
        elif happened == "closed" and part.attributes.get("merged") is not True:
            yield Action("reopen", "Reopen", url=part.url)


def act(
    action: str,
    entered: Mapping[str, tuple[str, ...]],
    part: ParsedEvent,
    replies: Sequence[Reply],
) -> Call | Done:
    """The one call that an action is, then what came of it."""
    if not replies:
        return _call(action, "".join(entered.get("comment", ())), part)
    reply = replies[0]
    if not reply.ok:
        return Done(_refused(reply), ok=False)
    return Done(_SAID[action], event=_now(action, part, reply))


def _call(action: str, comment: str, part: ParsedEvent) -> Call:
    place, number = f"/repos/{part.attributes.get('repository')}", _numbered(part)
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    match action:
        case "comment":
            path, method, body = f"issues/{number}/comments", "POST", {"body": comment}
        case "approve":
            path, method = f"pulls/{number}/reviews", "POST"
            body = {"event": "APPROVE", **({"body": comment} if comment else {})}
        case "rerun":
            path, method, body = f"actions/runs/{_of_run(part)}/rerun-failed-jobs", "POST", {}
        case _:
            path, method = f"issues/{number}", "PATCH"
            body = {"state": "closed" if action == "close" else "open"}
    return Call(method, f"{place}/{path}", body, headers)


def _refused(reply: Reply) -> str:
    said = reply.json()
    why = said.get("message") if isinstance(said, dict) else None
    reason = f": {why}" if isinstance(why, str) else ""
    return f"GitHub refused it ({reply.status}){reason}."


def _now(action: str, part: ParsedEvent, reply: Reply) -> ParsedEvent | None:
    """The issue as it stands now, which its card then says. Of a pull request the answer has too little for a card."""
    issue = reply.json()
    if action not in {"close", "reopen"} or not isinstance(issue, dict) or "pull_request" in issue:
        return None
    happened = "closed" if action == "close" else "reopened"
    # Nobody else is named in the answer: GitHub knows the account of the token, and not who pressed.
    by = issue.get("closed_by") or issue.get("user")
    payload: dict[str, Any] = {
        "action": happened,
        "issue": issue,
        "repository": {
            "full_name": part.attributes.get("repository"),
            "html_url": (part.url or "").partition("/issues/")[0],
        },
        "sender": by,
    }
    try:
        return parse(InboundRequest({"x-github-event": "issues"}, orjson.dumps(payload)))
    except ParseError:  # it was done; only the card stays as it was
        return None


def _numbered(part: ParsedEvent) -> str | None:
    """The number of its issue or pull request, if it is of a repository that can be named in a path."""
    found = _NUMBERED.search(part.url or "")
    return found[1] if found and _has_repository(part) else None


def _of_run(part: ParsedEvent) -> str | None:
    found = _RUN.fullmatch(part.object or "") if part.type.startswith("workflow_run") else None
    return found[1] if found and _has_repository(part) else None


def _has_repository(part: ParsedEvent) -> bool:
    name = part.attributes.get("repository")
    return isinstance(name, str) and _REPOSITORY.fullmatch(name) is not None and ".." not in name
