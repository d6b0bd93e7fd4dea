"""What untrusted authors may put into a template: refused with a line and a reason, or bounded when it is rendered."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jinja2 import DictLoader

from bridge.cards import bounded, meter
from bridge.cards.bounded import Fault, check, read
from bridge.cards.card import Fact, OpenUrl, Paragraph, plain
from bridge.cards.environment import BoundedEnvironment, SandboxedCardEnvironment
from bridge.cards.harmless import CALLS, FILTERS, TESTS
from bridge.cards.interpreter import ITEMS, Stopped
from bridge.cards.recorder import Reader, Recorder, recording
from bridge.cards.vocabulary import FILTERS as OURS
from bridge.cards.vocabulary import text_of
from bridge.errors import TemplateFailed
from bridge.models import ParsedEvent
from tests.cards.conftest import FolderSource
from tests.cards.grammar import SOUND, WILD, payloads, sound_payloads, templates
from tests.cards.hostile_templates import TEMPLATES, title

ROOT = Path(__file__).parents[2]
BASE = '{% extends "card.j2" %}\n'
MOST_CALLS = 400_000
SECONDS = 0.3
"""Of a processor that others use as well; alone, none takes a tenth of one."""


# What is refused


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", ['Line 1: Begin it with {% extends "card.j2" %}.']),
        (
            BASE + "\n{% block title %}{{ a | center(9) }}{% endblock %}",
            [r"Line 3: The filter `center` is not allowed here\. Allowed are: abs, capitalize, "],
        ),
        (title("{{ a | exerpt }}"), ["Line 2: .*Did you mean `excerpt`?"]),
        (title("{% if a is odder %}{% endif %}"), ["Line 2: The test `odder` .*`odd`"]),
        (title("{{ a | map('center') | join }}"), ["Line 2: The filter `center`"]),
        (title("{{ a | map(b) | join }}"), ["Line 2: `map` needs the name of its filter in quotes."]),
        (title("{{ range(9) }}"), ["Line 2: The call `range` is not allowed here"]),
        (title("{{ a.upper() }}"), ["Line 2: Only these can be called: avatar, fact, "]),
        (title("{{ a.__class__ }}"), ["Line 2: `__class__` is not allowed here: only what the payload"]),
        (title("{{ self.title() }}"), ["Line 2: Only these"]),
        (title("{{ loop.cycle }}"), ["Line 2: The `loop` `cycle` is not allowed here"]),
        (title("{{ fact(*a) }}"), ["Line 2: Write each argument out"]),
        (title("{{ 2 ** 9 }}"), [r"Line 2: `\*\*` is not allowed here."]),
        (title("{% for a in b recursive %}{% endfor %}"), ["Line 2: A loop is not `recursive` here."]),
        (title("{% include 'card.j2' %}"), ["Line 2: `include` is not allowed here."]),
        (title("{% macro m() %}{% endmacro %}"), ["Line 2: `macro` is not allowed here."]),
        (title("{% set n.a = 1 %}"), ["Line 2: A namespace is not allowed here."]),
        ("{% extends 'other.j2' %}", ['Line 1: Only "card.j2" may be extended here.']),
        (BASE + "{% block titel %}{% endblock %}", ["Line 2: The block `titel` .*`title`"]),
        (BASE + "{% block title %}{% endblock %}" * 2, ["Line 2: There are two blocks named `title`."]),
        (BASE + "hello", ["Line [12]: This stands outside of every block"]),
        (BASE + "{% if a %}{% endif %}", ["Line 2: Put this into a block"]),
        (title("{{ a"), ["Line 2: expected token 'end of print statement'"]),
        (title("{{ a | center }}") + "\n{{ b }}", ["Line 2: .*center", "Line [23]: This stands outside"]),
        (title("{{ " + "9" * 5000 + " }}"), ["Line 1: It has a number that is too long."]),
        ("x" * 20_001, ["Line 1: It has 20001 characters; at most 20000 are allowed."]),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_refused_with_its_line(text: str, faults: list[str]) -> None:
    found = [fault.sentence for fault in check(text)]
    assert len(found) == len(faults), found
    for sentence, expected in zip(found, faults, strict=True):
        assert re.match(expected.replace("?", r"\?"), sentence), sentence


def test_a_refusal_is_no_longer_than_a_person_reads() -> None:
    faults = check(title("{{ a | " + "b" * 9_000 + " }}" + "{{ x.__a__ }}\n" * 400))
    assert len(faults) == 20
    assert all(len(str(fault)) < 700 for fault in faults)


def test_the_sentences_for_a_setting_are_few() -> None:
    said = bounded.proofread(title("{{ x.__a__ }}\n" * 9))
    assert said is not None
    assert said.count("Line ") == 3
    assert bounded.proofread(title("fine")) is None


# What is allowed


SENSIBLE = {
    "a field": title("{{ alert.name | capitalize }}: **{{ alert.status }}**"),
    "a default": title("{{ a.b or c | default('none', true) }}"),
    "a loop with a number": BASE
    + "{% block text %}{% for c in commits[:5] %}\n{{ loop.index }}. `{{ c.id | short }}` {{ c.message | first_line | truncate(80) }}{% else %}none{% endfor %}{% endblock %}",
    "labels": BASE
    + "{% block facts %}{% for name, value in labels | dictsort if name != 'alertname' %}{{ fact(name | replace('_', ' ') | capitalize, value) }}{% endfor %}{% endblock %}",
    "groups": BASE
    + "{% block text %}{% for level, those in alerts | groupby('labels.severity') %}**{{ level }}**: {{ those | map(attribute='labels.alertname') | unique | join(', ') }}\n\n{% endfor %}{% endblock %}",
    "counting": title("{{ alerts | selectattr('status', 'eq', 'firing') | list | length | plural('alert') }} of {{ alerts | length }}"),
    "an accent": BASE + "{% block accent %}{{ {'critical': 'attention', 'warning': 'warning'}[severity] or 'neutral' }}{% endblock %}",
    "arithmetic": title("{{ (used / total * 100) | round(1) }} % of {{ total | filesizeformat }}"),
    "conditions": title("{% if a.b is defined and a.b not in ['x', 'y'] %}{{ a.b }}{% elif c %}{{ c }}{% else %}?{% endif %}"),
    "settings": BASE + "{% set who = user.name or user.login %}{% block author %}{{ who }}{% endblock %}{% block title %}{{ who }}{% endblock %}",
    "a captured text": title("{% set link %}[{{ name }}]({{ url }}){% endset %}{{ link }} by {{ who }}"),
    "times": title("{{ started | datetime }}, {{ started | duration(ended) }}"),
    "buttons": BASE + "{% block actions %}{{ open_url('Open', url) }}{{ open_url(title='Logs', url=base ~ '/logs/' ~ (id | urlencode)) }}{% endblock %}",
    "pictures": BASE + "{% block images %}{{ image(panel.url, panel.title) }}{% endblock %}{% block author %}{{ avatar(user.avatar) }}{{ user.name }}{% endblock %}",
    "everything": BASE + "{% block summary %}{{ payload }}{% endblock %}",
}  # fmt: skip


@pytest.mark.parametrize("text", SENSIBLE.values(), ids=SENSIBLE)
def test_a_sensible_template_is_allowed(text: str, source: FolderSource) -> None:
    assert check(text) == ()
    source.own = text
    source.render(ParsedEvent("x", context={"used": 1, "total": 3}))


def test_the_templates_of_the_documents_are_allowed() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    shown = [
        text
        for page in pages
        for text in re.findall(r"^```jinja\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    ]
    whole = [text for text in shown if text.startswith("{% extends")]
    assert len(whole) >= 3
    for text in whole:
        assert check(text) == (), text


def test_the_document_lists_what_is_allowed_and_nothing_else() -> None:
    page = (ROOT / "docs/card-templates.md").read_text(encoding="utf-8")

    def listed(row: str) -> set[str]:
        (cell,) = re.findall(rf"^\| {row} \| (.*) \|$", page, re.MULTILINE)
        return set(re.findall(r"`([^`]+)`", cell))

    base = (ROOT / "templates/cards/card.j2").read_text(encoding="utf-8")
    assert listed("blocks") - {"set"} == set(re.findall(r"{% block (\w+) %}", base))
    assert listed("calls") == set(CALLS)
    assert listed("filters of the cards") == set(FILTERS) & set(OURS)
    assert listed("filters of Jinja") == set(FILTERS) - set(OURS)
    assert listed("tests") == {name for name in TESTS if name.isalpha()}
    assert {f"loop.{name}" for name in bounded.LOOP} <= listed("values")
    for number in (
        bounded.CHARACTERS,
        bounded.TOKENS,
        ITEMS,
        meter.TEXT,
        meter.OUTPUT,
        meter.STEPS,
    ):
        assert f"{number:,}" in page


def test_every_filter_of_the_cards_is_allowed_or_left_out_on_purpose() -> None:
    assert set(OURS) - set(FILTERS) == {"part"}


# What stops


def test_every_hostile_template_is_refused_or_stops() -> None:
    """Each in a process of its own, which may take 64 MB and so much processor time."""
    command = [sys.executable, "-m", "tests.cards.stopping", str(SECONDS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    ends = {found["name"]: found for found in map(json.loads, ran.stdout.splitlines())}
    assert ends.keys() == TEMPLATES.keys()
    assert [end for end in ends.values() if end["took"] is None] == []
    assert [end for end in ends.values() if "MemoryError" in end["how"]] == []
    assert sum(end["how"] == "rendered" for end in ends.values()) < len(ends) / 3


@dataclass
class Counter:
    calls: int = 0

    def count(self, _frame: object, _event: str, _argument: object) -> None:
        self.calls += 1


@contextmanager
def counted() -> Iterator[Counter]:
    """Counts the functions that are called and left, Python's own as well."""
    counter, before = Counter(), sys.getprofile()
    sys.setprofile(counter.count)
    try:
        yield counter
    finally:
        sys.setprofile(before)


