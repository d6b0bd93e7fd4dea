from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bridge.cards.card import Span, plain
from bridge.models import ParsedEvent
from tests.cards.conftest import ENDPOINT, FolderSource, Render


@pytest.mark.parametrize(
    ("expression", "value", "text"),
    [
        ("x | datetime", "2026-11-23T14:05:59Z", "2026-11-23 14:05 UTC"),
        ("x | datetime", "2026-11-23T14:05:00.000+0200", "2026-11-23 12:05 UTC"),
        ("x | datetime", "2026-11-23 14:05:00", "2026-11-23 14:05 UTC"),
        ("x | datetime", 1795442700, "2026-11-23 14:05 UTC"),
        ("x | datetime", 1795442700000, "2026-11-23 14:05 UTC"),
        ("x | datetime", "1795442700", "2026-11-23 14:05 UTC"),
        ("x | datetime", "2026-11-23 14:05:00 +0200", "2026-11-23 12:05 UTC"),
        ("x | datetime", "2026-11-23", "2026-11-23"),
        ("x | datetime", "yesterday at noon", "yesterday at noon"),
        ("x | datetime", 10**30, str(10**30)),
        ("x | datetime", None, ""),
        ("x | duration", 192, "3 min 12 s"),
        ("x | duration", "192.4", "3 min 12 s"),
        ("x | duration", None, ""),
        ("x | duration", "soon", ""),
        ("x | duration", -1, ""),
        ("x | duration('2026-11-23T14:07:00Z')", "2026-11-23T14:05:59Z", "1 min 1 s"),
        ("x | duration('2026-11-23T14:00:00Z')", "2026-11-23T14:05:59Z", ""),
        ("x | duration('later')", "2026-11-23T14:05:59Z", ""),
        ("x | short", "0123456789abcdef", "0123456"),
        ("x | short", None, ""),
        ("x | first_line", "\n  one \ntwo", "one"),
        ("x | first_line", None, ""),
        ("x | plural('commit')", 1, "1 commit"),
        ("x | plural('commit')", 3, "3 commits"),
        ("x | plural('commit')", None, "0 commits"),
        ("x | plural('commit')", ["a", "b"], "2 commits"),
        ("plural(x, 'branch', 'branches')", 2, "2 branches"),
        ("x | join(', ')", ["a", None, 1], "a, 1"),
        ("x | join(', ', attribute='n')", [{"n": "a"}, {}, {"n": "b"}], "a, b"),
        ("x | join", None, ""),
        ("x | urlencode", "a b", "a%20b"),
    ],
)
def test_values_are_shaped(render: Render, expression: str, value: Any, text: str) -> None:
    title = plain(render({"x": value}, title=f"={{{{ {expression} }}}}").title)
    assert title == f"={text}"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "2026-11-23 15:05 CET"),
        ("Asia/Kolkata", "2026-11-23 19:35 IST"),
        ("America/Sao_Paulo", "2026-11-23 11:05 UTC-03"),
        ("Pacific/Kiritimati", "2026-11-24 04:05 UTC+14"),
    ],
)
def test_a_time_is_told_in_the_reader_s_zone(source: FolderSource, zone: str, said: str) -> None:
    source.own = '{% extends "card.j2" %}{% block title %}{{ x | datetime }}{% endblock %}'
    event = ParsedEvent("task.created", {}, {"x": "2026-11-23T14:05:00Z"})
    card = source.renderer.render(source, ENDPOINT, event, zone=ZoneInfo(zone))
    assert plain(card.title) == said
    assert plain(source.render(event).title) == "2026-11-23 14:05 UTC"


def test_code_is_a_span_of_code(render: Render) -> None:
    card = render({"x": "a`b*", "none": None}, title="see {{ x | code }}{{ none | code }} end")
    assert card.title == (Span("see "), Span("a`b*", code=True), Span(" end"))


def test_filters_take_template_text_too(render: Render) -> None:
    card = render(
        {"x": "v"},
        title="{% set s %}**{{ x }}** y{% endset %}{{ s | code }} {{ s | first_line }} {{ s | urlencode }}",
        facts="{% set n %}*Name*{% endset %}{% set v %}[{{ x }}](https://example.com){% endset %}{{ fact(n, v) }}",
    )
    assert plain(card.title) == "**v** y **v** y %2A%2Av%2A%2A%20y"
    assert card.facts[0].name == "*Name*"
    assert card.facts[0].value == (Span("v", link="https://example.com"),)
