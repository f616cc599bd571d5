"""Wires the reports: who writes what, where, in which process."""

from collections.abc import Iterator

import pytest

from support.report.closing import Closing, Executed
from support.report.crossed import Crossed
from support.report.folder import Folder
from support.report.ledger import Ledger, Promised, Specified
from support.report.scribe import Scribe
from support.spec import marks
from support.spec.collector import REGISTER, SPECIFICATION
from support.spec.ground import OPTIONS
from support.spec.judging import read_verdict
from support.spec.options import report_folder
from support.spec.register import Register
from support.spec.specification import Specification

_FOLDER = pytest.StashKey[Folder]()


def begin(config: pytest.Config) -> None:
    """Joins the run: in every process a scribe, in the controller the closing.

    Must come before allure-pytest's own configuration, which reads where results go; workers get the
    controller's directory with its options.
    """
    if config.getoption("no_report"):
        if not hasattr(config, "workerinput") and config.getoption("proof_fd", -1) < 0:
            config.pluginmanager.register(Executed(read_verdict), "golden-path-executed")
        return
    allure = config.pluginmanager.hasplugin("allure_pytest")
    if not hasattr(config, "workerinput"):
        _begin_controller(config, allure=allure)
    if allure and config.option.allure_report_dir:
        Scribe().begin(config)


def notice(config: pytest.Config) -> list[str]:
    """One line when the report goes elsewhere than usual."""
    folder = config.stash.get(_FOLDER, None)
    if folder is None or not folder.aside:
        return []
    return [f"report: another run is using .report/, so this one writes to {folder.path.relative_to(config.rootpath)}/"]


def _begin_controller(config: pytest.Config, *, allure: bool) -> None:
    told, register, specification = config.stash[OPTIONS], config.stash[REGISTER], config.stash[SPECIFICATION]
    folder = None
    if allure and not config.option.allure_report_dir and not config.option.collectonly:
        folder = config.stash[_FOLDER] = Folder.claim(report_folder(config))
        config.add_cleanup(folder.release)
        config.option.allure_report_dir = str(folder.results)
    repeat = [("order", told.order), ("seed", told.seed)]
    if told.patience is not None:
        repeat.append(("patience", f"{told.patience:g} seconds"))
    repeat.append(("proof", Crossed(config.rootpath).sentence()))
    ledger = Ledger(tuple(_promised(register)), tuple(_specified(specification)))
    closing = Closing(ledger, register.business.at_stake, repeat, folder, config.getoption("html"), read_verdict)
    if not marks.speaks_of_slow(config.option.markexpr):
        closing.by_name = tuple(one for one in _slow(specification) if _selected(config, one))
    config.pluginmanager.register(closing, "golden-path-closing")


def _promised(register: Register) -> Iterator[Promised]:
    for one in register.promises.values():
        clauses = {clause.id: clause.sentence for clause in one.clauses.values()}
        yield Promised(one.id, one.title, one.value, one.area.title, one.area.impact, clauses)


def _specified(specification: Specification) -> Iterator[Specified]:
    for scenario in specification.scenarios:
        slow = () if "slow" in scenario.tags else tuple(row.id for row in scenario.rows if "slow" in row.tags)
        names = tuple(f"{scenario.id}[{row}]" for row in slow)
        yield Specified(scenario.id, scenario.promises, max(1, len(scenario.rows) - len(slow)), names)
        yield from (Specified(f"{scenario.id}[{row.id}]", row.promises) for row in scenario.rows if row.promises)


def _selected(config: pytest.Config, name: str) -> bool:
    """Whether a scenario stands in a file or folder that the run was given, or is a row of an outline that was."""
    path, _, scenario = name.partition("::")
    whole, outline = config.rootpath / path, scenario.partition("[")[0]
    for argument in config.args:
        file, _, named = argument.partition("::")
        place = (config.invocation_params.dir / file).resolve()
        if (named == outline and place == whole) or (not named and place in (whole, *whole.parents)):
            return True
    return False


def _slow(specification: Specification) -> Iterator[str]:
    """Whatever runs by name only."""
    for scenario in specification.scenarios:
        for row in scenario.rows or (None,):
            if "slow" in (*scenario.tags, *(row.tags if row else ())):
                yield f"{scenario.id}[{row.id}]" if row else scenario.id
