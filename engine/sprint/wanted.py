"""A fit that is wanted, as a value: what `fit_splits` would be asked. `squad.py` answers many of them together."""

from dataclasses import dataclass
from typing import TypedDict

from engine.sprint.gate_models import GateModel
from engine.sprint.results import Fit
from engine.sprint.run import ModelId
from engine.sprint.splits import fit_splits, gate_model


class Given(TypedDict):
    """What some readings of the start need to know; see `fit_splits`."""

    offset: float
    flying_distance: float | None
    time_correction: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One fit that is wanted: the gates of a sprint, in m and s, and a reading of its start."""

    distances: tuple[float, ...]
    times: tuple[float, ...]
    model: ModelId
    offset: float = 0.3
    flying_distance: float | None = None
    time_correction: tuple[float, float] | None = None

    def fit(self) -> Fit:
        """The fit. Raises: SprintError."""
        return fit_splits(self.distances, self.times, self.model, **self.given)

    def gate_model(self) -> GateModel:
        """The reading of the start. Raises: SprintError."""
        return gate_model(self.model, **self.given)

    @property
    def given(self) -> Given:
        """What goes with the reading, by name."""
        return {
            "offset": self.offset, "flying_distance": self.flying_distance, "time_correction": self.time_correction,
        }  # fmt: skip
