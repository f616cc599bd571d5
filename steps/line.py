"""What people's programs send over the line, right or wrong, and what Netra makes of it."""

from support.cast.cast import Cast
from support.spec.sentences import parse, then, when


@when(parse("{name:Name}'s program tries everything that Netra cannot take"))
def tries_everything(cast: Cast, name: str) -> None:
    cast[name].line.send_all()


@when(parse("{name:Name}'s program sends {message:Message}"))
def sends(cast: Cast, name: str, message: str) -> None:
    cast[name].line.send(message)


@when(parse("{name:Name}'s program floods the connection with a single message"))
def floods(cast: Cast, name: str) -> None:
    cast[name].line.flood()


@when(parse("{name:Name} asks in a message of {size:d} bytes"))
def asks_at_length(cast: Cast, name: str, size: int) -> None:
    cast[name].line.ask_in_message_of(size)


@when(parse("{name:Name}'s program calls Netra {number:d} times"))
def calls_often(cast: Cast, name: str, number: int) -> None:
    cast[name].line.call(number)


@then(parse("{name:Name} is told in plain words what is wrong with it"))
@then(parse("{name:Name} is told in plain words what is wrong with each of them"))
def is_told_what_is_wrong(cast: Cast, name: str) -> None:
    cast[name].line.expect_told()


@then(parse("the connection that {name:Name} flooded has ended, and told why"))
def flooded_has_ended(cast: Cast, name: str) -> None:
    cast[name].line.expect_ended_for_size()


@then(parse("everything of {name:Name} is as it was before the message"))
def is_as_before(cast: Cast, name: str) -> None:
    cast[name].line.expect_intact()


@then(parse("the connections of {names:Names} live on, at the same servers of Netra"))
def connections_live_on(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.line.expect_alive())


@then(parse("Netra takes the question of {name:Name}"))
def takes_question(cast: Cast, name: str) -> None:
    cast[name].line.expect_taken()


@then(parse("every call of {name:Name} is answered, in order"))
def calls_are_answered(cast: Cast, name: str) -> None:
    cast[name].line.expect_calls_answered()
