"""What becomes of an organisation: its people, its teams, its apps, its properties, its money and its server."""

from bridge.plugin import EventType

_PEOPLE = (
    EventType("organization.member_added", "Somebody joins the organisation"),
    EventType("organization.member_invited", "Somebody is invited to the organisation"),
    EventType("organization.member_removed", "Somebody leaves the organisation"),
    EventType("organization.renamed", "The organisation is renamed"),
    EventType("organization.deleted", "The organisation is deleted"),
    EventType("org_block.blocked", "Somebody is blocked from the organisation"),
    EventType("org_block.unblocked", "Somebody is blocked from the organisation no more"),
    EventType("membership.added", "Somebody joins a team"),
    EventType("membership.removed", "Somebody leaves a team"),
    EventType("team.created", "A team is created"),
    EventType("team.edited", "A team's name, text or rights are edited"),
    EventType("team.deleted", "A team is deleted"),
    EventType("team.added_to_repository", "A team is given a repository"),
    EventType("team.removed_from_repository", "A repository is taken from a team"),
)

_TOKENS = (
    EventType("personal_access_token_request.created", "Somebody asks to use a token"),
    EventType("personal_access_token_request.approved", "A request to use a token is approved"),
    EventType("personal_access_token_request.denied", "A request to use a token is denied"),
    EventType("personal_access_token_request.cancelled", "A request to use a token is taken back"),
)

_PROPERTIES = (
    EventType("custom_property.created", "A custom property of repositories is defined"),
    EventType("custom_property.updated", "A custom property of repositories is changed"),
    EventType("custom_property.deleted", "A custom property of repositories is dropped"),
    EventType("custom_property.promote_to_enterprise", "A custom property goes to the enterprise"),
    EventType("organization_custom_property.created", "A property of organisations is defined"),
    EventType("organization_custom_property.updated", "A property of organisations is changed"),
    EventType("organization_custom_property.deleted", "A property of organisations is dropped"),
    EventType("organization_custom_property_values.updated", "An organisation's properties change"),
)

_APPS = (
    EventType("installation.created", "The app is installed"),
    EventType("installation.deleted", "The app is uninstalled"),
    EventType("installation.suspend", "The app is suspended"),
    EventType("installation.unsuspend", "The app is suspended no more"),
    EventType("installation.new_permissions_accepted", "The app gets new permissions"),
    EventType("installation_repositories.added", "The app is given repositories"),
    EventType("installation_repositories.removed", "Repositories are taken from the app"),
    EventType("installation_target.renamed", "An account that has the app is renamed"),
    EventType("github_app_authorization.revoked", "Somebody revokes the app's authorization"),
)

_MONEY = (
    EventType("sponsorship.created", "Somebody becomes a sponsor"),
    EventType("sponsorship.tier_changed", "A sponsor changes the tier"),
    EventType("sponsorship.edited", "A sponsor becomes public or private"),
    EventType("sponsorship.cancelled", "A sponsorship ends"),
    EventType("sponsorship.pending_tier_change", "A sponsor will change the tier"),
    EventType("sponsorship.pending_cancellation", "A sponsorship will end"),
    EventType("marketplace_purchase.purchased", "Somebody buys the app"),
    EventType("marketplace_purchase.changed", "Somebody changes the plan"),
    EventType("marketplace_purchase.cancelled", "Somebody cancels the plan"),
    EventType("marketplace_purchase.pending_change", "Somebody will change the plan"),
    EventType("marketplace_purchase.pending_change_cancelled", "A change of plan is called off"),
)

_SERVER = (
    EventType("user.created", "An account is created on the server"),
    EventType("user.deleted", "An account is deleted from the server"),
    EventType("enterprise.anonymous_access_enabled", "The server can be read by anybody"),
    EventType("enterprise.anonymous_access_disabled", "The server can be read by anybody no more"),
    EventType("cache_sync", "A cache of the server catches up"),
)

ORGANIZATION = (*_PEOPLE, *_TOKENS, *_PROPERTIES, *_APPS, *_MONEY, *_SERVER)
