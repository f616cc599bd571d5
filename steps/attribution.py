"""What has come under a wrong owner, and Netra's care for it."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import given, parse, then, when


@given(parse("Netra checks every {limit:Limit} whose everything is"))
def checks_ownership(cast: Cast, limit: Limit) -> None:
    cast.netra.demand_setting("check_interval", limit)


@given(parse("the {thing:Kind} of {owner:Name} has come under {other:Name} by a fault in Netra's storage"))
def has_come_under(cast: Cast, thing: str, owner: str, other: str) -> None:
    cast.wrong_attribution(owner, other, thing).go_wrong()


@given(parse("the {thing:Kind} of {owner:Name} has come under {other:Name} by a fault, and Netra has hidden it"))
def has_been_hidden(cast: Cast, thing: str, owner: str, other: str) -> None:
    cast.wrong_attribution(owner, other, thing).be_hidden()


@when("Netra has checked whose everything is")
def has_checked(cast: Cast) -> None:
    cast.attribution.be_checked()


@when(parse("{operator:Name} has it mended"))
def has_it_mended(cast: Cast, operator: str) -> None:
    cast.attribution.be_mended(cast[operator])


@when(parse("{name:Name} tries to have it mended"))
def tries_to_have_it_mended(cast: Cast, name: str) -> None:
    cast.attribution.be_mended(cast[name])


@when(parse("{name:Name} looks at the alarms"))
def looks_at_alarms(cast: Cast, name: str) -> None:
    cast[name].trail.open_alarms()


@then(parse("{operator:Name} is alarmed within {limit:Limit}, once and at the highest level"))
def is_alarmed(cast: Cast, operator: str, limit: Limit) -> None:
    cast.attribution.expect_alarm(cast[operator], limit)


@then(parse("{names:Names} see nothing of the {thing:Kind} any more"))
def see_nothing_of_it(cast: Cast, names: str, thing: str) -> None:
    cast.attribution.expect_hidden(thing, cast.group(names))


@then(parse("the AI model hears nothing of {value:Quoted}, neither for {first:Name} nor for {second:Name}"))
def hears_nothing(cast: Cast, value: str, first: str, second: str) -> None:
    cast.attribution.expect_unheard(value, [cast[first], cast[second]])


@then("whatever is in order is still there for everybody")
def rest_is_available(cast: Cast) -> None:
    cast.attribution.expect_others_available()


@then(parse("{owner:Name} has the {thing:Kind} back as it was, and {other:Name} has none of it"))
def is_back(cast: Cast, owner: str, thing: str, other: str) -> None:
    cast.attribution_of(owner, other, thing).expect_mended()


@then(parse("{name:Name} is refused and learns of no alarm"))
def learns_of_no_alarm(cast: Cast, name: str) -> None:
    cast[name].trail.expect_closed()
