"""What stands beside Allure's results: who answered, and how every promise stands, for the head of the report."""

from collections.abc import Iterable
from pathlib import Path

import allure
import allure_commons

from support.facts.verdict import Verdict
from support.report import allure_result

ENVIRONMENT = "environment.properties"


def write_environment(directory: str | Path, lines: Iterable[tuple[str, str]]) -> None:
    """Writes name and words as Java properties, which is what Allure reads."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{_key(name)}={_escaped(words)}\n" for name, words in lines)
    (folder / ENVIRONMENT).write_text(text, encoding="utf-8")


def report_silence(verdict: Verdict, epic: str) -> None:
    """A result for a scenario whose process could write none, below the heading of its part of the business."""
    allure_commons.plugin_manager.hook.report_result(result=allure_result.silence(verdict, epic))


def attach_ledger(page: str) -> None:
    """Puts the ledger where everybody finds it who opens the report."""
    allure.global_attach(page, "How every promise stands, by area", allure.attachment_type.HTML)


def attach_figures(page: str) -> None:
    """Puts everything that was measured beside it."""
    allure.global_attach(page, "Every figure that was measured in this run", allure.attachment_type.HTML)


def _key(name: str) -> str:
    return _escaped(name).replace(" ", "\\ ").replace(":", "\\:").replace("=", "\\=")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", " ")