@pytest.fixture(scope="module")
def environment() -> BoundedEnvironment:
    return BoundedEnvironment()


@pytest.fixture(scope="module")
def reference() -> "Reference":
    return Reference()


@given(text=templates(WILD), payload=payloads)
def test_what_is_made_of_allowed_words_is_allowed_and_stops(
    environment: BoundedEnvironment, text: str, payload: Mapping[str, Any]
) -> None:
    recorder = Recorder(environment.reader)
    token = recording.set(recorder)
    program = read(text, environment)
    try:
        with counted() as counter:
            program.render(payload)
    except Stopped:
        pass
    finally:
        recording.reset(token)
    assert counter.calls < MOST_CALLS
    assert sum(map(len, recorder.parts.values())) <= meter.OUTPUT


class Reference(SandboxedCardEnvironment):
    """Jinja itself, with what the documents say is otherwise: texts are read as people would, methods are not there."""

    def __init__(self) -> None:
        super().__init__(DictLoader({}))
        for name in ("capitalize", "lower", "title", "trim", "truncate", "upper", "urlencode"):
            self.filters[name] = _on_text(self, name)

    def getitem(self, obj: Any, argument: Any) -> Any:
        found = super().getitem(obj, argument)
        return self.undefined() if callable(found) else found


def _on_text(environment: SandboxedCardEnvironment, name: str) -> Any:
    original = environment.filters[name]

    given = 1 if hasattr(original, "jinja_pass_arg") else 0

    @wraps(original)
    def run(*args: Any, **kwargs: Any) -> Any:
        return original(*args[:given], text_of(args[given]), *args[given + 1 :], **kwargs)

    return run


