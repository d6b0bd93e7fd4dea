"""A list of who is who, as people write it: read and checked, with every fault beside its line or field."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import SecretStr

from bridge.cards.literal import one_line
from bridge.errors import Invalid
from bridge.models import Person
from bridge.services.validation import Problems

COLUMNS: Final = ("user", "teams_id", "name")
MOST: Final = 20_000
"""People of one source."""
USER_LENGTH: Final = 200
NAME_LENGTH: Final = 100

_ID_LENGTH: Final = 256
_TOLD: Final = 20
_HEADER: Final = f"The first line must name the columns: {','.join(COLUMNS)}."
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PRINCIPAL_NAME: Final = re.compile(r"[^\s@<>\"',;:\\|]+@[^\s@<>\"',;:\\|]+\.[^\s@<>\"',;:\\|]+")


def read_csv(source: str, text: str) -> tuple[Person, ...]:
    """The people in a CSV text with a line of column names. Raises `Invalid`, naming each line that is wrong."""
    text = text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        missing = [column for column in COLUMNS if column not in names]
        if missing:
            raise Invalid({"line 1": f"{_HEADER} It has no {' and no '.join(missing)}."})
        given = [
            (f"line {rows.line_num}", {column: row[names[column]] for column in COLUMNS})
            for row in rows
            if any(isinstance(cell, str) and cell.strip() for cell in row.values())
        ]
    except csv.Error as error:
        raise Invalid({f"line {rows.reader.line_num}": f"This is no CSV: {error}."}) from None
    return read_people(source, given)


def read_people(source: str, given: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[Person, ...]:
    """People as they are to be kept, each given with where it stands. Raises `Invalid`, naming each that is wrong."""
    problems = Problems()
    seen: dict[str, str] = {}
    people: list[Person] = []
    faults = 0
    for where, row in given:
        found = dict(_faults(row))
        user = _user(row.get("user"))
        if not found and user in seen:
            found["user"] = f"{user} stands there twice, first in {seen[user]}."
        if found:
            faults += 1
            problems.add(where, " ".join(found.values()))
            if faults == _TOLD:
                break
            continue
        seen[user] = where
        people.append(
            Person(source, user, SecretStr(row["teams_id"].strip()), one_line(row["name"]))
        )
        if len(people) > MOST:
            problems.add(where, f"At most {MOST} people.")
            break
    problems.settle()
    return tuple(people)


def write_csv(people: Iterable[Person]) -> str:
    """The same as CSV, with their ids: for the operator alone."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows((one.user, one.teams_id.get_secret_value(), one.name) for one in people)
    return text.getvalue()


def masked(person: Person) -> str:
    """An id as it may be shown: enough to tell it from others."""
    given = person.teams_id.get_secret_value()
    name, at, place = given.partition("@")
    return f"{name[:1]}…@{place}" if at else f"{given[:8]}-…"


def _faults(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    user, teams_id, name = (row.get(column) for column in COLUMNS)
    if not _user(user) or len(_user(user)) > USER_LENGTH or not _user(user).isprintable():
        yield "user", "user: what the source calls them is needed."
    text = teams_id.strip() if isinstance(teams_id, str) else ""
    known = _OBJECT_ID.fullmatch(text) or _PRINCIPAL_NAME.fullmatch(text)
    if not known or len(text) > _ID_LENGTH:
        yield (
            "teams_id",
            "teams_id: a user principal name such as ada@example.com, or an object id of Microsoft Entra.",
        )
    shown = one_line(name) if isinstance(name, str) else ""
    if not any(sign.isalnum() for sign in shown) or len(shown) > NAME_LENGTH:
        yield "name", f"name: a name to show, of at most {NAME_LENGTH} characters."


def _user(given: Any) -> str:
    return given.strip().removeprefix("@").lower() if isinstance(given, str) else ""
