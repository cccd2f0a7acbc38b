"""A squad the quick way: the fits of all sprints together give the analyses that each sprint gives alone."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args

import pytest

from engine.knowledge import KnowledgeBase
from engine.sprint import squad
from engine.sprint.analysis import analyse
from engine.sprint.reading import read_sprint_file
from engine.sprint.results import Analysis, Group
from engine.sprint.run import Entry, ModelId, Run, Split, Start
from tests.conftest import ROOT

WOMEN = [Group("women", "women, field sports", "tc", f0_rel=7.24, v0=7.91, f0_rel_sd=0.8, v0_sd=0.5, n=34)]


@pytest.fixture(scope="module")
def entries() -> tuple[Entry, ...]:
    return read_sprint_file(ROOT / "tests" / "data" / "sprint_splits_vescovi.csv", today=date(2026, 3, 1))


def same(one: Any, other: Any, where: str = "") -> None:
    """Everything equal, numbers within 1e-6 of their size (or of one, for what comes near nought)."""
    if isinstance(one, float):
        assert math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6), where
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            same(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, Mapping):
        assert one.keys() == other.keys(), where
        for key in one:
            same(one[key], other[key], f"{where}[{key}]")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), where
        for at, pair in enumerate(zip(one, other, strict=True)):
            same(*pair, f"{where}[{at}]")
    else:
        assert one == other, where


def analysed(entry: Entry, run: Run, knowledge: KnowledgeBase, known: Mapping[Any, Any]) -> Analysis:
    return analyse(run, entry.person, knowledge.sprint, groups=WOMEN, known=known)


@pytest.mark.parametrize("start", get_args(Start))
def test_a_squad_is_told_the_same_as_each_alone(
    entries: tuple[Entry, ...], knowledge: KnowledgeBase, start: Start
) -> None:
    some = entries[::2] if start == "unknown" else entries[::6]
    runs = [dataclasses.replace(one.runs[0], start=start) for one in some]
    known = squad.fits_of(runs, knowledge.sprint)
    assert len(known) >= len(runs), "most are worked out together"
    for entry, run in zip(some, runs, strict=True):
        same(analysed(entry, run, knowledge, known), analysed(entry, run, knowledge, {}), entry.person.name)


@pytest.mark.parametrize("model", get_args(ModelId))
def test_so_is_a_squad_read_in_one_way(entries: tuple[Entry, ...], knowledge: KnowledgeBase, model: ModelId) -> None:
    runs = [dataclasses.replace(one.runs[0], model=model, set_back=0.3) for one in entries[:6]]
    found = squad.fits_of(runs, knowledge.sprint)
    assert len(found) == len(runs)
    for one, fit in found.items():
        same(fit, one.fit(), f"{model} {one.times}")


def splits(*pairs: tuple[float, float]) -> tuple[Split, ...]:
    return tuple(Split(*pair) for pair in pairs)


def test_sprints_past_other_gates_and_sprints_that_cannot_be_fitted_do_not_mix(knowledge: KnowledgeBase) -> None:
    gates = (5, 10, 20, 30, 40)
    good = [Run(splits(*zip(gates, times, strict=True)), start="first_movement") for times in TIMES]
    other = Run(splits((10, 2.07), (20, 3.42), (30, 4.68), (40, 5.91)), start="first_movement")
    falling = Run(splits((5, 1.3), (10, 1.2), (20, 3.4), (30, 4.7)), start="first_movement")
    known = squad.fits_of([*good, other, falling, Run(), Run(splits((5, 1.3)), reaction_time=2.0)], knowledge.sprint)
    assert {len(one.times) for one in known} == {4, 5}
    assert times_of(known) == {*map(tuple, TIMES), (2.07, 3.42, 4.68, 5.91)}
    assert squad.fits_of([falling], knowledge.sprint) == {}


TIMES = ([1.31, 2.07, 3.42, 4.68, 5.91], [1.25, 2.03, 3.35, 4.58, 5.80])


def times_of(known: Iterable[Any]) -> set[tuple[float, ...]]:
    return {one.times for one in known}


def test_what_lies_on_a_bound_is_left_to_be_fitted_alone(knowledge: KnowledgeBase) -> None:
    run = Run(splits((5, 1.5), (10, 2.3), (20, 3.7), (30, 5.0), (40, 6.3)), model="fd")
    assert squad.fits_of([run], knowledge.sprint) == {}
