"""An event's trace as a person reads it, from top to bottom: received, verified, parsed, asked, sent."""

from collections.abc import Mapping
from typing import Any, Final

from rich.console import RenderableType
from rich.text import Text
from rich.tree import Tree

from bridge.cli import show

_KB: Final = 1024
_MARKS: Final = {
    "delivered": ("✓ ", "green"),
    "pending": ("… ", "yellow"),
    "dropped": ("! ", "yellow"),
    "dead": ("! ", "red"),
}
_NOT_WANTED: Final = ("✗ ", "red")
_NOT_ASKED: Final = ("– ", "yellow")


def explained(view: Mapping[str, Any]) -> RenderableType:
    """The trace in the API's shape, as a tree."""
    head = Text.assemble((view["id"], "bold"), "  ", show.text(view["state"]))
    titles = [part["title"] for part in view["parts"] if part["title"]]
    if titles:
        more = f" (and {len(titles) - 1} more)" if len(titles) > 1 else ""
        head = Text("\n").join((head, show.text(titles[0] + more)))
    root = show.tree(head)
    _received(root, view)
    _said(root, "Verified", _proof(view))
    _parsed(root, view)
    _asked(root, view)
    for note in view["notes"]:
        _said(root, "Note", note, "yellow")
    return root


def _received(root: Tree, view: Mapping[str, Any]) -> None:
    body = "its body is no longer kept" if view["removed"] else _size(view["body_bytes"])
    kind = f" of {view['content_type']}" if view["content_type"] else ""
    at = f"{show.when(view['received_at'])} UTC"
    branch = _said(root, "Received", f"{at} by {view['endpoint_name']}: {body}{kind}")
    _facts(branch, {"endpoint": view["endpoint"], "source": view["source"]})
    _facts(branch, {"the sender's delivery id": view["delivery_id"]})


def _proof(view: Mapping[str, Any]) -> str:
    proof = view["verified"]
    if proof is None:
        return "how is no longer kept" if view["removed"] else "how was not kept yet then"
    secret = f", with the secret {proof['secret']}" if proof["secret"] else ""
    if proof["by"] == "url":
        return f"by the URL, whose last part only the sender knows{secret}"
    if not proof["headers"]:
        return "not at all: this endpoint asks for no proof of its sender"
    return f"by {', '.join(proof['headers'])}{secret}"


def _parsed(root: Tree, view: Mapping[str, Any]) -> None:
    if view["state"] == "failed":
        _said(root, "Not parsed", view["reason"], "red")
    for part, kind in enumerate(view["types"]):
        branch = _said(root, _numbered("Parsed as", view, part), kind)
        today = view["parts"][part] if part < len(view["parts"]) else {}
        _facts(branch, {"about": today.get("object"), "template": today.get("template")})
        _facts(branch, view["attributes"][part])
        if today.get("problem"):
            _said(branch, "The source's own card", today["problem"], "red")


def _asked(root: Tree, view: Mapping[str, Any]) -> None:
    for part in range(len(view["types"])):
        steps = [step for step in view["trace"] if step["part"] == part]
        if not steps:
            continue
        matched = sum(step["matched"] for step in steps) or "none"
        many = f"{len(steps)} subscription{'s' if len(steps) > 1 else ''}, {matched} matched"
        branch = _said(root, _numbered("Asked", view, part), many)
        for step in sorted(steps, key=lambda it: not it["matched"]):
            _step(branch, step)
    if view["unasked"]:
        branch = _said(root, "Not asked", len(view["unasked"]))
        for one in view["unasked"]:
            _named(branch, _NOT_ASKED, one, one["reason"])


def _step(above: Tree, step: Mapping[str, Any]) -> None:
    if not step["matched"]:
        _named(above, _NOT_WANTED, step, step["reason"])
        return
    owed = step["delivery"]
    standing = step["standing"] or "It matched, and no delivery of it is kept any more."
    branch = _named(above, _MARKS[owed["state"]] if owed else _NOT_ASKED, step, standing)
    _said(branch, "Matched", step["reason"])
    if step["card"]:
        _card(branch, step["card"])
    if owed is None:
        return
    digest = step["digest"]["id"] if step["digest"] else None
    _facts(branch, {"delivery": owed["id"], "digest": digest})
    _tries(branch, step)
    if owed["state"] == "dead":
        _said(branch, "Replay it", f"webhook-bridge deliveries replay {owed['id']}")


def _card(above: Tree, card: Mapping[str, Any]) -> None:
    if card["problem"]:
        _said(above, "Card", card["problem"], "red")
        return
    limit = f"the {_size(card['limit_bytes'])} that a {card['kind']} takes"
    size = f"{_size(card['bytes'])} of {limit}"
    if card["cut"]:
        size = f"{_size(card['whole_bytes'])}, cut to {_size(card['bytes'])} to fit {limit}"
    branch = _said(above, "Card", size)
    if card["note"]:
        branch.add(show.text(card["note"]))


def _tries(above: Tree, step: Mapping[str, Any]) -> None:
    """The tries in time; what one says in the same words as the one before it is not said again."""
    if not step["attempts"]:
        return
    branch = above.add(Text("Tries", "cyan"))
    earlier = step["attempts_in_all"] - len(step["attempts"])
    if earlier > 0:
        command = f"webhook-bridge deliveries show {step['delivery']['id']}"
        branch.add(Text(f"{earlier} earlier ones: {command}", "dim"))
    before: Any = None
    for one in step["attempts"]:
        status = f"status {one['status']}" if one["status"] else "no answer"
        merged = f", in a digest of {one['merged']}" if one["merged"] else ""
        what = f"{one['outcome']}, {status}, {one['milliseconds']} ms{merged}"
        tried = branch.add(Text.assemble((f"{show.when(one['at'])}  ", "dim"), show.text(what)))
        said = (one["reason"], " ".join(one["excerpt"].split()))
        if one["outcome"] != "delivered" and said != before:
            tried.add(show.text(one["reason"]))
            _facts(tried, {"it answered": said[1]})
        before = said


def _named(above: Tree, mark: tuple[str, str], step: Mapping[str, Any], sentence: str) -> Tree:
    name = str(show.text(step["name"] or "A subscription that was removed"))
    named = (f"  {step['subscription']}", "dim")
    return above.add(Text.assemble(mark, (name, "bold"), ": ", str(show.text(sentence)), named))


def _said(above: Tree, what: str, sentence: Any, style: str = "cyan") -> Tree:
    return above.add(Text.assemble((f"{what}  ", style), show.text(sentence)))


def _facts(above: Tree, facts: Mapping[str, Any]) -> None:
    """Names and values, one behind the other; what has no value is left out."""
    said = [
        Text.assemble((f"{show.text(name)} ", "dim"), words)
        for name, value in facts.items()
        if (words := show.text(value))
    ]
    if said:
        above.add(Text("  ·  ", "dim").join(said))


def _numbered(what: str, view: Mapping[str, Any], part: int) -> str:
    return f"{what} ({part + 1} of {len(view['types'])})" if len(view["types"]) > 1 else what


def _size(count: int) -> str:
    return f"{count} bytes" if count < _KB else f"{count / _KB:.1f} KB".replace(".0 ", " ")
