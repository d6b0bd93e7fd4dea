"""The query of a selection: which events, or finished deliveries, a person means, the oldest first."""

from dataclasses import dataclass

from bridge.models import Selection
from bridge.store.sqlite.rows import stamp


@dataclass(frozen=True, slots=True)
class Selectable:
    """A table to select from: what is read of it, what must hold anyway, and what is asked of its columns.

    `usual` is the state that most of its rows are in, of which there is no index. `at` is the time that a selection is about.
    """

    columns: str
    table: str
    always: str
    usual: str
    at: str
    endpoint: str
    subscription: str | None = None


def selected(what: Selectable, selection: Selection, limit: int) -> tuple[str, dict[str, object]]:
    """The SQL of a selection's first rows, and its values."""
    asked = (
        (selection.state, "state = :state"),
        (selection.state and selection.state != what.usual, f"state <> '{what.usual}'"),
        (selection.endpoint, f"{what.endpoint} = :endpoint"),
        (selection.subscription and what.subscription, f"{what.subscription} = :subscription"),
        (selection.since, f"{what.at} >= :since"),
        (selection.until, f"{what.at} <= :until"),
    )
    wheres = ["position > :after", what.always, *(where for wanted, where in asked if wanted)]
    return (
        f"SELECT {what.columns} FROM {what.table} WHERE {' AND '.join(wheres)} ORDER BY position LIMIT :limit",
        {
            "after": selection.after,
            "state": selection.state,
            "subscription": selection.subscription,
            "endpoint": selection.endpoint,
            "since": stamp(selection.since),
            "until": stamp(selection.until),
            "limit": limit,
        },
    )
