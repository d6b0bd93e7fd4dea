from bridge.channel import Window
from bridge.sandbox.quota import Quota

WINDOWS = (Window(4, 1), Window(6, 30))


def test_every_window_counts() -> None:
    quota = Quota()
    assert [quota.take("a", WINDOWS, 100.0) for _ in range(5)] == [True] * 4 + [False]
    assert [quota.take("a", WINDOWS, 102.0) for _ in range(3)] == [True, True, False]
    assert quota.take("a", WINDOWS, 131.0)


def test_each_connector_has_its_own() -> None:
    quota = Quota()
    assert quota.take("a", (Window(1, 1),), 100.0)
    assert quota.take("b", (Window(1, 1),), 100.0)
