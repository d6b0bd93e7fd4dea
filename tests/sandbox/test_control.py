from typing import Any

import orjson
import pytest
from yarl import URL

from tests.sandbox.conftest import User


async def test_the_state_shows_no_webhook_url(user: User) -> None:
    await user.connector("general")
    state = await user.well("GET", "/teams/state")
    assert state["connectors"][0]["name"] == "Octo"
    assert "IncomingWebhook" not in orjson.dumps(state).decode()


async def test_a_page_is_told_live(user: User) -> None:
    async with user.http.get(f"{user.origin}/teams/live") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"retry: 1000\n"
        connector = await user.connector("general")
        card = {
            "@type": "MessageCard",
            "@context": "https://schema.org/extensions",
            "text": "now",
        }
        async with user.http.post(connector["webhookUrl"], json=card) as answer:
            assert answer.status == 200
        while await stream.content.readline() != b"event: post\n":
            pass
        told = orjson.loads((await stream.content.readline()).removeprefix(b"data: "))
    assert told["payload"]["text"] == "now"


async def test_a_stop_ends_the_live_stream(user: User) -> None:
    async with user.http.get(f"{user.origin}/teams/live") as stream:
        await stream.content.readline()
        user.sandbox.teams.stop()
        assert await stream.content.read() == b"\n"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/teams/connectors", {"channel": "elsewhere"}, 404),
        ("POST", "/teams/connectors", [], 422),
        ("GET", "/teams/connectors/none", None, 404),
        ("DELETE", "/teams/connectors/none", None, 404),
        ("PUT", "/teams/channels/general/fault", {"fault": "fire"}, 422),
        ("PUT", "/teams/channels/elsewhere/fault", {"fault": "slow"}, 404),
        ("DELETE", "/teams/channels/elsewhere/posts", None, 404),
        ("POST", "/teams/samples", {"endpoint": "none", "sample": "none"}, 404),
    ],
)
async def test_what_cannot_be_is_said(
    user: User, method: str, path: str, body: object, status: int
) -> None:
    answered, problem = await user.ask(method, path, body)
    assert answered == status
    assert problem["detail"].endswith(".")


async def test_a_form_is_no_command(user: User) -> None:
    async with user.http.post(
        f"{user.origin}/teams/connectors", data={"channel": "general"}
    ) as answer:
        assert answer.status == 422


@pytest.mark.parametrize(
    "path", ["/", "/teams/state", "/connector/config", "/api/v1/endpoints", "/healthz"]
)
@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_nothing_answers_to_others(user: User, path: str, headers: dict[str, str]) -> None:
    async with user.http.get(user.origin + path, headers=headers) as answer:
        assert answer.status == 403


async def test_the_host_page_has_one_address(user: User) -> None:
    port = user.origin.rpartition(":")[2]
    async with user.http.get(
        user.origin + "/", headers={"Host": f"localhost:{port}"}, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["location"]) == (307, f"{user.origin}/")


async def test_libraries_are_served_by_name_only(user: User) -> None:
    async def status(path: str) -> int:
        async with user.http.get(URL(user.origin + path, encoded=True)) as answer:
            return answer.status

    for path in (
        "/teams/libraries/",
        "/teams/libraries/package.json",
        "/teams/libraries/..%2f..%2fpackage.json",
        "/teams/static/../templates/host.html",
        "/teams/static/..%2ftemplates%2fhost.html",
        "/node_modules/adaptivecards/package.json",
    ):
        assert await status(path) == 404, path


async def _samples(user: User, source: str) -> tuple[str, list[dict[str, Any]]]:
    """A new endpoint of a source, and the samples that the page offers for it."""
    made = await user.well("POST", "/api/v1/endpoints", {"source": source, "name": source})
    (shown,) = (await user.well("GET", "/teams/endpoints"))["items"]
    assert shown["id"] == made["id"]
    return made["id"], shown["samples"]


@pytest.mark.parametrize("source", ["generic", "github", "jira"])
async def test_a_sample_of_every_event_is_signed_as_its_source_signs(
    user: User, source: str
) -> None:
    endpoint, samples = await _samples(user, source)
    assert samples
    of_event = {sample["name"].partition("__")[0]: sample for sample in samples}
    events = set()
    for sample in [*of_event.values(), samples[0]]:
        wanted = {"endpoint": endpoint, "sample": sample["name"]}
        answer = await user.well("POST", "/teams/samples", wanted)
        assert answer["status"] == 202, (sample, answer)
        events.add(answer["event"])
    assert len(events) == len(of_event) + 1


@pytest.mark.parametrize("source", ["github", "jira"])
async def test_a_wrong_secret_is_refused(user: User, source: str) -> None:
    endpoint, samples = await _samples(user, source)
    wanted = {"endpoint": endpoint, "sample": samples[0]["name"], "wrong_secret": True}
    answer = await user.well("POST", "/teams/samples", wanted)
    assert answer["status"] == 401
    assert "secret" in answer["detail"]


async def test_an_endpoint_verified_by_its_url(user: User) -> None:
    body = {"source": "jira", "name": "Old Jira", "verification": "url"}
    made = await user.well("POST", "/api/v1/endpoints", body)
    (shown,) = (await user.well("GET", "/teams/endpoints"))["items"]
    wanted = {"endpoint": made["id"], "sample": shown["samples"][0]["name"]}
    assert (await user.well("POST", "/teams/samples", wanted))["status"] == 202
    wrong = await user.well("POST", "/teams/samples", {**wanted, "wrong_secret": True})
    assert wrong["status"] in {401, 404}


async def test_samples_are_offered_by_what_is_subscribed(user: User) -> None:
    connector = await user.connector("general")
    made = await user.well("POST", "/api/v1/endpoints", {"source": "github", "name": "Octo"})
    subscription = {
        "endpoint": made["id"],
        "channel": {"url": connector["webhookUrl"]},
        "events": ["push"],
    }
    await user.well("POST", "/api/v1/subscriptions", subscription)
    (shown,) = (await user.well("GET", "/teams/endpoints"))["items"]
    wanted = {sample["name"].partition("__")[0] for sample in shown["samples"] if sample["wanted"]}
    assert wanted == {"push"}
