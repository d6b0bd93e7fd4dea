"""Days of traffic for dozens of channels, in seconds: whatever happens, all of it arrives, and a busy channel keeps up."""

from random import Random
from typing import get_args

import pytest

from bridge.channels.connector import Connector
from bridge.channels.workflow import Workflow
from bridge.pipeline.lane import Owed, Policy
from tests.pipeline.simulation import START, How, Simulation, Trouble, check, owed

HOUR = 3600.0
DAYS = 4
CHANNELS = 36


def busy_days(seed: int) -> list[tuple[float, Owed]]:
    """Quiet nights, busy days, and now and then hundreds at once; some never merged, some soon of no use."""
    dice = Random(seed)  # noqa: S311  # to be thrown again
    times: list[float] = []
    for hour in range(24 * DAYS):
        least, most = (0, 2) if hour % 24 < 7 else (4, 40)
        times += [START + (hour + dice.random()) * HOUR for _ in range(dice.randint(least, most))]
    for _ in range(DAYS):
        began = START + dice.random() * DAYS * 24 * HOUR
        times += [began + dice.random() * 60 for _ in range(dice.randint(50, 700))]
    times.sort()
    return [
        (
            at,
            owed(
                number,
                at,
                digest=dice.random() > 0.02,
                lasts=dice.choice([60.0, HOUR]) if dice.random() < 0.05 else None,
            ),
        )
        for number, at in enumerate(times)
    ]


def days(seed: int) -> Simulation:
    """One channel of either kind with its traffic, its troubles and the process's restarts."""
    dice = Random(-seed)  # noqa: S311  # to be thrown again
    traffic = busy_days(seed)
    ends = START + DAYS * 24 * HOUR
    troubles = []
    for _ in range(dice.randint(0, 6)):
        began = dice.uniform(START, ends)
        length = dice.choice([20.0, 600.0, HOUR, 7 * HOUR])
        troubles.append(Trouble(began, began + length, dice.choice(get_args(How))))
    kind = (Connector(), Workflow())[seed % 2]
    return Simulation(
        kind,
        traffic,
        Policy(0 if seed % 6 == 0 else 20),
        kind.windows,
        troubles=troubles,
        restarts=[dice.uniform(START, ends) for _ in range(dice.randint(0, 8))],
        bad=frozenset(one.delivery.id for _, one in traffic if dice.random() < 0.001),
        late=dice.choice([0.0, 0.01]),
        fits=dice.choice([40, 1000]),
        seed=seed,
    )


@pytest.mark.parametrize("seed", range(CHANNELS))
def test_days_of_a_channel_end_well(seed: int) -> None:
    check(days(seed).run())


def steady(hourly: int, hours: int, digest_after: int) -> Simulation:
    """A connector that gets so many events an hour, evenly."""
    step = HOUR / hourly
    traffic = [
        (START + number * step, owed(number, START + number * step))
        for number in range(hourly * hours)
    ]
    return Simulation(Connector(), traffic, Policy(digest_after), Connector.windows)


def test_merged_a_connector_keeps_up_with_a_thousand_events_an_hour() -> None:
    done = steady(1000, 30, digest_after=20).run()
    check(done)
    waited = [done.ended[one.delivery.id] - at for at, one in done.traffic]
    assert max(waited) < 300
    assert done.most_pending < 100


def test_unmerged_it_lags_behind() -> None:
    done = steady(1000, 24, digest_after=0).run(START + 24 * HOUR)
    assert len(done.endings) <= 1800
    assert done.most_pending > 20_000
