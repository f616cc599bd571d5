"""What an analysis found, what is kept of it, and what a conversation holds."""

from support.cast.cast import Cast
from support.facts.limit import Limit
from support.spec.sentences import given, parse, then, when


@when(parse("{name:Name} opens the {thing:Thing}"))
def opens(cast: Cast, name: str, thing: str) -> None:
    cast[name].open_kept(thing)


@when(parse("{name:Name} opens the result, the report and the recommendations"))
def opens_everything(cast: Cast, name: str) -> None:
    cast[name].open_kept("result", "report", "recommendations")


@then(parse("the answer to {name:Name} names the savings that are in {company:Company}'s bills"))
def answer_names_savings(cast: Cast, name: str, company: str) -> None:
    cast[name].of(company).conversation.analysis.result.expect_answer_names_savings()


@then(parse("{name:Name} reads the figures of the answer in each of them"))
def reads_same_figures(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_figures_everywhere()


@when(parse("everything that is kept ready for {name:Name} is gone"))
def kept_ready_is_gone(cast: Cast, name: str) -> None:
    cast[name].ready.take_away()


@given(parse("{name:Name} has moved {company:Company} to other cloud accounts"))
def has_moved(cast: Cast, name: str, company: str) -> None:
    cast[name].of(company).dealings.move_accounts()


@then(parse("{name:Name} finds the sums right in each of them"))
def sums_are_right(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_sums_everywhere()


@then(parse("the recommendations to {name:Name} are those of the second analysis"))
def recommendations_of_second(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_of_latest()


@then(parse("the result and the recommendations to {name:Name} are those that were confirmed last"))
def those_confirmed_last(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_of_last_confirmed()


@then(parse("the first result of {name:Name} is as it was"))
def first_result_unchanged(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_first_result_unchanged()


@then(parse("the report names every recommendation to {name:Name}, and the parts sum up to the total"))
def report_sums_up(cast: Cast, name: str) -> None:
    cast[name].conversation.analysis.result.expect_report_sums_up()


@then(parse("{name:Name} keeps what was found at {clouds:Clouds}"))
def keeps_what_was_found(cast: Cast, name: str, clouds: tuple[str, ...]) -> None:
    cast[name].conversation.analysis.result.expect_partial(clouds)


@then(parse("{name:Name} keeps what was found everywhere but at {source:Source}"))
def keeps_what_was_found_elsewhere(cast: Cast, name: str, source: str) -> None:
    cast[name].conversation.analysis.result.expect_partial_without(source)


@then(parse("the recommendations to {name:Name} are kept ready for {limit:Limit}"))
def recommendations_ready(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].ready.expect_recommendations(limit)


@then(parse("what waits for {name:Name} is kept ready for {limit:Limit}"))
def waiting_ready(cast: Cast, name: str, limit: Limit) -> None:
    cast[name].ready.expect_waiting(limit)


@then(parse("the full answer is in the conversation of {name:Name}"))
def full_answer_is_kept(cast: Cast, name: str) -> None:
    cast[name].conversation.expect_full_answer()


@then(parse("the conversation of {name:Name} holds the question and the answer, in that order"))
@then(parse("the conversation of {name:Name} holds both questions with their answers, in order"))
def holds_questions_with_answers(cast: Cast, name: str) -> None:
    cast[name].conversation.expect_questions_with_answers()


@then(parse("the conversation of {name:Name} holds the question and one explanation, marked as such"))
def holds_explanation(cast: Cast, name: str) -> None:
    cast[name].conversation.expect_question_and_explanation()
