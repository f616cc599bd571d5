"""What stays green with many defects at once, and who turned red what does not."""

from collections.abc import Sequence

from support.proof.bundles import FEW, SIZE, bundles, green_together
from support.proof.defect import Defect, rows
from support.proof.reach import looked_at
from support.spec.specification import Specification

NOTE = "features/conversations/start.feature::A note cannot change whose a conversation is or where it stands"
ANSWER = "features/golden_path/normal_completion.feature::The answer names the savings that are in the bills"
HOLD = "features/continuity/retention.feature::A legal hold goes before every rule"


def broken(id: str, killer: str = NOTE, *beside: str, replaces: str = "it") -> Defect:
    return Defect(id, "", "", replaces, {killer: ""}, dict.fromkeys(beside, ""))


class Platform:
    """Is red with some defects at some scenarios, with others at everything, and remembers what was run."""

    def __init__(self, *everything: str, **red: str) -> None:
        self._everything, self._red = set(everything), red
        self.runs: list[tuple[list[str], list[str]]] = []

    def __call__(self, seeded: Sequence[Defect], names: Sequence[str]) -> set[str]:
        self.runs.append(([one.id for one in seeded], list(names)))
        if self._everything & {one.id for one in seeded}:
            return set()
        return set(names) - {self._red.get(one.id) for one in seeded}


def reached(specification: Specification, *without: str) -> dict[str, set[str]]:
    return {name: set() if name in without else {"it"} for one in specification.scenarios for name in rows(one)}


def test_those_of_the_same_areas_go_together_up_to_a_number() -> None:
    some = [broken(str(number)) for number in range(SIZE + 1)]
    other = broken("other", ANSWER)
    assert list(bundles([some[0], other, *some[1:]])) == [some[:SIZE], [some[SIZE], other]]


def test_of_different_areas_each_is_tried_in_those_of_the_other(specification: Specification) -> None:
    some, platform = [broken("one"), broken("two", ANSWER)], Platform()
    green = green_together(some, specification, reached(specification), platform)
    assert {tuple(ids) for ids, _ in platform.runs} == {("one",), ("two",), ("one", "two")}
    assert [ANSWER in green["one"], NOTE in green["one"]] == [True, False]
    assert [ANSWER in green["two"], NOTE in green["two"]] == [False, True]


def test_what_stays_green_with_all_is_run_once(specification: Specification) -> None:
    some, platform = [broken("one"), broken("two")], Platform()
    elsewhere = sorted(looked_at(some[0], specification, "elsewhere"))
    green = green_together(some, specification, reached(specification), platform)
    assert platform.runs == [(["one", "two"], elsewhere[:FEW]), (["one", "two"], elsewhere[FEW:])]
    assert green == {"one": set(elsewhere), "two": set(elsewhere)}
    assert NOTE not in elsewhere


def test_what_does_not_is_the_doing_of_one_of_them(specification: Specification) -> None:
    some = [broken(name) for name in ("a", "b", "c", "d", "e")]
    green = green_together(some, specification, reached(specification), Platform(d=HOLD))
    assert [name for name, kept in green.items() if HOLD not in kept] == ["d"]
    assert all(ANSWER in kept for kept in green.values())


def test_where_all_is_red_the_defects_are_parted_before_the_rest_is_run(specification: Specification) -> None:
    some, platform = [broken(name) for name in ("a", "b", "c", "d")], Platform("d")
    green = green_together(some, specification, reached(specification), platform)
    assert [name for name, kept in green.items() if not kept] == ["d"]
    assert [ids for ids, names in platform.runs if len(names) > FEW] == [["a", "b"], ["c"], ["d"]]


def test_whoever_declares_a_scenario_is_left_out_where_it_is_run(specification: Specification) -> None:
    some, platform = [broken("declares", NOTE, HOLD), broken("silent")], Platform(declares=HOLD)
    green = green_together(some, specification, reached(specification), platform)
    assert (["silent"], [HOLD]) in platform.runs
    assert HOLD in green["silent"]
    assert HOLD not in green["declares"]


def test_what_reaches_none_of_them_is_not_run(specification: Specification) -> None:
    platform = Platform()
    green_together([broken("one")], specification, reached(specification, HOLD), platform)
    names = [name for _, part in platform.runs for name in part]
    assert HOLD not in names
    assert ANSWER in names
