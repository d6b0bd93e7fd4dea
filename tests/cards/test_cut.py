import pytest

from bridge.cards.card import Block, CodeBlock, Items, Paragraph, Span, plain
from bridge.cards.cut import block_length, cut_block, cut_blocks, cut_line, cut_text


def test_what_fits_is_not_touched() -> None:
    assert cut_text("some words", 10) == "some words"
    block = Items(((Span("a"),), (Span("b"),)))
    assert cut_block(block, 2) is block


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("one two three four", 15, "one two three…"),
        ("one two three four", 14, "one two three…"),
        ("a" * 30, 10, "a" * 9 + "…"),
        ("short " + "b" * 30, 20, "short bbbbbbbbbbbbb…"),
        ("anything", 0, "…"),
        ("ae\u0301" * 5, 6, "ae\u0301a…"),
        ("👩‍💻👩‍💻", 3, "…"),
    ],
)
def test_text_is_cut_between_words(text: str, limit: int, kept: str) -> None:
    assert cut_text(text, limit) == kept
    assert len(kept) <= max(limit, 1)


def test_a_link_at_the_cut_loses_its_address() -> None:
    link = Span("docs", link="https://example.com/")
    line = (Span("see "), link, Span(" (example.com) for more"))
    assert cut_line(line, 14) == (Span("see docs (exa…"),)
    assert cut_line(line, 6) == (Span("see d…"),)
    assert cut_line((*line, Span("x" * 50, bold=True)), 40)[1] == link


def test_code_is_cut_between_lines() -> None:
    assert cut_block(CodeBlock("one\ntwo\nthree"), 9) == CodeBlock("one\ntwo\n…")


def test_a_list_is_cut_between_items() -> None:
    items = Items(tuple((Span("a" * 30),) for _ in range(4)), start=1)
    cut = cut_block(items, 65)
    assert isinstance(cut, Items)
    assert [plain(line) for line in cut.lines] == ["a" * 30, "a" * 30, "…"]


def test_blocks_are_cut_at_the_last_that_fits() -> None:
    blocks: list[Block] = [
        Paragraph((Span("a" * 50),)),
        Paragraph((Span("word " * 20),)),
        CodeBlock("c"),
    ]
    cut = cut_blocks(blocks, 100)
    assert cut[0] == blocks[0]
    assert len(cut) == 2
    assert block_length(cut[1]) <= 50
    assert cut_blocks(blocks, 55) == [Paragraph((Span("a" * 50), Span(" …")))]
    assert cut_blocks(blocks, 1000) == blocks


@pytest.mark.parametrize("block", [CodeBlock("a" * 30), Items(((Span("a" * 30),),))])
def test_a_block_before_the_cut_is_marked(block: CodeBlock | Items) -> None:
    (cut,) = cut_blocks([block, CodeBlock("more")], 31)
    assert "…" in (cut.text if isinstance(cut, CodeBlock) else plain(cut.lines[-1]))  # type: ignore[union-attr]  # it is a list
