"""What Netra bears: more people, longer conversations, more memory, more work than connections."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import QUIET, parse, then, when


@when(
    parse(
        "{few:d} of them, and in turn all of them, do {things:d} things each with their conversation, one every second"
    ),
    needs=[QUIET],
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


@when(
    parse("{name:Name} opens the latest {latest:d} messages of both and adds one to both, in turn, {times:d} times"),
    needs=[QUIET],
)
def works_in_both(cast: Cast, name: str, latest: int, times: int) -> None:
    cast[name].lengths.work_in_both(latest, times)


@when(parse("{name:Name} opens the whole history in parts of {part:d}, {times:d} times"), needs=[QUIET])
def opens_whole(cast: Cast, name: str, part: int, times: int) -> None:
    cast[name].browsing.open_whole(part, times)


@when(
    parse("{name:Name} gives up {number:d} requests that keep {most:Connections} of every server busy"), needs=[QUIET]
)
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


@then("each of them is told the savings that are in the own bills")
def told_own_savings(cast: Cast) -> None:
    cast.crowd.busy_hour.expect_right()
