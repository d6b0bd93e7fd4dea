"""Several patterns as one question, for when it is asked again and again. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from bridge.pipeline.filters import match_pieces

Has: TypeAlias = Callable[[tuple[str, ...]], bool]


def has(patterns: tuple[str, ...]) -> Has:
    """Whether one of the (folded) values is what one of the patterns says: shorter ways for the usual shapes of a pattern."""
    exact, starts, within, others = set(), [], [], []
    for pattern in map(str.casefold, patterns):
        match pattern.split("*"):
            case [whole]:
                exact.add(whole)
            case [start, ""]:
                starts.append(start)
            case ["", piece, ""]:
                within.append(piece)
            case pieces:
                others.append(pieces)
    begins = _begins(frozenset(exact), tuple(starts))
    if within or others:
        return _contains(begins, tuple(within), tuple(others))
    return begins if starts else lambda values: not exact.isdisjoint(values)


def _begins(exact: frozenset[str], starts: tuple[str, ...]) -> Has:
    def begins(values: tuple[str, ...]) -> bool:
        for value in values:  # noqa: SIM110  # a generator would take longer than all the rest
            if value in exact or value.startswith(starts):
                return True
        return False

    return begins


def _contains(begins: Has, within: Sequence[str], others: Sequence[Sequence[str]]) -> Has:
    def contains(values: tuple[str, ...]) -> bool:
        if begins(values):
            return True
        for value in values:
            for piece in within:
                if piece in value:
                    return True
            for pieces in others:
                if match_pieces(pieces, value):
                    return True
        return False

    return contains
