"""How quickly Netra does what customers do most, alone and all at once."""

from support.cast.browsing import LATEST, PART, WHOLE
from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import QUIET, given, parse, setting, then, when


@given(parse("each server of Netra has {limit:Connections} to its storage"), needs=[setting("connections", "limit")])
def has_few_connections(cast: Cast, limit: Limit) -> None:
    cast.saving_together.over_few(limit)


@given(parse("{name:Name} has a history of {number:d} messages"))
def has_history(cast: Cast, name: str, number: int) -> None:
    cast[name].browsing.have(number)


@given(parse("{number:d} customers are connected to Netra"))
def are_connected(cast: Cast, number: int) -> None:
    cast.gather(number).busy_hour.connect()


@given(parse("{number:d} customers have a conversation each"))
def have_a_conversation(cast: Cast, number: int) -> None:
    cast.gather(number).morning.begin()


@when(parse("all of them list, open, rename and write {times:d} times, all the while beside each other"), needs=[QUIET])
def work_beside_each_other(cast: Cast, times: int) -> None:
    cast.crowd.morning.work(times)


@when(
    parse("all of them ask Netra where to cut cloud costs, {rounds:d} times, always at the same moment"), needs=[QUIET]
)
def ask_in_rounds(cast: Cast, rounds: int) -> None:
    cast.crowd.busy_hour.ask(rounds)


@when(parse("{name:Name} starts {number:d} conversations, one after the other"), needs=[QUIET])
def starts_one_by_one(cast: Cast, name: str, number: int) -> None:
    cast.group(name).openings.start_one_by_one(number)


@when(parse("{name:Name} gives the conversation {times:d} names, one after the other"), needs=[QUIET])
def renames_one_by_one(cast: Cast, name: str, times: int) -> None:
    cast[name].naming.rename(times)


@when(
    parse("{name:Name} opens the latest {latest:d} messages, every part of {part:d} and the whole, {times:d} times"),
    needs=[QUIET],
)
def opens_history(cast: Cast, name: str, latest: int, part: int, times: int) -> None:
    cast[name].browsing.open_again_and_again(latest, part, times)


@when(
    parse(
        "{name:Name} opens the answer {rounds:d} times with nothing of it kept ready, "
        "and {times:d} times again after each of them"
    ),
    needs=[QUIET],
)
def opens_first_and_again(cast: Cast, name: str, rounds: int, times: int) -> None:
    cast[name].again.open_first_and_again(rounds, times)


@when(
    parse("{names:Names} save {number:d} conversations of {messages:d} messages each, all at the same moment"),
    needs=[QUIET],
)
def save_together(cast: Cast, names: str, number: int, messages: int) -> None:
    cast.saving_together.save(cast.group(names), number, messages)


@then(parse("each new conversation is there for {name:Name} within {limit:Limit}"))
def each_start_within(cast: Cast, name: str, limit: Limit) -> None:
    cast.group(name).openings.expect_each_start(limit)


@then(parse("a new conversation is there for {name:Name} within {limit:Limit} on average"))
def average_start_within(cast: Cast, name: str, limit: Limit) -> None:
    cast.group(name).openings.expect_average_start(limit)


@then(parse("all of these are there for {names:Names} within {limit:Limit}"))
def all_within(cast: Cast, names: str, limit: Limit) -> None:
    cast.group(names).openings.expect_all_within(limit)


@then(parse("a new name is there for {name:Name} within {limit:Limit} on average"))
def average_name_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].naming.expect_average(limit)


@then(parse("each new name holds for {name:Name} as soon as it is confirmed"))
def names_hold(cast: Cast, name: str) -> None:
    cast[name].naming.expect_told()


@then(parse("the latest messages come to {name:Name} within {limit:Limit}"))
def latest_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].browsing.expect_within(LATEST, limit)


@then(parse("each part of the history comes to {name:Name} within {limit:Limit}"))
def part_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].browsing.expect_within(PART, limit)


@then(parse("the whole history comes to {name:Name} within {limit:Limit}"))
def whole_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].browsing.expect_within(WHOLE, limit)


@then(parse("every opening shows {name:Name} exactly its messages, in order"))
def openings_are_exact(cast: Cast, name: str) -> None:
    cast[name].browsing.expect_exact()


@then(parse("everything that {names:Names} saved is there once, whole, with whoever saved it"))
def all_saved(cast: Cast, names: str) -> None:
    cast.saving_together.expect_whole(cast.group(names))


@then(parse("what is saved at once is there within {limit:Limit} on average"))
def saved_on_average(cast: Cast, limit: Limit) -> None:
    cast.saving_together.expect_average(limit)


@then(parse("what is saved at once is always there within {limit:Limit}"))
def saved_at_most(cast: Cast, limit: Limit) -> None:
    cast.saving_together.expect_slowest(limit)


@then("no server of Netra has more connections to its storage than that")
def connections_kept(cast: Cast) -> None:
    cast.saving_together.expect_frugal()


@then("each of them sees every update of each own analysis, once and in order")
def all_delivered(cast: Cast) -> None:
    cast.crowd.busy_hour.expect_all_delivered()


@then(parse("each time all of them have the answer within {limit:Limit}"))
def rounds_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.busy_hour.expect_rounds(limit)


@then(parse("what Netra finds is shown to them within {limit:Limit} on average"))
def shown_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.busy_hour.expect_prompt(limit)


@then(parse("nobody of them waits {times:d} times as long as somebody else"))
def nobody_disadvantaged(cast: Cast, times: int) -> None:
    cast.crowd.busy_hour.expect_fair(times)


@then(parse("any request of theirs is answered within {limit:Limit} on average"))
def any_request_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_average(limit)


@then(parse("a list comes to them within {limit:Limit} on average"))
def list_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_average(limit, "list")


@then(parse("a conversation opens for them within {limit:Limit} on average"))
def opens_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_average(limit, "open")


@then(parse("a change of theirs is made within {limit:Limit} on average"))
def change_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_average(limit, "change")


@then(parse("a message of theirs is written within {limit:Limit} on average"))
def written_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_average(limit, "write")


@then(parse("nineteen of twenty messages are written within {limit:Limit}, and no request fails"))
def written_steadily(cast: Cast, limit: Limit) -> None:
    cast.crowd.morning.expect_steady("write", limit)


@then(parse("nobody of them has to wait {times:d} times as long as somebody else"))
def waits_are_fair(cast: Cast, times: int) -> None:
    cast.crowd.morning.expect_fair(times)


@then("everything that they wrote is there, once")
def what_they_wrote(cast: Cast) -> None:
    cast.crowd.morning.expect_kept()


@then("nobody of them has lost the connection")
def nobody_lost(cast: Cast) -> None:
    cast.crowd.busy_hour.expect_connected()


@then(parse("the answer comes to {name:Name} again more than {times:d} times as fast as the first time"))
def comes_faster_again(cast: Cast, name: str, times: int) -> None:
    cast[name].again.expect_faster(times)
