"""Buttons that do something, which a MessageCard has."""

from bridge.cards.card import Act, Card, ChoiceInput, DateInput, OpenUrl, Span, TextInput
from bridge.cards.check import check_message_card
from bridge.cards.messagecard import message_card

TARGET = "https://bridge.example/actions/x"
URL = "https://example.com/7"
INPUTS = (
    TextInput("comment", "Comment", required=True, multiline=True, longest=100),
    DateInput("when", "When", with_time=True),
    ChoiceInput("labels", "Labels", (("Bug", "bug"), ("<b>", "b")), several=True),
)
CARD = Card(
    title=(Span("Something"),),
    summary="Something",
    actions=(OpenUrl("View", URL), OpenUrl("More", f"{URL}/more")),
    acts=(Act("Comment", TARGET, INPUTS), Act("Close", TARGET)),
)


def test_a_message_card_posts() -> None:
    message = message_card(CARD)
    assert list(check_message_card(message)) == []
    view, comment, close, more = message["potentialAction"]
    assert [one["@type"] for one in (view, comment, close, more)] == [
        "OpenUri",
        "ActionCard",
        "HttpPOST",
        "OpenUri",
    ]
    assert [one["@type"] for one in comment["inputs"]] == [
        "TextInput",
        "DateInput",
        "MultichoiceInput",
    ]
    assert comment["actions"][0]["body"] == (
        '{"comment": "{{comment.value}}", "when": "{{when.value}}", "labels": "{{labels.value}}"}'
    )
    assert close["target"] == TARGET
