"""The small algebra of certainty: EMYCIN's certainty factors, written as sums of weights of evidence.

A certainty lies in [-1, 1]: surely not, unknown, surely. Its weight w(c) = -ln(1 - |c|), signed as c, turns EMYCIN's
pairwise combination into a sum, which has no order (van Melle 1980; Heckerman 1986 reads it as a product of likelihood
ratios). Sums are exact (`math.fsum`), so that not even the last bit depends on the order of the rules.
"""

import math
from collections.abc import Iterable

TOLERANCE = 1e-9
"""Certainties are compared with this slack, since one weak rule computes to just under its 0.2."""

_STEEPNESS = math.sqrt(2 / math.pi)


def weight(certainty: float) -> float:
    """The signed weight of evidence of a certainty in (-1, 1).

    >>> round(weight(0.7), 4), round(weight(-0.4), 4)
    (1.204, -0.5108)
    """
    return math.copysign(-math.log1p(-abs(certainty)), certainty) if certainty else 0.0


def certainty(weight_sum: float) -> float:
    """The certainty a sum of weights amounts to; the inverse of `weight`.

    >>> round(certainty(weight(0.6) + weight(0.4)), 10)
    0.76
    """
    return math.copysign(-math.expm1(-abs(weight_sum)), weight_sum) if weight_sum else 0.0


def total(weights: Iterable[float]) -> float:
    """The sum of weights, the same to the last bit in whatever order they come."""
    return math.fsum(weights)


def beyond(value: float, threshold: float, error: float, *, or_on_it: bool) -> float:
    """How far we believe that the true value lies above the threshold, in [0, 1].

    With an error of measurement (typical error, in the unit of the value) this is max(0, tanh(sqrt(2/pi) * z)) with
    z = (value - threshold) / error: the share by which belief in "above" exceeds belief in "below" for a normal
    error, in its logistic approximation. Without one it is 1 beyond the threshold (or on it, if `or_on_it`), else 0.

    >>> beyond(10, 9, 0, or_on_it=False), round(beyond(10, 9, 1, or_on_it=False), 2), beyond(8, 9, 1, or_on_it=False)
    (1.0, 0.66, 0.0)
    """
    distance = value - threshold
    if error > 0:
        return max(0.0, math.tanh(_STEEPNESS * distance / error))
    return 1.0 if distance > TOLERANCE or (or_on_it and distance > -TOLERANCE) else 0.0
