"""Cornerstone athletes: answers and the diagnosis good coaches expect."""

from typing import Any

from engine.schema.base import Family, Id, Limiter, Model, Text, YesNo


class Expectation(Model):
    """What a diagnosis must and must not say about an athlete."""

    outcome: tuple[Id, ...]
    limiter: Limiter | None
    acceptable: tuple[Limiter, ...] = ()
    apparent: Family | None = None
    deficits_present: tuple[Id, ...] = ()
    deficits_absent: tuple[Id, ...] = ()
    must_stop: YesNo = False
    why: Text


class Case(Model):
    """An athlete file with a story and an expectation beside the answers."""

    id: Text
    title: Text
    story: Text
    basis: Text
    athlete: Text
    date: Any
    answers: dict[str, Any]
    sprints: Any = None
    """The athlete's sprints with their split times, written as in an athlete's file."""
    expect: Expectation
