from pathlib import Path

import pytest

from bridge.cards.card import CodeBlock, Fact, Image, Items, OpenUrl, Paragraph, Span, plain
from bridge.errors import TemplateFailed
from bridge.models import ParsedEvent
from tests.cards.conftest import FolderSource, Render, TextSource

URL = "https://example.com/42"


def test_template_text_is_markup_and_values_are_literal(render: Render) -> None:
    card = render(
        {"who": "*octo*", "number": 42, "url": URL, "title": "[x](http://evil.example) **b**"},
        title="**{{ who }}** opened [#{{ number }}]({{ url }}) {{ title }}",
    )
    assert card.title == (
        Span("*octo*", bold=True),
        Span(" opened "),
        Span("#42", link=URL),
        Span(" [x](http://evil.example) **b**"),
    )
    assert card.summary == "*octo* opened #42 [x](http://evil.example) **b**"


def test_values_stay_literal_through_everything_that_jinja_has(render: Render) -> None:
    card = render(
        {"a": "*a*", "b": ["*b*", "_c_"]},
        title="{% macro m(x) %}**{{ x }}**{% endmacro %}"
        "{% set s %}_{{ a }}_{% endset %}"
        '{{ m(a) ~ s }}, {{ b | join(", ") }}, {{ "%s*d*" | format(a) }}',
    )
    assert card.title == (
        Span("*a*", bold=True),
        Span("*a*", italic=True),
        Span(", *b*, _c_, *a**d*"),
    )


def test_macros_from_another_file_know_the_card(source: FolderSource) -> None:
    source.write("_m.j2", "{% macro who(a) %}{{ fact('Who', a) }}**{{ a }}**{% endmacro %}")
    source.write(
        "task.j2",
        '{% extends "card.j2" %}{% import "_m.j2" as m %}{% block title %}{{ m.who(a) }}{% endblock %}',
    )
    card = source.render(ParsedEvent("task.created", {}, {"a": "octo"}))
    assert card.title == (Span("octo", bold=True),)
    assert card.facts == (Fact("Who", (Span("octo"),)),)


def test_all_parts(render: Render) -> None:
    card = render(
        {"url": URL, "body": "one\ntwo", "items": ["a", "", "c"], "pic": URL + "/p.png"},
        title="Title",
        author="{{ avatar(pic, 'octo') }}octo",
        text="First\nline.\n\n{% for i in items %}\n- {{ i }}\n{% endfor %}\n\n"
        "1. one\n\n> {{ body }}\n\n```\n{{ body }}\n```",
        facts="{{ fact('A', 1) }}{{ fact('B', none) }}{{ fact('C', missing.x.y) }}",
        images="{{ image(pic, 'A picture') }}{{ image('javascript:x', 'No') }}",
        actions="{{ open_url('Open', url) }}{{ open_url('No', 'ftp://x') }}{{ open_url('', url) }}",
        accent="good",
        summary="In *short*",
    )
    assert card.title == (Span("Title"),)
    assert card.author == (Span("octo"),)
    assert card.avatar == Image(URL + "/p.png", "octo")
    assert card.text == (
        Paragraph((Span("First line."),)),
        Items(((Span("a"),), (Span("c"),))),
        Items(((Span("one"),),), start=1),
        Paragraph((Span("one\ntwo"),), quote=True),
        CodeBlock("one\ntwo"),
    )
    assert card.facts == (Fact("A", (Span("1"),)),)
    assert card.images == (Image(URL + "/p.png", "A picture"),)
    assert card.actions == (OpenUrl("Open", URL),)
    assert card.accent == "good"
    assert card.summary == "In *short*"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "evil", "https://u@evil.example"])
def test_what_is_no_web_address_leaves_plain_text(render: Render, url: str) -> None:
    assert render({"url": url}, title="[text]({{ url }}) end").title == (Span("text end"),)


def test_part_of_a_link_s_address_may_be_a_value(render: Render) -> None:
    card = render({"repo": "a b)(c"}, title="[r](https://example.com/{{ repo }}/x)")
    assert card.title == (Span("r", link="https://example.com/a%20b%29%28c/x"),)


def test_an_empty_value_leaves_no_signs(render: Render) -> None:
    card = render({"url": URL}, title="a **{{ gone }}** `{{ gone }}` [{{ gone }}]({{ url }}) b")
    assert plain(card.title) == "a b"


def test_a_title_is_one_line(render: Render) -> None:
    assert render({"t": "a\n\n# b"}, title="{{ t }}\n").title == (Span("a # b"),)


