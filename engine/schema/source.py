"""Sources: every citation once."""

from engine.schema.base import Id, Model, Text


class Source(Model):
    """One citation; `seen_at` is the address at which it was read, if it was."""

    citation: Text
    year: int | None = None
    doi: Text | None = None
    kind: Id
    seen_at: Text | None = None
    note: Text | None = None


class Sources(Model):
    """The page of all sources, by id."""

    sources: dict[Id, Source]