def rendered(
    render: Callable[[Mapping[str, Any]], Any], reader: Reader, payload: Mapping[str, Any]
) -> object:
    """What was recorded, or None where the template failed."""
    recorder = Recorder(reader)
    token = recording.set(recorder)
    try:
        render(payload)
    except Exception:  # noqa: BLE001  # Jinja lets all of Python's out
        return None
    finally:
        recording.reset(token)
    parts = {name: recorder.read(text).blocks() for name, text in recorder.parts.items()}
    return parts, recorder.facts, recorder.actions


@given(text=templates(SOUND), payload=sound_payloads)
def test_it_means_what_jinja_means(
    environment: BoundedEnvironment, reference: Reference, text: str, payload: Mapping[str, Any]
) -> None:
    theirs = rendered(reference.from_string(text).render, reference.reader, payload)
    ours = rendered(read(text, environment).render, environment.reader, payload)
    if theirs is not None:  # what Python cannot do is sometimes nothing here
        assert ours == theirs


def test_only_what_the_payload_has_is_seen(source: FolderSource) -> None:
    source.own = title(
        "{{ a.items }}|{{ a['keys'] }}|{{ a.b.upper }}|{{ a.__len__ | default('') }}"
    )
    assert check(source.own) == (
        Fault(2, "`__len__` is not allowed here: only what the payload has."),
    )
    source.own = title(
        "{{ a.items }}|{{ a['keys'] }}|{{ a.b.upper }}|{{ a['__class__'] }}|{{ a.count }}"
    )
    event = ParsedEvent("x", context={"a": {"b": "x", "count": 3}})
    assert plain(source.render(event).title) == "||||3"


