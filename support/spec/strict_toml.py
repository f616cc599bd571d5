"""A TOML file that people edit by hand, read so that no slip goes unnoticed.

A misspelled key that is silently ignored would leave a promise unchecked; so each field is taken by
name and kind, and whatever is left over is an error that names file and place.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from support.facts.trouble import CannotRun

T = TypeVar("T")


class Table:
    """A table of a file, from which each field is taken once; what is left over is an error."""

    def __init__(self, file: str, place: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.place = place
        self._left = dict(content)

    def wrong(self, key: str, what: str, next_action: str) -> CannotRun:
        """The complaint about one key, with file and place."""
        place = f"{self.place}.{key}" if self.place and key else self.place or key
        return CannotRun(f"features/{self.file}: {place} {what}.", next_action)

    def _take(self, key: str, kind: type | tuple[type, ...], words: str) -> Any:
        if key not in self._left:
            raise self.wrong(key, "is missing", f"Add it: {words}.")
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(key, f"is not {words}", f"Write {words}.")
        return value

    def text(self, key: str) -> str:
        """A sentence or word; an empty one is as good as none."""
        text: str = self._take(key, str, "a text in quotation marks")
        if not text.strip():
            raise self.wrong(key, "is empty", "Say it in words.")
        return text

    def number(self, key: str) -> Decimal:
        """A number of zero or more, exactly as it is written."""
        number = Decimal(self._take(key, (int, Decimal), "a number"))
        if not number.is_finite() or number < 0:
            raise self.wrong(key, f"is {number}", "Write a number of zero or more.")
        return number

    def one_of(self, key: str, permitted: Iterable[str]) -> str:
        """A word from a closed set."""
        return self._permitted(key, self.text(key), permitted)

    def _permitted(self, key: str, word: str, permitted: Iterable[str]) -> str:
        choices = list(permitted)
        if word not in choices:
            raise self.wrong(key, f'says "{word}", which is not known', f"Use one of: {', '.join(choices)}.")
        return word

    def words(self, key: str, permitted: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of different words, from a closed set if one is given."""
        words = self._take(key, list, "a list of texts")
        for word in words:
            if not isinstance(word, str) or not word:
                raise self.wrong(key, f"holds {word!r}", "Write each entry as a text in quotation marks.")
            if words.count(word) > 1:
                raise self.wrong(key, f'says "{word}" twice', "Leave one of the two out.")
            if permitted is not None:
                self._permitted(key, word, sorted(permitted))
        return tuple(words)

    def flag(self, key: str) -> bool:
        """A plain yes or no that may be left out."""
        return key in self._left and bool(self._take(key, bool, "true or false"))

    def table(self, key: str) -> "Table":
        """The table under a key."""
        content = self._take(key, dict, "a table")
        return Table(self.file, f"{self.place}.{key}" if self.place else key, content)

    def tables(self) -> Iterable[tuple[str, "Table"]]:
        """All that is left, each of it a table."""
        return [(key, self.table(key)) for key in list(self._left)]

    def rows(self, key: str) -> Iterable["Table"]:
        """A list of inline tables."""
        rows = self._take(key, list, "a list of { … } entries")
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                raise self.wrong(key, f"has an entry {number} that is not written as {{ … }}", "Write it so.")
        return [Table(self.file, f"{self.place}.{key}[{number}]", row) for number, row in enumerate(rows, start=1)]

    def sentences(self, keys: re.Pattern[str] | None = None) -> dict[str, str]:
        """All that is left, as key and sentence; at least one, with keys of the given shape."""
        if not self._left:
            raise self.wrong("", "is empty", "Add at least one entry with a sentence.")
        for key in self._left:
            if keys and not keys.fullmatch(key):
                raise self.wrong(key, "is not a usable name", f"Write names like those beside it ({keys.pattern}).")
        return {key: self.text(key) for key in list(self._left)}

    def has(self, key: str) -> bool:
        """Whether a key that may be left out is there."""
        return key in self._left

    def end(self) -> None:
        """Nothing may be left: an unknown key is mostly a misspelled one."""
        for key in self._left:
            raise self.wrong(key, "is not known here", "Correct its name or take it out.")


def read(folder: Path, file: str) -> Table:
    """The top of a file; raises CannotRun when it cannot be read as TOML."""
    path = folder / file
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise CannotRun(f"{path} does not exist.", "Run from the project's folder, or restore the file.") from None
    except OSError as error:
        raise CannotRun(f"{path} cannot be opened: {error.strerror}.", "Make it readable.") from None
    except UnicodeDecodeError:
        raise CannotRun(f"features/{file}: this is not UTF-8 text.", "Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"features/{file}: {error}.", "Correct it at that line.") from None
    return Table(file, "", content)


def all_different(table: Table, said: Iterable[tuple[str, str]]) -> None:
    """Two entries that say the same are mostly one that was copied and not changed."""
    seen: dict[str, str] = {}
    for key, text in said:
        if text in seen:
            complaint = f'says "{text}", as {seen[text]} does already'
            raise table.wrong(key, complaint, "Say something else in one of the two.")
        seen[text] = key


def each(tables: Table, read_one: Callable[[str, Table], T]) -> Mapping[str, T]:
    """Every table of a table, read and found to hold nothing more."""
    found: dict[str, T] = {}
    for key, table in tables.tables():
        found[key] = read_one(key, table)
        table.end()
    return MappingProxyType(found)
