"""An endpoint that asks its sender for no proof: the operator's choice alone, and warned about."""

from datetime import timedelta

import pytest

from bridge.channels import register_channels
from bridge.errors import Forbidden
from bridge.registry import Registry
from bridge.services import Services
from bridge.services.access import OPERATOR
from bridge_generic.source import Generic

OPEN = {"verification": {"scheme": "none"}}


@pytest.fixture
def registry() -> Registry:
    return Registry({"generic": Generic()}, {kind.name: kind for kind in register_channels()})


async def test_only_the_operator_takes_webhooks_without_any_proof(services: Services) -> None:
    _, token = await services.invitations.invite(
        OPERATOR, sources=("generic",), lifetime=timedelta(days=1)
    )
    guest = await services.invitations.bearer(token)
    service = services.endpoints
    with pytest.raises(Forbidden, match="without any proof"):
        await service.create(guest, source="generic", name="Open", config=OPEN)
    theirs = await service.create(guest, source="generic", name="Mine")
    with pytest.raises(Forbidden, match="without any proof"):
        await service.update(guest, theirs.id, config=OPEN)
    opened = await service.update(OPERATOR, theirs.id, config=OPEN)
    assert "Anyone can post" in (service.warning(opened) or "")


async def test_a_url_that_is_a_secret_is_a_proof(services: Services) -> None:
    service = services.endpoints
    made = await service.create(
        OPERATOR, source="generic", name="By URL", config=OPEN, verification="url"
    )
    assert "Keep the URL like a password" in (service.warning(made) or "")
    signed = await service.create(OPERATOR, source="generic", name="Signed")
    assert service.warning(signed) is None
