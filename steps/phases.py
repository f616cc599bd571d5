"""The phases of a conversation: paused, resumed, completed, archived and restored."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has {phase:Phase} conversation"))
def has_conversation_in_phase(cast: Cast, name: str, phase: str) -> None:
    cast[name].phases.bring_to(phase)


@when(parse("{name:Name} {deeds:Deeds} the conversation"))
def goes_through(cast: Cast, name: str, deeds: tuple[str, ...]) -> None:
    cast[name].phases.go_through(deeds)


@when(parse("{name:Name} {deeds:Deeds} the conversation twice at once"))
def twice_at_once(cast: Cast, name: str, deeds: tuple[str, ...]) -> None:
    cast[name].phases.twice_at_once(deeds[0])


@when(parse("{name:Name} completes the conversation while {number:d} messages are on their way"))
def completes_amid_writing(cast: Cast, name: str, number: int) -> None:
    cast[name].phases.complete_amid_writing(number)


@when(parse("{name:Name} tries to {tries:Tries} the conversation"))
def tries_to(cast: Cast, name: str, tries: tuple[str, ...]) -> None:
    cast[name].phases.try_to(tries)


@then(parse("each change of {name:Name} is seen at once, with a later time than the one before"))
def each_change_seen(cast: Cast, name: str) -> None:
    cast[name].phases.expect_each_change_seen()


@then(parse("{name:Name} is refused, because the conversation is {phase:InPhase}"))
def is_refused_naming(cast: Cast, name: str, phase: str) -> None:
    cast[name].phases.expect_refused_naming(phase)


@then(parse("the conversation of {name:Name} is as it was"))
def is_as_it_was(cast: Cast, name: str) -> None:
    cast[name].phases.expect_as_it_was()


@then(parse("nothing has happened in the conversation of {name:Name} since it was completed"))
def nothing_since(cast: Cast, name: str) -> None:
    cast[name].phases.expect_nothing_after()


@then(parse("every conversation of {name:Name} is in the phase in which {again:Name} left it"))
def are_as_left(cast: Cast, name: str, again: str) -> None:
    cast.same(name, again).phases.expect_as_left()


@then(parse("one change of {name:Name} is made and the other one is refused"))
def one_change(cast: Cast, name: str) -> None:
    cast[name].phases.expect_one_change()


@then(parse("the conversation of {name:Name} is {phase:InPhase} for every server of Netra"))
def is_in_phase(cast: Cast, name: str, phase: str) -> None:
    cast[name].phases.expect_phase(phase)


@then(parse("{name:Name} finds the archived conversation in the archive and no longer in the list"))
def finds_in_archive(cast: Cast, name: str) -> None:
    cast[name].phases.lists.expect_archived()


@then(parse("{name:Name} finds the restored conversation in the list and no longer in the archive"))
def finds_restored(cast: Cast, name: str) -> None:
    cast[name].phases.lists.expect_restored()
