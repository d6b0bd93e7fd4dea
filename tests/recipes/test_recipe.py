"""A recipe is a source; what is wrong with one is named with its file, its line, why, and what to do."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bridge.cards.card import plain
from bridge.cards.templates import CardRenderer
from bridge.errors import InvalidSignature, PluginError, TemplateFailed
from bridge.loader import load
from bridge.models import InboundRequest
from bridge.recipes.document import BrokenRecipe
from bridge.recipes.recipe import recipe, recipes
from bridge.recipes.samples import patched
from bridge.settings import Settings
from bridge.source import ALWAYS, Attribute, EventType, Source
from bridge.testing import SECRET, cards_of, endpoint_of, signed

DOOR = """\
name: door
label: The door
setup_url: https://door.example.com/webhooks
setup_steps:
  - Open the door's settings.
verification: {scheme: token, header: X-Door}
delivery_id: id
event_type: ["'door'", what]
url: page
object: ["'door'", door]
time: at
event_types:
  door.opened: {label: The door opens, default: true, opens: true}
  door.closed: The door closes
attributes:
  door: {label: Door, value: door, examples: [front, back], phrase: "of door {}"}
cards:
  _words: |
    {% macro loud(text) %}{{ text | upper }}{% endmacro %}
  door: |
    {% extends "card.j2" %}
    {% from "_words.j2" import loud %}
    {% block title %}{{ loud(door) }} is [{{ what }}]({{ page }}){% endblock %}
samples:
  opened:
    body: {id: a1, what: opened, door: front, page: "https://door.example.com/1", at: 2026-11-23T14:05:00Z, who: {name: Mona}}
  closed:
    like: opened
    headers: {X-Extra: "1"}
    body: {what: closed, who: null}
