"""What a person finds who looks an update up the moment it arrives: told by Netra, and stored.

The question is asked on the living loop as soon as the update is there, so that nothing the platform does
afterwards can make true what was announced too early. A busy machine could still answer it long after; so the AI
model and the billing services answer only when everything that was announced before has been looked up.
"""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from support.cast.kept import Figures
from support.cast.transcript import Seen
from support.facts import update as kinds
from support.facts.moment import Moment
from support.facts.outcome import Outcome
from support.facts.update import Update
from support.facts.verdict import Broken
from support.outside import bills, modes

if TYPE_CHECKING:
    from support.cast.person import Person

_STEPS = (*(f"collect_{cloud}" for cloud in bills.CLOUDS), "find_savings", "write_report")
_ASK_THE_MODEL = ("optimisation", "report")
"""The agents that ask the AI model as soon as they have told that they think."""
_PACE_SECONDS = 2.0
"""So long the outside world waits for whoever looks, at most; who has not looked by then is too late."""
_STATES = {"running": "working", "completed": "completed", "failed": "failed", "expired": "failed"}


@dataclass(frozen=True)
class Look:
    """What was found when an update had just arrived; without an update, before there was any.

    Attributes:
        asked: when the question was sent; an earlier question may be answered later.
        conversation, analysis, following: as Netra tells them; `following` begins with the update itself.
        stored: the stored update; {} when there was none.
        row: the stored analysis; {} when there was none.
        kept: of a completion, what Netra tells of the answer in each place.
        elsewhere: the same moment as the other servers tell it.
    """

    update: Update | None
    asked: Moment
    conversation: Outcome
    analysis: Outcome | None = None
    following: Outcome | None = None
    stored: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, Outcome] = field(default_factory=dict)
    elsewhere: "tuple[Look, ...]" = ()

    @property
    def done(self) -> set[str]:
        """The steps that Netra told to be done."""
        progress = (self.analysis.field("progress") if self.analysis else None) or {}
        return set(progress.get("done") or ())

    def before(self, other: "Look") -> bool:
        """Whether this one was answered before the other was asked: only then nothing may have gone back."""
        return self.answer.moment < other.asked

    @property
    def answer(self) -> Outcome:
        """What Netra told of the work, or of the conversation while there was none."""
        return self.analysis or self.conversation

    @property
    def state(self) -> str:
        """The state of the conversation: that of its analysis, or its own while there is none."""
        if self.analysis is None:
            return str((self.conversation.field("metadata") or {}).get("status"))
        return _STATES.get(str(self.analysis.field("status")), "unknown")


