"""How quickly Netra does what customers do most, alone and all at once."""

from support.cast.browsing import LATEST, PART, WHOLE
from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import given, parse, setting, then, when


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


@when(parse("all of them list, open, rename and write {times:d} times, all the while beside each other"))
def work_beside_each_other(cast: Cast, times: int) -> None:
    cast.crowd.morning.work(times)


@when(
    parse(
        "{few:d} of them, and in turn all of them, do {things:d} things each with their conversation, one every second"
    )
)
def work_in_turn(cast: Cast, few: int, things: int) -> None:
    cast.crowd.rise.work(few, things)


@when(parse("{number:d} customers come to Netra in each of {rounds:d} waves, after a first one, and stay"))
def come_in_waves(cast: Cast, number: int, rounds: int) -> None:
    cast.gather(number * (rounds + 1)).waves.come(number)


@when(parse("all of them leave and come back, {times:d} times"))
def leave_and_come_back(cast: Cast, times: int) -> None:
    cast.crowd.waves.leave_and_come_back(times)


@when(parse("all of them ask Netra where to cut cloud costs, one after the other within {limit:Limit}"))
def ask_spread(cast: Cast, limit: Limit) -> None:
    cast.crowd.busy_hour.ask_spread_over(limit)


@when(parse("all of them ask Netra where to cut cloud costs, {rounds:d} times, always at the same moment"))
def ask_in_rounds(cast: Cast, rounds: int) -> None:
    cast.crowd.busy_hour.ask(rounds)


@when(parse("{name:Name} starts {number:d} conversations, one after the other"))
def starts_one_by_one(cast: Cast, name: str, number: int) -> None:
    cast.group(name).openings.start_one_by_one(number)


@when(parse("{name:Name} gives the conversation {times:d} names, one after the other"))
def renames_one_by_one(cast: Cast, name: str, times: int) -> None:
    cast[name].naming.rename(times)


@when(parse("{name:Name} opens the latest {latest:d} messages, every part of {part:d} and the whole, {times:d} times"))
def opens_history(cast: Cast, name: str, latest: int, part: int, times: int) -> None:
    cast[name].browsing.open_again_and_again(latest, part, times)


@when(parse("{name:Name} opens the latest {latest:d} messages of both and adds one to both, in turn, {times:d} times"))
def works_in_both(cast: Cast, name: str, latest: int, times: int) -> None:
    cast[name].lengths.work_in_both(latest, times)


@when(parse("{name:Name} opens the whole history in parts of {part:d}, {times:d} times"))
def opens_whole(cast: Cast, name: str, part: int, times: int) -> None:
    cast[name].browsing.open_whole(part, times)


@when(
    parse(
        "{name:Name} opens the answer {rounds:d} times with nothing of it kept ready, "
        "and {times:d} times again after each of them"
    )
)
def opens_first_and_again(cast: Cast, name: str, rounds: int, times: int) -> None:
    cast[name].again.open_first_and_again(rounds, times)


@when(parse("{names:Names} save {number:d} conversations of {messages:d} messages each, all at the same moment"))
def save_together(cast: Cast, names: str, number: int, messages: int) -> None:
    cast.saving_together.save(cast.group(names), number, messages)


@when(parse("{name:Name} gives up {number:d} requests that keep {most:Connections} of every server busy"))
def gives_up(cast: Cast, name: str, number: int, most: Limit) -> None:
    cast[name].giving_up.give_up(number, int(most.seconds))


@when(parse("{name:Name} starts and opens {number:d} conversations in each of {rounds:d} rounds, after a first one"))
def works_in_rounds(cast: Cast, name: str, number: int, rounds: int) -> None:
    cast[name].footprint.work(number, rounds)


@then(parse("each of {number:d} further requests of {name:Name} is answered within {limit:Limit}"))
def further_are_answered(cast: Cast, number: int, name: str, limit: Limit) -> None:
    cast[name].giving_up.expect_answered(number, limit)


@then(parse("each server of Netra has grown by less than {megabytes:g} MB for each conversation of {name:Name}"))
def has_grown_little(cast: Cast, megabytes: float, name: str) -> None:
    cast[name].footprint.expect_each_below(megabytes)


@then(parse("in the last round of {name:Name} no server of Netra has grown by {megabytes:g} MB or more"))
def has_stopped_growing(cast: Cast, name: str, megabytes: float) -> None:
    cast[name].footprint.expect_last_below(megabytes)


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


@then(
    parse(
        "less than {percent:d} percent of what they ask for fails, "
        "and nineteen of twenty answers come within {limit:Limit}"
    )
)
def answered_rarely_failing(cast: Cast, percent: int, limit: Limit) -> None:
    cast.crowd.rise.expect_answered(percent, limit)


@then(parse("all of them together are answered within {limit:Limit} on average"))
def together_within(cast: Cast, limit: Limit) -> None:
    cast.crowd.rise.expect_average(limit)


@then(parse("all of them together do not wait {times:d} times as long as the few"))
def together_hardly_slower(cast: Cast, times: int) -> None:
    cast.crowd.rise.expect_slowed_below(times)


@then(parse("each of them keeps more than {percent:d} percent of the own pace"))
def pace_is_kept(cast: Cast, percent: int) -> None:
    cast.crowd.rise.expect_pace_kept(percent)


@then("nobody of them has lost the connection")
def nobody_lost(cast: Cast) -> None:
    cast.crowd.busy_hour.expect_connected()


@then(parse("each server of Netra has grown by less than {megabytes:g} MB for each of these customers"))
def grown_little_for_each(cast: Cast, megabytes: float) -> None:
    cast.crowd.waves.expect_each_below(megabytes)


@then(parse("the last wave has not taken {times:d} times as much memory as those before it"))
def grown_in_proportion(cast: Cast, times: int) -> None:
    cast.crowd.waves.expect_in_proportion(times)


@then(parse("the last time that all of them came back no server of Netra has grown by {megabytes:g} MB or more"))
def no_larger_when_back(cast: Cast, megabytes: float) -> None:
    cast.crowd.waves.expect_again_below(megabytes)


@then(parse("the latest messages of both come to {name:Name} within {limit:Limit}"))
def latest_of_both_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].lengths.expect_latest_within(limit)


@then(parse("what {name:Name} adds is confirmed within {limit:Limit}"))
def added_within(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].lengths.expect_added_within(limit)


@then(parse("nothing takes {name:Name} {times:d} times as long in the longer conversation"))
def length_costs_little(cast: Cast, name: str, times: int) -> None:
    cast[name].lengths.expect_grown_below(times)


@then(parse("every opening shows {name:Name} exactly the latest messages, with those just added"))
def latest_are_exact(cast: Cast, name: str) -> None:
    cast[name].lengths.expect_exact()


@then(parse("the answer comes to {name:Name} again more than {times:d} times as fast as the first time"))
def comes_faster_again(cast: Cast, name: str, times: int) -> None:
    cast[name].again.expect_faster(times)
