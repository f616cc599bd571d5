"""What an analysis found: what was shown, told, stored and kept ready of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from support.cast.kept import Figures, Kept, amount_in
from support.cast.stage import cannot
from support.facts.money import amount, dollars
from support.facts.verdict import Broken
from support.outside import bills

if TYPE_CHECKING:
    from support.cast.analysis import Analysis


_MONTHS = 12
NOT_TOLD = Decimal(-1)


@dataclass(frozen=True)
class _Partial:
    """What was found before an analysis ended early: by cloud, in sum, where not, and which savings."""

    costs: dict[str, Decimal]
    cost: Decimal
    missing: list[str]
    savings: Decimal
    parts: list[tuple[str, str, Decimal]]

    @property
    def advice(self) -> str:
        """The savings, in words."""
        return "none" if self.savings == NOT_TOLD else f"{dollars(self.savings)} in {len(self.parts)} parts"

    def __str__(self) -> str:
        missing = ", ".join(self.missing) or "nothing"
        return f"{dollars(self.cost)} a month, {missing} missing, savings: {self.advice}"


class Result:
    """The findings of an analysis, for judging."""

    def __init__(self, analysis: "Analysis") -> None:
        self.analysis = analysis
        self.person = analysis.person
        self.stage = analysis.stage

    def expect_answer_names_savings(self) -> None:
        """The answer that was shown names the savings that follow from the customer's bills."""
        advice = self.person.advice
        result = self.analysis.shown_result()
        told = (amount_in(result, "monthly_savings"), amount_in(result, "annual_savings"))
        wanted = (advice.monthly_savings, advice.annual_savings)
        parts = sorted((one.cloud, one.title, one.monthly_savings) for one in advice.recommendations)
        shown = sorted(_parts(result))
        self.stage.story.observed(f"recommendations shown to {self.person.name}", len(parts), dollars(wanted[0]))
        answer = self.analysis.shown_answer()
        accounts = self.person.identity.accounts
        cost = sum((bills.bill(cloud, accounts[cloud]).monthly_cost for cloud in bills.CLOUDS), Decimal(0))
        paid = amount_in(result, "monthly_cost")
        if told != wanted or parts != shown or dollars(wanted[0]) not in answer or paid != cost:
            raise Broken(
                f"savings of {dollars(wanted[0])} of {dollars(cost)} a month, in {len(parts)} parts",
                f"{told[0]} of {paid} a month in {len(shown)} parts; the answer says: {answer[:200]}",
                [str(result), *map(str, parts)],
            )

    def expect_figures_everywhere(self) -> None:
        """What was shown, told, stored and kept ready agree in owner and figures."""
        Kept(self.analysis).expect_agreement(Figures.of(self.analysis.shown_result()))

    def expect_report_sums_up(self) -> None:
        """The report names every recommendation, and their amounts sum up to its total."""
        report = self.person.opened["report"]
        text = str(report.field("text") or "")
        advice = self.person.advice
        missing = [
            one.title
            for one in advice.recommendations
            if one.title not in text or dollars(one.monthly_savings) not in text
        ]
        total = amount(report.field("monthly_savings") or 0) if report.accepted else Decimal(0)
        wanted = dollars(advice.monthly_savings)
        self.stage.story.observed("recommendations looked for in the report", len(advice.recommendations))
        if not report.accepted or missing or total != advice.monthly_savings or dollars(total) not in text:
            raise Broken(
                f"a report with {len(advice.recommendations)} recommendations that sum up to {wanted}",
                f"{report}; missing: {', '.join(missing) or 'none'}; total {dollars(total)}",
                [text, report.raw],
            )
        run = self.analysis.run
        stored = self.stage.do(lambda: self.stage.rows.of("reports", "run_id", run), "the stored report")
        told = (text, Figures.of(report.body))
        self._compare_with_stored(
            "The report as it is told and as it is stored", told, [(row["text"], Figures.of(row)) for row in stored]
        )

    def expect_sums_everywhere(self) -> None:
        """In the result and in the recommendations the parts sum up to the month, and twelve months to the year."""
        told = {
            what: (outcome.body or {}).get("result") if what == "result" else outcome.body
            for what, outcome in self.person.opened.items()
            if what != "report" and outcome.accepted
        }
        figures = {what: Figures.of(body) for what, body in told.items()}
        self.stage.story.observed("sums that were added up", 2 * len(figures), ", ".join(figures))
        wrong = [
            f"{what}: {dollars(one.monthly)} a month, {dollars(one.annual)} a year, of {len(one.parts or ())} parts"
            for what, one in figures.items()
            if not one.parts
            or sum((amount for _, amount in one.parts), Decimal(0)) != one.monthly
            or one.monthly * _MONTHS != one.annual
        ]
        if wrong or len(figures) != 2:
            raise Broken(
                "the parts sum up to the total, and the months to the year", "; ".join(wrong) or "not told", wrong
            )

    def expect_of_latest(self) -> None:
        """The recommendations follow from the latest bills, and not from those of the analysis before."""
        advice = self.person.advice
        wanted = sorted((one.title, one.monthly_savings) for one in advice.recommendations)
        outcome = self.person.opened["recommendations"]
        told = Figures.of(outcome.body)
        before = Figures.of((self.analysis.conversation.first_result or {}).get("result"))
        if before.monthly == advice.monthly_savings:
            cannot("both analyses have the same savings")
        self.stage.story.observed("recommendations", len(wanted), dollars(advice.monthly_savings))
        if sorted(told.parts or ()) != wanted or told.monthly != advice.monthly_savings:
            first = "; they are those of the first analysis" if told == before else ""
            raise Broken(
                f"{len(wanted)} recommendations that save {dollars(advice.monthly_savings)} a month",
                f"{len(told.parts or ())} that save {dollars(told.monthly)} a month{first}",
                [outcome.raw],
            )
        stored = Figures.of(self.analysis.stored().get("result"))
        self._compare_with_stored(
            "The recommendations as they are told and as they are stored", ("", told), [("", stored)]
        )

    def expect_of_last_confirmed(self) -> None:
        """Through every server result and recommendations are those of the analysis that ended last; so it is kept."""
        conversation, person = self.analysis.conversation, self.person
        ended = [(one.ending(), one) for one in conversation.analyses]
        moments = [(ending.moment, one) for ending, one in ended if ending is not None]
        last = max(moments, key=lambda one: one[0])[1] if len(moments) > 1 else cannot("no two analyses have ended")
        if last is conversation.analyses[-1]:
            cannot("the analyses ended in the order in which they began")
        keys = {
            "result": f"agent_results:{person.identity.user}:{conversation.thread}",
            "recommendations": f"optimization_results:{person.identity.user}:{conversation.thread}",
        }

        async def look() -> list[tuple[str, str, Figures]]:
            found = []
            for thing, key in keys.items():
                for server in range(len(self.stage.deployment.doors.rest)):
                    path = f"/api/threads/{conversation.thread}/{thing}"
                    told = await person.request("GET", path, f"opens the {thing}", server=server)
                    body = told.body if isinstance(told.body, dict) else {}
                    found.append((f"{thing}, server {server + 1}", body))
                found.append((f"{thing}, kept ready", await self.stage.ready.value(key) or {}))
            return [(name, str(one.get("run_id")), Figures.of(one.get("result") or one)) for name, one in found]

        sources = self.stage.do(look, "what was confirmed last")
        sources.append(("stored", last.run, Figures.of(last.stored().get("result"))))
        shown = Figures.of(last.shown_result())
        self.stage.story.observed("places that tell what was found", len(sources), str(shown))
        self.stage.story.compared(
            "What was found last, in every place",
            ("source", "analysis", "savings a month"),
            [(name, run, dollars(one.monthly)) for name, run, one in sources],
        )
        wrong = [f"{name}: {run}, {one}" for name, run, one in sources if run != last.run or one != shown]
        if wrong or not shown.parts:
            words = f"the savings of {dollars(shown.monthly)} a month that were confirmed last, in every place"
            raise Broken(words, f"{len(wrong)} places tell others: {wrong[:1]}", wrong)

    def expect_first_result_unchanged(self) -> None:
        """What Netra says of the first analysis is what it said before the second one."""
        before = self.analysis.conversation.first_result
        now = self.stage.do(self.analysis.conversation.analyses[0].fetch, "the first result")
        self.stage.story.observed("the first result, told twice", 2)
        if now.body != before:
            raise Broken("the first result is as it was", "it has changed", [str(before), now.raw])
        stored = self.analysis.conversation.analyses[0].stored()
        self._compare_with_stored(
            "The first result as it is told and as it is stored",
            ("", Figures.of(now.field("result"))),
            [("", Figures.of(stored.get("result")))],
        )

    def _compare_with_stored(self, title: str, told: tuple[str, Figures], stored: list[tuple[str, Figures]]) -> None:
        """One row is stored, and it says in words and figures what was told."""
        sources = [("told by Netra", told), *(("stored", one) for one in stored)]
        self.stage.story.compared(
            title,
            ("source", "savings a month", "savings a year", "parts", "words"),
            [
                (name, dollars(one.monthly), dollars(one.annual), len(one.parts or ()), words[:80])
                for name, (words, one) in sources
            ],
        )
        if stored != [told]:
            raise Broken(
                "what is stored is what is told, once",
                f"{len(stored)} are stored; told {dollars(told[1].monthly)} a month, "
                f"stored {', '.join(dollars(one.monthly) for _, one in stored) or 'nothing'}",
                [str(one) for one in sources],
            )

    def expect_partial(self, clouds: Sequence[str]) -> None:
        """What was found at these clouds is kept, told and stored, with its exact figures; no more, no less.

        Savings belong to it as soon as the AI model has given its advice.
        """
        advice = self.person.advice if self.analysis.advice_given() else None
        parts = sorted((one.cloud, one.title, one.monthly_savings) for one in advice.recommendations) if advice else []
        savings = advice.monthly_savings if advice else NOT_TOLD
        costs = {cloud: bills.bill(cloud, self.person.identity.accounts[cloud]).monthly_cost for cloud in clouds}
        missing = sorted(set(bills.CLOUDS) - set(clouds))
        wanted = _Partial(costs, sum(costs.values(), Decimal(0)), missing, savings, parts)
        ending = self.analysis.ending()
        told = _partial(ending.body if ending else {})
        outcome = self.stage.do(self.analysis.fetch, "the result")
        kept = _partial(outcome.body if outcome.accepted else {})
        row = self.stage.do(lambda: self.stage.rows.run(self.analysis.run), "the stored analysis") or {}
        stored = _partial(row)
        sources = (("shown", told), ("told later", kept), ("stored", stored))
        self.stage.story.compared(
            "What was found before the end",
            ("source", "clouds", "cost a month", "missing", "savings a month"),
            [
                (name, ", ".join(one.costs), dollars(one.cost), ", ".join(one.missing), one.advice)
                for name, one in (("expected", wanted), *sources)
            ],
        )
        self.stage.story.observed("sources that tell what was found", 3, dollars(wanted.cost))
        if any(one != wanted for _, one in sources):
            raise Broken(
                f"what was found at {', '.join(clouds)} is kept: {wanted}",
                "; ".join(f"{name} {one}" for name, one in sources),
                [str(ending.raw if ending else ""), outcome.raw, str(row.get("partial"))],
            )

    def expect_partial_without(self, source: str) -> None:
        """The same, of everywhere but the source that failed; the AI model is nowhere that costs are found."""
        self.expect_partial([cloud for cloud in bills.CLOUDS if cloud != source])


def _parts(result: dict[str, Any]) -> list[tuple[str, str, Decimal]]:
    return [
        (str(one.get("cloud")), str(one.get("title")), amount_in(one, "monthly_savings"))
        for one in result.get("recommendations") or []
        if isinstance(one, dict)
    ]


def _partial(body: Any) -> _Partial:
    partial = body.get("partial") or {}
    costs = partial.get("costs") or {}
    return _Partial(
        {cloud: amount_in(costs, cloud) for cloud in costs},
        amount_in(partial, "monthly_cost"),
        sorted(partial.get("missing") or []),
        amount_in(partial, "monthly_savings") if "monthly_savings" in partial else NOT_TOLD,
        sorted(_parts(partial)),
    )
