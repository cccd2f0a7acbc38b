"""Cases about single rules: some answers, and which rules of one page fire on them, stay silent or stay open."""

from typing import Any

from engine.schema.base import Id, Model, Text


class RuleExpectation(Model):
    """What rules do on some answers; names are rules of the page the cases are about, without the page."""

    fires: tuple[Id, ...] = ()
    silent: tuple[Id, ...] = ()
    """Known not to hold, or blocked by an exception."""
    open: tuple[Id, ...] = ()
    """Still waiting for an answer."""


class RuleCase(Model):
    """A few answers and what follows for the rules named; other rules may do what they like."""

    name: Text
    given: dict[str, Any]
    expect: RuleExpectation


class RuleCases(Model):
    """The cases about the rules of one deficit, or of one limiter."""

    about: Id
    cases: tuple[RuleCase, ...]
    note: Text | None = None
