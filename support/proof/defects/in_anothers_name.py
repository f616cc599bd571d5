"""Breaks whose name counts: profiles and messages that a request says are another's."""

import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from support.proof.defect import Deviate, also, defect

CONVERSATIONS = "features/isolation/conversations.feature::"
TOUCHED = CONVERSATIONS + "Another's conversation and analysis cannot be touched"
PROFILE = CONVERSATIONS + "A profile that is opened and changed in another's name is one's own"
PRETENDING = CONVERSATIONS + "Whoever pretends to be the owner is still who the pass says"
LISTED = CONVERSATIONS + "A list that is asked for in another's name is one's own"
IN_OWNERS_NAME = f"{TOUCHED}[write in the owner's name into the conversation]"
TOUCHED_TOO = (
    also(
        "isolation/access_attempts",
        "another's conversation is written into there, too",
        "Every kind of attempt is on record, each of them once",
        "Whoever pretends to come from elsewhere is on record with where they came from",
    )
    | also(
        "isolation/segments",
        "another's conversation is written into there, too",
        "A stranger of any segment is refused everything of a customer of any segment",
        "Whoever is not the owner is refused, also within the company and within Netra",
    )
    | also(
        "isolation/conversations",
        "another's conversation is written into there, too",
        "Whoever pretends to be the owner is still who the pass says",
    )
)


@defect(
    "profile-of-whom-is-named",
    says="Whose profile is shown follows from whom the request names.",
    breaks="TI-2.refused",
    replaces="support.reference.rest:netra_of",
    caught_by={PROFILE: "Eve has seen and changed exactly the own profile"},
)
def profile_of_whom_is_named(netra_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(request: Any) -> Any:
        netra, named = netra_of(request), request.query_params.get("user_id")
        if (request.method, request.url.path) != ("GET", "/api/profile") or named is None:
            return netra

        async def profile(caller: Any) -> Any:
            deviate()
            return await netra.customers.profile(replace(caller, user_id=named))

        return _with(netra, customers=SimpleNamespace(profile=profile))

    return believe


@defect(
    "header-says-who-asks",
    says="Who asks is whoever a header of the request names, as a gateway before the platform would write it.",
    breaks="TI-2.refused",
    replaces="support.reference.rest:netra_of",
    caught_by={PRETENDING: "Eve is refused as if it did not exist"},
)
def header_says_who_asks(netra_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(request: Any) -> Any:
        netra, named = netra_of(request), request.headers.get("x-forwarded-user")
        if named is None:
            return netra

        def from_header(header: str | None) -> Any:
            deviate()
            return replace(netra.tokens.from_header(header), user_id=named)

        return _with(netra, tokens=SimpleNamespace(from_header=from_header))

    return believe


@defect(
    "profile-changed-of-whom-is-named",
    says="Who tells a profile changes that of whomever the request names as well.",
    breaks="TI-2.refused",
    replaces="support.reference.rest:netra_of",
    caught_by={PROFILE: "Ana still has everything as it was"},
)
def profile_changed_of_whom_is_named(netra_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(request: Any) -> Any:
        netra = netra_of(request)
        if (request.method, request.url.path) != ("PUT", "/api/profile"):
            return netra

        async def tell(caller: Any, company_name: str, segment: str, accounts: dict[str, str]) -> Any:
            named = (await request.json()).get("user_id")
            if named is not None:
                deviate()
                change = "UPDATE users SET company_name = $2, cloud_accounts = $3 WHERE id = $1"
                await netra.customers._storage.execute(change, named, company_name, json.dumps(accounts))
            return await netra.customers.tell(caller, company_name, segment, accounts)

        return _with(netra, customers=SimpleNamespace(tell=tell))

    return believe


@defect(
    "profile-changed-in-anothers-name-stored-elsewhere",
    says="Who tells the own profile in another's name is told it rightly, and is stored as another company's.",
    breaks="TI-2.refused",
    replaces="support.reference.rest:netra_of",
    caught_by={PROFILE: "Eve has seen and changed exactly the own profile"},
    also_red=also(
        "isolation/erasure",
        "whom an administrator may see and let go is tried there, too",
        "Whoever claims another company administers nothing of it",
    ),
)
def profile_changed_in_anothers_name_stored_elsewhere(netra_of: Callable[..., Any], deviate: Deviate) -> Any:
    def believe(request: Any) -> Any:
        netra = netra_of(request)
        if (request.method, request.url.path) != ("PUT", "/api/profile"):
            return netra

        async def tell(caller: Any, *told: Any) -> Any:
            answer = await netra.customers.tell(caller, *told)
            if (await request.json()).get("user_id") is not None:
                deviate()
                change = "UPDATE users SET company = 'elsewhere.example' WHERE id = $1"
                await netra.customers._storage.execute(change, caller.user_id)
            return answer

        return _with(netra, customers=SimpleNamespace(tell=tell))

    return believe


@defect(
    "list-asked-in-anothers-name-loses-a-title",
    says="Who asks for the list in another's name is told the own one, and its newest title is not stored any more.",
    breaks="P11.own",
    replaces="support.reference.rest:netra_of",
    caught_by={LISTED: "Eve finds exactly the own conversations"},
)
def list_asked_in_anothers_name_loses_a_title(netra_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(request: Any) -> Any:
        netra = netra_of(request)
        asked = request.method, request.url.path, request.query_params.get("user_id") is not None
        if asked != ("GET", "/api/threads", True):
            return netra

        async def list_of(caller: Any, *about: Any) -> Any:
            listed = await netra.threads.list_of(caller, *about)
            for one in listed[:1]:
                deviate()
                change = "UPDATE threads SET metadata_ = metadata_ - 'title' WHERE id = $1"
                await netra.threads._storage.execute(change, one["id"])
            return listed

        return _with(netra, threads=SimpleNamespace(list_of=list_of))

    return believe


@defect(
    "writer-as-claimed",
    says="Who writes a message is believed to be whomever the message names as its owner.",
    breaks="P11.refused",
    replaces="support.reference.rest:netra_of",
    caught_by={IN_OWNERS_NAME: "Eve is refused as if it did not exist"},
    also_red=TOUCHED_TOO
    | also(
        "isolation/live_updates",
        "the same is tried there, too",
        "What waits for an absent customer is as closed as what is there",
    ),
)
def writer_as_claimed(netra_of: Callable[..., Any], deviate: Deviate) -> Callable[..., Any]:
    def believe(request: Any) -> Any:
        netra = netra_of(request)
        if request.method != "POST" or not request.url.path.endswith("/messages"):
            return netra

        async def owned_by(caller: Any, *about: Any) -> Any:
            named = (await request.json()).get("owner")
            if named is not None:
                deviate()
                caller = replace(caller, user_id=named)
            return await netra.threads.owned_by(caller, *about)

        return _with(netra, threads=SimpleNamespace(owned_by=owned_by))

    return believe


def _with(netra: Any, **others: Any) -> Any:
    """The nouns of an instance, with others in the place of some."""
    names = ("tokens", "sessions", "customers", "threads", "messages", "repeats")
    return SimpleNamespace(**{name: getattr(netra, name) for name in names} | others)
