"""Who is who: read as people write it, with every fault beside its line, and kept by the operator alone."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.cards.card import Mention
from bridge.errors import Forbidden, Invalid, NotFound
from bridge.models import Person
from bridge.services import Services
from bridge.services.access import OPERATOR, Principal
from bridge.services.roster import masked, read_csv, write_csv

ID = "0f7bd9a6-97dc-4b6b-a5ac-9bd1d0b3a1d1"
CSV = f"user,teams_id,name\nAda,ada@example.com,Ada Okafor\n\n@lin,{ID},  Lin  Wu \n"
ADA = Person("doors", "ada", SecretStr("ada@example.com"), "Ada Okafor")
LIN = Person("doors", "lin", SecretStr(ID), "Lin Wu")


@pytest.mark.parametrize(
    "text",
    [
        CSV,
        "\ufeff" + CSV.replace("\n", "\r\n"),
        CSV.replace(",", ";"),
        "Name, User ,TEAMS_ID,team\nAda Okafor,ada,ada@example.com,x\nLin Wu,LIN," + ID + ",",
        f'user,teams_id,name\nada,ada@example.com,"Ada\nOkafor"\nlin,{ID},Lin Wu',
    ],
)
def test_a_list_is_read_as_people_write_it(text: str) -> None:
    assert read_csv("doors", text) == (ADA, LIN)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", {"line 1": "It has no user and no teams_id and no name."}),
        ("user,name\nada,Ada", {"line 1": "It has no teams_id."}),
        ("user,teams_id,name\nada,Ada", {"line 2": "teams_id: a user principal name"}),
        ("user,teams_id,name\n,a@example.com,Ada\nx,y,\n", {"line 2": "user: ", "line 3": "teams_id: "}),
        (CSV + "ADA,x@example.com,Ada\n", {"line 5": "ada stands there twice, first in line 2."}),
        (CSV + 'x,"y', {"line 5": "This is no CSV"}),
        (CSV + f"x,{'y' * 300}@example.com,X", {"line 5": "teams_id: "}),
        (CSV + f"x,y@example.com,{'X' * 101}", {"line 5": "name: "}),
        (CSV + "x,y@example.com,<>", {"line 5": "name: "}),
        (CSV + "x,<at>@example.com,X", {"line 5": "teams_id: "}),
        (CSV + "x,29:abc,X", {"line 5": "teams_id: "}),
    ],
)  # fmt: skip
def test_a_fault_is_said_with_its_line(text: str, faults: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        read_csv("doors", text)
    assert caught.value.fields.keys() == faults.keys()
    for line, sentence in faults.items():
        assert sentence in caught.value.fields[line]
    assert "example.com" not in "".join(caught.value.fields.values()).replace("ada@example.com", "")


def test_a_file_of_faults_says_the_first_ones() -> None:
    with pytest.raises(Invalid) as caught:
        read_csv("doors", "user,teams_id,name\n" + "x,y,z\n" * 5000)
    assert len(caught.value.fields) == 20


_names = st.text("abc 中é,;\"'", min_size=1, max_size=9).filter(
    lambda text: any(map(str.isalnum, text))
)


@given(st.dictionaries(st.text('abcxyz:-_.é,;"', min_size=1, max_size=9), _names, max_size=5))
def test_what_is_written_is_read(people: dict[str, str]) -> None:
    known = read_csv(
        "doors",
        write_csv(
            Person("doors", user, SecretStr(f"p{at}@example.com"), name)
            for at, (user, name) in enumerate(people.items())
        ),
    )
    assert {one.user: one.name for one in known} == {
        user: " ".join(name.split()) for user, name in people.items()
    }
    assert read_csv("doors", write_csv(known)) == known


@given(st.text(max_size=60))
def test_any_text_is_a_list_or_is_refused(text: str) -> None:
    for given_ in (text, "user,teams_id,name\n" + text):
        with suppress(Invalid):
            read_csv("doors", given_)


def test_ids_are_shown_in_part() -> None:
    assert (masked(ADA), masked(LIN)) == ("a…@example.com", "0f7bd9a6-…")
    assert "ada@example.com" not in repr(ADA)


async def test_a_list_is_replaced_changed_and_written_out(services: Services) -> None:
    assert await services.people.import_csv(OPERATOR, "doors", CSV) == (ADA, LIN)
    changed = await services.people.change(OPERATOR, "doors", "ADA", {"name": "Ada O."})
    assert changed == Person("doors", "ada", ADA.teams_id, "Ada O.")
    bob = {"teams_id": "bob@example.com", "name": "Bob"}
    await services.people.change(OPERATOR, "doors", "bob", bob)
    await services.people.remove(OPERATOR, "doors", "Lin")
    rows = list(
        csv.DictReader(io.StringIO(write_csv(await services.people.list(OPERATOR, "doors"))))
    )
    assert rows == [
        {"user": "ada", "teams_id": "ada@example.com", "name": "Ada O."},
        {"user": "bob", **bob},
    ]


async def test_what_is_wrong_changes_nothing(services: Services) -> None:
    await services.people.import_csv(OPERATOR, "doors", CSV)
    with pytest.raises(Invalid):
        await services.people.import_csv(OPERATOR, "doors", CSV + "x,y,z\n")
    with pytest.raises(Invalid) as caught:
        await services.people.replace(OPERATOR, "doors", [{"user": "x", "teams_id": 7}])
    assert set(caught.value.fields) == {"people.0"}
    with pytest.raises(Invalid, match="teams_id"):
        await services.people.change(OPERATOR, "doors", "bob", {"name": "Bob"})
    with pytest.raises(NotFound, match="Nobody is known as bob in Doors"):
        await services.people.remove(OPERATOR, "doors", "bob")
    for verb in (services.people.list, services.people.remove):
        with pytest.raises(NotFound, match="windows"):
            await verb(OPERATOR, "windows", *(["x"] if verb == services.people.remove else []))
    assert await services.people.list(OPERATOR, "doors") == (ADA, LIN)


async def test_it_is_the_operator_s_alone(services: Services) -> None:
    who = Principal("invited", "inv_1")
    verbs = services.people
    for asked in (
        verbs.list(who, "doors"),
        verbs.replace(who, "doors", []),
        verbs.import_csv(who, "doors", CSV),
        verbs.change(who, "doors", "ada", {"name": "x"}),
        verbs.remove(who, "doors", "ada"),
    ):
        with pytest.raises(Forbidden):
            await asked


async def test_a_preview_mentions_by_name_and_gives_no_id_away(services: Services) -> None:
    await services.people.import_csv(OPERATOR, "doors", CSV)
    assert await services.people.shown("doors", {}) == {}
    known = await services.people.shown("doors", {"mentions": True})
    assert known["ada"] == Mention(SecretStr("a…@example.com"), "Ada Okafor")
    template = '{% extends "card.j2" %}{% block title %}{{ person(room) }}{% endblock %}'
    looks = {"mentions": True, "template": template}
    body = b'{"happened": "door.opened", "room": "ada"}'
    (seen,) = services.previews.preview("doors", {}, body, looks, people=known)
    assert "@Ada Okafor" in seen.html
    assert seen.adaptive["msteams"]["entities"][0]["mentioned"]["id"] == "a…@example.com"
    (plain,) = services.previews.preview("doors", {}, body, {"template": template}, people=known)
    assert "@Ada" not in plain.html


async def test_mentions_are_on_or_off(services: Services) -> None:
    body = b'{"happened": "door.opened", "room": "ada"}'
    with pytest.raises(Invalid) as caught:
        services.previews.preview("doors", {}, body, {"mentions": "yes"})
    assert set(caught.value.fields) == {"presentation.mentions"}
