"""A slip in a recipe's card template is found before the template is used."""

import pytest

from bridge.cards.proofread import find_slip
from bridge.cards.shelf import Texts

NONE = Texts({})
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
def test_a_good_template(text: str) -> None:
    assert find_slip(EXTENDS + text, NONE) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ title }}", 'None: Begin it with {% extends "card.j2" %}.'),
        (EXTENDS + "{% block title %}{{ a", "2: "),
        (EXTENDS + "\n{% block title %}{{ a | exerpt }}{% endblock %}", "3: No filter named 'exerpt'."),
        (EXTENDS + "{% block title %}{% if a is odder %}{% endif %}{% endblock %}", "2: No test named 'odder'."),
        (EXTENDS + "{% block titel %}a{% endblock %}", "2: There is no block 'titel'. There are: title, author, "),
        (EXTENDS + "{% block title %}{% endblock %}{% block title %}{% endblock %}", "2: block 'title' defined twice"),
        ('{% extends "card.html" %}', "None: There is no template 'card.html'."),
        ('{% extends "../pages/config.html" %}', "None: There is no template '../pages/config.html'."),
    ],
)  # fmt: skip
def test_a_slip_is_said_with_its_line(text: str, said: str) -> None:
    slip = find_slip(text, NONE)
    assert slip
    assert f"{slip.line}: {slip.sentence}".startswith(said)


def test_others_of_the_recipe_may_be_extended() -> None:
    inner = "{% block text %}{% block inner %}{% endblock %}{% endblock %}"
    shelf = Texts({"mine": EXTENDS + inner})
    mine = '{% extends "mine.j2" %}'
    assert find_slip(mine + "{% block inner %}x{% endblock %}", shelf) is None
    assert "no block 'other'" in str(find_slip(mine + "{% block other %}x{% endblock %}", shelf))


def test_it_is_not_run() -> None:
    assert find_slip(EXTENDS + "{% block title %}{{ 1 / 0 }}{% endblock %}", NONE) is None
