"""The end of a run: who answered, JUnit's properties, and the exit code of an empty run."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import allure_commons
import pytest
from _pytest.junitxml import LogXML, xml_key
from allure_commons import model2

from support.facts.verdict import Verdict, Word
from support.report import results, single_file, summary
from support.report.closing import Closing, Executed
from support.report.folder import Folder
from support.report.ledger import Ledger
from support.report.target import NOBODY, Answered

DESCRIBED = (
    "target: {name}, started by this run\ninstance one: reference 1.0.0, process {pid}\n"
    "instance two: reference 1.0.0, process {pid}1\nPostgreSQL: PostgreSQL 18.4, process {pid}2, real\n"
    "Redis: Redis 8.2.3, process {pid}3, real\nAI model: played by this suite\ncloud billing: played by this suite"
)
GIVEN = (
    "target: netra, given by its addresses\ninstance one: netra 3.1, process unknown\n"
    "PostgreSQL: PostgreSQL 16.2, real\nRedis: Redis 7.4, real\nAI model: not under the control of this suite"
)


def closing(folder: Folder | None = None, *, html: bool = False) -> Closing:
    def read(properties: Any) -> Verdict | None:
        found: list[Verdict] = [value for name, value in properties if name == "verdict"]
        return found[-1] if found else None

    return Closing(Ledger((), ()), "$500K+, one sum.", [("seed", "abc")], folder, html, read)


def session(xml: LogXML | None = None, directory: Path | None = None, exit_code: int = 0) -> Any:
    stash = pytest.Stash()
    if xml is not None:
        stash[xml_key] = xml
    option = SimpleNamespace(collectonly=False, allure_report_dir=directory and str(directory))
    return SimpleNamespace(config=SimpleNamespace(stash=stash, option=option), exitstatus=pytest.ExitCode(exit_code))


def report(nodeid: str, outcome: Any, *properties: tuple[str, Any]) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid, ("", 0, ""), {}, outcome, "it crashed", "call", duration=1.5, user_properties=properties
    )


def test_deployments_are_said_once_with_what_was_real_and_what_was_played() -> None:
    answered = Answered()
    for number in range(8):
        answered.add(DESCRIBED.format(name=f"own-{number}", pid=100 + number))
    lines = dict(answered.lines())
    assert lines["target"] == "the reference platform, started by this run; 8 deployments"
    assert lines["servers"] == "reference 1.0.0"
    assert lines["real"] == "PostgreSQL 18.4; Redis 8.2.3"
    assert lines["played"] == "AI model; cloud billing"
    assert lines["processes"].endswith("… (32 in all)")
    assert any("not Netra itself" in line for line in summary.target(answered))


def test_a_named_deployment_is_not_taken_for_the_reference_platform() -> None:
    answered = Answered()
    answered.add(GIVEN)
    assert dict(answered.lines())["target"] == "Netra, given by its addresses; 1 deployment"
    assert dict(answered.lines())["not played"] == "AI model"
    assert not any("reference" in line for line in summary.target(answered))


def test_a_random_order_is_told_at_the_end_with_what_repeats_it() -> None:
    told = closing()
    assert not any("--order" in line for line in told.lines())
    told.told = [("order", "random:48213"), ("seed", "abc")]
    assert [line.split(None, 1)[1] for line in told.lines() if line.startswith("order")] == [
        "random:48213; --order=random:48213 --seed=abc repeats it"
    ]


def test_junit_opens_with_the_target(tmp_path: Path) -> None:
    told, xml = closing(), LogXML(str(tmp_path / "junit.xml"), None)
    deployed = ("deployment", DESCRIBED.format(name="own-1", pid=7))
    told.pytest_runtest_logreport(
        report("features/a.feature::x", "passed", deployed, ("verdict", Verdict(Word.KEPT, "x")))
    )
    told.pytest_sessionfinish(session(xml, tmp_path))
    properties = dict(xml.global_properties)
    assert properties["target"].startswith("the reference platform, started by this run")
    assert (properties["real"], properties["seed"]) == ("PostgreSQL 18.4; Redis 8.2.3", "abc")
    assert "seed=abc" in (tmp_path / results.ENVIRONMENT).read_text("utf-8")


def test_nothing_executed_is_red() -> None:
    empty = session()
    told = closing()
    told.pytest_sessionfinish(empty)
    assert empty.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
    assert NOBODY in "\n".join(told.lines())


def test_nothing_executed_is_red_where_no_report_is_written_either() -> None:
    told, empty, full = Executed(closing().read), session(), session()
    told.pytest_sessionfinish(empty)
    told.pytest_runtest_logreport(report("features/a.feature::x", "passed", ("verdict", Verdict(Word.KEPT, "x"))))
    told.pytest_sessionfinish(full)
    assert [empty.exitstatus, full.exitstatus] == [pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.OK]


def test_a_crashed_worker_leaves_an_inconclusive_scenario_and_tests_of_code_none() -> None:
    told = closing()
    told.pytest_runtest_logreport(report("features/a.feature::x", "failed"))
    told.pytest_runtest_logreport(report("support/test_x.py::x", "failed"))
    assert [verdict.word for verdict in told.ledger.verdicts] == [Word.INCONCLUSIVE]


def test_a_scenario_whose_process_dies_at_its_very_end_is_not_kept() -> None:
    told = closing()
    kept = ("verdict", Verdict(Word.KEPT, "features/a.feature::x"))
    told.pytest_runtest_logreport(report("features/a.feature::x", "passed", kept))
    told.pytest_runtest_logreport(report("features/a.feature::x", "failed"))
    assert [verdict.word for verdict in told.ledger.verdicts] == [Word.INCONCLUSIVE]


def test_a_scenario_whose_process_has_died_has_a_result_all_the_same(tmp_path: Path) -> None:
    results_: list[model2.TestResult] = []

    class Listener:
        @allure_commons.hookimpl
        def report_result(self, result: model2.TestResult) -> None:
            results_.append(result)

    allure_commons.plugin_manager.register(listener := Listener())
    try:
        told = closing()
        told.pytest_runtest_logreport(report("features/a.feature::x", "failed"))
        told.pytest_sessionfinish(session(directory=tmp_path))
    finally:
        allure_commons.plugin_manager.unregister(listener)
    (written,) = results_
    assert (written.fullName, written.status) == ("features/a.feature::x", model2.Status.BROKEN)
    assert "it crashed" in written.statusDetails.message


def test_a_missing_html_file_is_said_and_makes_a_green_run_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_made(*_: object) -> Path:
        raise single_file.NotMade("There is no Node. Install it.")

    monkeypatch.setattr(single_file, "make", not_made)
    for before, after in ((0, pytest.ExitCode.USAGE_ERROR), (1, pytest.ExitCode.TESTS_FAILED)):
        told, run = closing(Folder(tmp_path, None, aside=True), html=True), session(exit_code=before)
        told.ledger.add(Verdict(Word.KEPT, "x"))
        told.pytest_sessionfinish(run)
        assert run.exitstatus == after
        assert "The HTML file was not made: There is no Node. Install it." in " ".join("\n".join(told.lines()).split())


def test_properties_survive_spaces_and_backslashes(tmp_path: Path) -> None:
    results.write_environment(tmp_path, [("AI model", "a\\b\nc")])
    assert (tmp_path / results.ENVIRONMENT).read_text("utf-8") == "AI\\ model=a\\\\b c\n"


def standing(folder: Folder) -> None:
    """Leaves a result and a page of an earlier run."""
    folder.results.mkdir()
    (folder.results / "old-result.json").touch()
    (folder.path / "golden-path.html").touch()


@pytest.mark.parametrize("by_workers", [False, True])
def test_an_earlier_report_stays_until_something_is_going_to_run(tmp_path: Path, by_workers: bool) -> None:
    folder = Folder.claim(tmp_path)
    standing(folder)
    closing_ = closing(folder)

    def found(*ids: str) -> None:
        run = session()
        if by_workers:
            closing_.pytest_xdist_node_collection_finished(SimpleNamespace(config=run.config), ids)
        else:
            run.items = list(ids)
            closing_.pytest_collection_finish(run)

    found()
    closing_.pytest_sessionfinish(session(directory=folder.results, exit_code=5))
    assert [path.name for path in folder.results.iterdir()] == ["old-result.json"]
    assert (folder.path / "golden-path.html").exists()
    found("features/one.feature::One")
    assert list(folder.results.iterdir()) == []
    assert not (folder.path / "golden-path.html").exists()
    (folder.results / "new-result.json").touch()
    found("features/one.feature::One")
    assert [path.name for path in folder.results.iterdir()] == ["new-result.json"]
    assert any("the HTML file of an earlier run was taken away" in line for line in closing_.lines())
    folder.release()
