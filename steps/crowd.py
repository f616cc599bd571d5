"""Many customers at the same time."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, given, parse, setting, then, when


@given(parse("Netra is in the middle of an analysis for each of {number:d} customers at once"))
def is_in_the_middle(cast: Cast, number: int) -> None:
    cast.gather(number).be_under_way()


@given(
    parse(
        "Netra is in the middle of an analysis for each of {number:d} customers at once, "
        "over {limit:Connections} of each server to its storage"
    ),
    needs=[setting("connections", "limit")],
)
def is_in_the_middle_over_few(cast: Cast, number: int, limit: Limit) -> None:
    cast.gather(number).be_under_way_over_few(limit)


@when("the AI model answers all of them at the same time")
def answers_all(cast: Cast) -> None:
    cast.crowd.be_answered()


@when("a server of Netra dies under them", needs=[OWN])
def server_dies(cast: Cast) -> None:
    cast.crowd.lose_a_server()


@when("whoever was cut off comes back, and the AI model answers all of them")
def come_back(cast: Cast) -> None:
    cast.crowd.come_back_and_be_answered()


@then(parse("each of them sees exactly the own analysis, whole, within {limit:Limit}"))
def sees_own(cast: Cast, limit: Limit) -> None:
    cast.crowd.expect_own_analyses(limit)


@then("nothing of one of them has reached another")
def nothing_has_crossed(cast: Cast) -> None:
    cast.crowd.expect_no_crossing()


@then("what is kept ready for each of them holds nothing of another")
def kept_ready_apart(cast: Cast) -> None:
    cast.crowd.expect_kept_ready_apart()


@then("what Netra writes about itself holds nothing of any of them")
def notes_are_silent(cast: Cast) -> None:
    cast.crowd.expect_silent_notes()
