"""The AI model and the billing services, which the suite plays."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.outside.modes import Mode, slow
from support.spec.sentences import given, parse, then, when


@given(parse("{source:Source} {mode:Trouble} for {name:Name}"))
def source_is_in_trouble(cast: Cast, source: str, mode: Mode, name: str) -> None:
    cast[name].sources.meet(source, mode)


@given(parse("{source:Source} takes {limit:Limit} for {name:Name}"))
def source_is_slow(cast: Cast, source: str, limit: Limit, name: str) -> None:
    cast[name].sources.meet(source, slow(limit.seconds))


@when(parse("{source:Source} answers for {name:Name} again"))
@when(parse("{source:Source} answers for {name:Name} at last"))
def source_answers(cast: Cast, source: str, name: str) -> None:
    cast[name].sources.let_source_answer(source)


@when(parse("the AI model answers for everyone again"))
def model_answers_everyone(cast: Cast) -> None:
    cast.everyone_is_answered()


@when(parse("the AI model answers for {name:Name} too late"))
def model_answers_too_late(cast: Cast, name: str) -> None:
    cast[name].sources.hear_too_late()


@when(parse("{source:Source} fails for {name:Name}"))
def source_fails(cast: Cast, source: str, name: str) -> None:
    cast.netra.have_source_fail(cast[name], source)


@when(parse("the AI model answers {name:Name} in the instants around the limit"))
def model_answers_around_limit(cast: Cast, name: str) -> None:
    cast.netra.answer_around_the_limit(cast[name])


@then(parse("Netra has let go of the AI model for {name:Name}"))
def has_let_go(cast: Cast, name: str) -> None:
    cast[name].dealings.expect_let_go()


@then(parse("{sources:Sources} was asked once for {name:Name}"))
@then(parse("{sources:Sources} were asked once for {name:Name}"))
def asked_once(cast: Cast, sources: tuple[str, ...], name: str) -> None:
    cast[name].dealings.expect_asked(sources, 1)


@then(parse("{sources:Sources} was asked twice for {name:Name}"))
def asked_twice(cast: Cast, sources: tuple[str, ...], name: str) -> None:
    cast[name].dealings.expect_asked(sources, 2)


@then(parse("nothing that was answered for {name:Name} was asked again"))
def nothing_asked_again(cast: Cast, name: str) -> None:
    cast[name].dealings.expect_nothing_asked_again()


@then(parse("every billing was asked once for {names:NameOrNames}"))
def every_billing_asked_once(cast: Cast, names: str) -> None:
    cast.group(names).each(lambda person: person.dealings.expect_billings_asked(1))
