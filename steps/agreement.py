"""Everything that Netra keeps of somebody, in all places."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then


@given(parse("everything that {names:NameOrNames} have agrees in every place"))
def agrees_before(cast: Cast, names: str) -> None:
    cast.everywhere.remember(cast.group(names))


@then(parse("everything that {names:NameOrNames} have is exactly as it was"))
def is_as_it_was(cast: Cast, names: str) -> None:
    cast.everywhere.expect_as_it_was(cast.group(names))


@then(parse("every place tells the same of {names:NameOrNames}"))
def tells_the_same(cast: Cast, names: str) -> None:
    cast.everywhere.expect_agreement(cast.group(names))
