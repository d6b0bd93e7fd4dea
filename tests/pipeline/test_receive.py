"""What of a webhook's headers is kept."""

from datetime import UTC, datetime

from pydantic import SecretStr

from bridge.models import Endpoint, EndpointSecret, InboundRequest
from bridge.pipeline.receive import NotingHeaders, valid_secrets

NOW = datetime.now(UTC)


def test_headers_note_what_was_asked_for() -> None:
    headers = NotingHeaders({"x-signature": "1", "x-event": "2", "content-type": "3"})
    request = InboundRequest(headers, b"")
    assert request.header("X-Signature") == "1"
    assert request.header("X-Missing") is None
    assert request.content_type == "3"
    assert headers.asked == {"x-signature", "x-missing", "content-type"}
    assert len(headers) == len(list(headers)) == 3


def test_going_through_all_headers_asks_for_all() -> None:
    headers = NotingHeaders({"x-signature": "1", "x-event": "2"})
    assert dict(headers.items()) == {"x-signature": "1", "x-event": "2"}
    assert headers.asked == {"x-signature", "x-event"}


def test_an_expired_secret_is_no_secret() -> None:
    secrets = tuple(
        EndpointSecret(name, SecretStr(name), NOW, expires)
        for name, expires in (("key_1", NOW), ("key_2", None))
    )
    endpoint = Endpoint("ep_1", "radio", "one", secrets, "operator", NOW)
    assert [one.id for one in valid_secrets(endpoint, NOW)] == ["key_2"]
