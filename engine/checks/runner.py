"""The measures by which the sprint page says who ran: mass, height, sex, age, event group and training level."""

from dataclasses import dataclass
from typing import get_args

from engine.checks.desk import Desk, Spot
from engine.compile import ATHLETE_GROUP
from engine.errors import nearest
from engine.schema.base import Sex
from engine.schema.measure import Measure
from engine.schema.sprint import PersonAnswers
from engine.units import UnitError, factor

_LISTED, _SHOWN = 12, 3
"""How many names are listed as allowed, and how many choices are told of a measure."""


def check_runner(desk: Desk, person: PersonAnswers, spot: Spot) -> frozenset[str]:
    """Every measure that says who ran exists, is of the right kind, and in a unit that leads to the right one.

    Returns: the fields of which that is so; what rests on the others is not to be judged as well.
    """
    told: set[str] = set()
    measures = desk.knowledge.measures
    wanted = _wanted(desk)
    for name in type(person).model_fields:
        id = getattr(person, name)
        suits = wanted[name]
        if not desk.exists(spot / name, "measure", id, measures):
            continue
        if suits.fits(measures[id]):
            told.add(name)
            continue
        fitting = [other for other, measure in measures.items() if suits.fits(measure)]
        fitting = [other for other in fitting if measures[other].group == ATHLETE_GROUP] or fitting
        meant = fitting[0] if len(fitting) == 1 else nearest(id, fitting) or nearest(name, fitting)
        message = f"'{id}' is {_told(measures[id])}, and {name} has to be {suits.what}"
        allowed = ", ".join(fitting) if fitting and not meant and len(fitting) <= _LISTED else ""
        desk.fault(spot / name, message, "wrong_measure", allowed=allowed, meant=meant)
    return frozenset(told)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a measure has to be to say one thing about who ran."""

    what: str
    unit: str = ""
    choices: frozenset[str] = frozenset()

    def fits(self, measure: Measure) -> bool:
        """Whether a measure is of this kind, and can be put into this unit or offers one of these choices."""
        if not self.unit:
            return measure.kind == "choice" and not self.choices.isdisjoint(measure.choices or ())
        return measure.kind == "number" and not measure.per_side and _comparable(measure.unit or "", self.unit)


def _wanted(desk: Desk) -> dict[str, _Wanted]:
    people = desk.knowledge.populations.compare_with
    events, levels = frozenset(people), frozenset(level for by_level in people.values() for level in by_level)
    return {
        "mass": _Wanted("a number in kg or another unit of mass", "kg"),
        "height": _Wanted("a number in m or another unit of length", "m"),
        "age": _Wanted("a number in years", "years"),
        "sex": _Wanted("a choice of male and female", choices=frozenset(get_args(Sex))),
        "event_group": _Wanted("a choice of the event groups of populations.yaml", choices=events),
        "training_level": _Wanted("a choice of the training levels of populations.yaml", choices=levels),
    }


def _comparable(unit: str, wanted: str) -> bool:
    try:
        factor(unit, wanted)
    except UnitError:
        return False
    return True


def _told(measure: Measure) -> str:
    """The kind of a measure in words."""
    if measure.kind == "number":
        return f"a number in {measure.unit}" + (", left and right" if measure.per_side else "")
    if measure.kind == "choice":
        listed = list(measure.choices or ())
        return f"a choice of {', '.join(listed[:_SHOWN])}" + (" and more" if len(listed) > _SHOWN else "")
    return "answered by yes or no" if measure.kind == "yes_no" else "a scale"
