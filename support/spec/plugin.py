"""The pytest plugin: `pytest features/` runs a specification."""

import gc
import random
from pathlib import Path
from typing import Any

import pytest

from support.facts.trouble import CannotRun
from support.spec import chosen, command_line, language, listing, lookup, marks, options, reporting
from support.spec.breaking_off import pytest_exception_interact, pytest_runtestloop, pytest_testnodedown
from support.spec.collector import REGISTER, SPECIFICATION, FeatureCollector, ScenarioItem
from support.spec.ground import OPTIONS, cast, ground
from support.spec.judging import (
    judge_the_rest,
    pytest_bdd_after_step,
    pytest_bdd_before_step,
    pytest_runtest_makereport,
)
from support.spec.register import load
from support.spec.scheduling import pytest_xdist_make_scheduler
from support.spec.specification import read
from support.targets import given as given_target
from support.targets import preflight

__all__ = [
    "cast",
    "ground",
    "pytest_bdd_after_step",
    "pytest_bdd_before_step",
    "pytest_exception_interact",
    "pytest_runtest_makereport",
    "pytest_runtestloop",
    "pytest_testnodedown",
    "pytest_xdist_make_scheduler",
]

# A step that hangs in the suite itself is cut off by a signal, so much after the scenario's own limit.
BACKSTOP_SECONDS = 10.0
# What the controller settles for the whole run; its workers read the command line again by themselves.
SETTLED = ("seed", "order", "allure_report_dir")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declares the options, and how what is none of them is refused."""
    options.add(parser)
    command_line.tell_plainly(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Lists what was asked for, instead of running anything."""
    wanted = [name for name in ("promises", "sentences") if config.getoption(name)]
    if not wanted:
        return None
    with _told_plainly():
        register = load(config.rootpath / "features")
    for name in wanted:
        print("\n".join(listing.promises(register) if name == "promises" else listing.sentences()))
    return 0


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Reads what the run was told."""
    marks.declare(config)
    lookup.install()
    config.option.__dict__.update(getattr(config, "workerinput", {}).get("settled", {}))
    if not _concerns_features(config):
        return
    with _told_plainly():
        config.stash[OPTIONS] = options.read(config)
        config.stash[REGISTER] = load(config.rootpath / "features")
        config.stash[SPECIFICATION] = read(config.rootpath)
    reporting.begin(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Gives a worker the same seed, order and place for results as the controller has."""
    node.workerinput["settled"] = {name: getattr(node.config.option, name, None) for name in SETTLED}


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuses what cannot be run, once, before any worker starts."""
    config = session.config
    if REGISTER not in config.stash or hasattr(config, "workerinput"):
        return
    with _told_plainly():
        specification, register = config.stash[SPECIFICATION], config.stash[REGISTER]
        if found := language.complaints(specification, register):
            lines = "\n".join(["Mend these lines:", *map(str, found)])
            raise CannotRun("The specification's language is refused.", lines)
        chosen.check(config, specification)
        if config.option.markexpr:
            marks.check_selection(config.option.markexpr, register, specification)
        if config.option.keyword:
            marks.check_words(config.option.keyword)
        if not config.option.collectonly:
            _check_target(config)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What is needed to repeat the run."""
    if OPTIONS not in config.stash:
        return []
    told = config.stash[OPTIONS]
    target = "a named deployment" if told.given else "embedded"
    return [f"target: {target}; order: {told.order}; seed: {told.seed}", *reporting.notice(config)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> FeatureCollector | None:
    """Every feature file is a collector."""
    if file_path.suffix != ".feature" or REGISTER not in parent.config.stash:
        return None
    return FeatureCollector.from_parent(parent, path=file_path)


def pytest_bdd_apply_tag(tag: str, function: object) -> bool:
    """Tags become markers when a scenario is collected; pytest-bdd need not make any of them."""
    return True


def pytest_collection_finish() -> None:
    """What has been read stays until the end: the collector of garbage need not look through it again and again."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Gives every scenario its limits, and the order that was asked for; leaves out what runs by name only."""
    _leave_out_slow(config, items)
    for item in items:
        if isinstance(item, ScenarioItem):
            item.judge = judge_the_rest
            item.fixturenames.append("cast") if "cast" not in item.fixturenames else None
            item.add_marker(pytest.mark.timeout(item.seconds + BACKSTOP_SECONDS, func_only=True))
    if OPTIONS in config.stash:
        word, _, seed = config.stash[OPTIONS].order.partition(":")
        if word == "random":
            random.Random(seed).shuffle(items)
        # What measures comes last: nothing else may run then, and so nobody waits for it.
        items.sort(key=lambda item: isinstance(item, ScenarioItem) and item.measures)


def _leave_out_slow(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios that really last long run when -m speaks of them, or when they are named."""
    if marks.speaks_of_slow(config.option.markexpr):
        return
    named = [argument for argument in config.args if "::" in argument]
    slow = [item for item in items if isinstance(item, ScenarioItem) and item.get_closest_marker("slow")]
    left = {item.nodeid for item in slow if not any(argument.endswith(item.nodeid) for argument in named)}
    if left:
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left])
        items[:] = [item for item in items if item.nodeid not in left]


def _concerns_features(config: pytest.Config) -> bool:
    """Whether the run was given features/ or something below or above it."""
    features = config.rootpath / "features"
    paths = [Path(config.invocation_params.dir, argument.split("::")[0]).resolve() for argument in config.args]
    return any(path == features or features in path.parents or path in features.parents for path in paths)


def _check_target(config: pytest.Config) -> None:
    told = config.stash[OPTIONS]
    if told.given is not None:
        given_target.check(told.given)
    else:
        workers = int(config.getoption("numprocesses", 0) or 1)
        preflight.check(told.embedded, workers)


class _told_plainly:  # noqa: N801 - a context manager, read as a sentence
    """CannotRun becomes one plain message and exit code 4."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CannotRun):
            raise pytest.UsageError(str(error)) from None
