"""When and how much a statement says, in few words."""

from __future__ import annotations

from sayso.models import Quantity, Statement, Time


def figures_of(statement: Statement) -> list[str]:
    """What is worth showing of a statement's times and quantities: their values, beside the words where these differ."""
    said = [f"said {_moment(statement.said_at)}"] if statement.said_at is not None else []
    return [*said, *map(_moment, statement.times), *map(_amount, statement.quantities)]


def _moment(time: Time) -> str:
    words = " ".join(time.text.split())
    return words if time.value is None or time.value == words else f"{words} = {time.value}"


def _amount(quantity: Quantity) -> str:
    low, high = quantity.low, quantity.high
    if low is not None and high is not None:
        value = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
    elif low is not None:
        value = f"{_number(low)} or more"
    else:
        value = f"{_number(high or 0)} or less"
    parts = ["about" if quantity.approximate else "", value, quantity.unit or "", f"per {quantity.per}" if quantity.per else ""]
    words = " ".join(part for part in parts if part)
    return f"{words} (earlier)" if quantity.earlier else words


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.4g}" if abs(value) < 1e6 else f"{value:g}"