def test_nothing_python_shows_itself(render: Render) -> None:
    card = render(
        {"none": None, "yes": True, "map": {"a": 1, "b": None}, "list": ["x", None, 2]},
        title="{{ none }}{{ nowhere }}{{ yes }}|{{ map }}|{{ list }}|{{ 'x'.upper }}|{{ nowhere ~ 'y' }}",
    )
    assert plain(card.title) == "yes|a: 1|x, 2||y"


def test_none_is_nothing_everywhere(render: Render) -> None:
    card = render(
        {"a": {"b": None}, "c": None},
        title="{{ a.b.c }}{{ c | default('d') }}{% if a.b == none and a.b is undefined %}e{% endif %}",
    )
    assert plain(card.title) == "de"


def test_a_payload_s_names_come_before_python_s(render: Render) -> None:
    card = render({"a": {"items": "i", "keys": 1}}, title="{{ a.items }}{{ a['keys'] }}{{ a.get }}")
    assert plain(card.title) == "i1"


def test_free_text_becomes_blocks_of_the_card(render: Render) -> None:
    card = render(
        {"body": "Hello **you**\n\n- a\n- b", "empty": ""},
        text="Before:\n\n{{ body | excerpt(100) }}\n\n{{ empty | excerpt(10) }}\n\nComment: {{ body | excerpt(100) }} after",
    )
    hello = (Span("Hello "), Span("you", bold=True))
    items = Items(((Span("a"),), (Span("b"),)))
    assert card.text == (
        Paragraph((Span("Before:"),)),
        Paragraph(hello),
        items,
        Paragraph((Span("Comment: Hello "), Span("you", bold=True))),
        items,
        Paragraph((Span("after"),)),
    )


def test_free_text_in_a_line_is_run_together(render: Render) -> None:
    card = render(
        {"body": "a\n\n- b\n- c\n\n```\nd\n```"},
        title="**{{ body | excerpt(100) }}**",
        text="- {{ body | excerpt(100) }}\n\n> {{ body | excerpt(100) }}",
        facts="{{ fact('F', body | excerpt(100)) }}",
    )
    line = (Span("a b, c "), Span("d", code=True))
    assert card.title == (Span("a b, c ", bold=True), Span("d", bold=True, code=True))
    assert card.facts == (Fact("F", line),)
    assert card.text[0] == Items((line,))
    assert card.text[1] == Paragraph((Span("a"),), quote=True)


def test_a_title_that_says_nothing_is_the_event_s(render: Render) -> None:
    assert plain(render({}, title="{{ gone }}").title) == "Tasks: task.created"


def test_a_long_summary_is_cut(render: Render) -> None:
    summary = render({"t": "word " * 100}, title="{{ t }}").summary
    assert len(summary) <= 200
    assert summary.endswith("word…")


@pytest.mark.parametrize(
    ("event_type", "title"),
    [
        ("a.b.c", "a.b"),
        ("a.b", "a.b"),
        ("a.x", "a"),
        ("a", "a"),
        ("ab", "default"),
        ("card", "default"),
        ("_m", "default"),
        ("../a", "default"),
        ("", "default"),
    ],
)
def test_the_most_specific_template_is_taken(
    source: FolderSource, event_type: str, title: str
) -> None:
    for name in ("a.b", "a", "default", "_m", "card.not"):
        source.write(
            f"{name}.j2", f'{{% extends "card.j2" %}}{{% block title %}}{name}{{% endblock %}}'
        )
    assert plain(source.render(ParsedEvent(event_type)).title) == title


def test_an_event_without_a_template_shows_its_attributes(source: FolderSource) -> None:
    card = source.render(
        ParsedEvent("task.done", {"labels": ("a", "b"), "actor_is_bot": False, "x": None}, url=URL)
    )
    assert plain(card.title) == "Tasks: task.done"
    assert card.facts == (
        Fact("Actor is bot", (Span("no"),)),
        Fact("Labels", (Span("a, b"),)),
    )
    assert card.actions == (OpenUrl("Open", URL),)
    assert card.url == URL


def title(said: str) -> str:
    return f'{{% extends "card.j2" %}}{{% block title %}}{said}{{% endblock %}}'


def test_a_mended_template_is_seen_soon(source: FolderSource) -> None:
    source.write("task.j2", title("{{ 1 / 0 }}"))
    with pytest.raises(TemplateFailed):
        source.render(ParsedEvent("task.done"))
    source.write("task.j2", title("mended"))
    with pytest.raises(TemplateFailed):  # files are not looked at for every card
        source.render(ParsedEvent("task.done"))
    source.now += 1
    assert plain(source.render(ParsedEvent("task.done")).title) == "mended"


def test_what_a_template_includes_may_change_as_well(source: FolderSource) -> None:
    source.write("_who.j2", "nobody")
    source.write("task.j2", title('{% include "_who.j2" %}'))
    assert plain(source.render(ParsedEvent("task.done")).title) == "nobody"
    source.write("_who.j2", "octo")
    source.now += 1
    assert plain(source.render(ParsedEvent("task.done")).title) == "octo"


