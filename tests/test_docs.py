"""The guide to writing a plugin shows the example as it is, and leaves out nothing that a template or plugin may use."""

import inspect
import re
from pathlib import Path

import pytest

from bridge import hookspecs, loader, testing
from bridge.cards.vocabulary import CALLS, FILTERS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs/writing-a-plugin.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def rows(heading: str) -> set[str]:
    """The names in the first column of the table that begins so."""
    table = re.search(rf"^\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n)+)", GUIDE, re.MULTILINE)
    assert table is not None, f"the guide has no table of {heading}s"
    first = [line.split("|")[1] for line in table[1].splitlines()]
    return {name for cell in first for name in re.findall(r"`(\w+)", cell)}


def test_the_guide_shows_the_whole_example() -> None:
    assert {file for file, _ in SHOWN} == {
        "pyproject.toml",
        "bridge_tasks/__init__.py",
        "bridge_tasks/cards/task.created.j2",
        "bridge_tasks/cards/task.j2",
        "tests/test_tasks.py",
    }


@pytest.mark.parametrize(("file", "text"), SHOWN, ids=[file for file, _ in SHOWN])
def test_what_the_guide_shows_is_what_the_example_has(file: str, text: str) -> None:
    assert text == (ROOT / "examples/bridge-tasks" / file).read_text(encoding="utf-8")


def test_every_call_and_filter_stands_in_the_guide_and_no_other() -> None:
    assert rows("call") == set(CALLS)
    assert rows("filter") == set(FILTERS)


def test_every_block_stands_in_the_guide_and_no_other() -> None:
    base = (ROOT / "templates/cards/card.j2").read_text(encoding="utf-8")
    assert rows("block") - {"neutral"} == set(re.findall(r"{% block (\w+) %}", base))


def test_every_hook_stands_in_the_guide_with_its_arguments() -> None:
    hooks = {
        f"{name}({', '.join(inspect.signature(hook).parameters)})"
        for name, hook in vars(hookspecs).items()
        if hasattr(hook, f"{hookspecs.NAMESPACE}_spec")
    }
    assert hooks
    assert {hook for hook in hooks if f"| `{hook}` |" in GUIDE} == hooks
    assert rows("hook") == {hook.partition("(")[0] for hook in hooks}


@pytest.mark.parametrize(
    "said", ["cannot be loaded", "failed in", " without ", "names a", "Two plugins are named"]
)
def test_the_errors_of_the_guide_are_the_loader_s(said: str) -> None:
    assert said in inspect.getsource(loader)
    assert said in GUIDE


def test_the_messages_of_the_guide_are_the_kit_s() -> None:
    table = GUIDE.partition("| message |")[2].partition("\n\n")[0]
    messages = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert messages
    for part in (part for message in messages for part in message.split("…")):
        assert part in inspect.getsource(testing)


def test_the_guide_s_links_lead_somewhere() -> None:
    prose = re.sub(r"^```.*?^```$", "", GUIDE, flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", prose):
        assert (ROOT / "docs" / target).exists(), target
