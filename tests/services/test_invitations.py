"""Inviting somebody to the configuration page, and ending that."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bridge.errors import Forbidden, Invalid, NotFound, Unauthorized
from bridge.models import Page
from bridge.registry import Registry
from bridge.services import Services
from bridge.services.access import OPERATOR, Principal
from bridge.services.invitations import InvitationService
from bridge.store.port import Store
from tests.services.conftest import NOW


async def test_its_bearer_is_bound_to_what_it_says(services: Services) -> None:
    invitation, token = await services.invitations.invite(
        OPERATOR, note="For Ann", sources=("doors",)
    )
    who = await services.invitations.bearer(token)
    assert (who.kind, who.id, who.sources, who.endpoints) == (
        "invited",
        invitation.id,
        ("doors",),
        (),
    )
    assert token.get_secret_value() not in repr(invitation) + invitation.fingerprint


async def test_it_ends_when_it_expires_and_when_it_is_revoked(
    store: Store, registry: Registry
) -> None:
    at = [NOW]
    service = InvitationService(store, registry, lambda: at[0])
    invitation, token = await service.invite(OPERATOR, lifetime=timedelta(hours=1))
    at[0] = NOW + timedelta(minutes=59)
    assert (await service.bearer(token)).id == invitation.id
    at[0] = NOW + timedelta(hours=1)
    with pytest.raises(Unauthorized):
        await service.bearer(token)
    assert (await service.list(OPERATOR, Page())).items == (invitation,)
    at[0] = NOW
    await service.revoke(OPERATOR, invitation.id)
    with pytest.raises(Unauthorized):
        await service.bearer(token)
    with pytest.raises(NotFound):
        await service.revoke(OPERATOR, invitation.id)


async def test_no_other_token_is_any_good(services: Services) -> None:
    invitation, _ = await services.invitations.invite(OPERATOR)
    for token in ("", "guess", invitation.id, invitation.fingerprint):
        with pytest.raises(Unauthorized):
            await services.invitations.bearer(SecretStr(token))


async def test_every_fault_is_said_beside_its_field(services: Services) -> None:
    with pytest.raises(Invalid) as caught:
        await services.invitations.invite(
            OPERATOR,
            note="two\nlines",
            sources=("doors", "windows"),
            endpoints=("ep_nowhere",),
            lifetime=timedelta(days=366),
        )
    assert set(caught.value.fields) == {"note", "sources.1", "endpoints.0", "lifetime"}


async def test_only_the_operator_invites(services: Services, guest: Principal) -> None:
    for verb in (
        services.invitations.invite(guest),
        services.invitations.list(guest, Page()),
        services.invitations.revoke(guest, "inv_any"),
    ):
        with pytest.raises(Forbidden):
            await verb
