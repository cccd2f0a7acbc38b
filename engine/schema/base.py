"""The common ground of all knowledge pages: closed frozen models and the small shared types."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""A name in snake_case; pages refer to each other by it."""

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
"""A sentence or more, never empty."""

SourceId = Id


def _yes_no(value: Any) -> Any:
    """Coaches write yes and no; YAML 1.2 leaves them text."""
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False]})]
"""`yes`, `no`, `true` or `false`."""

Verified = Literal["seen", "recalled"]
"""`seen`: the source was read; `recalled`: known, but not read for this page."""

Limiter = Literal["mechanics", "synergy", "strength"]
Family = Literal["mechanics", "synergy", "strength", "elsewhere"]
Better = Literal["higher", "lower", "middle", "none"]
Sex = Literal["male", "female"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Model(BaseModel):
    """A piece of a page: frozen, unknown keys refused."""

    # Validators are built when a page is first validated: a run on cached knowledge never needs them.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False, defer_build=True)


class Figure(Model):
    """One number with where it comes from."""

    value: float
    """The number itself; its unit stands with the name of the figure."""
    sources: tuple[SourceId, ...] = ()
    """Empty: our choice."""
    verified: Verified = "recalled"
    """Whether somebody read the sources for this figure."""
    note: Text | None = None
    """Where the number comes from and what to know before changing it."""
