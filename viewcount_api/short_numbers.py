"""Numbers in few characters, as the TuneMeld front end shows them."""

from decimal import ROUND_HALF_UP, Decimal

THOUSAND, UNITS = 1000, "KMBT"
TENTH = Decimal("0.1")


def short_count(count: int | None) -> str | None:
    """One decimal and K, M, B or T from a thousand on: 1.2B, 3.4M, 5.6K, 789."""
    if count is None:
        return None
    if count < THOUSAND:
        return str(count)
    size = 1
    # Rounded before it is compared: 999,950 is 1.0M and not 1000.0K.
    while (shown := _rounded(Decimal(count) / THOUSAND**size)) >= THOUSAND and size < len(UNITS):
        size += 1
    return f"{shown}{UNITS[size - 1]}"


def short_percentage(percentage: float | None) -> str | None:
    """With its sign and one decimal, which is left out where it is 0: +5.2%, -3.1%, +4%, 0%."""
    if percentage is None:
        return None
    shown = _rounded(Decimal(repr(percentage)))
    if shown == shown.to_integral_value():
        shown = shown.to_integral_value()
    return f"{shown:+}%" if shown else "0%"


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)
