"""The shapes in which records are shown, the same in the API and in what the commands print as JSON.

No secret is in any of them, but for an endpoint's in the one view that answers its making.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from bridge.cards.card import Block, Card, CodeBlock, Items, Line, Paragraph, Span
from bridge.channel import Answer, Outcome, Verdict
from bridge.models import (
    Attempt,
    Delivery,
    Endpoint,
    Event,
    Invitation,
    Listing,
    Off,
    Person,
    Refusal,
    Subscription,
    Switches,
)
from bridge.pipeline.address import mask
from bridge.registry import Plugin
from bridge.services.administration import Standing
from bridge.services.dryrun import DryRun, Tried
from bridge.services.endpoints import EndpointService
from bridge.services.find import Found
from bridge.services.making import MadeCard, MadePart
from bridge.services.previews import Preview
from bridge.services.roster import masked
from bridge.services.trace import EventTrace, TraceStep

T = TypeVar("T")
View = dict[str, Any]

BODY_BYTES = 64 * 1024
"""How much of an event's body is shown."""


def time(at: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the millisecond."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def listing(part: Listing[T], view: Callable[[T], View]) -> View:
    """A part of a list."""
    return {"items": [view(item) for item in part.items], "next": part.next}


def endpoint(record: Endpoint, service: EndpointService) -> View:
    """An endpoint, without its secrets."""
    view: View = {
        "id": record.id,
        "source": record.source,
        "name": record.name,
        "url": service.masked_url(record),
        "verification": record.verification,
        "config": dict(record.config),
        "secrets": [
            {
                "id": secret.id,
                "created_at": time(secret.created_at),
                "expires_at": time(secret.expires_at),
            }
            for secret in record.secrets
        ],
        "owner": record.owner,
        "draft": record.draft,
        "acting": {
            "who": record.acting.who,
            "people": len(record.acting.people),
            "site": record.acting.site,
            "user": record.acting.user,
            "token": record.acting.token is not None,
        },
        "created_at": time(record.created_at),
    }
    if warning := service.warning(record):
        view["warning"] = warning
    return view


def new_endpoint(record: Endpoint, service: EndpointService) -> View:
    """An endpoint with its newest secret: the answer to making one or the other, shown this once."""
    secret = service.secret(record).value.get_secret_value()
    return {**endpoint(record, service), "url": service.url(record), "secret": secret}


def refusal(record: Refusal) -> View:
    """A webhook that was turned away."""
    return {"at": time(record.at), "status": record.status, "reason": record.reason}


def subscription(record: Subscription, sentence: str) -> View:
    """A subscription, its channel's URL masked, and the sentence that says what it asks for."""
    channel = record.channel
    return {
        "id": record.id,
        "endpoint": record.endpoint_id,
        "name": record.name,
        "channel": {
            "id": channel.id,
            "kind": channel.kind,
            "url": mask(channel.url.get_secret_value()),
            "state": channel.state,
            "reason": channel.reason,
            "failing_since": time(channel.failing_since),
            "retry_at": time(channel.retry_at),
            "flagged": channel.flagged,
        },
        "events": list(record.events),
        "filters": dict(record.filters),
        "sentence": sentence,
        "presentation": dict(record.presentation),
        "digest": record.digest,
        "expiry": record.expiry,
        "hold": record.hold,
        "stale": record.stale,
        "state": record.state,
        "reason": record.reason,
        "owner": record.owner,
        "teams": {
            "team": record.teams.team,
            "channel": record.teams.channel,
            "app_type": record.teams.app_type,
            "tab": record.teams.tab,
        },
        "off": _off(record.off),
        "created_at": time(record.created_at),
        "updated_at": time(record.updated_at),
    }


def switches(record: Switches) -> View:
    """What an administrator turned on or off for a tenant or a team."""
    return {
        "tenant": record.tenant,
        "team": record.team,
        "connectors": record.connectors,
        "actions": record.actions,
        "changed_at": time(record.changed_at),
    }


def standing(record: Standing) -> View:
    """The switches of a place, and why what is off there is off: the tenant's switch wins."""
    return {**switches(record.switches), "reasons": _off(record.off)}


def _off(off: Off) -> list[str]:
    return [why for why in (off.no_connectors, off.no_actions) if why]


def dry_run(shown: DryRun) -> View:
    """Which of an endpoint's last events would have become cards, newest first, and why the others not."""
    return {
        "endpoint": shown.endpoint_id,
        "sentence": shown.sentence,
        "looked_at": len(shown.tried),
        "matched": shown.matched,
        "items": [_tried(one) for one in shown.tried],
    }


def _tried(one: Tried) -> View:
    return {
        "event": one.event.id,
        "received_at": time(one.event.received_at),
        "state": one.event.state,
        "matched": one.matched,
        "reason": one.reason,
        "parts": [asdict(part) for part in one.parts],
    }


def tested(answer: Answer, outcome: Outcome) -> View:
    """What a channel answered to a test card."""
    return {
        "delivered": outcome.verdict is Verdict.DELIVERED,
        "verdict": outcome.verdict.value,
        "reason": outcome.reason,
        "status": answer.status,
        "milliseconds": answer.milliseconds,
        "excerpt": answer.body[:500],
    }


def event(record: Event) -> View:
    """An event, without its body."""
    return {
        "id": record.id,
        "endpoint": record.endpoint_id,
        "source": record.source,
        "received_at": time(record.received_at),
        "state": record.state,
        "reason": record.reason,
        "delivery_id": record.delivery_id,
        "types": list(record.types),
        "attributes": [dict(attributes) for attributes in record.attributes],
    }


def found(record: Found) -> View:
    """An event as a search finds it: with its cards' titles, and what the subscription that was asked for made of it."""
    return {
        **event(record.event),
        "titles": [part.title for part in record.parts],
        "steps": [_step(step) for step in record.steps],
        "unasked": record.unasked,
    }


def trace(shown: EventTrace) -> View:
    """An event with its body and with what every subscription made of it."""
    record = shown.event
    return {
        **event(record),
        "endpoint_name": shown.endpoint.name,
        "headers": dict(record.headers),
        "content_type": record.request().content_type or None,
        "body": record.body[:BODY_BYTES].decode(errors="replace"),
        "body_bytes": len(record.body),
        "removed": record.removed,
        "verified": _proof(record),
        "parts": [_part(part) for part in shown.parts],
        "trace": [_full_step(step, shown.digests) for step in shown.steps],
        "unasked": [
            {
                "subscription": one.subscription.id,
                "name": one.subscription.name,
                "reason": one.reason,
            }
            for one in shown.unasked
        ],
        "notes": list(shown.notes),
        "deliveries": [delivery(owed) for owed in shown.deliveries],
    }


def _proof(record: Event) -> View | None:
    proof = record.proof
    if proof is None:
        return None
    return {"by": proof.by, "headers": list(proof.headers), "secret": proof.secret}


def _part(part: MadePart) -> View:
    return {
        "type": part.type,
        "object": part.object,
        "url": part.url,
        "template": part.template,
        "title": part.title,
        "problem": part.problem,
    }


def _step(step: TraceStep) -> View:
    owed = step.delivery
    return {
        "subscription": step.decision.subscription_id,
        "name": step.subscription.name if step.subscription else None,
        "part": step.decision.part,
        "type": step.type,
        "matched": step.decision.matched,
        "reason": step.decision.reason,
        "delivery": {
            "id": owed.id,
            "state": owed.state,
            "reason": owed.reason,
            "remark": owed.remark,
        }
        if owed
        else None,
        "standing": step.standing,
    }


def _full_step(step: TraceStep, digests: Mapping[str, int]) -> View:
    owed = step.delivery
    merged = {"id": owed.digest, "cards": step.digest} if owed and owed.digest else None
    return {
        **_step(step),
        "card": _made(step.card) if step.card else None,
        "digest": merged,
        "attempts": [
            {**attempt(one), "merged": digests.get(one.digest) if one.digest else None}
            for one in step.attempts
        ],
        "attempts_in_all": owed.attempts if owed else 0,
    }


def _made(card: MadeCard) -> View:
    """The card as it would be sent now; sizes in bytes."""
    return {
        "kind": card.kind,
        "bytes": card.size,
        "whole_bytes": card.whole,
        "limit_bytes": card.limit,
        "cut": card.cut,
        "note": card.note,
        "problem": card.problem,
    }


def delivery(record: Delivery) -> View:
    """A delivery; `attempts` counts them."""
    return {
        "id": record.id,
        "event": record.event_id,
        "part": record.part,
        "subscription": record.subscription_id,
        "state": record.state,
        "reason": record.reason,
        "attempts": record.attempts,
        "created_at": time(record.created_at),
        "finished_at": time(record.finished_at),
        "digest": record.digest,
        "remark": record.remark,
    }


def delivery_with_attempts(record: Delivery, attempts: Sequence[Attempt]) -> View:
    """A delivery with every try at it in place of their count."""
    return {**delivery(record), "attempts": [attempt(tried) for tried in attempts]}


def attempt(record: Attempt) -> View:
    """One try."""
    return {
        "at": time(record.at),
        "status": record.status,
        "milliseconds": record.milliseconds,
        "outcome": record.outcome,
        "reason": record.reason,
        "excerpt": record.excerpt,
        "digest": record.digest,
    }


def invitation(record: Invitation) -> View:
    """An invitation, without its token."""
    return {
        "id": record.id,
        "note": record.note,
        "sources": list(record.sources),
        "endpoints": list(record.endpoints),
        "created_at": time(record.created_at),
        "expires_at": time(record.expires_at),
    }


def plugin(record: Plugin) -> View:
    """A loaded plugin."""
    return {
        "name": record.name,
        "origin": record.origin,
        "sources": list(record.sources),
        "channels": list(record.channels),
    }


def preview(shown: Preview) -> View:
    """One card that a webhook would become."""
    return {
        "event_type": shown.event_type,
        "attributes": dict(shown.attributes),
        "card": card(shown.card),
        "messagecard": dict(shown.messagecard),
        "adaptive": dict(shown.adaptive),
        "note": shown.note,
    }


def previews(shown: Sequence[Preview]) -> View:
    """What a webhook would become: the first card, and those of a batch's other parts in `others`."""
    return {**preview(shown[0]), "others": [preview(other) for other in shown[1:]]}


def person(known: Person) -> View:
    """Somebody whom cards can mention, their id in part."""
    return {"user": known.user, "teams_id": masked(known), "name": known.name}


def people(known: Sequence[Person]) -> View:
    """Everybody who is known of a source."""
    return {"items": [person(one) for one in known]}


def card(shown: Card) -> View:
    """The neutral card: lines are lists of spans, which have only what differs from plain text."""
    return {
        "title": _line(shown.title),
        "summary": shown.summary,
        "author": _line(shown.author),
        "avatar": asdict(shown.avatar) if shown.avatar else None,
        "text": [_block(block) for block in shown.text],
        "facts": [{"name": fact.name, "value": _line(fact.value)} for fact in shown.facts],
        "images": [asdict(image) for image in shown.images],
        "actions": [asdict(action) for action in shown.actions],
        "accent": shown.accent,
        "url": shown.url,
    }


def _line(line: Line) -> list[Mapping[str, Any]]:
    return [_span(span) for span in line]


def _span(span: Span) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(span).items() if value or name == "text"}


def _block(block: Block) -> View:
    match block:
        case Paragraph(line, quote):
            return {"type": "quote" if quote else "paragraph", "line": _line(line)}
        case Items(lines, start):
            return {"type": "list", "start": start, "lines": [_line(line) for line in lines]}
        case CodeBlock(text):
            return {"type": "code", "text": text}
