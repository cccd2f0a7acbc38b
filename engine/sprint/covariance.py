"""How closely observations settle the parameters of a fit by least squares: its Jacobian → (J'J)⁻¹, or none."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.sprint.elementwise import Array

_SETTLED: Final = 1e-13
"""Share of the largest eigenvalue of J'J, its columns scaled to one, below which the smallest settles nothing."""


def inverse_normal(slopes: Array) -> tuple[Array, NDArray[np.bool_]]:
    """(J'J)⁻¹ of J' (..., p, m), one row to a parameter: (..., p, p), and whether there is one: (...).

    Where the observations leave a combination of parameters open the matrix is zero. Times the variance of an
    observation it is the covariance of the parameters (Seber & Wild 1989).

    >>> found, known = inverse_normal(np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]))
    >>> bool(known), found.round(6).tolist()
    (True, [[0.833333, -0.5], [-0.5, 0.5]])
    >>> bool(inverse_normal(np.ones((2, 3)))[1])
    False
    """
    with np.errstate(over="ignore"):
        length = np.sqrt((slopes**2).sum(axis=-1))
    told = (np.isfinite(length) & (length > 0)).all(axis=-1)
    length = np.where(told[..., None], length, 1.0)
    straight = np.where(told[..., None, None], slopes, 0.0) / length[..., None]
    # Eigenvalues rather than an inverse: a matrix that is all but singular is seen, and never raises.
    spread, axes = np.linalg.eigh(straight @ straight.swapaxes(-1, -2))
    known = told & (spread[..., 0] > spread[..., -1] * _SETTLED)
    spread = np.where(known[..., None], spread, 1.0)
    inverse = (axes / spread[..., None, :]) @ axes.swapaxes(-1, -2)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        inverse = inverse / length[..., :, None] / length[..., None, :]
    known = known & np.isfinite(inverse).all(axis=(-2, -1))
    return np.where(known[..., None, None], inverse, 0.0), known
