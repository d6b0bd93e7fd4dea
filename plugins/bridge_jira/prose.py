"""What people write in Jira as Markdown, whichever of Jira's two ways it comes in: wiki markup, or the document format."""

from typing import Any

from bridge_jira import document, wiki
from bridge_jira.people import People


def markdown(value: Any, people: People) -> str:
    """A description's or a comment's Markdown; nothing for what is neither. Mentions are by name."""
    if isinstance(value, str):
        return wiki.markdown(value, people)
    return document.markdown(value, people) if isinstance(value, dict) else ""
