"""Which language a page is shown in, and its calls answered in."""

from pathlib import Path

import pytest
from starlette.requests import Request

from bridge.registry import Registry
from bridge.web.languages import Languages, load, preferences
from tests.web.conftest import TOKEN, Api

GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: page.js
msgid "Save"
msgstr "Speichern"

#: page.js
msgid "{n} card"
msgid_plural "{n} cards"
msgstr[0] "{n} Karte"
msgstr[1] "{n} Karten"

#: services.py
msgid "There is no {what}."
msgstr "Es gibt kein {what}."

#: page.js
msgid "Not translated yet"
msgstr ""
"""

NO_PLUGINS = Registry({}, {})


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    (tmp_path / "de.po").write_text(GERMAN, encoding="utf-8")
    return load(tmp_path, NO_PLUGINS)


def asked(query: str = "", accept: str | None = None) -> Request:
    headers = [] if accept is None else [(b"accept-language", accept.encode())]
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(
    ("query", "accept", "code"),
    [
        ("", None, "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "fr, de;q=0.5, en;q=0.4", "de"),
        ("", "fr, de;q=0.4, en;q=0.5", "en"),
        ("", "de;q=0, *", "en"),
        ("", "nonsense;;;q=de", "en"),
        ("", "de" * 5000, "en"),
        ("locale=de-de", "en", "de"),
        ("locale=DE", "en", "de"),
        ("locale=xx", "de", "de"),
        ("locale={locale}", "en", "en"),
    ],
)
def test_the_page_speaks_what_it_is_asked_for(
    languages: Languages, query: str, accept: str | None, code: str
) -> None:
    assert languages.of(asked(query, accept)).code == code


def test_preferences_come_in_their_order() -> None:
    assert preferences("da, en-gb;q=0.8, en;q=0.7, de;q=0.9, fr;q=0") == [
        "da",
        "de",
        "en-gb",
        "en",
    ]


def test_scripts_are_given_their_own_texts_and_the_forms_of_numbers(languages: Languages) -> None:
    script = languages.of(asked("locale=de")).script
    assert script == {
        "plural": {"one": 0, "other": 1},
        "messages": {"Save": ("Speichern",), "{n} card": ("{n} Karte", "{n} Karten")},
    }


def test_a_language_with_more_forms_has_them_all(tmp_path: Path) -> None:
    forms = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    (tmp_path / "ru.po").write_text(
        GERMAN.replace("nplurals=2; plural=(n != 1);", forms).replace(": de", ": ru"),
        encoding="utf-8",
    )
    russian = load(tmp_path, NO_PLUGINS).of(asked("locale=ru"))
    assert russian.script["plural"] == {"one": 0, "few": 1, "many": 2}


@pytest.fixture
def german_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "de.po").write_text(GERMAN, encoding="utf-8")
    monkeypatch.setattr("bridge.app.TEXTS", folder)


async def test_a_source_is_shown_in_the_language_of_the_page(german_pages: None, api: Api) -> None:
    shown = {}
    for code in ("de", "en"):
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": code}
        async with api.session.get(f"{api.origin}/connector/catalog", headers=headers) as answer:
            sources = {one["name"]: one for one in (await answer.json())["sources"]}
        jira, github = sources["jira"], sources["github"]
        shown[code] = [
            jira["groups"][0]["label"],
            jira["groups"][0]["types"][0]["label"],
            jira["attributes"][0]["label"],
            github["setup_steps"][1],
            next(one["label"] for one in github["groups"] if one["name"] == "issues"),
        ]
    assert shown["de"] == [
        "Vorgang",
        "Ein Vorgang wird erstellt",
        "Projektschlüssel",
        "Payload URL: Fügen Sie die hier angezeigte URL ein.",
        "Issues",
    ]
    assert shown["en"] == [
        "Issue",
        "An issue is created",
        "Project key",
        "Payload URL: paste the URL shown here.",
        "Issues",
    ]


async def test_the_pages_calls_refuse_in_their_language_and_the_api_in_english(api: Api) -> None:
    said = {}
    for face in ("connector", "api/v1"):
        headers = {"Authorization": f"Bearer {TOKEN}", "Accept-Language": "de"}
        address = f"{api.origin}/{face}/subscriptions"
        async with api.session.get(f"{address}/sub_none", headers=headers) as answer:
            found = (await answer.json())["detail"]
        async with api.session.post(address, headers=headers, json={"events": 1}) as answer:
            fault = (await answer.json())["errors"]["events"]
        said[face] = (found, fault)
    assert said == {
        "connector": ("Es gibt kein Abonnement sub_none.", "Das ist eine Liste."),
        "api/v1": ("There is no subscription sub_none.", "This is a list."),
    }
