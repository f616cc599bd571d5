"""The place where backups are kept: base backups, the log that follows them, and what must never come back.

Everything in it is sealed. `about` files say how long the file beside them is, so that one that was cut
short in the middle of a chunk is told from one that was altered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from support.reference.sealed import Damaged, Key, seal, unseal

FILE = 1 << 32
"""Bytes of what PostgreSQL calls a log file; its number is the middle part of a segment's name."""


@dataclass(frozen=True)
class Base:
    """One base backup.

    Attributes:
        name: of its file, sorted by age.
        made_at: when it was complete: it holds everything that was acknowledged before it began.
        first: the segment with which its log begins.
        last, used: the segment in which the backup became complete, and how many bytes of it that took.
    """

    name: str
    made_at: datetime
    first: str
    last: str
    used: int
    size: int


@dataclass(frozen=True)
class Segment:
    """One segment of the log; `used` is how many bytes of it are known, all of them when it is full."""

    name: str
    path: Path
    used: int


class Place:
    """A directory of sealed files."""

    def __init__(self, folder: Path, key: Key) -> None:
        self._folder, self.key = folder, key
        self._log = folder / "log"
        self._segment = 0

    def prepare(self) -> None:
        """Makes the directories."""
        self._log.mkdir(parents=True, exist_ok=True)

    @property
    def segment(self) -> int:
        """Bytes of one segment of PostgreSQL's log; each server has its own measure."""
        if self._segment == 0:
            self._segment = int(self._read(self._folder / "segment"))
        return self._segment

    def take_measure(self, segment: int) -> None:
        """Keeps how long the segments of the log are that follow; Damaged when those that are here are not so long."""
        if not (self._folder / "segment").exists():
            self._keep(self._folder / "segment", segment)
        if self.segment != segment:
            raise Damaged("altered", f"The log that is here has segments of {self.segment} bytes and not {segment}.")

    # Base backups

    def keep_base(self, name: str, pieces: Iterable[bytes]) -> int:
        """Keeps a base backup; its size in bytes."""
        path = self._folder / f"{name}.base"
        seal(path, self.key, pieces)
        return path.stat().st_size

    def describe(self, base: Base) -> None:
        """Keeps what is known of a base backup; only from then on does it count."""
        about = {**base.__dict__, "made_at": base.made_at.isoformat()}
        self._keep(self._folder / f"{base.name}.about", about)

    def bases(self) -> list[Base]:
        """The base backups, oldest first."""
        found = [self._read(path) for path in sorted(self._folder.glob("*.about"))]
        return [Base(**{**about, "made_at": datetime.fromisoformat(about["made_at"])}) for about in found]

    def base_before(self, until: datetime | None) -> Base:
        """The latest base backup that was complete by then; Damaged when there is none."""
        fitting = [base for base in self.bases() if until is None or base.made_at <= until]
        if not fitting:
            raise Damaged("missing", "There is no backup from before that time.")
        return fitting[-1]

    def content(self, base: Base) -> Iterator[bytes]:
        """What a base backup holds; raises Damaged."""
        path = self._folder / f"{base.name}.base"
        if path.exists() and path.stat().st_size < base.size:
            raise Damaged("cut_short", f"{path.name} is cut short.")
        yield from unseal(path, self.key)

    # The log

    def keep_segment(self, name: str, content: bytes) -> None:
        """Keeps a segment, or the known part of one, in place of what was known of it."""
        part, whole = self._log / f"{name}.part", self._log / f"{name}.full"
        full = len(content) == self.segment
        seal(whole if full else part, self.key, (content,))
        if full:
            part.unlink(missing_ok=True)

    def segments(self, first: str) -> list[Segment]:
        """The segments from one on, in order; Damaged when one in between is missing."""
        found: list[Segment] = []
        known = {path.stem: path for path in sorted(self._log.glob("*.part"))}
        known |= {path.stem: path for path in self._log.glob("*.full")}
        for path in (known[name] for name in sorted(known) if name >= first):
            if found and path.stem != following(found[-1].name, self.segment):
                raise Damaged("missing", f"After {found[-1].name} the log has a gap.")
            found.append(Segment(path.stem, path, self.segment if path.suffix == ".full" else 0))
        return found

    def log_content(self, segment: Segment) -> bytes:
        """What a segment holds; raises Damaged."""
        try:
            return b"".join(unseal(segment.path, self.key))
        except Damaged as trouble:
            whole = segment.path.with_suffix(".full")
            if trouble.code != "missing" or not whole.exists():
                raise
            return b"".join(unseal(whole, self.key))  # it has become full meanwhile

    def reach(self, at: datetime, segment: str, used: int) -> None:
        """From now on everything that was acknowledged before `at` is here: the log up to so much of this segment."""
        self._keep(self._folder / "reach", {"at": at.isoformat(), "segment": segment, "used": used})

    def needed(self) -> dict[str, int]:
        """The segments without which what was acknowledged is not here, each with how many bytes of it are needed."""
        reach = self._read(self._folder / "reach") if (self._folder / "reach").exists() else {}
        before = [base for base in self.bases() if reach and base.made_at <= datetime.fromisoformat(reach["at"])]
        found: dict[str, int] = {}
        # What a backup holds of the log itself need not be here once more.
        if before and (before[-1].last, before[-1].used) < (reach["segment"], reach["used"]):
            name = before[-1].last
            while name < reach["segment"] and name[:8] == reach["segment"][:8]:
                whole = name > before[-1].last or before[-1].used < self.segment
                found[name] = self.segment if whole else 0
                name = following(name, self.segment)
            found[reach["segment"]] = reach["used"]
        return {name: used for name, used in found.items() if used}

    def reaches(self) -> datetime | None:
        """Up to when everything that was acknowledged is here; None without any backup."""
        times = [base.made_at for base in self.bases()]
        if (self._folder / "reach").exists():
            times.append(datetime.fromisoformat(self._read(self._folder / "reach")["at"]))
        return max(times, default=None)

    # What must never come back

    def keep_erasures(self, erasures: list[dict[str, str]]) -> None:
        """The customers and conversations that were erased for good, `[{kind, id, actor, at}]`."""
        self._keep(self._folder / "erasures", erasures)

    def erasures(self) -> list[dict[str, str]]:
        """The same; none when nothing was ever erased."""
        if not (self._folder / "erasures").exists():
            return []
        found: list[dict[str, str]] = self._read(self._folder / "erasures")
        return found

    # Verification

    def note_verified(self, up_to: datetime) -> None:
        """Everything up to this time was seen to be here and whole."""
        self._keep(self._folder / "verified", {"up_to": up_to.isoformat()})

    def withdraw(self) -> None:
        """Nothing counts as verified any more."""
        (self._folder / "verified").unlink(missing_ok=True)

    def verified(self) -> datetime | None:
        """Up to when the last verification found everything here and whole."""
        if not (self._folder / "verified").exists():
            return None
        return datetime.fromisoformat(self._read(self._folder / "verified")["up_to"])

    def _keep(self, path: Path, what: Any) -> None:
        seal(path, self.key, (json.dumps(what).encode(),))

    def _read(self, path: Path) -> Any:
        return json.loads(b"".join(unseal(path, self.key)))


