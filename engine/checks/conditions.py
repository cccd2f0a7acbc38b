"""Does a condition suit what it tests: known ids, units, choices, sides, ranges, norms."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.answers import SCALES, bounds
from engine.checks.desk import Desk, Spot
from engine.compile import COUNTS
from engine.conditions import ANY_OF, Between, Compare, Conditions, HeldDeficit, Is, NormDistance, Percentile, Test, say
from engine.errors import nearest
from engine.knowledge import KnowledgeBase
from engine.schema.measure import DerivedMeasure, Measure, Norm

_NUMERIC = "at least 2 · at most 2 · above 2 · below 2 · between 2 and 4"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test of a measure, a derived measure or a count must suit."""

    name: str
    what: str
    """In a sentence: “a number in cm”."""
    choices: tuple[str, ...] = ()
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    sides: bool = False
    better: str = "none"
    normed: bool = False


@dataclass(frozen=True, slots=True)
class Unsuited:
    """Why a test does not suit its subject."""

    message: str
    code: str
    allowed: str = ""
    meant: str = ""


def check_conditions(desk: Desk, spot: Spot, conditions: Conditions | None, *, deficits: bool = True) -> None:
    """Every line of a condition whose mapping stands at `spot`; `deficits`: whether conclusions may be tested in it."""
    if conditions is None:
        return
    for key, tests in conditions.lines:
        if _known(desk, spot / key, key, deficits):
            for number, test in enumerate(tests):
                where = spot.below(key, number) if len(tests) > 1 else spot / key
                _check_test(desk, where, key, test)
            _check_together(desk, spot / key, key, tests)
    for number, alternative in enumerate(conditions.any_of):
        check_conditions(desk, spot.below(ANY_OF, number), alternative, deficits=deficits)


def _known(desk: Desk, spot: Spot, key: str, deficits: bool) -> bool:
    knowledge = desk.knowledge
    answers = [*knowledge.measures, *knowledge.derived]
    conclusions = [*knowledge.deficits, *COUNTS]
    if key in conclusions and not deficits:
        desk.fault(spot, f"'{key}' is a conclusion; only answers can be tested here", "not_a_measure", at_key=True)
        return False
    names = [*answers, *conclusions] if deficits else answers
    if key in names:
        return True
    meant = nearest(key, names)
    hint = "" if meant else "; measures are declared in measures/, deficits in deficits/"
    desk.fault(spot, f"unknown measure '{key}'{hint}", "unknown_measure", meant=meant, at_key=True)
    return False


def _check_test(desk: Desk, spot: Spot, key: str, test: Test) -> None:
    if key in desk.knowledge.deficits:
        if not isinstance(test, HeldDeficit):
            desk.fault(spot, f"{key} is a deficit; '{say(test)}' is not a test of it", "wrong_test",
                       allowed="present, ruled out")  # fmt: skip
        return
    for unsuited in unsuited_for(subject(desk.knowledge, key), test):
        desk.fault(spot, unsuited.message, unsuited.code, allowed=unsuited.allowed, meant=unsuited.meant)
        return


def subject(knowledge: KnowledgeBase, key: str) -> Subject:
    """What tests of this measure, derived measure or count must suit."""
    if measure := knowledge.measures.get(key):
        return _measured(measure)
    if derived := knowledge.derived.get(key):
        return _derived(derived)
    return Subject(key, "a count", low=0, whole=True)


def _measured(measure: Measure) -> Subject:
    if measure.kind == "yes_no":
        return Subject(measure.measure, "a yes or no", ("yes", "no"))
    if measure.kind == "choice":
        return Subject(measure.measure, "a choice", tuple(measure.choices or ()))
    low, high = bounds(measure)
    scale = measure.kind in SCALES
    what = f"a scale from {low:g} to {high:g}" if scale else f"a number in {measure.unit}"
    return Subject(
        measure.measure, what, (), measure.unit, low, high, scale or measure.whole_numbers, measure.per_side,
        measure.better, _normed(measure.norms),
    )  # fmt: skip


def _derived(derived: DerivedMeasure) -> Subject:
    what = f"a number in {derived.unit}"
    return Subject(derived.derived, what, unit=derived.unit, better=derived.better, normed=_normed(derived.norms))


def _normed(norms: tuple[Norm, ...]) -> bool:
    return any(norm.mean is not None or norm.percentiles is not None for norm in norms)


def unsuited_for(about: Subject, test: Test) -> Iterator[Unsuited]:
    """Every reason why a test does not suit, the plainest first."""
    if isinstance(test, HeldDeficit):
        yield _wrong_kind(about, test)
    elif isinstance(test, Is):
        yield from _unsuited_choice(about, test)
    elif about.choices:
        yield _wrong_kind(about, test)
    else:
        if test.reach != "either" and not about.sides:
            message = f"{about.name} is not tested on each side; '{say(test)}' speaks of sides"
            yield Unsuited(message, "no_sides", say_bare(test))
        if isinstance(test, Percentile | NormDistance):
            yield from _unsuited_norm(about, test)
        else:
            yield from _unsuited_number(about, test)


def say_bare(test: Compare | Between | Percentile | NormDistance) -> str:
    """The words of a test without its sides.

    >>> say_bare(Compare("below", 9.0, "cm", "both"))
    'below 9 cm'
    """
    match test:
        case Compare(relation, value, unit):
            return say(Compare(relation, value, unit))
        case Between(low, high, unit):
            return say(Between(low, high, unit))
        case Percentile(relation, percentile):
            return say(Percentile(relation, percentile))
        case NormDistance(relation, sd):
            return say(NormDistance(relation, sd))


