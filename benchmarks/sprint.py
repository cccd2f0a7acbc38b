"""How fast sprints are fitted: many athletes at once beside scipy one at a time, in one run on one core.

    python -m benchmarks.sprint [ATHLETES]

The real athletes of `tests/data/sprint_splits_vescovi.csv`, repeated with timing noise of 5 ms. scipy is timed in two
ways: `fit_splits` as it is (several starts, bounds, nested fits), and the least one can ask of `least_squares`: a
single descent from MSS 7 and MAC 7, without bounds, with the same derivatives. Both fit a hundred athletes spread over
the same batch, and what they find is compared with the batch's.
"""

import csv
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from engine.sprint.batch import Fits, fit_many
from engine.sprint.gate_models import GateModel
from engine.sprint.reading import read_sprint_file
from engine.sprint.run import ModelId
from engine.sprint.splits import fit_splits

Times = NDArray[np.float64]

GATES = (5, 10, 20, 30, 35)
NOISE = 0.005
"""s."""
ALONE = 100
"""Athletes fitted one at a time."""
ROUNDS = 3
DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "sprint_splits_vescovi.csv"


def athletes(n: int) -> Times:
    """Times (n, gates) of the real athletes, repeated, with noise."""
    with DATA.open(encoding="utf-8", newline="") as file:
        real = np.array([[float(row[f"t_{gate}m_s"]) for gate in GATES] for row in csv.DictReader(file)])
    random = np.random.default_rng(2026)
    return real[np.arange(n) % len(real)] + random.normal(0, NOISE, (n, len(GATES)))


def one_descent(times: Sequence[float], model: ModelId) -> Sequence[float]:
    """MSS, MAC and the offset by scipy's Levenberg-Marquardt, one start, no bounds."""
    gates, clock = np.array(GATES, dtype=float)[:, None], np.asarray(times)[:, None]
    at, first = GateModel(model), gates[0]
    start = at.searched(np.array([[7.0], [7.0], [0.0]][: len(at.free)]), first)[:, 0]

    def residuals(searched: Times) -> Times:
        return at.evaluate(searched[:, None], gates, clock, first)[0][:, 0]

    def slopes(searched: Times) -> Times:
        return -at.evaluate(searched[:, None], gates, clock, first)[1][:, :, 0].T

    found = least_squares(residuals, start, jac=slopes, method="lm")
    return list(at.printed(found.x[:, None], first)[0][:, 0])


def whole(times: Sequence[float], model: ModelId) -> Sequence[float]:
    """The same by `fit_splits`."""
    fit = fit_splits(GATES, times, model)
    return [getattr(fit, name) for name in fit.free]


def one_at_a_time(
    way: Callable[[Sequence[float], ModelId], Sequence[float]],
    times: Times,
    model: ModelId,
    into: list[Sequence[float]],
) -> None:
    """Fits each row by `way` and keeps what it finds."""
    into[:] = [way(list(row), model) for row in times]


def least_seconds(job: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest of a few rounds: nothing but other work on the machine makes one longer."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def compare(times: Times, model: ModelId) -> None:
    """Prints fits per second of the batch, of scipy alone, and their ratio."""
    found: list[Fits] = []
    batch = len(times) / least_seconds(lambda: found.append(fit_many(GATES, times, model)))
    chosen = range(0, len(times), max(1, len(times) // ALONE))
    print(f"{model:5} batch {batch:10,.0f} fits/s")
    ways: list[tuple[str, Callable[[Sequence[float], ModelId], Sequence[float]]]] = [("fit_splits", whole)]
    if model != "fd":  # whose bound at 0 an unbounded search does not keep
        ways.append(("one descent of scipy", one_descent))
    for name, way in ways:
        answers: list[Sequence[float]] = []

        rate = len(chosen) / least_seconds(partial(one_at_a_time, way, times[chosen], model, answers))
        apart = np.abs(np.array(answers) / found[0].parameters[chosen][:, : len(answers[0])] - 1)[:, :2].max()
        print(f"      {name:20} {rate:10,.1f} fits/s   batch is {batch / rate:7,.0f} x   MSS, MAC apart {apart:.1e}")


def reading(times: Times) -> None:
    """Prints how long a file of all athletes takes to read, beside Python's own csv reader."""
    rows = [["athlete", "mass", *(f"{gate} m" for gate in GATES)]]
    rows += [[f"A{number}", "60", *(f"{time:.3f}" for time in row)] for number, row in enumerate(times)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "squad.csv"
        file.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
        bare = least_seconds(lambda: list(csv.reader(file.read_text("utf-8").splitlines())))
        whole = least_seconds(lambda: read_sprint_file(file, today=date(2026, 3, 1)), rounds=1)
    print(f"reading {len(times) / whole:10,.0f} athletes/s   {whole / bare:,.0f} times the bare csv module")


def main(n: int = 20_000) -> None:
    """Prints the three comparisons, and how fast such a file is read."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    times = athletes(n)
    print(f"{n:,} athletes, gates {', '.join(map(str, GATES))} m, one core")
    fit_many(GATES, times[:100])
    for model in ("none", "tc", "fd"):
        compare(times, model)
    reading(times)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
