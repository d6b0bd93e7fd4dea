"""The shapes in which records are shown."""

from datetime import UTC, datetime, timedelta, timezone

from pydantic import SecretStr

from bridge.cards.card import (
    Card,
    CodeBlock,
    Fact,
    Image,
    Items,
    OpenUrl,
    Paragraph,
    Span,
)
from bridge.models import Channel, Subscription, TeamsContext
from bridge.services import views

NOW = datetime(2026, 11, 23, 14, 5, 6, 789123, tzinfo=UTC)
SECRET = "https://example.webhook.office.com/webhookb2/hush@hush/IncomingWebhook/hush/hush"


def test_times_are_utc_to_the_millisecond() -> None:
    assert views.time(NOW) == "2026-11-23T14:05:06.789Z"
    assert views.time(NOW.astimezone(timezone(timedelta(hours=5)))) == "2026-11-23T14:05:06.789Z"
    assert views.time(None) is None


def test_a_subscription_shows_where_its_channel_is_and_no_more() -> None:
    channel = Channel("ch_1", "connector", SecretStr(SECRET), failing_since=NOW)
    teams = TeamsContext(
        *("groups", "Red", "General", "t-1", SecretStr("u")), team_id="19:t", tab="tab_1"
    )
    record = Subscription(
        "sub_1", "ep_1", channel, "Hall", ("*",), "operator", NOW, NOW, teams=teams
    )
    shown = views.subscription(record, "Any event.")
    assert shown["channel"]["url"] == "https://example.webhook.office.com/…"
    assert shown["channel"]["failing_since"] == "2026-11-23T14:05:06.789Z"
    assert shown["teams"] == {
        "team": "Red",
        "channel": "General",
        "app_type": "groups",
        "tab": "tab_1",
    }
    assert shown["sentence"] == "Any event."
    assert "hush" not in str(shown)


def test_a_card_shows_only_what_differs_from_plain_text() -> None:
    shown = views.card(
        Card(
            title=(Span("Door", bold=True), Span(" opened")),
            summary="Door opened",
            avatar=Image("https://example.com/a.png", "Ann"),
            text=(
                Paragraph((Span("said", link="https://example.com"),), quote=True),
                Items(((Span("one"),),), start=3),
                CodeBlock("x = 1"),
            ),
            facts=(Fact("Room", (Span("Cellar"),)),),
            actions=(OpenUrl("View", "https://example.com"),),
        )
    )
    assert shown["title"] == [{"text": "Door", "bold": True}, {"text": " opened"}]
    assert shown["avatar"] == {"url": "https://example.com/a.png", "alt": "Ann"}
    assert shown["text"] == [
        {"type": "quote", "line": [{"text": "said", "link": "https://example.com"}]},
        {"type": "list", "start": 3, "lines": [[{"text": "one"}]]},
        {"type": "code", "text": "x = 1"},
    ]
    assert shown["facts"] == [{"name": "Room", "value": [{"text": "Cellar"}]}]
    assert shown["actions"] == [{"title": "View", "url": "https://example.com"}]
