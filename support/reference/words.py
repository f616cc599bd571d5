"""What a customer is told when an analysis ends early: plain sentences, amounts, clouds, no internals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from support.reference.figures import CLOUD_NAMES, CLOUDS, amount, spoken

BILLING, MODEL, DURATION = "billing_unavailable", "model_unavailable", "execution_duration_exceeded"


def listed(names: Sequence[str]) -> str:
    """Names joined as in speech."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def found_so_far(partial: Mapping[str, Any]) -> str:
    """The figures that are kept, in one sentence."""
    costs = partial["costs"]
    if not costs:
        return "No costs have been read yet."
    parts = [f"{CLOUD_NAMES[cloud]} {spoken(amount(costs[cloud]))}" for cloud in CLOUDS if cloud in costs]
    sentence = f"Found so far: {listed(parts)}"
    if len(parts) > 1:
        sentence += f", together {spoken(amount(partial['monthly_cost']))}"
    sentence += " a month"
    if "monthly_savings" in partial:
        sentence += f", of which {spoken(amount(partial['monthly_savings']))} could be saved"
    return sentence + "."


def billing_trouble(refused: Sequence[str], silent: Sequence[str], partial: Mapping[str, Any]) -> str:
    """Why bills are missing."""
    sentences = []
    if refused:
        names = listed([CLOUD_NAMES[cloud] for cloud in refused])
        sentences.append(
            f"Netra was not let in to read your costs at {names}: the access that you gave may have "
            "run out or been withdrawn."
        )
    if silent:
        names = listed([CLOUD_NAMES[cloud] for cloud in silent])
        sentences.append(f"Netra could not read your costs at {names}: no usable answer came.")
    return " ".join([*sentences, found_so_far(partial), "Nothing that was found is lost."])


def model_trouble(partial: Mapping[str, Any]) -> str:
    """Why there is no advice."""
    return (
        "Netra has read your costs but could not finish its advice: the AI model gave no usable answer. "
        f"{found_so_far(partial)} Nothing that was found is lost."
    )


def out_of_time(partial: Mapping[str, Any]) -> str:
    """Why the analysis stopped at its limit."""
    return (
        f"The analysis took longer than it may and was stopped. {found_so_far(partial)} Nothing that was found is lost."
    )


def choices(code: str, failed: Sequence[str], partial: Mapping[str, Any]) -> list[str]:
    """What the customer can do now, the most helpful first."""
    names = listed([CLOUD_NAMES[cloud] for cloud in failed]) if failed else ""
    offered = []
    if code == BILLING:
        offered.append(f"Renew Netra's access to {names}, then try again.")
        offered.append(f"Try again from {names}; what was already read is not read again.")
    else:
        offered.append("Try again; what was already found is kept and not repeated.")
    if partial["costs"]:
        offered.append("Go on with the figures found so far.")
    return offered
