"""No limiter is named merely because more of it is asked: a small run of benchmarks/fairness.py."""

from collections import Counter
from random import Random

from benchmarks.fairness import judge, usual
from engine.compile import LIMITERS, Compiled

ATHLETES = 600


def test_each_limiter_gets_its_fair_part(compiled: Compiled) -> None:
    random = Random(7)
    named = Counter(judge(compiled, usual(compiled, random)).limiter for _ in range(ATHLETES))
    whole = sum(named[limiter] for limiter in LIMITERS)
    assert whole > ATHLETES / 4
    parts = {limiter: named[limiter] / whole for limiter in LIMITERS}
    assert all(0.15 <= part <= 0.5 for part in parts.values()), parts
