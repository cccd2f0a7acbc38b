"""The runner as a body that is moved: mass and drag, the wind she meets and the load she pulls.

What turns kinematics into forces, and forces back into kinematics: every formula of `forces.py`, `force_velocity.py`,
`sensitivity.py` and `exact.py` takes one `Body` beside the numbers it is about.
"""

from dataclasses import dataclass, fields

import numpy as np

from engine.errors import SprintError
from engine.sprint.elementwise import Array, Values, any_number, not_negative, positive


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Mass, drag, wind and load, checked once; each a float, or an array that broadcasts with the rest.

    A body of arrays is many runners. Arrays are copied and cannot be written to, so that what was checked stays so;
    two bodies are equal only if they are the same one.
    Raises: SprintError for a mass not above zero, a negative drag, inertia or resistance, or what is no finite number.

    >>> Body(mass=75, drag=0.27, inertia=20).moved
    95.0
    """

    mass: Values
    """kg."""
    drag: Values
    """k in kg/m of F_air = k v² (see `engine/sprint/drag.py`)."""
    wind: Values = 0.0
    """m/s, tail wind positive."""
    inertia: Values = 0.0
    """Mass pushed or pulled besides her own (a sled's), kg."""
    resistance: Values = 0.0
    """Force that holds back at every speed (a sled's friction, a machine's), N."""

    def __post_init__(self) -> None:
        checked = {
            "mass": positive("The mass", self.mass),
            "drag": not_negative("The drag factor", self.drag),
            "wind": any_number("The wind", self.wind),
            "inertia": not_negative("The inertia", self.inertia),
            "resistance": not_negative("The resistance", self.resistance),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, _settled(value))

    @property
    def moved(self) -> Values:
        """Mass that is accelerated, her own and the load's, kg."""
        return self.mass + self.inertia

    @property
    def alone(self) -> "Body":
        """The same runner in still air and without a load."""
        return Body(self.mass, self.drag)

    @property
    def column(self) -> "Body":
        """The same with a last axis of one, beside which a trace may run: arrays (…) become (…, 1)."""
        return Body(*(np.asarray(getattr(self, field.name))[..., np.newaxis] for field in fields(self)))

    def single(self) -> tuple[float, float]:
        """Mass and drag of the one runner a function is about. Raises: SprintError for a body of arrays."""
        if any(np.ndim(getattr(self, field.name)) for field in fields(self)):
            raise SprintError("This asks about one runner; the body is that of many.")
        return float(self.mass), float(self.drag)

    def unhindered(self) -> tuple[Array, Array]:
        """Mass and drag, for a formula that knows neither wind nor load.

        Raises: SprintError when there is a wind or a load, which it would pass over in silence; see `alone`.
        """
        if any(np.any(value) for value in (self.wind, self.inertia, self.resistance)):
            raise SprintError(
                "This formula knows neither wind nor load; ask it about the athlete's own profile and `Body.alone`."
            )
        return np.asarray(self.mass), np.asarray(self.drag)


def _settled(value: Array) -> Values:
    """A float, or an array nobody can write to."""
    if value.ndim == 0:
        return float(value)
    kept = value.copy()
    kept.setflags(write=False)
    return kept
