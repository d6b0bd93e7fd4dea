"""The page's shell and what it loads."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

from bridge.resources import STATIC
from bridge.web.sdk import MICROSOFT
from tests.browser import in_shared_loop
from tests.page.conftest import Served, running


@in_shared_loop
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with running(tmp_path, Path("nowhere"), open_to_all=False) as closed:
        yield closed


async def test_the_shell_needs_no_token_and_holds_nothing(served: Served) -> None:
    await served.endpoint("A name that is nobody's business")
    async with served.session.get(f"{served.origin}/connector/config?subscription=x") as answer:
        page = await answer.text()
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "set-cookie" not in answer.headers
    assert "nobody" not in page
    assert f'data-public-url="{served.origin}"' in page


async def test_no_script_or_style_stands_in_the_page(served: Served) -> None:
    async with served.session.get(f"{served.origin}/connector/config") as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert not re.search(
        r"<style|style=|\son\w+=|<script(?![^>]*\s(?:src=|type=\"application/json\"))", page
    )
    assert "'unsafe" not in policy
    assert "script-src 'self' https://res.cdn.office.net;" in policy
    assert "connect-src 'self' https://res.cdn.office.net;" in policy


async def test_microsoft_s_copy_of_the_sdk_is_loaded_with_its_hash(served: Served) -> None:
    app = served.app
    app.state.sdk = MICROSOFT
    async with served.session.get(f"{served.origin}/connector/config") as answer:
        page = await answer.text()
    assert f'src="{MICROSOFT.url}"' in page
    assert f'integrity="{MICROSOFT.integrity}" crossorigin="anonymous"' in page


async def test_everything_that_the_page_loads_is_there_and_asked_about_again(
    served: Served,
) -> None:
    async with served.session.get(f"{served.origin}/connector/config") as answer:
        loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', await answer.text())
    loaded += [f"/static/connector/{path.name}" for path in (STATIC / "connector").glob("*.js")]
    assert len(loaded) > 10
    for path in loaded:
        async with served.session.get(served.origin + path) as answer:
            assert answer.status == 200, path
            assert answer.headers["Cache-Control"] == "no-cache"
            tag = answer.headers["ETag"]
        again = {"If-None-Match": tag}
        async with served.session.get(served.origin + path, headers=again) as answer:
            assert answer.status == 304


def test_only_the_preview_inserts_html() -> None:
    for path in (STATIC / "connector").glob("*.js"):
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write", path.read_text()
        )
        assert len(found) == (path.name == "preview.js"), path.name


def test_every_script_stays_small() -> None:
    for path in (STATIC / "connector").glob("*.js"):
        assert len(path.read_text().splitlines()) < 300, path.name