def test_a_payload_s_names_do_not_take_the_words_place(source: FolderSource) -> None:
    source.own = BASE + "{% block facts %}{{ fact(range, fact) }}{% endblock %}"
    event = ParsedEvent("x", context={"fact": "f", "range": "r", "avatar": "a"})
    assert source.render(event).facts[0].name == "r"
    assert plain(source.render(event).facts[0].value) == "f"


def test_a_filter_cannot_put_a_payload_s_text_into_markup(source: FolderSource) -> None:
    source.own = title(
        "{% set a %}**x**{% endset %}{{ a | replace('x', evil) }} {{ a[:6] ~ evil }} {{ a | reverse }}"
    )
    evil = "](https://evil.example)**b**"
    said = source.render(ParsedEvent("x", context={"evil": evil})).title
    assert plain(said).count(evil) == 2
    assert not any(span.link or span.bold for span in said)


def test_a_loop_goes_through_the_first_thousand(source: FolderSource) -> None:
    source.own = (
        BASE
        + "{% block text %}{% for a in list %}{{ a }}{% if loop.last %}.{{ loop.length }}{% endif %} {% endfor %}{% endblock %}"
    )
    (said,) = source.render(ParsedEvent("x", context={"list": list(range(5_000))})).text
    assert isinstance(said, Paragraph)
    assert plain(said.line).endswith("998 999.1000")


def test_a_long_value_is_cut_and_counted_right(source: FolderSource) -> None:
    source.own = (
        BASE
        + "{% block facts %}{{ fact(list | length, list | sum) }}{{ fact(text | truncate(9), list[-1]) }}{% endblock %}"
    )
    context = {"list": list(range(5_000)), "text": "abc " * 1_000_000}
    facts = source.render(ParsedEvent("x", context=context)).facts
    assert [(fact.name, plain(fact.value)) for fact in facts] == [
        ("5000", "12497500"),
        ("abc...", "4999"),
    ]


def test_people_read_why_it_stopped(source: FolderSource) -> None:
    source.own = (
        BASE
        + "{% block text %}\n{% for a in list %}{% for b in list %}{{ b }}{% endfor %}{% endfor %}{% endblock %}"
    )
    with pytest.raises(
        TemplateFailed, match=r"^the endpoint's template, line 3: The template does too much"
    ):
        source.render(ParsedEvent("x", context={"list": list(range(1_000))}))


def test_what_was_kept_before_it_was_checked_is_not_run(source: FolderSource) -> None:
    source.own = title("{{ range(3) | list }}")
    with pytest.raises(TemplateFailed, match=r"^the endpoint's template, line 2: The call `range`"):
        source.render(ParsedEvent("x"))


def test_a_hundred_alerts_are_no_trouble(source: FolderSource) -> None:
    source.own = (
        BASE
        + """{% block facts %}{% for alert in alerts %}
{% if alert.status == "firing" and alert.labels.severity in ["critical", "warning"] %}
{{ fact(alert.labels.alertname, alert.annotations.summary | truncate(60) ~ " since " ~ (alert.startsAt | datetime)) }}
{% endif %}{% endfor %}{% endblock %}
{% block actions %}{{ open_url("Open", alerts[0].url) }}{% endblock %}"""
    )
    alert = {
        "status": "firing",
        "labels": {"alertname": "Down", "severity": "critical"},
        "annotations": {"summary": "It does not answer. " * 20},
        "startsAt": "2026-11-23T14:05:00Z",
        "url": "https://example.com/alert",
    }
    card = source.render(ParsedEvent("x", context={"alerts": [alert] * 100}))
    assert len(card.facts) == 100
    assert isinstance(card.facts[0], Fact)
    assert card.actions == (OpenUrl("Open", "https://example.com/alert"),)
