"""The judge of the torture test sees what it is there to see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.torture.verdict import Attempt, Delivery, Story, judge, judge_merged, repeats

DELIVERED = Attempt("delivered", 200)
HUNG_UP = Attempt("retry", None)
INTERRUPTED = Attempt("interrupted", None)

GROUPS = dict.fromkeys("ace", "vowels") | dict.fromkeys("bdx", "consonants")

GOOD = Story(
    sent={"one": ["1", "2", "3"], "two": ["4", "5"]},
    acknowledged={"1", "2", "4", "5"},
    committed=["1", "4", "2", "3", "5"],
    wanted={
        "1": [("red", "a"), ("blue", "a")],
        "2": [("red", "b"), ("red", "b"), ("blue", "b")],
        "3": [("red", "c")],
        "4": [("red", "d"), ("blue", "d")],
        "5": [("red", "e")],
    },
    rejected={("blue", "d")},
    received={"red": ["a", "d", "b", "b", "c", "e"], "blue": ["a", "b"]},
    deliveries=[
        *(Delivery("red", card, "delivered") for card in "adbbce"),
        *(Delivery("blue", card, "delivered") for card in "ab"),
        Delivery("blue", "d", "dead", "The channel answered 400."),
    ],
)


def received(**channels: str) -> Mapping[str, Sequence[str]]:
    return {**GOOD.received, **channels}


def with_attempts(channel: str, card: str, *attempts: Attempt) -> Sequence[Delivery]:
    """The deliveries, that one with its attempts."""
    return [
        replace(one, attempts=attempts) if (one.channel, one.card) == (channel, card) else one
        for one in GOOD.deliveries
    ]


def test_a_story_without_a_fault_has_none() -> None:
    assert judge(GOOD) == ()
    assert repeats(GOOD) == {}


def test_what_was_not_acknowledged_need_not_be_kept() -> None:
    told = replace(
        GOOD,
        committed=["1", "4", "2", "5"],
        received=received(red="adbbe"),
        deliveries=[one for one in GOOD.deliveries if one.card != "c"],
    )
    assert judge(told) == ()


@pytest.mark.parametrize(
    ("red", "fault"),
    [
        ("adbbc", "red: e is lost (arrived 0 of 1 times)"),
        ("adbce", "red: b is lost (arrived 1 of 2 times)"),
        ("", "red: a is lost (arrived 0 of 1 times)"),
        ("dabbce", "red: d came where a was due (place 0)"),
        ("adbbec", "red: e came where c was due (place 3)"),
        ("adbcbe", "red: b came where e was due (place 4)"),
        ("adabbce", "red: a came where b was due (place 2)"),
        ("adbbcea", "red: 6 came in turn instead of 5"),
        ("adbbcex", "red: x is foreign"),
        ("adbbbce", "red: b was repeated 1 times, explained by 0 attempts"),
        ("adbbcee", "red: e was repeated 1 times, explained by 0 attempts"),
    ],
)
def test_cards_that_are_lost_or_foreign_or_in_the_wrong_place_or_repeated(
    red: str, fault: str
) -> None:
    assert fault in judge(replace(GOOD, received=received(red=red)))


def test_a_card_that_its_channel_does_not_accept_is_foreign_there() -> None:
    assert judge(replace(GOOD, received=received(blue="adb"))) == ("blue: d is foreign",)


def test_a_card_in_a_channel_of_another_is_foreign() -> None:
    assert judge(replace(GOOD, received=received(green="a"))) == ("green: a is foreign",)


@pytest.mark.parametrize(
    "attempt",
    [HUNG_UP, INTERRUPTED, Attempt("retry", 502), Attempt("retry", 504)],
)
def test_a_repeat_is_explained_by_an_attempt_whose_answer_is_not_known(attempt: Attempt) -> None:
    told = replace(
        GOOD,
        received=received(red="aadbbce"),
        deliveries=with_attempts("red", "a", attempt, DELIVERED),
    )
    assert judge(told) == ()
    assert repeats(told) == {("red", "a"): 1}


@pytest.mark.parametrize(
    "attempt",
    [
        Attempt("retry", 503),
        Attempt("retry", 429),
        Attempt("retry", 200),
        Attempt("too_large", 413),
        Attempt("rejected", None),
        DELIVERED,
    ],
)
def test_a_repeat_is_not_explained_by_an_attempt_whose_answer_was_seen(attempt: Attempt) -> None:
    told = replace(
        GOOD,
        received=received(red="aadbbce"),
        deliveries=with_attempts("red", "a", attempt, DELIVERED),
    )
    assert judge(told) == ("red: a was repeated 1 times, explained by 0 attempts",)


def test_each_repeat_has_its_own_explanation() -> None:
    told = replace(
        GOOD,
        received=received(red="aaadbbce"),
        deliveries=with_attempts("red", "a", HUNG_UP, DELIVERED),
    )
    assert judge(told) == ("red: a was repeated 2 times, explained by 1 attempts",)


def test_a_repeat_that_is_explained_still_has_its_place() -> None:
    told = replace(
        GOOD,
        received=received(red="adabbce"),
        deliveries=with_attempts("red", "a", HUNG_UP, DELIVERED),
    )
    assert judge(told) == ("red: a came where b was due (place 2)",)


def test_an_acknowledged_webhook_is_kept_once_and_in_order() -> None:
    assert "5: acknowledged, but not kept" in judge(replace(GOOD, committed=["1", "4", "2", "3"]))
    twice = replace(GOOD, committed=["1", "4", "2", "3", "5", "5"])
    assert "5: kept 2 times" in judge(twice)
    foreign = replace(GOOD, committed=[*GOOD.committed, "6"])
    assert "6: kept, but never sent" in judge(foreign)
    swapped = replace(GOOD, committed=["1", "4", "3", "2", "5"])
    assert "one: 3 came where 2 was due (place 1)" in judge(swapped)


def test_each_owed_card_has_its_delivery_in_the_right_state() -> None:
    *others, dead = GOOD.deliveries
    cases = {
        "blue: d has 0 deliveries instead of 1": others,
        "blue: d has 2 deliveries instead of 1": [*GOOD.deliveries, dead],
        "green: a has 1 deliveries instead of 0": [
            *GOOD.deliveries,
            Delivery("green", "a", "delivered"),
        ],
        "blue: d is delivered instead of dead (None)": [
            *others,
            replace(dead, state="delivered", reason=None),
        ],
        "blue: d is dead without a reason": [*others, replace(dead, reason=None)],
        "red: a is dead instead of delivered (Given up.)": [
            replace(GOOD.deliveries[0], state="dead", reason="Given up."),
            *GOOD.deliveries[1:],
        ],
    }
    for fault, deliveries in cases.items():
        assert fault in judge(replace(GOOD, deliveries=deliveries))


@pytest.mark.parametrize(
    ("red", "faults"),
    [
        ("adbce", ()),
        ("acdbe", ()),
        ("adbceadb", ()),
        ("adbc", ("red: e is lost",)),
        ("adbcex", ("red: x is foreign",)),
        ("cadbe", ("red, vowels: c came where a was due (place 0)",)),
        ("abdce", ("red, consonants: b came where d was due (place 0)",)),
    ],
)
def test_in_digests_each_group_is_whole_and_in_order(red: str, faults: tuple[str, ...]) -> None:
    assert judge_merged(merged(red), GROUPS) == faults


def merged(red: str, **recorded: str) -> Story:
    """A story without rejected cards, in which each came alone; but `recorded` of the red ones in digests."""
    digests = {card: name for name, cards in recorded.items() for card in cards}
    return replace(
        GOOD,
        rejected=(),
        received=received(red=red, blue="adb"),
        deliveries=[
            replace(
                one,
                state="delivered",
                attempts=(HUNG_UP, DELIVERED),
                digest=digests.get(one.card) if one.channel == "red" else None,
            )
            for one in GOOD.deliveries
        ],
        together={(one.channel, frozenset(one.card)) for one in GOOD.deliveries},
    )


def test_a_card_is_recorded_in_the_digest_that_it_came_in() -> None:
    fault = "red: no card came with just a, b, d"
    told = merged("adbce", dg_1="adb")
    assert judge_merged(told, GROUPS) == (fault,)
    came = {*told.together, ("red", frozenset("adb"))}
    assert judge_merged(replace(told, together=came), GROUPS) == ()
    larger = {*told.together, ("red", frozenset("adbc")), ("blue", frozenset("adb"))}
    assert judge_merged(replace(told, together=larger), GROUPS) == (fault,)


def test_a_card_that_came_in_a_digest_only_is_not_recorded_as_if_it_came_alone() -> None:
    told = merged("adbce", dg_1="ad")
    came = {*told.together, ("red", frozenset("adb"))} - {("red", frozenset("b"))}
    assert judge_merged(replace(told, together=came), GROUPS) == (
        "red: no card came with just a, d",
        "red: no card came with just b",
    )


def test_a_digest_is_repeated_with_reason_only() -> None:
    told = merged("adbcead")
    assert judge_merged(told, GROUPS) == ()
    told = replace(told, deliveries=[replace(one, attempts=()) for one in told.deliveries])
    assert judge_merged(told, GROUPS) == (
        "red: a was repeated 1 times, explained by 0 attempts",
        "red: d was repeated 1 times, explained by 0 attempts",
    )


def test_what_is_rejected_need_not_be_in_a_digest() -> None:
    told = merged("adbce")
    dead = [
        replace(one, state="dead", reason="No.")
        if (one.channel, one.card) == ("blue", "d")
        else one
        for one in told.deliveries
    ]
    told = replace(told, rejected=GOOD.rejected, deliveries=dead)
    assert judge_merged(replace(told, received=received(red="adbce", blue="ab")), GROUPS) == ()
    assert judge_merged(told, GROUPS) == ("blue: d is foreign",)
