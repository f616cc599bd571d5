"""A person who has everything erased: what must be gone, what must be as it was, and what must stay provable."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from support.cast.clock import Ending
from support.cast.stage import as_told, cannot, inconclusive, told_before
from support.cast.transcript import WaitEnded
from support.drivers import passes, prints
from support.drivers.live import LiveConnection
from support.drivers.prints import Prints
from support.facts import update as kinds
from support.facts.limit import Limit
from support.facts.outcome import Kind, Outcome
from support.facts.verdict import Broken, hurts

if TYPE_CHECKING:
    from support.cast.person import Person

# What may name an erased person: that there was an erasure, and who tried what before.
_PROOF = ("audit", "erasures")
_LOOK_EVERY = 0.05


class Erasure:
    """One person's erasure, as it was asked for by somebody."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.actor = person
        self.action = ""
        self.also_in: set[str] = set()
        """Tables in which the scenario has had Netra keep something more of the person's."""
        self._kept_before: dict[str, int] = {}
        self._waited = False
        self._others: dict[str, list[str]] = {}
        self._stored: dict[str, Prints] = {}

    # Verbs

    def ask(self) -> None:
        """The person asks for it; the outcome is recorded."""
        self._ask(self.person, "/api/profile", "erase_profile", "has everything erased")

    def be_let_go_by(self, administrator: "Person") -> None:
        """An administrator asks for it; the outcome is recorded."""
        path = f"/api/company/members/{self.person.identity.user}"
        self._ask(administrator, path, "erase_member", f"lets {self.person.name} leave")

    def _ask(self, actor: "Person", path: str, action: str, words: str) -> None:
        self.actor, self.action = actor, action

        async def erase() -> Outcome:
            self._kept_before = await self._mentions()
            self._waited = self._misses_something()
            self._others = {other.name: await all_of(other) for other in self.person.privacy.others}
            self._stored = {other.name: await stored_of(other) for other in self.person.privacy.others}
            for tab in self.person.tabs:
                tab.excused = True
            return await actor.request("DELETE", path, words)

        actor.attempt(self.stage.do(erase, f"{actor.name} {words}"))

    # Judgements

    def expect_gone(self, limit: Limit) -> None:
        """Within the limit no place holds anything of the person's any more, and Netra says so to its customer."""
        outcome = self._outcome()
        deadline = self.stage.clock.deadline(limit, outcome.moment)

        async def look() -> dict[str, int]:
            while left := await self._mentions():
                if deadline.left == 0:
                    break
                await asyncio.sleep(_LOOK_EVERY)
            return left

        left = self.stage.do(look, f"everything of {self.person.name}'s to be gone")
        asked = self.stage.do(lambda: everything(self.person), "what Netra still tells")
        own = [self.person.identity.marker, *(conversation.thread for conversation in self.person.conversations)]
        told = [answer.raw for answer in asked if any(text in answer.raw for text in own)]
        kept = sum(self._kept_before.values())
        self.stage.story.observed(f"things that named {self.person.name} before", kept, ", ".join(self._kept_before))
        self.stage.story.compared(
            f"What names {self.person.name}",
            ("place", "before", "after it"),
            [(place, count, left.get(place, 0)) for place, count in {**left, **self._kept_before}.items()],
        )
        empty = [place for place in self._places() if place not in self._kept_before]
        never = not outcome.accepted or empty
        if left and not never and deadline.ending is not Ending.PROMISE:
            raise inconclusive(WaitEnded(f"the end of what names {self.person.name}", deadline, list(left)))
        if never or left or told:
            where = ", ".join(f"{count} in {place}" for place, count in left.items()) or "nothing"
            raise Broken(
                f"everything of {self.person.name}'s, which was there, is gone within {limit}",
                f"{outcome}; {kept} things were there before, none in: {', '.join(empty) or 'no place'}; "
                f"left: {where}; Netra still answers {len(told)} of {len(asked)} questions about it",
                [outcome.raw, *told],
                [self.person.name],
            )

    async def _mentions(self) -> dict[str, int]:
        """How often each place names the person, outside of what proves the erasure."""
        identity, found = self.person.identity, {}
        names = [identity.user, *(conversation.thread for conversation in self.person.conversations)]
        secrets = [*names, identity.marker, identity.email, *identity.accounts.values()]
        for table, count in (await self.stage.rows.mentions(secrets, names, _PROOF)).items():
            found[f"storage ({table})"] = count
        for key in await self.stage.ready.mentions(secrets):
            place = f"what is kept ready ({key.partition(':')[0]})"
            found[place] = found.get(place, 0) + 1
        return found

    def _places(self) -> list[str]:
        """Where something must have named the person before, so that it can be seen to be gone."""
        tables = ["users", "threads", "messages"]
        if any(conversation.analyses for conversation in self.person.conversations):
            tables += ["runs", "run_steps", "updates"]
        # What was told in a conversation that is deleted lies with it.
        if self.person.memory.said and "deleted_threads" not in self.also_in:
            tables.append("facts")
        ready = ["session_state", *(["pending_messages"] if self._waited else [])]
        return [
            *(f"storage ({table})" for table in (*tables, *sorted(self.also_in))),
            *(f"what is kept ready ({kind})" for kind in ready),
        ]

    def _misses_something(self) -> bool:
        """Whether the person is away and has not seen the end of an analysis, so that something waits."""
        analyses = (one for conversation in self.person.conversations for one in conversation.analyses)
        away = not any(tab.open for tab in self.person.tabs)
        return away and any(one.ending() is None for one in analyses)

    def expect_no_pass_opens(self) -> None:
        """Neither the pass that the person has nor a new one opens a door, on any server."""
        identity, stage = self.person.identity, self.stage
        fresh = passes.sign(stage.deployment.secret, identity.user, identity.email, self.person.traits.permissions)
        answers = stage.do(lambda: self._try_doors([self.person.token, fresh]), "the doors to be tried")
        stage.story.observed(f"doors that were tried with passes of {self.person.name}", len(answers))
        opened = [one for one in answers if one.kind is not Kind.REFUSED or one.status != 401]
        if opened:
            raise Broken(
                f"no pass of {self.person.name} opens a door any more",
                "; ".join(map(str, opened)),
                [one.raw for one in opened],
                [self.person.name],
            )

    async def _try_doors(self, tokens: list[str]) -> list[Outcome]:
        doors, seconds = self.stage.deployment.doors, max(0.1, self.stage.clock.deadline().seconds)
        answers = []
        for token in tokens:
            for rest in doors.rest:
                for method, path, body in (
                    ("GET", "/api/threads", None),
                    ("GET", "/api/profile", None),
                    ("POST", "/api/threads", {"title": "back again"}),
                ):
                    asked = f"an erased customer tries {method} {path}"
                    answers.append(
                        await self.stage.rest.ask(
                            method, rest + path, asked=asked, seconds=seconds, token=token, body=body
                        )
                    )
            for socket in doors.socket:
                connection = LiveConnection(lambda frame: None, lambda code, reason: None)
                answers.append(await connection.open(socket, token, seconds, "an erased customer opens Netra"))
                await connection.close()
        return answers

    def expect_signed_off(self, limit: Limit) -> None:
        """Every tab of the person has been closed by Netra within the limit."""
        outcome, transcript = self._outcome(), self.person.transcript
        wanted = {tab.number for tab in self.person.tabs}
        deadline = self.stage.clock.deadline(limit, outcome.moment)
        words = f"{self.person.name} is signed off everywhere within {limit}"

        async def closed() -> bool:
            return await transcript.until(
                lambda: wanted <= {seen.tab for seen in transcript.entries if seen.code} or None,
                deadline,
                "the end of every connection",
            )

        with hurts(self.person.name):
            self.stage.judge(closed, words)
            for seen in transcript.entries:
                if seen.code:
                    deadline.expect_met(seen.moment, words, str(seen))
        self.stage.story.observed(f"connections of {self.person.name} that ended", len(wanted))

    def expect_others_undisturbed(self) -> None:
        """Everybody else still has everything, exactly as before the erasure."""
        self._outcome()
        if not any(other.conversations for other in self.person.privacy.others):
            cannot(f"nobody but {self.person.name} has anything")

        async def look() -> dict[str, list[str]]:
            return {other.name: as_told(await everything(other)) for other in self.person.privacy.others}

        now = self.stage.do(look, "what everybody else has")
        self.stage.story.observed("things of others that were compared", sum(len(things) for things in now.values()))
        changed = [name for name, things in now.items() if things != self._others[name]]
        if changed:
            raise Broken(
                "everybody else still has everything as it was",
                f"changed: {', '.join(changed)}",
                now[changed[0]],
                changed,
            )
        self._confirm_others()

    def _confirm_others(self) -> None:
        """Row by row everybody else has what was stored before the erasure."""
        compared, different = [], {}
        for other in self.person.privacy.others:
            stored = self.stage.do(lambda other=other: stored_of(other), f"what is stored of {other.name}")  # type: ignore[misc]
            before = self._stored[other.name]
            lines = before.differences(stored, *unsettled(other)) or ([] if before else ["nothing is stored"])
            if lines:
                different[other.name] = lines
            compared.append((other.name, len(before), len(stored), len(lines)))
        columns = ("whose", "rows before the erasure", "rows after it", "different rows")
        self.stage.story.compared("What is stored of everybody else", columns, compared)
        if different:
            name, lines = next(iter(different.items()))
            raise Broken("what is stored of everybody else is as it was", f"{name}: {lines[0]}", lines, list(different))

    def expect_proven_to(self, auditor: "Person") -> None:
        """The auditor finds the erasure and every attempt before it, and nothing of what was erased."""
        self._outcome()

        async def look() -> Outcome:
            return await auditor.request("GET", "/api/audit", "opens the record")

        answer = self.stage.do(look, "the audit trail")
        entries: list[dict[str, Any]] = answer.field("entries") or []
        user = self.person.identity.user
        proofs = [
            entry
            for entry in entries
            if (entry.get("actor"), entry.get("action"), entry.get("target_id"))
            == (self.actor.identity.user, self.action, user)
            and entry.get("at")
        ]
        before = [entry for entry in entries if entry.get("target_owner") == user and entry not in proofs]
        who = Counter(str(entry.get("actor")) for entry in before)
        made = Counter(one.identity.user for one in self.person.privacy.others for _ in one.privacy.twins)
        attempts = [attempt.look() for other in self.person.privacy.others for attempt, _ in other.privacy.twins]
        let_in = [attempt for attempt in attempts if attempt.kind is not Kind.REFUSED]
        identity = self.person.identity
        secrets = [identity.marker, identity.email, *identity.accounts.values()]
        told = [secret for secret in secrets if secret in answer.raw]
        self.stage.story.observed("entries of the audit trail", len(entries))
        if len(proofs) != 1 or who != made or not all(map(_complete, before)) or let_in or told:
            raise Broken(
                f"the erasure of {self.person.name} stands once in the record, with the {len(attempts)} attempts "
                "before it, all of them refused, and nothing of what was erased",
                f"{len(proofs)} entries of the erasure, {len(before)} attempts, {(who & made).total()} of them by who "
                f"made them, {sum(map(_complete, before))} complete, {len(let_in)} let in, and of "
                f"what was erased: {', '.join(told) or 'nothing'}",
                [answer.raw],
                [self.person.name],
            )

    def _outcome(self) -> Outcome:
        if self.actor.last is None:
            cannot(f"nobody has asked to erase {self.person.name}")
        return self.actor.last.look()


