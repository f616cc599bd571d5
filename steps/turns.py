"""The turns of a conversation: messages that are written, answered, and read again."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has a conversation of {number:d} messages"))
def has_conversation_of(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.have_conversation_of(number)


@given(parse("{name:Name} has added {number:d} messages to the conversation"))
def has_added(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.add(number)


@when(parse("{name:Name} writes {number:d} messages in quick succession"))
def writes_quickly(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.write_quickly(number)


@when(parse("{name:Name} writes {number:d} messages through each of two connections at once"))
def writes_through_two(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.write_through_two(number)


@when(parse("{name:Name} reads the conversation in parts of {size:d} while it grows"))
def reads_in_parts(cast: Cast, name: str, size: int) -> None:
    cast[name].turns.read_in_parts(size)


@when(parse("{name:Name} writes {number:d} messages into each conversation, by turns"))
def writes_by_turns(cast: Cast, name: str, number: int) -> None:
    cast[name].turns.write_by_turns(number)


@when(parse("{name:Name} writes into a conversation that does not exist"))
def writes_into_nothing(cast: Cast, name: str) -> None:
    cast[name].turns.write_into_nothing()


@when(parse("{name:Name} replies to the question and to the answer"))
def replies_to_both(cast: Cast, name: str) -> None:
    cast[name].replies.reply_to_both()


@when(parse("{name:Name} replies in the conversation to {whom:NotThere}"))
def replies_to(cast: Cast, name: str, whom: str) -> None:
    cast[name].replies.try_to_reply(whom)


@then(parse("{name:Name} reads every message of the conversation, as it was confirmed"))
def reads_every_message(cast: Cast, name: str) -> None:
    cast[name].turns.expect_as_confirmed()


@then(parse("the conversation of {name:Name} is whole, in order, each message under the one who said it"))
def is_whole(cast: Cast, name: str) -> None:
    cast[name].turns.expect_all_kept()


@then(parse("{name:Name} reads the messages in the order of confirmation through every server of Netra"))
def reads_in_order(cast: Cast, name: str) -> None:
    cast[name].turns.expect_order_everywhere()


@then(parse("{name:Name} has read every message once, in order, and knows how many there are"))
def has_read_parts(cast: Cast, name: str) -> None:
    cast[name].turns.expect_parts_whole()


@then(parse("each conversation of {name:Name} holds exactly its own messages, in order"))
def each_holds_own(cast: Cast, name: str) -> None:
    cast[name].turns.expect_each_own()


@then(parse("the message of {name:Name} is refused, and nothing of it is kept"))
def message_is_refused(cast: Cast, name: str) -> None:
    cast[name].turns.expect_nothing_written()


@then(parse("each reply of {name:Name} stays with the message that it answers"))
def replies_stay(cast: Cast, name: str) -> None:
    cast[name].replies.expect_with_theirs()


@then(parse("each answer to {name:Name} stays with its own question"))
def answers_stay(cast: Cast, name: str) -> None:
    cast[name].replies.expect_answers_with_questions()


@then(parse("the reply of {name:Name} is refused, and the conversation is as it was"))
def reply_is_refused(cast: Cast, name: str) -> None:
    cast[name].replies.expect_refused()
