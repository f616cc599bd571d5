"""What can be stopped, killed and paused: an instance of the platform, or a service it depends on.

Every verb returns when its effect has been confirmed, with a witness, and has an opposite: stop and kill
are undone by start, pause by resume. None of them acts on a shared or a given deployment.
"""

import asyncio
import contextlib
import signal
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from pathlib import Path

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive, TimeUp
from support.targets.run import Exit, Process
from support.targets.witness import Witness

STOP_LIMIT = 30.0
"""Seconds within which an orderly stop must have ended, if the caller names no other limit."""
READY_LIMIT = 20.0
"""Seconds within which what was started must be ready, if the caller names no other limit."""
STATE_LIMIT = 5.0

Permission = Callable[[str], None]
"""Raises Inconclusive, with a sentence about the verb, where the suite has no control."""
Launch = Callable[[], Awaitable[Process]]


class Controlled(ABC):
    """One process tree under control.

    Args:
        name: "one", "PostgreSQL".
        sentence: as sentences name it: "instance one", "PostgreSQL".
        port: where it listens on 127.0.0.1; 0 when unknown.
        permit: asked before every verb.
        launch: starts it anew, on the same port and data; None where the suite did not start it.
    """

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, sentence: str, port: int, permit: Permission, launch: Launch | None) -> None:
        self.name, self.sentence, self.port = name, sentence, port
        self._permit, self._launch = permit, launch
        self._process: Process | None = None
        self.fault = ""
        """The fault in force: "stopped", "killed", "paused" or ""."""

    @property
    def pid(self) -> int:
        """Number of the process, 0 while there is none."""
        return self._process.pid if self._process and not self._process.exit else 0

    @property
    def exit(self) -> Exit | None:
        """How its last process ended; None while it lives."""
        return self._process.exit if self._process else None

    @property
    def written(self) -> Path | None:
        """The file with what its present process writes; None without one."""
        return self._process.log if self._process else None

    @abstractmethod
    async def answers(self) -> str:
        """One honest question at its own door; what identifies it. OSError when it does not answer."""

    async def launch(self, limit: float = READY_LIMIT) -> Witness:
        """Starts it and waits until it answers as itself; for the deployment, which asks nobody."""
        if self._launch is None:
            raise Inconclusive(f"{self.sentence} was not started by this suite")
        began = Moment.now()
        self._process = await self._launch()
        identity = await self._until_ready(self._process, limit)
        self.fault = ""
        seconds = Moment.now().seconds_since(began)
        return Witness(f"{self.sentence} was started", began, f"answers as {identity} after {seconds:.2f} s")

    async def stop(self, limit: float = STOP_LIMIT) -> Witness:
        """Asks it to end in good order and waits for that; the witness bears the exit code."""
        process = self._living("stop")
        began = Moment.now()
        await process.send(self.stop_signal)
        try:
            exit_ = await process.ended(limit)
        except TimeoutError:
            raise Inconclusive(f"{self.sentence} was asked to stop and did not within {limit:g} s") from None
        self.fault = "stopped"
        evidence = f"process {process.pid} ended with exit code {exit_.code}; {await self._refusal()}"
        return Witness(f"{self.sentence} was stopped", began, evidence, exit_.code)

    async def kill(self) -> Witness:
        """Ends all of its processes at one instant, as a power cut does."""
        process = self._living("kill")
        members, instant = await process.kill()
        self.fault = "killed"
        evidence = f"{_processes(members)} ended; {await self._refusal()}"
        return Witness(f"{self.sentence} was killed", instant, evidence)

    async def start(self, limit: float = READY_LIMIT) -> Witness:
        """Brings it back after `stop`, `kill` or an end of its own, on the same port and data.

        Raises:
            TimeUp: it was not ready within so many seconds, and has not ended either.
        """
        self._permit(f"start {self.sentence}")
        if self.pid:
            raise Inconclusive(f"{self.sentence} runs already, as process {self.pid}")
        return await self.launch(limit)

    async def pause(self) -> Witness:
        """Stops all of its processes where they are; connections stay open and nothing answers."""
        process = self._living("pause")
        members = await process.freeze()
        self.fault = "paused"
        instant = Moment.now()
        await self._until_states(process, lambda state: state in "Tt", "stand still")
        return Witness(f"{self.sentence} was paused", instant, f"{_processes(members)} stood still")

    async def resume(self) -> Witness:
        """Lets it go on after `pause`, and waits until it answers."""
        self._permit(f"resume {self.sentence}")
        if self.fault != "paused" or self._process is None:
            raise Inconclusive(f"{self.sentence} is not paused")
        instant = Moment.now()
        await self._process.thaw()
        identity = await self._until_ready(self._process)
        self.fault = ""
        return Witness(f"{self.sentence} was resumed", instant, f"answers as {identity}")

    async def heal(self) -> str:
        """Undoes the fault in force, or an end of its own; names it, "" when there was none."""
        if self._launch is None:
            return ""
        if self.fault == "paused":
            await self.resume()
            return f"{self.sentence} was still paused: resumed"
        if exit_ := self.exit:
            fault = f"was still {self.fault}" if self.fault else f"had ended by itself with {exit_.code}"
            await self.launch()
            return f"{self.sentence} {fault}: started again"
        return ""

    async def end(self) -> None:
        """Ends it for good, at once; for the deployment, which asks nobody."""
        if self._process and not self._process.exit:
            await self._process.kill()

    def _living(self, verb: str) -> Process:
        self._permit(f"{verb} {self.sentence}")
        if self._process is None or self._process.exit:
            raise Inconclusive(f"{self.sentence} does not run, so it cannot {verb}")
        if self.fault == "paused" and verb != "kill":
            raise Inconclusive(f"{self.sentence} is paused, so it cannot {verb}")
        return self._process

    def permitted(self, act: str) -> None:
        """Raises Inconclusive where nothing may be done to it that others would feel; `act` as "empty"."""
        self._permit(f"{act} {self.sentence}")

    async def until_answers(self) -> str:
        """Waits until it answers as itself; what it says it is."""
        if self._process is None:
            raise Inconclusive(f"{self.sentence} does not run")
        return await self._until_ready(self._process)

    async def _until_ready(self, process: Process, limit: float = READY_LIMIT) -> str:
        """Asks at its door until it answers as this process."""
        refused = ""
        try:
            async with asyncio.timeout(limit):
                while not process.exit:
                    try:
                        return await self.answers()
                    except OSError as not_yet:
                        refused = str(not_yet)
                        # Nothing tells when a server opens its door; until then asking is all one can do.
                        with contextlib.suppress(TimeoutError):
                            await process.ended(0.01)
        except TimeoutError:
            raise TimeUp(f"{self.sentence} was not ready within {limit:g} s: {refused}") from None
        words = process.last_words()
        raise Inconclusive(f"{self.sentence} ended with {process.exit.code} instead of starting:\n{words}")

    async def _until_states(self, process: Process, good: Callable[[str], bool], what: str) -> None:
        try:
            async with asyncio.timeout(STATE_LIMIT):
                while not all(good(state) for state in (await process.states()).values()):
                    pass
        except TimeoutError:
            raise Inconclusive(f"the processes of {self.sentence} do not {what}") from None

    async def _refusal(self) -> str:
        """That its port refuses; Inconclusive when somebody still answers there."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except ConnectionRefusedError:
            return f"port {self.port} refuses"
        writer.close()
        raise Inconclusive(f"{self.sentence} has ended, but port {self.port} still answers")


def _processes(pids: list[int]) -> str:
    return f"{'process' if len(pids) == 1 else 'processes'} {', '.join(str(pid) for pid in pids)}"
