"""Templates that somebody could save to keep the bridge busy, or to get out of their template. Each must be refused or stop."""

from collections.abc import Mapping
from typing import Any, Final

BASE = '{% extends "card.j2" %}\n'


def title(said: str) -> str:
    """A template whose title says so."""
    return f"{BASE}{{% block title %}}{said}{{% endblock %}}"


def nested(opening: str, inner: str, closing: str, times: int) -> str:
    """Something within itself."""
    return opening * times + inner + closing * times


def doubled(first: str, again: str, times: int) -> str:
    """A value made of itself again and again: `a` of nothing, then `again` with the last name for `{}`."""
    steps = [first] + [again.format(one=f"v{at}", next=f"v{at + 1}") for at in range(times)]
    return title("".join(steps) + f"{{{{ v{times} }}}}")


def looped(body: str, *lists: str) -> str:
    """A body within loops over these lists."""
    opening = "".join(f"{{% for i{at} in {name} %}}" for at, name in enumerate(lists))
    return title(opening + body + "{% endfor %}" * len(lists))


def payload() -> Mapping[str, Any]:
    """Values that cost most: long, many, deep, and full of signs."""
    deep: Any = "deep"
    for _ in range(200):
        deep = {"a": deep, "b": [deep]}
    return {
        "text": "a" * 25_000_000,
        "words": "lorem ipsum " * 500_000,
        "signs": "[*_`~<!" * 200_000,
        "brackets": "![" * 500_000,
        "lines": "a\n" * 1_000_000,
        "invisible": "\x00\u202e" * 500_000,
        "percent": "%999999999d",
        "digits": "9" * 1_000_000,
        "list": list(range(300_000)),
        "texts": ["b" * 1_000_000 for _ in range(20)],
        "alike": ["c" * 30_000 + str(at) for at in range(1_000)],
        "objects": [{"a": {"b": at}, "name": f"name {at}"} for at in range(60_000)],
        "object": {f"name {at}": at for at in range(60_000)},
        "pairs": [[at, [at]] for at in range(30_000)],
        "thousand": list(range(1_000)),
        "deep": deep,
        "number": 2**63,
        "float": 1e308,
        "__class__": "the payload's own",
        "fact": "no call",
        "loop": ["no loop"],
        "items": None,
    }


