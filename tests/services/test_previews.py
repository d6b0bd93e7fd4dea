"""What a webhook would become."""

import pytest

from bridge.cards.check import check_adaptive_message, check_message_card
from bridge.errors import Invalid, NotFound, UnreadableRequest
from bridge.services import Services

JSON = {"Content-Type": "application/json"}


def test_a_preview_has_the_card_in_every_form(services: Services) -> None:
    (shown,) = services.previews.preview(
        "doors", JSON, b'{"happened": "door.opened", "room": "<Cellar>"}'
    )
    assert shown.event_type == "door.opened"
    assert shown.attributes["room"] == "<Cellar>"
    assert shown.card.summary == "The door of <Cellar> moved"
    assert check_message_card(dict(shown.messagecard)) == []
    envelope = {
        "type": "message",
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": None,
                "content": dict(shown.adaptive),
            }
        ],
    }
    assert check_adaptive_message(envelope) == []
    assert "&lt;Cellar&gt;" in shown.html


def test_a_batch_gives_a_preview_for_each_part(services: Services) -> None:
    body = b'[{"happened": "door.opened"}, {"happened": "alarm"}]'
    shown = services.previews.preview("doors", JSON, body)
    assert [one.event_type for one in shown] == ["door.opened", "alarm"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"stuck": true}', "The door is stuck."),
        (b'{"jammed": true}', "could not make sense of it: RuntimeError"),
        (b"{}", "none that becomes a card"),
    ],
)
def test_what_becomes_no_card_is_said_beside_the_body(
    services: Services, body: bytes, says: str
) -> None:
    with pytest.raises(Invalid) as caught:
        services.previews.preview("doors", JSON, body)
    assert says in caught.value.fields["body"]
    assert "nobody's business" not in str(caught.value)


def test_other_faults_are_said_beside_their_fields(services: Services) -> None:
    with pytest.raises(UnreadableRequest):
        services.previews.preview("doors", JSON, b"{")
    with pytest.raises(Invalid, match="There are: doors"):
        services.previews.preview("windows", JSON, b"{}")
    with pytest.raises(Invalid, match=r"presentation\.colour"):
        services.previews.preview("doors", JSON, b"{}", {"colour": "red"})


def test_an_endpoint_s_own_template_is_used_and_its_fault_said(services: Services) -> None:
    own = '{% extends "card.j2" %}{% block title %}Own: {{ room }}{% endblock %}'
    endpoint = services.previews.stand_in("doors", {"template": own})
    body = b'{"happened": "door.opened", "room": "Cellar"}'
    (shown,) = services.previews.preview("doors", JSON, body, endpoint=endpoint)
    assert shown.card.summary == "Own: Cellar"
    broken = services.previews.stand_in("doors", {"template": "{% if %}"})
    with pytest.raises(Invalid) as caught:
        services.previews.preview("doors", JSON, body, endpoint=broken)
    assert set(caught.value.fields) == {"template"}


def test_samples_are_found_by_event_type_and_pattern(services: Services) -> None:
    previews = services.previews
    names = [previews.sample_for("doors", wanted) for wanted in ("door.closed", "door", "alarm")]
    assert [sample and sample.name for sample in names] == [
        "door.closed__attic",
        "door.closed__attic",
        None,
    ]
    (shown,) = previews.of_sample("doors", "door.opened__cellar")
    assert shown.event_type == "door.opened"
    with pytest.raises(NotFound):
        previews.of_sample("doors", "door.opened__garage")
    with pytest.raises(NotFound):
        previews.sample_for("windows", "*")


OWN = """{% extends "card.j2" %}
{% block title %}{{ room }} at {{ at | datetime }}{% endblock %}
{% block facts %}{{ fact("Share", 1 / share) }}{% endblock %}"""


def test_a_preview_looks_as_is_asked_for(services: Services) -> None:
    body = (
        b'{"happened": "door.opened", "room": "Cellar", "at": "2026-11-23T14:05:00Z", "share": 2}'
    )
    wanted = {"template": {"door.opened": OWN}, "time_zone": "Asia/Tokyo", "accent": "warning"}
    (shown,) = services.previews.preview("doors", JSON, body, wanted)
    assert shown.card.summary == "Cellar at 2026-11-23 23:05 JST"
    assert shown.card.accent == "warning"
    assert "card-warning" in shown.html
    assert shown.note is None
    assert shown.context["room"] == "Cellar"


def test_a_template_that_fails_leaves_the_source_s_card_and_says_why(services: Services) -> None:
    body = b'{"happened": "door.opened", "room": "Cellar", "share": 0}'
    (shown,) = services.previews.preview("doors", JSON, body, {"template": OWN})
    assert shown.card.summary == "The door of Cellar moved"
    assert shown.note == (
        "This is Doors's own card; the one asked for failed: the subscription's template, line 3: ZeroDivisionError while the card was rendered."
    )
    assert "ZeroDivisionError" in shown.html
