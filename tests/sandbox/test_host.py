from pathlib import Path

import pytest

from bridge.errors import Conflict, Invalid, NotFound
from bridge.sandbox.host import CHANNELS, Host

ORIGIN = "http://127.0.0.1:8700"
SETTINGS = {
    "entityId": "sub_1",
    "contentUrl": f"{ORIGIN}/connector/config?subscription=sub_1",
    "configName": "Octo",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "teams.json"


@pytest.fixture
def host(file: Path) -> Host:
    return Host(file, ORIGIN)


def test_both_kinds_of_channel_are_there() -> None:
    assert {channel.kind for channel in CHANNELS} == {"connector", "workflow"}


def test_a_saved_connector_outlives_a_restart(host: Host, file: Path) -> None:
    connector = host.add("general")
    host.set_settings(connector.id, SETTINGS)
    host.finish(connector.id)
    (kept,) = Host(file, ORIGIN).connectors()
    assert (kept.id, kept.name, kept.webhook) == (connector.id, "Octo", connector.webhook)
    assert kept.saved
    assert file.stat().st_mode & 0o077 == 0


def test_an_unfinished_connector_does_not(host: Host, file: Path) -> None:
    host.set_settings(host.add("general").id, SETTINGS)
    assert Host(file, ORIGIN).connectors() == ()


def test_a_closed_dialog_forgets_a_new_connector_and_restores_an_old_one(host: Host) -> None:
    new = host.add("general")
    host.set_settings(new.id, SETTINGS)
    host.abandon(new.id)
    assert host.at(new.webhook) is None

    old = host.add("general")
    host.set_settings(old.id, SETTINGS)
    host.finish(old.id)
    host.set_settings(old.id, {**SETTINGS, "configName": "Renamed"})
    host.abandon(old.id)
    assert host.get(old.id).name == "Octo"


def test_a_changing_url_holds_both_until_it_is_saved(host: Host) -> None:
    host.changing_urls = True
    connector = host.add("build")
    changed = host.set_settings(connector.id, SETTINGS)
    assert changed.webhook != connector.webhook
    assert host.at(connector.webhook) == host.at(changed.webhook) == changed
    finished = host.finish(connector.id)
    assert host.at(connector.webhook) is None
    assert host.at(changed.webhook) == finished


def test_a_failed_save_takes_the_changed_url_back(host: Host) -> None:
    host.changing_urls = True
    connector = host.add("build")
    changed = host.set_settings(connector.id, SETTINGS)
    assert host.undo(connector.id) == connector
    assert host.at(changed.webhook) is None
    assert host.at(connector.webhook) == connector


def test_a_removed_connector_is_nowhere(host: Host, file: Path) -> None:
    connector = host.add("general")
    host.set_settings(connector.id, SETTINGS)
    host.finish(connector.id)
    host.remove(connector.id)
    assert host.at(connector.webhook) is None
    assert Host(file, ORIGIN).connectors() == ()
    with pytest.raises(NotFound):
        host.get(connector.id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"entityId": ""}, "entityId"),
        ({"entityId": 5}, "entityId"),
        ({"configName": "x" * 3000}, "configName"),
        ({"contentUrl": "https://evil.example/"}, "contentUrl"),
        ({"contentUrl": f"{ORIGIN}.evil.example/"}, "contentUrl"),
        ({"contentUrl": "javascript:alert(1)"}, "contentUrl"),
        ({"contentUrl": None}, "contentUrl"),
    ],
)
def test_settings_that_teams_would_refuse(host: Host, wrong: dict[str, object], field: str) -> None:
    connector = host.add("general")
    with pytest.raises(Invalid) as refused:
        host.set_settings(connector.id, {**SETTINGS, **wrong})
    assert set(refused.value.fields) == {field}
    assert host.get(connector.id) == connector


def test_a_save_without_settings_is_none(host: Host) -> None:
    with pytest.raises(Conflict):
        host.finish(host.add("general").id)


def test_there_is_no_other_channel(host: Host) -> None:
    with pytest.raises(NotFound):
        host.add("elsewhere")


def test_urls_have_the_shapes_of_teams(host: Host) -> None:
    connector = host.url(host.add("general"))
    workflow = host.url(host.add("build"))
    assert connector.startswith(f"{ORIGIN}/webhookb2/")
    assert "/IncomingWebhook/" in connector
    assert workflow.startswith(f"{ORIGIN}/workflows/")
    assert "&sig=" in workflow
