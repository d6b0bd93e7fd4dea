"""What a subscription may ask of its cards' looks, and what is said of everything else."""

from typing import Any

import pytest

from bridge.errors import Invalid
from bridge.services.presentations import check_presentation
from bridge.services.validation import Problems
from tests.services.doors import Doors

OWN = '{% extends "card.j2" %}{% block title %}{{ room }}{% endblock %}'


def faults(**presentation: Any) -> dict[str, str]:
    problems = Problems()
    check_presentation(problems, presentation, Doors())
    try:
        problems.settle()
    except Invalid as error:
        return {name.removeprefix("presentation."): said for name, said in error.fields.items()}
    return {}


def fault(**presentation: Any) -> tuple[str, str]:
    ((name, said),) = faults(**presentation).items()
    return name, said


@pytest.mark.parametrize(
    "presentation",
    [
        {},
        {"style": "compact", "accent": "auto", "facts": [], "text": 0, "time_zone": "UTC"},
        {"style": "full", "accent": "good", "facts": ["Room", "Floor"], "text": 20},
        {"facts": {"except": ["Room"]}, "time_zone": "America/Argentina/Buenos_Aires"},
        {"template": OWN},
        {"template": {"door.opened": OWN, "*": OWN}},
    ],
)
def test_what_can_be_asked_for(presentation: dict[str, Any]) -> None:
    assert faults(**presentation) == {}


@pytest.mark.parametrize(
    ("presentation", "where", "says"),
    [
        ({"colour": "red"}, "colour", "There are: style, accent, facts, text, time_zone, template"),
        ({"style": "tiny"}, "style", "One of full, compact."),
        ({"style": ["full"]}, "style", "One of full, compact."),
        ({"accent": "red"}, "accent", "One of auto, neutral, accent, good, warning, attention;"),
        ({"facts": "Room"}, "facts", "A list of names of facts"),
        ({"facts": {"only": []}}, "facts", "A list of names of facts"),
        ({"facts": {"except": "Room"}}, "facts.except", "A list of names of facts"),
        ({"facts": ["Room", ""]}, "facts.1", "The name of a fact"),
        ({"facts": {"except": [7]}}, "facts.except.0", "The name of a fact"),
        ({"facts": ["x" * 101]}, "facts.0", "at most 100 characters"),
        ({"facts": ["x"] * 51}, "facts", "At most 50 names."),
        ({"text": 19}, "text", "from 20 to 5000, or 0 for no text"),
        ({"text": True}, "text", "How many characters"),
        ({"text": "short"}, "text", "How many characters"),
        ({"time_zone": 1}, "time_zone", "by its name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "Name one as in Europe/Berlin"),
        ({"time_zone": "europe/berlin"}, "time_zone", "Did you mean Europe/Berlin?"),
        ({"time_zone": "New York"}, "time_zone", "Did you mean America/New_York?"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "There is no such time zone."),
        ({"template": ""}, "template", "A Jinja template"),
        ({"template": {}}, "template", "at most 20 event types"),
        ({"template": {"window": OWN}}, "template.window", "Doors has no event type window"),
        ({"template": {"door": 7}}, "template.door", "a text"),
        ({"template": "Hello"}, "template", 'Line 1: Begin it with {% extends "card.j2" %}.'),
        ({"template": {"door": OWN + "{% if %}"}}, "template.door", "Line 1: "),
        ({"template": OWN.replace("room", "room.__class__")}, "template", "`__class__`"),
        ({"template": {"door": OWN + " " * 19_900, "alarm": OWN}}, "template", "Together"),
    ],
)
def test_what_cannot(presentation: dict[str, Any], where: str, says: str) -> None:
    name, said = fault(**presentation)
    assert name == where
    assert says in said


def test_every_fault_of_a_template_names_its_line() -> None:
    text = '{% extends "card.j2" %}\n{% block title %}\n{% include "x" %}\n{{ f() }}{% endblock %}'
    _, said = fault(template=text)
    assert "Line 3: `include` is not allowed here." in said
    assert "Line 4: The call `f` is not allowed here." in said


def test_faults_are_said_together() -> None:
    assert set(faults(style="x", accent="y", text=-1)) == {"style", "accent", "text"}


def test_of_an_unknown_source_only_the_rest_is_checked() -> None:
    problems = Problems()
    check_presentation(problems, {"template": {"window": OWN}}, None)
    problems.settle()
