"""webhook-bridge preview: the card that a webhook would become."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from bridge.app import Bridge
from bridge.cards.card import Block, CodeBlock, Items, plain
from bridge.cards.templates import CardRenderer
from bridge.cli import looks, options, show
from bridge.cli.opened import with_bridge
from bridge.cli.options import Json
from bridge.errors import Refused
from bridge.loader import load
from bridge.models import Endpoint
from bridge.services import views
from bridge.services.access import OPERATOR
from bridge.services.endpoints import valid_secrets
from bridge.services.previews import Preview, PreviewService
from bridge.settings import load_settings
from bridge.source import Source

_KINDS = {
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".form": "application/x-www-form-urlencoded",
}

Format = Literal["text", "card", "messagecard", "adaptive", "html"]


def preview(
    source: Annotated[
        str, typer.Argument(metavar="SOURCE", help="github, jira, generic, … (see `plugins list`).")
    ],
    webhook: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="The webhook's body: a file, - for standard input, or the name of one of the source's "
            "samples. Without it, the samples are listed.",
        ),
    ] = None,
    *,
    header: Annotated[
        list[str] | None,
        typer.Option(help="A header of the webhook: 'X-GitHub-Event: push'. May be repeated."),
    ] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE|-", help=options.CONFIG_HELP)] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(help="An endpoint whose settings and secrets are to be tried, ep_…."),
    ] = None,
    secret: Annotated[
        str | None,
        typer.Option(
            metavar="-|TEXT",
            help="A secret with which the headers given prove the sender; - reads it from standard input.",
        ),
    ] = None,
    presentation: Annotated[
        str | None,
        typer.Option(
            metavar="JSON|FILE",
            help='How the card is to look, as a subscription says it: \'{"style": "compact"}\'.',
        ),
    ] = None,
    format_: Annotated[str, typer.Option("--format", metavar="|".join(get_args(Format)))] = "text",
    as_json: Json = False,
) -> None:
    """Show the card a webhook would become.

    Nothing is stored or sent, and neither database nor key is needed, but for --endpoint. With headers and a secret, or
    an endpoint that has one, it says whether they prove the sender, too.
    """
    if [webhook, config, secret].count("-") > 1:
        raise typer.BadParameter("Only one of FILE, --config and --secret can be standard input.")
    if endpoint is not None and (config is not None or secret is not None):
        raise typer.BadParameter("An endpoint has its own settings and secrets.")
    form: Format | None = options.choice(format_, get_args(Format))
    registry = load(load_settings())
    found = registry.source(source)
    if webhook is None:
        _list_samples(found, as_json=as_json)
        return
    headers, body = _read(found, webhook)
    given = {**headers, **options.headers(header or [])}
    service = PreviewService(registry, CardRenderer())
    if endpoint is None:
        known = options.secret(secret, None, "Secret")
        bound = service.stand_in(source, options.config(config), known)
    else:
        bound = _stored(endpoint, source)
    wanted = looks.presentation(presentation) if presentation else None
    shown = service.preview(source, given, body, wanted, bound)
    proof = _proof(service, given, body, bound) if header and bound.secrets else None
    if as_json:
        show.json(views.previews(shown) | ({} if proof is None else {"proof": proof}))
        return
    for number, one in enumerate(shown):
        if number:
            typer.echo()
        _print(one, form or "text")
        if one.note:
            typer.echo(one.note, err=True)
    if proof is not None:
        typer.echo(proof, err=True)


def _stored(endpoint: str, source: str) -> Endpoint:
    """An endpoint of the database, with its valid secrets."""

    async def work(bridge: Bridge) -> Endpoint:
        return await bridge.services.endpoints.get(OPERATOR, endpoint)

    found = with_bridge(work)
    if found.source != source:
        raise typer.BadParameter(f"{endpoint} is an endpoint of {found.source}, not of {source}.")
    return replace(found, secrets=valid_secrets(found, datetime.now(UTC)))


def _proof(
    service: PreviewService, headers: dict[str, str], body: bytes, endpoint: Endpoint
) -> str:
    """Whether the webhook would be let in, in a sentence."""
    try:
        proof = service.proof(headers, body, endpoint)
    except Refused as error:
        return f"It would be refused with {error.status}: {error}"
    if proof.by == "url":
        return "It would be let in by its URL."
    if not proof.headers:
        return "It would be let in without any proof."
    return f"It would be let in: the sender is proved by {', '.join(proof.headers)}."


def _read(source: Source, webhook: str) -> tuple[dict[str, str], bytes]:
    """The headers that go without saying, and the body.

    A file named as a fixture has its event's headers, and one whose name ends so the content type of that format.
    """
    if webhook == "-":
        return {"content-type": "application/json"}, sys.stdin.buffer.read()
    path = Path(webhook)
    if path.is_file():
        known = source.sample_headers(path.stem.partition("__")[0])
        kind = _KINDS.get(path.suffix)
        return {**known, **({"content-type": kind} if kind else {})}, path.read_bytes()
    for sample in source.samples:
        if sample.name == webhook:
            return dict(sample.headers), sample.body
    raise typer.BadParameter(
        f"{webhook} is neither a file nor a sample: `webhook-bridge preview {source.name}` lists the samples."
    )


def _list_samples(source: Source, *, as_json: bool) -> None:
    names = [sample.name for sample in source.samples]
    if as_json:
        show.json({"items": names, "next": None})
    else:
        show.table(("sample",), ((name,) for name in names), empty="No samples.")


def _print(shown: Preview, wanted: Format) -> None:
    match wanted:
        case "text":
            _print_text(shown)
        case "card":
            show.json(views.card(shown.card))
        case "messagecard":
            show.json(shown.messagecard)
        case "adaptive":
            show.json(shown.adaptive)
        case "html":
            typer.echo(shown.html)


def _print_text(shown: Preview) -> None:
    card = shown.card
    show.out(show.text(plain(card.title)))
    if card.author:
        show.out(show.text(plain(card.author)))
    for block in card.text:
        show.out(show.text(f"\n{_text(block)}"))
    if card.facts:
        typer.echo()
        show.fields({fact.name: plain(fact.value) for fact in card.facts})
    for action in card.actions:
        show.out(show.text(f"\n[{action.title}] {action.url}"))
    typer.echo()
    about = {"about": shown.object, "at (UTC)": show.when(views.time(shown.at))}
    show.fields({"event type": shown.event_type, **about, **shown.attributes})


def _text(block: Block) -> str:
    match block:
        case CodeBlock(text):
            return text
        case Items(lines, _):
            return "\n".join(f"- {plain(line)}" for line in lines)
        case _:
            return plain(block.line)
