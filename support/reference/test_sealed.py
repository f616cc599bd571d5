"""A sealed file is read whole by whoever has the key, and by nobody else in any other state."""

import secrets
from pathlib import Path

import pytest

from support.reference.sealed import CHUNK, Damaged, Key, seal, unseal

LENGTHS = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5)


@pytest.fixture
def key() -> Key:
    return Key(secrets.token_bytes(32))


def sealed(folder: Path, key: Key, length: int = 2 * CHUNK + 5) -> Path:
    seal(folder / "file", key, (b"x" * length,))
    return folder / "file"


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_sealed_is_read(tmp_path: Path, key: Key, length: int) -> None:
    text = secrets.token_bytes(length)
    seal(tmp_path / "file", key, (text[:100], text[100:]))
    assert b"".join(unseal(tmp_path / "file", key)) == text


def test_nothing_of_it_can_be_read_in_the_file(tmp_path: Path, key: Key) -> None:
    assert b"xxxxxxxx" not in sealed(tmp_path, key).read_bytes()


@pytest.mark.parametrize("left", [0, 10, 40, CHUNK + 46, 2 * (CHUNK + 16) + 30])
def test_a_file_that_is_cut_short_is_not_read_to_its_end(tmp_path: Path, key: Key, left: int) -> None:
    path = sealed(tmp_path, key)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(Damaged) as found:
        list(unseal(path, key))
    assert found.value.code in ("cut_short", "altered")


def test_a_file_that_ends_with_a_whole_chunk_is_known_to_be_cut_short(tmp_path: Path, key: Key) -> None:
    path = sealed(tmp_path, key)
    path.write_bytes(path.read_bytes()[: 30 + CHUNK + 16])
    with pytest.raises(Damaged) as found:
        list(unseal(path, key))
    assert found.value.code == "cut_short"


@pytest.mark.parametrize("place", [3, 26, 35, CHUNK + 60, -1])
def test_one_altered_byte_is_noticed(tmp_path: Path, key: Key, place: int) -> None:
    path = sealed(tmp_path, key)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged) as found:
        list(unseal(path, key))
    assert found.value.code == "altered"


def test_another_key_is_named(tmp_path: Path, key: Key) -> None:
    with pytest.raises(Damaged) as found:
        list(unseal(sealed(tmp_path, key), Key(secrets.token_bytes(32))))
    assert found.value.code == "another_key"


def test_a_file_that_is_not_there_is_missing(tmp_path: Path, key: Key) -> None:
    with pytest.raises(Damaged) as found:
        list(unseal(tmp_path / "nothing", key))
    assert found.value.code == "missing"
