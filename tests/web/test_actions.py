"""Buttons that do something: pressed with real tokens over real HTTP, against a system on the loopback interface."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from bridge.app import Bridge, create_app
from bridge.pipeline.tickets import LASTS, Ticket, Tickets
from bridge.settings import Settings
from bridge.store.secrets import Vault
from tests.e2e.running import Receiver, receiver
from tests.issuer import CLIENT, TENANT, Issuer, an_issuer, new_key
from tests.web.serving import free_port, serving

FIXTURES = Path(__file__).parent.parent.parent / "plugins"
ADMIN = "the-operator-s-token"
APPLICATION = "48af08dc-f6d2-435f-b2a7-069abd99c086"
OTHERS = "22222222-2222-3333-4444-555555555555"
ADA = "aaaaaaaa-0000-0000-0000-000000000001"
KEY = bytes(32)


@dataclass
class System:
    """A fake of the systems in which things are done: it keeps what it was asked, and answers as told."""

    url: str = ""
    asked: list[tuple[str, str, str, Any]] = field(default_factory=list)
    answers: dict[str, tuple[int, Any]] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        text = await request.text()
        proof = request.headers.get("authorization", "")
        body = orjson.loads(text) if text else None
        self.asked.append((request.method, request.path, proof, body))
        status, answer = self.answers.get(f"{request.method} {request.path}", (200, {}))
        return web.json_response(answer, status=status)


@asynccontextmanager
async def a_system() -> AsyncIterator[System]:
    system = System()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", system.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        system.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield system
    finally:
        await runner.cleanup()


@dataclass
class Scene:
    """A bridge, whom it believes, where its cards go and where its buttons do something."""

    origin: str
    bridge: Bridge
    issuer: Issuer
    system: System
    teams: Receiver
    session: aiohttp.ClientSession

    async def api(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        headers = {"Authorization": f"Bearer {ADMIN}"}
        async with self.session.request(
            method, f"{self.origin}/api/v1{path}", json=body, headers=headers
        ) as answer:
            text = await answer.text()
            assert answer.status == status, text
            return orjson.loads(text) if text else None

    async def subscribed(self, source: str = "github", **acting: Any) -> Any:
        """An endpoint whose cards have buttons, and a channel that gets them."""
        endpoint = await self.api("POST", "/endpoints", {"source": source, "name": "Ours"}, 201)
        wanted = {"who": "channel", "site": self.system.url, "token": "a-token-of-github", **acting}
        await self.api("PATCH", f"/endpoints/{endpoint['id']}/acting", wanted)
        body = {
            "endpoint": endpoint["id"],
            "channel": {"url": self.teams.connector("hall")},
            "events": ["*"],
        }
        subscription = await self.api("POST", "/subscriptions", body, 201)
        return {**endpoint, "subscription": subscription["id"]}

    async def card(self, endpoint: Any, fixture: str = "issues__opened") -> Any:
        """The card that a webhook becomes."""
        source = self.bridge.registry.source(endpoint["source"])
        sample = source.sample(fixture)
        before = len(self.teams.of("hall"))
        signed = source.sign(sample.body, endpoint["secret"])
        headers = {**sample.headers, **signed, "x-github-delivery": f"{fixture}-{before}"}
        async with self.session.post(
            f"{self.origin}/hooks/{endpoint['id']}", data=sample.body, headers=headers
        ) as answer:
            assert answer.status == 202, await answer.text()
        async with asyncio.timeout(30):
            while len(self.teams.of("hall")) == before:  # noqa: ASYNC110  # it comes over HTTP
                await asyncio.sleep(0.02)
        return orjson.loads(self.teams.of("hall")[-1])

    def token(self, key: RSAKey | None = None, header: Any = None, **claims: Any) -> str:
        said = {
            "iss": f"{self.issuer.url}/sts/",
            "aud": self.origin,
            "appid": APPLICATION,
            "sub": ADA,
            "oid": None,
            "jti": f"token-{time.monotonic_ns()}",
            **claims,
        }
        return self.issuer.token(key=key, header=header, **said)

    async def press(
        self, button: Any, body: str = "", *, token: str | None = None, request: str | None = None
    ) -> tuple[int, str, Any]:
        """The status, what whoever pressed is told, and the new card if there is one."""
        post = button["actions"][0] if button["@type"] == "ActionCard" else button
        headers = {"Authorization": f"Bearer {token or self.token()}"}
        if request:
            headers["Action-Request-Id"] = request
        async with self.session.post(
            post["target"], data=body or post["body"], headers=headers
        ) as answer:
            text = await answer.text()
            updates = answer.headers.get("CARD-UPDATE-IN-BODY") == "true"
            card = orjson.loads(text) if updates else None
            return answer.status, answer.headers["CARD-ACTION-STATUS"], card


def button(card: Any, name: str) -> Any:
    (found,) = [one for one in card["potentialAction"] if one["name"] == name]
    return found


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    listening = free_port()
    async with (
        an_issuer() as issuer,
        a_system() as system,
        receiver() as teams,
        aiohttp.ClientSession() as session,
    ):
        settings = Settings(
            _env_file=None,
            database_url=f"sqlite:///{tmp_path / 'bridge.db'}",
            public_url=f"http://127.0.0.1:{listening.getsockname()[1]}",
            secret_key=SecretStr("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            admin_token=SecretStr(ADMIN),
            allowed_channels=("http://127.0.0.1:*",),
            allowed_sites=("http://127.0.0.1:*",),
            action_issuer=f"{issuer.url}/sts/",
            action_discovery=issuer.discovery,
            entra_client_id=CLIENT,
            entra_tenants=(TENANT,),
            entra_authority=issuer.url,
        )
        app = create_app(settings)
        async with serving(app, listening) as origin:
            yield Scene(origin, app.state.bridge, issuer, system, teams, session)


async def test_a_comment_is_made_as_the_endpoint_s_account(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed())
    comment = button(card, "Comment")
    assert comment["inputs"][0]["@type"] == "TextInput"
    status, said, _ = await scene.press(comment, '{"comment": "Well \\"done\\"\\nindeed"}')
    assert (status, said) == (200, "The comment is on GitHub.")
    ((method, path, proof, body),) = scene.system.asked
    assert (method, path) == ("POST", "/repos/acme-rockets/launchpad/issues/98/comments")
    assert (proof, body) == ("Bearer a-token-of-github", {"body": 'Well "done"\nindeed'})


async def test_what_a_host_did_not_escape_is_read_all_the_same(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed())
    status, _, _ = await scene.press(button(card, "Comment"), '{"comment": "Say "hi"\nto all"}')
    assert status == 200
    assert scene.system.asked[0][3] == {"body": 'Say "hi"\nto all'}


async def test_closing_an_issue_gives_its_card_anew(scene: Scene) -> None:
    endpoint = await scene.subscribed()
    card = await scene.card(endpoint)
    sample = scene.bridge.registry.source("github").sample("issues__opened")
    issue = orjson.loads(sample.body)["issue"]
    closed = {**issue, "state": "closed", "closed_by": {"login": "octo-bridge"}}
    scene.system.answers["PATCH /repos/acme-rockets/launchpad/issues/98"] = (200, closed)
    status, said, new = await scene.press(button(card, "Close"))
    assert (status, said) == (200, "It is closed.")
    assert scene.system.asked[0][3] == {"state": "closed"}
    assert "octo-bridge closed" in str(new)
    assert {one["name"] for one in new["potentialAction"]} >= {"Comment", "Reopen"}
    # The new card's buttons do something, too.
    assert (await scene.press(button(new, "Reopen")))[0] == 200


async def test_a_failed_run_is_run_again(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed(), "workflow_run__completed_failure")
    status, said, _ = await scene.press(button(card, "Run again"))
    assert (status, said) == (200, "The failed jobs run again.")
    assert scene.system.asked[0][1].endswith("/rerun-failed-jobs")


async def test_what_the_system_refuses_is_said(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed(), "pull_request__opened")
    approve = button(card, "Approve")
    scene.system.answers = dict.fromkeys(
        (f"POST {path}" for path in await paths(scene, approve)),
        (422, {"message": "Can not approve your own pull request"}),
    )
    status, said, _ = await scene.press(approve, '{"comment": ""}')
    assert status == 400
    assert said == "GitHub refused it (422): Can not approve your own pull request."


async def paths(scene: Scene, pressed: Any) -> list[str]:
    """Where a press asks."""
    await scene.press(pressed, '{"comment": ""}')
    return [path for _, path, _, _ in scene.system.asked]


async def test_jira_is_asked_for_the_ways_first(scene: Scene) -> None:
    endpoint = await scene.subscribed("jira", user="bot@example.com")
    card = await scene.card(endpoint, "issue_created__cloud")
    move = button(card, "Move on")
    await scene.press(move, '{"to": "Done"}')
    (path,) = [path for _, path, _, _ in scene.system.asked]
    ways = {"transitions": [{"id": "31", "name": "Finish", "to": {"name": "Done"}}]}
    scene.system.answers[f"GET {path}"] = (200, ways)
    status, said, _ = await scene.press(move, '{"to": "done"}')
    assert (status, said) == (200, "It is moved to done.")
    method, _, proof, body = scene.system.asked[-1]
    assert (method, body) == ("POST", {"transition": {"id": "31"}})
    assert proof.startswith("Basic ")
    status, said, _ = await scene.press(move, '{"to": "Sunday"}')
    assert status == 422
    assert said == "From here it cannot go to Sunday. It can go to: done, finish."


async def test_any_system_is_posted_what_was_pressed(scene: Scene) -> None:
    endpoint = await scene.subscribed("generic", site=scene.system.url)
    choice = {"id": "hours", "title": "Hours", "kind": "choice", "choices": ["1", "8"]}
    action = {"name": "hush", "title": "Be quiet", "path": "/hush", "inputs": [choice]}
    path = f"/endpoints/{endpoint['id']}"
    await scene.api("PATCH", path, {"config": {"actions": [action]}})
    card = await scene.card(endpoint, scene.bridge.registry.source("generic").samples[0].name)
    scene.system.answers["POST /hush"] = (200, {"said": "Quiet for eight hours."})
    status, said, _ = await scene.press(button(card, "Be quiet"), '{"hours": "8"}')
    assert (status, said) == (200, "Quiet for eight hours.")
    asked = scene.system.asked[0][3]
    assert (asked["action"], asked["entered"]) == ("hush", {"hours": "8"})
    wrong = {"config": {"actions": [{**action, "path": "https://elsewhere.example/hush"}]}}
    answer = await scene.api("PATCH", path, wrong, 422)
    assert "path on the endpoint's site" in answer["errors"]["config.actions.0.path"]


async def test_what_must_be_entered_is_asked_for(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed())
    for body in ('{"comment": "  "}', '{"comment": "{{comment.value}}"}', "{}", "[]", "nonsense"):
        status, said, _ = await scene.press(button(card, "Comment"), body)
        assert status == 422
        assert said in {
            "Comment is missing.",
            "What was entered could not be read: try again.",
        }
    assert scene.system.asked == []


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"iss": "https://substrate.example/sts/"}, 401),
        ({"aud": "https://elsewhere.example"}, 401),
        ({"appid": "another-application"}, 401),
        ({"appid": None}, 401),
        ({"exp": 1}, 401),
        ({"key": new_key("first")}, 401),
        ({"key": new_key("unknown")}, 401),
    ],
    ids=["issuer", "audience", "application", "no application", "expired", "key", "unknown key"],
)
async def test_who_is_not_believed_reaches_no_plugin(
    scene: Scene, claims: dict[str, Any], status: int
) -> None:
    card = await scene.card(await scene.subscribed())
    pressed = await scene.press(button(card, "Close"), token=scene.token(**claims))
    assert pressed[0] == status
    assert pressed[1]
    assert scene.system.asked == []


@pytest.mark.parametrize("token", ["none", "HS256", "rubbish"])
async def test_a_token_that_nobody_signed_reaches_no_plugin(scene: Scene, token: str) -> None:
    card = await scene.card(await scene.subscribed())
    _, payload, signature = scene.token().split(".")
    header = base64.urlsafe_b64encode(orjson.dumps({"alg": token, "kid": "first"})).rstrip(b"=")
    forged = "x.y.z" if token == "rubbish" else f"{header.decode()}.{payload}.{signature}"
    assert (await scene.press(button(card, "Close"), token=forged))[0] == 401
    assert scene.system.asked == []


async def test_without_a_token_nothing_is_done(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed())
    async with scene.session.post(button(card, "Close")["target"]) as answer:
        assert answer.status == 401
        assert "no token" in answer.headers["CARD-ACTION-STATUS"]
    assert scene.system.asked == []


async def test_the_same_request_or_token_does_nothing_twice(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed())
    close = button(card, "Close")
    once = scene.token(jti="once")
    assert (await scene.press(close, token=once, request="r1"))[0] == 200
    for token, request in (
        (once, "r2"),
        (scene.token(), "r1"),
        (scene.token(jti="once", extra=1), "r3"),
    ):
        status, said, _ = await scene.press(close, token=token, request=request)
        assert (status, "done already" in said) == (403, True)
    assert len(scene.system.asked) == 1
    assert (await scene.press(close, request="r4"))[0] == 200


async def test_another_tenant_or_channel_presses_in_vain(scene: Scene) -> None:
    endpoint = await scene.subscribed()
    card = await scene.card(endpoint)
    path = f"/connector/subscriptions/{endpoint['subscription']}"
    body = {
        "endpoint": endpoint["id"],
        "channel": {"url": scene.teams.connector("hall")},
        "events": ["*"],
        "teams": {"tenant": TENANT},
    }
    headers = {"Authorization": f"Bearer {ADMIN}"}
    async with scene.session.put(f"{scene.origin}{path}", json=body, headers=headers) as answer:
        assert answer.status == 200
    close = button(card, "Close")
    assert (await scene.press(close, token=scene.token(tid=OTHERS)))[0] == 403
    moved = {"channel": {"url": scene.teams.connector("cellar")}}
    await scene.api("PATCH", f"/subscriptions/{endpoint['subscription']}", moved)
    status, said, _ = await scene.press(close)
    assert (status, "not subscribed any more" in said) == (403, True)
    assert scene.system.asked == []


async def test_a_button_of_another_card_or_of_none_does_nothing(scene: Scene) -> None:
    endpoint = await scene.subscribed()
    card = await scene.card(endpoint)
    close = button(card, "Close")
    made_up = {**close, "target": f"{scene.origin}/actions/AAAA"}
    assert (await scene.press(made_up))[0] == 403
    tickets = Tickets(Vault((KEY,)), scene.origin)
    ticket = tickets.read(close["target"].rpartition("/")[2])
    other = await scene.subscribed()
    stolen = Ticket(
        ticket.event,
        0,
        ticket.type,
        other["subscription"],
        ticket.channel,
        "close",
        int(time.time()) + LASTS,
    )
    expired = Ticket(
        ticket.event,
        0,
        ticket.type,
        ticket.subscription,
        ticket.channel,
        "close",
        int(time.time()) - 1,
    )
    for wrong, why in ((stolen, "no longer kept"), (expired, "too old")):
        status, said, _ = await scene.press({**close, "target": tickets.address(wrong)})
        assert (status, why in said) == (403, True)
    assert scene.system.asked == []


async def test_only_named_people_may_where_the_owner_says_so(scene: Scene) -> None:
    endpoint = await scene.subscribed(who="people", people=[ADA])
    card = await scene.card(endpoint)
    close = button(card, "Close")
    assert (await scene.press(close, token=scene.token(sub="somebody-else")))[0] == 403
    assert scene.system.asked == []
    assert (await scene.press(close))[0] == 200
    shown = await scene.api("GET", f"/endpoints/{endpoint['id']}")
    assert shown["acting"]["people"] == 1
    assert ADA not in str(shown)
    assert "a-token-of-github" not in str(shown)


async def test_entra_s_tokens_are_believed_too(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed(who="people", people=[ADA]))
    token = scene.token(iss=scene.issuer.name, aud=CLIENT, sub="pairwise", oid=ADA)
    assert (await scene.press(button(card, "Close"), token=token))[0] == 200
    of_teams = scene.token(iss=scene.issuer.name, aud=CLIENT, oid=ADA, appid="teams")
    assert (await scene.press(button(card, "Close"), token=of_teams))[0] == 401


async def test_actions_turned_off_do_nothing(scene: Scene) -> None:
    endpoint = await scene.subscribed()
    card = await scene.card(endpoint)
    body = {
        "endpoint": endpoint["id"],
        "channel": {"url": scene.teams.connector("hall")},
        "events": ["*"],
        "teams": {"tenant": TENANT},
    }
    path = f"/connector/subscriptions/{endpoint['subscription']}"
    headers = {"Authorization": f"Bearer {ADMIN}"}
    async with scene.session.put(f"{scene.origin}{path}", json=body, headers=headers) as answer:
        assert answer.status == 200
    await scene.api("PUT", f"/administration/tenants/{TENANT}", {"actions": False})
    status, said, _ = await scene.press(button(card, "Close"))
    assert (status, "turned off" in said) == (403, True)
    linked = await scene.card(endpoint, "pull_request__opened")
    assert {one["@type"] for one in linked["potentialAction"]} == {"OpenUri"}
    await scene.api("PUT", f"/administration/tenants/{TENANT}", {"actions": True})
    again = await scene.card(endpoint, "pull_request__opened")
    assert (await scene.press(button(again, "Close")))[0] == 200


async def test_where_nobody_may_there_are_no_buttons(scene: Scene) -> None:
    card = await scene.card(await scene.subscribed(who="nobody"))
    assert {one["@type"] for one in card["potentialAction"]} == {"OpenUri"}


async def test_a_site_that_the_operator_does_not_allow_is_refused(scene: Scene) -> None:
    endpoint = await scene.api("POST", "/endpoints", {"source": "github", "name": "Ours"}, 201)
    wanted = {"who": "channel", "site": "https://internal.example", "token": "x"}
    answer = await scene.api("PATCH", f"/endpoints/{endpoint['id']}/acting", wanted, 422)
    assert "BRIDGE_ALLOWED_SITES" in answer["errors"]["site"]


async def test_acting_can_be_turned_off_whatever_the_operator_allows_by_now(scene: Scene) -> None:
    made = await scene.subscribed()
    endpoint = await scene.bridge.store.endpoints.get(made["id"])
    assert endpoint is not None
    elsewhere = replace(endpoint.acting, site="https://allowed-once.example")
    await scene.bridge.store.endpoints.replace(replace(endpoint, acting=elsewhere))
    where = f"/endpoints/{made['id']}/acting"
    await scene.api("PATCH", where, {"who": "people", "people": [ADA]}, 422)
    assert (await scene.api("PATCH", where, {"who": "nobody"}))["acting"]["who"] == "nobody"


async def test_a_token_does_not_follow_to_another_site(scene: Scene) -> None:
    endpoint = await scene.subscribed()
    answer = await scene.api(
        "PATCH", f"/endpoints/{endpoint['id']}/acting", {"site": "http://127.0.0.1:9"}, 422
    )
    assert "token again" in answer["errors"]["token"]
