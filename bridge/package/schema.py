"""Microsoft's own schemas, where npm put them: a second judge beside our rules, never the only one."""

import importlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.package.faults import Fault

FOLDER = Path("@microsoft/app-manifest/build/json-schemas/teams")


def judge(manifest: Mapping[str, Any], version: int, node_modules: Path) -> list[Fault] | None:
    """What is wrong by the schema of a version; None where the schema, or Python's `jsonschema`, is not here."""
    file = node_modules / FOLDER / f"v1.{version}" / "MicrosoftTeams.schema.json"
    if not file.is_file() or importlib.util.find_spec("jsonschema") is None:
        return None
    validator = importlib.import_module("jsonschema").Draft4Validator(json.loads(file.read_text()))
    return [
        Fault(
            ".".join(map(str, error.absolute_path)) or "manifest.json",
            f"Microsoft's schema says: {error.message[:300]}",
            f"See the schema of 1.{version}.",
        )
        for error in validator.iter_errors(manifest)
    ]
