"""Who somebody is: names and pictures of accounts, and never an account's id in place of a name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bridge_jira.reading import Object, link, node, text

SOMEBODY = "someone"
"""Who is spoken of where a payload has only an account's id."""

_MOST_READ = 20_000
"""The values of a payload that are looked through for names."""

_ACCOUNT = re.compile(
    r"(?:[0-9a-f]{24}|(?:\w{1,20}:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|qm:\S+|JIRAUSER\d+)",
    re.IGNORECASE,
)
"""What account ids look like in the Cloud, and the keys that Data Center gives since it hides user names."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or an app."""

    name: str = ""
    avatar: str = ""
    is_bot: bool = False


NOBODY = Person()


def is_account(value: str) -> bool:
    """Whether it is an account's id, which says nothing to a reader."""
    return _ACCOUNT.fullmatch(value) is not None


def person_name(value: Any) -> str:
    """The display name; an old server's user name says something too, an id nothing."""
    person = node(value)
    name = text(person.get("displayName"))
    if not name:
        name = text(person.get("name"))
        name = "" if is_account(name) else name
    return name


def account_of(value: Any) -> str:
    """What an account is known by: its id, or on a server of one's own the user's name."""
    person = node(value)
    return text(person.get("accountId")) or text(person.get("name")) or text(person.get("key"))


def person(value: Object) -> Person:
    """Somebody as a card shows them."""
    pictures = node(value, "avatarUrls")
    return Person(
        name=person_name(value),
        avatar=link(pictures.get("48x48")) or link(pictures.get("32x32")),
        is_bot=value.get("accountType") == "app",
    )


class People:
    """The names of everybody that a payload speaks of, gathered once somebody asks for one."""

    def __init__(self, payload: Any) -> None:
        self._payload = payload

    def name(self, account: str) -> str | None:
        """The name of who has that account id, key or user name."""
        return self._names.get(account)

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for value in _objects(self._payload):
            if name := text(value.get("displayName")):
                for key in ("accountId", "name", "key"):
                    account = value.get(key)
                    if isinstance(account, str):
                        found.setdefault(account, name)
        return found


def _objects(payload: Any) -> Iterator[Object]:
    waiting = [payload]
    for _ in range(_MOST_READ):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
