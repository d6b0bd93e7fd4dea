"""Who may do what: pure rules over a principal, decided in one place for the API, the page and the commands."""

from dataclasses import dataclass
from typing import Literal

from bridge.errors import Forbidden, NotFound
from bridge.models import Endpoint, Invitation, Subscription
from bridge.texts import say


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks. `id` is what they own things as. An invited one is bounded by `sources` and `endpoints`.

    A member signed in, and is bounded by `tenant`: what belongs to another does not exist. `shares`: whoever is of the
    tenant may change what anyone of it made.
    """

    kind: Literal["operator", "invited", "member"]
    id: str
    sources: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    tenant: str | None = None
    shares: bool = False

    def may_use_source(self, source: str) -> bool:
        """Whether they may make endpoints of this source: an invitation to given endpoints makes no new ones."""
        if self.kind == "operator":
            return True
        return source in self.sources or not (self.sources or self.endpoints)

    def may_use_endpoint(self, endpoint: Endpoint) -> bool:
        """Whether they may subscribe to it and see its secret, its events and the values seen in them."""
        return (
            self._made(endpoint.owner)
            or self._neighbour(endpoint.owner)
            or endpoint.id in self.endpoints
        )

    def may_change(self, subscription: Subscription) -> bool:
        """Whether they may see, edit and remove a subscription."""
        return self._made(subscription.owner) or (
            self.shares and self._neighbour(subscription.owner)
        )

    def owns(self, endpoint: Endpoint) -> bool:
        """Whether they may rename, rotate and remove it: being invited to an endpoint is not owning it."""
        return self._made(endpoint.owner) or (self.shares and self._neighbour(endpoint.owner))

    def _made(self, owner: str) -> bool:
        return self.kind == "operator" or owner == self.id

    def _neighbour(self, owner: str) -> bool:
        """Whether it belongs to their tenant."""
        return self.tenant is not None and owner.startswith(f"{self.tenant}/")

    def require_operator(self) -> None:
        """Raise `Forbidden` for anyone else."""
        if self.kind != "operator":
            raise Forbidden(say("Only the operator may do that."))

    def require_owner(self, endpoint: Endpoint) -> None:
        """Raise `Forbidden` where `owns` says no, `NotFound` where they may not even see it."""
        self.require_endpoint(endpoint)
        if not self.owns(endpoint):
            raise Forbidden(say("Only whoever made this endpoint, or the operator, may change it."))

    def require_source(self, source: str) -> None:
        """Raise `Forbidden` where `may_use_source` says no."""
        if not self.may_use_source(source):
            raise Forbidden(
                say("Your invitation does not cover new endpoints of {source}.", source=source)
            )

    def require_endpoint(self, endpoint: Endpoint) -> None:
        """Raise `NotFound` where `may_use_endpoint` says no: what one may not see does not exist."""
        if not self.may_use_endpoint(endpoint):
            raise NotFound(say("There is no endpoint {id}.", id=endpoint.id))

    def require_subscription(self, subscription: Subscription) -> None:
        """Raise `NotFound` where `may_change` says no."""
        if not self.may_change(subscription):
            raise NotFound(say("There is no subscription {id}.", id=subscription.id))


OPERATOR = Principal("operator", "operator")


def member(tenant: str, person: str, *, shares: bool) -> Principal:
    """Somebody who signed in. `person` tells people of a tenant apart without naming them."""
    return Principal("member", f"{tenant}/{person}", tenant=tenant, shares=shares)


def invited(invitation: Invitation) -> Principal:
    """The principal that an invitation makes of its bearer."""
    return Principal("invited", invitation.id, invitation.sources, invitation.endpoints)
