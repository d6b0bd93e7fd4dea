"""What is described is checked as a whole, and every fault is said beside its field."""

from typing import Any

import pytest

from bridge.errors import Invalid
from bridge.recipes.description import FIELDS, Description, check

WHOLE = {
    "verification": {"scheme": "token"},
    "format": "form",
    "form_field": "data",
    "split": "items[?active]",
    "event_type": ["header:X-Event", "action"],
    "delivery_id": "header:X-Id",
    "attributes": {"labels": "labels[].name"},
    "url": "html_url",
    "object": ["'issue'", "number"],
    "time": "updated_at",
    "template": "{% extends 'card.j2' %}",
}


def test_everything_may_be_described_or_nothing() -> None:
    assert set(WHOLE) == set(FIELDS)
    made = check(WHOLE)
    assert made.verification.scheme == "token"
    assert (made.format, made.form_field) == ("form", "data")
    assert [str(one) for one in made.event_type] == ["header:x-event", "action"]
    assert [str(one) for one in made.object] == ["'issue'", "number"]
    assert str(made.attributes["labels"]) == "labels[].name"
    assert made.template == WHOLE["template"]
    assert check({}) == Description()


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"event": "a"}, "event", "There is no such setting. There are: verification,"),
        ({7: "a"}, "7", "There is no such setting."),
        ({"format": "yaml"}, "format", "json, form, xml, text"),
        ({"format": None}, "format", "or left out"),
        ({"form_field": ""}, "form_field", "Must be a name"),
        ({"split": "a["}, "split", "Ends too early"),
        ({"event_type": []}, "event_type", "at most 5"),
        ({"event_type": ["a"] * 6}, "event_type", "at most 5"),
        ({"event_type": ["a", "b["]}, "event_type.1", "Ends too early"),
        ({"delivery_id": ["a"]}, "delivery_id", "Must be an expression"),
        ({"attributes": ["a"]}, "attributes", "at most 50 names"),
        ({"attributes": {f"a{n}": "a" for n in range(51)}}, "attributes", "at most 50 names"),
        ({"attributes": {"A": "a"}}, "attributes.A", "begins with a letter"),
        ({"attributes": {True: "a"}}, "attributes.True", "begins with a letter"),
        ({"attributes": {"a": "b c"}}, "attributes.a", "At character 3"),
        ({"url": 7}, "url", "Must be an expression"),
        ({"object": {"a": 1}}, "object", "Must be an expression"),
        ({"time": ""}, "time", "Must be an expression"),
        ({"template": 7}, "template", "Must be the text"),
    ],
)
def test_a_wrong_field_is_named(given: dict[Any, Any], field: str, said: str) -> None:
    for where, prefix in (("config", "config."), ("", "")):
        with pytest.raises(Invalid) as caught:
            check(given, where)
        assert list(caught.value.fields) == [f"{prefix}{field}"]
        assert said in caught.value.fields[f"{prefix}{field}"]


def test_all_faults_are_said_at_once() -> None:
    wrong = {"x": 1, "verification": {"scheme": "x"}, "url": "a b", "attributes": {"a": 1, "B": 2}}
    with pytest.raises(Invalid) as caught:
        check(wrong)
    assert set(caught.value.fields) == {
        "config.x",
        "config.verification.scheme",
        "config.url",
        "config.attributes.a",
        "config.attributes.B",
    }
