"""Programmes: how a block is composed (written by the prescription's own needs)."""

from engine.schema.base import Model


class Programs(Model):
    """Every programme page together."""
