"""What the table of the specification's steps names is there: every file, and every test."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs/specification.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:bridge|docs|manifest|tests)/[^`]+)`", TABLE)))
ROWS = [row for row in TABLE.splitlines() if row.startswith("| ") and not row.startswith("| ---")]


@pytest.mark.parametrize("named", NAMED)
def test_every_file_and_test_is_there(named: str) -> None:
    file, _, test = named.partition("::")
    path = ROOT / file
    assert path.is_file()
    if test:
        assert re.search(
            rf"^(?:async )?def {test}\(", path.read_text(encoding="utf-8"), re.MULTILINE
        )


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_every_step_is_shown_by_a_test_or_says_why_not(row: str) -> None:
    shown = row.rstrip(" |").rpartition(" | ")[2]
    excuses = ("needs a tenant", "closed by Microsoft", "nobody but Exchange", "shown by")
    assert "`tests/" in shown or shown.startswith(excuses)


@pytest.mark.parametrize(
    "word",
    ["entityId", "configName", "contentUrl", "webhookUrl", "appType", "userObjectId"],
)
def test_every_property_of_the_settings_has_a_row(word: str) -> None:
    assert re.search(rf"^\| `{word}` \|", TABLE, re.MULTILINE)
