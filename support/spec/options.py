"""What a run is told: its command line, and the few environment variables, read here and nowhere else.

Read once, checked, and frozen. What else stands in the caller's shell (PGHOST, REDIS_URL, proxies)
changes nothing: the suite and everything that it starts get what this page says, explicitly.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.facts.trouble import CannotRun
from support.targets.embedded import EmbeddedSettings
from support.targets.given import Given

REPORT_FOLDER = ".report"

# Option, environment variable, and what it says; an option wins over its variable.
_ADDRESSES = {
    "netra_rest": ("NETRA_REST", "base addresses of Netra's servers, separated by commas"),
    "netra_live": ("NETRA_LIVE", "addresses of the live updates of the same servers; by default from --netra-rest"),
    "netra_postgres": ("NETRA_POSTGRES", "the PostgreSQL of that deployment, as a DSN"),
    "netra_redis": ("NETRA_REDIS", "the Redis of that deployment, as a URL"),
    "netra_secret": ("NETRA_SECRET", "the secret with which that deployment's tokens are signed"),
    "netra_outside": ("NETRA_OUTSIDE", "control address of the played outside world, where that deployment uses it"),
}


def add(parser: pytest.Parser) -> None:
    """Declares the options."""
    group = parser.getgroup("golden path", "Golden Path: the acceptance specification of Netra")
    for name, (variable, words) in _ADDRESSES.items():
        group.addoption(f"--{name.replace('_', '-')}", default="", metavar="ADDRESS", help=f"{words} [{variable}]")
    group.addoption(
        "--postgres",
        default="",
        metavar="PATH",
        help="directory of PostgreSQL's programs (16 or newer) to use instead of the installed ones",
    )
    group.addoption(
        "--redis",
        default="",
        metavar="PATH",
        help="Redis server (6.2 or newer) to use instead of the installed one; 'valkey' for Valkey",
    )
    group.addoption(
        "--order", default="fixed", metavar="ORDER", help="fixed, random, or random:SEED; random prints its seed"
    )
    group.addoption("--seed", default="", metavar="SEED", help="seed of everybody's data, as an earlier run printed it")
    group.addoption(
        "--patience",
        default=None,
        type=float,
        metavar="S",
        help="end every wait after S seconds; what ends so is inconclusive",
    )
    group.addoption(
        "--keep", action="store_true", help="leave what scenarios made on shared deployments, to be looked at"
    )
    group.addoption(
        "--cross",
        nargs="?",
        const="all",
        choices=("area", "elsewhere", "all"),
        help="proof: run on each defect what could notice it, in its areas (--cross=area), in all others, many defects "
        "at once (--cross=elsewhere), or in all (--cross=all)",
    )
    group.addoption("--promises", action="store_true", help="list the promises and their clauses, and run nothing")
    group.addoption("--sentences", action="store_true", help="list the sentences of scenarios, and run nothing")
    group.addoption("--no-report", action="store_true", help="write no results and print no summary")
    group.addoption("--html", action="store_true", help="make one HTML file of the report with Allure 3, in .report/")


@dataclass(frozen=True)
class Options:
    """One run's options.

    Attributes:
        given: the deployment that was named, None for the embedded one.
        embedded: how embedded deployments are made.
        order: "fixed" or "random:SEED".
        seed: seed of everybody's data.
        patience: the longest wait in seconds, None for no cap.
        keep: whether what scenarios made is left.
    """

    given: Given | None
    embedded: EmbeddedSettings
    order: str
    seed: str
    patience: float | None
    keep: bool


def read(config: pytest.Config, environment: Mapping[str, str] | None = None) -> Options:
    """The run's options; CannotRun for what cannot be meant."""
    environment = os.environ if environment is None else environment
    values = {
        name: config.getoption(name) or environment.get(variable, "") for name, (variable, _) in _ADDRESSES.items()
    }
    patience = config.getoption("patience")
    if patience is not None and patience <= 0:
        raise CannotRun(f"--patience {patience:g} is no length of time.", "Give it a number of seconds above 0.")
    _check_page(config)
    return Options(
        given=_given(values),
        embedded=EmbeddedSettings(config.getoption("postgres"), config.getoption("redis")),
        order=_order(config),
        seed=_seed(config),
        patience=patience,
        keep=config.getoption("keep"),
    )


def _check_page(config: pytest.Config) -> None:
    """Refuses a page of a report that is not going to be written, or goes where no page can be made of it."""
    if not config.getoption("html") or config.option.collectonly:
        return
    if config.getoption("no_report"):
        raise CannotRun("--html makes a page of the report, and --no-report writes none.", "Leave one of them away.")
    if not config.pluginmanager.hasplugin("allure_pytest"):
        raise CannotRun("--html needs allure-pytest, which is switched off.", "Leave -p no:allure_pytest away.")
    if config.option.allure_report_dir and not hasattr(config, "workerinput"):
        cause = "--html makes a page of the results in .report/, and --alluredir names another place for them."
        raise CannotRun(cause, "Leave one of them away.")


def _given(values: Mapping[str, str]) -> Given | None:
    if not any(values.values()):
        return None
    needed = ("netra_rest", "netra_postgres", "netra_redis", "netra_secret")
    if missing := [f"--{name.replace('_', '-')}" for name in needed if not values[name]]:
        raise CannotRun(
            f"A deployment is named, but {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            "Name all of --netra-rest, --netra-postgres, --netra-redis and --netra-secret, or none of them.",
        )
    rest = tuple(address.strip().rstrip("/") for address in values["netra_rest"].split(","))
    live = tuple(address.strip() for address in values["netra_live"].split(",") if address.strip())
    return Given(
        rest=rest,
        socket=live or tuple(f"ws{address.removeprefix('http')}/ws" for address in rest),
        postgres=values["netra_postgres"],
        redis=values["netra_redis"],
        secret=values["netra_secret"],
        outside=values["netra_outside"],
    )


def _order(config: pytest.Config) -> str:
    """The order, with its seed; kept in the options, so that every worker gets the same."""
    order = str(config.getoption("order"))
    word, _, seed = order.partition(":")
    if word not in ("fixed", "random") or (word == "fixed" and seed):
        raise CannotRun(f"--order={order} is unknown.", "Use --order=fixed, --order=random or --order=random:SEED.")
    if word == "random" and not seed:
        order = f"random:{random.randrange(10**6)}"
        config.option.order = order
    return order


def _seed(config: pytest.Config) -> str:
    seed = str(config.getoption("seed")) or f"{random.randrange(16**8):08x}"
    config.option.seed = seed
    return seed


def report_folder(config: pytest.Config) -> Path:
    """Where everything that is generated goes."""
    return config.rootpath / REPORT_FOLDER
