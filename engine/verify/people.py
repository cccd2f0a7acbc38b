"""Verification, who is asked: sex, age, event group and level as one variable, and the norm that fits each person.

Every combination that some test or norm tells apart is one bit; each answer may also be missing. So a test against a
norm becomes, for each norm in turn, a threshold for exactly the people it fits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from engine.compile import CHOOSES_NORM
from engine.knowledge import KnowledgeBase
from engine.norms import Athlete, Reference, choose
from engine.schema.measure import DerivedMeasure, Measure
from engine.verify.cells import Numbers, lowest

PEOPLE = ("people", "")
"""The variable of who the athlete is."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A norm and the set of people it fits."""

    people: int
    reference: Reference


@dataclass
class People:
    """All kinds of people the pages tell apart. `ages`: the age of the athlete, cut at every limit."""

    knowledge: KnowledgeBase
    ages: Numbers | None
    _fitting: dict[str, tuple[Fitting, ...]] = field(default_factory=dict)

    @cached_property
    def values(self) -> tuple[tuple[str | float | None, ...], ...]:
        """For sex, age, event group and level: not answered, then every value told apart."""
        found: list[tuple[str | float | None, ...]] = []
        for name in CHOOSES_NORM:
            if name == "age":
                ages = self.ages
                known = [cell.example for at, cell in enumerate(ages.cells) if ages.known >> at & 1] if ages else []
                found.append((None, *known))
            else:
                measure = self.knowledge.measures.get(name)
                found.append((None, *(measure.choices or () if measure else ())))
        return tuple(found)

    @cached_property
    def _steps(self) -> tuple[int, ...]:
        """How far apart neighbouring values of each answer are, in bits."""
        sizes = [len(values) for values in self.values]
        return tuple(_product(sizes[index + 1 :]) for index in range(len(sizes)))

    @cached_property
    def every(self) -> int:
        """Everyone, also those of whom something is not known."""
        return (1 << _product([len(values) for values in self.values])) - 1

    @cached_property
    def known(self) -> int:
        """Those of whom all four answers are known."""
        found = self.every
        for name in CHOOSES_NORM:
            found &= ~self._having(name, {0})
        return found

    def having(self, name: str, values: Sequence[str | float]) -> int:
        """Those who give one of these answers to one of the four questions."""
        own = self.values[CHOOSES_NORM.index(name)]
        return self._having(name, {index for index, value in enumerate(own) if index and value in values})

    def _having(self, name: str, indexes: set[int]) -> int:
        at = CHOOSES_NORM.index(name)
        step, size = self._steps[at], len(self.values[at])
        block = sum(((1 << step) - 1) << (index * step) for index in indexes)
        repeats = _product([len(values) for values in self.values[:at]])
        return sum(block << (turn * step * size) for turn in range(repeats))

    def fitting(self, page: Measure | DerivedMeasure) -> tuple[Fitting, ...]:
        """Every norm of a measure that somebody is compared with, and whom it fits."""
        name = page.measure if isinstance(page, Measure) else page.derived
        if name not in self._fitting:
            self._fitting[name] = self._find(page)
        return self._fitting[name]

    def _find(self, page: Measure | DerivedMeasure) -> tuple[Fitting, ...]:
        sexes, ages, events, levels = self.values
        bands: dict[tuple[bool, ...], list[int]] = {}
        for index, age in enumerate(ages):
            if index and isinstance(age, int | float):
                fits = tuple(norm.ages[0] <= age <= norm.ages[1] for norm in page.norms)
                bands.setdefault(fits, []).append(index)
        found: dict[int, Fitting] = {}
        steps, populations = self._steps, self.knowledge.populations
        for band, indexes in bands.items():
            age = ages[indexes[0]]
            block = sum(1 << (index * steps[1]) for index in indexes)
            norms = tuple(norm for norm, fits in zip(page.norms, band, strict=True) if fits)
            everyone = (list(enumerate(values))[1:] for values in (sexes, events, levels))
            for (sex_at, sex), (event_at, event), (level_at, level) in product(*everyone) if norms else ():
                athlete = Athlete(str(sex), float(str(age)), str(event), str(level))
                reference = choose(norms, page.better, page.stand_in_sd_percent, populations, athlete)
                if reference is not None:
                    shift = sex_at * steps[0] + event_at * steps[2] + level_at * steps[3]
                    known = found.get(id(reference.norm), Fitting(0, reference))
                    found[id(reference.norm)] = Fitting(known.people | block << shift, known.reference)
        return tuple(found.values())

    def example(self, chosen: int) -> Mapping[str, str | float]:
        """The answers of one person in a set; those that do not matter are left out."""
        at, found = lowest(chosen), dict[str, str | float]()
        for name, step, values in zip(CHOOSES_NORM, self._steps, self.values, strict=True):
            value = values[at // step % len(values)]
            if value is not None:
                found[name] = value
        return found


def _product(sizes: Sequence[int]) -> int:
    found = 1
    for size in sizes:
        found *= size
    return found
