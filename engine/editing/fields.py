"""In which order the fields of a page stand: a statement's own fields first, then those all statements share."""

from collections.abc import Mapping
from inspect import get_annotations
from itertools import pairwise
from typing import Any

from pydantic import BaseModel

from engine.faults import models_at
from engine.knowledge import Path


def order_at(shape: Any, path: Path) -> list[str]:
    """The fields of the mapping at a path below a shape, in the order of the page; empty where any name will do."""
    model = next(models_at(shape, path), None)
    return [] if model is None else order(model)


def order(model: type[BaseModel]) -> list[str]:
    """The fields of a model in the order of the page."""
    own = [name for base in model.__mro__ for name in get_annotations(base)]
    return [name for name in dict.fromkeys(own) if name in model.model_fields]


def before(key: str, entries: Mapping[str, Any], wanted: list[str]) -> str | None:
    """The entry after which a new key belongs; None: it comes first."""
    earlier = set(wanted[: wanted.index(key)])
    return next((entry for entry in reversed(list(entries)) if entry in earlier), None)


def is_ordered(entries: Mapping[str, Any], wanted: list[str]) -> bool:
    """Whether the entries stand in the wanted order."""
    places = [wanted.index(entry) for entry in entries if entry in wanted]
    return all(first < second for first, second in pairwise(places))
