"""One HTML file that opens from disk, made by Allure 3 out of the run's results.

Allure 3 is a Node program. Node is the one of the PATH, or the one that the extra `report` installs
beside this Python; npx fetches the pinned Allure from wherever the machine is set up to fetch from.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.report.folder import PAGE, Folder

ALLURE = "3.18.0"
OLDEST_NODE = 20
GOOD_NODE = 22
MAKING_SECONDS = 300
KEPT_RUNS = 50
# What says where and how it ran, and the suites, which say the same as epic, feature and story.
HIDDEN_LABELS = ["host", "thread", "framework", "language", "package", "parentSuite", "suite", "subSuite"]
_MADE = "allure-html"
_FETCHED = re.compile(r"""<script\b[^>]*\bsrc=["']?(?:https?:)?//[^>]*></script>""")
_FETCHES_NOTHING = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'unsafe-inline' 'unsafe-eval' data: blob:; connect-src data: blob:\">"
)
_RC = "allurerc.mjs"
_HISTORY = "history.jsonl"


class NotMade(Exception):
    """The file could not be made: one sentence on what is missing, one on what to do."""


@dataclass(frozen=True)
class Node:
    """A Node that was found: the directory of its programs, and its major version."""

    directory: Path
    major: int


def make(folder: Folder, name: str) -> Path:
    """Makes the file and returns where it is; raises NotMade. The results stay in any case."""
    node = find_node()
    html = folder.path / _MADE
    shutil.rmtree(html, ignore_errors=True)
    rc = folder.path / _RC
    rc.write_text(f"export default {json.dumps(settings(folder, name), indent=2)};\n", encoding="utf-8")
    command = ["npx", "--yes", f"allure@{ALLURE}", "generate", "--config", str(rc), str(folder.results)]
    _run(command, node, folder.path)
    pages = sorted(html.rglob("index.html"), key=lambda page: len(page.parts))
    if not pages:
        raise NotMade(f"Allure {ALLURE} ended without a page. Look at {folder.results} with another Allure.")
    page = folder.path / PAGE
    page.write_text(sealed(pages[0].read_text(encoding="utf-8")), encoding="utf-8")
    shutil.rmtree(html, ignore_errors=True)
    return page


def sealed(page: str) -> str:
    """The page without what it would fetch from elsewhere, and forbidden to fetch anything: whoever opens a report
    tells nobody."""
    return _FETCHED.sub("", page).replace("<head>", f"<head>{_FETCHES_NOTHING}", 1)


def find_node() -> Node:
    """The first good Node of the PATH and of this Python's own programs, or an old one that still serves."""
    found = [node for directory in _directories() if (node := _node_in(directory)) is not None]
    good = [node for node in found if node.major >= GOOD_NODE] or [node for node in found if node.major >= OLDEST_NODE]
    if good:
        return good[0]
    seen = f"Node {found[0].major} is too old" if found else "there is no Node with npx"
    raise NotMade(
        f"{seen}, and Allure 3 needs {OLDEST_NODE} or later. "
        "Install Node, or install this project's extra: pip install -e '.[report]'."
    )


def settings(folder: Folder, name: str) -> dict[str, Any]:
    """What Allure is told, as its configuration file has it."""
    history = {} if folder.aside else {"historyPath": str(folder.path / _HISTORY), "appendHistory": True}
    return {
        "name": name,
        "output": str(folder.path / _MADE),
        **history,
        "historyLimit": KEPT_RUNS,
        "hideLabels": HIDDEN_LABELS,
        "categories": {
            "rules": [
                {
                    "name": "Broken promises",
                    "matchers": {"statuses": ["failed"]},
                    "groupBy": [{"label": "promise"}],
                    "groupByMessage": False,
                },
                {
                    "name": "Inconclusive",
                    "matchers": {"statuses": ["broken"]},
                    "groupBy": [{"label": "reason"}],
                    "groupByMessage": False,
                },
            ]
        },
        "plugins": {
            "awesome": {
                "options": {
                    "reportName": name,
                    "reportLanguage": "en",
                    "singleFile": True,
                    "theme": "light",
                    "groupBy": ["epic", "feature", "story"],
                    "sections": ["report", "charts", "timeline"],
                    "defaultSection": "report",
                    "charts": [
                        {"type": "currentStatus", "title": "Scenarios of this run"},
                        {"type": "testResultSeverities", "title": "By how bad a breach is"},
                        {"type": "statusDynamics", "title": "Runs of this checkout"},
                        {"type": "statusTransitions", "title": "Newly kept and newly broken"},
                    ],
                }
            }
        },
    }


def _directories() -> list[Path]:
    on_path = shutil.which("npx")
    return [*([Path(on_path).parent] if on_path else []), Path(sys.executable).parent]


def _node_in(directory: Path) -> Node | None:
    programs = directory / "node", directory / "npx"
    if not all(program.exists() for program in programs):
        return None
    try:
        said = subprocess.run([programs[0], "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.match(r"v(\d+)\.", said)
    return Node(directory, int(version[1])) if version else None


def _run(command: list[str], node: Node, where: Path) -> None:
    # The rest of the caller's environment says where packages come from; nothing under test sees it.
    environment = {**os.environ, "PATH": f"{node.directory}{os.pathsep}{os.environ.get('PATH', '')}"}
    program = str(node.directory / command[0])
    try:
        ended = subprocess.run(
            [program, *command[1:]],
            cwd=where,
            env=environment,
            capture_output=True,
            text=True,
            timeout=MAKING_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise NotMade(
            f"Allure {ALLURE} was not ready after {MAKING_SECONDS} s. "
            "See whether this machine reaches its npm registry, and run again."
        ) from None
    if ended.returncode:
        said = [line for line in (ended.stderr or ended.stdout).splitlines() if line.strip()]
        last = next((line for line in said if "error" in line.lower()), said[-1] if said else "it said nothing")
        raise NotMade(
            f"npx could not run Allure {ALLURE} ({last.strip()[:200]}). "
            "See whether this machine reaches its npm registry, and run again."
        )
