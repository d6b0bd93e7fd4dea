"""docs/recipes.md tells of every field, shows a recipe that works, and lists those that are shipped."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bridge_recipes
from bridge.cards.vocabulary import CALLS
from bridge.recipes import recipe as reading
from bridge.recipes import samples
from bridge.recipes.document import BrokenRecipe
from bridge.recipes.recipe import recipe, recipes

FOLDER = Path(bridge_recipes.__file__).parent
GUIDE = (Path(__file__).parents[2] / "docs/recipes.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
((_, RECIPE),) = (block for block in BLOCKS if block[0] == "yaml")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table that begins so."""
    table = re.search(rf"^\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n)*)", GUIDE, re.MULTILINE)
    assert table is not None
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()
    ]


def names(heading: str) -> list[str]:
    return [name for first, *_ in rows(heading) for name in re.findall(r"`([a-z_]+)`", first)]


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("field", reading.FIELDS),
        ("event type", reading.EVENT_TYPE_FIELDS),
        ("attribute", reading.ATTRIBUTE_FIELDS),
        ("sample", samples.FIELDS),
    ],
)
def test_every_field_is_told_of_and_no_other(heading: str, fields: tuple[str, ...]) -> None:
    assert sorted(names(heading)) == sorted(fields)


def test_every_word_that_a_payload_cannot_take_is_told_of() -> None:
    sentence = re.search(r"A field of the payload's named (.*?) is `payload", GUIDE, re.DOTALL)
    assert sentence is not None
    assert set(re.findall(r"`(\w+)`", sentence[1])) == {*CALLS, "event"}


@pytest.fixture
def greenhouse(tmp_path: Path) -> Path:
    path = tmp_path / "plugins/greenhouse.yaml"
    path.parent.mkdir()
    path.write_text(RECIPE, encoding="utf-8")
    return path


def run(*arguments: str, folder: Path) -> str:
    environment = {**os.environ, "BRIDGE_PLUGINS_DIR": "plugins"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        check=False,
        cwd=folder,
        encoding="utf-8",
        env=environment,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_recipe_passes_the_kit(greenhouse: Path) -> None:
    folder = greenhouse.parent.parent
    ((_, test),) = (block for block in BLOCKS if block[0] == "python")
    (folder / "test_greenhouse.py").write_text(test, encoding="utf-8")
    kit = ("-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider")
    assert "passed" in run(*kit, "--update-cards", folder=folder)
    expected = greenhouse.parent / "expected/greenhouse"
    assert {path.name for path in expected.iterdir()} == {
        "too_hot.card.json",
        "watered.card.json",
    }
    assert "passed" in run(*kit, folder=folder)


def test_the_card_is_as_the_guide_shows_it(greenhouse: Path) -> None:
    command = "from bridge.cli import main; main()"
    shown = run("-c", command, "preview", "greenhouse", "too_hot", folder=greenhouse.parent.parent)
    (expected,) = (text for _, text in BLOCKS if text.startswith("Tomato"))
    assert expected in shown


def test_the_fault_is_named_as_the_guide_says(greenhouse: Path) -> None:
    (said,) = (text for _, text in BLOCKS if text.startswith("Plugin 'greenhouse'"))
    broken = RECIPE.replace('{{ fact("Measured", at | datetime) }}', "{{ at | datetim }}")
    assert broken != RECIPE
    greenhouse.write_text(broken, encoding="utf-8")
    with pytest.raises(BrokenRecipe) as caught:
        recipe(greenhouse)
    assert said.strip().endswith(f"cannot be loaded: {caught.value}")


def test_every_shipped_recipe_stands_in_the_guide() -> None:
    made = [
        f"| {source.label} (`{source.name}`) | {proof(FOLDER / f'{source.name}.yaml')} | {len(source.event_types)} |"
        for source in sorted(recipes(FOLDER), key=lambda source: source.label.casefold())
    ]
    listed = GUIDE.rpartition("| --- | --- | --- |\n")[2].strip().splitlines()
    assert listed == made, "\n".join(made)


def proof(file: Path) -> str:
    """How a recipe's sender proves itself, as its file says."""
    text = re.search(
        r"^verification:(.*?)^[a-z_]+:", file.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert text is not None
    words = {
        "hmac": "HMAC",
        "token": "token",
        "basic": "Basic",
        "standard-webhooks": "Standard Webhooks",
        "none": "none: the URL is the secret",
    }
    return " or ".join(words[scheme] for scheme in re.findall(r"scheme: ([a-z-]+)", text[1]))
