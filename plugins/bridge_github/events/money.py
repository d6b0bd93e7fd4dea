"""`marketplace_purchase` and `sponsorship`: somebody pays, or no more."""

from typing import Any

from bridge_github.node import Node
from bridge_github.parts import change, date, on_server, person, required
from bridge_github.reading import Reading


def read_purchase(payload: Node, action: str | None) -> Reading:
    """A plan of an app is bought, changed or cancelled."""
    purchase = required(payload, "marketplace_purchase")
    before, account = payload.at("previous_marketplace_purchase"), purchase.text("account", "login")
    return Reading(
        action,
        Node(),
        on_server(payload, account) or payload.link("sender", "html_url"),
        {
            "account": account,
            "plan": _plan(purchase),
            "was": _plan(before),
            "units": purchase.number("unit_count"),
            "unit": purchase.text("plan", "unit_name"),
            "cycle": purchase.text("billing_cycle"),
            "trial_ends": date(purchase.text("free_trial_ends_on"))
            if purchase.flag("on_free_trial")
            else None,
            "effective": date(payload.text("effective_date")),
        },
        {"member": account},
    )


def read_sponsorship(payload: Node, action: str | None) -> Reading:
    """Somebody sponsors somebody."""
    sponsorship = required(payload, "sponsorship")
    receiver = sponsorship.first("sponsorable", "maintainer")
    tier = sponsorship.at("tier")
    return Reading(
        action,
        Node(),
        on_server(payload, "sponsors", receiver.text("login")) or receiver.link("html_url"),
        {
            "sponsor": person(sponsorship.at("sponsor")),
            "receiver": person(receiver),
            "tier": tier.text("name"),
            "once": tier.flag("is_one_time"),
            "privacy": sponsorship.text("privacy_level"),
            "effective": date(payload.text("effective_date")),
            "was": {
                "tier": payload.text("changes", "tier", "from", "name"),
                "privacy": change(payload, "privacy_level"),
            },
        },
        {"member": sponsorship.text("sponsor", "login")},
    )


def _plan(purchase: Node) -> dict[str, Any]:
    cents = purchase.number("plan", "monthly_price_in_cents")
    price = None if cents is None else f"${cents / 100:.2f}"
    return {"name": purchase.text("plan", "name"), "price": price}
