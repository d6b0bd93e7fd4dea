"""The example is what a third party's plugin would be: installed by pip, found by its entry point, tested by the kit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent.parent / "examples/bridge-tasks"

PREVIEW = """
import json, sys
from bridge.cards.card import plain
from bridge.loader import load
from bridge.settings import Settings
from bridge.testing import cards_of, endpoint_of, signed

source = load(Settings(_env_file=None)).source("tasks")
endpoint = endpoint_of(source)
request = signed(source, source.sample("task_created__with_project"))
source.verify(request, endpoint)
((event, card),) = cards_of(source, request, endpoint)
facts = {fact.name: plain(fact.value) for fact in card.facts}
json.dump([sys.modules["bridge_tasks"].__file__, event.type, plain(card.title), facts], sys.stdout)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    run(None, "-m", "pip", "install", "--quiet", *offline, "--target", str(target), str(EXAMPLE))
    return target


def run(installed: Path | None, *arguments: str, cwd: Path | None = None) -> str:
    settings = {name for name in os.environ if name.startswith(("BRIDGE_", "PYTEST_"))}
    environment = {name: value for name, value in os.environ.items() if name not in settings}
    if installed is not None:
        environment["PYTHONPATH"] = str(installed)
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        cwd=cwd or installed,
        encoding="utf-8",
        env=environment,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_by_its_entry_point_and_makes_a_card(installed: Path) -> None:
    file, kind, title, facts = json.loads(run(installed, "-c", PREVIEW))
    assert Path(file).is_relative_to(installed)
    assert (kind, title) == ("task.created", "Mona Weber created Check the fuel valves")
    assert facts == {
        "Project": "Rocket",
        "Assignee": "Ravi Anand",
        "Due": "2026-11-27 16:00 UTC",
    }


def test_the_command_line_lists_and_previews_it(installed: Path) -> None:
    command = "from bridge.cli import main; main()"
    listed = json.loads(run(installed, "-c", command, "plugins", "list", "--json"))["items"]
    assert {
        "name": "tasks",
        "origin": "bridge-tasks",
        "sources": ["tasks"],
        "channels": [],
    } in listed
    shown = run(installed, "-c", command, "preview", "tasks", "task_updated__done")
    assert "Ravi Anand updated Check the fuel valves" in shown
    assert "To do → Done" in shown


def test_its_own_tests_pass(installed: Path) -> None:
    tests = ("-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly")
    assert "passed" in run(installed, *tests, cwd=EXAMPLE)


def test_it_works_as_a_local_plugin_too(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/tasks").symlink_to(EXAMPLE / "bridge_tasks")
    code = (
        "import pathlib; from bridge.loader import load; from bridge.settings import Settings;"
        "source = load(Settings(_env_file=None, plugins_dir=pathlib.Path('plugins'))).source('tasks');"
        "print(len(source.samples))"
    )
    assert run(None, "-c", code, cwd=tmp_path) == "3\n"
