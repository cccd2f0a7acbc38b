"""How long things take, each beside the bare imports of the libraries they stand on, in one run on this machine.

    python -m benchmarks.speed

Whole processes are timed from outside, nine runs each, the least and the median; what happens inside one is timed over
the cornerstone athletes, next tests and what would change it left out. The least is the steadier figure: nothing but
other work on the machine makes a run longer.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.athletes import somebody
from engine.answers import read_file
from engine.assessment import assess
from engine.compile import Compiled, compile_knowledge
from engine.coverage import coverage, decided_groups
from engine.evaluation import evaluate
from engine.facts import gather
from engine.inference import Inference
from engine.limiter import explanation_degrees, settle_up
from engine.loader import load
from engine.model import Answers
from engine.outcome import bounds, decide, is_settled
from engine.safety import screen
from engine.trace import trace

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "knowledge" / "cases").glob("*.yaml"))
WHOLE_RUNS = 9
DAY = date(2026, 3, 1)
MANY = 2000
"""Diagnoses for the growth of memory."""

BARE = "import engine._experta, pydantic, jinja2, click, yaml"
"""The libraries alone; the first is experta with the shim it needs, 60 lines of ours."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of several runs."""

    runs: list[float]

    @property
    def least(self) -> float:
        """The shortest run."""
        return min(self.runs)

    @property
    def middle(self) -> float:
        """The median run."""
        return median(self.runs)


def processes(commands: Mapping[str, tuple[list[str], Mapping[str, str]]]) -> Mapping[str, Times]:
    """Whole processes, from start to end, by what they are called: a command and what is added to its environment.

    They take turns, so that other work on the machine slows all of them alike; the first turn, which warms the caches
    of the system, does not count.
    """
    runs: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(1 + WHOLE_RUNS):
        for name, (command, more) in commands.items():
            seconds = timed(partial(_run, command, more))
            if turn:
                runs[name].append(seconds)
    return {name: Times(found) for name, found in runs.items()}


def _run(command: list[str], more: Mapping[str, str]) -> None:
    environment = {**os.environ, **more}
    subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


def timed(run: Callable[[], object]) -> float:
    """Seconds of one call."""
    gc.collect()
    start = perf_counter()
    run()
    return perf_counter() - start


def each(athletes: list[Answers], run: Callable[[Answers], object]) -> Times:
    """Every athlete once to warm up, then the least of three calls for each."""
    for athlete in athletes:
        run(athlete)
    return Times([min(timed(partial(run, athlete)) for _ in range(3)) for athlete in athletes])


def without_prescription(compiled: Compiled, inference: Inference) -> Callable[[Answers], object]:
    """The steps of `assess` up to the outcome and its trace."""

    def run(answers: Answers) -> object:
        facts = gather(compiled, answers.values)
        inferred = inference.infer(facts)
        evaluation = evaluate(compiled, facts)
        explained = explanation_degrees(compiled, evaluation)
        account = settle_up(compiled, inferred.certainties, inferred.apparent, inferred.fired, explained)
        safety = screen(compiled, evaluation)
        decided = decided_groups(compiled, evaluation)
        coverages = {limiter: coverage(compiled, decided, limiter) for limiter in account.ranked}
        verdict = decide(compiled, account.root, inferred.certainties, coverages, stopped=safety.stopped)
        settled = is_settled(
            compiled, evaluation, verdict, bounds(compiled, evaluation),
            surely_stopped=safety.surely_stopped, possibly_stopped=safety.possibly_stopped,
        )  # fmt: skip
        return verdict, settled, trace(compiled, evaluation, inferred.fired)

    return run


def growth(compiled: Compiled) -> int:
    """KiB by which the process has grown after many diagnoses of different athletes, beyond the first hundred."""
    random = Random(2026)

    def run(many: int) -> int:
        for _ in range(many):
            answers = Answers("Somebody", DAY, somebody(compiled.knowledge, random, 0.3))
            assess(compiled, answers, deep=False)
        gc.collect()
        return _resident()

    before = run(100)
    return run(MANY) - before


def _resident() -> int:
    """KiB in memory now; 0 where the system does not tell it this way."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else ()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def show(name: str, times: Times, bare: Times) -> None:
    """One line: least and median in milliseconds, and both as a ratio to the bare imports."""
    print(
        f"{name:58} {1000 * times.least:8.1f} {1000 * times.middle:8.1f} ms"
        f"   {times.least / bare.least:6.3f} {times.middle / bare.middle:6.3f}"
    )


def main() -> None:
    """Measures and prints everything."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors; the least and the median, and their ratios")
    diagnose = ["-m", "cli", "diagnose", str(CASES[-1])]
    whole = processes({
        f"bare imports, whole process ({WHOLE_RUNS} runs)": (["-c", BARE], {}),
        "limiter --help, whole process": (["-m", "cli", "--help"], {}),
        "limiter rules check, whole process": (["-m", "cli", "rules", "check"], {}),
        "limiter diagnose, whole process": (diagnose, {}),
        "limiter diagnose, nothing kept from earlier runs": (diagnose, {"LIMITER_NO_CACHE": "1"}),
    })  # fmt: skip
    bare = next(iter(whole.values()))
    for name, times in whole.items():
        show(name, times, bare)
    loading = Times([timed(lambda: compile_knowledge(load())) for _ in range(5)])
    show("loading the knowledge: read, check, compile", loading, bare)
    compiled = compile_knowledge(load())
    athletes = [read_file(case, compiled.knowledge, today=DAY) for case in CASES]
    inference = Inference(compiled)
    show(f"one diagnosis, {len(athletes)} athletes", each(athletes, without_prescription(compiled, inference)), bare)
    show("one diagnosis with prescription", each(athletes, lambda who: assess(compiled, who, deep=False)), bare)
    deep = each(athletes, lambda who: assess(compiled, who))
    show("one diagnosis with next tests and what would change it", deep, bare)
    print(f"memory: {growth(compiled)} KiB more after {MANY} further diagnoses")


if __name__ == "__main__":
    main()
