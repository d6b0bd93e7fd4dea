"""Templates out of what an untrusted author may say, and payloads for them, for property tests.

`WILD` ones put anything anywhere and mostly fail; `SOUND` ones give every word what it is made for.
"""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from bridge.cards.harmless import FILTERS, TESTS
from tests.cards.hostile import TEXT

Code = st.SearchStrategy[str]

NAMES = ("a", "b", "c", "items", "count", "deep")
_BY_NAME = {"map", "select", "reject", "selectattr", "rejectattr"}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False),
    st.sampled_from(["", "a", "b", "7", "2026-11-23T14:05:00Z"]),
    TEXT,
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=20,
)
payloads = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)
sound_payloads = st.fixed_dictionaries(
    {
        "a": TEXT,
        "b": st.integers(-1000, 1000),
        "c": st.lists(st.fixed_dictionaries({"name": TEXT, "n": st.integers(0, 9)}), max_size=5),
        "items": st.dictionaries(TEXT, scalars, max_size=5),
        "deep": values,
    }
)


def joined(*parts: Any) -> Code:
    """Code out of pieces, some of them made up."""
    given = [part if isinstance(part, st.SearchStrategy) else st.just(part) for part in parts]
    return st.tuples(*given).map("".join)


def one_of(*texts: str) -> Code:
    """One of these."""
    return st.sampled_from(texts)


_names = st.sampled_from(NAMES)
_words = st.sampled_from(sorted(set(FILTERS) - _BY_NAME))
_tested = st.sampled_from(sorted(name for name in TESTS if name.isalpha()))
_signs = one_of("+", "-", "*", "/", "//", "%", "~", "and", "or")
_comparisons = one_of("==", "!=", "<", "<=", ">", ">=")


def _grown(inner: Code) -> Code:
    arguments = st.lists(inner, max_size=2).map(lambda args: f"({', '.join(args)})" * bool(args))
    return st.one_of(
        joined("(", inner, " ", _signs, " ", inner, ")"),
        joined("(", inner, " ", _comparisons, " ", inner, ")"),
        joined("(", inner, " in ", inner, ")"),
        joined("(", inner, " if ", inner, " else ", inner, ")"),
        joined("(not ", inner, ")"),
        joined("(", inner, " | ", _words, arguments, ")"),
        joined("(", inner, " is ", _tested, arguments, ")"),
        joined("(", inner, " | map('", _words, "') | list)"),
        joined("(", inner, " | map(attribute='", _names, "') | list)"),
        joined("(", inner, " | select('", _tested, "') | list)"),
        joined("(", inner, " | rejectattr('", _names, "') | list)"),
        joined(inner, ".", _names),
        joined(inner, "[", inner, "]"),
        joined("[", inner, ", ", inner, "]"),
        joined("{'a': ", inner, "}"),
    )


_wild = st.recursive(
    _names | one_of("''", "'a'", "'a.b'", "'%s'", "'count'", "0", "1", "-1", "0.5", "400"),
    _grown,
    max_leaves=8,
)

