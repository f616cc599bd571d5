"""What a person saw of the work: the judgements on live updates."""

from typing import TYPE_CHECKING

from support.cast.kept import amount_in
from support.cast.wholeness import each_once, flaws
from support.facts import update as kinds
from support.facts.limit import Limit
from support.facts.moment import Moment
from support.facts.update import Update
from support.facts.verdict import Broken
from support.outside.bills import CLOUDS, bill

if TYPE_CHECKING:
    from support.cast.analysis import Analysis
    from support.cast.person import Person

AGENTS = ("data", "optimisation", "report")


class Watching:
    """A person's live updates, for judging."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def expect_five_kinds(self, limit: Limit) -> None:
        """All five kinds come, first the beginning and last the end, within the limit."""
        analysis = self.person.conversation.analysis
        self._see_end(analysis, 0, limit)
        seen = analysis.updates()
        shown = list(dict.fromkeys(update.kind for update in seen))
        self.stage.story.observed("live updates", len(seen), ", ".join(shown))
        agents = {update.agent for update in seen if update.kind == kinds.THINKING}
        wrong = flaws(seen, tools=self.stage.do(self._bills_asked, "what the billing services were asked"))
        if shown != list(kinds.FIVE_KINDS) or not agents.issuperset(AGENTS) or wrong:
            raise Broken(
                "all five kinds in order: beginning, thinking of each agent, tool start, tool end, completion",
                "; ".join(wrong) or f"{', '.join(shown)} from {', '.join(sorted(agents))}",
                [update.raw for update in seen],
            )

    def expect_pairs(self) -> None:
        """Each tool was seen to start and to end, as often as the outside world was really asked, with the bill's cost.

        A single attempt asks each cloud once; a further one asks those again that gave no bill.
        """
        analysis = self.person.conversation.analysis
        asked = self.stage.do(self._bills_asked, "what the billing services were asked")
        seen = analysis.updates()
        self.stage.story.observed("billing calls that were really made", len(asked), ", ".join(asked))
        wrong = flaws(seen, tools=asked) + [words for one in seen if (words := self._wrong_cost(one))]
        again = len(asked) > len(CLOUDS) and {update.attempt for update in seen} == {1}
        if wrong or again or set(asked) != set(CLOUDS):
            raise Broken(
                "a start and an end for each billing that was asked, once for each cloud, with what it costs",
                "; ".join(wrong) or f"asked: {', '.join(asked)}",
                [update.raw for update in seen],
            )

    def _wrong_cost(self, update: Update) -> str:
        """What is wrong with the cost that the end of a tool tells; "" for nothing, or where no bill came."""
        if update.kind != kinds.TOOL_ENDED or update.body.get("status") == "failed":
            return ""
        cloud = next((one for one in CLOUDS if one in update.tool), None)
        cost = bill(cloud, self.person.identity.accounts[cloud]).monthly_cost if cloud else None
        told = amount_in(dict(update.body), "monthly_cost")
        return "" if told == cost else f"{update} with a cost of {told}, and the bill says {cost}"

    async def _bills_asked(self) -> list[str]:
        calls = await self.person.sources.world.calls(self.person.identity.user)
        return [call.what for call in calls if call.what in CLOUDS]

    def expect_prompt(self, limit: Limit) -> None:
        """While the AI model still thinks, the end of each billing's work was shown within the limit of its answer."""
        analysis = self.person.conversation.analysis
        calls = self.stage.do(
            lambda: self.person.sources.world.calls(self.person.identity.user), "what the outside world was asked"
        )
        answered = {call.what: call.ended_at for call in calls if call.what in CLOUDS and call.ended_at}
        thinking = any(call.what == "model" and call.ended is None for call in calls)
        shown = {update.tool: update for update in analysis.updates() if update.kind == kinds.TOOL_ENDED}
        late = []
        for cloud, moment in answered.items():
            update = next((one for tool, one in shown.items() if cloud in tool), None)
            seconds = update.moment.seconds_since(moment) if update and moment else float("inf")
            if seconds > limit.seconds:
                late.append(f"{cloud}: {'never' if update is None else f'after {seconds:.2f} s'}")
            elif update:
                self.stage.story.measured(f"seconds until the end of {cloud} was shown", seconds)
        self.stage.story.observed("ends of a billing's work", len(answered), ", ".join(answered))
        if late or len(answered) != len(CLOUDS) or not thinking:
            raise Broken(
                f"the end of each billing's work is shown within {limit}, while the analysis goes on",
                "; ".join(late)
                or f"{len(answered)} billings answered; the AI model {'is' if thinking else 'is not'} thinking",
                [str(call) for call in calls],
            )

    def expect_named(self, owner: "Person") -> None:
        """Every update names its conversation, its analysis and this owner, as they are stored, and its agent."""
        analysis = self.person.conversation.analysis
        own = self.person.transcript.updates()
        self.stage.story.observed("live updates", len(own))
        wanted = (analysis.conversation.thread, analysis.run, owner.identity.user)
        wrong = [one for one in own if (one.thread, one.run, one.user) != wanted or not one.agent]
        row = analysis.stored()
        stored = (str(row.get("thread_id")), str(row.get("id")), str(row.get("owner")))
        if wrong or not own or stored != wanted:
            raise Broken(
                f"every update names the conversation, the analysis and {owner.name}, as they are stored",
                f"{len(wrong)} of {len(own)} do not; the first one: {wrong[0] if wrong else 'none'}; "
                f"stored: {row.get('id') or 'nothing'} of {row.get('owner') or 'nobody'}",
                [*(one.raw for one in wrong), str(row)],
            )

    def expect_conversations_apart(self, limit: Limit) -> None:
        """Every conversation of the person shows its own analysis, whole, within one limit for all."""
        since = Moment.now()
        for conversation in self.person.conversations:
            self._expect_whole(conversation.analysis, 0, limit, since)
            foreign = [
                u for u in self.person.transcript.updates(conversation.thread) if u.run != conversation.analysis.run
            ]
            if foreign:
                raise Broken("a conversation shows its own analysis", f"it shows {foreign[0]}", [foreign[0].raw])

    def expect_missed_updates(self, limit: Limit) -> None:
        """The tab that came back is shown whatever was missed: once, in order, with the end, within the limit."""
        analysis = self.person.conversation.analysis
        tab = self.person.tab
        after = tab.resumed.get(analysis.conversation.thread, 0)
        self._see_end(analysis, tab.number, limit)
        before = [u for u in analysis.updates() if u.sequence <= after]
        missed = analysis.updates(tab.number)
        self.stage.story.observed("missed updates that were shown", len(missed), f"after update {after}")
        wrong = flaws([*each_once(before), *missed], tools=self.stage.do(self._bills_asked, "the calls"))
        if wrong or (missed and missed[0].sequence != after + 1):
            raise Broken(
                f"every update after number {after}, once and in order",
                "; ".join(wrong) or f"it begins with {missed[0]}",
                [str(update) for update in missed],
            )

    def expect_tab_shows_whole(self, number: int) -> None:
        """This tab shows the whole analysis, each update once and in order."""
        self._expect_whole(self.person.conversation.analysis, number, None)

    def expect_tab_shows_rest(self, number: int, limit: Limit) -> None:
        """The first tab shows the whole analysis, and this one what that was shown since this one is open."""
        analysis = self.person.conversation.analysis
        self._see_end(analysis, number, limit)
        self._expect_whole(analysis, 1, None)
        opened = next(seen.moment for seen in self.person.transcript.entries if seen.tab == number)
        first = [str(update) for update in analysis.updates(1)]
        since = sum(update.moment > opened for update in analysis.updates(1))
        shown = [str(update) for update in analysis.updates(number)]
        self.stage.story.observed(f"updates that tab {number} was shown", len(shown), f"{since} since it is open")
        if len(shown) < since or not since or shown != first[-len(shown) :]:
            raise Broken(f"the last {since} updates, each once and in order", f"{len(shown)} were shown", shown)

    def _expect_whole(self, analysis: "Analysis", tab: int, limit: Limit | None, since: Moment | None = None) -> None:
        self._see_end(analysis, tab, limit, since)
        seen = analysis.updates(tab)
        self.stage.story.observed(f"live updates shown to {self.person.name}", len(seen))
        wrong = flaws(seen, tools=CLOUDS)
        asked = self.stage.do(self._bills_asked, "what the billing services were asked")
        analyses = sum(len(conversation.analyses) for conversation in self.person.conversations)
        if sorted(asked) != sorted(CLOUDS * analyses):
            wrong.append(f"for {analyses} analyses these were asked: {', '.join(asked) or 'nobody'}")
        if wrong:
            raise Broken("the whole analysis, each update once and in order", "; ".join(wrong), [str(u) for u in seen])

    def expect_nothing_twice(self) -> None:
        """The tab that came back last is shown no update of what was seen; its catching up has ended."""
        tab = self.person.tab
        self._catch_up()
        shown = self.person.transcript.updates(tab=tab.number)
        known = {(u.thread, u.sequence) for u in self.person.transcript.updates() if u not in shown}
        self.stage.story.observed("updates known before coming back once more", len(known))
        if shown:
            raise Broken("nothing is shown a second time", f"{len(shown)} updates were", [str(u) for u in shown])

    def expect_only_of(self, owner: "Person") -> None:
        """Nothing that reached the person is anybody's but this owner's, whose work, really done, arrived after it."""
        # A name is quickly put on something else: what is the owner's belongs to what the owner asked, too.
        asked = {(c.thread, analysis.run) for c in owner.conversations for analysis in c.analyses}
        seen = self.person.transcript.updates()
        own = [update for update in seen if update.user == owner.identity.user and (update.thread, update.run) in asked]
        foreign = [update for update in seen if update not in own]
        traces = self.person.privacy.traces()
        analyses = [analysis for conversation in owner.conversations for analysis in conversation.analyses]
        done = {analysis.run for analysis in analyses if analysis.stored().get("status") == "completed"}
        ended = any(update.ends and update.run in done for update in own)
        self.stage.story.observed(f"updates of {owner.name}'s own that arrived", len(own))
        if foreign or traces or not ended:
            raise Broken(
                f"{self.person.name} receives only what is {owner.name}'s",
                "; ".join([*map(str, foreign), *traces]) or "not even the own analysis was done and arrived",
                [update.raw for update in foreign],
                self.person.privacy.betrayed([update.thread for update in foreign]) or [self.person.name],
            )

    def expect_own_analysis_whole(self, limit: Limit, since: Moment) -> None:
        """The person's own analysis comes whole within the limit from a moment, and nothing of anybody else's."""
        self._expect_whole(self.person.conversation.analysis, 0, limit, since)
        self.expect_only_of(self.person)

    def expect_never_completed(self) -> None:
        """No update ever announced a completion, although every analysis was seen to end."""
        for analysis in (one for conversation in self.person.conversations for one in conversation.analyses):
            self._see_end(analysis, 0, None)
        if self.person.tab.resumed:
            self._catch_up()
        seen = self.person.transcript.updates()
        completed = [update for update in seen if update.kind == kinds.COMPLETED]
        self.stage.story.observed(f"live updates shown to {self.person.name}", len(seen))
        if completed or not any(update.kind == kinds.FAILED for update in seen):
            raise Broken(
                "a failure is told, and never a completion",
                f"told: {', '.join(str(update) for update in seen if update.ends) or 'no end'}",
                [update.raw for update in completed],
            )

    def _catch_up(self) -> None:
        """Waits until the tab that came back last has been shown what was missed in every conversation."""
        tab, transcript = self.person.tab, self.person.transcript

        def all_told() -> bool | None:
            resumed = [seen.frame for seen in transcript.frames("resumed") if seen.tab == tab.number]
            told = {str(frame.body.get("thread_id")) for frame in resumed if frame}
            return tab.resumed.keys() <= told or None

        async def caught_up() -> bool:
            return await transcript.until(all_told, self.stage.clock.deadline(), "the end of catching up")

        self.stage.do(caught_up, "the end of catching up")

    def _see_end(self, analysis: "Analysis", tab: int, limit: Limit | None, since: Moment | None = None) -> None:
        """Waits for the end of the analysis, which must have come within the limit from now or from a moment."""
        deadline = self.stage.clock.deadline(limit, since)

        async def wait() -> Update:
            return await self.person.transcript.until(
                lambda: next((u for u in reversed(analysis.updates(tab)) if u.ends), None),
                deadline,
                "the end of the analysis",
            )

        words = f"{self.person.name} sees the end of the analysis" + (f" within {limit}" if limit else "")
        ending = self.stage.judge(wait, words)
        deadline.expect_met(ending.moment, words, ending.raw)
