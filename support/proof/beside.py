"""What is run for a new defect beside whatever must catch it, and must stay green.

Of each file that has one, a scenario that costs least: it shares its deployment with others, waits for nothing, and
takes about a tenth of a second. A cross runs everything that could notice the defect, and takes its place.
"""

import hashlib

from support.proof.defect import Defect, without_row

BESIDE = tuple(
    f"features/{name}"
    for name in (
        "continuity/retention.feature::A legal hold goes before every rule",
        "conversations/archive.feature::A restored conversation is in the phase that it had before",
        "conversations/at_once.feature::The mark of one customer means nothing for another one",
        "conversations/facts.feature::Facts that are noted step by step are all there",
        "conversations/lifecycle.feature::A conversation is paused, resumed and completed, and each change is seen",
        "conversations/order.feature::A message to a conversation that does not exist is refused",
        "conversations/search.feature::Two customers who spoke of the same thing find each their own",
        "conversations/start.feature::A note cannot change whose a conversation is or where it stands",
        "golden_path/error_termination.feature::The customer is offered a way on",
        "golden_path/live_updates.feature::All five kinds of update arrive in order",
        "golden_path/normal_completion.feature::The answer names the savings that are in the bills",
        "golden_path/timeout.feature::A customer's analysis may take five minutes",
        "golden_path/user_disconnect.feature::The way back may lead through another server",
        "isolation/access_attempts.feature::Whoever lacks the office is refused, and nothing is done",
        "isolation/conversations.feature::Numbers count what is one's own alone",
        "isolation/wrong_owner.feature::Only an operator is told of alarms",
        "live_updates/agreement.feature::The agent at work is shown with its tool",
        "memory/changing_priorities.feature::Three priorities can be read in their order, the last one as the one that "
        "holds",
        "memory/told_facts.feature::A detail stays in the conversation in which it was told",
        "memory/unchanged.feature::What was told since counts more than what an earlier version has kept",
        "memory/what_is_remembered.feature::Lasting facts and details are shown with their conversations",
        "persistence/kept_ready.feature::Whoever reconnects continues the same session at the same step",
    )
)


def beside(defect: Defect) -> str:
    """The scenario that is fixed for a defect: of one of its killers' files, or of another file."""
    known = {without_row(name) for name in (*defect.caught_by, *defect.also_red, *defect.at_times)}
    files = {_file(name) for name in defect.caught_by}
    near = [one for one in BESIDE if _file(one) in files and one not in known]
    far = [one for one in BESIDE if _file(one) not in files and one not in known]
    start = int(hashlib.sha256(defect.id.encode()).hexdigest(), 16)
    choice = near if near and start % 2 else far
    return choice[start // 2 % len(choice)]


def _file(identity: str) -> str:
    return identity.partition("::")[0]
