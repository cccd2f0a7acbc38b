"""What is known of one sprint before anything is computed: who ran, how the clock was started, splits or a trace.

Plain values only, in SI units, so that reading a file needs no numerical library. A run comes from an athlete's file
or from `engine/sprint/reading/`; `engine/sprint/analysis.py` says what it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from engine.errors import Place

Start = Literal["gun", "first_movement", "behind_gate", "unknown"]
"""What starts the clock: the gun; the first movement or force; the first gate, passed by an athlete who stood behind
it; or nobody knows."""

Device = Literal["radar", "laser", "tether", "in_situ"]
"""Where a trace comes from: radar and laser give speed over time, a tether speed over distance, in-situ sessions (GPS,
LPS) speed and acceleration of many short sprints."""

ModelId = Literal["none", "fixed_offset", "tc", "fd", "fd_fixed", "dc", "tc_dc", "distance_target"]
"""How a fit treats the start of the clock (Jovanović's names, {shorts} 3): nothing; a fixed offset added to the times;
a fitted time correction (TC), flying distance (FD), given flying distance, distance correction (DC), both TC and DC;
or TC with distance residuals, for positions read off a video."""


@dataclass(frozen=True, slots=True)
class Split:
    """A gate: its distance from the start line in m, and the time on the clock in s."""

    distance: float
    time: float


@dataclass(frozen=True, slots=True)
class Trace:
    """A recorded sprint, sample by sample; columns a device does not give are empty.

    `times` in s, `velocities` in m/s, `distances` in m, `accelerations` in m/s²; those given have one length.
    """

    device: Device
    times: tuple[float, ...] = ()
    velocities: tuple[float, ...] = ()
    distances: tuple[float, ...] = ()
    accelerations: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One sprint as entered. Either `splits` or `trace` holds something; None is not known."""

    splits: tuple[Split, ...] = ()
    """Times from the start of the clock. A split at the line itself (0 m) is no gate; it tells when the run began."""
    trace: Trace | None = None
    start: Start = "unknown"
    set_back: float | None = None
    """Distance in m from the body to the gate that starts the clock."""
    reaction_time: float | None = None
    """Measured reaction in s that is contained in the times of a gun start."""
    model: ModelId | None = None
    """The fit the coach asks for; None leaves it to the start condition."""
    surface: str | None = None
    wind: float = 0.0
    """In m/s, tail wind positive."""
    temperature: float | None = None
    """In °C."""
    pressure: float | None = None
    """In hPa."""
    inertia: float = 0.0
    """Mass pushed or pulled besides the body's, in kg (a sled's)."""
    resistance: float = 0.0
    """Force pulling back, in N (a sled's friction, a machine's)."""
    day: date | None = None
    name: str = ""
    """How the coach calls it, or where it stood."""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Who ran; None is not known. Mass in kg, height in m, age in years."""

    name: str = ""
    mass: float | None = None
    height: float | None = None
    sex: str | None = None
    age: float | None = None
    event_group: str | None = None
    training_level: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One athlete with the sprints of one file, in the order of the file."""

    person: Person
    runs: tuple[Run, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    """What was left out or taken for granted, by what it is about: a column, a row, a heading, encoding, device."""