class Lookups:
    """Whatever a person looked up, in the order in which the updates arrived."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self._before: Look | None = None
        self._looking: list[asyncio.Task[Look]] = []
        self._pacing: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """From now on each update is looked up the moment it arrives; first of all the conversation itself."""
        self.person.presence.connect()
        conversation = self.person.start_conversation()

        async def look() -> Outcome:
            if self.stage.deployment.world is not None:
                for source in ("model", *bills.CLOUDS):
                    await self.person.sources.script(source, modes.paced(_PACE_SECONDS))
            return await self.person.request("GET", f"/api/threads/{conversation.thread}", "looks the conversation up")

        self._before = Look(None, Moment.now(), self.stage.do(look, "the conversation"))
        self.person.transcript.on_arrival = self._arrived

    def _arrived(self, seen: Seen) -> None:
        if seen.frame is not None and (update := seen.frame.update) is not None:
            self._looking.append(asyncio.ensure_future(self._look(update)))
            if self.stage.deployment.world is not None and (source := _asked_next(update)):
                self._pacing.append(asyncio.ensure_future(self._let_go_on(source, list(self._looking))))

    async def _let_go_on(self, source: str, looks: list[asyncio.Task[Look]]) -> None:
        """Lets a source answer its next call, now that these looks are over, however they ended."""
        await asyncio.wait(looks)
        await self.person.sources.world.let_one(self.person.identity.user, source)

    async def _look(self, update: Update) -> Look:
        asked = Moment.now()
        ask, rows, base = self.person.request, self.stage.rows, f"/api/threads/{update.thread}"
        others = [n for n in range(len(self.stage.deployment.doors.rest)) if n != self.person.server]

        async def of(server: int) -> tuple[Outcome, Outcome]:
            return await asyncio.gather(
                ask("GET", f"/api/runs/{update.run}", "looks the analysis up", server=server),
                ask("GET", f"{base}/updates?after={update.sequence - 1}", "looks the update up", server=server),
            )

        elsewhere = asyncio.gather(*map(of, others))
        conversation, (analysis, following), stored, row = await asyncio.gather(
            ask("GET", base, "looks the conversation up"),
            of(self.person.server),
            rows.of("updates", "thread_id", update.thread),
            rows.run(update.run),
        )
        kept = {}
        if update.kind == kinds.COMPLETED:
            places = {
                "the result": f"{base}/result",
                "the recommendations": f"{base}/recommendations",
                "the report": f"/api/runs/{update.run}/report",
                "the conversation": f"{base}/messages?limit=100&offset=0",
            }
            answers = await asyncio.gather(*(ask("GET", path, "looks the answer up") for path in places.values()))
            kept = dict(zip(places, answers, strict=True))
        found = next((one for one in stored if one.get("sequence") == update.sequence), {})
        look = Look(update, asked, conversation, analysis, following, found, row or {}, kept)
        there = tuple(replace(look, analysis=one, following=other) for one, other in await elsewhere)
        return replace(look, elsewhere=there)

    def _all(self) -> list[Look]:
        """Every look; waits for the end of the analysis to arrive, and for the looks that are under way."""
        analysis = self.person.conversation.analysis

        async def finished() -> list[Look]:
            await self.person.transcript.until(analysis.ending, self.stage.clock.deadline(), "the end of the analysis")
            await asyncio.gather(*self._pacing)
            return list(await asyncio.gather(*self._looking))

        looks = self.stage.do(finished, "what was looked up")
        if not looks:
            raise Broken("updates arrive and can be looked up", "no update arrived")
        self.stage.story.observed(f"updates that {self.person.name} looked up as they arrived", len(looks))
        return looks

    # Judgements

    def expect_agreement(self) -> None:
        """When an update arrived, Netra told it already, it was stored, and the analysis had come so far."""
        looks = self._all()
        lines, wrong = [], []
        for look in looks:
            assert look.update is not None
            elsewhere = next((f"by another server {late}" for one in look.elsewhere if (late := behind(one))), "")
            late = behind(look) or elsewhere
            told = str(look.analysis.field("status")) if look.analysis else "nothing"
            lines.append((look.update, told, len(look.done), look.row.get("status"), bool(look.stored), late or "-"))
            wrong += [f"{look.update}: {late}"] if late else []
        self.stage.story.compared(
            "What was found the moment each update arrived",
            ("update", "told", "steps done", "stored analysis", "update stored", "behind"),
            lines,
        )
        if wrong or not any(look.update and look.update.ends for look in looks):
            raise Broken(
                "each update is told and stored already when it arrives, up to the end",
                "; ".join(wrong) or "no end arrived",
                [look.analysis.raw for look in looks if look.analysis],
            )

    def expect_readable(self) -> None:
        """The moment completion was announced, the same answer could be read in every place."""
        for look in self._all():
            if look.update is None or look.update.kind != kinds.COMPLETED:
                continue
            shown, answer = Figures.of(look.update.body.get("result")), look.update.body.get("answer")
            told = {what: _figures(what, outcome) for what, outcome in look.kept.items()}
            answers = [
                message.get("content")
                for message in look.kept["the conversation"].field("messages") or []
                if message.get("role") == "assistant"
            ]
            wrong = [what for what, one in told.items() if one is not None and not one.sums_agree_with(shown)]
            wrong += [] if answers[-1:] == [answer] and answer else ["the conversation"]
            analysis = look.analysis.field("result") if look.analysis else None
            wrong += [] if Figures.of(analysis).agrees_with(shown) and shown.parts else ["the analysis"]
            wrong += [] if shown.monthly == self.person.advice.monthly_savings else ["the bills"]
            self.stage.story.observed("places in which the answer was looked up", len(told) + 1, str(shown))
            if wrong:
                raise Broken(
                    "the answer can be read in every place the moment it is announced",
                    f"not yet in: {', '.join(wrong)}",
                    [f"{what}: {outcome}: {outcome.raw}" for what, outcome in look.kept.items()],
                )
            return
        raise Broken("completion is announced", "no completion arrived")

    def expect_states(self, states: list[str]) -> None:
        """The conversation was found in exactly these states, one after the other."""
        looks = [self._before, *self._all()] if self._before else self._all()
        found = list(dict.fromkeys(look.state for look in looks))
        last = _STATES.get(str(looks[-1].row.get("status")))
        back = [
            f"{after.state} after {before.state}"
            for before, after in itertools.combinations(looks, 2)
            if before.before(after) and (before.state, after.state) in itertools.combinations(states[::-1], 2)
        ]
        if sorted(found) != sorted(states) or looks[-1].state != states[-1] or last != states[-1] or back:
            raise Broken(
                f"the conversation is {', then '.join(states)}",
                f"it was found {', then '.join(look.state for look in looks)}, and is stored as {last}; "
                f"{', '.join(back) or 'it never went back'}",
                [look.answer.raw for look in looks],
            )

    def expect_progress_grew(self) -> None:
        """No step that was found done was ever found open again, and in the end all were done, not at once."""
        looks = self._all()
        lost = [
            f"{', '.join(sorted(before.done - after.done))} was done no longer at {after.update}"
            for before, after in itertools.combinations(looks, 2)
            if before.before(after) and before.done - after.done
        ]
        stages = len({frozenset(look.done) for look in looks})
        if lost or looks[-1].done != set(_STEPS) or stages < len(bills.CLOUDS):
            raise Broken(
                f"progress only grows, up to all {len(_STEPS)} steps",
                "; ".join(lost) or f"{len(looks[-1].done)} steps were done at the end, found in {stages} stages",
                [f"{look.update}: {', '.join(sorted(look.done))}" for look in looks],
            )


def _asked_next(update: Update) -> str | None:
    """Whom Netra asks next by what it has just told: the model, a cloud, or nobody."""
    if update.kind == kinds.TOOL_STARTED:
        return next((cloud for cloud in bills.CLOUDS if cloud in update.tool), None)
    return "model" if update.kind == kinds.THINKING and update.agent in _ASK_THE_MODEL else None


def _figures(what: str, outcome: Outcome) -> Figures | None:
    """The figures that a place tells; None for the conversation, which tells them in words."""
    if what == "the conversation":
        return None
    return Figures.of(outcome.field("result") if what == "the result" else outcome.body)


def behind(look: Look) -> str:
    """In what Netra, or what is stored, was behind the update; "" in nothing."""
    update, analysis = look.update, look.analysis
    assert update is not None
    assert analysis is not None
    following = (look.following.field("updates") if look.following else None) or [{}]
    if [following[0].get(name) for name in ("sequence", "type", "run_id")] != [
        update.sequence,
        update.kind,
        update.run,
    ]:
        return "the conversation does not tell it"
    frame = look.stored.get("frame") or {}
    if [frame.get(name) for name in ("sequence", "type", "run_id")] != [update.sequence, update.kind, update.run]:
        return "it is not stored"
    done = {f"collect_{cloud}" for cloud in bills.CLOUDS if _read(update, cloud)}
    if update.kind == kinds.THINKING and update.agent == "report":
        done = set(_STEPS[:-1])
    if update.ends:
        ended = {"completed"} if update.kind == kinds.COMPLETED else {"failed", "expired"}
        if not {str(analysis.field("status")), str(look.row.get("status"))} <= ended:
            return f"it has ended, and is told as {analysis.field('status')}, stored as {look.row.get('status')}"
        done = set(_STEPS) if update.kind == kinds.COMPLETED else set()
    return f"not told as done: {', '.join(sorted(done - look.done))}" if done - look.done else ""


def _read(update: Update, cloud: str) -> bool:
    ended = update.kind == kinds.TOOL_ENDED and cloud in update.tool
    return ended and update.body.get("status") == "ok"
