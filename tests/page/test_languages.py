"""What the pages say comes from a catalogue, all of it: shown with one in which every message is marked."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from playwright.async_api import Browser, expect

from bridge.registry import Registry
from bridge.resources import TEXTS
from bridge.translations import declared, forms
from bridge.web.languages import Language, Languages, language
from tests.page import states
from tests.page.conftest import Served, Teams, opened
from tests.page.test_recent import received

VISIBLE = Path(__file__).parent / "visible.js"
SPOKEN: Final = "sv"
"""Some language that Chromium knows, for the messages to be marked in."""

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
NAMES = re.compile(
    rf"{states.LONG}|An endpoint with|Our (?:shop|orders)|Placed|Paused|Moving|General|Harbour"
    r"|(?:Orders: )?order\.\w+|order\.\*|shop|total|actor|north|south|Ada|Microsoft Teams|https?:\S*|och"
)
"""What the test itself calls things, the titles of its cards, and the “and” that the browser says in lists."""
ENGLISH = re.compile(
    r"The channel answered .*\.|The subscription was paused .*|It was made at .*"
    r"|shop is south, not north or .*|total is 12, but should be empty; excluded: actor is Ada"
)
"""Why a card did not come, as it was kept or as it is found by the filters: that is not said by the catalogue."""


def marked(text: str) -> str:
    """A message between marks, and its values without: they need not come from the catalogue, or have marks of their own."""
    return re.sub(r"[^{}]+(?![^{}]*\})", r"⟦\g<0>⟧", text)


def marking(registry: Registry) -> Language:
    """A language in which every message of the bridge's and of its sources is its own translation, marked."""
    said = Catalog(locale=SPOKEN)
    with (TEXTS / "messages.pot").open("rb") as template:
        messages = read_po(template)
    for one in messages:
        if one.id:
            texts = tuple(map(marked, forms(one.id)))
            said.add(one.id, texts if one.pluralizable else texts[0], locations=one.locations)
    sources: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        name: {text: (marked(text),) for _, text in declared(source)}
        for name, source in registry.sources.items()
    }
    known = language(said)
    return replace(known, catalogue=replace(known.catalogue, sources=sources))


async def unsaid(teams: Teams) -> list[str]:
    """What is shown in words that come from no catalogue, nor are names of the test's own."""
    shown: str = await teams.page.frames[1].evaluate(VISIBLE.read_text())
    while MARKED.search(shown):
        shown = MARKED.sub("", shown)
    lines = (ENGLISH.sub("", line) for line in shown.splitlines())
    return [line for line in lines if WORD.search(NAMES.sub("", line))]


async def expand(teams: Teams) -> None:
    """Open all that can be opened."""
    await states.unfold(teams)
    closed = teams.form.locator("button[aria-expanded=false]").filter(visible=True)
    while await closed.count():
        await closed.first.click()


async def edited(teams: Teams) -> None:
    """A subscription in all its breadth, whose page loads itself anew in the language of Teams."""
    endpoint = await received(teams, "north", "south")
    saved = await teams.served.subscribe(
        endpoint, name="Our orders", filters=states.NESTED, hold=5, expiry=90, stale="mark"
    )
    await teams.open(settings={"entityId": saved.id})
    form = teams.form
    await expect(form.locator("html")).to_have_attribute("lang", SPOKEN)
    await expect(form.locator("#recent .recent-event")).to_have_count(2)
    await expect(form.locator(".preview-card .card")).to_be_visible()
    await form.get_by_role("button", name="Show URL and secret").click()
    await expect(form.locator("#recent .recent-attributes")).to_have_count(0)


async def test_all_that_is_shown_comes_from_the_catalogue(browser: Browser, served: Served) -> None:
    served.app.state.languages = Languages([marking(served.bridge.registry)])
    found = {}
    async with opened(browser, served) as teams:
        teams.locale = f"{SPOKEN}-se"
        for state in (edited, states.faulty, states.tab_setup, states.board, states.tab_end):
            await state(teams)
            await expect(teams.form.locator("html")).to_have_attribute("lang", SPOKEN)
            await expand(teams)
            found[state.__name__] = await unsaid(teams)
    assert {name: left for name, left in found.items() if left} == {}


async def test_a_german_browser_is_shown_german(served: Served) -> None:
    german = {"Accept-Language": "de-CH,de;q=0.9,en;q=0.5"}
    for page in ("config", "tab"):
        async with served.session.get(
            f"{served.origin}/connector/{page}", headers=german
        ) as answer:
            text = await answer.text()
        assert '<html lang="de"' in text
        assert "Verbindung zu Teams" in text
