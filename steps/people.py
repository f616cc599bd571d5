"""People who come, go and come back."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} is connected to Netra"))
def is_connected(cast: Cast, name: str) -> None:
    cast[name].presence.connect()


@given(parse("{names:Names} are connected to Netra"))
def are_connected(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.presence.connect())


@given(parse("{names:Names} are connected to Netra through different servers"))
def are_connected_apart(cast: Cast, names: str) -> None:
    cast.group(names).connect_apart()


@given(parse("{name:Name} pretends to come from elsewhere"))
def pretends_to_come_from_elsewhere(cast: Cast, name: str) -> None:
    cast[name].presence.pretend_to_come_from_elsewhere()


@given(parse("{name:Name} pretends to be {other:Name}"))
def pretends_to_be(cast: Cast, name: str, other: str) -> None:
    cast[name].presence.pretend_to_be(cast[other])


@given(parse("{name:Name} has Netra open in two tabs"))
def has_two_tabs(cast: Cast, name: str) -> None:
    cast[name].presence.open_tabs(2)


@given(parse("{name:Name} has Netra open in two tabs, through different servers"))
def has_two_tabs_apart(cast: Cast, name: str) -> None:
    cast[name].presence.open_tabs_apart(2)


@given(parse("{name:Name} has opened a further tab"))
def opens_further_tab(cast: Cast, name: str) -> None:
    cast[name].presence.open_tab()


@when(parse("{name:Name} is told of the maintenance, and opens a further tab"))
def opens_further_tab_when_told(cast: Cast, name: str) -> None:
    cast[name].notices.await_one_and_open_tab()


@given(parse("{name:Name} has a second tab open, with a pass that is soon over"))
def has_second_tab_for_a_while(cast: Cast, name: str) -> None:
    cast[name].stay.begin()


@when(parse("the pass of {name:Name}'s second tab is over"))
def pass_is_over(cast: Cast, name: str) -> None:
    cast[name].stay.wait_for_the_end()


@when(parse("{name:Name}'s connection breaks without warning"))
def connection_breaks(cast: Cast, name: str) -> None:
    cast[name].presence.break_connection()


@when(parse("the first tab of {name:Name} breaks without warning"))
def first_tab_breaks(cast: Cast, name: str) -> None:
    cast[name].presence.break_connection(tab=1)


@when(parse("{name:Name} closes the page"))
def closes_page(cast: Cast, name: str) -> None:
    cast[name].presence.close_page()


@when(parse("{name:Name} comes back"))
def comes_back(cast: Cast, name: str) -> None:
    cast[name].presence.come_back()


@when(parse("{name:Name} comes back once more"))
def comes_back_once_more(cast: Cast, name: str) -> None:
    cast[name].presence.come_back_having_caught_up()


@when(parse("{names:Names} come back"))
def all_come_back(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.presence.come_back())


@when(parse("{name:Name} comes back through another server"))
def comes_back_elsewhere(cast: Cast, name: str) -> None:
    cast[name].presence.come_back_elsewhere()


@when(parse("{name:Name} comes back, and the connection breaks again in the middle of catching up"))
def comes_back_in_vain(cast: Cast, name: str) -> None:
    cast[name].return_.come_back_and_break()


@when(parse("{name:Name} comes back, and asks twice for what was missed"))
def comes_back_and_asks_twice(cast: Cast, name: str) -> None:
    cast[name].return_.come_back_and_ask_twice()


@when(parse("{name:Name} opens Netra on a new device"))
def opens_on_new_device(cast: Cast, name: str) -> None:
    cast[name].return_.open_on_new_device()


@when(parse("{name:Name} comes back with a number from the future"))
def comes_back_from_future(cast: Cast, name: str) -> None:
    cast[name].return_.come_back_from_the_future()


@then(parse("{name:Name} is told within {limit:Limit} of coming back to be up to date"))
def is_up_to_date(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].return_.expect_up_to_date(limit)


@then(parse("{name:Name}'s second tab is signed off with its pass, and is told nothing after it"))
def signed_off_with_pass(cast: Cast, name: str) -> None:
    cast[name].stay.expect_over()
