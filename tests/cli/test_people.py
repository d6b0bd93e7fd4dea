"""webhook-bridge people: who is who, from a spreadsheet to the database and back."""

from tests.cli.conftest import Prompt

CSV = "user,teams_id,name\nAda,ada@example.com,Ada Okafor\nlin,0f7bd9a6-97dc-4b6b-a5ac-9bd1d0b3a1d1,Lin Wu\n"


def test_people_are_imported_listed_exported_and_removed(prompt: Prompt) -> None:
    empty = prompt.well("people", "list", "--source", "doors")
    assert "people import" in empty.err
    said = prompt.well("people", "import", "-", "--source", "doors", stdin=CSV).out
    assert said == "2 people are known of doors now.\n"
    table = prompt.well("people", "list", "--source", "doors").out
    assert "Ada Okafor" in table
    assert "a…@example.com" in table
    assert "ada@example.com" not in table
    listed = prompt.json("people", "list", "--source", "doors")
    assert [one["user"] for one in listed["items"]] == ["ada", "lin"]
    exported = prompt.well("people", "export", "--source", "doors").out
    assert exported == CSV.replace("Ada,", "ada,", 1)
    assert (
        prompt.well("people", "remove", "LIN", "--source", "doors").out == "Removed LIN of doors.\n"
    )
    again = prompt.run("people", "remove", "lin", "--source", "doors")
    assert (again.status, again.err) == (1, "webhook-bridge: Nobody is known as lin in Doors.\n")


def test_a_file_is_exported_and_imported(prompt: Prompt) -> None:
    prompt.well("people", "import", "-", "--source", "doors", stdin=CSV)
    prompt.well("people", "export", "--source", "doors", "--out", "people.csv")
    prompt.well("people", "import", "people.csv", "--source", "jira")
    exported = prompt.well("people", "export", "--source", "jira").out
    assert exported == prompt.well("people", "export", "--source", "doors").out


def test_a_fault_is_said_with_its_line_and_changes_nothing(prompt: Prompt) -> None:
    prompt.well("people", "import", "-", "--source", "doors", stdin=CSV)
    wrong = prompt.run("people", "import", "-", "--source", "doors", stdin=CSV + "x,y,z\n,,z\n")
    assert wrong.status == 2
    assert "line 4: teams_id: a user principal name" in wrong.err
    assert "line 5: user: what the source calls them is needed." in wrong.err
    assert len(prompt.json("people", "list", "--source", "doors")["items"]) == 2
    assert prompt.run("people", "import", "nowhere.csv", "--source", "doors").status == 2
    assert "windows" in prompt.run("people", "list", "--source", "windows").err
