"""Amounts of money, exact to the cent, in US dollars."""

from decimal import Decimal, InvalidOperation

CENT = Decimal("0.01")


def amount(text: object) -> Decimal:
    """The amount that a platform wrote as text or number; raises ValueError when it is none."""
    try:
        return Decimal(str(text)).quantize(CENT)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount of money") from None


def dollars(value: Decimal) -> str:
    """An amount as people write it: $2,340.00."""
    return f"${value:,.2f}"
