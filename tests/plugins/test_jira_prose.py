"""What people write in Jira reads in a card as it does in Jira: wiki markup and the document format, by cases."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cards.card import CodeBlock, Items, Line
from bridge.cards.freetext import excerpt
from bridge_jira.document import markdown as document_markdown
from bridge_jira.people import People
from bridge_jira.prose import markdown
from bridge_jira.wiki import LONGEST

PEOPLE = People(
    {
        "user": {"accountId": "5f0mara", "displayName": "Mara Lindqvist"},
        "issue": {"watchers": [{"name": "kenji", "key": "JIRAUSER7", "displayName": "Kenji Mori"}]},
    }
)
SIGNS = (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*"))


def shown(source: Any) -> str:
    """What the card shows, in signs: `*bold*`, `[words](address)`, `• item`, `> quote`, `{code}`."""
    blocks = []
    for block in excerpt(markdown(source, PEOPLE), 2_000):
        if isinstance(block, CodeBlock):
            blocks.append(f"{{{block.text}}}")
        elif isinstance(block, Items):
            numbered = block.start is not None
            blocks += [
                f"{(block.start or 0) + count}. {line(item)}" if numbered else f"• {line(item)}"
                for count, item in enumerate(block.lines)
            ]
        else:
            blocks.append(f"> {line(block.line)}" if block.quote else line(block.line))
    return " ¶ ".join(blocks)


def line(spans: Line) -> str:
    written = ""
    for span in spans:
        words = span.text
        for name, sign in SIGNS:
            words = f"{sign}{words}{sign}" if getattr(span, name) else words
        written += f"[{words}]({span.link})" if span.link else words
    return written


@pytest.mark.parametrize(
    ("wiki", "expected"),
    [
        ("plain words, as they are", "plain words, as they are"),
        ("*bold* and _it_ and -gone- and +under+", "*bold* and _it_ and ~gone~ and under"),
        ("2 * 3 * 4, a-b-c, -1, -x and -y", "2 * 3 * 4, a-b-c, -1, -x and -y"),
        ("snake_case_name, __init__ and C++ or a+b+c", "snake_case_name, __init__ and C++ or a+b+c"),
        ("{*}in{*}side, ??cited?? 10^3^", "*in*side, _cited_ 10^3^"),
        (r"\*not bold\* and \[no link\]", "*not bold* and [no link]"),
        ("h2. Title\ntext", "*Title* ¶ text"),
        ("* one\n** two\n* three", "• one ¶ • – two ¶ • three"),
        ("# one\n# two", "1. one ¶ 2. two"),
        ("- one\n- two", "• one ¶ • two"),
        ("*** deep at once", "• deep at once"),
        ("1. numbered by hand\n    and indented", "1. numbered by hand\nand indented"),
        ("one\\\\\ntwo\\\\ three", "one\ntwo\nthree"),
        ("above\n----\nbelow", "above ¶ below"),
        ("above\n===\nbelow", "above\n===\nbelow"),
        ("{{mono}} and {{it's `ticked`}}", "`mono` and `it's `ticked``"),
        ("{code:java}\na *b* [c|https://d.example]\n{code}x", "{a *b* [c|https://d.example]} ¶ x"),
        ("{noformat}\n{code}\n```\n{noformat}", "{{code}\n```}"),
        ("{code}never closed", "{code}never closed"),
        ("{quote}one\ntwo{quote}mine", "> one\ntwo ¶ mine"),
        ("{quote}\n{code}x{code}\n{quote}", "{x}"),
        ("{quote}never closed", "{quote}never closed"),
        ("bq. theirs\nmine", "> theirs ¶ mine"),
        ("{panel:title=Rules|bgColor=#fff}\nNo smoke\n{panel}", "*Rules* ¶ No smoke"),
        ("{color:red}red{color} {anchor:here}", "red"),
        ("||Pad||State||\n|North|*go*|\n|Sea|no-go|", "*Pad* | *State*\nNorth | *go*\nSea | no-go"),
        ("[https://b.example]", "[https://b.example](https://b.example)"),
        ("[text|https://a.example]", "[text](https://a.example) (a.example)"),
        ("[https://a.example/x|https://a.example/x|smart-link]", "[https://a.example/x](https://a.example/x)"),
        ("see https://x.example/a_b_c-d-e. Yes", "see [https://x.example/a_b_c-d-e](https://x.example/a_b_c-d-e). Yes"),
        ("[*bold* words|https://a.example]", "[*bold*](https://a.example)[ words](https://a.example) (a.example)"),
        ("[text|javascript:alert(1)]", "text"),
        ("[mail|mailto:x@y.example] [mailto:x@y.example] [#top]", "mail x@y.example top"),
        ("!screen.png|thumbnail! [^drawing 7.pdf]", "(screen.png) (drawing 7.pdf)"),
        ("(/) built (x) flown, f(x)", "✅ built ❌ flown, f(x)"),
        ("a < b && c <div> `x`", "a < b && c <div> `x`"),
        ("[~kenji], [~JIRAUSER7] and [~zoe]", "@Kenji Mori, @Kenji Mori and @zoe"),
        ("[~accountid:5f0mara], [~accountid:5f0gone]", "@Mara Lindqvist, @someone"),
        ("[~JIRAUSER99], [~5b10ac8d82e05b22cc7d4ef5]", "@someone, @someone"),
        ("[Zoe Adams|~accountid:5f0zoe]", "@Zoe Adams"),
        ("one\r\n\r\ntwo", "one ¶ two"),
    ],
)  # fmt: skip
def test_wiki_markup(wiki: str, expected: str) -> None:
    assert shown(wiki) == expected


def text(words: str, *marks: str, href: str | None = None) -> dict[str, Any]:
    styles: list[dict[str, Any]] = [{"type": mark} for mark in marks]
    if href is not None:
        styles.append({"type": "link", "attrs": {"href": href}})
    return {"type": "text", "text": words, "marks": styles}


def block(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes, "content": list(content)}


def leaf(kind: str, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "attrs": attributes}


def paragraph(*content: Any) -> dict[str, Any]:
    return block("paragraph", *content)


def item(*content: Any) -> dict[str, Any]:
    return block("listItem", paragraph(*content))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ([paragraph(text("one")), paragraph(text("two"))], "one ¶ two"),
        ([paragraph(text(" both ", "strong", "em"), text("end"))], "_*both*_ end".replace("_*both*_", "*_both_*")),
        ([paragraph(text("in"), text("(side)", "strong"), text("out", "em"))], "in*(side)*_out_"),
        ([paragraph(text("x_y", "code", "strong"), text(" gone", "strike"))], "*`x_y`* ~gone~"),
        ([paragraph(text("2*3*4, __init__, <b> & [x]"))], "2*3*4, __init__, <b> & [x]"),
        ([paragraph(text("# no heading")), paragraph(text("1. no list")), paragraph(text("- none"))], "# no heading ¶ 1. no list ¶ - none"),
        ([paragraph(text("a"), {"type": "hardBreak"}, text("b", "strong"))], "a\n*b*"),
        ([paragraph(text("words", href="https://a.example"))], "[words](https://a.example) (a.example)"),
        ([paragraph(text("https://a.example/x_y", href="https://a.example/x_y"))], "[https://a.example/x_y](https://a.example/x_y)"),
        ([paragraph(text("words", href="javascript:alert(1)"))], "words"),
        ([paragraph(text("see https://a.example/x_y_z."))], "see [https://a.example/x_y_z](https://a.example/x_y_z)."),
        ([block("heading", text("Title"), level=1)], "*Title*"),
        ([block("bulletList", item(text("a")), item(text("b")))], "• a ¶ • b"),
        ([block("orderedList", item(text("a")), item(text("b")), order=3)], "3. a ¶ 4. b"),
        ([block("bulletList", block("listItem", paragraph(text("a")), block("bulletList", item(text("b")))))], "• a ¶ • – b"),
        ([block("taskList", block("taskItem", text("a"), state="DONE"), block("taskItem", text("b"), state="TODO"))], "• ☑ a ¶ • ☐ b"),
        ([block("decisionList", block("decisionItem", text("go")))], "• go"),
        ([block("codeBlock", text("if x:\n    ```"), language="python")], "{if x:\n    ```}"),
        ([block("blockquote", paragraph(text("theirs"))), paragraph(text("mine"))], "> theirs ¶ mine"),
        ([block("panel", paragraph(text("hot")), panelType="warning")], "> ⚠️ hot"),
        ([block("expand", paragraph(text("inside")), title="More")], "*More* ¶ inside"),
        ([leaf("rule"), paragraph(text("below"))], "below"),
        ([block("table",
            block("tableRow", block("tableHeader", paragraph(text("Pad"))), block("tableHeader", paragraph(text("State")))),
            block("tableRow", block("tableCell", paragraph(text("North"))), block("tableCell", paragraph(text("go")))))],
            "*Pad* | *State*\nNorth | go"),
        ([block("mediaSingle", leaf("media", type="file", alt="valve.png"))], "(valve.png)"),
        ([block("mediaSingle", leaf("media", type="external", url="https://a.example/x.png"))], "[(attachment)](https://a.example/x.png) (a.example)"),
        ([leaf("blockCard", url="https://a.example/doc")], "[https://a.example/doc](https://a.example/doc)"),
        ([paragraph(leaf("inlineCard", url="https://a.example/doc"))], "[https://a.example/doc](https://a.example/doc)"),
        ([paragraph(leaf("mention", id="5f0kenji", text="@Kenji Mori"), text(" look"))], "@Kenji Mori look"),
        ([paragraph(leaf("mention", id="5f0mara"), text(" or "), leaf("mention", id="5f0gone"))], "@Mara Lindqvist or @someone"),
        ([paragraph(leaf("emoji", shortName=":rocket:", text="🚀"), leaf("emoji", shortName=":pad:"))], "🚀:pad:"),
        ([paragraph(text("now "), leaf("status", text="GO", color="green"))], "now *GO*"),
        ([paragraph(leaf("date", timestamp="1795166400000"), leaf("date", timestamp="soon"))], "2026-11-20"),
        ([block("layoutSection", block("layoutColumn", paragraph(text("left"))), block("layoutColumn", paragraph(text("right"))))], "left ¶ right"),
        ([block("nobody knows it", paragraph(text("still read")))], "still read"),
        ([leaf("extension", extensionKey="toc")], ""),
    ],
)  # fmt: skip
def test_the_document_format(content: list[Any], expected: str) -> None:
    assert shown({"type": "doc", "version": 1, "content": content}) == expected


@pytest.mark.parametrize(
    "content",
    [None, "text", 3, [None], [[]], [{}], [{"type": None}], [{"type": ["x"]}], [{"content": {}}]],
)
def test_a_document_of_another_shape_says_nothing(content: Any) -> None:
    assert shown({"type": "doc", "content": content}) == ""
    assert shown({"type": "doc", "content": [{"type": "paragraph", "content": content}]}) == ""


def test_a_document_is_read_no_deeper_and_no_further_than_anybody_writes() -> None:
    nested = paragraph(text("deep"))
    for _ in range(200):
        nested = block("blockquote", nested)
    assert "deep" not in shown({"type": "doc", "content": [nested]})
    wide = {"type": "doc", "content": [paragraph(text("word"))] * 50_000}
    assert len(document_markdown(wide, PEOPLE)) < 40_000


@pytest.mark.parametrize(
    "piece",
    [
        *("{code}a{code}", "{code:", "{code:a}", "{noformat}{code:x}", "{quote}", "{color:red}"),
        *("[~a", "[https://", "[", "[a|", "[a|https://", "!a.b", "||", "|a", "{{a", "-a ", "_a "),
        *("+a", "*a ", "{*}a", "??a", "h1. ", "* ", "https://a.b/", "\\*", "`", "<", "(x) ", "~"),
    ],
)
def test_a_huge_comment_takes_milliseconds(piece: str) -> None:
    """The best of three: a whole machine's pause is no work of ours. Reading all of it would take seconds."""
    comment = piece * (180_000 // len(piece))
    took = []
    for _ in range(3):
        started = time.process_time()
        read = markdown(comment, PEOPLE)
        took.append(time.process_time() - started)
    assert len(read) <= 4 * LONGEST
    assert min(took) < 0.1


@given(st.text(alphabet="*_-+{}[]|!#~^?\\<>`h1.bq code:quote\n /x@&=0", max_size=200))
def test_any_wiki_markup_is_read(source: str) -> None:
    assert isinstance(shown(source), str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
KINDS = st.sampled_from(
    [
        *("doc", "paragraph", "heading", "bulletList", "orderedList", "listItem", "taskList"),
        *("taskItem", "codeBlock", "blockquote", "panel", "expand", "table", "tableRow", "media"),
        *("tableCell", "mention", "emoji", "status", "date", "inlineCard", "text", "hardBreak"),
    ]
)
MARKS = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["strong", "em", "code", "strike", "link"])},
        optional={"attrs": st.fixed_dictionaries({"href": st.text(max_size=9) | st.none()}) | JSON},
    )
    | JSON,
    max_size=3,
)
NODES = st.recursive(
    st.fixed_dictionaries({"type": KINDS, "text": st.text(max_size=9) | JSON, "marks": MARKS}) | JSON,
    lambda inner: st.fixed_dictionaries(
        {"type": KINDS, "attrs": JSON, "content": st.lists(inner, max_size=4) | JSON}
    ),
    max_leaves=12,
)  # fmt: skip


@given(NODES)
def test_any_document_is_read(value: Any) -> None:
    assert isinstance(shown(value if isinstance(value, dict) else {"content": value}), str)
