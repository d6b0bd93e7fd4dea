"""The page about Jira's events is made from the code: `pytest --update-cards` writes it, and it is read before it is kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.cli.options import where
from bridge.pipeline.filters import check_filters, match_type
from bridge.pipeline.matching import matches
from bridge.testing import endpoint_of, signed
from bridge_jira.attributes import ATTRIBUTES
from bridge_jira.catalogue import KINDS
from bridge_jira.source import Jira

PAGE = Path(__file__).parent.parent.parent / "docs/jira-events.md"
JIRA = Jira()
ABOUT = """\
# Jira's events

What Jira tells of, and what subscribers choose from. What Cloud, Data Center and old servers send differs; the event
types are the same for all. A tick: chosen on a new subscription. In a pattern, `sprint` means all of `sprint.*`.
"""
NOTES = """\
- `jira:issue_updated` stands for many things: what an update was is read from what changed.
- On Data Center a comment comes as `jira:issue_updated`, with its issue. `comment_created` comes there too, where it is
  ticked, but without the issue: its card can only link to it. Leave it out there, or every comment comes twice. Work logs
  are the same: tick `jira:worklog_updated` there, `worklog_created` and its like on Cloud.
- Cloud does not say who removed a comment, a work log or a file: `actor` is empty then.
- Of a link, Jira gives only the issues' numbers. `issue.updated` tells more: its `changed_fields` has `Link`.
- What Jira adds some day is named after its own name (`tank_refilled` becomes `tank.refilled`) and has a plain card.
"""
FILTERS = """\
Filters go by what the event is about; what it does not say is empty. `changed_fields` has the fields' readable names.

Besides these, each custom field whose name the webhook gives is an attribute by that name: those that have just changed,
and all of them where the webhook has `names`.

```
webhook-bridge subscriptions create ENDPOINT --event issue --event comment \\
  --where 'project=ROCKET' --where 'Story Points=8,13' --channel-url URL
```

A comment or work log that only a role or a group may see comes like any other, marked on its card. A channel that
others read leaves it out with `--where 'restricted='`. So it is with issues that have a security level:
`--where 'security_level='`.
"""


def page() -> str:
    """The page as it is to be."""
    return "\n".join(
        [ABOUT, *_kinds(), "", NOTES, "## Attributes", "", *_attributes(), "", FILTERS]
    )


def _kinds() -> Iterator[str]:
    yield "| event type | | when | Jira's name |"
    yield "| --- | --- | --- | --- |"
    for kind in KINDS:
        webhooks = ", ".join(f"`{webhook}`" for webhook in kind.webhooks)
        yield f"| `{kind.name}` | {'✓' if kind.default else ''} | {kind.label} | {webhooks} |"


def _attributes() -> Iterator[str]:
    yield "| attribute | what it is | for example |"
    yield "| --- | --- | --- |"
    for attribute in ATTRIBUTES:
        examples = ", ".join(f"`{example}`" for example in attribute.examples)
        yield f"| `{attribute.name}` | {attribute.label} | {examples} |"


def test_the_page_is_what_the_code_says(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("update_cards"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "write it with pytest --update-cards"


def test_each_event_type_s_webhook_is_what_a_fixture_has() -> None:
    seen = {
        (event.type, json.loads(sample.body).get("webhookEvent"))
        for sample in JIRA.samples
        for event in JIRA.parse(signed(JIRA, sample), endpoint_of(JIRA))
    }
    for kind in KINDS:
        assert any((kind.name, webhook) in seen for webhook in kind.webhooks), kind.name
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_the_page_s_filters_do_what_it_says() -> None:
    restricted, shown = (
        JIRA.parse(signed(JIRA, JIRA.sample(name)), endpoint_of(JIRA))
        for name in ("comment_created__restricted", "comment_created__cloud")
    )
    for written in re.findall(r"--where '([^']+)'", page()):
        wanted = check_filters(where([written]))
        if written == "restricted=":
            assert not any(matches(wanted, event.attributes)[0] for event in restricted)
            assert all(matches(wanted, event.attributes)[0] for event in shown)


def test_the_examples_of_an_attribute_are_values_that_it_has() -> None:
    """What is offered to choose must match something: whether a bot did it is `true` or `false`, not yes or no."""
    (event,) = JIRA.parse(
        signed(JIRA, JIRA.sample("issue_created__document_format")), endpoint_of(JIRA)
    )
    examples = next(it.examples for it in ATTRIBUTES if it.name == "actor_is_bot")
    conditions = [{"attribute": "actor_is_bot", "any_of": [example]} for example in examples]
    assert [matches(check_filters(it), event.attributes)[0] for it in conditions] == [True, False]


def test_what_the_page_says_of_patterns_holds() -> None:
    assert all(match_type("sprint", kind.name) for kind in KINDS if kind.name.startswith("sprint."))
    assert "`sprint` means all" in page()
