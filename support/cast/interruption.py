"""What a crash in the middle of a person's analysis leaves, and who goes on with it."""

import asyncio
from typing import TYPE_CHECKING, Any

from support.cast.stage import cannot
from support.cast.transcript import WaitEnded
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person

# How often it is looked who works on an analysis, in seconds.
_LOOK_EVERY = 0.05


class Interruption:
    """A person's analysis before and after a crash, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.at: Moment | None = None
        self._before: tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]] | None = None

    def remember(self) -> None:
        """Keeps what Netra tells and stores of the analysis now, just before the crash; nothing where there is none."""
        if self.person.conversations and self.person.conversation.analyses:
            self._before = self.stage.do(self._look, "the analysis before the crash")

    async def _look(self) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
        analysis = self.person.conversation.analysis
        told = (await analysis.fetch()).body
        row = await self.stage.rows.run(analysis.run) or {}
        steps = await self.stage.rows.of("run_steps", "run_id", analysis.run)
        done = [step for step in steps if step.get("state") == "done"]
        return told if isinstance(told, dict) else {}, row, sorted(done, key=lambda step: str(step["step"]))

    def expect_taken_over(self, limit: Limit) -> None:
        """Within the limit after the crash another server asks the AI model again, in whose hands the analysis is."""
        if self._before is None or self.at is None:
            cannot(f"no server died while it worked for {self.person.name}")
        analysis, user, died = self.person.conversation.analysis, self.person.identity.user, self.at
        held = self._before[1].get("holder")
        deadline = self.stage.clock.deadline(limit, died)

        async def taken_over() -> tuple[list[Any], dict[str, Any]]:
            while True:
                row = await self.stage.rows.run(analysis.run) or {}
                calls = [call for call in await self.person.sources.world.calls(user) if call.what == "model"]
                again = [call for call in calls if call.at > died]
                if row.get("status") != "running" or (again and row.get("holder") != held):
                    return again, row
                if not deadline.left:
                    raise WaitEnded("another server's work", deadline, [f"held by {row.get('holder')}"])
                await asyncio.sleep(_LOOK_EVERY)

        words = f"another server works on the analysis within {limit}"
        again, row = self.stage.judge(taken_over, words)
        self.stage.story.observed("analyses looked at after the crash", 1, f"in the hands of {row.get('holder')}")
        if row.get("status") != "running" or len(again) != 1:
            raise Broken(
                words, f"it is stored as {row.get('status')}, and the AI model was asked {len(again)} times", [str(row)]
            )
        deadline.expect_met(again[0].at, words)
        self.stage.story.measured("seconds until another server took over", again[0].at.seconds_since(died))

    def expect_progress_as_before(self) -> None:
        """Each step that was done is done still, with what it found; the attempt and what is told are the same."""
        if self._before is None:
            cannot(f"nobody looked at the analysis of {self.person.name} before the crash")
        told, row, done = self._before
        told_now, row_now, done_now = self.stage.do(self._look, "the analysis after the crash")
        progress, progress_now = told.get("progress"), told_now.get("progress")
        self.stage.story.compared(
            "The analysis before and after the crash",
            ("when", "status", "attempt", "steps told as done", "steps stored as done", "held by"),
            [
                (when, one.get("status"), one.get("attempt"), (steps or {}).get("done"), len(kept), held.get("holder"))
                for when, one, steps, kept, held in (
                    ("before", told, progress, done, row),
                    ("after", told_now, progress_now, done_now, row_now),
                )
            ],
        )
        self.stage.story.observed("finished steps that were compared", len(done))
        names = ("attempt", "deadline_at", "progress")
        changed = [
            f"{name} {told.get(name)} became {told_now.get(name)}"
            for name in names
            if told.get(name) != told_now.get(name)
        ]
        changed += [f"the step {step.get('step')} is stored otherwise" for step in done if step not in done_now]
        changed += [f"the step {step.get('step')} was not done before" for step in done_now if step not in done]
        if not done or changed:
            raise Broken(
                f"the {len(done)} finished steps are as they were, in the same attempt with the same limit",
                "; ".join(changed) or "nothing was finished before",
                [str(step) for step in (*done, *done_now)],
            )
