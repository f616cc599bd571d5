"""Breaks what separates colleagues, claimed companies, and records from whoever would rather not stand on them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.proof.defect import Deviate, also, defect

Method = Callable[..., Any]

ERASURE = "features/isolation/erasure.feature::"
CLAIMS = ERASURE + "Whoever claims another company administers nothing of it"
STRANGER = ERASURE + "Nobody is let go by a stranger"
PROVEN = ERASURE + "The auditor proves the erasure and the attempts before it, without what was erased"
SEARCH = "features/isolation/conversations.feature::A colleague finds nothing of it by any search either"
INSIDE = (
    "features/isolation/segments.feature::Whoever is not the owner is refused, also within the company and within Netra"
)
ATTEMPTS = "features/isolation/access_attempts.feature::"
LEFT = ATTEMPTS + "Whoever has the own account erased after an attempt stays on record"
PASSES = ATTEMPTS + "A pass that is not valid opens nothing"
WRONG = "features/isolation/wrong_owner.feature::"
NOTICED = WRONG + "Netra raises the alarm by itself"
AFTER_OUTAGE = WRONG + "After an outage Netra goes on checking"
AWAY = "features/golden_path/user_disconnect.feature::"
ALARMED = "Nora is alarmed within 3 seconds, once and at the highest level"
EACH_ONCE = "Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once"

CLAIMED = "SELECT company FROM users WHERE company_name = (SELECT company_name FROM users WHERE id = $1) AND id <> $1"


@defect(
    "who-claims-a-company-lets-its-people-go",
    says="An administrator lets the people of whatever company leave whose name stands in the own profile.",
    breaks="TI-4.blocked",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={CLAIMS: "Ada is refused as if there were no such person"},
)
def who_claims_a_company_lets_its_people_go(erase_member: Method, deviate: Deviate) -> Method:
    async def by_claim(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        claimed = {row["company"] for row in await self._storage.rows(CLAIMED, caller.user_id)}
        row = await self._storage.row("SELECT company FROM users WHERE id = $1", user_id)
        if row is not None and row["company"] != caller.company and row["company"] in claimed:
            deviate()
            caller = replace(caller, email=f"administrator@{row['company']}")
        return await erase_member(self, caller, user_id, origin)

    return by_claim


@defect(
    "who-claims-a-company-sees-its-people",
    says="An administrator is shown the people of whatever company stands in the own profile.",
    breaks="TI-4.colleagues",
    replaces="support.reference.erasure:Erasure.members",
    caught_by={CLAIMS: "Ada finds exactly the people of Birch, and nothing of what they say"},
)
def who_claims_a_company_sees_its_people(members: Method, deviate: Deviate) -> Method:
    async def of_claimed(self: Any, caller: Any) -> Any:
        found = await members(self, caller)
        for company in {row["company"] for row in await self._storage.rows(CLAIMED, caller.user_id)}:
            if company != caller.company:
                deviate()
                found += await members(self, replace(caller, email=f"administrator@{company}"))
        return found

    return of_claimed


@defect(
    "erased-though-of-another-company",
    says="Who administers another company is refused, and the conversations of whom it was about are gone.",
    breaks="TI-4.blocked",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={
        CLAIMS: "Ana still has everything as it was",
        f"{STRANGER}[Ada-Ana]": "<owner> still has everything as it was",
        f"{STRANGER}[Alma-Nell]": "<owner> still has everything as it was",
    },
)
def erased_though_of_another_company(erase_member: Method, deviate: Deviate) -> Method:
    async def remove_too(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        from support.reference.trouble import NotFound

        try:
            return await erase_member(self, caller, user_id, origin)
        except NotFound:
            if await self._storage.row("DELETE FROM threads WHERE user_id = $1 RETURNING id", user_id) is not None:
                deviate()
            raise

    return remove_too


@defect(
    "any-office-lets-people-go",
    says="Whoever holds any office of a company lets its people leave.",
    breaks="TI-4.offices",
    replaces="support.reference.erasure:Erasure.erase_member",
    caught_by={f"{STRANGER}[Olga-Ana]": "<other> is refused as if there were no such person"},
)
def any_office_lets_people_go(erase_member: Method, deviate: Deviate) -> Method:
    async def by_any(self: Any, caller: Any, user_id: str, origin: str) -> Any:
        if "audit:read" in caller.permissions:
            deviate()
            caller = replace(caller, permissions=frozenset({"company:admin"}))
        return await erase_member(self, caller, user_id, origin)

    return by_any


@defect(
    "a-search-looks-through-the-company",
    says="A search looks through the conversations of everybody in the company.",
    breaks="TI-1.searched",
    replaces="support.reference.search:Search.find",
    caught_by={SEARCH: "Paul finds nothing of Ana's by any search"},
)
def a_search_looks_through_the_company(find: Method, deviate: Deviate) -> Method:
    async def of_all(self: Any, caller: Any, words: str, limit: int, offset: int) -> Any:
        found = await find(self, caller, words, limit, offset)
        colleagues = "SELECT id FROM users WHERE company = $1 AND id <> $2"
        for row in await self._storage.rows(colleagues, caller.company, caller.user_id):
            more = await find(self, replace(caller, user_id=row["id"]), words, limit, offset)
            if more["total"]:
                deviate()
            found["matches"] += more["matches"]
            found["total"] += more["total"]
        return found

    return of_all


@defect(
    "attempts-of-colleagues-unrecorded",
    says="What somebody of the same company tries is refused, and stands on no record.",
    breaks="P11.audit",
    replaces="support.reference.audit:Audit.refused",
    caught_by={f"{INSIDE}[{other}]": EACH_ONCE for other in ("Paul", "Olga", "Alma")},
)
def attempts_of_colleagues_unrecorded(refused: Method, deviate: Deviate) -> Method:
    async def strangers_only(self: Any, caller: Any, *attempt: Any) -> None:
        async with self._storage.connection() as connection:
            before = await connection.fetchval("SELECT coalesce(max(id), 0) FROM audit")
        await refused(self, caller, *attempt)
        async with self._storage.connection() as connection:
            inside = "DELETE FROM audit WHERE id > $1 AND actor = $2 AND target_company = actor_company RETURNING true"
            if await connection.fetchval(inside, before, caller.user_id):
                deviate()

    return strangers_only


@defect(
    "who-leaves-takes-the-own-record-along",
    says="With an account goes the record of what its customer tried on others.",
    breaks="TI-2.recorded",
    replaces="support.reference.audit:Audit.prove",
    caught_by={LEFT: "Olga, the auditor of Acme, finds exactly this attempt"},
)
def who_leaves_takes_the_own_record_along(prove: Method, deviate: Deviate) -> Method:
    async def forget_attempts(self: Any, connection: Any, caller: Any, action: str, user_id: str) -> None:
        if await connection.fetchval("DELETE FROM audit WHERE actor = $1 RETURNING true", user_id):
            deviate()
        await prove(self, connection, caller, action, user_id)

    return forget_attempts


@defect(
    "erasure-blurs-the-record",
    says="With an erasure the record forgets who had tried to reach what is erased, and from where.",
    breaks="TI-4.erased_proof",
    replaces="support.reference.audit:Audit.prove",
    caught_by={PROVEN: "Olga can prove that Ana was erased, and learns nothing of what it was"},
    at_night=True,
)
def erasure_blurs_the_record(prove: Method, deviate: Deviate) -> Method:
    async def blur(self: Any, connection: Any, caller: Any, action: str, user_id: str) -> None:
        blurred = "UPDATE audit SET actor = 'unknown', address = '' WHERE target_owner = $1 RETURNING true"
        if await connection.fetchval(blurred, user_id):
            deviate()
        await prove(self, connection, caller, action, user_id)

    return blur


@defect(
    "owner-checked-where-it-is-written-only",
    says="Whose a conversation is gets checked where it is noted, and not where it opens the conversation.",
    breaks="TI-5.noticed",
    replaces="support.reference.ownership:Ownership.check",
    caught_by={f"{NOTICED}[conversation]": ALARMED, AFTER_OUTAGE: ALARMED},
    also_red=also(
        "isolation/wrong_owner",
        "what is not noticed is neither hidden nor mended",
        "Nobody sees it until it is mended[conversation]",
        "Nobody but an operator has it mended",
        "After the repair everything is as it was before the fault[conversation]",
    )
    | also(
        "isolation/erasure",
        "what is not noticed is not hidden there",
        "What was hidden, what was deleted and what may be asked again is gone too",
    ),
    never=True,
    at_night=True,
)
def owner_checked_where_it_is_written_only(check: Method, deviate: Deviate) -> Method:
    async def by_the_note(self: Any) -> None:
        from support.reference.ownership import SEALED

        for kind, sealed in SEALED.items():
            differs = "metadata_->>'user_id' <> rightful_owner" if kind == "thread" else sealed.differs
            wrong = {row["id"] for row in await self._storage.rows(f"SELECT id FROM {sealed.table} WHERE {differs}")}
            if len(await self._storage.rows(f"SELECT id FROM {sealed.table} WHERE {sealed.differs}")) > len(wrong):
                deviate()
            for name in wrong:
                await self.put_away(kind, sealed, name)

    return by_the_note


@defect(
    "a-report-needs-no-pass",
    says="Whoever knows the address of a report reads it without any pass.",
    breaks="TI-2.credentials",
    replaces="support.reference.app:open_doors",
    caught_by={f"{PASSES}[no pass]": "no door of Netra opens"},
)
def a_report_needs_no_pass(open_doors: Method, deviate: Deviate) -> Method:
    def with_links(app: Any) -> None:
        open_doors(app)
        app.add_middleware(_SharedLinks, deviate=deviate)

    return with_links


class _SharedLinks:
    """Answers whoever asks for a report without a pass."""

    def __init__(self, app: Any, deviate: Deviate) -> None:
        self._app, self._deviate = app, deviate

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        from support.reference.rest import said

        path = str(scope.get("path", ""))
        if path.endswith("/report") and b"authorization" not in dict(scope["headers"]):
            self._deviate()
            told = await scope["app"].state.netra.runs.report(path.split("/")[-2])
            await said(told)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


@defect(
    "who-is-away-is-thought-for-twice",
    says="When a customer goes away, the question to the AI model is broken off and asked anew.",
    breaks="P05.no_repeat",
    replaces="support.reference.worker:Worker.find_savings",
    caught_by={AWAY + "Nothing is asked twice because a customer is away": "the AI model was asked twice for Ana"},
)
def who_is_away_is_thought_for_twice(find_savings: Method, deviate: Deviate) -> Method:
    async def anew(self: Any) -> None:
        await find_savings(self)
        if not await self._tools.fanout.anyone_listening(self.hold.user_id):
            deviate()
            await self._tools.model.find_savings(
                self.hold.user_id, await self.told(), self.hold.question, self._costs()
            )

    return anew


@defect(
    "a-bill-is-read-again-for-who-is-away",
    says="When a customer goes away, a bill that was read already is read again before the work goes on.",
    breaks="P05.no_repeat",
    replaces="support.reference.worker:Worker.write_report",
    caught_by={AWAY + "Nothing is asked twice because a customer is away": "every billing was asked once for Ana"},
    also_red=also(
        "golden_path/user_disconnect",
        "what was shown is compared there with what was asked",
        "The answer waits for a customer who comes back",
        "A customer who closes the page finds the answer later",
        "The way back may lead through another server",
    )
    | also(
        "live_updates/coming_back",
        "the same update is met there, too",
        "A line that breaks again in the middle of catching up loses nothing",
        "Asking twice for what was missed shows it once",
        "Whoever comes back is caught up in every conversation",
    ),
)
def a_bill_is_read_again_for_who_is_away(write_report: Method, deviate: Deviate) -> Method:
    async def to_be_sure(self: Any) -> None:
        if not await self._tools.fanout.anyone_listening(self.hold.user_id):
            deviate()
            await self._tools.bills.fetch("aws", self._brief.accounts.get("aws", ""))
        await write_report(self)

    return to_be_sure


@defect(
    "a-broken-tab-counts-as-leaving",
    says="When one of a customer's tabs breaks, the customer counts as away whatever other tab is open.",
    breaks="P05.exit",
    replaces="support.reference.connections:Connections.remove",
    caught_by={
        AWAY + "A second tab goes on when the first one breaks": (
            "the analysis of Ana is recorded with one exit, normal completion"
        )
    },
)
def a_broken_tab_counts_as_leaving(remove: Method, deviate: Deviate) -> Method:
    async def one_for_all(self: Any, socket: Any) -> None:
        await remove(self, socket)
        user = socket.caller.user_id
        if not self.of(user):
            return
        deviate()
        listening = self._fanout.anyone_listening

        async def any_other(user_id: str) -> bool:
            return user_id != user and bool(await listening(user_id))

        self._fanout.anyone_listening = any_other

    return one_for_all
