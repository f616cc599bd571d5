"""What stands beside Allure's results: who answered, and how every promise stands, for the head of the report."""

from collections.abc import Iterable
from pathlib import Path

import allure

ENVIRONMENT = "environment.properties"


def write_environment(directory: str | Path, lines: Iterable[tuple[str, str]]) -> None:
    """Writes name and words as Java properties, which is what Allure reads."""
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{_key(name)}={_escaped(words)}\n" for name, words in lines)
    (folder / ENVIRONMENT).write_text(text, encoding="utf-8")


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
