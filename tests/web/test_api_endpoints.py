"""/api/v1/endpoints."""

from bridge.signatures import sign_hmac_sha256
from tests.web.conftest import Api


async def test_an_endpoint_is_made_with_its_secret_shown_this_once(api: Api) -> None:
    made = await api.endpoint()
    assert made["url"] == f"http://127.0.0.1:8000/hooks/{made['id']}"
    assert len(made["secret"]) == 44
    shown = await api.call("GET", f"/endpoints/{made['id']}")
    assert shown == {name: value for name, value in made.items() if name != "secret"}
    assert set(shown) == {
        "id",
        "source",
        "name",
        "url",
        "verification",
        "config",
        "secrets",
        "acting",
        "owner",
        "draft",
        "created_at",
    }
    assert shown["created_at"].endswith("Z")
    assert set(shown["secrets"][0]) == {"id", "created_at", "expires_at"}


async def test_an_endpoint_takes_a_secret_and_a_config(api: Api) -> None:
    made = await api.endpoint(secret="It's a Secret to Everybody", config={"greeting": "Hi"})
    assert made["secret"] == "It's a Secret to Everybody"
    assert made["config"] == {"greeting": "Hi"}
    refused = await api.call(
        "POST", "/endpoints", {"source": "windows", "name": "", "secret": "x"}, 422
    )
    assert set(refused["errors"]) == {"source", "name", "secret"}


async def test_an_endpoint_verified_by_its_url_is_warned_about_and_masked(api: Api) -> None:
    made = await api.endpoint(verification="url")
    assert made["url"].endswith(f".{made['secret']}")
    assert "password" in made["warning"]
    shown = await api.call("GET", f"/endpoints/{made['id']}")
    assert shown["url"] == f"http://127.0.0.1:8000/hooks/{made['id']}.…"
    assert shown["warning"] == made["warning"]
    path = made["url"].removeprefix("http://127.0.0.1:8000")
    async with api.session.post(
        api.origin + path, data=b"{}", headers={"Content-Type": "application/json"}
    ) as answer:
        assert answer.status == 202
    async with api.session.post(f"{api.origin}/hooks/{made['id']}", data=b"{}") as answer:
        assert answer.status == 404


async def test_it_is_renamed_configured_and_removed(api: Api) -> None:
    made = await api.endpoint()
    path = f"/endpoints/{made['id']}"
    changed = await api.call("PATCH", path, {"name": "Gate", "config": {"greeting": "Hi"}})
    assert (changed["name"], changed["config"]) == ("Gate", {"greeting": "Hi"})
    await api.call("PATCH", path, {"source": "jira"}, 422)
    await api.call("DELETE", path, status=204)
    await api.call("DELETE", path, status=404)


async def test_during_a_rotation_both_secrets_sign(api: Api) -> None:
    made = await api.endpoint()
    path = f"/endpoints/{made['id']}/secrets"
    rotated = await api.call("POST", path, {"overlap": 3600}, 201)
    assert rotated["secret"] != made["secret"]
    await api.webhook(made, b'{"happened": "alarm", "signed": "with the old one"}')
    await api.webhook(rotated, b'{"happened": "alarm", "signed": "with the new one"}')
    old, new = (secret["id"] for secret in rotated["secrets"])
    await api.call("DELETE", f"{path}/{old}", status=204)
    await api.call("DELETE", f"{path}/{new}", status=409)
    await api.call("POST", path, {"overlap": -1}, 422)
    body = b'{"happened": "alarm"}'
    headers = {"X-Door-Signature": sign_hmac_sha256(body, made["secret"])}
    async with api.session.post(
        f"{api.origin}/hooks/{made['id']}", data=body, headers=headers
    ) as answer:
        assert answer.status == 401


async def test_what_an_endpoint_turned_away_can_be_seen(api: Api) -> None:
    made = await api.endpoint()
    async with api.session.post(f"{api.origin}/hooks/{made['id']}", data=b"{}") as answer:
        assert answer.status == 401

    async def look() -> list[dict[str, object]]:
        items: list[dict[str, object]] = (
            await api.call("GET", f"/endpoints/{made['id']}/refused")
        )["items"]
        return items

    (refusal,) = await api.until(look)
    assert refusal["status"] == 401
    assert "x-door-signature header is missing" in str(refusal["reason"])
