"""What becomes of a repository: itself, its audience, its wiki, its keys and its rules."""

from bridge.plugin import EventType

_REPOSITORY = (
    EventType("repository.created", "A repository is created"),
    EventType("repository.deleted", "A repository is deleted"),
    EventType("repository.archived", "A repository is archived"),
    EventType("repository.unarchived", "A repository is taken out of the archive"),
    EventType("repository.edited", "A repository's description, topics or default branch change"),
    EventType("repository.renamed", "A repository is renamed"),
    EventType("repository.transferred", "A repository gets another owner"),
    EventType("repository.publicized", "A repository is made public"),
    EventType("repository.privatized", "A repository is made private"),
    EventType("repository.anonymous_access_enabled", "A repository can be read by anybody"),
    EventType(
        "repository.anonymous_access_disabled", "A repository can be read by anybody no more"
    ),
    EventType("public", "A private repository is opened to everybody"),
    EventType("repository_import", "An import of a repository ends"),
    EventType("meta.deleted", "The webhook itself is deleted"),
)

_AUDIENCE = (
    EventType("star.created", "Somebody stars a repository"),
    EventType("star.deleted", "Somebody unstars a repository"),
    EventType("watch.started", "Somebody watches a repository"),
    EventType("fork", "Somebody forks a repository"),
    EventType("gollum", "Pages of a wiki are created or edited"),
)

_ACCESS = (
    EventType("member.added", "Somebody is made a collaborator"),
    EventType("member.edited", "A collaborator's role changes"),
    EventType("member.removed", "Somebody is a collaborator no more"),
    EventType("team_add", "A team is given a repository (older event)"),
    EventType("deploy_key.created", "A deploy key is added"),
    EventType("deploy_key.deleted", "A deploy key is removed"),
)

_RULES = (
    EventType("repository_ruleset.created", "A ruleset is created"),
    EventType("repository_ruleset.edited", "A ruleset is edited"),
    EventType("repository_ruleset.deleted", "A ruleset is deleted"),
    EventType("branch_protection_rule.created", "A branch is protected"),
    EventType("branch_protection_rule.edited", "A branch's protection is edited"),
    EventType("branch_protection_rule.deleted", "A branch is protected no more"),
    EventType("branch_protection_configuration.disabled", "All branch protection is turned off"),
    EventType("branch_protection_configuration.enabled", "All branch protection is turned on"),
    EventType("custom_property_values.updated", "A repository's custom properties change"),
)

REPOSITORY = (*_REPOSITORY, *_AUDIENCE, *_ACCESS, *_RULES)
