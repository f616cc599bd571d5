"""The turns of a conversation: messages that are written, and read again."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then


@given(parse("{name:Name} has a conversation of {number:d} messages"))
def has_conversation_of(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.have_conversation_of(number)


@then(parse("{name:Name} reads every message of the conversation, as it was confirmed"))
def reads_every_message(cast: Cast, name: str) -> None:
    cast[name].turns.expect_as_confirmed()