_numbers = st.recursive(
    one_of("b", "c | length", "7", "-2", "0.5", "c[0].n | default(3)", "items | count"),
    lambda inner: st.one_of(
        joined("(", inner, one_of(" + ", " - ", " * "), inner, ")"),
        joined("(", inner, one_of(" / 4", " // 3", " % 5", " | abs", " | round(1)", " | int"), ")"),
        joined("(-", inner, ")"),
    ),
    max_leaves=4,
)
_text_filters = one_of(
    *("upper", "lower", "title", "capitalize", "trim", "truncate(9)", "replace('a', '*b*')"),
    *("first_line", "short", "default('none')", "default('none', true)", "urlencode"),
)
_texts = st.recursive(
    one_of(
        "a", "'x'", "''", "b", "missing", "missing.more", "(items['a'] | first_line)", "c[0].name"
    ),
    lambda inner: st.one_of(
        joined("(", inner, " | ", _text_filters, ")"),
        joined("(", inner, " ~ ", inner, ")"),
        joined("((", inner, " ~ '')[", one_of(":3", "1:", "::-1", "-2:"), "])"),
        joined("(", inner, " | plural('day'", one_of("", ", 'days'"), "))"),
    ),
    max_leaves=4,
)
_list_filters = one_of(
    *("reverse | list", "sort(attribute='n')", "sort(attribute='name', reverse=true)", "list"),
    *("unique(attribute='n') | list", "selectattr('n') | list", "rejectattr('n', 'gt', 4) | list"),
    *("selectattr('name', 'eq', 'a') | list", "select('mapping') | list", "reject('none') | list"),
)
_lists = st.recursive(
    one_of("c", "[]", "c[1:]", "c[:2]", "missing"),
    lambda inner: joined("(", inner, " | ", _list_filters, ")"),
    max_leaves=3,
)
_told = st.one_of(
    _texts,
    _numbers,
    joined(_lists, " | map(attribute='name') | join(", one_of("", "', '", "a"), ")"),
    joined(_lists, " | map(attribute='n') | ", one_of("sum", "max", "min", "first", "last")),
    joined(_lists, " | join('; ', ", one_of("'name'", "'n'"), ")"),
    one_of("a | excerpt", "a | code", "deep | code", "deep | excerpt(50)", "deep | datetime"),
)
"""One thing: beside `~` Jinja shows lists, None, true and false as Python does, and these templates as people do."""
_shown = _told | one_of("items | dictsort | first", "items", "c", "deep", "c[0]")
_asked = st.recursive(
    st.one_of(
        joined("(", _numbers, " ", _comparisons, " ", _numbers, ")"),
        joined("(", _texts, one_of(" == ", " != "), _texts, ")"),
        joined("('a' ", one_of("in", "not in"), " (", _texts, " ~ ''))"),
        joined(_lists, one_of("", " is sequence")),
        joined("(", _texts, " is ", one_of("defined", "string", "not none", "mapping"), ")"),
        joined("(", _numbers, " | int is ", one_of("even", "odd", "divisibleby(3)"), ")"),
    ),
    lambda inner: st.one_of(
        joined("(", inner, one_of(" and ", " or "), inner, ")"), joined("(not ", inner, ")")
    ),
    max_leaves=3,
)
_sound = st.one_of(_shown, joined("(", _shown, " if ", _asked, " else ", _shown, ")"))


@dataclass(frozen=True)
class Kind:
    """What is said where something is shown, gone through, asked."""

    shown: Code
    lists: Code
    asked: Code


WILD = Kind(_wild, _wild, _wild)
SOUND = Kind(_sound, _lists, _asked)


def bodies(kind: Kind) -> Code:
    """What may stand in a block."""
    leaves = st.one_of(
        one_of("text ", "**", "*", "[", "](", ")", "\n- ", "`", "https://example.com"),
        joined("{{ ", kind.shown, " }}"),
        joined("[{{ ", kind.shown, " }}](https://example.com/{{ ", kind.shown, " }})"),
        joined("{% set ", one_of("x", "a", "b"), " = ", kind.shown, " %}"),
        joined("{{ fact(", kind.shown, ", ", kind.shown, ") }}"),
        joined("{{ open_url(", kind.shown, ", 'https://example.com/' ~ a) }}"),
        one_of("{{ x }}", "{{ loop.index }}", "{{ i.name }}", "{{ i }}", "{{ v }}"),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            joined(inner, inner),
            joined("{% if ", kind.asked, " %}", inner, "{% else %}", inner, "{% endif %}"),
            joined("{% if ", kind.asked, " %}", inner, "{% elif ", kind.asked, " %}", inner, "{% endif %}"),
            joined("{% for i in ", kind.lists, " %}", inner, "{% else %}", inner, "{% endfor %}"),
            joined("{% for i in ", kind.lists, " if ", kind.asked, " %}", inner, "{% endfor %}"),
            joined("{% for i, v in items", one_of(" | dictsort", " | items", ".x"), " %}", inner, "{% endfor %}"),
            joined("{% set x %}", inner, "{% endset %}"),
        ),
        max_leaves=6,
    )  # fmt: skip


@st.composite
def templates(draw: st.DrawFn, kind: Kind) -> str:
    """A template of a few blocks."""
    names = st.sampled_from(["title", "text", "facts", "summary", "author"])
    body = bodies(kind)
    blocks = "".join(
        f"{{% block {name} %}}{draw(body)}{{% endblock %}}\n"
        for name in draw(st.lists(names, min_size=1, unique=True))
    )
    outside = draw(st.just("") | joined("{% set x = ", kind.shown, " %}"))
    return f'{{% extends "card.j2" %}}\n{outside}\n{blocks}'
