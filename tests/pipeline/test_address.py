"""Which channel URLs are allowed: the real ones are, and what two readers could read differently never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.channels import register_channels
from bridge.pipeline.address import (
    Address,
    check_address,
    mask,
    parse_address,
    parse_pattern,
    which_kind,
)

KINDS = {kind.name: kind for kind in register_channels()}
MICROSOFT = tuple(host for kind in KINDS.values() for host in kind.hosts)

GUID = "11111111-2222-3333-4444-555555555555"
OLD = f"https://outlook.office365.com/webhook/{GUID}@{GUID}/IncomingWebhook/abc123/{GUID}"
NEW = f"https://contoso.webhook.office.com/webhookb2/{GUID}@{GUID}/IncomingWebhook/abc123/{GUID}"
LOGIC = (
    "https://prod-12.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abc-_"
)
POWER = (
    "https://default1234.07.environment.api.powerplatform.com:443/powerautomate/automations/direct/"
    "workflows/abc/triggers/manual/paths/invoke?api-version=1&sp=x&sv=1.0&sig=abc"
)
DIRECT = POWER.replace("direct/", "direct/cu/07/")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (OLD, "connector"),
        (NEW, "connector"),
        (NEW + "/V2extra", "connector"),
        (LOGIC, "workflow"),
        (POWER, "workflow"),
        (DIRECT, "workflow"),
    ],
)
def test_microsoft_s_urls_are_allowed_and_recognised(url: str, kind: str) -> None:
    check_address(url, MICROSOFT)
    check_address(url, KINDS[kind].hosts)
    assert which_kind(url, KINDS) == kind


@pytest.mark.parametrize(
    "url", ["https://example.com/", "https://[", "", "https://x.webhook.office.com/other"]
)
def test_what_is_no_channel_is_not_recognised(url: str) -> None:
    assert which_kind(url, KINDS) is None


PATH = f"/webhookb2/{GUID}@{GUID}/IncomingWebhook/abc123/{GUID}"


@pytest.mark.parametrize(
    "url",
    [
        f"http://contoso.webhook.office.com{PATH}",
        f"ftp://contoso.webhook.office.com{PATH}",
        f"//contoso.webhook.office.com{PATH}",
        f"contoso.webhook.office.com{PATH}",
        f"https:contoso.webhook.office.com{PATH}",
        f"https:/contoso.webhook.office.com{PATH}",
        f"https:///contoso.webhook.office.com{PATH}",
        f"https://contoso.webhook.office.com:8443{PATH}",
        f"https://contoso.webhook.office.com:0{PATH}",
        f"https://contoso.webhook.office.com:99999{PATH}",
        f"https://contoso.webhook.office.com:*{PATH}",
        f"https://contoso.webhook.office.com:{PATH}",
        f"https://contoso.webhook.office.com:443:443{PATH}",
        f"https://webhook.office.com{PATH}",
        f"https://webhook.office.com.evil.example{PATH}",
        f"https://evilwebhook.office.com{PATH}",
        f"https://evil.example/contoso.webhook.office.com{PATH}",
        f"https://evil.example?contoso.webhook.office.com{PATH}",
        "https://evil.example#.webhook.office.com",
        f"https://evil.example\\.webhook.office.com{PATH}",
        f"https://evil.example@contoso.webhook.office.com{PATH}",
        f"https://contoso.webhook.office.com@evil.example{PATH}",
        f"https://contoso.webhook.office.com:443@evil.example{PATH}",
        f"https://a:b@contoso.webhook.office.com{PATH}",
        f"https://@contoso.webhook.office.com{PATH}",
        f"https://contoso.webhook.office.com{PATH}#fragment",
        f"https://contoso.webhook.office.com.{PATH}",
        f"https://.webhook.office.com{PATH}",
        f"https://..webhook.office.com{PATH}",
        f"https://-.webhook.office.com{PATH}",
        f"https://*.webhook.office.com{PATH}",
        f"https://evil.example%2f.webhook.office.com{PATH}",
        f"https://evil.example%00.webhook.office.com{PATH}",
        f"https://cont_oso.webhook.office.com{PATH}",
        f"https://contoso。webhook.office.com{PATH}",
        f"https://contoso.webhook.\u043effice.com{PATH}",
        f"https://contoso.webhook.office.com{PATH} ",
        f" https://contoso.webhook.office.com{PATH}",
        f"https://contoso.webhook.office.com/\r\nHost: evil.example{PATH}",
        f"https://contoso.webhook.office.com\t{PATH}",
        f"https://contoso.webhook.office.com{PATH}/é",
        f"https://evil.example,contoso.webhook.office.com{PATH}",
        f"https://evil.example;.webhook.office.com{PATH}",
        f"https://[::1].webhook.office.com{PATH}",
        f"https://{'a' * 64}.webhook.office.com{PATH}",
        f"https://{'a.' * 130}webhook.office.com{PATH}",
        f"https://contoso.webhook.office.com/{'a' * 5000}",
        "https://127.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://localhost/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_hostile_url_is_refused_with_a_sentence_that_hides_its_path(url: str) -> None:
    with pytest.raises(ValueError, match=r"\.$|\)\.$") as caught:
        check_address(url, MICROSOFT)
    assert GUID not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "pattern", "allowed"),
    [
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:*", True),
        ("http://127.0.0.1/x", "http://127.0.0.1:*", True),
        ("https://127.0.0.1:8080/x", "http://127.0.0.1:*", False),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1", False),
        ("http://127.0.0.1:80/x", "http://127.0.0.1", True),
        ("http://127.1:80/x", "http://127.0.0.1", False),
        ("http://[::1]:8080/x", "http://[::1]:*", True),
        ("https://cards.example.com:8443/x", "https://cards.example.com:8443", True),
        ("https://cards.example.com/x", "https://cards.example.com:8443", False),
        ("https://CARDS.example.COM/x", "https://cards.Example.com/", True),
        ("https://a.b.example.com/x", "https://*.example.com", True),
        ("https://example.com/x", "https://*.example.com", False),
        ("https://example.com", "https://example.com", True),
        ("https://example.com?x", "https://example.com", True),
    ],
)
def test_patterns_are_compared_part_by_part(url: str, pattern: str, allowed: bool) -> None:
    if allowed:
        check_address(url, (pattern,))
    else:
        with pytest.raises(ValueError, match=r"not among the allowed|unusual form"):
            check_address(url, (pattern,))


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "*",
        "https://*",
        "https://",
        "example.com",
        "https://*.example.com/path",
        "https://a.*.example.com",
        "https://*example.com",
        "https://exa mple.com",
        "https://user@example.com",
        "https://exämple.com",
        "ftp://example.com",
        "https://example.com:0",
        "https://example.com:port",
    ],
)
def test_a_pattern_that_would_not_do_what_it_seems_to_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no pattern of allowed channels"):
        parse_pattern(pattern)


def test_nothing_is_allowed_without_a_pattern() -> None:
    with pytest.raises(ValueError, match=r"\(none\)"):
        check_address(NEW, ())


def test_a_mask_shows_where_it_leads_and_no_more() -> None:
    assert mask(NEW) == "https://contoso.webhook.office.com/…"
    assert mask(LOGIC) == "https://prod-12.westeurope.logic.azure.com/…"
    assert mask("http://127.0.0.1:8080/secret") == "http://127.0.0.1:8080/…"
    assert mask("https://user:secret@example.com/") == "…"


def test_an_address_is_read_whole() -> None:
    assert parse_address(LOGIC) == Address("https", "prod-12.westeurope.logic.azure.com", 443)
    assert parse_address("HTTPS://[2001:DB8::1]:8443/") == Address("https", "[2001:db8::1]", 8443)


@given(st.text() | st.text(alphabet="htps:/.@#?[]\\%*-1azA ", max_size=40))
def test_whatever_it_is_it_is_read_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        assert mask(text) == "…"
    else:
        assert address.scheme in {"http", "https"}
        assert 0 < address.port < 65536
        assert "@" not in text.partition("//")[2].partition("/")[0].partition("?")[0]
