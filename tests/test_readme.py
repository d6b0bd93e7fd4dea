"""What the README promises about settings and commands is what there is."""

import re
from pathlib import Path

from bridge.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(BRIDGE_\w+)`", README, re.MULTILINE))
    assert documented == {f"BRIDGE_{name.upper()}" for name in Settings.model_fields}


def test_the_readme_s_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (Path(__file__).parent.parent / target).exists(), target