def test_a_more_specific_template_may_come_and_go(source: FolderSource) -> None:
    source.write("task.j2", title("task"))
    assert plain(source.render(ParsedEvent("task.done")).title) == "task"
    source.write("task.done.j2", title("done"))
    source.now += 1
    assert plain(source.render(ParsedEvent("task.done")).title) == "done"
    (source.folder / "cards" / "task.done.j2").unlink()
    source.now += 1
    assert plain(source.render(ParsedEvent("task.done")).title) == "task"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("\n{% blok %}", "task.j2, line 2: Encountered unknown tag 'blok'."),
        ('{% extends "no.j2" %}', "task.j2: There is no template 'no.j2'."),
        (
            '{% extends "card.j2" %}\n{% block title %}\n{{ secret + 1 }}{% endblock %}',
            "task.j2, line 3: TypeError while the card was rendered.",
        ),
        (
            '{% extends "card.j2" %}\n{% block title %}{{ "%d" | format(secret) }}{% endblock %}',
            "task.j2, line 2: TypeError while the card was rendered.",
        ),
        (
            '{% extends "card.j2" %}\n\n{% block title %}{{ missing() }}{% endblock %}',
            "task.j2, line 3: UndefinedError while the card was rendered.",
        ),
        (
            '{% extends "card.j2" %}{% block accent %}pink{% endblock %}',
            "task.j2: The accent must be one of neutral, accent, good, warning, attention.",
        ),
        ("Just text", 'task.j2: The template must begin with {% extends "card.j2" %}.'),
    ],
)
def test_an_error_names_the_template_and_the_line_but_no_payload(
    source: FolderSource, template: str, message: str
) -> None:
    source.write("task.j2", template)
    with pytest.raises(TemplateFailed) as caught:
        source.render(ParsedEvent("task.done", {}, {"secret": "s3cret"}))
    assert str(caught.value) == message
    assert caught.value.__cause__ is None
    assert "s3cret" not in repr(caught.value)


def test_an_error_in_a_macro_names_its_file(source: FolderSource) -> None:
    source.write("_m.j2", "\n{% macro f(a) %}{{ a + 1 }}{% endmacro %}")
    source.write(
        "task.j2",
        '{% extends "card.j2" %}{% import "_m.j2" as m %}{% block title %}{{ m.f("x") }}{% endblock %}',
    )
    with pytest.raises(TemplateFailed, match=r"^_m\.j2, line 2: TypeError"):
        source.render(ParsedEvent("task.done"))


def test_excerpt_outside_of_blocks_is_refused(source: FolderSource) -> None:
    source.write("_m.j2", '{% set kept = "text" | excerpt(10) %}')
    source.write(
        "task.j2",
        '{% extends "card.j2" %}{% import "_m.j2" as m %}{% block title %}{{ m.kept }}{% endblock %}',
    )
    source.render(ParsedEvent("task.done"))
    with pytest.raises(TemplateFailed, match="excerpt must not be used outside"):
        source.render(ParsedEvent("task.done"))


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__.__mro__[1].__subclasses__()",
        "self.__init__.__globals__",
        "fact.__globals__",
        "cycler.__init__.__globals__.os",
    ],
)
def test_texts_of_others_run_in_the_sandbox(expression: str) -> None:
    source = TextSource({"task": title(f"{{{{ {expression} }}}}")})
    try:
        said = plain(source.render(ParsedEvent("task.created")).title)
    except TemplateFailed:
        return
    assert said == "Tasks: task.created"


def test_texts_of_others_change_no_payload() -> None:
    source = TextSource({"task": title("{{ list.append(2) }}")})
    with pytest.raises(TemplateFailed):
        source.render(ParsedEvent("task", context={"list": [1]}))


def test_an_endpoint_s_own_template_is_named_in_errors(source: FolderSource) -> None:
    source.own = '{% extends "card.j2" %}\n{% block title %}{{ 1 / 0 }}{% endblock %}'
    with pytest.raises(TemplateFailed, match=r"^the endpoint's template, line 2: Zero"):
        source.render(ParsedEvent("task.done"))


def test_many_values_are_bounded(render: Render) -> None:
    card = render({"list": list(range(20_000))}, text="{% for i in list %}{{ i }}, {% endfor %}")
    (paragraph,) = card.text
    assert isinstance(paragraph, Paragraph)
    assert 0 < len(plain(paragraph.line)) < 60_000


def test_the_cards_folder_may_be_missing(tmp_path: Path) -> None:
    source = FolderSource(tmp_path / "nowhere")
    assert plain(source.render(ParsedEvent("x")).title) == "Tasks: x"
