"""Does any limiter win because more of it is asked? Random athletes who answer only what needs no equipment.

    python -m benchmarks.fairness [HOW_MANY]

Each choice and each step of a scale is drawn alike, habits evenly over what is usual; safety and pain answers are
neutral. Nothing about such athletes favours a limiter, so each should be named for a fair part of them.
"""

import sys
from collections import Counter
from random import Random

from benchmarks.athletes import answer, healthy, without_equipment
from engine.compile import LIMITERS, Compiled, compile_knowledge
from engine.coverage import coverage, decided_groups
from engine.evaluation import evaluate
from engine.facts import gather
from engine.limiter import weigh
from engine.loader import load
from engine.model import Value
from engine.outcome import Verdict, decide
from engine.safety import screen

USUAL_HABITS = {
    "age": (16, 60), "body_mass": (45, 100), "stature": (150, 200), "weekly_running_volume": (0, 100),
    "longest_run_increase": (-30, 30), "max_effort_sessions": (0, 6), "technique_sessions": (0, 4),
    "strength_sessions": (0, 5), "sleep_hours": (5, 10),
}  # fmt: skip
"""Ranges that athletes really live in; the plausible ranges of the pages only catch typing errors."""


def usual(compiled: Compiled, random: Random) -> dict[str, Value]:
    """A healthy random athlete who answers everything that needs no equipment."""
    knowledge = compiled.knowledge
    found = answer(knowledge, without_equipment(knowledge), random)
    for id, (low, high) in USUAL_HABITS.items():
        if id in found:
            found[id] = float(random.randint(low, high))
    return healthy(knowledge) | found


def judge(compiled: Compiled, values: dict[str, Value]) -> Verdict:
    """The outcome for one athlete, by plain functions: no trace, no prescription."""
    evaluation = evaluate(compiled, gather(compiled, values))
    decided = decided_groups(compiled, evaluation)
    return decide(
        compiled,
        weigh(compiled, evaluation).root,
        {id: belief.now for id, belief in evaluation.beliefs.items()},
        {limiter: coverage(compiled, decided, limiter) for limiter in LIMITERS},
        stopped=screen(compiled, evaluation).stopped,
    )


def main(how_many: int = 5000) -> None:
    """Prints how often each limiter is named, and each outcome."""
    compiled = compile_knowledge(load())
    random = Random(2026)
    verdicts = [judge(compiled, usual(compiled, random)) for _ in range(how_many)]
    named = Counter(verdict.limiter for verdict in verdicts if verdict.limiter)
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    print(f"{how_many} random athletes, no-equipment questions only; a limiter is named for {named.total()}")
    for limiter in LIMITERS:
        print(f"  {limiter:10} {100 * named[limiter] / max(1, named.total()):5.1f} %")
    print("outcomes: " + ", ".join(f"{name} {100 * n / how_many:.1f} %" for name, n in sorted(outcomes.items())))
    print("questions: " + ", ".join(sorted(without_equipment(compiled.knowledge))))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
