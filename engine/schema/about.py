"""The pages about the knowledge itself: its version and what it is, and over what it is laid."""

from typing import Literal

from engine.schema.base import Model, Text


class About(Model):
    """Which edition of the knowledge this is; the editors raise `version` when a diagnosis can change."""

    version: Text
    title: Text
    about: Text


class Overlay(Model):
    """The pages of this folder are laid over the shipped ones: same place replaces, new place joins."""

    over: Literal["shipped"]
    title: Text | None = None
    note: Text | None = None
