"""What a rating alone says, for reviews that carry no words."""

NEUTRAL_BAND = 0.2
"""Around the middle of the scale a rating says little: three of five stars is mixed, not negative."""
CERTAIN = 0.9
"""How sure one may be of the sign of a rating at the end of the scale."""


def shares_of_rating(value: float, worst: float | None, best: float | None) -> tuple[float, float, float]:
    """P(negative), P(neutral), P(positive) of a bare rating; without a scale, 1 to 5 is meant."""
    low, high = (1.0 if worst is None else worst), (5.0 if best is None else best)
    place = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
    lean = (place - 0.5) * 2
    if abs(lean) <= NEUTRAL_BAND:
        return 0.1, 0.8, 0.1
    signed = 0.5 + (CERTAIN - 0.5) * abs(lean)
    rest = 1 - signed
    return (signed, rest * 0.8, rest * 0.2) if lean < 0 else (rest * 0.2, rest * 0.8, signed)