SNEAKS: Final = (
    *("''.__class__.__mro__[1].__subclasses__()", "fact.__globals__", "self.__init__.__globals__"),
    *("cycler.__init__.__globals__.os.popen('id')", "''['__class__']", "text['__class__']"),
    *("text | attr('__class__')", "(text | attr)('__class__')", "[].append(1)", "text.upper()"),
    *("text.format(1)", "'{0.__class__}'.format(1)", "'%s' | format(text)", "object.items()"),
    *("namespace(a=1)", "lipsum(1000)", "range(1000000000)", "dict(a=1)", "joiner()", "cycler(1)"),
    *("caller()", "super()", "self.title()", "loop.cycle(1, 2)", "loop.changed(1)", "loop(list)"),
    *("objects | map(attribute='__class__') | join", "objects | map('attr', '__class__') | join"),
    *("objects | map('center', 1000) | join", "objects | selectattr('a', 'callable') | list"),
    *("list | map(*text)", "fact(*objects)", "fact(**object)", "list | map('map', 'map')"),
    *("event.__class__", "payload['__init__']", "(1).__class__", "x.y.__subclasses__"),
    *("list | random", "text | pprint", "text | urlize", "object | xmlattr", "text | wordwrap(1)"),
    *("text | indent(100000)", "text | center(1000000000)", "'a' | center(1000000000)"),
    *("objects | tojson", "text | safe", "text | escape", "text | striptags", "list | batch(2)"),
    *("list | slice(1000000)", "'a' * 1000000000", "text * 1000", "[1] * 1000000000", "2 ** 9999999"),
    *("9 ** 9 ** 9 ** 9", "'%999999999d' % 1", "percent % 1", "percent is even", "percent is odd"),
    *("percent is divisibleby(1)", "number * number * number", "-number * number", "1e308 * 10 | int"),
    *("digits | int", "digits | float", "digits | int(0, 16) * 2", "1 | round(1000000000, 'ceil')"),
    *("1 | round(-1000000000, 'floor')", "1 / 0", "1 % 0", "1 // 0", "float | int", "float * float | int"),
    *("text[::-1]", "text[:20000000]", "list[::-1] | join", "list[0:999999] | join(text)"),
    *("list | join(text)", "texts | join(text)", "list | join", "texts | join | upper", "deep", "list"),
    *("objects", "object", "texts", "text | upper | lower | title | capitalize", "invisible"),
    *("text | replace('a', text)", "text | replace('', text)", "text | replace('a', 'aaaaaaaaaaaaaaaaa')"),
    *("list | sort | join", "objects | sort(attribute='a.b') | join", "alike | sort | join"),
    *("alike | unique | join", "objects | groupby('a.b') | list", "object | dictsort | join"),
    *("objects | sort(attribute='" + "a." * 5000 + "b') | join", "objects | map(attribute='" + "a." * 5000 + "b') | list"),
    *("list | sum", "texts | sum", "texts | sum(start='')", "pairs | sum(start=[])", "list | max", "alike | max"),
    *("list | reverse | list | reverse | list", "list == list", "objects == objects", "list in list"),
    *("5000000 in list", "alike[999] in alike", "text in text", "deep == deep", "objects < objects"),
    *("[list, list, list] == [list, list, list]", "list + list + list", "text + text + text", "text ~ text ~ text"),
    *("signs | excerpt", "signs | excerpt(100000000)", "brackets | excerpt(4000)", "words | excerpt(-1)"),
    *("brackets | excerpt ~ (signs | excerpt) ~ (brackets | excerpt(300))", "lines | first_line"),
    *("signs | code", "signs | urlencode", "object | urlencode", "invisible | urlencode", "words | truncate(10000000)"),
    *("digits | datetime", "digits | duration", "deep | datetime", "object | duration(object)", "list | plural(text, text)"),
    *("plural(list, text, text)", "fact(text, text)", "fact(signs, lines)", "open_url(text, text)", "image(deep, list)"),
    *("list | select('in', list) | list", "list | reject('eq', text) | list", "list | map('upper') | join(words)"),
    *("texts | map('replace', 'b', text) | join", "texts | map('excerpt', 4000) | join", "alike | map('code') | join"),
    *("object | items | list", "list | first", "list | last", "text | length", "objects | length", "deep['a']['b']"),
    *("missing.a.b.c", "missing + 1", "missing < 1", "missing | sum", "missing | join(missing)", "{}[[]]", "{[]: 1}"),
    *("text is in(text)", "list is in(list)", "list is eq(list)", "signs | title", "lines | trim('a\\n')"),
    *("'\\x00' ~ invisible", "'\\ud800'", "1" * 5000, "0x" + "f" * 10_000, "1e" + "9" * 400, "'" + "a" * 19_000 + "'"),
)  # fmt: skip
"""Expressions."""

