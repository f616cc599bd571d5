"""What Netra asked of the outside world for a person: judged by the outside world's own books."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from support.facts.verdict import Broken
from support.outside.bills import CLOUDS
from support.outside.calls import ANSWERED

if TYPE_CHECKING:
    from support.cast.person import Person


class Dealings:
    """Netra's calls to the AI model and the billing services for one person."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage

    def move_accounts(self) -> None:
        """The person's company moves to other accounts at every cloud, and tells Netra; bills follow the accounts."""
        person = self.person
        accounts = {
            cloud: str((int(number) + 7_654_321) % 10**12) for cloud, number in person.identity.accounts.items()
        }
        person.identity = replace(person.identity, accounts=accounts)
        person.profile = {**person.profile, "cloud_accounts": accounts}
        self.stage.do(person.enrol, f"{person.name} to move to other accounts")

    def expect_asked(self, sources: Sequence[str], times: int) -> None:
        """Each of these sources ("model" or clouds) was asked exactly so often."""
        calls = self.stage.do(
            lambda: self.person.sources.world.calls(self.person.identity.user), "what the outside world was asked"
        )
        counts = {source: sum(call.what == source for call in calls) for source in sources}
        self.stage.story.observed(
            "calls that the outside world received",
            len(calls),
            ", ".join(f"{k} {v}" for k, v in counts.items()),
        )
        wrong = {source: count for source, count in counts.items() if count != times}
        if wrong:
            raise Broken(
                f"asked exactly {times} time{'s' if times > 1 else ''}: {', '.join(sources)}",
                ", ".join(f"{source} was asked {count} times" for source, count in wrong.items()),
                [str(call) for call in calls],
            )

    def expect_billings_asked(self, times: int) -> None:
        """Every cloud's billing was asked exactly so often."""
        self.expect_asked(CLOUDS, times)

    def expect_nothing_asked_again(self) -> None:
        """Whatever the AI model or a billing has answered for the person was not asked of it once more."""
        calls = self.stage.do(
            lambda: self.person.sources.world.calls(self.person.identity.user), "what the outside world was asked"
        )
        answered = [call for call in calls if call.ended == ANSWERED]
        again = [
            later
            for call in answered
            for later in calls
            if later.number > call.number and (later.what, later.task) == (call.what, call.task)
        ]
        self.stage.story.observed("answers of the outside world", len(answered), f"to {len(calls)} calls")
        if again or not answered:
            raise Broken(
                "what was answered is not asked again",
                "; ".join(f"asked again: {call}" for call in again) or "nothing was answered",
                [str(call) for call in calls],
            )

    def expect_told_of_own(self) -> None:
        """The AI model was told the person's own earlier words, and nothing of anybody else's."""
        person = self.person
        calls = self.stage.do(
            lambda: person.sources.world.calls(person.identity.user), "what the outside world was asked"
        )
        told = [json.dumps(dict(call.body), ensure_ascii=False) for call in calls if call.what == "model"]
        self.stage.story.observed(f"calls to the AI model for {person.name}", len(told))
        found = [
            f"the {what} of {other.name}"
            for other in person.privacy.others
            for what in other.privacy.told_in("\n".join(told), person)
        ]
        last = told[-1].count(person.identity.marker) if told else 0
        asked = len(person.conversation.questions)
        if found or last < asked:
            raise Broken(
                f"what the AI model is told for {person.name} is {person.name}'s own and nothing else",
                f"{', '.join(found) or 'nothing of others'}; {last} of {asked} own questions",
                told,
                [other.name for other in person.privacy.others if f"of {other.name}" in ", ".join(found)]
                or [person.name],
            )

    def expect_let_go(self) -> None:
        """Netra hung up on the AI model when the time was over, instead of waiting for its answer."""
        calls = self.stage.do(
            lambda: self.person.sources.world.calls(self.person.identity.user), "what the outside world was asked"
        )
        model = [call for call in calls if call.what == "model"]
        first = model[0] if model else None
        self.stage.story.observed("calls to the AI model", len(model), str(first))
        if first is None or first.ended != "abandoned":
            raise Broken(
                "Netra lets go of the AI model at the limit",
                f"the first call was {first.ended or 'still waited for'}" if first else "there was no call",
                [str(call) for call in model],
            )
