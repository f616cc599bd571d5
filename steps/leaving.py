"""People who leave for good, and the company that lets them."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import parse, then, when


@when(parse("{name:Name} has everything erased"))
def has_everything_erased(cast: Cast, name: str) -> None:
    cast[name].erasure.ask()


@when(parse("{administrator:Name} lets {name:Name} leave"))
def lets_leave(cast: Cast, administrator: str, name: str) -> None:
    cast[name].erasure.be_let_go_by(cast[administrator])


@when(parse("{name:Name} looks who belongs to the company"))
def looks_who_belongs(cast: Cast, name: str) -> None:
    cast[name].members.look()


@when(parse("{name:Name} tries to let {other:Name} leave"))
def tries_to_let_leave(cast: Cast, name: str, other: str) -> None:
    cast.attempts(name, other).let_leave()


@then(parse("{name:Name} is refused as if there were no such person"))
def is_refused(cast: Cast, name: str) -> None:
    cast[name].privacy.expect_refused_as_nonexistent()


@then(parse("nothing of {name:Name}'s is left anywhere in Netra within {limit:Limit}"))
def nothing_is_left(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].erasure.expect_gone(limit)


@then(parse("no pass of {name:Name} opens Netra any more"))
def no_pass_opens(cast: Cast, name: str) -> None:
    cast[name].erasure.expect_no_pass_opens()


@then(parse("{name:Name} is signed off everywhere within {limit:Limit}"))
def is_signed_off(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].erasure.expect_signed_off(limit)


@then(parse("everybody but {name:Name} still has everything as it was"))
def others_undisturbed(cast: Cast, name: str) -> None:
    cast[name].erasure.expect_others_undisturbed()


@then(parse("{auditor:Name} can prove that {name:Name} was erased, and learns nothing of what it was"))
def can_prove(cast: Cast, auditor: str, name: str) -> None:
    cast[name].erasure.expect_proven_to(cast[auditor])


@then(parse("{name:Name} finds exactly the people of {company:Company}, and nothing of what they say"))
def finds_members(cast: Cast, name: str, company: str) -> None:
    cast[name].members.expect_people_of(company)
