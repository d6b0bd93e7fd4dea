"""What subscribers filter on: one vocabulary for all of GitHub's events, read from wherever an event keeps it.

What has one place in many events is read here, from the payload or from the event's subject. What only one event knows
where to find (an alert's severity, a push's paths) is given by its reader.
"""

from collections.abc import Mapping

from bridge.plugin import Attribute
from bridge_github.node import Node
from bridge_github.parts import is_bot
from bridge_github.reading import Reading, Value

ATTRIBUTES = (
    Attribute(
        "repository", "Repository", ("acme-rockets/launchpad", "acme-rockets/*"), phrase="in {}"
    ),
    Attribute("organization", "Organisation", ("acme-rockets",), phrase="in organisation {}"),
    Attribute(
        "private",
        "In a private or internal repository",
        ("true", "false"),
        phrase="in private repositories",
    ),
    Attribute(
        "visibility",
        "Repository's visibility",
        ("public", "private", "internal"),
        phrase="in {} repositories",
    ),
    Attribute("actor", "Who did it", ("ada-okafor", "dependabot[bot]"), phrase="by {}"),
    Attribute("actor_is_bot", "Done by a bot", ("true", "false"), phrase="by bots"),
    Attribute(
        "author",
        "Author of the issue, pull request, commits or release",
        ("ada-okafor",),
        phrase="authored by {}",
    ),
    Attribute("assignees", "Assigned to", ("ada-okafor",), phrase="assigned to {}"),
    Attribute(
        "reviewers",
        "Requested reviewers, people and teams",
        ("ada-okafor", "flight-crew"),
        phrase="to be reviewed by {}",
    ),
    Attribute(
        "member",
        "Whose membership, access or account it is",
        ("ada-okafor",),
        phrase="about member {}",
    ),
    Attribute("team", "Team", ("flight-crew",), phrase="about team {}"),
    Attribute("app", "App or tool", ("GitHub Actions", "CodeQL"), phrase="of app {}"),
    Attribute(
        "title",
        "Title of the issue, pull request, release or alert",
        ("*urgent*",),
        phrase="titled {}",
    ),
    Attribute("labels", "Labels", ("bug", "security"), phrase="labelled {}"),
    Attribute(
        "label",
        "Label that is added or removed",
        ("bug", "security"),
        of_event=True,
        phrase="about label {}",
    ),
    Attribute("milestone", "Milestone", ("v2.0",), phrase="in milestone {}"),
    Attribute("issue_type", "Type of the issue", ("Bug", "Feature"), phrase="of issue type {}"),
    Attribute("category", "Category of the discussion", ("Ideas", "Q&A"), phrase="in category {}"),
    Attribute(
        "project", "Project, by its title or its number", ("Roadmap", "7"), phrase="in project {}"
    ),
    Attribute(
        "on",
        "What is commented on",
        ("issue", "pull request", "commit", "discussion"),
        phrase="about a comment on {}",
    ),
    Attribute(
        "state",
        "State",
        ("open", "closed", "merged", "approved", "changes_requested", "success"),
        phrase="in state {}",
    ),
    Attribute(
        "state_reason", "Why it was closed", ("completed", "not_planned"), phrase="closed as {}"
    ),
    Attribute("draft", "Draft", ("true", "false"), phrase="about drafts"),
    Attribute("branch", "Branch", ("main", "release/*"), phrase="on branch {}"),
    Attribute(
        "base_branch", "Branch that is merged into", ("main", "release/*"), phrase="into branch {}"
    ),
    Attribute(
        "default_branch",
        "On the repository's default branch",
        ("true", "false"),
        phrase="on the default branch",
    ),
    Attribute("paths", "Files that are changed", ("src/*", "docs/*"), phrase="changing {}"),
    Attribute("tag", "Tag", ("v*",), phrase="tagged {}"),
    Attribute("prerelease", "Pre-release", ("true", "false"), phrase="about pre-releases"),
    Attribute("workflow", "Workflow", ("Build and test",), phrase="of workflow {}"),
    Attribute("check", "Check or job", ("unit tests",), phrase="of check {}"),
    Attribute(
        "conclusion",
        "How the run or check ended",
        ("success", "failure", "cancelled"),
        phrase="ending in {}",
    ),
    Attribute(
        "trigger",
        "What started the run",
        ("push", "pull_request", "schedule"),
        phrase="started by {}",
    ),
    Attribute(
        "severity",
        "Severity of the alert",
        ("critical", "high", "medium", "low"),
        phrase="of severity {}",
    ),
    Attribute("rule", "Rule or ruleset", ("js/sql-injection",), phrase="under rule {}"),
    Attribute(
        "secret_type",
        "Kind of secret",
        ("aws_access_key_id", "github_*"),
        phrase="of secret type {}",
    ),
    Attribute(
        "ecosystem",
        "Ecosystem of the package",
        ("npm", "pip", "container"),
        phrase="in ecosystem {}",
    ),
    Attribute("package", "Package", ("lodash",), phrase="about package {}"),
    Attribute("environment", "Environment", ("production", "staging"), phrase="in environment {}"),
)


