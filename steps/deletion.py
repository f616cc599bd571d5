"""Conversations that are deleted as agreed, what stands in the way of it, and how it is undone."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("the conversation of {name:Name} is due for deletion, as {operator:Name} has agreed"))
def is_due(cast: Cast, name: str, operator: str) -> None:
    cast.deletion(name, operator).be_due()


@given(parse("{name:Name} has conversations archived {days:Numbers} days ago, as {operator:Name} has agreed"))
def has_archived(cast: Cast, name: str, days: tuple[int, ...], operator: str) -> None:
    cast.deletion(name, operator).be_archived(days)


@given(parse("Nora has prepared the deletion of the conversation of {name:Name}"))
def has_prepared(cast: Cast, name: str) -> None:
    cast.deletion_of(name).prepare()


@given(parse("Nora has prepared the deletion of the conversation of {name:Name}, but {obstacle:Obstacle}"))
def has_prepared_but(cast: Cast, name: str, obstacle: str) -> None:
    cast.deletion_of(name).prepare(obstacle)


@given(parse("Netra's tidying up was killed half-way through the deletions of {name:Name}"))
def deleting_was_killed(cast: Cast, name: str) -> None:
    cast.deletion_of(name).be_killed_half_way()


@given(parse("Netra has deleted the conversation of {name:Name} {days:d} days ago, as {operator:Name} has agreed"))
def has_deleted(cast: Cast, name: str, days: int, operator: str) -> None:
    cast.deletion(name, operator).be_done(days)


@when(parse("Netra tidies up, and Nora puts a legal hold on the conversation of {name:Name} before its turn comes"))
def tidies_up_while_held(cast: Cast, name: str) -> None:
    cast.deletion_of(name).tidy_up_while_held()


@when(parse("{name:Name} undoes the deletion"))
def undoes_deletion(cast: Cast, name: str) -> None:
    cast.deletion_of(name).undo()


@then(parse("the conversation of {name:Name} is not deleted, because {obstacle:Obstacle}"))
def is_not_deleted(cast: Cast, name: str, obstacle: str) -> None:
    cast.deletion_of(name).expect_not_deleted(obstacle)


@then(parse("the conversation of {name:Name} is deleted, and no other"))
def is_deleted(cast: Cast, name: str) -> None:
    cast.deletion_of(name).expect_deleted()


@then(parse("every conversation of {name:Name} that was due is deleted once, and no other"))
def all_are_deleted(cast: Cast, name: str) -> None:
    cast.deletion_of(name).expect_all_deleted()


@then(parse("the conversation of {name:Name} stays deleted"))
def stays_deleted(cast: Cast, name: str) -> None:
    cast.deletion_of(name).expect_stays_deleted()


@then(parse("nothing of the conversation of {name:Name} is left"))
def nothing_is_left(cast: Cast, name: str) -> None:
    cast.deletion_of(name).expect_nothing_left()
