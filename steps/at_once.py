"""What several do at the same moment, and requests that arrive twice."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import parse, then, when


@when(parse("{names:Names} start {number:d} conversations each, all at the same moment"))
def start_at_once(cast: Cast, names: str, number: int) -> None:
    cast.group(names).openings.start(number)


@when(parse("{name:Name} {deed:Sending} and the same request arrives {how:Again}"))
def arrives_again(cast: Cast, name: str, deed: str, how: str) -> None:
    cast[name].repeated.send(deed, how)


@when(parse("{name:Name} {deed:Sending} and the same request arrives almost {limit:Limit} later"))
def arrives_later(cast: Cast, name: str, deed: str, limit: Limit) -> None:
    cast[name].repeated.send_later(deed, limit)


@when(parse("{name:Name} uses marks again for another title, first message, conversation, message and reply"))
def uses_marks_for_others(cast: Cast, name: str) -> None:
    cast[name].repeated.use_marks_for_others()


@when(parse("{names:Names} each start a conversation under the same mark"))
def start_under_same_mark(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.repeated.start_under("the same mark"))


@then(parse("everything that {names:NameOrNames} started is kept once, for whoever started it"))
def kept_once(cast: Cast, names: str) -> None:
    cast.group(names).openings.expect_kept_once()


@then(parse("{name:Name} gets the same answer both times"))
def same_answer(cast: Cast, name: str) -> None:
    cast[name].repeated.expect_same_answer()


@then(parse("what {name:Name} asked for is there once"))
def is_there_once(cast: Cast, name: str) -> None:
    cast[name].repeated.expect_counted_once()


@then(parse("each other request of {name:Name} is refused, and nothing of it is done"))
def others_are_refused(cast: Cast, name: str) -> None:
    cast[name].repeated.expect_others_refused()