def read_attributes(payload: Node, reading: Reading, who: str) -> Mapping[str, Value]:
    """Every attribute that the payload gives; `actor` (`who`) and `actor_is_bot` always."""
    subject = reading.subject
    branch, base = _branch(payload, subject), _base(subject)
    found: dict[str, Value] = {
        **_place(payload),
        "actor": who,
        "actor_is_bot": is_bot(payload.at("sender")),
        **_people(subject),
        **_topic(payload, subject),
        **_runs(payload, subject),
        "branch": branch,
        "base_branch": base,
        "tag": _tag(payload, subject),
        **reading.attributes,
    }
    found.setdefault(
        "default_branch", _is_default(payload, found["base_branch"] or found["branch"])
    )
    return {name: value for name, value in found.items() if value is not None and value != ()}


def _place(payload: Node) -> dict[str, Value]:
    repository = payload.at("repository")
    owner = repository.at("owner")
    is_organization = owner.text("type") == "Organization"
    private = repository.flag("private")
    return {
        "repository": repository.text("full_name"),
        "organization": payload.text("organization", "login")
        or (owner.text("login") if is_organization else None),
        "private": private,
        "visibility": repository.text("visibility")
        or (None if private is None else "private" if private else "public"),
    }


def _people(subject: Node) -> dict[str, Value]:
    return {
        "author": subject.first("user", "author", "creator").text("login"),
        "assignees": subject.names("assignees", by="login"),
        "reviewers": subject.names("requested_reviewers", by="login")
        + subject.names("requested_teams", by="slug"),
    }


def _topic(payload: Node, subject: Node) -> dict[str, Value]:
    comment_on = payload.at("issue") if payload.at("comment") else Node()
    state = payload.text("review", "state") or subject.text("state") or subject.text("status")
    return {
        "title": subject.text("title"),
        "labels": subject.names("labels", by="name"),
        "label": payload.text("label", "name"),
        "milestone": payload.text("milestone", "title") or subject.text("milestone", "title"),
        "issue_type": payload.text("type", "name") or subject.text("type", "name"),
        "on": _commented_on(comment_on),
        "state": "merged" if subject.flag("merged") else state.lower() if state else None,
        "state_reason": subject.text("state_reason"),
        "draft": subject.flag("draft"),
        "prerelease": subject.flag("prerelease"),
    }


def _commented_on(issue: Node) -> str | None:
    if not issue:
        return None
    return "pull request" if "pull_request" in issue else "issue"


def _runs(payload: Node, subject: Node) -> dict[str, Value]:
    is_check, is_run = "check_run" in payload, "workflow_run" in payload
    return {
        "workflow": payload.text("workflow", "name") or (subject.text("name") if is_run else None),
        "check": subject.text("name") if is_check else None,
        "conclusion": subject.text("conclusion"),
        "trigger": subject.text("event") if is_run else None,
        "environment": subject.text("environment") or payload.text("deployment", "environment"),
    }


def _branch(payload: Node, subject: Node) -> str | None:
    ref = payload.text("ref") or ""
    if ref.startswith("refs/heads/"):
        return ref.removeprefix("refs/heads/")
    if payload.text("ref_type") == "branch":
        return ref or None
    deployed = payload.at("deployment")
    return (
        subject.text("head", "ref")
        or subject.text("head_branch")
        or subject.text("check_suite", "head_branch")
        or (deployed.text("ref") if deployed.text("ref") != deployed.text("sha") else None)
    )


def _base(subject: Node) -> str | None:
    pull_requests = subject.each("pull_requests") or (subject,)
    return pull_requests[0].text("base", "ref")


def _tag(payload: Node, subject: Node) -> str | None:
    ref = payload.text("ref") or ""
    if ref.startswith("refs/tags/"):
        return ref.removeprefix("refs/tags/")
    if payload.text("ref_type") == "tag":
        return ref or None
    return subject.text("tag_name")


def _is_default(payload: Node, affected: Value) -> bool | None:
    """Whether it concerns the default branch: for a pull request, the one it is merged into."""
    default = payload.text("repository", "default_branch")
    if not default or not affected:
        return None
    return default in affected if isinstance(affected, tuple) else affected == default
