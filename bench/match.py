"""(f) In this process, without a database or a network: one event against many subscriptions, and one event to a card."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from typing import Any, Final, TypeAlias

from pydantic import SecretStr

from bench.payload import github_example, github_headers, issue
from bench.plan import Plan
from bench.report import Section, Table, verdict
from bench.rounds import Spread
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.loader import load
from bridge.models import Channel, Endpoint, Event, InboundRequest, ParsedEvent, Subscription
from bridge.pipeline.directory import Audience
from bridge.pipeline.listener import Listener
from bridge.pipeline.matching import Facts
from bridge.pipeline.route import decide
from bridge.registry import Registry
from bridge.settings import Settings
from bridge.source import Sample, Source

SUBSCRIPTIONS: Final = 1_000
GOAL_MATCH: Final = 1.0
"""Milliseconds for an event against a thousand subscriptions."""
GOAL_CARD: Final = 150.0
"""Microseconds from an event's body to its card."""
SOURCES: Final = ("github", "jira", "generic")
LIMIT: Final = 28 * 1024
NOW: Final = datetime(2026, 11, 23, tzinfo=UTC)

Work: TypeAlias = Callable[[], object]

_EVENTS: Final = (
    ("issues.opened", "issues.closed", "pull_request.opened", "pull_request.merged"),
    ("*",),
    ("pull_request", "pull_request_review"),
    ("issues",),
    ("push", "create", "release.published"),
    ("*.opened",),
    ("workflow_run.completed", "check_run", "deployment_status"),
)


async def match(plan: Plan) -> Section:
    """Match and render, each many times over."""
    registry = load(Settings(), {})
    found, matching = _matching(registry, plan)
    cards, rendering = _rendering(registry, plan)
    return Section(
        "(f) Matching and rendering",
        [*found, *cards],
        [matching, rendering],
        "Times are those of the processor, in one process. To ask is to find out of each subscription whether it wants the event and why, in "
        "the words that the trace keeps; `decide` makes the deliveries too, with their random ids. The subscriptions have event "
        "types of their own and one to five conditions, no two the same. Parsing and rendering is done with every sample of a "
        "source, from the bytes of its body to the neutral card; the time of each is the best of several tries, since whatever "
        "disturbs only makes it longer.",
    )


def _matching(registry: Registry, plan: Plan) -> tuple[list[str], Table]:
    source = registry.source("github")
    body = issue(github_example(), 1000)
    event = Event("ev_bench", "ep_bench", "github", NOW, github_headers(body, ""), body)
    parts = tuple(source.parse(event.request(), _endpoint(source)))
    rows, found = [], []
    for name, near in (("one in eleven wants it", 11), ("most want it", 1)):
        audience = Audience(tuple(map(Listener, _subscriptions(near))), 1)
        decisions, owed = decide(event, parts, audience, NOW, NOW)
        asking = _milliseconds(partial(_ask, audience, parts[0]), plan.seconds / 4)
        deciding = _milliseconds(
            partial(decide, event, parts, audience, NOW, NOW), plan.seconds / 4
        )
        figures = (asking.median, asking.low, deciding.median, deciding.low)
        counts = (len(decisions), len(owed))
        rows.append((name, *(f"{one:,}" for one in counts), *(f"{one:.2f}" for one in figures)))
        for what, spread in (("to ask", asking), ("to ask and make the deliveries", deciding)):
            found.append(
                f"{len(decisions):,} subscriptions, {name}: **{spread.median:.2f} ms** {what}; "
                f"goal < {GOAL_MATCH:g} ms {verdict(spread.median, GOAL_MATCH, below=True)}"
            )
    head = ("an opened issue", "asked", "wanted", "ask, ms", "fastest", "decide, ms", "fastest")
    return found, Table(head, rows)


def _ask(audience: Audience, part: ParsedEvent) -> list[tuple[bool, str]]:
    facts = Facts(part.attributes)
    return [listener.judge(part.type, facts) for listener in audience.listeners]


