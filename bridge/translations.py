"""What sources are called in other languages: their texts, gathered for translators, and what became of them.

A source's texts stand in what it declares, where Babel does not look for them, so that `template` gathers them. Their
translations are gettext catalogues in `texts/` beside its `cards/`.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from bridge.errors import PluginError
from bridge.registry import Plugin, Registry
from bridge.source import Source
from bridge.texts import Said

Messages = Mapping[str, tuple[str, ...]]
"""The forms of each message."""


def of_plugins(registry: Registry, language: str) -> Mapping[str, Messages]:
    """What the plugins have of a language (`de`), by the names of their sources. Raises `PluginError`."""
    files: dict[Path, Messages] = {}  # a folder of recipes has one for all of them
    found = {}
    for plugin in registry.plugins:
        for name in plugin.sources:
            file = registry.sources[name].folder / "texts" / f"{language}.po"
            if file.is_file():
                files[file] = files[file] if file in files else _messages(plugin, file)
                found[name] = files[file]
    return found


def _messages(plugin: Plugin, file: Path) -> Messages:
    try:
        return {forms(one.id)[0]: forms(one.string) for one in translated(read(file))}
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise PluginError(
            f"Plugin {plugin.name!r} of {plugin.origin} has texts that cannot be read, {file}: {error}"
        ) from None


def read(file: Path) -> Catalog:
    """A catalogue that is named after its language. Raises `PoFileError`, `UnknownLocaleError`, `ValueError`."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem, abort_invalid=True)


def translated(catalog: Catalog) -> Iterator[Message]:
    """The messages that are said in a catalogue's language."""
    return (
        one for one in catalog if one.id and not one.fuzzy and one.string and all(forms(one.string))
    )


def forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """A message's, or a translation's: one, or as many as there are."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def template(sources: Iterable[Source]) -> str:
    """An empty catalogue (`.pot`) of what sources declare, each text with the places where it stands."""
    catalog = Catalog(charset="utf-8")
    for source in sources:
        for place, text in declared(source):
            catalog.add(text, auto_comments=[f"{source.name}: {place}"])
    written = BytesIO()
    write_po(written, catalog, width=0, omit_header=True)
    return written.getvalue().decode()


def declared(source: Source) -> Iterator[tuple[str, str]]:
    """Every text of a source that the pages show, after the place where it stands; none that the bridge itself says."""
    return ((place, text) for place, text in _texts(source) if not isinstance(text, Said))


def _texts(source: Source) -> Iterator[tuple[str, str]]:
    yield "label", source.label
    yield from (("setup", step) for step in source.setup_steps)
    for group, heading in dict.fromkeys((it.group, it.heading) for it in source.event_types):
        yield f"group {group}", heading
    yield from ((f"event type {it.name}", it.label) for it in source.event_types)
    for attribute in source.filterable:
        yield f"attribute {attribute.name}", attribute.label
        if attribute.phrase:
            yield f"phrase of {attribute.name}", attribute.phrase
