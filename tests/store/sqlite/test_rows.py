"""How values go into columns, whatever they are."""

import sqlite3
from contextlib import closing

import orjson
from hypothesis import given
from hypothesis import strategies as st

from bridge.store.sqlite.rows import to_json

TEXTS = st.lists(st.sampled_from(["\0", "\\", "u0000", '"', "ü", "a"])).map("".join)


@given(st.lists(TEXTS))
def test_what_sql_takes_apart_is_what_was_given_with_a_sign_for_nul(texts: list[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        found = connection.execute("SELECT value FROM json_each(?)", (to_json(texts),)).fetchall()
    assert [value for (value,) in found] == [text.replace("\0", "\ufffd") for text in texts]


@given(st.lists(TEXTS))
def test_json_within_json_keeps_its_nul(texts: list[str]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        inner = orjson.dumps(texts).decode()
        found = connection.execute("SELECT value FROM json_each(?)", (to_json([inner]),)).fetchone()
    assert orjson.loads(found[0]) == texts
