"""Whoever reads that people are no longer kept apart reads at once who was hurt: every such judgement names them."""

import ast
from pathlib import Path

import pytest

from support.facts.verdict import Broken, hurts

APART = (
    "attempts",
    "attribution",
    "crowd",
    "dealings.expect_told_of_own",
    "doors",
    "effort",
    "erasure",
    "guard",
    "members",
    "offices",
    "privacy",
    "trail",
    "watching.expect_only_of",
)
"""Where people are judged to be kept apart: whole modules of the cast, or one judgement of a module."""


@pytest.mark.parametrize("place", APART)
def test_every_judgement_names_who_was_hurt(place: str) -> None:
    module, _, judgement = place.partition(".")
    tree: ast.AST = ast.parse(Path(__file__).with_name(f"{module}.py").read_text("utf-8"))
    if judgement:
        found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == judgement]
        tree = found[0]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Broken"]
    silent = [
        call.lineno for call in calls if len(call.args) < 4 and "hurt" not in {word.arg for word in call.keywords}
    ]
    assert calls
    assert silent == []


def test_whoever_is_judged_is_hurt_unless_the_judgement_names_others() -> None:
    for named, hurt in (((), ("Ana",)), (("Ben",), ("Ben",))):
        with pytest.raises(Broken) as broken, hurts("Ana"):
            raise Broken("kept", "broken", (), named)
        assert broken.value.hurt == hurt
