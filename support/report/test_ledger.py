"""The rules by which promises are kept, broken, or less."""

import pytest

from support.facts.verdict import Reason, Verdict, Word
from support.report import summary, tables
from support.report.ledger import Ledger, Promised, Specified, Standing

STORED = Promised("P01", "Kept", "It costs.", "Area", "Impact.", {"P01.a": "Clause a.", "P01.b": "Clause b."})
SHOWN = Promised("P02", "Shown", "It costs too.", "Area", "Impact.", {"P02.a": "Clause a."})
ONE, ROWS, OTHER = (
    Specified("f::one", ("P01.a",)),
    Specified("f::rows", ("P01.b",), rows=2),
    Specified("f::other", ("P01.a", "P02.a")),
)


def verdict(scenario: str, *promises: str, word: Word = Word.KEPT) -> Verdict:
    reason = "" if word is Word.KEPT else Reason.JUDGED.value
    return Verdict(word, scenario, "" if word is Word.KEPT else "Then it holds", 7, reason, promises=promises)


def ledger(*verdicts: Verdict, specification: tuple[Specified, ...] = (ONE, ROWS, OTHER)) -> Ledger:
    made = Ledger((STORED, SHOWN), specification)
    for each in verdicts:
        made.add(each)
    return made


ALL = (
    verdict("f::one", "P01.a"),
    verdict("f::rows[x]", "P01.b"),
    verdict("f::rows[y]", "P01.b"),
    verdict("f::other", "P01.a", "P02.a"),
)
BROKEN = verdict("f::other", "P01.a", "P02.a", word=Word.BROKEN)
UNCLEAR = verdict("f::one", "P01.a", word=Word.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("verdicts", "standings"),
    [
        (ALL, (Standing.KEPT, Standing.KEPT)),
        (ALL[:3], (Standing.PARTLY, Standing.NOT_RUN)),
        ((*ALL[:2], ALL[3]), (Standing.PARTLY, Standing.KEPT)),
        ((UNCLEAR, *ALL[1:]), (Standing.INCONCLUSIVE, Standing.KEPT)),
        ((UNCLEAR, *ALL[1:3], BROKEN), (Standing.BROKEN, Standing.BROKEN)),
        ((), (Standing.NOT_RUN, Standing.NOT_RUN)),
    ],
)
def test_standing(verdicts: tuple[Verdict, ...], standings: tuple[Standing, ...]) -> None:
    assert tuple(entry.standing for entry in ledger(*verdicts).entries()) == standings


def test_a_clause_that_needs_a_row_by_name_is_not_kept_without_it() -> None:
    needed = (ONE, Specified("f::rows", ("P01.b",), rows=2, slow=("f::rows[z]",)), Specified("f::rows[z]", ("P01.b",)))
    without, _ = ledger(*ALL[:3], specification=needed).entries()
    assert (without.standing, without.not_run) == (Standing.PARTLY, ("P01.b",))
    kept, _ = ledger(*ALL[:3], verdict("f::rows[z]", "P01.b"), specification=needed).entries()
    assert kept.standing is Standing.KEPT


def test_a_clause_without_a_scenario_keeps_its_promise_from_being_kept() -> None:
    stored, shown = ledger(ALL[0], ALL[3], specification=(ONE, OTHER)).entries()
    assert (stored.standing, stored.unspecified) == (Standing.PARTLY, ("P01.b",))
    assert shown.standing is Standing.KEPT


def test_a_promise_without_scenarios_is_not_yet_specified() -> None:
    _, shown = ledger(ALL[0], specification=(ONE,)).entries()
    assert shown.standing is Standing.NOT_SPECIFIED


def test_the_worst_verdict_of_a_scenario_counts_whichever_comes_last() -> None:
    told = ledger(BROKEN, ALL[3])
    assert [told.count(word) for word in Word] == [0, 1, 0]


def test_a_scenario_that_ends_without_a_verdict_is_inconclusive() -> None:
    told = ledger(*ALL[:2])
    told.add_silence("f::rows[y]", "its worker crashed")
    assert next(iter(told.entries())).standing is Standing.INCONCLUSIVE


def test_the_summary_says_what_a_breach_costs_and_which_sentence_fell() -> None:
    lines = "\n".join([*summary.promises(ledger(UNCLEAR, BROKEN)), *summary.counts(ledger(UNCLEAR, BROKEN), "$500K+")])
    assert "BROKEN            P01 Kept" in lines
    assert lines.count("costs: It costs.") == 1
    assert "broken: Then it holds, line 7 - f::other" in lines
    assert "1 broken, 1 inconclusive" in lines
    assert lines.count("$500K") == 1


def test_promises_without_news_are_counted_and_not_listed() -> None:
    lines = list(summary.promises(ledger(*ALL, specification=(ONE, ROWS))))
    assert any(line.split() == ["not", "in", "this", "run", "1:", "P02"] for line in summary.promises(ledger(*ALL[:3])))
    assert all("Shown" not in line for line in summary.promises(ledger(*ALL[:3])))
    assert any("kept              P01 Kept" in line for line in lines)


def test_the_page_of_promises_escapes_what_it_shows() -> None:
    broken = Verdict(Word.BROKEN, "f::<b>one</b>", "Then <script>", 7, promises=("P01.a",))
    page = tables.promises(ledger(broken), "A remark.")
    assert "<script>" not in page
    assert "Then &lt;script&gt;" in page
    assert 'class="broken"' in page


def test_a_row_that_runs_by_name_only_is_not_missed() -> None:
    specified = Specified("a.feature::S", ("P05.waits",), 1, slow=("a.feature::S[300]",))
    promised = Promised("P05", "Title", "Worth", "Area", "Impact", {"P05.waits": "It waits."})
    for ran, standing in (("a.feature::S[1]", Standing.KEPT), ("a.feature::S[300]", Standing.PARTLY)):
        ledger = Ledger([promised], [specified])
        ledger.add(Verdict(Word.KEPT, ran, promises=("P05.waits",)))
        assert [entry.standing for entry in ledger.entries()] == [standing]
