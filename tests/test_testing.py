"""The kit for plugin authors passes a good plugin, and tells the author of a broken one what to mend, and where."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

EXAMPLE = Path(__file__).parent.parent / "examples/bridge-tasks"
FIXTURE = "task_created__title_alone"


class Author:
    """Somebody who changes the example and runs its tests."""

    QUIET = ("-n0", "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "ignore")

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.package = pytester.path / "bridge_tasks"
        self.expected = self.package / f"fixtures/{FIXTURE}.card.json"
        shutil.copytree(
            EXAMPLE / "bridge_tasks",
            self.package,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        shutil.copy(EXAMPLE / "tests/test_tasks.py", pytester.path)

    def change(self, file: str, before: str, after: str) -> None:
        path = self.package / file
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def run(self, *options: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(*self.QUIET, *options)


@pytest.fixture
def author(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.syspath_prepend(pytester.path)
    return Author(pytester)


def test_a_good_plugin_passes(author: Author) -> None:
    author.run().assert_outcomes(passed=15)


def no_expected_card(author: Author) -> None:
    author.expected.unlink()


def another_card(author: Author) -> None:
    author.change("cards/task.created.j2", "Nobody yet", "Nobody")


def undeclared_attribute(author: Author) -> None:
    author.change("__init__.py", '"actor_is_bot": is_bot,', '"actor_is_bot": is_bot, "colour": "",')


def strange_type(author: Author) -> None:
    author.change("__init__.py", "[ParsedEvent(kind,", "[ParsedEvent(kind.title(),")


def list_attribute(author: Author) -> None:
    author.change("__init__.py", '"project": project,', '"project": [project],')


def strange_url(author: Author) -> None:
    author.change("__init__.py", "context, url)", "context, {url})")


def time_without_zone(author: Author) -> None:
    author.change("__init__.py", "from collections.abc", "import datetime\nfrom collections.abc")
    author.change("__init__.py", "context, url)", "context, url, at=datetime.datetime.min)")


def no_actor(author: Author) -> None:
    author.change("__init__.py", '                    "actor": actor,\n', "")


def no_fixture(author: Author) -> None:
    for path in author.package.glob("fixtures/task_updated__*"):
        path.unlink()


def no_sample_for_a_card(author: Author) -> None:
    (author.package / f"fixtures/{FIXTURE}.json").unlink()


def none_in_the_card(author: Author) -> None:
    author.change("__init__.py", '"project": project,', '"project": str(project),')
    author.change("cards/task.created.j2", "task.project", "event.attributes.project")


def code_in_the_card(author: Author) -> None:
    author.change("cards/task.created.j2", "{{ actor }}", "{% raw %}{{ actor }}{% endraw %}")


def gullible(author: Author) -> None:
    author.change("__init__.py", "verify_hmac_sha256(request,", "list((request,)) or (request,")
    author.change("__init__.py", ', header="x-tasks-signature")', ")")


def signs_otherwise(author: Author) -> None:
    author.change("__init__.py", '{"x-tasks-signature": sign', '{"x-signature": sign')


BROKEN: list[tuple[Callable[[Author], None], str, list[str]]] = [
    (
        no_expected_card,
        "the_card_is_as_expected",
        [f"{FIXTURE}.card.json is missing: write it with pytest --update-cards"],
    ),
    (
        another_card,
        "the_card_is_as_expected",
        [
            f"{FIXTURE} becomes another card than {FIXTURE}.card.json: mend the template",
            "pytest --update-cards",
            '-          "Nobody yet"',
            '+          "Nobody"',
        ],
    ),
    (
        undeclared_attribute,
        "the_event_is_declared",
        [f"{FIXTURE} gives ['colour'], not declared: add them to attributes."],
    ),
    (
        strange_type,
        "the_event_is_declared",
        [f"{FIXTURE} becomes 'Task.Created': an event type is words of"],
    ),
    (
        list_attribute,
        "the_event_is_declared",
        [f"{FIXTURE} gives ['project'] a value that cannot be filtered on: it must be"],
    ),
    (
        strange_url,
        "the_event_is_declared",
        [f"{FIXTURE} gives a url that is not text: "],
    ),
    (
        time_without_zone,
        "the_event_is_declared",
        [f"{FIXTURE} gives a time without its zone: 0001-01-01 00:00:00."],
    ),
    (
        no_actor,
        "the_event_is_declared",
        [f"{FIXTURE} does not give ['actor']: every event must."],
    ),
    (
        no_fixture,
        "every_event_type_has_a_fixture",
        ["No fixture becomes ['task.updated']: add fixtures/<event>__<detail>.json for each."],
    ),
    (
        no_sample_for_a_card,
        "every_expected_card_has_its_fixture",
        [f"['{FIXTURE}.card.json'] belong to no fixture: remove them."],
    ),
    (
        none_in_the_card,
        "the_card_can_be_sent",
        [f"{FIXTURE}: the card shows a value that is not there, or code: ['None']."],
    ),
    (
        code_in_the_card,
        "the_card_can_be_sent",
        [
            f"{FIXTURE}: the card shows a value that is not there, or code: ['{{{{ actor }}}} created"
        ],
    ),
    (
        gullible,
        "the_signature_is_proved",
        [f"{FIXTURE}: verify accepts another secret: it must raise InvalidSignature."],
    ),
    (
        signs_otherwise,
        "the_signature_is_proved",
        [
            f"{FIXTURE}: verify refuses what sign has signed: make the two agree.",
            "The x-tasks-signature header is missing",
        ],
    ),
]


@pytest.mark.parametrize(
    ("breaking", "check", "said"), [pytest.param(*case, id=case[0].__name__) for case in BROKEN]
)
def test_a_broken_plugin_is_told_what_to_mend(
    author: Author, breaking: Callable[[Author], None], check: str, said: list[str]
) -> None:
    breaking(author)
    result = author.run("-k", check)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    shown = result.stdout.str()
    for words in said:
        assert words in shown


def test_expected_cards_are_written_on_demand(author: Author) -> None:
    before = author.expected.read_bytes()
    author.expected.unlink()
    author.run("--update-cards").assert_outcomes(passed=15)
    assert author.expected.read_bytes() == before
    author.change("cards/task.created.j2", "Nobody yet", "Nobody")
    author.run("--update-cards").assert_outcomes(passed=15)
    assert ["Assignee", "Nobody"] in json.loads(author.expected.read_text())[0]["card"]["facts"]
    author.run().assert_outcomes(passed=15)
