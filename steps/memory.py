"""What customers tell Netra, and what the assistant remembers of it."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has told Netra {words:Quoted}"))
@when(parse("{name:Name} tells Netra {words:Quoted}"))
def tells(cast: Cast, name: str, words: str) -> None:
    cast[name].memory.tell(words)


@given(parse("{name:Name} has told Netra {words:Quoted} in the conversation about {topic:Topic}"))
def tells_about(cast: Cast, name: str, words: str, topic: str) -> None:
    cast[name].memory.tell_about(topic, words)


@given(parse("{name:Name} has saved the conversation about {topic:Topic}, which tells Netra {words:Quoted}"))
def saves_conversation_about(cast: Cast, name: str, topic: str, words: str) -> None:
    cast[name].memory.save_about(topic, words)


@given(parse("{name:Name} has asked Netra a question and told it {words:Quoted}"))
def asks_and_tells(cast: Cast, name: str, words: str) -> None:
    cast[name].memory.ask(words)


@when(parse("{name:Name} asks Netra in the same conversation"))
def asks_in_same_conversation(cast: Cast, name: str) -> None:
    cast[name].memory.ask()


@when(parse("{name:Name} asks Netra in a new conversation"))
def asks_in_new_conversation(cast: Cast, name: str) -> None:
    cast[name].memory.ask_anew()


@when(parse("{name:Name} asks Netra in the conversation about {topic:Topic}"))
def asks_about(cast: Cast, name: str, topic: str) -> None:
    cast[name].memory.ask_about(topic)


@then(parse("the AI model knows that {name:Name}'s {fact:Fact} is {value:Quoted}"))
@then(parse("the AI model knows that {name:Name}'s {fact:Fact} are {value:Quoted}"))
def knows_fact(cast: Cast, name: str, fact: str, value: str) -> None:
    cast[name].hearing.expect_known(fact, value)


@then(parse("the AI model hears nothing of {value:Quoted} for {name:Name}"))
def hears_nothing(cast: Cast, name: str, value: str) -> None:
    cast[name].hearing.expect_unheard(value)


@then(parse("the AI model hears nothing more of {value:Quoted} for {name:Name}"))
def hears_nothing_more(cast: Cast, name: str, value: str) -> None:
    cast[name].hearing.expect_unheard_at_last(value)


@then(parse("the AI model hears nothing of {first:Quoted} or {second:Quoted} for {name:Name}"))
def hears_nothing_of_both(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].hearing.expect_unheard(first, second)


@then(parse("the AI model hears only what {name:Name} told about {topic:Topic}"))
def hears_only_of_topic(cast: Cast, name: str, topic: str) -> None:
    cast[name].hearing.expect_apart(topic)


@then(parse("the AI model hears apart what {name:Name} told about {first:Topic} and about {second:Topic}"))
def hears_apart(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].hearing.expect_apart(first, second)


@then(parse("the answer to {name:Name} takes {value:Quoted} into account, from the conversation about {topic:Topic}"))
def takes_into_account(cast: Cast, name: str, value: str, topic: str) -> None:
    cast[name].memory.expect_considered(value, topic)


@then(parse("{name:Name} reads that the {fact:Fact} was {first:Quoted}, then {second:Quoted}, and is {third:Quoted}"))
def reads_in_order(cast: Cast, name: str, fact: str, first: str, second: str, third: str) -> None:
    cast[name].memory.expect_history(fact, first, second, third)


@given(parse("{name:Name} has entered {value:Quoted} as the {fact:Fact}"))
def enters(cast: Cast, name: str, value: str, fact: str) -> None:
    cast[name].memory.enter(fact, value)


@given(parse("{weeks:d} weeks have passed for {name:Name}"))
def weeks_have_passed(cast: Cast, weeks: int, name: str) -> None:
    cast[name].absence.let_weeks_pass(weeks)


@when(parse("{name:Name} asks Netra in the conversations about {first:Topic} and {second:Topic} at the same time"))
def asks_about_both(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].memory.ask_about_both(first, second)


@when(parse("{name:Name} removes the {fact:Fact} from what is remembered"))
def removes(cast: Cast, name: str, fact: str) -> None:
    cast[name].memory.remove(fact)


@when(parse("{name:Name} has the {fact:Fact} forgotten, with every earlier one"))
def has_all_forgotten(cast: Cast, name: str, fact: str) -> None:
    cast[name].memory.remove_all(fact)


@then(parse("the AI model knows that {name:Name} decided {first:Quoted} and {second:Quoted}"))
def knows_two_decisions(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].hearing.expect_decided(first, second)


@then(parse("the AI model knows that {name:Name} decided {value:Quoted}"))
def knows_decision(cast: Cast, name: str, value: str) -> None:
    cast[name].hearing.expect_decided(value)


@then(parse("the AI model hears the earlier words of the conversation of {name:Name}, in order"))
def hears_earlier_words(cast: Cast, name: str) -> None:
    cast[name].hearing.expect_earlier_words()


@then(parse("{name:Name} is shown the {fact:Fact} {value:Quoted}, told in the conversation about {topic:Topic}"))
def is_shown(cast: Cast, name: str, fact: str, value: str, topic: str) -> None:
    cast[name].memory.expect_shown(fact, value, topic)


@then(parse("no {fact:Fact} is shown to {name:Name}"))
def is_not_shown(cast: Cast, fact: str, name: str) -> None:
    cast[name].memory.expect_not_shown(fact)


@then(parse("nothing is kept of {value:Quoted} for {name:Name}"))
def nothing_is_kept(cast: Cast, value: str, name: str) -> None:
    cast[name].memory.expect_nothing_kept(value)


@given(parse("{name:Name} has entered facts {kind:Riches}"))
def enters_rich_facts(cast: Cast, name: str, kind: str) -> None:
    cast[name].rich_facts.enter(kind)


@given(parse("{name:Name} has entered {number:d} details"))
def enters_details(cast: Cast, name: str, number: int) -> None:
    cast[name].memory.enter_many(number)


@given(
    parse(
        "an earlier version of Netra has kept the {fact:Fact} {value:Quoted} for {name:Name}, told about {topic:Topic}"
    )
)
def earlier_version_has_kept(cast: Cast, fact: str, value: str, name: str, topic: str) -> None:
    cast[name].rich_facts.have_older_form({fact: value}, topic)


@given(
    parse(
        "an earlier version of Netra has kept for {name:Name} the {fact:Fact} {value:Quoted} "
        "and the {other:Fact} {another:Quoted}, told about {topic:Topic}"
    )
)
def earlier_version_has_kept_two(
    cast: Cast, name: str, fact: str, value: str, other: str, another: str, topic: str
) -> None:
    cast[name].rich_facts.have_older_form({fact: value, other: another}, topic)


@when(parse("{name:Name} tells Netra {first:Quoted} and {second:Quoted} at the same time"))
def tells_two_at_once(cast: Cast, name: str, first: str, second: str) -> None:
    cast[name].memory.tell_both_at_once(first, second)


@then(parse("either {first:Quoted} or {second:Quoted} holds as {name:Name}'s {fact:Fact}, everywhere"))
def one_holds(cast: Cast, first: str, second: str, name: str, fact: str) -> None:
    cast[name].memory.expect_one_holds(fact, first, second)


@then(parse("the AI model hears the facts of {name:Name} unchanged"))
def hears_unchanged(cast: Cast, name: str) -> None:
    cast[name].rich_facts.expect_heard_unchanged()


@then(parse("{name:Name} is shown the facts unchanged"))
def is_shown_unchanged(cast: Cast, name: str) -> None:
    cast[name].rich_facts.expect_shown_unchanged()
