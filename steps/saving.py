"""Changes of several parts, and messages whose confirmation is cut off."""

from support.cast.cast import Cast
from support.cast.faults import Fault
from support.cast.leftovers import Leftovers
from support.spec.sentences import OWN, given, parse, then, when


@given(parse("{names:NameOrNames} keeps looking at the list of conversations"))
@given(parse("{names:NameOrNames} keep looking at the list of conversations"))
def keep_looking(cast: Cast, names: str) -> None:
    cast.saves.look_on(cast.group(names))


@given(parse("Netra's storage has no room for {place:Place} of {name:Name}"), needs=[OWN])
def has_no_room(cast: Cast, place: str, name: str) -> None:
    cast.saves.take_room(place, cast[name])


@given(parse("Netra's storage has no room, once, for {place:Place} of {name:Name}"), needs=[OWN])
def has_no_room_once(cast: Cast, place: str, name: str) -> None:
    cast.saves.take_room(place, cast[name], once=True)


@when(parse("{name:Name} saves a conversation of {number:d} messages"))
def saves(cast: Cast, name: str, number: int) -> None:
    cast.saves.save(cast.group(name), number)


@when(parse("{names:Names} each save a conversation of {number:d} messages at once"))
def save_at_once(cast: Cast, names: str, number: int) -> None:
    cast.saves.save(cast.group(names), number)


@when(parse("{name:Name} saves the same again, with room in Netra's storage"), needs=[OWN])
def saves_again(cast: Cast, name: str) -> None:
    cast.saves.save_again(cast.group(name))


@when(parse("{fault:Fault} before a message of {name:Name} can be confirmed"), needs=[OWN])
def cut_off(cast: Cast, fault: Fault, name: str) -> None:
    cast.unclear.write_through(fault, cast[name])


@when(parse("{name:Name} sends the same again"))
def sends_again(cast: Cast, name: str) -> None:
    cast.unclear.send_again(cast[name])


@then(parse("{name:Name} is told plainly to try again"))
def is_told_to_try_again(cast: Cast, name: str) -> None:
    cast.saves.expect_told(cast[name])


@then(parse("nothing is there of what {name:Name} could not save"))
def nothing_there(cast: Cast, name: str) -> None:
    cast.saves.expect_nothing_there(cast[name])


@then(parse("what {names:NameOrNames} saved is there once, with {number:d} messages, and was never seen with fewer"))
def is_whole(cast: Cast, names: str, number: int) -> None:
    cast.saves.expect_whole(cast.group(names), number)


@then(parse("nothing is there of what {name:Name} asked"))
def nothing_of_question(cast: Cast, name: str) -> None:
    Leftovers(cast[name]).expect_none()


@then(parse("{name:Name} was told neither that the message is kept nor that it is not"))
def nothing_claimed(cast: Cast, name: str) -> None:
    cast.unclear.expect_nothing_claimed(cast[name])


@then(parse("what {name:Name} sent again is there once"))
def is_there_once(cast: Cast, name: str) -> None:
    cast.unclear.expect_once(cast[name])
