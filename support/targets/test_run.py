import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.facts.verdict import Inconclusive
from support.targets import trees
from support.targets.conftest import STAND_IN, Await
from support.targets.folder import PREFIX
from support.targets.given import Given
from support.targets.run import ROOT, Process, Run

GONE_WITHIN = 2.0


@contextmanager
def standing_by_itself(place: Path) -> Iterator[tuple["subprocess.Popen[str]", Given]]:
    command = [sys.executable, "-m", "support.targets.stand", "--platform", STAND_IN]
    environment = {**os.environ, "TMPDIR": str(place), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
    ) as stand:
        assert stand.stdout is not None
        yield stand, Given.from_json(stand.stdout.readline())


def seconds_until_gone(processes: list[trees.Seen]) -> float:
    began = time.monotonic()
    for process in processes:
        try:
            handle = os.pidfd_open(process.pid)
        except ProcessLookupError:
            continue
        assert select.select([handle], [], [], GONE_WITHIN)[0], f"process {process} lives on"
        os.close(handle)
    return time.monotonic() - began


def folders(place: Path) -> list[Path]:
    return list(place.glob(f"{PREFIX}*"))


def shared_memory() -> dict[str, str]:
    """Of every segment its number, and the process that made it."""
    lines = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()[1:]
    return {fields[1]: fields[4] for fields in map(str.split, lines)}


@pytest.fixture
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run of another process lives; whoever PostgreSQL runs as may pass through."""
    path = tmp_path_factory.mktemp("place")
    if os.getuid() == 0:
        above = Path(tempfile.gettempdir())
        for folder in (path, *(each for each in path.parents if above in each.parents)):
            folder.chmod(0o711)
    return path


def test_a_run_whose_suite_is_killed_leaves_nothing(place: Path) -> None:
    before = shared_memory()
    with standing_by_itself(place) as (stand, _):
        processes = trees.descendants(stand.pid)
        assert len(processes) > 10, "starter, PostgreSQL and its backends, Redis, world, two instances"
        stand.kill()
        stand.wait()
        assert seconds_until_gone(processes) < GONE_WITHIN
        assert folders(place) == []
        creators = {str(process.pid) for process in processes}
        # Numbers of processes come again: a segment that was there before is not of this run.
        assert [made for made, by in shared_memory().items() if made not in before and by in creators] == []


def test_what_a_killed_starter_leaves_dies_with_it_or_is_swept_by_the_next_run(place: Path, wait_for: Await) -> None:
    # A server that stands still cannot notice that its parent has gone; its children are sessions of
    # their own, as PostgreSQL's are.
    server = """
import os, time
if os.fork() == 0:
    os.setsid()
print("up", flush=True)
time.sleep(60)
"""

    async def killed() -> list[trees.Seen]:
        run = Run.begin(place)
        await run.open()
        program = Path(sys.executable)
        process = await run.start("server", home=run.folder, program=program, arguments=["-c", server])
        while process.last_words().count("up") < 2:
            await process.states()
        members = trees.tree(process.pid)
        await process.freeze()
        os.kill(run.starter, signal.SIGKILL)
        await process.ended(GONE_WITHIN)
        await run.close()
        return members

    async def next_run() -> None:
        run = Run.begin(place)
        await run.open()
        await run.close()

    root, child = wait_for(killed())
    seconds_until_gone([root])
    assert trees.look(child.pid), "only a sweep can end it"
    assert len(folders(place)) == 1
    wait_for(next_run())
    seconds_until_gone([child])
    assert folders(place) == []


def test_a_sweep_spares_a_run_that_lives(place: Path, wait_for: Await) -> None:
    async def two_at_once() -> None:
        first, second = Run.begin(place), Run.begin(place)
        await first.open()
        await second.open()
        assert first.folder != second.folder
        assert first.folder.exists()
        assert not set(await first.reserve(200)) & set(await second.reserve(200))
        await first.close()
        assert second.folder.exists()
        await second.close()

    wait_for(two_at_once())
    assert folders(place) == []


def test_the_shell_of_the_caller_says_nothing_to_what_is_started(
    place: Path, wait_for: Await, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGHOST", "PGUSER", "REDIS_URL", "HTTP_PROXY", "PYTHONSTARTUP", "PYTHONHASHSEED"):
        monkeypatch.setenv(name, "17")

    async def environment() -> dict[str, str]:
        run = Run.begin(place)
        await run.open()
        arguments = ["-c", "import json, os; print(json.dumps(dict(os.environ)))"]
        process = await run.start("show", home=run.folder, program=Path(sys.executable), arguments=arguments)
        assert (await process.ended(10.0)).code == 0
        shown: dict[str, str] = json.loads(process.log.read_text())
        await run.close()
        return shown

    assert set(wait_for(environment())) <= {"PATH", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "TMPDIR"}


def test_an_exit_is_news_and_a_signal_has_its_number(place: Path, wait_for: Await) -> None:
    async def exits() -> tuple[int, int]:
        run = Run.begin(place)
        await run.open()

        async def start(name: str, code: str) -> Process:
            return await run.start(name, home=run.folder, program=Path(sys.executable), arguments=["-c", code])

        ending = await start("ending", "raise SystemExit(7)")
        living = await start("living", "import time; time.sleep(60)")
        with pytest.raises(TimeoutError):
            await living.ended(0.01)
        await living.kill()
        codes = (await ending.ended(10.0)).code, (await living.ended(10.0)).code
        await run.close()
        with pytest.raises(Inconclusive, match="gone"):
            await run.reserve(1)
        return codes

    assert wait_for(exits()) == (7, -signal.SIGKILL)


def test_a_place_that_cannot_hold_a_run_is_named(tmp_path: Path) -> None:
    async def begin() -> None:
        run = Run.begin(tmp_path / "nowhere")
        try:
            await run.open()
        finally:
            await run.close()

    with pytest.raises(CannotRun, match="nowhere"):
        asyncio.run(begin())


def test_a_process_that_ends_at_once_is_known_to_have_ended(wait_for: Await) -> None:
    ours, theirs = socket.socketpair()
    run = Run(subprocess.Popen(["true"]), ours)

    async def scene() -> int:
        answer = run._waiting[1] = asyncio.get_running_loop().create_future()
        reader = asyncio.StreamReader()
        for said in ({"id": 1, "ok": True, "started": True, "pid": 7}, {"exit": 7, "code": 3, "ns": 1}):
            reader.feed_data(json.dumps(said).encode() + b"\n")
        reader.feed_eof()
        # Both are read before whoever asked goes on.
        await run._listen(reader)
        return int((await (await answer)["exited"]).code)

    with theirs:
        assert wait_for(scene()) == 3
        run.end()
