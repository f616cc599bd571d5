"""Facts that are noted about a conversation, and the search over what was said."""

from support.cast.cast import Cast
from support.spec.sentences import given, parse, then, when


@given(parse("{name:Name} has started a conversation with two facts"))
def started_with_facts(cast: Cast, name: str) -> None:
    cast[name].notes.start_with_two(said=False)


@given(parse("{name:Name} has started a conversation with two facts and a first message"))
def started_with_facts_and_message(cast: Cast, name: str) -> None:
    cast[name].notes.start_with_two(said=True)


@given(parse("{name:Name} has noted ten facts in five steps"))
@when(parse("{name:Name} notes ten facts in five steps"))
def notes_five(cast: Cast, name: str) -> None:
    cast[name].notes.note_five()


@when(parse("{name:Name} notes {number:d} more facts at the same moment"))
def notes_at_once(cast: Cast, name: str, number: int) -> None:
    cast[name].notes.note_at_once(number)


@when(parse("{name:Name} corrects one of the facts"))
def corrects(cast: Cast, name: str) -> None:
    cast[name].notes.correct()


@when(parse("{name:Name} notes the {fact:Fact} {value:Quoted} elsewhere, in the form of an earlier version of Netra"))
def notes_in_older_form(cast: Cast, name: str, fact: str, value: str) -> None:
    cast[name].notes.note_in_older_form(fact, value)


@when(parse("{name:Name} notes that the conversation is completed, was archived long ago and belongs to {owner:Name}"))
def claims(cast: Cast, name: str, owner: str) -> None:
    cast[name].notes.claim_for(cast[owner])


@given(parse("{name:Name} has a conversation that speaks of {words:Words}"))
def has_conversation_about(cast: Cast, name: str, words: str) -> None:
    cast[name].search.have_conversation_about(words)


@when(parse("{name:Name} searches for {words:Words}"))
def searches(cast: Cast, name: str, words: str) -> None:
    cast[name].search.look_for(words)


@when(parse("{name:Name} searches with the first words of the answer"))
def searches_with_first_words(cast: Cast, name: str) -> None:
    cast[name].search.look_for_answer()


@when(parse("{name:Name} exchanges the titles of the two conversations"))
def exchanges_titles(cast: Cast, name: str) -> None:
    cast[name].search.exchange_titles()


@when(parse("{name:Name} searches, {size:d} finds at a time, for {words:Words}"))
def searches_in_parts(cast: Cast, name: str, size: int, words: str) -> None:
    cast[name].search.look_for(words, size)


@then(parse("every fact that {name:Name} noted stands with the conversation"))
def facts_stand(cast: Cast, name: str) -> None:
    cast[name].notes.expect_all()


@then(parse("{name:Name} finds every title and message of {owner:Name}'s with these words, and no other"))
def finds(cast: Cast, name: str, owner: str) -> None:
    cast[name].search.expect_found(cast[owner])
