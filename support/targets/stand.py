"""A deployment that stands by itself: `python -m support.targets.stand`.

Prints one line of JSON with its addresses, as `given.Given` reads them, and lives until its standard
input ends. For a person who wants to look around, and for a run on a target that it did not start.
"""

import argparse
import asyncio
import sys
import threading
from collections.abc import Sequence

from support.facts.trouble import CannotRun
from support.targets.embedded import Embedded, EmbeddedSettings
from support.targets.given import Given
from support.targets.pool import Wanted
from support.targets.preflight import check
from support.targets.run import Run
from support.targets.site import REFERENCE

CANNOT_RUN = 4


def main(argv: Sequence[str]) -> int:
    """Stands a deployment up; returns when standard input has ended."""
    parser = argparse.ArgumentParser(prog="python -m support.targets.stand", description=__doc__)
    parser.add_argument("--postgres", default="", help="directory with PostgreSQL's programs")
    parser.add_argument("--redis", default="", help='path of a Redis server, or "valkey"')
    parser.add_argument("--platform", default=REFERENCE, help="module:function of an instance")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=SECONDS", help="a setting")
    options = parser.parse_args(argv)
    settings = EmbeddedSettings(options.postgres, options.redis, platform=options.platform)
    pairs = tuple((name, float(value)) for name, _, value in (word.partition("=") for word in options.set))
    try:
        check(settings)
        asyncio.run(_stand(Run.begin(), settings, Wanted(platform=options.platform, settings=pairs)))
    except CannotRun as trouble:
        print(trouble, file=sys.stderr)
        return CANNOT_RUN
    return 0


async def _stand(run: Run, settings: EmbeddedSettings, wanted: Wanted) -> None:
    try:
        await run.open()
        deployment = await Embedded(run, settings).deploy(wanted.plan("standing"))
        doors = deployment.doors
        print(
            Given(
                doors.rest, doors.socket, doors.postgres, doors.redis, deployment.secret, deployment.outside
            ).to_json(),
            flush=True,
        )
        await _until_input_ends()
        await deployment.retire()
    finally:
        await run.close()


async def _until_input_ends() -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def read() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    # Of the daemon kind, so that Ctrl-C need not wait for it.
    threading.Thread(target=read, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
