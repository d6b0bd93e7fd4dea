"""The house stays as ARCHITECTURE.md draws it: imports go one way, and plugins come in by one door."""

import ast
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
PLUGINS = sorted(path.name for path in (ROOT / "plugins").iterdir() if path.is_dir())


def test_imports_follow_the_layers(capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_every_module_of_the_bridge_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(contract for contract in contracts["contracts"] if contract["type"] == "layers")
    assert layers["exhaustive"]
    placed = {name.strip() for layer in layers["layers"] for name in layer.split(":")}
    there = {
        path.stem
        for path in (ROOT / "bridge").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert placed == there - {"__init__"}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_imports_only_the_plugin_api(plugin: str) -> None:
    for path in (ROOT / "plugins" / plugin).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            ours = {name for name in names if name.partition(".")[0] == "bridge"}
            assert ours <= {"bridge.plugin"}, path


def test_every_built_in_plugin_has_an_entry_point() -> None:
    declared = {point.value for point in entry_points(group="webhook_bridge")}
    assert set(PLUGINS) <= declared


def test_the_core_names_no_vendor_s_plugin() -> None:
    for path in (ROOT / "bridge").rglob("*.py"):
        for plugin in PLUGINS:
            assert plugin not in path.read_text(), path
