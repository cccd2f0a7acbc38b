"""The page about the knowledge itself: its version and what it is."""

from engine.schema.base import Model, Text


class About(Model):
    """Which edition of the knowledge this is; the editors raise `version` when a diagnosis can change."""

    version: Text
    title: Text
    about: Text
