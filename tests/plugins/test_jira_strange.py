"""Whatever value stands wherever in one of Jira's webhooks, it is refused, or becomes a card that Teams takes."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.cards.card import Card, plain
from bridge.cards.fit import fit
from bridge.cards.templates import CardRenderer
from bridge.channel import ChannelKind
from bridge.errors import ParseError, UnreadableRequest
from bridge.models import InboundRequest
from bridge.source import Sample
from bridge.testing import FORMS, endpoint_of
from bridge_jira.source import Jira

JIRA = Jira()
ENDPOINT = endpoint_of(JIRA)
RENDERER = CardRenderer()
Place: TypeAlias = tuple[str | int, ...]

STRANGE: tuple[Any, ...] = (
    *(2**63, 1e308, "9" * 5_000, "   ", "\ue000\ud83d\ude00\u202e", "javascript:alert(1)"),
    *([[]], {"content": [{"type": "text", "text": 7}]}, {"self": "https://[/rest/"}, "https://["),
)
"""What looks like Jira's values and is not. One value of each kind is put everywhere by `test_strange.py`."""
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["https://x.example/rest/api/2/issue/7/comment/8", "*a* {code}b", "1795"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(["name", "displayName", "key", "value", "type", "content", "text"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    steps: Any = value.items() if isinstance(value, dict) else ()
    for step, item in enumerate(value) if isinstance(value, list) else steps:
        yield from places(item, (*path, step))


def replaced(value: Any, path: Place, new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def show(payload: Any) -> None:
    """Parse it; the card that it becomes must be whole, and fit what Teams takes in both formats."""
    request = InboundRequest({}, json.dumps(payload).encode())
    try:
        (event,) = JIRA.parse(request, ENDPOINT)
    except (ParseError, UnreadableRequest):
        return
    for name, value in event.attributes.items():
        texts = value if isinstance(value, tuple) else ()
        assert all(type(text) is str for text in texts), name
        assert value is None or type(value) in {str, int, float, bool, tuple}, name
    assert {"actor", "actor_is_bot"} <= set(event.attributes)
    card = RENDERER.render(JIRA, ENDPOINT, event)
    assert plain(card.title).strip()
    for form, check in FORMS:
        body = fit(card, partial(_encoded, form), ChannelKind.limit_bytes)
        assert check(orjson.loads(body), body) == []


def _encoded(form: Callable[[Card], dict[str, Any]], card: Card) -> bytes:
    return orjson.dumps(form(card))


def _unlike() -> list[tuple[Sample, Place]]:
    """Each place of each kind of thing once: in the next fixture, or further on in a list, it tells nothing new."""
    found: dict[Place, tuple[Sample, Place]] = {}
    for sample in JIRA.samples:
        about = sample.name.partition("_")[0]
        for path in places(json.loads(sample.body)):
            # An issue is read alike, whatever happened to it.
            kind = "issue" if path[:1] == ("issue",) else about
            generally = (kind, *(step if isinstance(step, str) else 0 for step in path))
            found.setdefault(generally, (sample, path))
    return list(found.values())


def test_strange_values_in_every_place() -> None:
    unlike = _unlike()
    for sample, path in unlike:
        payload = json.loads(sample.body)
        for value in STRANGE:
            show(replaced(payload, path, value))
    assert len(unlike) > len(JIRA.samples)


@settings(max_examples=200)
@given(data=st.data())
def test_any_value_in_any_place(data: st.DataObject) -> None:
    payload = json.loads(data.draw(st.sampled_from(JIRA.samples)).body)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(payload))))
        payload = replaced(payload, path, data.draw(JSON))
    show(payload)
