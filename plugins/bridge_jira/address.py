"""Where Jira's pages are: read off the REST addresses that its objects carry, because webhooks name no pages."""

import re
from typing import Any
from urllib.parse import quote, urlsplit

from bridge_jira.reading import Object, link, text

_IN_ISSUE = re.compile(r"/issue/(\d+)/(?:comment|worklog)/")


def site(value: Object) -> str:
    """Where Jira is: everything before `/rest/` in the object's own address, or nothing."""
    base, found, _ = link(value.get("self")).partition("/rest/")
    return base if found else ""


def host(base: str) -> str:
    """What people call a Jira: its host's name."""
    try:
        return urlsplit(base).hostname or ""
    except ValueError:
        return ""


def issue_page(base: str, key: str) -> str:
    """An issue, or a project, by its key."""
    return f"{base}/browse/{quote(key)}" if base and key else ""


def issue_page_by_number(base: str, number: str) -> str:
    """An issue by the number that Jira has for it, where its key is not known."""
    return f"{base}/secure/ViewIssue.jspa?id={quote(number)}" if base and number else ""


def issue_number(value: Object) -> str:
    """The number of the issue that a comment or work log belongs to, out of its own address."""
    found = _IN_ISSUE.search(text(value.get("self")))
    return found[1] if found else ""


def search_page(base: str, field: str, number: Any) -> str:
    """The issues of a version or sprint, by its number."""
    wanted = text(number)
    return f"{base}/issues/?jql={quote(f'{field} = {wanted}')}" if base and wanted else ""


def board_page(base: str, number: Any) -> str:
    """A board by its number."""
    wanted = text(number)
    return f"{base}/secure/RapidBoard.jspa?rapidView={quote(wanted)}" if base and wanted else ""
