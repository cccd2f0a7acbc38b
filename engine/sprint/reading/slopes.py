"""Places over time, as a laser delivers them → speeds: the slope of a straight line through a tenth of a second.

The difference of two neighbouring places 1 ms apart and 5 mm wrong is a speed 3.5 m/s wrong, and then no standing still
and no peak can be found in it. A line through all places of 0.1 s leaves 0.02 m/s of that. What it costs: a run of MSS
8.5 m/s and MAC 7.5 m/s² comes out with a MAC 0.3 percent low; over 0.3 s it would be 1 percent, over 0.5 s 3 percent.
"""

from collections.abc import Sequence
from typing import Final

SPAN: Final = 0.1
"""s."""


def speeds(times: Sequence[float], distances: Sequence[float], span: float = SPAN) -> tuple[list[float], list[float]]:
    """Times and speeds: at each sample the slope of the least-squares line through those no further than span / 2 s.

    At least the neighbours take part, which makes it the central difference for samples that lie far apart. The first
    and last samples, about which no whole span lies, are left out: a slope to one side would lag behind.

    Args: `times` in s, increasing, and `distances` in m, both (n,). Fewer than three samples give no speed.
    >>> speeds([0, 0.5, 1.0, 1.5], [0, 0.5, 2.0, 4.5])
    ([0.5, 1.0], [2.0, 4.0])
    """
    half, found_times, found = span / 2 * (1 + 1e-9), list[float](), list[float]()
    first = last = 0
    for at, time in enumerate(times):
        while time - times[first] > half:
            first += 1
        while last + 1 < len(times) and times[last + 1] - time <= half:
            last += 1
        low, high = min(first, at - 1), max(last, at + 1)
        whole = times[0] <= time - span / 2 * (1 - 1e-9) and time + span / 2 * (1 - 1e-9) <= times[-1]
        if low >= 0 and high < len(times) and whole:
            found_times.append(time)
            found.append(_slope(times[low : high + 1], distances[low : high + 1]))
    return found_times, found


def _slope(x: Sequence[float], y: Sequence[float]) -> float:
    middle = sum(x) / len(x)
    across = [one - middle for one in x]
    return sum(one * other for one, other in zip(across, y, strict=True)) / sum(one * one for one in across)
