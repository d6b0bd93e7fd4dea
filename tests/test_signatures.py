"""Proofs of a sender: public vectors, every way to be wrong, and no exception but the one that means so."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.errors import InvalidSignature
from bridge.models import EndpointSecret, InboundRequest
from bridge.signatures import (
    sign_hmac_sha256,
    verify_basic,
    verify_hmac_sha256,
    verify_standard_webhook,
    verify_token,
)

GITHUB_SECRET = "It's a Secret to Everybody"
GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
STANDARD_BODY = b'{"test": 2432232314}'
STANDARD_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
STANDARD_TIME = datetime.fromtimestamp(1614265330, UTC)


def secrets(*values: str) -> list[EndpointSecret]:
    now = datetime.now(UTC)
    return [EndpointSecret(f"key_{value}", SecretStr(value), now) for value in values]


def request(body: bytes = b"", **headers: str) -> InboundRequest:
    return InboundRequest({name.replace("_", "-"): value for name, value in headers.items()}, body)


def hub(signature: str, body: bytes = b"Hello, World!") -> InboundRequest:
    return request(body, x_hub_signature_256=signature)


def check_hub(inbound: InboundRequest, *values: str) -> EndpointSecret:
    return verify_hmac_sha256(inbound, secrets(*values), header="X-Hub-Signature-256")


def test_github_s_vector() -> None:
    check_hub(hub(GITHUB_SIGNATURE), GITHUB_SECRET)
    assert sign_hmac_sha256(b"Hello, World!", GITHUB_SECRET) == GITHUB_SIGNATURE


def test_any_of_several_secrets_fits_and_is_named() -> None:
    for several in (("another", GITHUB_SECRET), (GITHUB_SECRET, "another")):
        assert check_hub(hub(GITHUB_SIGNATURE), *several).id == f"key_{GITHUB_SECRET}"


@pytest.mark.parametrize(
    "inbound",
    [
        request(b"Hello, World!"),
        hub(""),
        hub("sha256="),
        hub(GITHUB_SIGNATURE[:-1]),
        hub(GITHUB_SIGNATURE.removeprefix("sha256=")),
        hub(GITHUB_SIGNATURE.replace("sha256", "sha1")),
        hub(GITHUB_SIGNATURE, b"Hello, World"),
        hub("sha256=" + "é" * 64),
    ],
)
def test_a_wrong_hmac_is_refused(inbound: InboundRequest) -> None:
    with pytest.raises(InvalidSignature):
        check_hub(inbound, GITHUB_SECRET)


def test_without_any_secret_nothing_fits() -> None:
    with pytest.raises(InvalidSignature):
        check_hub(hub(sign_hmac_sha256(b"Hello, World!", "")))


@given(body=st.binary(), secret=st.text(min_size=1), other=st.text(min_size=1))
def test_a_signature_fits_its_own_secret_only(body: bytes, secret: str, other: str) -> None:
    inbound = hub(sign_hmac_sha256(body, secret), body)
    check_hub(inbound, secret)
    # HMAC pads its key with zero bytes, so such secrets are the same one.
    if other.rstrip("\0") != secret.rstrip("\0") and max(map(len, (other, secret))) <= 16:
        with pytest.raises(InvalidSignature):
            check_hub(inbound, other)


def test_the_standard_webhooks_vector() -> None:
    inbound = InboundRequest(STANDARD_HEADERS, STANDARD_BODY)
    verify_standard_webhook(inbound, secrets(STANDARD_SECRET), now=STANDARD_TIME)
    bare = STANDARD_SECRET.removeprefix("whsec_")
    verify_standard_webhook(inbound, secrets("not base64!", bare), now=STANDARD_TIME)


def test_one_of_several_standard_signatures_is_enough() -> None:
    several = (
        f"v1,{base64.b64encode(b'x' * 32).decode()} v2,abc {STANDARD_HEADERS['webhook-signature']}"
    )
    inbound = InboundRequest({**STANDARD_HEADERS, "webhook-signature": several}, STANDARD_BODY)
    verify_standard_webhook(inbound, secrets(STANDARD_SECRET), now=STANDARD_TIME)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_another"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "-1614265330"},
        {"webhook-timestamp": "1614265330.0"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": "99999999999"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"webhook-signature": "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    ],
)
def test_a_wrong_standard_webhook_is_refused(changed: Mapping[str, str]) -> None:
    inbound = InboundRequest({**STANDARD_HEADERS, **changed}, STANDARD_BODY)
    with pytest.raises(InvalidSignature):
        verify_standard_webhook(inbound, secrets(STANDARD_SECRET), now=STANDARD_TIME)


@pytest.mark.parametrize("missing", list(STANDARD_HEADERS))
def test_a_standard_webhook_without_a_header_is_refused(missing: str) -> None:
    left = {name: value for name, value in STANDARD_HEADERS.items() if name != missing}
    with pytest.raises(InvalidSignature, match=missing):
        verify_standard_webhook(InboundRequest(left, STANDARD_BODY), secrets(STANDARD_SECRET))


@pytest.mark.parametrize("off", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_a_standard_webhook_of_another_time_is_refused(off: timedelta) -> None:
    inbound = InboundRequest(STANDARD_HEADERS, STANDARD_BODY)
    with pytest.raises(InvalidSignature, match="5 minutes"):
        verify_standard_webhook(inbound, secrets(STANDARD_SECRET), now=STANDARD_TIME + off)


def test_a_token() -> None:
    verify_token(request(x_token="s3cret"), secrets("old", "s3cret"), header="X-Token")
    verify_token(
        request(authorization="Bearer s3cret"),
        secrets("s3cret"),
        header="Authorization",
        prefix="Bearer ",
    )
    for wrong in (request(), request(x_token=""), request(x_token="s3cre"), request(x_token="é")):
        with pytest.raises(InvalidSignature):
            verify_token(wrong, secrets("s3cret"), header="X-Token")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_basic_authentication() -> None:
    verify_basic(request(authorization=basic("user:pass:word")), secrets("user:pass:word"))
    verify_basic(request(authorization=basic("u:p").replace("B", "b", 1)), secrets("u:p"))
    wrong = ("", "Basic", "Basic !!", basic("user:other"), "Bearer " + basic("u:p")[6:])
    for value in wrong:
        with pytest.raises(InvalidSignature):
            verify_basic(request(authorization=value), secrets("u:p"))


def test_basic_authentication_by_a_password_alone() -> None:
    """As a secret that the bridge made is: it has no user, and the sending system asks for one."""
    both = secrets("w0rd", "user:other")
    for user in ("bridge", "", "anybody"):
        assert verify_basic(request(authorization=basic(f"{user}:w0rd")), both).id == "key_w0rd"
    for wrong in ("w0rd:", "bridge:", "bridge:w0rd:", "bridge:other", "user:w0rd "):
        with pytest.raises(InvalidSignature):
            verify_basic(request(authorization=basic(wrong)), both)


PROOFS: list[tuple[str, Callable[[InboundRequest], object]]] = [
    ("x-signature", lambda it: verify_hmac_sha256(it, secrets("s"), header="x-signature")),
    ("x-token", lambda it: verify_token(it, secrets("s"), header="x-token")),
    ("authorization", lambda it: verify_basic(it, secrets("s"))),
]


@given(value=st.text(), which=st.sampled_from(PROOFS))
def test_whatever_a_header_says_the_answer_is_a_refusal(
    value: str, which: tuple[str, Callable[[InboundRequest], object]]
) -> None:
    header, verify = which
    if value.strip() != "s":
        with pytest.raises(InvalidSignature):
            verify(InboundRequest({header: value}, b""))


@given(identifier=st.text(), timestamp=st.text() | st.just("1614265330"), signature=st.text())
def test_whatever_a_standard_webhook_says_the_answer_is_a_refusal(
    identifier: str, timestamp: str, signature: str
) -> None:
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature,
    }
    with pytest.raises(InvalidSignature):
        verify_standard_webhook(
            InboundRequest(headers, b""), secrets(STANDARD_SECRET), now=STANDARD_TIME
        )
