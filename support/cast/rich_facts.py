"""Facts of every kind that are hard to keep, entered by a person, and compared with what comes back.

Compared as JSON that tells whole numbers, fractions, truth and nothing apart; only the order of names is free.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from support.cast.hearing import DECISION
from support.cast.stage import cannot
from support.facts.verdict import Broken

if TYPE_CHECKING:
    from support.cast.person import Person


def nested(levels: int) -> Any:
    """Something that many things lie around, objects and lists by turns."""
    value: Any = {"innermost": [None, True, 0, ""]}
    for level in range(levels):
        value = [value, level] if level % 2 else {"level": level, "inside": value}
    return value


RICHES: Mapping[str, Mapping[str, Any]] = {
    "in words of every script": {
        "greeting": "Grüße, 你好, ここ, 안녕, नमस्ते, สวัสดี, שלום, مرحبا, Γειά, Привіт 👩‍🚀",
        "composed and not": ["é", "e\u0301", "Å", "A\u030a", "ﬁ", "½"],
        "spaces": "  two before,\ttab,\nline,\u00a0hard,\u200bnone, two after  ",
        "signs": "\"quoted\" \\ back / 'single' <b>&amp;</b> {} %s $1 -- ; \u0007",
    },
    "with very large numbers": {
        "units": 9_007_199_254_740_993,
        "requests": 123_456_789_012_345_678_901_234_567_890,
        "debt": -1_180_591_620_717_411_303_425,
        "shares": [0.1, 1e-300, 1.7976931348623157e308, 25000.0, -0.5],
        "amount": "75000.00",
        **{f"power {number}": 10**number for number in range(1, 131)},
    },
    "with nothing in places": {
        "manager": None,
        "limits": {"quarter": None, "year": 0, "list": [None, False, "", [], {}, None]},
    },
    "that are deeply nested": {"organisation": nested(60)},
}
"""Facts by name, by the words of a sentence."""
OF_EVERY_KIND = "of every kind"


class RichFacts:
    """What a person has entered, and what came back of it."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.stage = person.stage
        self.entered: dict[str, Any] = {}

    def enter(self, kind: str) -> None:
        """Enters facts of a kind in a form; demands success."""
        for one in list(RICHES) if kind == OF_EVERY_KIND else [kind]:
            self.entered |= RICHES[one]
        self.person.memory.enter_all(self.entered)

    def have_older_form(self, context: Mapping[str, Any], topic: str) -> None:
        """Writes facts past Netra, with a conversation, as one of the earlier versions of Netra kept them."""
        self.person.memory.turn_to(topic)
        thread = self.person.conversation.thread
        facts = {name.replace(" ", "_"): value for name, value in context.items() if name != DECISION}
        decided = {"decisions": [context[DECISION]]} if DECISION in context else {}
        kept = {"context": {"version": "1.4" if decided else "1.0", **facts, **decided}}

        async def write() -> None:
            statement = "update threads set metadata_ = metadata_ || $2 where id::text = $1 returning id"
            if not await self.stage.rows.select(statement, thread, kept):
                cannot(f"the conversation about {topic} is not stored")

        self.stage.do(write, "the earlier form to be written")
        self.stage.story.tell("scenario", f"wrote as an earlier version of Netra: {json.dumps(kept)}")

    # Judgements

    def expect_heard_unchanged(self) -> None:
        """With the last question the AI model was told every fact exactly as it was entered."""
        for one in self.person.hearing.briefings():
            heard = [(str(fact.get("name")), fact.get("value")) for fact in one.remembered]
            self._expect_same(heard, "the AI model hears every fact as it was entered")

    def expect_shown_unchanged(self) -> None:
        """The person is shown every fact exactly as it was entered; so it is stored."""
        shown = [(str(fact.get("name")), fact.get("value")) for fact in self.person.memory.shown()]
        user = self.person.identity.user
        rows = self.stage.do(lambda: self.stage.rows.of("facts", "user_id", user), "the stored facts")
        stored = [(str(row["name"]), row.get("value")) for row in rows]
        self._expect_same(shown, f"{self.person.name} is shown every fact as it was entered")
        self._expect_same(stored, "every fact is stored as it was entered")

    def _expect_same(self, facts: Sequence[tuple[str, Any]], words: str) -> None:
        if not self.entered:
            cannot("nothing was entered")
        self.stage.story.observed("facts that were compared", len(facts))
        found = dict(facts)
        wrong = {
            name: found.get(name) for name, value in self.entered.items() if _exact(found.get(name)) != _exact(value)
        }
        if wrong or len(facts) != len(self.entered):
            name, value = next(iter(wrong.items()), ("number of facts", len(facts)))
            was = self.entered.get(name, len(self.entered))
            raise Broken(words, f"{name} was {_exact(was)[:200]} and is {_exact(value)[:200]}", [str(facts)])


def _exact(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=True)
