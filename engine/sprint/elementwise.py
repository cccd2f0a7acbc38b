"""Formulas that take floats and arrays alike: the types, the decorator, and the checks of their inputs.

The first two or three arguments of such a formula go by position and are floats or arrays that broadcast together;
floats alone give a float (if the `Body` that follows is one of floats too), anything else an array. What is no finite
number never leaves: it is a `SprintError`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from engine.errors import SprintError

Array: TypeAlias = NDArray[np.float64]
Values: TypeAlias = float | Array

_More = ParamSpec("_More")


class Elementwise(Protocol[_More]):
    """A formula of three leading values; see the module."""

    # Typing has no word for "a float when all are floats"; asked in this order, the two cases never meet.
    @overload
    def __call__(  # type: ignore[overload-overlap]  # as said above
        self, first: float, second: float, third: float, /, *args: _More.args, **kwargs: _More.kwargs
    ) -> float: ...

    @overload
    def __call__(
        self, first: Values, second: Values, third: Values, /, *args: _More.args, **kwargs: _More.kwargs
    ) -> Array: ...


class ElementwiseOfTwo(Protocol[_More]):
    """A formula of two leading values; see the module."""

    @overload
    def __call__(  # type: ignore[overload-overlap]  # as with three
        self, first: float, second: float, /, *args: _More.args, **kwargs: _More.kwargs
    ) -> float: ...

    @overload
    def __call__(self, first: Values, second: Values, /, *args: _More.args, **kwargs: _More.kwargs) -> Array: ...


@overload
def elementwise(formula: Callable[Concatenate[Values, Values, Values, _More], Values]) -> Elementwise[_More]: ...


@overload
def elementwise(formula: Callable[Concatenate[Values, Values, _More], Values]) -> ElementwiseOfTwo[_More]: ...


def elementwise(formula: Callable[..., Values]) -> Callable[..., float | Array]:
    """The formula, quiet while it computes, a float for floats. Raises: SprintError for what is not finite."""

    @wraps(formula)
    def call(first: Values, second: Values, /, *args: Any, **kwargs: Any) -> float | Array:
        with np.errstate(all="ignore"):
            result = np.asarray(formula(first, second, *args, **kwargs))
        return finite(formula.__name__.replace("_", " "), result)

    return call


def finite(what: str, result: Array) -> float | Array:
    """A result as it leaves: a float when it has no dimensions. Raises: SprintError when it is no finite number."""
    if not np.isfinite(result).all():
        raise SprintError(f"These numbers give no {what}: it would lie beyond every number.")
    return float(result) if result.ndim == 0 else result


def positive(name: str, value: Values) -> Array:
    """The value as an array. Raises: SprintError unless every element is finite and above zero."""
    return _checked(name, value, "above zero", above=True)


def not_negative(name: str, value: Values) -> Array:
    """The value as an array. Raises: SprintError unless every element is finite and at least zero."""
    return _checked(name, value, "zero or more", above=False)


def any_number(name: str, value: Values) -> Array:
    """The value as an array. Raises: SprintError unless every element is finite."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise SprintError(f"{name} has to be a number.") from None
    if not np.isfinite(array).all():
        raise SprintError(f"{name} is {_first(array[~np.isfinite(array)])}; it must be a number.")
    return array


def _checked(name: str, value: Values, allowed: str, *, above: bool) -> Array:
    array = any_number(name, value)
    wrong = array <= 0 if above else array < 0
    if wrong.any():
        raise SprintError(f"{name} is {_first(array[wrong])}; it must be {allowed}.")
    return array


def _first(array: Array) -> str:
    return f"{array.flat[0]:g}"
