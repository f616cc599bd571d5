"""What several defects declare is killed once, and each of them is caught."""

from support.proof.beside import beside
from support.proof.defect import Defect, catalogue, rows, without_row
from support.proof.matrix import everyday, must_catch, shared_out
from support.spec.specification import Specification

NOTE, ANSWER = (
    "features/conversations/start.feature::A note cannot change whose a conversation is or where it stands",
    "features/golden_path/normal_completion.feature::The answer names the savings that are in the bills",
)


def broken(id: str, **caught_by: str) -> Defect:
    names = {"note": NOTE, "answer": ANSWER}
    return Defect(id, "", "", "", {names[name]: then for name, then in caught_by.items()})


def test_what_several_declare_is_tried_with_one_of_them(specification: Specification) -> None:
    some = [broken("both", note="a", answer="b"), broken("one", answer="b")]
    assert shared_out(some, specification) == {"both": (NOTE,), "one": (ANSWER,)}


def test_another_then_of_the_same_scenario_is_tried_too(specification: Specification) -> None:
    some = [broken("both", note="a", answer="b"), broken("one", answer="c")]
    assert shared_out(some, specification) == {"both": (NOTE, ANSWER), "one": (ANSWER,)}


def test_each_is_tried_on_something(specification: Specification) -> None:
    some = [broken(id, note="a", answer="b") for id in ("first", "second", "third")]
    assert all(shared_out(some, specification).values())


def test_one_scenario_more_must_stay_green_until_a_cross_has_shown_that_a_defect_is_exact(
    specification: Specification,
) -> None:
    some = [broken("crossed", note="a"), broken("new", answer="b")]
    tried = everyday(some, specification, {"crossed"})
    assert tried["crossed"] == (NOTE,)
    assert tried["new"] == (ANSWER, beside(some[1]))


def test_of_an_outline_one_row_is_tried_and_each_defect_has_its_own(specification: Specification) -> None:
    outline = next(one for one in specification.scenarios if len(one.rows) > 2)
    some = [Defect(str(number), "", "", "", {outline.id: str(number)}) for number in range(30)]
    tried = shared_out(some, specification).values()
    assert {len(names) for names in tried} == {1}
    assert {name for (name,) in tried} == set(rows(outline))


def test_the_whole_catalogue_leaves_no_then_out(specification: Specification) -> None:
    declared = {one.id: must_catch(one, specification) for one in catalogue().values()}
    due = shared_out(catalogue().values(), specification)
    tried = {(without_row(name), declared[one][name]) for one, names in due.items() for name in names}
    assert tried == {(without_row(name), then) for thens in declared.values() for name, then in thens.items()}
    assert [one for one, names in due.items() if not names] == []
