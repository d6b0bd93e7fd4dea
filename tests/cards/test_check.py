from typing import Any

import pytest

from bridge.cards.check import check_adaptive_message, check_message_card

OPEN = {
    "@type": "OpenUri",
    "name": "Open",
    "targets": [{"os": "default", "uri": "https://example.com"}],
}
POST = {"@type": "HttpPOST", "name": "Do", "target": "https://example.com", "body": "{}"}
TEXT_INPUT = {"@type": "TextInput", "id": "comment", "title": "Comment", "isMultiline": True}
CHOICE_INPUT = {
    "@type": "MultichoiceInput",
    "id": "list",
    "choices": [{"display": "One", "value": "1"}],
}
ACTION_CARD = {
    "@type": "ActionCard",
    "name": "Comment",
    "inputs": [TEXT_INPUT, {"@type": "DateInput", "id": "due"}, CHOICE_INPUT],
    "actions": [POST],
}


def message(**more: object) -> dict[str, object]:
    return {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "summary": "Said",
        **more,
    }


def test_a_message_card_with_everything_is_well() -> None:
    card = message(
        title="T",
        text="text",
        themeColor="0076D7",
        sections=[
            {
                "activityTitle": "A",
                "activityImage": "https://example.com/a.png",
                "facts": [{"name": "N", "value": "V"}],
                "images": [{"image": "https://example.com/a.png", "title": "A"}],
                "potentialAction": [OPEN],
            }
        ],
        potentialAction=[OPEN, POST, ACTION_CARD],
    )
    assert check_message_card(card) == []
    assert check_message_card(card, b"x" * 28_672) == []


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        ([], "The message is not a JSON object."),
        ({**message(), "@type": "Card"}, "@type must be MessageCard."),
        ({**message(), "@context": "x"}, "@context must be https://schema.org/extensions."),
        (message(summary=" "), "Summary or Text is required."),
        (message(title=1), "The message: title must be a string."),
        (message(sections={}), "The message: sections must be a list."),
        (message(sections=["x"]), "The message: sections must hold objects."),
        (message(sections=[{}] * 11), "There are 11 sections; only 10 are shown."),
        (
            message(sections=[{"images": [{"image": "https://example.com"}] * 6}]),
            "sections[0] has 6 images; only 5 are shown.",
        ),
        (
            message(sections=[{"images": [{"image": "/a.png"}]}]),
            "sections[0].images[0].image must be an http or https URL.",
        ),
        (
            message(sections=[{"activityImage": "data:x"}]),
            "sections[0].activityImage must be an http or https URL.",
        ),
        (message(sections=[{"heroImage": {}}]), "sections[0].heroImage is not shown in Teams."),
        (
            message(sections=[{"facts": [{"name": "a"}]}]),
            "sections[0].facts[0].value must be a string.",
        ),
        (
            message(potentialAction=[OPEN] * 5),
            "The message.potentialAction has 5 actions; only 4 are shown.",
        ),
        (
            message(potentialAction=[{**OPEN, "name": ""}]),
            "The message.potentialAction[0] needs a name.",
        ),
        (
            message(potentialAction=[{"@type": "ViewAction", "name": "V"}]),
            "The message.potentialAction[0]: 'ViewAction' is no action of a connector's card.",
        ),
        (
            message(potentialAction=[{**OPEN, "targets": []}]),
            "The message.potentialAction[0] needs targets.",
        ),
        (
            message(potentialAction=[{**OPEN, "targets": [{"os": "iOS", "uri": "https://a.b"}]}]),
            "The message.potentialAction[0] needs a target for the os default.",
        ),
        (
            message(potentialAction=[{**OPEN, "targets": [{"os": "mac", "uri": "https://a.b"}]}]),
            "The message.potentialAction[0].targets[0].os must be default, iOS, android or windows.",
        ),
        (
            message(potentialAction=[{**POST, "target": "javascript:x"}]),
            "The message.potentialAction[0].target must be an http or https URL.",
        ),
        (
            message(potentialAction=[{**POST, "target": "https://[x"}]),
            "The message.potentialAction[0].target must be an http or https URL.",
        ),
        (
            message(potentialAction=[{**ACTION_CARD, "actions": [ACTION_CARD]}]),
            "The message.potentialAction[0].actions[0] is an ActionCard inside an ActionCard; only OpenUri and HttpPOST may be.",
        ),
        (
            message(potentialAction=[{**ACTION_CARD, "actions": []}]),
            "The message.potentialAction[0] needs actions.",
        ),
        (
            message(potentialAction=[{**ACTION_CARD, "inputs": [{"@type": "Slider", "id": "x"}]}]),
            "The message.potentialAction[0].inputs[0]: 'Slider' is no input.",
        ),
        (
            message(potentialAction=[{**ACTION_CARD, "inputs": [{"@type": "TextInput"}]}]),
            "The message.potentialAction[0].inputs[0] needs an id.",
        ),
        (
            message(potentialAction=[{**ACTION_CARD, "inputs": [TEXT_INPUT, TEXT_INPUT]}]),
            "The message.potentialAction[0].inputs[1]: the id 'comment' is taken.",
        ),
        (
            message(
                potentialAction=[{**ACTION_CARD, "inputs": [{**CHOICE_INPUT, "choices": [{}]}]}]
            ),
            "The message.potentialAction[0].inputs[0] needs choices, each with display and value.",
        ),
    ],
)
def test_what_is_wrong_with_a_message_card(card: object, problem: str) -> None:
    assert problem in check_message_card(card)


