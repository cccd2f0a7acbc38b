"""The questionnaire: in which sections and in which order an athlete is asked."""

from typing import Literal

from engine.schema.base import Id, Model, Text


class Section(Model):
    """One part of the interview."""

    id: Id
    title: Text
    intro: Text | None = None
    part: Literal["about_you", "safety", "no_equipment", "tests"]
    measures: tuple[Id, ...]


class Kit(Model):
    """Something the coach may have, and the tests it opens."""

    id: Id
    question: Text
    opens: tuple[Id, ...]


class Questionnaire(Model):
    """The sections in the order asked, and the kit that is asked for before the tests."""

    sections: tuple[Section, ...]
    kit: tuple[Kit, ...]
    closing: Text