def _subscriptions(near: int) -> Iterator[Subscription]:
    """Many of one endpoint; one in so many is about the repository that the event is of."""
    for number, events in zip(range(SUBSCRIPTIONS), cycle(_EVENTS), strict=False):
        channel = Channel(f"ch_{number}", "connector", SecretStr("https://example.com"))
        owner = "Codertocat" if number % near == 0 else f"team{number}"
        yield Subscription(
            id=f"sub_bench{number:024}",
            endpoint_id="ep_bench",
            channel=channel,
            name=f"Channel {number}",
            events=events,
            owner="operator",
            created_at=NOW,
            updated_at=NOW,
            filters=_filters(number, f"{owner}/*"),
        )


def _filters(number: int, here: str) -> Mapping[str, Any]:
    """What a channel may ask for; the numbers make each its own."""
    repository = {"attribute": "repository", "any_of": [f"octo{number}/site", here]}
    people = {"attribute": "actor_is_bot", "none_of": ["true"]}
    labels = {"attribute": "labels", "any_of": ["bug", "security", f"area/{number}"]}
    quiet = {"attribute": "labels", "none_of": ["wontfix", "duplicate", f"skip{number}"]}
    branch = {"attribute": "base_branch", "any_of": ["main", f"release/{number}.*"]}
    author = {"attribute": "author", "any_of": [f"user{number}"]}
    title = {"attribute": "title", "any_of": [f"*crash {number}*", "*error*"]}
    choices: Sequence[Mapping[str, Any]] = (
        {"all": [repository, people]},
        {"all": [repository, people, quiet, {"any": [labels, branch]}]},
        repository,
        {"all": [people, quiet, {"not": {"any": [author, labels]}}, repository]},
        {"all": [people, title, repository]},
        {"all": [repository, {"attribute": "milestone", "empty": False}]},
    )
    return choices[number // len(_EVENTS) % len(choices)]


def _rendering(registry: Registry, plan: Plan) -> tuple[list[str], Table]:
    rows, found = [], []
    for name in SOURCES:
        source = registry.source(name)
        works = [*_works(source, registry.channels["workflow"])]
        tries = max(3, int(plan.seconds * 5))
        parsing, rendering, encoding = (
            [1e6 * min(_once(one) for _ in range(tries)) for one in works_of]
            for works_of in zip(*works, strict=True)
        )
        both = sorted(map(sum, zip(parsing, rendering, strict=True)))
        spread = Spread.of(both)
        found.append(
            f"{source.label}: **{spread.median:.0f} µs** a card to parse and render; "
            f"goal < {GOAL_CARD:g} µs {verdict(spread.median, GOAL_CARD, below=True)}"
        )
        rows.append(
            (
                source.label,
                str(len(works)),
                *(f"{Spread.of(values).median:.0f}" for values in (parsing, rendering, both)),
                f"{both[int(len(both) * 0.95)]:.0f}",
                f"{both[-1]:.0f}",
                f"{Spread.of(encoding).median:.0f}",
            )
        )
        plan.say(found[-1])
    head = (
        "source",
        "samples",
        "parse µs",
        "render µs",
        "both µs",
        "of 95 % at most",
        "longest",
        "fit and encode µs",
    )
    return found, Table(head, rows)


def _works(source: Source, kind: ChannelKind) -> Iterator[tuple[Work, Work, Work]]:
    """For each sample: parse it, render what was parsed, and encode the card, as things to be done again and again."""
    renderer, endpoint = CardRenderer(), _endpoint(source)
    for sample in source.samples:
        parse = partial(_parse, source, endpoint, sample)
        for part in parse()[:1]:
            render = partial(renderer.render, source, endpoint, part)
            yield parse, render, partial(kind.encode, render(), LIMIT)


def _parse(source: Source, endpoint: Endpoint, sample: Sample) -> tuple[ParsedEvent, ...]:
    # A new request each time: what was read of its JSON is kept in it.
    return tuple(source.parse(InboundRequest(sample.headers, sample.body), endpoint))


def _endpoint(source: Source) -> Endpoint:
    return Endpoint(
        "ep_bench", source.name, "Bench", (), "operator", NOW, config=source.validate_config({})
    )


def _milliseconds(work: Work, seconds: float) -> Spread:
    """How long it takes, done again and again for so many seconds."""
    until = time.perf_counter() + seconds
    times = []
    while time.perf_counter() < until:
        times.append(1000 * _once(work))
    return Spread.of(times)


def _once(work: Work) -> float:
    """Seconds of the processor, which others who use it too make no longer."""
    gc.disable()
    started = time.process_time()
    work()
    took = time.process_time() - started
    gc.enable()
    return took
