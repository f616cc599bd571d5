"""The AI model and the cloud billing services, as they behave towards each customer.

Answers are computed from what was asked. Scripts and records are kept by customer, so that on a shared
deployment one customer's model can be slow while everybody else's is well.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.facts.moment import Moment
from support.outside.asked import Asked, recognise
from support.outside.bills import CLOUDS
from support.outside.calls import ABANDONED, ANSWERED, BROKEN_OFF, LET_GO, REFUSED, Call
from support.outside.door import Reply, Request
from support.outside.modes import Mode

SERVICES = ("model", *CLOUDS)


class Customer:
    """A living customer: whose calls are expected, and how each service treats them."""

    def __init__(self, accounts: Mapping[str, str]) -> None:
        self.accounts = dict(accounts)
        self.scripts: dict[str, Mode] = {}
        self.held: list[asyncio.Event] = []
        self.turns = {what: asyncio.Semaphore(0) for what in SERVICES}
        self.gone = asyncio.Event()


class Outside:
    """Everybody's calls, and what is answered to them."""

    def __init__(self) -> None:
        self._customers: dict[str, Customer] = {}
        self._forgotten: dict[str, tuple[Mapping[str, str], Moment]] = {}
        self._calls: dict[int, Call] = {}
        self._asked = 0
        self._changed = asyncio.Event()

    def expect(self, user: str, accounts: Mapping[str, str]) -> None:
        """From now on calls for this customer and these accounts (cloud to number) belong here."""
        self.forget(user)
        self._forgotten.pop(user, None)
        self._customers[user] = Customer(accounts)

    def forget(self, user: str) -> None:
        """Drops the customer with all records and hangs up on its held calls; later calls are strangers'."""
        if customer := self._customers.pop(user, None):
            self._forgotten[user] = customer.accounts, Moment.now()
            customer.gone.set()
            for call in self.calls(user):
                del self._calls[call.number]

    def script(self, user: str, what: str, mode: Mode) -> int:
        """How `what` (the model or a cloud) treats this customer's calls from now on; the number of the last one."""
        if what not in SERVICES:
            raise ValueError(f"the outside world plays {', '.join(SERVICES)}, not {what}")
        self._customer(user).scripts[what] = mode
        return self._asked

    def let_one(self, user: str, what: str) -> None:
        """Lets one paced call of `what` be answered: the one that waits longest, or else the next."""
        self._customer(user).turns[what].release()

    def release(self, user: str) -> int:
        """Lets every held call of the customer be answered now; how many there were."""
        customer = self._customer(user)
        held, customer.held = customer.held, []
        for let_go in held:
            let_go.set()
        return len(held)

    def calls(self, user: str) -> list[Call]:
        """What was asked for this living customer, in order of arrival."""
        return [call for call in self._calls.values() if call.user == user and not call.late]

    def strangers(self) -> list[Call]:
        """Calls that belong to no living customer."""
        return [call for call in self._calls.values() if not call.user or call.late]

    async def until(self, true: Callable[[], bool], limit: float) -> bool:
        """Waits, at most so many seconds, until `true()`; whether it became so."""
        try:
            async with asyncio.timeout(limit):
                while not true():
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def receive(self, request: Request) -> "Visitor":
        """Records a call that has arrived."""
        asked = recognise(request)
        user = self._owner(asked)
        customer = self._customers.get(user)
        self._asked += 1
        now = Moment.now()
        late = bool(user) and not customer
        late_by = now.seconds_since(self._forgotten[user][1]) if late else 0.0
        call = Call(self._asked, user, asked.what, asked.task, now.ns, asked.body, late=late, late_by=late_by)
        self._calls[call.number] = call
        self._note()
        return Visitor(self, call, asked, customer)

    def end(self, call: Call, how: str, status: int = 0, answer: Any = None) -> None:
        """Records how a call ended; one whose customer has been forgotten is not kept."""
        if call.number in self._calls:
            ended = replace(call, ended=how, ended_ns=Moment.now().ns, status=status, answer=answer)
            self._calls[call.number] = ended
            self._note()

    def _note(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _customer(self, user: str) -> Customer:
        if user not in self._customers:
            raise ValueError(f"{user} is no customer whose calls the outside world expects")
        return self._customers[user]

    def _owner(self, asked: Asked) -> str:
        """The customer, living or forgotten, whom a call belongs to; "" for nobody known."""
        if asked.user:
            return asked.user if asked.user in self._customers or asked.user in self._forgotten else ""
        known = [(user, customer.accounts) for user, customer in self._customers.items()]
        everybody = [*known, *((user, accounts) for user, (accounts, _) in self._forgotten.items())]
        return next((user for user, numbers in everybody if numbers.get(asked.what) == asked.task), "")


class Visitor:
    """One call being served, by the mode that was in force when it came."""

    def __init__(self, outside: Outside, call: Call, asked: Asked, customer: Customer | None) -> None:
        self._outside, self._call, self._asked, self._customer = outside, call, asked, customer
        self._mode = customer.scripts.get(call.what, Mode()).for_task(call.task) if customer else Mode()
        self._answer: Any = None
        self._held = asyncio.Event()
        if customer and self._mode.manner in ("hold", "paced"):
            customer.held.append(self._held)

    async def reply(self) -> Reply:
        """The reply, when its time has come."""
        if self._customer is None:
            return self._asked.reply(404, "nobody here has this account")
        if not await self._customer_stays(self._customer):
            return Reply(0)
        if self._mode.manner == "refuse":
            return self._asked.reply(401, "the credentials are not valid")
        if self._mode.manner == "fail":
            return self._asked.reply(503, "the service is out of order")
        status, self._answer = self._asked.answer()
        return replace(self._asked.reply(status, self._answer), half=self._mode.manner == "break_off")

    def sent(self, reply: Reply) -> None:
        """Records the end that the world chose."""
        if not reply.status:
            self._outside.end(self._call, LET_GO)
        elif reply.half:
            self._outside.end(self._call, BROKEN_OFF, reply.status)
        elif reply.status == 200:
            self._outside.end(self._call, ANSWERED, reply.status, self._answer)
        else:
            self._outside.end(self._call, REFUSED, reply.status)

    def abandoned(self) -> None:
        """Records that the platform hung up; a call that nobody waits for is no longer held."""
        if self._customer and self._held in self._customer.held:
            self._customer.held.remove(self._held)
        self._outside.end(self._call, ABANDONED)

    async def _customer_stays(self, customer: Customer) -> bool:
        """Waits as long as the mode says; False when the customer was forgotten meanwhile."""
        if self._mode.manner not in ("hold", "silent", "slow", "paced"):
            return True
        limit = self._mode.seconds if self._mode.manner in ("slow", "paced") else None
        waits = {asyncio.create_task(customer.gone.wait()), asyncio.create_task(self._held.wait())}
        if self._mode.manner == "paced":
            waits.add(asyncio.create_task(customer.turns[self._call.what].acquire()))
        try:
            await asyncio.wait(waits, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not customer.gone.is_set()
