"""Backups, the loss of everything, and the way back."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import OWN, given, parse, then, when


@given("a verified backup of Netra exists")
@when("Netra takes a backup")
def backup_exists(cast: Cast) -> None:
    cast.backups.take()


@given("Netra's backups are kept", needs=[OWN])
def backups_are_kept(cast: Cast) -> None:
    cast.backups.keep()


@given(parse("the backup {damage:Damage}"))
def backup_is_damaged(cast: Cast, damage: str) -> None:
    cast.damaged_backups.damage_files(damage)


@when("Netra looks whether the backup is whole")
def looks_at_backup(cast: Cast) -> None:
    cast.backups.verify()


@when("Netra takes another backup, and looks whether all of them are whole")
def takes_another_backup(cast: Cast) -> None:
    cast.damaged_backups.take_another()


@when("Netra looks at copies of the backup in each of which the log is damaged in another way")
def looks_at_damaged_logs(cast: Cast) -> None:
    cast.damaged_backups.look_at_damaged_logs()


@when(parse("{names:Names} write on while a backup is taken"))
def write_on(cast: Cast, names: str) -> None:
    cast.backups.take_while_writing(cast.group(names).people)


@when(parse("everything of Netra is lost as soon as the messages are safe, or {limit:Limit} later"), needs=[OWN])
def everything_is_lost_when_safe(cast: Cast, limit: Limit) -> None:
    cast.recovery.lose_when_safe(limit)


@when("everything of Netra is lost", needs=[OWN])
def everything_is_lost(cast: Cast) -> None:
    cast.recovery.lose_everything()


@when("Netra is rebuilt by its written procedure", needs=[OWN])
def is_rebuilt(cast: Cast) -> None:
    cast.recovery.rebuild()


@when("Netra is rebuilt as it was before the damage", needs=[OWN])
def is_rebuilt_before_damage(cast: Cast) -> None:
    cast.recovery.rebuild_before_damage()


@when("Netra goes back to the moment before the damage", needs=[OWN])
def goes_back(cast: Cast) -> None:
    cast.recovery.go_back()


@given(parse("the conversation of {name:Name} has been damaged by mistake"))
def conversation_is_damaged(cast: Cast, name: str) -> None:
    cast.restoring.damage_conversation(cast[name])


@given(parse("the conversation of {name:Name} has been damaged by mistake, and {again:Name} has gone on with it since"))
def damaged_conversation_goes_on(cast: Cast, name: str, again: str) -> None:
    cast.restoring.damage_and_go_on(cast.same(name, again))


@given(parse("the conversation of {name:Name} has been removed by mistake"))
def conversation_is_removed(cast: Cast, name: str) -> None:
    cast.restoring.remove_conversation(cast[name])


@given("a part of Netra's storage cannot be read", needs=[OWN])
def storage_is_spoilt(cast: Cast) -> None:
    cast.damaged_backups.spoil()


@when("Netra tries to take a backup")
def tries_backup(cast: Cast) -> None:
    cast.damaged_backups.try_to_take()


@when(parse("{operator:Name} restores the conversation of {name:Name}"))
def restores_conversation(cast: Cast, operator: str, name: str) -> None:
    cast.restoring.restore_conversation(cast[name], cast[operator])


@when(parse("{operator:Name} restores the conversation of {name:Name} as it was when the backup was taken"))
def restores_from_backup(cast: Cast, operator: str, name: str) -> None:
    cast.restoring.restore_as_taken(cast[name], cast[operator])


@then(parse("nothing of {name:Name}'s can be read in the backup"))
def nothing_can_be_read(cast: Cast, name: str) -> None:
    cast.backups.expect_unreadable(cast[name])


@then(parse("the backup is not accepted, because it {damage:Damage}"))
def backup_is_not_accepted(cast: Cast, damage: str) -> None:
    cast.damaged_backups.expect_not_accepted(damage)


@then("none of the damaged copies is accepted")
def no_copy_is_accepted(cast: Cast) -> None:
    cast.damaged_backups.expect_none_accepted()


@then("what could not be taken whole is no backup, and the one from before is whole")
def no_backup_was_taken(cast: Cast) -> None:
    cast.damaged_backups.expect_none_taken()


@then(parse("what {name:Name} has written since follows what there was before the damage"))
def newer_is_kept(cast: Cast, name: str) -> None:
    cast.restoring.expect_newer_kept(cast[name])


@then("no copy of what the backup holds is left outside it")
def no_copy_is_left(cast: Cast) -> None:
    cast.restoring.expect_nothing_left_behind()


@then(parse("the messages were safe within {limit:Limit}"))
def messages_were_safe(cast: Cast, limit: Limit) -> None:
    cast.backups.expect_safe(limit)


@then(parse("at most the last {limit:Limit} of the work of {names:Names} are missing"))
def little_is_missing(cast: Cast, limit: Limit, names: str) -> None:
    cast.recovery.expect_little_missing(cast.group(names).people, limit)


@then("the written procedure was enough, step by step")
def procedure_was_enough(cast: Cast) -> None:
    cast.recovery.expect_procedure_enough()


@then(parse("{name:Name} reads the conversation as it was, at most {limit:Limit} after the loss"))
def reads_after_loss(cast: Cast, name: str, limit: Limit) -> None:
    cast.recovery.expect_answer_since_loss(cast[name], limit)


@then(parse("everything of {name:Name}'s is exactly as it was"))
def everything_as_it_was(cast: Cast, name: str) -> None:
    cast[name].records.expect_rows_back()


@then(parse("the conversation of {name:Name} is exactly as it was, after at most {limit:Limit}"))
def conversation_as_it_was(cast: Cast, name: str, limit: Limit) -> None:
    cast.restoring.expect_restored(cast[name], limit)


@then("everything that is stored belongs to something that exists")
def belongs_together(cast: Cast) -> None:
    cast.recovery.expect_no_orphans()


@then(parse("{name:Name} reads the figures of the answer wherever they are kept"))
def reads_figures_everywhere(cast: Cast, name: str) -> None:
    cast.recovery.expect_figures_again(cast[name])


@then(parse("nothing of {name:Name}'s has come back"))
def nothing_came_back(cast: Cast, name: str) -> None:
    cast.recovery.expect_not_back(cast[name])
