"""What goes wrong with Netra itself, and how its customers come through."""

from support.cast.cast import Cast
from support.cast.faults import FAULTS, Fault
from support.facts.limit import Limit
from support.spec.sentences import OWN, given, parse, then, when


@given(parse("{names:NameOrNames} keep writing to Netra"), needs=[OWN])
def keep_writing(cast: Cast, names: str) -> None:
    cast.outage.keep_writing(cast.group(names))


@given("Netra has overcome a crash of its storage", needs=[OWN])
def has_overcome(cast: Cast) -> None:
    cast.outage.have_overcome(FAULTS["Netra's storage crashes"])


@when(parse("{fault:Fault}"), needs=[OWN])
def goes_wrong(cast: Cast, fault: Fault) -> None:
    cast.outage.begin(fault)


@when(parse("{fault:Fault} in the instant in which a message of {name:Name} is confirmed"), needs=[OWN])
def goes_wrong_at_confirmation(cast: Cast, fault: Fault, name: str) -> None:
    cast.outage.begin_at_confirmation(fault, cast[name])


@when(parse("after {limit:Limit}, while that is being overcome, {fault:Fault}"), needs=[OWN])
def goes_wrong_during_recovery(cast: Cast, fault: Fault, limit: Limit) -> None:
    cast.outage.begin_during_recovery(fault, limit)


@when(parse("the failure is over after {limit:Limit}"), needs=[OWN])
@when(parse("both failures are over after {limit:Limit}"), needs=[OWN])
def is_over(cast: Cast, limit: Limit) -> None:
    cast.outage.end(limit)


@when(parse("the failure is over after {limit:Limit}, as Netra has noticed"), needs=[OWN])
def is_over_and_noticed(cast: Cast, limit: Limit) -> None:
    cast.outage.end_and_be_noticed(limit)


@given(parse("{name:Name} has opened everything there is"))
@when(parse("{name:Name} opens everything there is"))
def opens_everything(cast: Cast, name: str) -> None:
    cast[name].looking_around.look()


@then(parse("{name:Name} is shown everything as it was, or told to try again"))
def is_shown_or_told(cast: Cast, name: str) -> None:
    cast[name].looking_around.expect_as_it_was_or_refused()


@then(parse("Netra says within {limit:Limit} that it cannot serve"))
def says_it_cannot_serve(cast: Cast, limit: Limit) -> None:
    cast.outage.expect_noticed(limit)


@then(parse("{names:NameOrNames} are told within {limit:Limit} to try again, and nothing is confirmed"))
def are_told(cast: Cast, names: str, limit: Limit) -> None:
    cast.outage.expect_told(cast.group(names), limit)


@then(parse("{names:NameOrNames} can work again within {limit:Limit}"))
def can_work_again(cast: Cast, names: str, limit: Limit) -> None:
    cast.outage.expect_work_again(cast.group(names), limit)


@then(parse("everything that was confirmed to {names:NameOrNames} is there, once and in order"))
def all_there(cast: Cast, names: str) -> None:
    cast.outage.expect_all_there(cast.group(names))
