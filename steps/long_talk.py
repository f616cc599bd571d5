"""Conversations that grow very long."""

from support.cast.cast import Cast
from support.cast.long_talk import LONG
from support.spec.sentences import given, parse, then, when


@when(parse("the conversation of {name:Name} grows by {number:d} messages"))
def grows(cast: Cast, name: str, number: int) -> None:
    cast[name].long_talk.grow(number)


@given(parse("the conversation of {name:Name} has grown by {number:d} long messages"))
@when(parse("the conversation of {name:Name} grows by {number:d} long messages"))
def grows_by_long_ones(cast: Cast, name: str, number: int) -> None:
    cast[name].long_talk.grow(number, LONG)


@given(parse("the conversation of {name:Name} has grown by {number:d} messages and an answer"))
def grows_and_is_answered(cast: Cast, name: str, number: int) -> None:
    cast[name].long_talk.grow_and_ask(number)


@given(parse("the conversation of {name:Name} has grown by {number:d} long messages and an answer"))
def grows_by_long_ones_and_is_answered(cast: Cast, name: str, number: int) -> None:
    cast[name].long_talk.grow_and_ask(number, LONG)


@then(parse("the AI model hears less than {times:d} times as much for {name:Name} as before"))
def hears_little_more(cast: Cast, times: int, name: str) -> None:
    cast[name].long_talk.expect_growth_below(times)


@then(parse("the AI model hears at least the latest {number:d} messages of {name:Name}, in order"))
def hears_latest(cast: Cast, number: int, name: str) -> None:
    cast[name].long_talk.expect_latest(number)


@then(parse("the AI model hears at most {number:d} characters for {name:Name}"))
def hears_at_most(cast: Cast, number: int, name: str) -> None:
    cast[name].long_talk.expect_at_most(number)


@then(parse("{name:Name} reads the whole conversation, in order"))
def reads_whole(cast: Cast, name: str) -> None:
    cast[name].long_talk.expect_whole_readable()


@then(parse("each server of Netra has grown by at most {megabytes:d} MB for {name:Name}"))
def netra_stays_small(cast: Cast, megabytes: int, name: str) -> None:
    cast[name].long_talk.expect_memory_flat(megabytes)
