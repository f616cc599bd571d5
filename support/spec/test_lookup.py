"""What is filed is found: the same sentences, in the same lines, as by going through all of them."""

from importlib import import_module
from pathlib import Path

from support.spec import language, lookup
from support.spec.specification import read

ROOT = Path(__file__).parents[2]


def test_every_line_of_the_specification_is_found_where_it_is_filed() -> None:
    sentences = language.Sentences()
    everything = [context for context, _, _ in language.own_steps()]
    lines = {
        (step.type, step.text)
        for scenario in read(ROOT).scenarios
        for _, steps in scenario.rendered()
        for step in steps
    }
    assert len(lines) > 500
    for kind, text in lines:
        plainly = [one for one in everything if one.type in (None, kind) and one.parser.is_matching(text)]
        assert sentences.matching(kind, text) == plainly
        assert len(plainly) == 1


def test_pytest_bdd_asks_there() -> None:
    lookup.install()
    assert import_module("pytest_bdd.scenario").find_fixturedefs_for_step is lookup._find
