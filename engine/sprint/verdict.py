"""Which quality lies further behind: the athlete beside a group fitted the same way, over the same distance.

The bare optimum of a profile says more about the distance than about the athlete (Samozino et al. 2022), so it is
never the verdict. The question is asked in seconds: what would it save to bring F0, or V0, to the middle of the group?
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from engine.schema.sprint import Sprint
from engine.sprint.body import Body
from engine.sprint.elementwise import Array
from engine.sprint.estimates import Drawn, joined
from engine.sprint.results import Comparison, Group, Profile, Side, StartReading
from engine.sprint.run import Start
from engine.sprint.sensitivity import time_of
from engine.sprint.spread import lattice, wider

_MIDDLES: Final = 8
"""Middles of the group beside each draw of the athlete: enough that the two have nothing to do with each other."""


def compare(
    readings: Sequence[tuple[StartReading, Drawn]],
    groups: Sequence[Group],
    distance: float,
    page: Sprint,
    start: Start = "unknown",
) -> Comparison | None:
    """The athlete beside the first group that was fitted like some reading; None when there is no such group.

    Args: `readings` that may be meant, the chosen one first; `groups` in order of preference. Readings for which the
    same people were fitted the same way too widen the intervals; the others have nothing to be compared with.
    The middle of a group is known no better than its athletes leave it. `start` is what started the clock.
    """
    likes = (_like(reading, start, groups, None) for reading, _ in readings)
    primary = next((group for group in likes if group is not None), None)
    if primary is None:
        return None
    saved: dict[str, list[tuple[float, Array]]] = {"f0": [], "v0": [], "lead": []}
    for reading, spread in readings:
        group = _like(reading, start, groups, primary.id)
        if group is None:
            continue
        profile = reading.profile
        middle = np.array([group.f0_rel]), np.array([group.v0])
        at_fit = _saved(np.array([profile.f0]), np.array([profile.v0]), middle, profile, distance)
        f0, v0 = np.repeat(spread.f0, _MIDDLES), np.repeat(spread.v0, _MIDDLES)
        around = _saved(f0, v0, _middles(group, page, len(f0)), profile, distance)
        for name, value, drawn in zip(saved, at_fit, around, strict=True):
            saved[name].append((float(value[0]), drawn))
    share = float(np.mean([np.mean(drawn > 0) for _, drawn in saved["lead"]]))
    save_f0, save_v0, lead = (joined(found, page.confidence) for found in saved.values())
    return Comparison(primary, distance, save_f0, save_v0, lead, share, whole=len(saved["lead"]) == len(readings))


def _middles(group: Group, page: Sprint, n: int) -> tuple[Array, Array]:
    """F0 per kg and V0 in the middle of the group as its athletes leave them possible, each (n,).

    The standard error of a mean, sd/√n, widened by Student's t; logarithmic, so that both stay above zero. What the
    group does not say of itself is taken from the page.
    """
    usual = page.group_spread
    people = group.n or usual.people.value
    f0_spread = usual.f0_rel.value / 100 if group.f0_rel_sd is None else group.f0_rel_sd / group.f0_rel
    v0_spread = usual.v0.value / 100 if group.v0_sd is None else group.v0_sd / group.v0
    first, second = (lattice(n) * wider(max(people - 1, 1), page.confidence) / np.sqrt(people)).T
    tilt = usual.together.value
    apart = tilt * first + np.sqrt(1 - tilt**2) * second
    return group.f0_rel * np.exp(f0_spread * first), group.v0 * np.exp(v0_spread * apart)


def _saved(
    f0: Array, v0: Array, middle: tuple[Array, Array], body: Profile, distance: float
) -> tuple[Array, Array, Array]:
    """Time saved by F0, and by V0, in the middle of the group, and the lead of V0, each (n,)."""

    def time(force: Array, speed: Array) -> Array:
        return np.asarray(time_of(force, speed, Body(body.mass, body.drag), distance))

    now = time(f0, v0)
    by_f0 = now - time(middle[0] * body.mass, v0)
    by_v0 = now - time(f0, middle[1])
    return by_f0, by_v0, by_v0 - by_f0


def side_of(comparison: Comparison) -> Side:
    """The verdict a comparison amounts to."""
    if not comparison.whole:
        return "undecided"
    if comparison.save_f0.value <= 0 and comparison.save_v0.value <= 0:
        return "neither"
    if comparison.lead.low > 0:
        return "velocity"
    return "force" if comparison.lead.high < 0 else "undecided"


def _like(reading: StartReading, start: Start, groups: Sequence[Group], id: str | None) -> Group | None:
    """The nearest group fitted like this reading; with an id, of these people."""
    wanted = _ways(reading, start)
    fitting = [group for group in groups if _stands_beside(group, wanted, start) and id in (None, group.id)]
    nearest = (group for group in fitting if group.id == fitting[0].id)
    return min(nearest, key=lambda group: wanted.index(group.model), default=None)


def _stands_beside(group: Group, wanted: Sequence[str], start: Start) -> bool:
    """Whether a group was fitted in one of these ways and, where the fit corrects nothing, started like the athlete.

    Behind a gate even that is not enough: 0.12 s are hidden at 5 cm, 0.30 s at 0.3 m, and MAC differs by a third.
    """
    alike = _AS_STARTED.get(group.model)
    return group.model in wanted and (alike is None or group.start == start == alike)


def _ways(reading: StartReading, start: Start) -> tuple[str, ...]:
    """How a group may have been fitted to stand beside a reading, the best way first.

    Where the clock starts with the first movement there is nothing to correct, and where it runs by itself the fit
    finds the start: both stand beside a corrected start.
    """
    if reading.model == "none" and start == "first_movement":
        return ("tc", "none")
    return _ALIKE.get(reading.model, (reading.model,))


_AS_STARTED: Mapping[str, Start] = {"none": "first_movement", "fixed_offset": "behind_gate"}
"""Fits that correct nothing, or by a rule; with the start that athlete and group must share."""
_ALIKE: Mapping[str, tuple[str, ...]] = {
    "fd": ("fd", "tc"), "fd_fixed": ("fd", "tc"), "tc_dc": ("tc_dc", "tc"), "distance_target": ("tc",),
    "radar": ("tc",), "radar_fixed_mss": ("tc",), "tether": ("tc",),
}  # fmt: skip
"""Readings of which the start is corrected, and the corrected groups that may stand for one of their own."""
