"""How an analysis ended: what the customer was told of it, and what is recorded."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from support.cast.wholeness import each_once
from support.facts import update as kinds
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.update import Update
from support.facts.verdict import Broken
from support.outside import bills

if TYPE_CHECKING:
    from support.cast.analysis import Analysis

EXITS = {
    "normal completion": "normal_completion",
    "user disconnect": "user_disconnect",
    "error termination": "error_termination",
    "timeout": "timeout",
    "service shutdown": "service_shutdown",
}
_OUT_OF_TIME = "execution_duration_exceeded"
_REASONS = {
    "normal_completion": (None,),
    "user_disconnect": ("nobody_connected",),
    "error_termination": ("billing_unavailable", "model_unavailable"),
    "timeout": (_OUT_OF_TIME,),
    "service_shutdown": ("maintenance",),
}
"""The reasons with which an exit can be recorded; see the platform's contract."""
_KEPT = ("status", "attempt", "question", "result", "partial", "error", "retry_from", "choices")
_PLAIN = {**{cloud: (name,) for cloud, name in bills.NAMES.items()}, "model": ("AI model", "assistant")}


class Exit:
    """The end of an analysis, for judging."""

    def __init__(self, analysis: "Analysis") -> None:
        self.analysis = analysis
        self.person = analysis.person
        self.stage = analysis.stage

    def _see_ending(self, kind: str, limit: Limit, since: Moment | None, words: str) -> Update:
        """The end of this kind that the customer sees in time; any other end breaks the promise at once."""
        deadline = self.stage.clock.deadline(limit, since)

        async def wait() -> Update:
            return await self.person.transcript.until(self._latest_ending(), deadline, words)

        ending = self.stage.judge(wait, f"{self.person.name} sees {words} within {limit}")
        if ending.kind != kind:
            raise Broken(f"{self.person.name} sees {words}", f"the analysis ended with {ending}", [ending.raw])
        deadline.expect_met(ending.moment, f"{words} within {limit}", ending.raw)
        seconds = ending.moment.seconds_since(self.analysis.asked)
        self.stage.story.observed(
            f"end of the analysis seen by {self.person.name}", 1, f"{ending} after {seconds:.2f} s"
        )
        self.stage.story.measured(f"seconds until {self.person.name} saw the end", seconds)
        return ending

    def _latest_ending(self) -> Callable[[], Update | None]:
        """The latest attempt's end; an end of an earlier attempt does not count once a retry was accepted."""
        retries = [one.outcome for one in self.stage.outcomes if one.who == self.person.name and one.outcome.accepted]
        attempt = max((int(one.field("attempt") or 1) for one in retries if "retries" in one.asked), default=1)

        def found() -> Update | None:
            return next((u for u in reversed(self.analysis.updates()) if u.ends and u.attempt >= attempt), None)

        return found

    def expect_completed(self, limit: Limit, since: Moment | None = None) -> None:
        """The customer sees the analysis completed within the limit, counted from now or from another moment."""
        ending = self._see_ending(kinds.COMPLETED, limit, since, "the analysis completed")
        row = self.analysis.stored()
        if row.get("status") != "completed":
            raise Broken(
                "an analysis that is announced as completed is stored so",
                f"it is stored as {row.get('status') or 'nothing'}",
                [ending.raw, str(row)],
            )

    def expect_sources_named(self, sources: Sequence[str], limit: Limit) -> None:
        """The customer is told in time, in plain words, which sources could not be used; so it is stored."""
        ending = self._see_ending(kinds.FAILED, limit, None, "what went wrong")
        words = str(ending.body.get("message", ""))
        # What was found is told too, and names the other sources; each cause has a sentence, and they stand first.
        cause = ". ".join(words.split(". ")[: len(sources)])
        named = {key for key, names in _PLAIN.items() if any(name in cause for name in names)}
        if named != set(sources):
            wanted = " and ".join(_PLAIN[source][0] for source in sources)
            raise Broken(f"the cause names {wanted} and nothing else", f"it says: {words}", [ending.raw])
        self._confirm_told("failed", ending, _cause)

    def expect_way_on(self, source: str) -> None:
        """The customer is offered to try again, from the source that failed; the same is stored.

        From a cloud that is named; from the AI model with the first of its tasks that it has not answered.
        """
        ending = self.analysis.ending()
        body = ending.body if ending else {}
        choices = [str(choice) for choice in body.get("choices") or []]
        if source == "model":
            step = "write_report" if self.analysis.advice_given() else "find_savings"
            words, offered = f"the choice to try again ({step})", [one for one in choices if "Try again" in one]
        else:
            step, words = f"collect_{source}", f"the choice to try again from {bills.NAMES[source]}"
            offered = [one for one in choices if "again from" in one and bills.NAMES[source] in one]
        self.stage.story.observed("explanations that were shown", 1, str(body.get("message")))
        if ending is None or not offered or body.get("retry_from") != step:
            raise Broken(
                words,
                f"{'; '.join(choices) or 'no choice'}; the way on begins at {body.get('retry_from')}",
                [ending.raw if ending else "no explanation"],
            )
        self._confirm_told("expired" if body.get("code") == _OUT_OF_TIME else "failed", ending, _way_on)

    def expect_time_ran_out(self, limit: Limit, *, after_limit: bool) -> None:
        """The customer is told it within the limit, from now or after the analysis's own; so it is stored."""
        allowed = float(self.stage.deployment.settings.analysis_limit)
        words = "that the time ran out"
        begun = next(
            (update.moment for update in self.analysis.updates() if update.kind == kinds.STARTED), self.analysis.asked
        )
        whole = Limit(allowed + limit.seconds, f"{limit} after the limit of {allowed:g} seconds")
        ending = self._see_ending(kinds.FAILED, whole if after_limit else limit, begun if after_limit else None, words)
        code, text = ending.body.get("code"), str(ending.body.get("message", ""))
        early = after_limit and ending.moment.seconds_since(begun) < allowed - 0.25
        if code != _OUT_OF_TIME or not text or early:
            raise Broken(
                f"{self.person.name} is told {words}, at the limit",
                f"told {'too early ' if early else ''}({code}): {text}",
                [ending.raw],
            )
        self._confirm_told("expired", ending, _cause)

    def _confirm_told(self, status: str, ending: Update, part: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """This part of what the customer was shown is what Netra tells when asked, and what is stored as this end."""
        answer, row = self.stage.do(self.analysis.fetch, "the analysis"), self.analysis.stored()
        known = answer.body if isinstance(answer.body, dict) else {}
        sources = {
            "shown": {"status": status, "owner": ending.user, **part({"error": ending.body, **ending.body})},
            "told by Netra": {"status": known.get("status"), "owner": known.get("user_id"), **part(known)},
            "stored row": {"status": row.get("status"), "owner": row.get("owner"), **part(row)},
        }
        shown = sources["shown"] | {"owner": self.person.identity.user}
        self.stage.story.compared(
            "What the customer was told of the end, in every place",
            ("what", *sources),
            [(name, *(str(found[name])[:160] for found in sources.values())) for name in shown],
        )
        if wrong := [name for name, found in sources.items() if found != shown]:
            raise Broken(
                "the end of the analysis in every place as it was shown to its customer",
                f"otherwise: {', '.join(wrong)}",
                [f"{name}: {found}" for name, found in sources.items()],
            )

    def expect_exits(self, exits: Sequence[str]) -> None:
        """Exactly these exits are recorded, one for each attempt, by Netra's word and in its rows."""
        wanted = [EXITS[one] for one in exits]

        async def settle() -> dict[str, Any]:
            return await self.analysis.until_state(
                lambda run: run.get("status") not in ("running", None), "the end", self.stage.clock.deadline()
            )

        run = self.stage.do(settle, f"the end of the analysis for {self.person.name}")
        told = [str(one.get("exit")) for one in run.get("exits") or []]
        rows = self.stage.do(lambda: self.stage.rows.of("run_exits", "run_id", self.analysis.run), "the recorded exits")
        stored = [str(row["exit"]) for row in sorted(rows, key=lambda row: row["attempt"])]
        reasons = {row["attempt"]: row.get("reason") for row in rows}
        # Each tab shows the end once; what several tabs show of it is the same end.
        endings = [update for update in each_once(self.analysis.updates()) if update.ends]
        on_tabs = [[u.attempt for u in self.analysis.updates(tab.number) if u.ends] for tab in self.person.tabs]
        self.stage.story.compared(
            "How the analysis ended",
            ("source", "exits"),
            [("expected", ", ".join(wanted)), ("told by Netra", ", ".join(told)), ("stored rows", ", ".join(stored))],
        )
        self.stage.story.observed("recorded exits", len(stored), ", ".join(stored) or "none")
        shown = [[update.attempt for update in endings], *on_tabs]
        ends = dict(zip((row["attempt"] for row in rows), (row["exit"] for row in rows), strict=True))
        named = [str(end.body.get("exit")) for end in endings if end.body.get("exit") != ends.get(end.attempt)]
        unexplained: list[Mapping[str, Any]] = [
            row for row in rows if row.get("reason") not in _REASONS.get(str(row["exit"]), ())
        ]
        unexplained += [one for one in run.get("exits") or [] if one.get("reason") != reasons.get(one.get("attempt"))]
        unexplained += [end.body for end in endings if end.body.get("code") not in (None, reasons.get(end.attempt))]
        twice = any(len(set(one)) != len(one) for one in shown)
        if told != wanted or stored != wanted or unexplained or named or twice:
            other = ", ".join(f"{one.get('exit')}: {one.get('reason') or one.get('code')}" for one in unexplained)
            raise Broken(
                f"one exit for each attempt, with its reason: {', '.join(exits)}",
                f"told: {', '.join(told) or 'none'}; stored: {', '.join(stored) or 'none'}; "
                f"{len(endings)} ends were shown{', one of them twice' if twice else ''}; "
                f"shown otherwise: {', '.join(named) or 'none'}; with another reason: {other or 'none'}",
                [*(str(row) for row in rows), *(end.raw for end in endings)],
            )

    def expect_exit_as_told(self) -> None:
        """The one recorded exit is the one that the customer was told."""
        self.analysis.await_end_unseen()

        async def wait() -> Update:
            return await self.person.transcript.until(self.analysis.ending, self.stage.clock.deadline(), "the end")

        ending = self.stage.do(wait, "the end to be shown")
        told = "normal completion" if ending.kind == kinds.COMPLETED else "timeout"
        self.expect_exits([told])
        completed = [u for u in self.analysis.updates() if u.ends]
        if len(completed) != 1:
            raise Broken("one end is shown", f"{len(completed)} ends were shown", [u.raw for u in completed])

    def expect_unchanged_since_end(self) -> None:
        """What Netra says of it, and what is stored, is what it was when it ended; the platform was heard since.

        The fence is the whole analysis that the customer had afterwards, once the late answer had come: whatever
        the platform had left to write would have been written by then.
        """
        before = self.analysis.at_end
        now = self.stage.do(self.analysis.fetch, "the result")
        rows = self.stage.do(lambda: self.stage.rows.of("updates", "run_id", self.analysis.run), "the stored updates")
        ended = [row for row in rows if row.get("type") in kinds.ENDINGS]
        last = max(rows, key=lambda row: row["sequence"]) if rows else None
        self.stage.story.observed("stored updates of the ended analysis", len(rows))
        if now.body != before or len(ended) != 1 or last is not ended[0]:
            raise Broken(
                "nothing has changed since the end",
                f"{len(rows)} updates are stored, {len(ended)} of them an end; last: {(last or {}).get('type')}",
                [str(before), now.raw],
            )
        self._confirm(now.body)

    def _confirm(self, told: dict[str, Any]) -> None:
        """The stored analysis and its exits are what Netra tells of them, and the customer's."""
        row, run = self.analysis.stored(), self.analysis.run
        rows = self.stage.do(lambda: self.stage.rows.of("run_exits", "run_id", run), "the recorded exits")
        stored = {
            **{name: row.get(name) for name in _KEPT},
            "user_id": row.get("owner"),
            "exits": [(one["attempt"], one["exit"]) for one in sorted(rows, key=lambda one: int(one["attempt"]))],
        }
        known = {
            **{name: told.get(name) for name in (*_KEPT, "user_id")},
            "exits": [(one.get("attempt"), one.get("exit")) for one in told.get("exits") or []],
        }
        self.stage.story.compared(
            "The analysis as it is told and as it is stored",
            ("what", "told by Netra", "stored rows"),
            [(name, str(known[name])[:160], str(value)[:160]) for name, value in stored.items()],
        )
        owner = self.person.identity.user
        if (different := [name for name in stored if stored[name] != known[name]]) or stored["user_id"] != owner:
            raise Broken(
                "what is stored of the ended analysis is what is told of it, and its customer's",
                f"stored otherwise: {', '.join(different) or 'its owner'}",
                [str(known), str(stored)],
            )

    def expect_allowed(self, limit: Limit) -> None:
        """Netra gives the analysis so much time, from its beginning to its deadline."""
        outcome = self.stage.do(self.analysis.fetch, "the analysis")
        row = self.analysis.stored()
        told = _seconds_between(outcome.field("started_at"), outcome.field("deadline_at"))
        stored = _seconds_between(row.get("started_at"), row.get("deadline_at"))
        self.stage.story.observed("the time allowed for the analysis", 2, f"told {told:.1f} s, stored {stored:.1f} s")
        if max(abs(told - limit.seconds), abs(stored - limit.seconds)) > 1.0:
            raise Broken(
                f"the analysis may take {limit}",
                f"it may take {told:.1f} seconds by Netra's word, {stored:.1f} by what is stored",
                [outcome.raw, str(row)],
            )


def _cause(told: dict[str, Any]) -> dict[str, Any]:
    """What went wrong, by its name and in words."""
    error = told.get("error") or {}
    return {name: error.get(name) for name in ("code", "message")}


def _way_on(told: dict[str, Any]) -> dict[str, Any]:
    """What the customer can do, and from where work would go on."""
    return {name: told.get(name) for name in ("choices", "retry_from")}


def _seconds_between(start: Any, end: Any) -> float:
    try:
        return (datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))).total_seconds()
    except ValueError:
        return -1.0
