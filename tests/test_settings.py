"""Settings are checked once, at start, and a wrong one is named."""

import base64
from pathlib import Path

import pytest

from bridge.errors import SettingsError
from bridge.settings import Settings, load_settings, parse_rate

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(32)).decode()


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_RETRY_SCHEDULE", "1, 2.5")
    monkeypatch.setenv("BRIDGE_ALLOWED_CHANNELS", "http://127.0.0.1:*,https://*.example.com")
    settings = load_settings()
    assert settings.retry_schedule == (1.0, 2.5)
    assert settings.allowed_channels == ("http://127.0.0.1:*", "https://*.example.com")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BRIDGE_RETRY_SCHEDULE", ""),
        ("BRIDGE_RETRY_SCHEDULE", "soon"),
        ("BRIDGE_RETRY_SCHEDULE", "-1"),
        ("BRIDGE_MAX_BODY_BYTES", "0"),
        ("BRIDGE_GIVE_UP_AFTER", "never"),
        ("BRIDGE_PUBLIC_URL", "bridge.example.com"),
        ("BRIDGE_CHANNEL_RATE", "fast"),
        ("BRIDGE_ENDPOINT_RATE", "10"),
        ("BRIDGE_DIGEST_AFTER", "-1"),
        ("BRIDGE_ALERT_CHANNEL", "the-operators"),
        ("BRIDGE_KEEP_BODIES", "0"),
        ("BRIDGE_KEEP_EVENTS", "inf"),
        ("BRIDGE_KEEP_DELIVERIES", "1e99"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_rates_are_numbers_with_their_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().channel_rate is None
    assert load_settings().endpoint_rate == ((2000, 1.0),)
    monkeypatch.setenv("BRIDGE_CHANNEL_RATE", "4/1, 60 / 30,100/0.5")
    monkeypatch.setenv("BRIDGE_ENDPOINT_RATE", "off")
    settings = load_settings()
    assert settings.channel_rate == ((4, 1.0), (60, 30.0), (100, 0.5))
    assert settings.endpoint_rate == ()
    assert Settings(_env_file=None, channel_rate=()).channel_rate == ()


@pytest.mark.parametrize(
    "rate", ["", "4", "4/", "/1", "4/1,", "0/1", "4/0", "-4/1", "4/-1", "4/1 60/30", "٤/1", "1/nan"]
)
def test_a_rate_that_says_nothing_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="4/1,60/30, or off"):
        parse_rate(rate)


def test_the_alert_channel_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ALERT_CHANNEL", "https://example.com/a-secret")
    settings = load_settings()
    assert "a-secret" not in repr(settings)
    monkeypatch.setenv("BRIDGE_ALERT_CHANNEL", "")
    assert load_settings().alert_channel is None
    monkeypatch.setenv("BRIDGE_ALERT_CHANNEL", "ftp://example.com/a-secret")
    with pytest.raises(SettingsError, match=r"BRIDGE_ALERT_CHANNEL: .*https://") as caught:
        load_settings()
    assert "a-secret" not in str(caught.value)


def test_the_key_ring_keeps_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SECRET_KEY", f"{KEY},{OTHER}")
    assert load_settings().keys() == (bytes(range(32)), bytes(32))


@pytest.mark.parametrize("key", ["", "short", "not base64!", f"{KEY},", KEY[:-4]])
def test_a_bad_key_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("BRIDGE_SECRET_KEY", key)
    with pytest.raises(SettingsError, match="new-key") as caught:
        load_settings().keys()
    assert len(key) < 5 or key not in str(caught.value)


def test_no_key_says_how_to_make_one() -> None:
    with pytest.raises(SettingsError, match="webhook-bridge new-key"):
        load_settings().keys()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SECRET_KEY", KEY)
    monkeypatch.setenv("BRIDGE_ADMIN_TOKEN", "a-secret-token")
    shown = repr(load_settings())
    assert KEY not in shown
    assert "a-secret-token" not in shown


def test_the_file_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BRIDGE_PUBLIC_URL=https://bridge.example.com/\n")
    assert load_settings().public_url == "https://bridge.example.com"
    assert Settings(_env_file=None).public_url == "http://127.0.0.1:8000"
