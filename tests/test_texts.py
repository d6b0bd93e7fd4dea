"""Sentences that are said in another language, and the catalogues that ship."""

import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bridge.resources import STATIC, TEXTS
from bridge.texts import ENGLISH, Catalogue, say, say_count

_FOLDERS = (".",)
ROOT = Path(__file__).parent.parent
GERMAN = Catalogue(
    "de",
    {
        "There is no {what}.": ("Es gibt kein {what}.",),
        "endpoint {id}": ("Endpunkt {id}",),
        "{n} card for {who}": ("{n} Karte für {who}", "{n} Karten für {who}"),
    },
    lambda number: int(number != 1),
)


def test_a_sentence_is_english_wherever_nobody_asks() -> None:
    said = say("There is no {what}.", what=say("endpoint {id}", id="ep_1"))
    assert said == "There is no endpoint ep_1."
    assert ENGLISH.say(said) == said


def test_a_sentence_is_said_again_with_the_sentences_in_it() -> None:
    said = say("There is no {what}.", what=say("endpoint {id}", id="{id}"))
    assert GERMAN.say(said) == "Es gibt kein Endpunkt {id}."


@pytest.mark.parametrize(("number", "said"), [(1, "1 Karte für me"), (0, "0 Karten für me")])
def test_a_number_decides_on_the_form(number: int, said: str) -> None:
    english = say_count(number, "{n} card for {who}", "{n} cards for {who}", who="me")
    assert english == f"{number} card{'' if number == 1 else 's'} for me"
    assert GERMAN.say(english) == said


def test_what_is_not_translated_stays_english_around_what_is() -> None:
    said = say("Remove the {what}?", what=say("endpoint {id}", id=3))
    assert GERMAN.say(said) == "Remove the Endpunkt 3?"


def test_all_sentences_in_an_answer_are_said() -> None:
    answer = {
        "reasons": [say("endpoint {id}", id=1), "endpoint {id}"],
        "n": 3,
        "more": {"x": (None,)},
    }
    assert GERMAN.within(answer) == {
        "reasons": ["Endpunkt 1", "endpoint {id}"],
        "n": 3,
        "more": {"x": [None]},
    }


def test_the_template_for_translators_has_all_that_the_code_says(
    said: set[tuple[str, ...]],
) -> None:
    """`make texts` gathers them anew."""
    assert set(dict(_messages(_catalog(TEXTS / "messages.pot")))) == said


def test_no_message_of_a_script_stands_where_it_is_not_found(said: set[tuple[str, ...]]) -> None:
    """Babel passes over template literals, and over the values of another message."""
    known = {message for forms in said for message in forms}
    for script in STATIC.rglob("*.js"):
        code = script.read_text(encoding="utf-8")
        for message in re.findall(r"\bt\(\s*\"((?:[^\"\\]|\\.)*)\"", code):
            assert message in known, script.name


@pytest.mark.parametrize("language", ["de"])
def test_a_catalogue_says_everything_with_the_same_values(
    language: str, said: set[tuple[str, ...]]
) -> None:
    catalog = _catalog(TEXTS / f"{language}.po")
    given = dict(_messages(catalog))
    assert set(given) == said
    for message, forms in given.items():
        assert len(forms) == (catalog.num_plurals if len(message) > 1 else 1), message
        for form in forms:
            assert form, message
            allowed = set[str]().union(*map(_values, message))
            assert _values(form) == allowed or (len(message) > 1 and _values(form) <= allowed), form


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, ...]]:
    """What the code says, gathered as `make texts` gathers it."""
    found = tmp_path_factory.mktemp("texts") / "messages.pot"
    extract = ("-m", "babel.messages.frontend", "--quiet", "extract", "-F", "pyproject.toml")
    keywords = ("--no-default-keywords", "-k", "say say_count:2,3 t tn:2,3")
    subprocess.run(
        [sys.executable, *extract, *keywords, "-o", found, *_FOLDERS], check=True, cwd=ROOT
    )
    return set(dict(_messages(_catalog(found))))


def _catalog(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def _messages(catalog: Catalog) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for one in catalog:
        if one.id:
            yield _forms(one.id), _forms(one.string or "")


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _values(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}