def _complete(entry: dict[str, Any]) -> bool:
    return all(entry.get(name) for name in ("action", "target_id", "at", "address", "origin"))


async def stored_of(person: "Person") -> Prints:
    """Every row that is stored of a person."""
    return await prints.take(person.stage.rows, [person.identity.user])


def unsettled(person: "Person") -> tuple[str, ...]:
    """The tables that go on changing by themselves as long as an analysis of the person's is under way."""
    analyses = (one for conversation in person.conversations for one in conversation.analyses)
    return ("runs",) if any(one.ending() is None for one in analyses) else ()


async def all_of(person: "Person") -> list[str]:
    """Everything that a person has before a deed; demands what `all_told` demands."""
    return all_told(person, await everything(person))


def all_told(person: "Person", answers: Sequence[Outcome]) -> list[str]:
    """What Netra has told of everything; demands that it told each thing, and each conversation by its name."""
    told = told_before(answers)
    if unnamed := [one for one in person.conversations if not any(one.thread in text for text in told)]:
        cannot(f"Netra tells {person.name} nothing of {len(unnamed)} conversations, so that they can lose nothing")
    return told


async def everything(person: "Person", but: str = "") -> list[Outcome]:
    """Everything that a person has, as Netra answers that person now.

    Args:
        but: a conversation that is passed over, and with it the list in which it may stand.
    """
    paths = ["/api/profile"]
    if not but:
        lists = ("limit=100&offset=0", "limit=100&offset=0&status=archived")
        paths += [*(f"/api/threads?{which}" for which in lists), "/api/memory?history=true"]
    for conversation in (one for one in person.conversations if one.thread != but):
        base = f"/api/threads/{conversation.thread}"
        paths += [base, f"{base}/messages?limit=100&offset=0", f"{base}/updates?after=0", f"{base}/runs"]
        for analysis in conversation.analyses:
            paths.append(f"/api/runs/{analysis.run}")
            if (ending := analysis.ending()) and ending.kind == kinds.COMPLETED:
                paths += [f"{base}/result", f"{base}/recommendations", f"/api/runs/{analysis.run}/report"]
    return await asyncio.gather(*(person.request("GET", path, "looks at what is there") for path in paths))
