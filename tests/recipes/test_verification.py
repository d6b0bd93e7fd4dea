"""How senders prove themselves, described: what vendors document holds, and everything else is refused."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.errors import Invalid, InvalidSignature
from bridge.models import EndpointSecret, InboundRequest
from bridge.recipes.description import check
from bridge.recipes.proving import read_verification
from bridge.recipes.verification import Verification

SENT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
STAMP = str(int(SENT.timestamp()))
BODY = b'{"a": 1}'
SECRETS = tuple(EndpointSecret(f"key_{it}", SecretStr(it), SENT) for it in ("the-old", "the-new"))


def described(**settings: Any) -> Verification:
    problems: dict[str, str] = {}
    made = read_verification(settings, "verification", problems)
    assert problems == {}
    return made


def digest(content: bytes, algorithm: str = "sha256", secret: str = "the-new") -> bytes:
    return hmac.new(secret.encode(), content, getattr(hashlib, algorithm)).digest()


STRIPE = {
    "scheme": "hmac",
    "header": "Stripe-Signature",
    "signature": "v1",
    "timestamp": "t",
    "signed": "{timestamp}.{body}",
}
SLACK = {
    "scheme": "hmac",
    "header": "X-Slack-Signature",
    "prefix": "v0=",
    "timestamp": "header:X-Slack-Request-Timestamp",
    "signed": "v0:{timestamp}:{body}",
}
ALL: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {"x-hub-signature-256": f"sha256={digest(BODY).hex()}"}),
    ({}, {"x-hub-signature-256": f"SHA256={digest(BODY).hex().upper()}"}),
    (
        {"scheme": "hmac", "algorithm": "sha1", "header": "X-Hub-Signature", "prefix": "sha1="},
        {"x-hub-signature": f"sha1={digest(BODY, 'sha1').hex()}"},
    ),
    (
        {"scheme": "hmac", "header": "X-Shop-Hmac", "encoding": "base64"},
        {"x-shop-hmac": b64encode(digest(BODY)).decode()},
    ),
    (
        {"scheme": "hmac", "header": "X-Sig", "encoding": "base64", "algorithm": "sha512"},
        {"x-sig": b64encode(digest(BODY, "sha512"), b"-_").decode().rstrip("=")},
    ),
    (
        {"scheme": "hmac", "header": "X-Sig", "algorithm": "sha384"},
        {"x-sig": digest(BODY, "sha384").hex()},
    ),
    (
        {"scheme": "hmac", "header": "X-PagerDuty-Signature", "signature": "v1"},
        {"x-pagerduty-signature": f"v1={'0' * 64},v1={digest(BODY).hex()}"},
    ),
    (
        STRIPE,
        {
            "stripe-signature": f"t={STAMP}, v0=x, v1={'0' * 64},"
            f" v1={digest(STAMP.encode() + b'.' + BODY).hex()}"
        },
    ),
    (
        SLACK,
        {
            "x-slack-signature": f"v0={digest(b'v0:%s:%s' % (STAMP.encode(), BODY)).hex()}",
            "x-slack-request-timestamp": STAMP,
        },
    ),
    (
        {"scheme": "hmac", "header": "X-Sig", "signed": "{header:X-Id}|{body}"},
        {"x-sig": digest(b"7|" + BODY).hex(), "x-id": "7"},
    ),
    ({"scheme": "token", "header": "X-Token"}, {"x-token": "the-new"}),
    ({"scheme": "token", "prefix": "Bearer "}, {"authorization": "Bearer the-new"}),
    ({"scheme": "basic"}, {"authorization": f"Basic {b64encode(b'the-new').decode()}"}),
]
CASES = [(described(**settings), headers) for settings, headers in ALL]


@pytest.mark.parametrize(("verification", "headers"), CASES)
def test_the_sender_is_known_by_its_secret(
    verification: Verification, headers: Mapping[str, str]
) -> None:
    request = InboundRequest(headers, BODY)
    assert verification.verify(request, SECRETS, now=SENT) == SECRETS[1]
    with pytest.raises(InvalidSignature):
        verification.verify(request, SECRETS[:1], now=SENT)
    with pytest.raises(InvalidSignature):
        verification.verify(InboundRequest({}, BODY), SECRETS, now=SENT)
    for name in headers:
        left = {other: value for other, value in headers.items() if other != name}
        with pytest.raises(InvalidSignature, match=rf"(?i){name}"):
            verification.verify(InboundRequest(left, BODY), SECRETS, now=SENT)
    if verification.scheme == "hmac":
        with pytest.raises(InvalidSignature):
            verification.verify(InboundRequest(headers, BODY + b" "), SECRETS, now=SENT)


@pytest.mark.parametrize("settings", [STRIPE, SLACK], ids=["in a list", "in a header"])
def test_what_was_sent_long_ago_is_refused(settings: dict[str, Any]) -> None:
    short = described(**settings, tolerance=60)
    proof = short.sign(BODY, "the-new", now=SENT)
    request = InboundRequest({name.lower(): value for name, value in proof.items()}, BODY)
    assert short.verify(request, SECRETS, now=SENT + timedelta(seconds=60))
    for off in (timedelta(seconds=61), -timedelta(seconds=61)):
        with pytest.raises(InvalidSignature, match="60 seconds off"):
            short.verify(request, SECRETS, now=SENT + off)
    usual = described(**settings)
    with pytest.raises(InvalidSignature, match="5 minutes off"):
        usual.verify(request, SECRETS, now=SENT + timedelta(seconds=301))


def test_a_time_may_be_in_milliseconds() -> None:
    stamp = f"{STAMP}250"
    headers = {
        "x-slack-signature": f"v0={digest(b'v0:%s:%s' % (stamp.encode(), BODY)).hex()}",
        "x-slack-request-timestamp": stamp,
    }
    assert described(**SLACK).verify(InboundRequest(headers, BODY), SECRETS, now=SENT)


@pytest.mark.parametrize(
    "stamp", ["", "soon", "-1", "1.5", "٣", "9" * 5000, "0" * 5000, "99999999999999"]
)
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    content = b"v0:%s:%s" % (stamp.encode(), BODY)
    headers = {
        "x-slack-signature": f"v0={digest(content).hex()}",
        "x-slack-request-timestamp": stamp,
    }
    with pytest.raises(InvalidSignature, match=r"not a number of seconds|off"):
        described(**SLACK).verify(InboundRequest(headers, BODY), SECRETS, now=SENT)


def test_a_list_without_a_time_is_refused() -> None:
    headers = {"stripe-signature": f"v1={digest(b'.' + BODY).hex()}"}
    with pytest.raises(InvalidSignature, match="no time in a field t"):
        described(**STRIPE).verify(InboundRequest(headers, BODY), SECRETS, now=SENT)


def test_only_the_first_signatures_of_a_list_are_tried() -> None:
    many = ",".join([f"v1={'0' * 64}"] * 20 + [f"v1={digest(BODY).hex()}"])
    listed = described(scheme="hmac", header="X-Sig", signature="v1")
    with pytest.raises(InvalidSignature):
        listed.verify(InboundRequest({"x-sig": many}, BODY), SECRETS)


@pytest.mark.parametrize("settings", [settings for settings, _ in ALL])
def test_a_sample_is_signed_as_it_is_verified(settings: dict[str, Any]) -> None:
    verification = described(**settings)
    proof = verification.sign(BODY, "the-old")
    request = InboundRequest({name.lower(): value for name, value in proof.items()}, BODY)
    assert verification.verify(request, SECRETS) == SECRETS[0]


def test_standard_webhooks() -> None:
    standard = described(scheme="standard-webhooks")
    for secret in ("the-old", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"):
        known = EndpointSecret("key", SecretStr(secret), SENT)
        proof = standard.sign(BODY, secret, now=SENT)
        request = InboundRequest(proof, BODY)
        assert standard.verify(request, [known], now=SENT) == known
        with pytest.raises(InvalidSignature):
            standard.verify(request, SECRETS[1:], now=SENT)
        with pytest.raises(InvalidSignature, match="5 minutes"):
            standard.verify(request, [known], now=SENT + timedelta(minutes=6))


def test_none_takes_everything() -> None:
    none = described(scheme="none")
    assert none.verify(InboundRequest({}, b""), ()) is None
    assert none.sign(b"", "x") == {}


@given(value=st.text(max_size=99), stamp=st.text(max_size=20) | st.just(STAMP))
@pytest.mark.parametrize("settings", [settings for settings, _ in ALL])
def test_whatever_the_headers_say_the_answer_is_a_refusal(
    settings: dict[str, Any], value: str, stamp: str
) -> None:
    verification = described(**settings)
    headers = {
        name.lower(): value for name in (*verification.sign(BODY, "x"), "x-slack-request-timestamp")
    }
    headers["x-slack-request-timestamp"] = stamp
    headers = {
        name: f"t={stamp},v1={it}" if "stripe" in name else it for name, it in headers.items()
    }
    with pytest.raises(InvalidSignature):
        verification.verify(InboundRequest(headers, BODY), SECRETS, now=SENT)


def test_the_old_name_has_its_old_prefix() -> None:
    assert described(scheme="hmac-sha256", header="X-Sig").prefix == "sha256="
    assert described(header="X-Sig").prefix == "sha256="
    assert described(scheme="hmac", header="X-Sig").prefix == ""
    assert described(scheme="hmac").prefix == "sha256="


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        ("none", "", "such as"),
        ({"scheme": "md5"}, ".scheme", "hmac, standard-webhooks, token, basic, none"),
        ({"scheme": ["hmac"]}, ".scheme", "Must be one of"),
        ({"scheme": "hmac", "algorithm": "md5"}, ".algorithm", "sha1, sha256, sha384, sha512"),
        ({"scheme": "hmac", "encoding": "utf-8"}, ".encoding", "hex, base64"),
        ({"scheme": "hmac", "header": "a b"}, ".header", "header's name"),
        ({"scheme": "hmac", "header": None}, ".header", "header's name"),
        ({"scheme": "hmac", "prefix": 7}, ".prefix", "text"),
        ({"scheme": "hmac", "signed": "{timestamp}"}, ".signed", "Must contain {body}"),
        ({"scheme": "hmac", "signed": "fixed"}, ".signed", "Must contain {body}"),
        ({"scheme": "hmac", "signed": "{url}{body}"}, ".signed", "{url} is not known"),
        ({"scheme": "hmac", "signed": "{header:a b}{body}"}, ".signed", "is not known"),
        ({"scheme": "hmac", "signed": ["{body}"]}, ".signed", "text"),
        ({"scheme": "hmac", "signed": "{timestamp}.{body}"}, ".timestamp", "Say where"),
        ({"scheme": "hmac", "timestamp": "t"}, ".signature", "which field"),
        ({"scheme": "hmac", "timestamp": "header:"}, ".timestamp", "header:X-Name"),
        ({"scheme": "hmac", "signature": "v 1"}, ".signature", "field's name"),
        ({"scheme": "hmac", "tolerance": 0}, ".tolerance", "1 to 86400 seconds"),
        ({"scheme": "hmac", "tolerance": True}, ".tolerance", "1 to 86400 seconds"),
        ({"scheme": "hmac", "secret": "x"}, ".secret", "It has algorithm, header"),
        ({"scheme": "token", "signed": "{body}"}, ".signed", "It has header, prefix"),
        ({"scheme": "basic", "header": "X"}, ".header", "It has none"),
        ({"scheme": "none", "header": "X"}, ".header", "It has none"),
    ],
)
def test_a_wrong_setting_is_named(settings: Any, field: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        check({"verification": settings})
    assert list(caught.value.fields) == [f"config.verification{field}"]
    assert said in caught.value.fields[f"config.verification{field}"]
