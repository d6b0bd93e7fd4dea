"""Cards that the tests of several formats share."""

from bridge.cards.card import Card, CodeBlock, Fact, Image, Items, OpenUrl, Paragraph, Span

URL = "https://example.com/octo/hello/pull/42"

FULL = Card(
    title=(Span("octo opened "), Span("#42", link=URL), Span(" Fix *everything*")),
    summary="octo opened #42",
    author=(Span("octo", bold=True),),
    avatar=Image("https://example.com/octo.png", "octo"),
    text=(
        Paragraph((Span("First line\nsecond "), Span("line", italic=True))),
        Paragraph((Span("quoted"),), quote=True),
        Items(((Span("one"),), (Span("two", code=True),))),
        Items(((Span("three"),),), start=3),
        CodeBlock("if x:\n    y = `1`"),
    ),
    facts=(
        Fact("Repository", (Span("octo/hello"),)),
        Fact("Branch", (Span("main", link=URL),)),
    ),
    images=(Image("https://example.com/a.png", "A"),),
    actions=(OpenUrl("View pull request", URL),),
    accent="good",
    url=URL,
)

BARE = Card(title=(Span("Something happened"),), summary="Something happened")