TEMPLATES: Final[Mapping[str, str]] = {
    **{f"expression {at}: {one[:50]}": title(f"{{{{ {one} }}}}") for at, one in enumerate(SNEAKS)},
    "empty": "",
    "no template": "x" * 1_000_000,
    "only text": "x" * 20_000,
    "not closed": BASE + "{% block title %}",
    "null bytes": title("\x00" * 10_000),
    "many outputs": title("{{ text }}" * 1_400),
    "many small outputs": title("{{ a }}" * 2_800),
    "many excerpts": title("{{ brackets | excerpt(4000) }}" * 300),
    "many facts": BASE + "{% block facts %}" + "{{ fact(signs, lines) }}" * 350 + "{% endblock %}",
    "many buttons": looped("{{ open_url(i0, 'https://example.com/' ~ i1) }}", "list", "list"),
    "many facts in loops": looped("{{ fact(i0, i1) }}", "list", "list"),
    "many pictures": looped("{{ image('https://example.com/' ~ i1, words) }}", "list", "list"),
    "many blocks": BASE + "".join(f"{{% block b{at} %}}{{% endblock %}}" for at in range(500)),
    "a block again and again": BASE + "{% block title %}a{% endblock %}" * 500,
    "a block in a block": title("{% block text %}{{ self.title() }}{% endblock %}"),
    "two loops": looped("{{ i0 }}", "list", "list"),
    "three loops": looped("{{ i0 }}{{ text }}", "list", "list", "list"),
    "four loops": looped("a", "list", "list", "list", "list"),
    "loops of nothing": looped("", "list", "list", "list"),
    "loops of text": looped("lorem ipsum dolor sit amet " * 500, "list", "list"),
    "loops of signs": looped("[*_`" * 2_000, "list"),
    "loops with conditions": title("{% for a in list if a in list and list == list %}{{ a }}{% endfor %}"),
    "loops over text": looped("{{ i0 }}", "text", "words"),
    "loops over pairs": title("{% for a, b in pairs %}{% for c, d in pairs %}{{ a }}{% endfor %}{% endfor %}"),
    "pairs that are none": title("{% for a, b in list %}{{ a }}{% endfor %}"),
    "more names than values": title("{% for a, b, c in pairs %}{{ a }}{% endfor %}"),
    "a recursive loop": title("{% for a in deep recursive %}{{ loop(deep) }}{% endfor %}"),
    "loops of slices": looped("{% set x = list[1:] %}", "list", "thousand"),
    "loops of sorting": looped("{% set x = thousand | sort %}", "list"),
    "loops of comparing": looped("{% if thousand == thousand %}a{% endif %}", "list", "list"),
    "loops of searching": looped("{% if 'x' in text %}a{% endif %}", "list"),
    "loops of excerpts": looped("{{ signs | excerpt(10) }}", "list"),
    "loops of replacing": looped("{{ text | replace('a', 'bb') | replace('b', 'cc') }}", "list"),
    "doubled text": doubled("{% set v0 = 'ab' %}", "{{% set {next} = {one} ~ {one} %}}", 200),
    "added text": doubled("{% set v0 = 'ab' %}", "{{% set {next} = {one} + {one} %}}", 200),
    "doubled lists": doubled("{% set v0 = [1] %}", "{{% set {next} = {one} + {one} %}}", 200),
    "nested lists": doubled("{% set v0 = [1] %}", "{{% set {next} = [{one}, {one}] %}}", 150),
    "nested dicts": doubled("{% set v0 = {} %}", "{{% set {next} = {{'a': {one}, 'b': {one}}} %}}", 120),
    "compared nests": doubled("{% set v0 = [1] %}", "{{% set {next} = [{one}, {one}] %}}{{% if {next} == {next} %}}{{% endif %}}", 100),
    "captured text": doubled("{% set v0 %}ab{% endset %}", "{{% set {next} %}}{{{{ {one} }}}}{{{{ {one} }}}}{{% endset %}}", 150),
    "captured signs": doubled("{% set v0 %}[*_`{% endset %}", "{{% set {next} %}}{{{{ {one} }}}}{{{{ {one} }}}}{{% endset %}}", 150),
    "joined text": doubled("{% set v0 = 'ab' %}", "{{% set {next} = [{one}, {one}] | join({one}) %}}", 120),
    "replaced text": doubled("{% set v0 = 'aa' %}", "{{% set {next} = {one} | replace('a', {one}) %}}", 100),
    "squared numbers": doubled("{% set v0 = 9 %}", "{{% set {next} = {one} * {one} %}}", 200),
    "squared fractions": doubled("{% set v0 = 1.5 %}", "{{% set {next} = {one} * {one} %}}", 200),
    "growing in a loop": title("{% set a = 'x' %}{% for i in list %}{% set a = a ~ a %}{% endfor %}{{ a }}"),
    "a namespace that grows": title("{% set ns = namespace(a='x') %}{% for i in list %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}{{ ns.a }}"),
    "macros that call macros": BASE
    + "{% macro m0() %}x{% endmacro %}"
    + "".join(f"{{% macro m{at + 1}() %}}{{{{ m{at}() ~ m{at}() }}}}{{% endmacro %}}" for at in range(40))
    + "{% block title %}{{ m40() }}{% endblock %}",
    "a macro that calls itself": title("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    "includes": title("{% include '/etc/passwd' %}{% include text %}{% include ['card.j2'] %}"),
    "includes itself": BASE + "{% block title %}{% include 'card.j2' %}{% endblock %}",
    "imports": title("{% import 'card.j2' as a %}{% from 'card.j2' import b with context %}"),
    "extends a payload": "{% extends text %}{% block title %}{% endblock %}",
    "extends another": '{% extends "pull_request.j2" %}',
    "extends twice": BASE * 2,
    "extends in a loop": "{% for a in list %}{% extends 'card.j2' %}{% endfor %}",
    "extends within a condition": "{% if a %}{% extends 'card.j2' %}{% endif %}",
    "call blocks": title("{% call fact(1) %}{% endcall %}"),
    "filter blocks": title("{% filter upper %}{{ text }}{% endfilter %}{% filter center(1000000000) %}{% endfilter %}"),
    "a filtered capture": title("{% set a | center(1000000000) %}x{% endset %}"),
    "with": title("{% with a = text %}{{ a }}{% endwith %}"),
    "autoescape": title("{% autoescape true %}{{ text }}{% endautoescape %}"),
    "parts": title("{{ text | part('facts') }}"),
    "raw": title("{% raw %}{{{% endraw %}" * 500),
    "comments": title("{# #}" * 4_900),
    "an open comment": title("{#" * 9_900),
    "trans": title("{% trans %}a{% endtrans %}"),
    "do": title("{% do list.append(1) %}"),
    "debug": title("{% debug %}"),
    "a scoped block": BASE + "{% block title scoped %}a{% endblock %}",
    "a required block": BASE + "{% block title required %}{% endblock %}",
    "a shadowed call": title("{% set fact = text %}{{ fact(1, 2) }}"),
    "a shadowed loop": title("{% for loop in list %}{{ loop.index }}{% endfor %}"),
    "nested ifs": title(nested("{% if a %}", "x", "{% endif %}", 700)),
    "nested ifs that are few": title(nested("{% if list %}", "x", "{% endif %}", 35)),
    "many branches": title("{% if a %}" + "{% elif list == list %}" * 600 + "{% endif %}"),
    "nested parentheses": title("{{ " + nested("(", "a", ")", 900) + " }}"),
    "nested lists in one": title("{{ " + nested("[", "a", "]", 900) + " }}"),
    "nested dicts in one": title("{{ " + nested("{1: ", "a", "}", 900) + " }}"),
    "nested subscripts": title("{{ " + nested("a[", "1", "]", 900) + " }}"),
    "nested calls": title("{{ " + nested("fact(", "a", ")", 700) + " }}"),
    "nots": title("{{ " + "not " * 2_900 + "a }}"),
    "minus signs": title("{{ " + "-" * 2_900 + "1 }}"),
    "a long sum": title("{{ 1" + " + 1" * 1_400 + " }}"),
    "a long or": title("{{ a" + " or a" * 1_400 + " }}"),
    "a long path": title("{{ a" + ".a" * 1_400 + " }}"),
    "a long chain of filters": title("{{ text" + " | upper" * 1_400 + " }}"),
    "a long comparison": title("{{ 1" + " < list" * 1_400 + " }}"),
    "a long concatenation": title("{{ text" + " ~ text" * 1_400 + " }}"),
    "a long list": title("{{ [" + "text, " * 1_400 + "] }}"),
    "a long condition": title("{{ a" + " if a else a" * 700 + " }}"),
    "tests in a row": title("{{ a" + " is defined" * 1_400 + " }}"),
    "brackets": title("[" * 19_000),
    "brackets and bangs": title("![" * 9_500),
    "stars": title("*a **b" * 3_000),
    "quotes": BASE + "{% block text %}" + "> " * 9_000 + "{% endblock %}",
    "quoted lines": BASE + "{% block text %}" + ">\n" * 9_000 + "{% endblock %}",
    "lists in lists": BASE + "{% block text %}" + "".join("\n" + "  " * at + "- a" for at in range(130)) + "{% endblock %}",
    "items": BASE + "{% block text %}" + "\n- a" * 4_500 + "{% endblock %}",
    "fences": BASE + "{% block text %}" + "```\n" * 4_500 + "{% endblock %}",
    "backticks": title("".join("`" * at + "a" for at in range(190))),
    "entities": title("&amp;" * 3_800),
    "holes": title("*{{ a }}*" * 1_400),
    "holes in links": title("[{{ a }}]({{ a }})" * 690),
    "a link of everything": title("[x]({{ text }}{{ words }}{{ signs }})"),
    "private marks": title("\ue000\U000f0000" * 4_000),
    "an accent of everything": BASE + "{% block accent %}{{ text }}{{ signs }}{% endblock %}",
    "a summary of everything": BASE + "{% block summary %}{{ text }}{{ signs }}{{ lines }}{% endblock %}",
    "everything in every block": BASE
    + "".join(
        f"{{% block {name} %}}{{{{ signs }}}}{{{{ lines }}}}{{% endblock %}}"
        for name in ("title", "author", "text", "summary")
    ),
}  # fmt: skip
"""Whole templates, by what they try."""
