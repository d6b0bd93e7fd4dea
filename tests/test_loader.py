"""Plugins are found wherever they may be, and a faulty one is named with its cause."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.channel import Outcome, Verdict
from bridge.errors import NotFound, PluginError
from bridge.loader import LOCAL_PACKAGE, load
from bridge.models import Alert, Delivery
from bridge.plugin import hookimpl
from bridge.settings import Settings

PLUGIN = """
from bridge.plugin import EventType, Source, hookimpl

class Radio(Source):
    name, label = {name!r}, "Radio"
    event_types = (EventType("call", "A call"),)
    attributes = ()

    def verify(self, request, endpoint):
        pass

    def parse(self, request, endpoint):
        return []

@hookimpl
def register_sources():
    return [Radio()]
"""

DIARY = """
from bridge.plugin import hookimpl

seen = []

@hookimpl
def delivery_finished(delivery, outcome):
    seen.append(f"{delivery.id} {outcome.verdict.value}")

@hookimpl
def channel_alert(alert):
    seen.append(f"{alert.channel_id} {alert.event}: {alert.reason}")
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith(LOCAL_PACKAGE)]:
        del sys.modules[name]


def settings(folder: Path | None = None) -> Settings:
    return Settings(_env_file=None, plugins_dir=folder)


def test_the_built_in_plugins_come_through_the_entry_points() -> None:
    registry = load(settings())
    assert set(registry.sources) >= {"generic", "github", "jira"}
    assert set(registry.channels) >= {"connector", "workflow"}
    origins = {plugin.name: plugin.origin for plugin in registry.plugins}
    assert origins["github"] == "teams-webhook-bridge"


def test_an_unknown_source_is_answered_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"named gitbub\. There are: .*github"):
        load(settings()).source("gitbub")


def test_a_local_file_is_a_plugin(folder: Path) -> None:
    (folder / "radio.py").write_text(PLUGIN.format(name="radio"))
    registry = load(settings(folder))
    assert registry.sources["radio"].label == "Radio"
    assert registry.sources["radio"].folder == folder
    assert next(plugin for plugin in registry.plugins if plugin.name == "radio").sources == (
        "radio",
    )


def test_a_local_folder_is_a_plugin_with_modules_of_its_own(folder: Path) -> None:
    package = folder / "json"  # a standard module's name: it shadows nothing
    package.mkdir()
    (package / "__init__.py").write_text("from .radio import register_sources\n")
    (package / "radio.py").write_text(PLUGIN.format(name="radio"))
    assert "radio" in load(settings(folder)).sources
    assert sys.modules["json"].__name__ == "json"


def test_what_is_no_plugin_is_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("notes")
    (folder / "_draft.py").write_text("raise RuntimeError")
    (folder / "data").mkdir()
    assert "README" not in {plugin.name for plugin in load(settings(folder)).plugins}


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("1 / 0", "'broken'.*ZeroDivisionError"),
        ("import no_such_module", "'broken'.*no_such_module"),
        (
            "from bridge.plugin import hookimpl\n@hookimpl\ndef register_source(): return []",
            "'broken'.*register_source",
        ),
        (
            "from bridge.plugin import hookimpl\n@hookimpl\ndef register_sources(x): return []",
            "'broken'.*register_sources",
        ),
        (
            "from bridge.plugin import hookimpl\n@hookimpl\ndef register_sources(): return [1]",
            "'broken'.*gives 1 .*no Source",
        ),
        (
            "from bridge.plugin import hookimpl\n@hookimpl\ndef register_sources(): 1 / 0",
            "'broken' failed in register_sources: ZeroDivisionError",
        ),
        (
            "from bridge.plugin import hookimpl\n@hookimpl\ndef register_sources(): pass",
            "'broken' failed in register_sources: TypeError",
        ),
        (
            PLUGIN.replace("attributes = ()", "pass").format(name="radio"),
            "'broken'.*Source without attributes",
        ),
        (PLUGIN.format(name="Radio Four"), "'broken'.*'Radio Four'"),
        (PLUGIN.format(name="github"), "'github'.*taken"),
    ],
)
def test_a_faulty_plugin_is_named_with_its_cause(folder: Path, code: str, complaint: str) -> None:
    (folder / "broken.py").write_text(code)
    with pytest.raises(PluginError, match=complaint):
        load(settings(folder))


def test_a_taken_plugin_name_is_an_error(folder: Path) -> None:
    (folder / "github.py").write_text(PLUGIN.format(name="radio"))
    with pytest.raises(PluginError, match=r"Two plugins are named 'github'.*github\.py"):
        load(settings(folder))


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="not a folder"):
        load(settings(tmp_path / "nowhere"))


def test_an_observer_that_raises_hurts_no_other() -> None:
    seen: list[str] = []

    class Loud:
        @hookimpl
        def delivery_finished(self, outcome: Outcome) -> None:
            raise RuntimeError(outcome.reason)

        @hookimpl
        def channel_alert(self, alert: Alert) -> None:
            raise RuntimeError(alert.reason)

    class Quiet:
        @hookimpl
        def delivery_finished(self, delivery: Delivery) -> None:
            seen.append(delivery.id)

        @hookimpl
        def channel_alert(self, alert: Alert) -> None:
            seen.append(alert.event)

    registry = load(settings(), {"quiet": Quiet(), "loud": Loud(), "later": SimpleNamespace()})
    delivery = Delivery("dl_1", "ev_1", 0, "sub_1", "ch_1", datetime.now(UTC))
    registry.delivery_finished(delivery, Outcome(Verdict.DELIVERED, "accepted"))
    registry.channel_alert(Alert(datetime.now(UTC), "ch_1", "gone", "The channel was removed."))
    assert seen == ["dl_1", "gone"]


def test_a_local_plugin_may_observe(folder: Path) -> None:
    (folder / "diary.py").write_text(DIARY)
    registry = load(settings(folder))
    delivery = Delivery("dl_1", "ev_1", 0, "sub_1", "ch_1", datetime.now(UTC))
    registry.delivery_finished(delivery, Outcome(Verdict.GONE, "removed"))
    registry.channel_alert(Alert(datetime.now(UTC), "ch_1", "given up", "It never answered."))
    diary = sys.modules[f"{LOCAL_PACKAGE}.diary"]
    assert diary.seen == ["dl_1 gone", "ch_1 given up: It never answered."]
