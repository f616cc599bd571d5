"""Step files hold sentences and nothing else: one call each, and in a Then a judgement that raises."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "steps").glob("[!_]*.py"))
MOST_LINES = 5


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in FILES:
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.name}:{node.lineno} {node.name}", node


STEPS = dict(functions())


def kinds(step: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    return {
        call.func.id for call in step.decorator_list if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    }


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_one_plain_call(name: str) -> None:
    step = STEPS[name]
    assert isinstance(step, ast.FunctionDef), "a coroutine would pass without running"
    assert len(step.body) == 1, "one call each"
    assert isinstance(step.body[0], ast.Expr)
    assert isinstance(step.body[0].value, ast.Call)
    assert (step.end_lineno or 0) - step.lineno < MOST_LINES
    forbidden = ast.If | ast.Try | ast.For | ast.While | ast.With | ast.Await | ast.IfExp | ast.Assert
    assert not [node for node in ast.walk(step) if isinstance(node, forbidden)]


@pytest.mark.parametrize("name", STEPS)
def test_every_word_that_a_sentence_leaves_open_is_read(name: str) -> None:
    step = STEPS[name]
    texts = [node.value for one in step.decorator_list for node in ast.walk(one) if isinstance(node, ast.Constant)]
    places = {place for text in texts if isinstance(text, str) for place in re.findall(r"{(\w+)", text)}
    read = {node.id for line in step.body for node in ast.walk(line) if isinstance(node, ast.Name)}
    assert places <= read, "whatever stood there, the sentence would be kept"


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if "then" in kinds(step)])
def test_a_then_calls_a_judgement(name: str) -> None:
    judged = [node.attr for node in ast.walk(STEPS[name]) if isinstance(node, ast.Attribute)]
    assert any(attribute.startswith("expect_") for attribute in judged), "whose answer would nobody use?"


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if "then" not in kinds(step)])
def test_a_given_or_when_does_not_judge(name: str) -> None:
    judged = [node.attr for node in ast.walk(STEPS[name]) if isinstance(node, ast.Attribute)]
    assert not [attribute for attribute in judged if attribute.startswith("expect_")]


def judgements() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / "support" / "cast").glob("[!_]*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("expect_"):
                yield f"{path.name}:{node.lineno} {node.name}", node


JUDGEMENTS = dict(judgements())


@pytest.mark.parametrize("name", JUDGEMENTS)
def test_a_judgement_returns_nothing(name: str) -> None:
    node = JUDGEMENTS[name]
    assert isinstance(node.returns, ast.Constant), "a judgement that returns something is a predicate"
    assert node.returns.value is None


def test_there_is_no_limit_in_steps() -> None:
    numbers = [
        f"{name}: {node.value}"
        for name, step in STEPS.items()
        for node in ast.walk(step)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert numbers == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_file_says_what_it_speaks_of(path: Path) -> None:
    module = importlib.import_module(f"steps.{path.stem}")
    assert inspect.getdoc(module)
