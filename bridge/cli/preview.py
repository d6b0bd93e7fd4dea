"""webhook-bridge preview: the card that a webhook would become."""

import sys
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from bridge.cards.card import Block, CodeBlock, Items, plain
from bridge.cards.templates import CardRenderer
from bridge.cli import looks, options, show
from bridge.cli.options import Json
from bridge.loader import load
from bridge.services import views
from bridge.services.previews import Preview, PreviewService
from bridge.settings import load_settings
from bridge.source import Source

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
    config: Annotated[
        Path | None,
        typer.Option(help="A JSON file with an endpoint's settings.", exists=True, dir_okay=False),
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

    Nothing is stored or sent, and neither database nor key is needed.
    """
    form: Format | None = options.choice(format_, get_args(Format))
    registry = load(load_settings())
    found = registry.source(source)
    if webhook is None:
        _list_samples(found, as_json=as_json)
        return
    headers, body = _read(found, webhook)
    given = {**headers, **options.headers(header or [])}
    service = PreviewService(registry, CardRenderer())
    endpoint = service.stand_in(source, options.json_file(config))
    wanted = looks.presentation(presentation) if presentation else None
    shown = service.preview(source, given, body, wanted, endpoint)
    if as_json:
        show.json(views.previews(shown))
        return
    for one in shown:
        _print(one, form or "text")
        if one.note:
            typer.echo(one.note, err=True)


def _read(source: Source, webhook: str) -> tuple[dict[str, str], bytes]:
    """The headers that go without saying, and the body. A file named as a fixture has its event's headers."""
    if webhook == "-":
        return {"content-type": "application/json"}, sys.stdin.buffer.read()
    path = Path(webhook)
    if path.is_file():
        return dict(source.sample_headers(path.stem.partition("__")[0])), path.read_bytes()
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
    show.fields({"event type": shown.event_type, **shown.attributes})


def _text(block: Block) -> str:
    match block:
        case CodeBlock(text):
            return text
        case Items(lines, _):
            return "\n".join(f"- {plain(line)}" for line in lines)
        case _:
            return plain(block.line)
