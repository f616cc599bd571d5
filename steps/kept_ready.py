"""What Netra keeps ready for its customers, and how it comes back to them."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, QUIET, given, parse, then, when


@given(parse("Netra has finished an analysis for each of {names:Names}"))
def has_finished_for_each(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.analysing.finish())


@given(parse("{name:Name} has opened the session, the answer and the recommendations"))
@when(parse("{name:Name} opens the session, the answer and the recommendations"))
def opens_what_is_kept(cast: Cast, name: str) -> None:
    cast[name].at_hand.open_all()


@when(parse("Netra has noticed that {name:Name} is away"))
def has_noticed(cast: Cast, name: str) -> None:
    cast[name].at_hand.await_absence()


@when(parse("{name:Name} opens the answer {times:d} times"), needs=[OWN, QUIET])
def opens_answer_often(cast: Cast, name: str, times: int) -> None:
    cast[name].promptness.count_bytes(times)


@when(parse("{name:Name} opens the session and the answer {times:d} times"), needs=[QUIET])
def opens_both_often(cast: Cast, name: str, times: int) -> None:
    cast[name].promptness.sample(times)


@when(parse("{names:Names} each open the answer {times:d} times at once"), needs=[QUIET])
def open_at_once(cast: Cast, names: str, times: int) -> None:
    cast.rush.open_at_once(cast.group(names), times)


@given(parse("the session of {name:Name} is nearly over"))
def session_is_nearly_over(cast: Cast, name: str) -> None:
    cast[name].ready.let_session_run_low()


@given(parse("nobody has asked for {limit:Limit} for what is kept ready for {name:Name}"))
def nobody_has_asked(cast: Cast, limit: Limit, name: str) -> None:
    cast[name].ready.let_lie(limit)


@then(parse("each of them was read from what is kept ready for {name:Name}"))
def each_was_used(cast: Cast, name: str) -> None:
    cast[name].ready.expect_used()


@then(parse("the session of {name:Name} is kept ready for {limit:Limit}"))
def session_is_ready(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].ready.expect_session(limit)


@then(parse("the answer to {name:Name} is kept ready for {limit:Limit}"))
def answer_is_ready(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].ready.expect_answer(limit)


@then(parse("{name:Name} reads the session as it is kept"))
def reads_session(cast: Cast, name: str) -> None:
    cast[name].at_hand.expect_session_as_kept()


@then(parse("{name:Name} reads the answer and the recommendations as they were shown"))
def reads_answer(cast: Cast, name: str) -> None:
    cast[name].at_hand.expect_answer_as_shown()


@then(parse("the session of {name:Name} tells of one return, and when the connection was lost"))
def session_tells_return(cast: Cast, name: str) -> None:
    cast[name].at_hand.expect_return_told()


@then(parse("{name:Name} continues the same session, at the same step of the analysis"))
def continues_session(cast: Cast, name: str) -> None:
    cast[name].at_hand.expect_same_session()


@then(parse("more than {percent:d} percent of the answers to {name:Name} sent nothing to Netra's storage"))
def nothing_sent_to_storage(cast: Cast, percent: int, name: str) -> None:
    cast[name].promptness.expect_storage_untroubled(percent)


@then(parse("the session comes to {name:Name} within {limit:Limit}"))
def session_comes(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].promptness.expect_within("session", limit)


@then(parse("the answer comes to {name:Name} within {limit:Limit}"))
def answer_comes(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].promptness.expect_within("answer", limit)


@then(parse("the answers to {names:Names} come within {limit:Limit} on average"))
def answers_come_on_average(cast: Cast, names: str, limit: Limit) -> None:
    cast.rush.expect_average(cast.group(names), limit)


@then(parse("the answers to {names:Names} come within {limit:Limit} at most"))
def answers_come_at_most(cast: Cast, names: str, limit: Limit) -> None:
    cast.rush.expect_slowest(cast.group(names), limit)