def test_size() -> None:
    problem = "The message has 28673 bytes; at most 28672 are allowed."
    assert check_message_card(message(), b"x" * 28_673) == [problem]
    assert "bytes; at most" in check_message_card(message(text="x" * 30_000))[0]


def adaptive(*body: object, **more: object) -> dict[str, Any]:
    card = {"type": "AdaptiveCard", "version": "1.4", "body": list(body) or [BLOCK], **more}
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
    }


BLOCK = {"type": "TextBlock", "text": "x"}
HERE = "attachments[0].content"


def test_an_adaptive_card_with_everything_is_well() -> None:
    image = {"type": "Image", "url": "https://example.com"}
    shown = {"type": "AdaptiveCard", "body": [BLOCK]}
    card = adaptive(
        BLOCK,
        {"type": "Container", "items": [BLOCK]},
        {"type": "ColumnSet", "columns": [{"type": "Column", "items": [image]}]},
        {"type": "ImageSet", "images": [image]},
        {"type": "FactSet", "facts": [{"title": "a", "value": "b"}]},
        {"type": "ActionSet", "actions": [{"type": "Action.ToggleVisibility", "title": "t"}]},
        actions=[
            {"type": "Action.OpenUrl", "title": "Open", "url": "https://example.com"},
            {"type": "Action.ShowCard", "title": "Show", "card": shown},
        ],
    )
    assert check_adaptive_message(card) == []


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (None, "The message is not a JSON object."),
        ({**adaptive(), "type": "x"}, "type must be message."),
        ({"type": "message"}, "attachments must hold a card."),
        (
            {"type": "message", "attachments": [{"contentType": "x", "content": {}}]},
            "attachments[0].contentType must be application/vnd.microsoft.card.adaptive.",
        ),
        (
            {"type": "message", "attachments": [{"content": "{}"}]},
            "attachments[0].content must be the card, as an object.",
        ),
        (adaptive(type="Card"), f"{HERE}.type must be AdaptiveCard."),
        (adaptive(version=None), f"{HERE}.version must be given, such as 1.4."),
        (adaptive(version="1.6"), f"{HERE}.version is 1.6; Teams shows at most 1.5."),
        (adaptive(body=[]), f"{HERE} is empty."),
        (
            adaptive({"type": "Input.Text"}),
            f"{HERE}.body[0]: 'Input.Text' is no element of a webhook's card.",
        ),
        (adaptive({"type": "TextBlock"}), f"{HERE}.body[0].text must be a string."),
        (
            adaptive({"type": "Image", "url": "x"}),
            f"{HERE}.body[0].url must be an http or https URL.",
        ),
        (
            adaptive({"type": "FactSet", "facts": [{"title": "a"}]}),
            f"{HERE}.body[0].facts: each needs title and value as strings.",
        ),
        (
            adaptive({"type": "Container", "items": [{"type": "TextBlock"}]}),
            f"{HERE}.body[0].items[0].text must be a string.",
        ),
        (
            adaptive(actions=[{"type": "Action.Submit", "title": "x"}]),
            f"{HERE}.actions[0]: 'Action.Submit' does not work on a webhook's card.",
        ),
        (
            adaptive(actions=[{"type": "Action.OpenUrl", "url": "ftp://x"}]),
            f"{HERE}.actions[0] needs a title.",
        ),
        (
            adaptive(actions=[{"type": "Action.OpenUrl", "title": "x", "url": "ftp://x"}]),
            f"{HERE}.actions[0].url must be an http or https URL.",
        ),
        (
            adaptive(
                actions=[
                    {
                        "type": "Action.ShowCard",
                        "title": "x",
                        "card": {"body": [{"type": "TextBlock"}]},
                    }
                ]
            ),
            f"{HERE}.actions[0].card.body[0].text must be a string.",
        ),
        (
            adaptive(msteams={"entities": [{}] * 21}),
            f"{HERE} mentions 21 people; at most 20 are allowed.",
        ),
    ],
)
def test_what_is_wrong_with_an_adaptive_card(card: object, problem: str) -> None:
    assert problem in check_adaptive_message(card)
