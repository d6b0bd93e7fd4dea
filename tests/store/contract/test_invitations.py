from datetime import timedelta

from bridge.models import Invitation, Page, new_id
from bridge.store.port import Store
from tests.store.making import NOW


def an_invitation(fingerprint: str = "f") -> Invitation:
    return Invitation(
        id=new_id("inv"),
        fingerprint=fingerprint,
        note="For Ada",
        sources=("doors",),
        endpoints=("ep_1", "ep_2"),
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )


async def test_an_invitation_is_found_until_it_expires(store: Store) -> None:
    invitation = an_invitation()
    await store.invitations.add(invitation)
    just_before = invitation.expires_at - timedelta(milliseconds=1)
    assert await store.invitations.find("f", just_before) == invitation
    assert await store.invitations.find("f", invitation.expires_at) is None
    assert await store.invitations.find("g", NOW) is None
    assert await store.invitations.get(invitation.id) == invitation
    assert await store.invitations.get("inv_nowhere") is None


async def test_an_invitation_can_be_withdrawn(store: Store) -> None:
    first, second = an_invitation("1"), an_invitation("2")
    await store.invitations.add(first)
    await store.invitations.add(second)
    assert (await store.invitations.list(Page())).items == (second, first)
    assert await store.invitations.remove(first.id)
    assert not await store.invitations.remove(first.id)
    assert await store.invitations.find("1", NOW) is None
    assert (await store.invitations.list(Page())).items == (second,)