def _wrong_kind(about: Subject, test: Test) -> Unsuited:
    allowed = ", ".join(about.choices) if about.choices else _NUMERIC
    return Unsuited(f"{about.name} is {about.what}; '{say(test)}' is not a test of it", "wrong_test", allowed)


def _unsuited_choice(about: Subject, test: Is) -> Iterator[Unsuited]:
    if not about.choices:
        yield _wrong_kind(about, test)
        return
    for choice in test.choices:
        if choice not in about.choices:
            message = f"'{choice}' is not a choice of {about.name}"
            yield Unsuited(message, "unknown_choice", ", ".join(about.choices), nearest(choice, about.choices))
    if len(set(test.choices)) < len(test.choices):
        yield Unsuited(f"'{say(test)}' names a choice twice", "repeated_choice")
    if set(test.choices) >= set(about.choices):
        yield Unsuited(f"'{say(test)}' names every choice of {about.name}", "never_holds" if test.negated else
                       "always_holds")  # fmt: skip


def _unsuited_norm(about: Subject, test: Percentile | NormDistance) -> Iterator[Unsuited]:
    if test.reach in ("difference", "asymmetry"):
        yield Unsuited(f"'{say(test)}': a difference of sides has no norm", "no_norm")
    if about.better not in ("higher", "lower"):
        message = f"{about.name} has no better or worse, so '{say(test)}' means nothing"
        yield Unsuited(message, "no_better", "`better: higher` or `better: lower` on its page")
    elif not about.normed:
        message = f"{about.name} has no norm with a mean or percentiles, so '{say(test)}' can never be known"
        yield Unsuited(message, "no_norm")


def _unsuited_number(about: Subject, test: Compare | Between) -> Iterator[Unsuited]:
    yield from _unsuited_unit(about, test)
    values = (test.value,) if isinstance(test, Compare) else (test.low, test.high)
    if about.whole and test.reach != "asymmetry":
        for value in values:
            if not value.is_integer():
                yield Unsuited(f"{about.name} takes whole numbers only; '{say(test)}' does not", "not_whole")
    elif isinstance(test, Compare) and test.relation == "exactly" and test.value != about.low:
        message = f"{about.name} is measured, so '{say(test)}' would hang on the last digit"
        yield Unsuited(message, "exactly", _NUMERIC)
    low, high = _range(about, test)
    for value in values:
        if (low is not None and value < low) or (high is not None and value > high):
            yield Unsuited(f"'{say(test)}': {value:g} lies outside what {about.name} can be", "out_of_range",
                           _span(low, high, about, test))  # fmt: skip
    if isinstance(test, Compare):
        yield from _unsuited_bound(about, test, low, high)


def _unsuited_unit(about: Subject, test: Compare | Between) -> Iterator[Unsuited]:
    unit = "%" if test.reach == "asymmetry" else about.unit
    if test.unit is not None and test.unit != unit:
        where = "asymmetry is a percentage" if test.reach == "asymmetry" else f"{about.name} is {about.what}"
        yield Unsuited(f"{where}, found '{test.unit}'", "wrong_unit", unit or "no unit")


def _range(about: Subject, test: Compare | Between) -> tuple[float | None, float | None]:
    if test.reach == "asymmetry":
        return 0.0, 100.0
    if test.reach == "difference":
        return 0.0, None if about.low is None or about.high is None else about.high - about.low
    return about.low, about.high


def _span(low: float | None, high: float | None, about: Subject, test: Compare | Between) -> str:
    unit = "%" if test.reach == "asymmetry" else about.unit
    words = f"{low:g} to {high:g}" if low is not None and high is not None else "0 or more"
    return f"{words}{f' {unit}' if unit else ''}"


def _unsuited_bound(about: Subject, test: Compare, low: float | None, high: float | None) -> Iterator[Unsuited]:
    relation, value = test.relation, test.value
    if (relation == "above" and value == high) or (relation == "below" and value == low):
        yield Unsuited(f"'{say(test)}' can never hold: {about.name} ends there", "never_holds")
    if (relation == "at least" and value == low) or (relation == "at most" and value == high):
        yield Unsuited(f"'{say(test)}' always holds: {about.name} begins or ends there", "always_holds")


def _check_together(desk: Desk, spot: Spot, key: str, tests: tuple[Test, ...]) -> None:
    """Several tests of one measure leave something over."""
    plain = [test for test in tests if isinstance(test, Compare | Between) and test.reach == "either"]
    about = subject(desk.knowledge, key)
    if len(plain) < 2 or about.sides:
        return
    low = max((_least(test) for test in plain), default=float("-inf"))
    high = min((_most(test) for test in plain), default=float("inf"))
    strict = any(isinstance(test, Compare) and test.relation in ("above", "below") for test in plain)
    if low > high or (low == high and strict):
        words = "' and '".join(say(test) for test in plain)
        desk.fault(spot, f"'{words}' can never hold together", "never_holds")


def _least(test: Compare | Between) -> float:
    if isinstance(test, Between):
        return test.low
    return test.value if test.relation in ("at least", "above", "exactly") else float("-inf")


def _most(test: Compare | Between) -> float:
    if isinstance(test, Between):
        return test.high
    return test.value if test.relation in ("at most", "below", "exactly") else float("inf")
