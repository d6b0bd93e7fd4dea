import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bridge.errors import SecretError
from bridge.store.secrets import Vault, fingerprint, place
from tests.store.making import KEY, NEW_KEY

PLACE = place("channels", "url", "ch_1")


@given(value=st.binary(max_size=100))
def test_what_was_sealed_opens(value: bytes) -> None:
    vault = Vault((KEY,))
    assert vault.open(vault.seal(value, PLACE), PLACE) == value


def test_the_same_value_is_sealed_differently_each_time() -> None:
    vault = Vault((KEY,))
    sealed = {vault.seal(b"a secret", PLACE) for _ in range(10)}
    assert len(sealed) == 10
    assert all(b"secret" not in one for one in sealed)


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("channels", "url", "ch_2"),
        place("endpoints", "url", "ch_1"),
        place("channels", "sealed", "ch_1"),
    ],
)
def test_a_moved_value_does_not_open(elsewhere: str) -> None:
    vault = Vault((KEY,))
    with pytest.raises(SecretError, match="damaged, or brought there from elsewhere"):
        vault.open(vault.seal(b"a secret", PLACE), elsewhere)


def test_every_changed_byte_is_noticed() -> None:
    vault = Vault((KEY,))
    sealed = vault.seal(b"a secret", PLACE)
    for number in range(len(sealed)):
        changed = bytearray(sealed)
        changed[number] ^= 1
        with pytest.raises(SecretError):
            vault.open(bytes(changed), PLACE)


def test_a_cut_value_does_not_open() -> None:
    vault = Vault((KEY,))
    sealed = vault.seal(b"a secret", PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SecretError):
            vault.open(sealed[:length], PLACE)


def test_every_key_opens_and_the_first_seals() -> None:
    old, both, new = Vault((KEY,)), Vault((NEW_KEY, KEY)), Vault((NEW_KEY,))
    assert both.open(old.seal(b"a secret", PLACE), PLACE) == b"a secret"
    assert new.open(both.seal(b"a secret", PLACE), PLACE) == b"a secret"
    assert both.seal(b"a secret", PLACE).startswith(new.current)


def test_a_missing_key_is_said_in_a_sentence_without_the_value() -> None:
    with pytest.raises(SecretError, match="a key that is not in BRIDGE_SECRET_KEY"):
        Vault((NEW_KEY,)).open(Vault((KEY,)).seal(b"a secret", PLACE), PLACE)


def test_a_fingerprint_needs_its_key() -> None:
    mark = fingerprint(KEY, SecretStr("a secret"))
    assert mark == fingerprint(KEY, SecretStr("a secret"))
    assert mark != fingerprint(NEW_KEY, SecretStr("a secret"))
    assert mark != fingerprint(KEY, SecretStr("another secret"))
