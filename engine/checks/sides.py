"""Does a rule look at the side its verdict speaks of? Bad values are evidence for a deficit, good ones against it.

Only measures with `better: higher` or `better: lower` have sides. Many sound rules set one good value beside a bad one,
so a rule is called wrong only when every line of evidence in it points the wrong way, or when a line points against
another rule of the same hypothesis that looks at this measure alone.
"""

from collections.abc import Iterator

from engine.checks.conditions import Subject, subject
from engine.checks.desk import Desk, Spot
from engine.compile import ATHLETE_GROUP, COUNTS
from engine.conditions import Compare, NormDistance, Percentile, Test, say
from engine.knowledge import KnowledgeBase, Path
from engine.schema.deficit import LimiterRule, Rule

Placed = tuple[Spot, str, Rule | LimiterRule]
"""A rule, what it is about, and where it stands."""


def check_sides(desk: Desk, rules: list[Placed]) -> None:
    """Rules that fire on the wrong side."""
    sure = {
        (about, key, rule.then.endswith("for"), way)
        for _, about, rule in rules
        if (only := _only_line(desk.knowledge, rule))
        for key, way in [only]
        if way == _wanted(rule)
    }
    for spot, about, rule in rules:
        lines = list(_lines(desk.knowledge, rule))
        wanted = _wanted(rule)
        if lines and all(way == -wanted for *_, way in lines):
            path, key, test, _ = lines[0]
            _tell(desk, spot.below("when", *path), key, test, rule)
            continue
        concludes = any(key in desk.knowledge.deficits or key in COUNTS for _, key, _, _ in lines)
        for path, key, test, way in () if concludes else lines:  # it may take back what another rule said
            if way == -wanted and (about, key, wanted < 0, wanted) in sure:
                _tell(desk, spot.below("when", *path), key, test, rule)


def _tell(desk: Desk, spot: Spot, key: str, test: Test, rule: Rule | LimiterRule) -> None:
    better = subject(desk.knowledge, key).better
    good = "good" if rule.then.endswith("for") else "poor"
    message = (f"'{say(test)}' holds of {good} values of {key} (better: {better}), and the rule is {rule.then}; "
               "is this the right side?")  # fmt: skip
    desk.fault(spot, message, "wrong_side", allowed="the other side of the threshold, or the opposite verdict")


def _wanted(rule: Rule | LimiterRule) -> int:
    """The side that suits the verdict: -1 bad values, +1 good ones."""
    return -1 if rule.then.endswith("for") else 1


def _lines(knowledge: KnowledgeBase, rule: Rule | LimiterRule) -> Iterator[tuple[Path, str, Test, int]]:
    """Every line of evidence with its side; 0 where it has none."""
    for path, key, test in rule.when.tests():
        measure = knowledge.measures.get(key)
        if measure is None or measure.group != ATHLETE_GROUP:
            known = key in knowledge.measures or key in knowledge.derived
            yield path, key, test, side_of(subject(knowledge, key), test) if known else 0


def _only_line(knowledge: KnowledgeBase, rule: Rule | LimiterRule) -> tuple[str, int] | None:
    lines = list(_lines(knowledge, rule))
    keys = {key for _, key, _, _ in lines}
    sides = {way for *_, way in lines}
    return (keys.pop(), sides.pop()) if len(keys) == 1 and len(sides) == 1 else None


def side_of(about: Subject, test: Test) -> int:
    """+1 for a test of good values, -1 of bad ones, 0 for neither.

    >>> side_of(Subject("reach", "a number in cm", better="higher"), Compare("below", 9))
    -1
    """
    if about.better not in ("higher", "lower"):
        return 0
    sign = 1 if about.better == "higher" else -1
    match test:
        case NormDistance(relation):
            return 1 if relation == "at least" else -1
        case Percentile(relation):
            return 1 if relation == "above" else -1
        case Compare("at least" | "above", reach="either" | "both"):
            return sign
        case Compare("at most" | "below", reach="either" | "both"):
            return -sign
        case Compare("exactly", value, reach="either" | "both"):
            return -sign if value == about.low else sign if value == about.high else 0
    return 0
