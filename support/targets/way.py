"""The way from one instance to one service, through a proxy that can make it worse."""

from dataclasses import dataclass

from support.facts.moment import Moment
from support.facts.verdict import Inconclusive
from support.outside.world import World
from support.targets.controlled import Controlled, Permission
from support.targets.witness import Witness

SILENCE = 0.25
"""Seconds without an answer that show a way that swallows; the services answer within milliseconds."""
ANSWER_LIMIT = 5.0


@dataclass(frozen=True)
class Passed:
    """Bytes that passed since the deployment was made, without those of the suite's own witnesses."""

    to_service: int
    to_instance: int


class Way:
    """One way; faults add up until `restore`.

    Args:
        name: "one.postgres".
        service: where it leads.
        world: the process with the proxies.
        permit: asked before every verb.
    """

    def __init__(self, name: str, service: Controlled, world: World, permit: Permission) -> None:
        instance, _, _ = name.partition(".")
        self.name, self.sentence = name, f"the way from instance {instance} to {service.sentence}"
        self._service, self._world, self._permit = service, world, permit
        self.fault = ""
        """The fault in force: "cut", "refused", "swallowed", "slow" or ""."""

    async def cut(self, reset: bool = True) -> Witness:
        """Ends every connection, with RST or else FIN, and refuses new ones until `restore`."""
        self._permit(f"cut {self.sentence}")
        self.fault = "cut"
        count = await self._world.way(self.name, "cut", reset=reset)
        return await self._refused("cut", f"{count} connections were ended and ")

    async def refuse(self) -> Witness:
        """Refuses new connections until `restore`; those that exist live on."""
        self._permit(f"close {self.sentence}")
        self.fault = "refused"
        await self._world.way(self.name, "refuse")
        return await self._refused("closed to new connections")

    async def blackhole(self, lost: str = "both") -> Witness:
        """Lets connections stand, and new ones in, but nothing through, until `restore`.

        Args:
            lost: "requests" or "answers" where only one direction is to be lost, otherwise "both".
        """
        self._permit(f"block {self.sentence}")
        self.fault = "swallowed"
        await self._world.way(self.name, "blackhole", lost=lost)
        began = Moment.now()
        seconds, refused = await self._knock(SILENCE)
        if seconds is not None or refused:
            raise Inconclusive(f"{self.sentence} still gives an answer: {refused or seconds}")
        what = f"{self.sentence} swallows" + ("" if lost == "both" else f" all {lost}")
        return Witness(what, began, f"no answer came through it for {SILENCE:g} s")

    async def slow(self, seconds: float) -> Witness:
        """Every answer of the service arrives so many seconds later, until `restore`."""
        self._permit(f"slow down {self.sentence}")
        self.fault = "slow"
        await self._world.way(self.name, "slow", seconds=seconds)
        began = Moment.now()
        took, refused = await self._knock(seconds + ANSWER_LIMIT)
        if took is None or took < seconds:
            raise Inconclusive(f"{self.sentence} is not slow: {refused or took}")
        return Witness(f"{self.sentence} is slow", began, f"an answer took {took:.3f} s")

    async def restore(self) -> Witness:
        """Undoes every fault of this way; what it swallowed or held up flows on in order."""
        self._permit(f"restore {self.sentence}")
        await self._world.way(self.name, "restore")
        self.fault = ""
        began = Moment.now()
        if not self._service.pid or self._service.fault:
            return Witness(f"{self.sentence} was restored", began, f"{self._service.sentence} itself is away")
        seconds, refused = await self._knock(ANSWER_LIMIT)
        if seconds is None:
            raise Inconclusive(f"{self.sentence} was restored but gives no answer: {refused}")
        return Witness(f"{self.sentence} was restored", began, f"an answer took {seconds:.3f} s")

    async def bytes_passed(self) -> Passed:
        """What has passed so far; take the difference of two readings. Allowed on a shared deployment."""
        to_service, to_instance = await self._world.way(self.name, "bytes")
        return Passed(int(to_service), int(to_instance))

    async def heal(self) -> str:
        """Undoes the faults in force; names the last one, "" when there was none."""
        fault = self.fault
        if not fault:
            return ""
        await self.restore()
        return f"{self.sentence} was still {fault}: restored"

    async def _refused(self, fault: str, evidence: str = "") -> Witness:
        began = Moment.now()
        seconds, refused = await self._knock(SILENCE)
        if not refused:
            raise Inconclusive(f"{self.sentence} was {fault}, but a knock was not refused ({seconds})")
        return Witness(f"{self.sentence} was {fault}", began, f"{evidence}a new one was refused")

    async def _knock(self, limit: float) -> tuple[float | None, str]:
        """Seconds until an answer, None without; and why it was refused, if it was."""
        knocked = await self._world.way(self.name, "knock", limit=limit)
        return knocked["seconds"], knocked["refused"]