"""

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_recipe(text: str, name: str = "door.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_recipe


@pytest.fixture
def door(write: Write) -> Source:
    return recipe(write(DOOR))


def test_it_is_a_source_as_any_other(door: Source) -> None:
    assert (door.name, door.label) == ("door", "The door")
    assert door.event_types == (
        EventType("door.opened", "The door opens", default=True, opens=True),
        EventType("door.closed", "The door closes"),
    )
    assert door.attributes == (
        Attribute("door", "Door", ("front", "back"), phrase="of door {}"),
        *ALWAYS,
    )
    assert door.setup_steps == ("Open the door's settings.",)
    assert door.setup_url == "https://door.example.com/webhooks"
    assert door.issuer == "bridge"
    assert door.open_ended


def test_a_webhook_becomes_an_event_and_a_card(door: Source) -> None:
    request = signed(door, door.sample("opened"))
    endpoint = endpoint_of(door)
    assert door.verify(request, endpoint) == endpoint.secrets[0]
    assert door.identify(request, endpoint) == "a1"
    ((event, card),) = cards_of(door, request, endpoint)
    assert (event.type, event.object, event.url) == ("door.opened", "door/front", "https://door.example.com/1")  # fmt: skip
    assert event.attributes == {"actor": None, "actor_is_bot": False, "door": "front"}
    assert event.at is not None
    assert plain(card.title) == "FRONT is opened"


def test_the_attributes_that_every_event_has_are_said_as_everywhere(write: Write) -> None:
    text = DOOR.replace("attributes:\n", "attributes:\n  actor: {label: Guest, value: who.name}\n")
    source = recipe(write(text))
    assert source.attributes[0] == replace(ALWAYS[0], label="Guest")
    ((event, _),) = cards_of(source, signed(source, source.sample("opened")), endpoint_of(source))
    assert event.attributes["actor"] == "Mona"


def test_samples_that_differ_in_little_say_only_in_what(door: Source) -> None:
    opened, closed = door.sample("opened"), door.sample("closed")
    assert orjson.loads(opened.body)["who"] == {"name": "Mona"}
    assert orjson.loads(closed.body) == {
        name: value for name, value in orjson.loads(opened.body).items() if name != "who"
    } | {"what": "closed"}
    assert dict(opened.headers) == {"Content-Type": "application/json"}
    assert dict(closed.headers) == {"Content-Type": "application/json", "X-Extra": "1"}


def test_a_body_that_is_a_text_is_sent_as_it_is(write: Write) -> None:
    text = DOOR.replace("delivery_id: id\n", "format: form\n")
    text = text[: text.index("samples:")] + "samples:\n  opened: {body: what=opened&door=front}\n"
    source = recipe(write(text))
    (sample,) = source.samples
    assert sample.body == b"what=opened&door=front"
    assert sample.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    ((event, card),) = cards_of(source, signed(source, sample), endpoint_of(source))
    assert (event.type, plain(card.title)) == ("door.opened", "FRONT is opened")


# The examples of RFC 7396 that differ in kind.
@pytest.mark.parametrize(
    ("value", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, "bar", "bar"),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_patch(value: Any, patch: Any, result: Any) -> None:
    assert patched(value, patch) == result


def test_a_sender_that_proves_nothing_needs_a_url_that_is_a_secret(write: Write) -> None:
    source = recipe(write(DOOR.replace("{scheme: token, header: X-Door}", "{scheme: none}")))
    assert source.issuer == "nobody"
    with pytest.raises(InvalidSignature, match="make the endpoint with verification: url"):
        source.verify(signed(source, source.sample("opened")), endpoint_of(source))


def test_a_sender_may_make_the_secret(write: Write) -> None:
    assert recipe(write("issuer: sender\n" + DOOR)).issuer == "sender"


@pytest.mark.parametrize(
    ("said", "person"), [("mentions: at\n", "mona"), ("mentions: none\n", None), ("", None)]
)
def test_people_may_be_named_in_texts_that_others_wrote(
    write: Write, said: str, person: str | None
) -> None:
    card = DOOR.replace("{{ loud(door) }} is", "{{ note | excerpt(50) }}")
    source = recipe(write(said + card.replace("what: opened,", 'what: opened, note: "ask @mona",')))
    sample = source.sample("opened")
    (event,) = source.parse(signed(source, sample), endpoint_of(source))
    title = CardRenderer().render(source, endpoint_of(source), event).title
    assert plain(title).startswith("ask @mona")
    assert {span.person for span in title if "mona" in span.text} == {person}


def test_of_several_ways_of_proof_the_one_that_was_sent_is_checked(write: Write) -> None:
    ways = '\n  - {scheme: hmac, header: X-Sign}\n  - {scheme: token, header: Authorization, prefix: "Bearer "}\n  - {scheme: basic}'
    source = recipe(write(DOOR.replace(" {scheme: token, header: X-Door}", ways)))
    sample, endpoint = source.sample("opened"), endpoint_of(source)
    assert set(source.sign(sample.body, SECRET)) == {"X-Sign"}
    source.verify(signed(source, sample), endpoint)
    source.verify(InboundRequest({"authorization": f"Bearer {SECRET}"}, sample.body), endpoint)
    for headers, said in (
        ({}, "x-sign header is missing"),
        ({"authorization": "Bearer x"}, "authorization header does not match"),
        ({"authorization": "Basic x"}, "authorization header does not match"),
        ({"x-sign": "0" * 64, "authorization": f"Bearer {SECRET}"}, "x-sign header does not match"),
    ):
        with pytest.raises(InvalidSignature, match=f"(?i){said}"):
            source.verify(InboundRequest(headers, sample.body), endpoint)


def test_a_template_can_do_nothing_that_python_can(write: Write) -> None:
    reach = "{{ ''.__class__.__mro__[1].__subclasses__() | length }}{{ fact.__globals__ }}"
    text = DOOR.replace("{{ loud(door) }}", f"x{reach}y")
    source = recipe(write(text))
    request = signed(source, source.sample("opened"))
    with pytest.raises(TemplateFailed, match="SecurityError"):
        cards_of(source, request, endpoint_of(source))


def test_a_failing_template_is_named_with_its_line(write: Write) -> None:
    source = recipe(write(DOOR.replace("{{ text | upper }}", "\n    {{ text + 1 }}")))
    request = signed(source, source.sample("opened"))
    (event,) = source.parse(request, endpoint_of(source))
    with pytest.raises(TemplateFailed, match=r"_words\.j2, line 2: TypeError"):
        CardRenderer().render(source, endpoint_of(source), event)


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("name: door", "name: The Door", ["line 1: name: Must be a to z, 0 to 9, - and _"]),
        ("name: door\n", "", ["line 1: name: It is missing. Must be a to z"]),
        ("label: The door", "label: ''", ["line 2: label: Must be a text, as people read it."]),
        ("label: The door", "label: 12", ["line 2: label: Must be a text"]),
        (
            "label: The door",
            "lable: The door",
            ["line 1: label: It is missing.", "line 2: lable: There is no such field. There are: name, label,"],
        ),
        ("https://door", "http://door", ["line 3: setup_url: Must be an address that begins with https"]),
        ("  - Open the door's settings.", "  one: two", ["line 4: setup_steps: Must be a list of sentences"]),
        ("{scheme: token, header: X-Door}", "token", ["line 6: verification: It needs a scheme: say for example"]),
        ("{scheme: token, header: X-Door}", "{}", ["line 6: verification: It needs a scheme"]),
        ("{scheme: token, header: X-Door}", "[]", ["line 6: verification: It needs a scheme"]),
        ("verification: {scheme: token, header: X-Door}\n", "", ["line 1: verification: It needs a scheme"]),
        ("scheme: token", "scheme: magic", ["line 6: verification.scheme: Must be one of hmac,"]),
        ("header: X-Door", "header: X Door", ["line 6: verification.header: Must be a header's name."]),
        ("header: X-Door", "algorithm: sha256", ["line 6: verification.algorithm: The scheme token has no such"]),
        (
            "{scheme: token, header: X-Door}",
            "\n  - {scheme: basic}\n  - {scheme: token, prefix: 7}",
            ["line 8: verification.1.prefix: Must be text"],
        ),
        ("label: The door", "label: x\nissuer: nobody", ["line 3: issuer: Must be bridge or sender"]),
        ("label: The door", "label: x\nmentions: link", ["line 3: mentions: Must be at, where people"]),
        (
            "{scheme: token, header: X-Door}",
            "{scheme: none}\nissuer: bridge",
            ["line 7: issuer: With the scheme none there is no secret: remove it."],
        ),
        ("delivery_id: id", "delivery_id: id[", ["line 7: delivery_id: Ends too early"]),
        ("delivery_id: id", "format: toml", ["line 7: format: Must be one of json, form, xml, text"]),
        ('event_type: ["\'door\'", what]', "", ["line 1: event_type is missing: say for example"]),
        ('["\'door\'", what]', '[what, ""]', ["line 8: event_type.1: Must be an expression"]),
        ("url: page", "url: sum(page", ["line 9: url: "]),
        ("time: at", "time: today()", ["line 11: time: There is no function today()"]),
        ("  door.closed: The door closes", "  door closed: x", ["line 14: event_types.door closed: Must be words"]),
        ("  door.closed: The door closes", "  door.closed: {}", ["line 14: event_types.door.closed.label: Must be"]),
        ("  door.closed: The door closes", "  door.closed: 7", ["line 14: event_types.door.closed: Must be a label"]),
        ("default: true", "default: maybe", ["line 13: event_types.door.opened.default: Must be true or false."]),
        ("default: true", "defalt: true", ["line 13: event_types.door.opened.defalt: There is no such field."]),
        (
            "event_types:\n  door.opened: {label: The door opens, default: true, opens: true}\n  door.closed: The door closes\n",
            "event_types: {}\n",
            ["line 12: event_types: Must be a mapping with the event types", "line 19: cards.door: There is no event type"],
        ),
        ("  door: {label: Door, ", "  Door: {label: Door, ", ["line 16: attributes.Door.value: A name has a to z"]),
        ("{label: Door, value: door, ", "{label: Door, ", ["line 16: attributes.door.value: Must be an expression"]),
        ("label: Door, value: door, ", "value: door, ", ["line 16: attributes.door.label: Must be a text"]),
        ('{label: Door, value: door, examples: [front, back], phrase: "of door {}"}', "door", ["line 16: attributes.door: Must be {label: Project", "line 16: attributes.door.value: Must be an expression"]),
        ("[front, back]", "front", ["line 16: attributes.door.examples: Must be a list of texts."]),
        ('phrase: "of door {}"', "phrase: [of]", ["line 16: attributes.door.phrase: Must be a text such as"]),
        ('phrase: "of door {}"', "of_event: yes", ["line 16: attributes.door.of_event: Must be true or false."]),
        ("value: door", "value: door..x", ["line 16: attributes.door.value: At character 6"]),
        ("  door: |\n", "  dor: |\n", ["line 21: cards.dor: There is no event type of that name. Parts begin with _."]),
        ("{{ loud(door) }}", "{{ loud(door }}", ["line 23: cards.door: unexpected '}'"]),
        ("{{ text | upper }}", "{{ text | uper }}", ["line 19: cards._words: No filter named 'uper'."]),
        ("{% block title %}", "{% block titel %}", ["line 23: cards.door: There is no block 'titel'. There are: title,"]),
        ('{% extends "card.j2" %}\n', "\n", ['line 21: cards.door: Begin it with {% extends "card.j2" %}.']),
        ('{% extends "card.j2" %}', '{% extends "crad.j2" %}', ["line 21: cards.door: There is no template 'crad.j2'."]),
        ("  opened:\n    body:", "  Opened One:\n    body:", ["line 25: samples.Opened One: Must be a name", "line 28: samples.closed.like: Must name a sample"]),
        ("like: opened", "like: later", ["line 28: samples.closed.like: Must name a sample that stands above"]),
        ("    like: opened\n", "    like: closed\n", ["samples.closed.like: Must name a sample that stands above"]),
        ("    body: {what: closed, who: null}", "    bdy: 1", ["line 30: samples.closed.bdy: There is no such field."]),
        ('{X-Extra: "1"}', "{X-Extra: 1}", ["line 29: samples.closed.headers: Must be a mapping of names to texts"]),
        ('  closed:\n    like: opened\n    headers: {X-Extra: "1"}\n    body: {what: closed, who: null}', "  closed: 7", ["samples.closed: Must be a mapping of like, headers, body."]),
        ('    like: opened\n    headers: {X-Extra: "1"}\n    body: {what: closed, who: null}', "    headers: {}", ["samples.closed: It has no body."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(write: Write, old: str, new: str, faults: list[str]) -> None:
    assert old in DOOR
    with pytest.raises(BrokenRecipe) as caught:
        recipe(write(DOOR.replace(old, new, 1)))
    said = str(caught.value).split("; ")
    assert [fault for fault in faults if not any(fault in one for one in said)] == []
    assert all(re.match(r"door\.yaml, line \d+: ", one) for one in said)


def test_every_fault_is_named_at_once_in_the_order_of_its_lines(write: Write) -> None:
    text = DOOR.replace("scheme: token", "scheme: magic").replace("label: Door", "lbl: Door")
    with pytest.raises(BrokenRecipe) as caught:
        recipe(write(text.replace("name: door", "name: 7")))
    lines = [fault.line for fault in caught.value.faults]
    assert lines == sorted(lines)
    assert len(lines) == 4


@pytest.mark.parametrize("text", ["- a\n- b", "just a text", "7"])
def test_what_is_no_mapping_is_no_recipe(write: Write, text: str) -> None:
    with pytest.raises(BrokenRecipe, match=r"door\.yaml, line 1: A recipe is a mapping of name, "):
        recipe(write(text))


def test_a_folder_of_recipes(write: Write, tmp_path: Path) -> None:
    write(DOOR)
    for name in ("_draft.yaml", ".hidden.yaml", "notes.md"):
        (tmp_path / name).write_text("no recipe")
    (tmp_path / "window.yml").write_text(DOOR.replace("name: door", "name: window"))
    assert [source.name for source in recipes(tmp_path)] == ["door", "window"]


def loaded(folder: Path) -> Any:
    return load(Settings(_env_file=None, plugins_dir=folder))


def test_the_operator_adds_one_by_putting_it_into_the_folder(write: Write, tmp_path: Path) -> None:
    file = write(DOOR)
    registry = loaded(tmp_path)
    assert registry.source("door").label == "The door"
    (plugin,) = (plugin for plugin in registry.plugins if plugin.name == "door")
    assert (plugin.origin, plugin.sources) == (str(file), ("door",))


def test_a_broken_one_stops_the_start_and_is_named(write: Write, tmp_path: Path) -> None:
    file = write(DOOR.replace("{{ text | upper }}", "{{ text | uper }}"))
    with pytest.raises(PluginError) as caught:
        loaded(tmp_path)
    assert str(caught.value) == (
        f"Plugin 'door' of {file} cannot be loaded: door.yaml, line 19: cards._words: No filter named 'uper'."
    )


def test_a_name_that_is_taken_is_named(write: Write, tmp_path: Path) -> None:
    write(DOOR.replace("name: door", "name: gitlab"))
    with pytest.raises(PluginError, match="gives 'gitlab' in register_sources, a name that plugin"):
        loaded(tmp_path)
