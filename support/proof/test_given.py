"""The same features run on a deployment that the run did not start, named by its addresses."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from support.drivers.ready import Ready
from support.drivers.rows import Rows
from support.facts.trouble import CannotRun
from support.proof.bench import ROOT
from support.targets.given import Given

RunPytest = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]

OPTIONS = {
    "rest": "rest",
    "socket": "live",
    "postgres": "postgres",
    "redis": "redis",
    "secret": "secret",
    "outside": "outside",
}


@pytest.fixture(scope="module")
def addresses(given: Given) -> list[str]:
    """The options that name it."""
    told = asdict(given)
    return [
        f"--netra-{option}={','.join(told[name]) if isinstance(told[name], tuple) else told[name]}"
        for name, option in OPTIONS.items()
    ]


@pytest.fixture
def run(run_pytest: RunPytest, tmp_path: Path) -> RunPytest:
    """Runs these features without a report."""
    return lambda arguments: run_pytest([*arguments, "-q", "--no-report", "-o", f"cache_dir={tmp_path}"])


async def left(rows: Rows, ready: Ready) -> tuple[dict[str, int], list[str]]:
    return await rows.counts(), await ready.keys_about("")


def test_a_look_at_a_named_deployment_leaves_nothing_there(given: Given) -> None:
    async def look() -> None:
        rows, ready = Rows(given.postgres), Ready(given.redis)
        await rows.open()
        before = await left(rows, ready)
        assert "users" in before[0]
        await given.check()
        assert await left(rows, ready) == before
        with pytest.raises(CannotRun, match="The secret is not the one"):
            await replace(given, secret="another" * 5).check()
        with pytest.raises(CannotRun, match="The address of live updates"):
            await replace(given, socket=(given.socket[0], f"{given.socket[1]}/nothing")).check()
        assert await left(rows, ready) == before
        await rows.close()
        await ready.close()

    asyncio.run(look())


def test_features_pass_on_a_named_deployment(addresses: list[str], run: RunPytest) -> None:
    chosen = ["features/golden_path/live_updates.feature", "features/isolation/live_updates.feature"]
    done = run([*chosen, *addresses])
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in", done.stdout, re.MULTILINE)


def test_features_pass_again_on_what_they_left_behind(addresses: list[str], run: RunPytest) -> None:
    chosen = ["features/conversations/start.feature", "--order=random", *addresses]
    for leaving in (["--keep"], []):
        done = run([*chosen, *leaving])
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"^3 passed in", done.stdout, re.MULTILINE)


def test_a_run_that_is_killed_leaves_nothing_there(given: Given, addresses: list[str], tmp_path: Path) -> None:
    async def until(true: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(30):
            while not await true():  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def kill_in_the_middle() -> None:
        rows, ready = Rows(given.postgres), Ready(given.redis)
        await rows.open()
        before = await left(rows, ready)

        async def at_work() -> bool:
            return bool(await rows.select("select from runs where status = 'running'"))

        async def as_before() -> bool:
            return await left(rows, ready) == before

        command = [sys.executable, "-m", "pytest", "features/golden_path/user_disconnect.feature", *addresses]
        process = await asyncio.create_subprocess_exec(
            *command,
            "--no-report",
            "-o",
            f"cache_dir={tmp_path}",
            stdout=DEVNULL,
            stderr=DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
        try:
            await until(at_work)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        assert not await as_before()
        await until(as_before)
        await rows.close()
        await ready.close()

    asyncio.run(kill_in_the_middle())


def test_what_needs_control_is_inconclusive_there(addresses: list[str], run: RunPytest) -> None:
    chosen = "features/golden_path/service_shutdown.feature::Netra goes down in time and in good order"
    done = run([chosen, *addresses])
    assert done.returncode == 1
    assert "cannot be stopped or broken by the suite" in done.stdout


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["--netra-rest=http://127.0.0.1:9,http://127.0.0.1:9"], "http://127.0.0.1:9, does not answer: "),
        (["--netra-secret=another-another-another-another-"], "The secret is not the one with which this deployment"),
        (["--netra-live={rest}/health,{rest}/health"], "/health, refuses a token that REST accepts (403). Give the"),
        (["--netra-outside={redis}"], " is not the world that this deployment asks: something else answers there."),
    ],
    ids=["address", "secret", "live updates", "outside"],
)
def test_what_is_wrong_is_told_in_one_sentence(
    wrong: list[str],
    words: str,
    given: Given,
    addresses: list[str],
    run_pytest: RunPytest,
) -> None:
    places = {
        "rest": f"ws{given.rest[0].removeprefix('http')}",
        "redis": urlsplit(given.redis).netloc.rpartition("@")[2],
    }
    told = [argument.format(**places) for argument in wrong]
    done = run_pytest(["features/golden_path/live_updates.feature", "--no-report", "-q", *addresses, *told])
    assert done.returncode == 4
    assert words in done.stderr
    assert done.stdout.strip() == ""
    assert len(done.stderr.strip().splitlines()) == 1
