"""Files that nobody reads without the key, and that nobody shortens or alters unnoticed.

A sealed file is a head and chunks of AES-256-GCM. The nonce of a chunk is the file's own prefix, the chunk's
number and whether it is the last one (the STREAM construction), so that chunks can be neither left out, nor
put in another order, nor cut off at the end. The head, with the fingerprint of the key, is authenticated with
every chunk.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"netra-sealed-1\n"
FINGERPRINT, PREFIX, TAG = 8, 7, 16
"""Bytes."""
CHUNK = 1 << 20
"""Bytes of plain text in every chunk but the last."""


class Damaged(Exception):
    """A sealed file that cannot be trusted; `code` is `cut_short`, `altered`, `another_key` or `missing`."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Key:
    """A key of 32 bytes."""

    value: bytes

    @classmethod
    def from_file(cls, path: Path) -> Key:
        """The key that a file holds as 64 hexadecimal digits; ValueError when it holds something else."""
        value = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(value) != 32:
            raise ValueError("a key has 64 hexadecimal digits")
        return cls(value)

    @property
    def fingerprint(self) -> bytes:
        """Tells keys apart and says nothing of them."""
        return hashlib.sha256(b"netra backup key" + self.value).digest()[:FINGERPRINT]


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\1" if last else b"\0")


def _chunks(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The text in chunks, each with whether it is the last; the last may be empty."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield bytes(waiting[:CHUNK]), False
            del waiting[:CHUNK]
    yield bytes(waiting), True


def seal(path: Path, key: Key, pieces: Iterable[bytes]) -> None:
    """Writes a sealed file: whole under its name, or not at all."""
    prefix = secrets.token_bytes(PREFIX)
    head = MAGIC + key.fingerprint + prefix
    cipher = AESGCM(key.value)
    growing = path.with_name(path.name + ".new")
    with growing.open("wb") as file:
        file.write(head)
        for number, (chunk, last) in enumerate(_chunks(pieces)):
            file.write(cipher.encrypt(_nonce(prefix, number, last), chunk, head))
        file.flush()
        os.fsync(file.fileno())
    growing.rename(path)


def unseal(path: Path, key: Key) -> Iterator[bytes]:
    """The text of a sealed file, piece by piece; raises Damaged, at the latest after the last piece."""
    try:
        file = path.open("rb")
    except OSError:
        raise Damaged("missing", f"{path.name} is missing.") from None
    with file:
        head = file.read(len(MAGIC) + FINGERPRINT + PREFIX)
        if len(head) < len(MAGIC) + FINGERPRINT + PREFIX:
            raise Damaged("cut_short", f"{path.name} is cut short.")
        if not head.startswith(MAGIC):
            raise Damaged("altered", f"{path.name} has been altered.")
        if head[len(MAGIC) : -PREFIX] != key.fingerprint:
            raise Damaged("another_key", f"{path.name} was sealed with another key.")
        cipher, prefix = AESGCM(key.value), head[-PREFIX:]
        number, chunk = 0, file.read(CHUNK + TAG)
        while True:
            following = file.read(CHUNK + TAG)
            yield _opened(path, cipher, prefix, head, number, chunk, not following)
            if not following:
                return
            number, chunk = number + 1, following


def _opened(path: Path, cipher: AESGCM, prefix: bytes, head: bytes, number: int, chunk: bytes, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(prefix, number, last), chunk, head)
    except InvalidTag:
        pass
    if last:
        try:
            cipher.decrypt(_nonce(prefix, number, False), chunk, head)
        except InvalidTag:
            pass
        else:
            raise Damaged("cut_short", f"{path.name} is cut short.")
    raise Damaged("altered", f"{path.name} has been altered.")
