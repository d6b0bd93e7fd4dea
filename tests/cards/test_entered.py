"""What is entered into a card's inputs arrives, however a host fills in the places."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.card import Act, ChoiceInput, DateInput, TextInput
from bridge.cards.entered import Entered, entered
from bridge.cards.messagecard import entering
from bridge.errors import Invalid

COMMENT = TextInput("comment", "Comment", required=True, longest=500)
WHEN = DateInput("when", "When")
LABELS = ChoiceInput("labels", "Labels", (("Bug", "bug"), ("A, b", "a, b")), several=True)
ACT = Act("Do it", "https://bridge.example/actions/x", (COMMENT, WHEN, LABELS))
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(
    lambda text: text.strip() and "{{" not in text
)


def filled(values: dict[str, str], *, escaping: bool) -> bytes:
    """The body as a host makes it of the act's own."""
    body = entering(ACT)
    for one in ACT.inputs:
        value = values.get(one.id, "")
        body = body.replace(
            f"{{{{{one.id}.value}}}}", json.dumps(value)[1:-1] if escaping else value
        )
    return body.encode()


@given(TEXTS)
def test_text_arrives_where_the_host_escapes_it(text: str) -> None:
    assert entered(ACT, filled({"comment": text}, escaping=True))["comment"] == (text.strip(),)


@given(TEXTS.filter(lambda text: '", "' not in text and "\\" not in text))
def test_and_where_it_does_not(text: str) -> None:
    found = entered(ACT, filled({"comment": text, "when": "2026-05-04"}, escaping=False))
    assert found["comment"] == (text.strip(),)
    assert found["when"] == ("2026-05-04",)


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused_in_words(body: bytes) -> None:
    said: Mapping[str, str] = {}
    found: Entered = {}
    try:
        found = entered(ACT, body)
    except Invalid as error:
        said = error.fields
    assert found.get("comment") or all(said.values())
    assert bool(found) != bool(said)


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ("bug", ("bug",)),
        ("bug;bug", ("bug", "bug")),
        ("bug, bug", ("bug", "bug")),
        ("a, b", ("a, b",)),
        ("", ()),
    ],
)
def test_choices_are_told_by_those_there_are(given: str, values: tuple[str, ...]) -> None:
    body = filled({"comment": "x", "labels": given}, escaping=True)
    assert entered(ACT, body)["labels"] == values


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"comment": ""}, "comment", "Comment is missing."),
        ({"comment": "x" * 501}, "comment", "Comment has at most 500 characters."),
        ({"comment": "x", "when": "soon"}, "when", "When is no date."),
        ({"comment": "x", "labels": "feature"}, "labels", "Labels has no such choice."),
    ],
)
def test_what_is_wrong_is_said(values: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(Invalid) as caught:
        entered(ACT, filled(values, escaping=True))
    assert caught.value.fields == {field: sentence}


def test_an_act_without_inputs_reads_nothing() -> None:
    assert entered(Act("Close", "https://bridge.example/actions/x"), b"\xff{") == {}
