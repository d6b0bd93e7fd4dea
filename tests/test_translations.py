"""What sources are called in other languages: gathered, translated, and each plugin's its own."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bridge.errors import PluginError
from bridge.loader import load
from bridge.registry import Registry
from bridge.settings import Settings
from bridge.texts import Catalogue, Said, say
from bridge.translations import Messages, declared, of_plugins, template
from bridge.web import languages

RADIO = """
from bridge.plugin import Attribute, EventType, Source, hookimpl

class Radio(Source):
    name, label = {name!r}, "Radio"
    event_types = (EventType("radio_call.begun", "A call begins"),)
    attributes = (Attribute("place", "Place", phrase="in {{}}"),)
    setup_steps = ("Enter `{name}`.",)

    def verify(self, request, endpoint):
        pass

    def parse(self, request, endpoint):
        return []

@hookimpl
def register_sources():
    return [Radio()]
"""
HEADER = """
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"""
BUILT_IN = load(Settings(_env_file=None))


@pytest.fixture(scope="module")
def german() -> Mapping[str, Messages]:
    return of_plugins(BUILT_IN, "de")


@pytest.mark.parametrize("name", BUILT_IN.sources)
def test_every_text_of_a_built_in_source_is_said_in_german(
    german: Mapping[str, Messages], name: str
) -> None:
    for place, text in declared(BUILT_IN.source(name)):
        (said,) = german[name][text]
        kept = [sorted(re.findall(r"\{\}|`[^`]*`", one)) for one in (text, said)]
        assert kept[0] == kept[1], (place, text, said)
        assert not re.search(r"[“\"]", re.sub("`[^`]*`|„[^„“]*“", "", said)), (place, said)


@pytest.mark.parametrize("name", BUILT_IN.sources)
def test_what_differs_in_english_differs_in_german(
    german: Mapping[str, Messages], name: str
) -> None:
    """A sentence about a subscription says what it chooses, and nothing else."""
    texts = dict.fromkeys(declared(BUILT_IN.source(name)))
    for kind in ("event type", "attribute", "phrase"):
        english = {text for place, text in texts if place.startswith(kind)}
        assert len({german[name][text] for text in english}) == len(english), kind


def test_no_translation_is_left_of_a_text_that_is_gone(german: Mapping[str, Messages]) -> None:
    for plugin in BUILT_IN.plugins:
        said = {text for name in plugin.sources for _, text in declared(BUILT_IN.source(name))}
        for name in plugin.sources:
            assert set(german[name]) == said


def plugins(folder: Path, *names: str, po: str | None = None) -> Registry:
    """Radios, each a local plugin in a folder of its own."""
    for name in names:
        (folder / name / "texts").mkdir(parents=True)
        (folder / name / "__init__.py").write_text(RADIO.format(name=name))
        if po is not None:
            (folder / name / "texts/de.po").write_text(HEADER + po.format(name=name))
    return load(Settings(_env_file=None, plugins_dir=folder))


def test_the_template_has_what_pages_show_of_a_source(tmp_path: Path) -> None:
    registry = plugins(tmp_path, "marine")
    text = template([registry.source("marine")])
    assert [message.id for message in read_po(BytesIO(text.encode())) if message.id] == [
        "Radio",
        "Enter `marine`.",
        "Radio call",
        "A call begins",
        "Place",
        "in {}",
    ]
    assert "#. marine: event type radio_call.begun" in text


def test_each_plugin_translates_its_own_texts_and_the_bridge_the_rest(tmp_path: Path) -> None:
    po = '\nmsgid "Radio"\nmsgstr "Funk ({name})"\n'
    registry = plugins(tmp_path, "marine", "taxi", po=po)
    core = {"Radio": ("Rundfunk",), "Place": ("Ort",)}
    german = Catalogue("de", core, sources=of_plugins(registry, "de"))

    def said(name: str, text: str) -> str:
        return german.say(registry.source(name).said(text))

    assert said("marine", "Radio") == "Funk (marine)"
    assert said("taxi", "Radio") == "Funk (taxi)"
    assert german.say(say("Radio")) == "Rundfunk"
    assert said("taxi", "Place") == "Ort"
    assert said("taxi", "A call begins") == "A call begins"
    assert german.say(
        Said(("{source} is loud.",), {"source": registry.source("taxi").said("Radio")})
    ) == ("Funk (taxi) is loud.")


@pytest.fixture
def core(tmp_path: Path) -> Path:
    folder = tmp_path / "core"
    folder.mkdir()
    (folder / "de.po").write_text(HEADER, encoding="utf-8")
    return folder


def test_a_language_that_only_a_plugin_has_is_not_offered(core: Path, tmp_path: Path) -> None:
    registry = plugins(tmp_path / "plugins", "taxi", po="")
    (tmp_path / "plugins/taxi/texts/fr.po").write_text("nothing that can be read")
    assert languages.load(core, registry).codes == ("en", "de")


@pytest.mark.parametrize("broken", [b'msgid "Radio" nonsense', 'msgstr "gehört"'.encode("latin-1")])
def test_a_broken_catalogue_is_named_with_its_plugin(
    core: Path, tmp_path: Path, broken: bytes
) -> None:
    registry = plugins(tmp_path / "plugins", "taxi", po="")
    with (tmp_path / "plugins/taxi/texts/de.po").open("ab") as file:
        file.write(broken)
    with pytest.raises(PluginError, match=r"Plugin 'taxi' of .*texts/de\.po: "):
        languages.load(core, registry)
