"""Live updates, as people see them."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import parse, then


@then(parse("{name:Name} sees all five kinds of update, in order, within {limit:Limit}"))
def sees_five_kinds(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].watching.expect_five_kinds(limit)


@then(parse("{name:Name} saw each tool start and end, once for each billing that was asked"))
def saw_pairs(cast: Cast, name: str) -> None:
    cast[name].watching.expect_pairs()


@then(parse("{name:Name} saw the end of each billing's work within {limit:Limit}"))
def saw_ends_promptly(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].watching.expect_prompt(limit)


@then(parse("every update to {name:Name} names the conversation, the analysis and {owner:Name}"))
def updates_name_their_place(cast: Cast, name: str, owner: str) -> None:
    cast[name].watching.expect_named(cast[owner])


@then(parse("each conversation of {name:Name} shows its own analysis, whole, within {limit:Limit}"))
def conversations_stay_apart(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].watching.expect_conversations_apart(limit)


@then(parse("{name:Name} sees every missed update once and in order, within {limit:Limit}"))
def sees_missed_updates(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].watching.expect_missed_updates(limit)


@then(parse("the {tab:Ordinal} tab of {name:Name} shows the whole analysis, each update once and in order"))
def tab_shows_whole(cast: Cast, tab: int, name: str) -> None:
    cast[name].watching.expect_tab_shows_whole(tab)


@then(
    parse(
        "the {tab:Ordinal} tab of {name:Name} shows the rest of the analysis, each update once and in order, "
        "within {limit:Limit}"
    )
)
def tab_shows_rest(cast: Cast, tab: int, name: str, limit: Limit) -> None:
    cast[name].watching.expect_tab_shows_rest(tab, limit)


@then(parse("nothing is shown to {name:Name} a second time"))
def nothing_twice(cast: Cast, name: str) -> None:
    cast[name].watching.expect_nothing_twice()


@then(parse("{name:Name} has received only what is {owner:Name}'s"))
def received_only_own(cast: Cast, name: str, owner: str) -> None:
    cast[name].watching.expect_only_of(cast[owner])


@then(parse("{names:Names} each see exactly their own analysis, whole, within {limit:Limit}"))
def each_sees_own(cast: Cast, names: str, limit: Limit) -> None:
    cast.group(names).each_from_now(lambda person, since: person.watching.expect_own_analysis_whole(limit, since))


@then(parse("{name:Name} has never been told that an analysis is complete"))
def never_told_complete(cast: Cast, name: str) -> None:
    cast[name].watching.expect_never_completed()
