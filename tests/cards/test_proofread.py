"""A slip in a card template is found before the template is kept."""

from pathlib import Path

import pytest

from bridge.cards.proofread import proofread

EXTENDS = '{% extends "card.j2" %}\n'


@pytest.mark.parametrize(
    "text",
    [
        "{% block title %}{{ a.b | excerpt(9) }}{% endblock %}",
        "{% block facts %}{% for a in b %}{{ fact(a.x, a.y | datetime) }}{% endfor %}{% endblock %}",
        "{% macro m(x) %}**{{ x }}**{% endmacro %}{% block text %}{% block inner %}{{ m(1) }}{% endblock %}{% endblock %}",
        "",
    ],
)
def test_a_good_template(text: str, tmp_path: Path) -> None:
    assert proofread(EXTENDS + text, tmp_path) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ title }}", 'Begin it with {% extends "card.j2" %}.'),
        (EXTENDS + "{% block title %}{{ a", "Line 2: "),
        (EXTENDS + "\n{% block title %}{{ a | exerpt }}{% endblock %}", "Line 3: No filter named 'exerpt'."),
        (EXTENDS + "{% block title %}{% if a is odder %}{% endif %}{% endblock %}", "Line 2: No test named 'odder'."),
        (EXTENDS + "{% block titel %}a{% endblock %}", "Line 2: There is no block 'titel'. There are: title, author, "),
        (EXTENDS + "{% block title %}{% endblock %}{% block title %}{% endblock %}", "Line 2: block 'title' defined twice"),
        ('{% extends "card.html" %}', "There is no template 'card.html'."),
        ('{% extends "../pages/config.html" %}', "There is no template '../pages/config.html'."),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    assert (proofread(text, tmp_path) or "").startswith(said)


def test_a_plugin_s_own_templates_may_be_extended(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/mine.j2").write_text(
        EXTENDS + "{% block text %}{% block inner %}{% endblock %}{% endblock %}"
    )
    mine = '{% extends "mine.j2" %}'
    assert proofread(mine + "{% block inner %}x{% endblock %}", tmp_path) is None
    assert "no block 'other'" in str(proofread(mine + "{% block other %}x{% endblock %}", tmp_path))


def test_it_is_not_run(tmp_path: Path) -> None:
    assert proofread(EXTENDS + "{% block title %}{{ 1 / 0 }}{% endblock %}", tmp_path) is None
