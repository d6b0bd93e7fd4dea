"""The wheel is whole: installed alone, from an empty folder, it does everything the checkout does."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

from bridge.signatures import sign_hmac_sha256
from tests.e2e.running import environment, free_port, receiver, serve, until

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.xdist_group("wheel")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, *options, str(ROOT)], check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment that has the wheel, and nothing of the checkout.

    The dependencies are lent by path: a path file names their folder, whose own path files (the checkout's) do not count.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = folder / "lib" / version / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = folder / "bin" / "python"
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    options = ["--no-deps", "--ignore-installed", str(wheel)]
    subprocess.run([python, *install, *options], check=True)
    return folder / "bin"


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    """A working directory with folders of a user's own that are named like the project's."""
    for name in ("plugins", "templates", "manifest", "bridge", "bridge_github", "tests"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('shadowed')\n")
    return tmp_path


def run(folder: Path, *command: str | Path) -> str:
    env = environment(folder, free_port())
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_what_is_not_code(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"bridge/_data/manifest/{name}" for name in ("manifest.json", "color.png")} <= names
    assert "bridge/_data/templates/cards/card.j2" in names
    assert "bridge/_data/templates/pages/config.html" in names
    for source in ("github", "jira", "generic", "recipes"):
        assert f"bridge_{source}/texts/de.po" in names
    for source in ("github", "jira", "generic"):
        assert any(name.startswith(f"bridge_{source}/cards/") for name in names)
        assert any(name.startswith(f"bridge_{source}/fixtures/") for name in names)
    assert not [name for name in names if name.split("/")[0] in {"tests", "docs", "bench"}]


def test_the_installed_plugins_are_the_wheel_s_own(installed: Path, decoys: Path) -> None:
    listed = json.loads(run(decoys, installed / "webhook-bridge", "plugins", "list", "--json"))
    sources = {source for plugin in listed["items"] for source in plugin["sources"]}
    assert sources >= {"github", "jira", "generic"}
    where = run(
        decoys,
        installed / "python",
        "-P",
        "-c",
        "import bridge, bridge_github; print(bridge.__file__); print(bridge_github.__file__)",
    )
    assert all(line.startswith(str(installed.parent)) for line in where.split())


def test_it_has_the_recipes(installed: Path, decoys: Path) -> None:
    listed = json.loads(run(decoys, installed / "webhook-bridge", "plugins", "list", "--json"))
    (plugin,) = (plugin for plugin in listed["items"] if plugin["name"] == "recipes")
    assert {"gitlab", "stripe", "alertmanager"} <= set(plugin["sources"])
    shown = run(decoys, installed / "webhook-bridge", "preview", "gitlab", "pipeline_failed")
    assert "Pipeline #3101 failed on main" in shown


async def test_a_webhook_becomes_a_card_from_an_empty_folder(installed: Path, decoys: Path) -> None:
    async with receiver() as teams, serve(decoys, installed / "webhook-bridge") as bridge:
        endpoint = await bridge.api("POST", "/endpoints", {"source": "generic", "name": "doors"})
        await bridge.api(
            "POST",
            "/subscriptions",
            {
                "endpoint": endpoint["id"],
                "channel": {"url": teams.workflow("doors")},
                "events": ["*"],
            },
        )
        body = b'{"title": "The door is open", "room": "Cellar"}'
        signed = sign_hmac_sha256(body, endpoint["secret"])
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signed}
        async with bridge.session.post(endpoint["url"], data=body, headers=headers) as answer:
            assert answer.status == 202

        async def arrived() -> bool:
            return bool(teams.of("doors"))

        await until(arrived)
        assert b"The door is open" in teams.of("doors")[0]
        async with bridge.session.get(f"{bridge.url}/connector/config") as page:
            assert page.status == 200
            assert "text/html" in page.headers["Content-Type"]
