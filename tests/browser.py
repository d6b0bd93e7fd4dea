"""A real browser for the tests: one Chromium and one driver for each worker, a clean context for each test.

To start the driver takes longer than many a test, and it belongs to an event loop. So all tests in the folders of
`SHARING` have one event loop, and their asynchronous fixtures are made by `in_shared_loop`. Chromium can reach the loopback
interface only. Without it these tests are skipped, and fail where `CI` is set.
"""

import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

NODE_MODULES = Path(__file__).parent.parent / "node_modules"
TEAMS_SDK = NODE_MODULES / "@microsoft/teams-js/dist/umd/MicrosoftTeams.min.js"

SHARING = frozenset({Path(__file__).parent / "page", Path(__file__).parent / "sandbox"})
"""The folders whose tests share one event loop in each worker."""

PATIENCE = 15_000
"""Milliseconds that an expectation about a page is given."""

WIDE = (700, 760)
NARROW = (320, 640)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--remote-debugging-port=0",
)


in_shared_loop = pytest_asyncio.fixture(loop_scope="session")
"""Makes an asynchronous fixture for tests that share their event loop."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests run in the event loop that the browser's driver belongs to."""
    shared = pytest.mark.asyncio(loop_scope="session")
    for item in items:
        if SHARING.intersection(item.path.parents) and pytest_asyncio.is_async_test(item):
            item.add_marker(shared, append=False)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which this worker's Chromium takes orders."""
    command = next(filter(None, map(shutil.which, _NAMES)), None)
    if command is None:
        pytest.skip("Chromium is not installed: install the package `chromium`, then run again.")
    profile = tmp_path_factory.mktemp("chromium")
    with (
        (profile / "said.log").open("wb") as log,
        subprocess.Popen(
            [command, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield _address(process, profile)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _address(process: "subprocess.Popen[bytes]", profile: Path) -> str:
    """Where Chromium listens, which it writes down when it does."""
    told = profile / "DevToolsActivePort"
    until = time.monotonic() + 60
    while not (told.is_file() and "\n" in told.read_text()):
        said = (profile / "said.log").read_text(errors="replace")
        assert process.poll() is None, f"Chromium ended at once, saying:\n{said}"
        assert time.monotonic() < until, f"Chromium did not start, saying:\n{said}"
        time.sleep(0.02)
    port, path = told.read_text().split()
    return f"ws://127.0.0.1:{port}{path}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def driven(chromium: str) -> AsyncIterator[Browser]:
    """The worker's Chromium, driven from the shared event loop."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(chromium)
        yield connected
        await connected.close()


@in_shared_loop
async def browser(driven: Browser) -> AsyncIterator[Browser]:
    """The worker's Chromium, for this test; whatever it opened is closed in the end."""
    yield driven
    for context in driven.contexts[1:]:
        await context.close()


async def new_context(
    browser: Browser, size: tuple[int, int] = WIDE, *, scheme: str = "light"
) -> BrowserContext:
    """A browser window of its own, without anything from before; it may use the clipboard."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        permissions=["clipboard-read", "clipboard-write"],
        ignore_https_errors=True,
    )
    context.set_default_timeout(PATIENCE)
    return context


@in_shared_loop
async def page(browser: Browser) -> Page:
    """An empty page, as wide as a dialog in Teams."""
    return await (await new_context(browser)).new_page()


@pytest.fixture(scope="session")
def teams_sdk() -> Path:
    """Microsoft's own Teams SDK, from npm."""
    if not TEAMS_SDK.is_file():
        pytest.skip("The Teams SDK is not installed: run `npm ci`, then run again.")
    return TEAMS_SDK