def following(name: str, segment: int) -> str:
    """The name of the segment after this one, as PostgreSQL names them; `segment` is how many bytes each has."""
    return _name(name[:8], int(name[8:16], 16) * (FILE // segment) + int(name[16:], 16) + 1, segment)


def position(timeline: str, written: int, segment: int) -> tuple[str, int]:
    """The segment that holds the last of so many bytes of log, and how many bytes of it that are: 1 to all."""
    return _name(timeline, (written - 1) // segment, segment), (written - 1) % segment + 1


def _name(timeline: str, number: int, segment: int) -> str:
    high, low = divmod(number, FILE // segment)
    return f"{timeline}{high:08X}{low:08X}"


def verify(place: Place) -> dict[str, Any]:
    """Reads everything there is; raises Damaged, and nothing is verified then. What it says is for the operator."""
    try:
        return _read_all(place)
    except Damaged:
        place.withdraw()
        raise


def _read_all(place: Place) -> dict[str, Any]:
    # First of all: the log grows while it is read.
    needed, reaches = place.needed(), place.reaches()
    bases = place.bases()
    if not bases:
        raise Damaged("missing", "There is no backup here.")
    for base in bases:
        for _ in place.content(base):
            pass
    place.erasures()
    segments = place.segments(bases[0].first)
    known = {segment.name: len(place.log_content(segment)) for segment in segments}
    for name, used in needed.items():
        if known.get(name, 0) < used:
            raise Damaged("missing" if name not in known else "cut_short", f"Of {name} too little is here.")
    assert reaches is not None
    place.note_verified(reaches)
    return {"bases": [base.name for base in bases], "segments": len(segments), "reaches_at": reaches.isoformat()}
