"""How far a test holds: by hand for an ankle that bends 8.5 cm where 9 is asked, for sides, norms and percentiles."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compile import CompiledTest, Premise
from engine.conditions import parse
from engine.degrees import (
    MISSING,
    NEVER,
    OUT_OF_REACH,
    UNKNOWN,
    Datum,
    Degree,
    all_of,
    any_of,
    known,
    of_count,
    of_deficit,
    of_measure,
)
from engine.evaluation import best_for, rule_degree, worst_for
from engine.model import Sides, Value
from engine.norms import Reference
from engine.schema.measure import Measure, Norm, Percentiles

COMMON = {"label": "A test", "group": "mobility", "minutes": 1, "asked_of": "either", "question": "?", "protocol": "!"}
RANGE = {"at_least": 0, "at_most": 1000}


def number(error: dict[str, float] | None = None, **more: Any) -> Measure:
    page = {"measure": "it", "kind": "number", "unit": "cm", "plausible": RANGE, "better": "higher", **COMMON, **more}
    return Measure.model_validate(page | ({"typical_error": {**error, "how": "Judged."}} if error else {}))


ANKLE = number({"value": 0.6}, per_side="yes")
"""Knee to wall, with its typical error of 0.6 cm."""
TIME = number({"value": 0.03}, unit="s", better="lower")
COUNTED = number(unit="reps")
SCALE = Measure.model_validate({"measure": "it", "kind": "scale_0_3", **COMMON})
CHOICES = {"a": "A", "b": "B", "c": "C"}
CHOICE = Measure.model_validate({"measure": "it", "kind": "choice", "choices": CHOICES, **COMMON})
FLAG = Measure.model_validate({"measure": "it", "kind": "yes_no", **COMMON})


def degree(
    words: str, page: Measure, value: Value | Datum, reference: Reference | None = None, *, norm_known: bool = True
) -> Degree:
    datum = value if isinstance(value, Datum) else Datum("known", value)
    return of_measure(CompiledTest("it", "measure", parse(words)), page, datum, reference, norm_known=norm_known)


def share(errors: float) -> float:
    """The degree at so many typical errors beyond the threshold."""
    return math.tanh(math.sqrt(2 / math.pi) * errors)


def norm(mean: float = 11, sd: float = 3, sign: int = 1) -> Reference:
    page = Norm(population="general", sex="any", ages=(12, 75), mean=mean, sd=sd, sources=(), verified="seen")
    return Reference(page, mean, sd, False, sign, 4)


def quartiles(sign: int) -> Reference:
    found = Percentiles(p10=60, p25=84, p50=110, p75=135, p90=170)
    page = Norm(population="general", sex="any", ages=(12, 75), percentiles=found, sources=(), verified="seen")
    return Reference(page, 110, 51 / 1.349, False, sign, 4)


# --- thresholds and the error of measurement ----------------------------------------------------------------------


def test_an_ankle_of_8_5_is_somewhat_below_9() -> None:
    found = degree("below 9 cm", ANKLE, Sides(8.5, 11)).low
    assert found == pytest.approx(share(0.5 / 0.6))
    assert found == pytest.approx(0.5817, abs=5e-4)


@pytest.mark.parametrize(
    ("words", "value", "expected"),
    [
        ("below 9 cm", Sides(8.99, 11), 0.0133),  # a tenth of a millimetre is next to nothing
        ("below 9 cm", Sides(9, 9), 0.0),
        ("below 9 cm", Sides(9.5, 10), 0.0),
        ("below 9 cm", Sides(7.8, 7.0), share(2 / 0.6)),  # the worse side
        ("below 9 cm on both sides", Sides(8.5, 11), 0.0),
        ("below 9 cm on both sides", Sides(8.5, 7), share(0.5 / 0.6)),
        ("at least 11 cm on both sides", Sides(11.6, 12.2), share(1)),
        ("at least 11 cm", Sides(10, 11.6), share(1)),
        ("difference between sides at least 2 cm", Sides(8.5, 11), share(0.5 / (0.6 * math.sqrt(2)))),
        ("difference between sides at least 2 cm", Sides(11, 8.5), share(0.5 / (0.6 * math.sqrt(2)))),
        ("difference between sides above 2 cm", Sides(9, 11), 0.0),
        # 100 × (1 − 8.5 / 11) = 22.7 %, with an error of 100 / 11 × 0.6 × √(1 + (8.5 / 11)²) = 6.9 %
        ("asymmetry at least 15 %", Sides(8.5, 11), share((22.7273 - 15) / 6.8933)),
        ("between 8 and 10 cm", Sides(9, 20), share(1 / 0.6)),
        ("exactly 9 cm", Sides(9, 11), 1.0),
    ],
)
def test_graded_by_hand(words: str, value: Sides, expected: float) -> None:
    assert degree(words, ANKLE, value).low == pytest.approx(expected, abs=1e-4)


def test_an_error_in_percent_is_of_the_value_read() -> None:
    page = number({"percent": 5})
    assert degree("above 100", page, 110.0).low == pytest.approx(share(10 / 5.5))


def test_the_error_of_a_computed_value_goes_before_that_of_its_page() -> None:
    assert degree("above 9", COUNTED, Datum("known", 10.0, error=2.0)).low == pytest.approx(share(0.5))


def test_what_is_counted_is_crisp() -> None:
    assert [degree("at least 30", COUNTED, float(n)).low for n in (29, 30, 31)] == [0, 1, 1]
    assert [degree("above 2", SCALE, float(n)).low for n in (1, 2, 3)] == [0, 0, 1]
    assert [degree("exactly 0", SCALE, float(n)).low for n in (0, 1)] == [1, 0]


def test_asymmetry_is_a_percent_of_the_larger_side() -> None:
    nordic = number(per_side="yes", unit="N")  # 290 and 330 N differ by 12.1 %
    assert degree("asymmetry at least 12.1 %", nordic, Sides(330, 290)).low == 1
    assert degree("asymmetry at least 12.2 %", nordic, Sides(330, 290)).low == 0


@pytest.mark.parametrize(
    ("words", "page", "value", "expected"),
    [
        ("a", CHOICE, "a", 1), ("a", CHOICE, "b", 0), ("not a", CHOICE, "b", 1), ("not a", CHOICE, "a", 0),
        ("one of [a, b]", CHOICE, "b", 1), ("one of [a, b]", CHOICE, "c", 0), ("not one of [a, b]", CHOICE, "c", 1),
        ("yes", FLAG, True, 1), ("yes", FLAG, False, 0), ("no", FLAG, False, 1), ("no", FLAG, True, 0),
    ],
)  # fmt: skip
def test_choices_are_crisp(words: str, page: Measure, value: Value, expected: float) -> None:
    assert degree(words, page, value) == known(expected)


# --- one side, no side, no norm -----------------------------------------------------------------------------------


def test_one_side_alone_serves_tests_of_the_worse_side_and_leaves_the_bounds_open() -> None:
    now = share(0.5 / 0.6)
    assert degree("below 9", ANKLE, Sides(left=8.5)) == pytest.approx((now, now, now, 1))
    assert degree("below 9", ANKLE, Sides(right=11)) == (0, 0, 0, 1)
    assert degree("below 9 on both sides", ANKLE, Sides(left=8.5)) == pytest.approx((now, now, 0, now))
    assert degree("difference between sides above 2", ANKLE, Sides(left=8.5)) == UNKNOWN
    assert degree("asymmetry above 15 %", ANKLE, Sides(right=8.5)) == UNKNOWN


def test_an_unknown_answer_may_be_anything() -> None:
    for words, page in (("below 9", ANKLE), ("yes", FLAG), ("not a", CHOICE), ("exactly 0", SCALE)):
        assert degree(words, page, MISSING) == UNKNOWN
        assert degree(words, page, OUT_OF_REACH) == NEVER


def test_a_value_that_may_still_change_is_known_now_and_open_in_the_bounds() -> None:
    assert degree("yes", FLAG, Datum("known", True, open=True)) == (1, 1, 0, 1)


def test_without_a_norm_a_test_against_it_is_unknown_for_good_or_until_the_athlete_is_known() -> None:
    words = "worse than the norm by at least 1 sd"
    assert degree(words, ANKLE, Sides(8, 8), None) == NEVER
    assert degree(words, ANKLE, Sides(8, 8), None, norm_known=False) == UNKNOWN
    assert degree(words, ANKLE, MISSING, norm()) == UNKNOWN


# --- norms: plus is good, p25 the worst quarter --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "value", "expected"),
    [
        ("worse than the norm by at least 1 sd", Sides(7.4, 12), share(1)),  # 8 is 1 SD below
        ("worse than the norm by at least 1 sd", Sides(8.6, 12), 0.0),
        ("better than the norm by at least 0.5 sd", Sides(13.1, 14), share(1)),  # 12.5; the worse side must reach it
        ("better than the norm by at least 0.5 sd", Sides(10, 16), 0.0),
        ("not worse than the norm", Sides(11.6, 12), share(1)),
        ("not worse than the norm by more than 0.5 sd", Sides(10.1, 12), share(1)),  # 9.5
        ("below p25", Sides(8, 12), share((11 - 0.67449 * 3 - 8) / 0.6)),
        ("above p75", Sides(14, 12), 0.0),
        ("above p75", Sides(14, 14), share((14 - 11 - 0.67449 * 3) / 0.6)),
    ],
)
def test_where_more_is_better(words: str, value: Sides, expected: float) -> None:
    assert degree(words, ANKLE, value, norm()).low == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("words", "value", "expected"),
    [
        ("worse than the norm by at least 1 sd", 1.89, share(1)),  # slower than 1.86
        ("worse than the norm by at least 1 sd", 1.80, 0.0),
        ("better than the norm by at least 1 sd", 1.71, share(1)),  # faster than 1.74
        ("not worse than the norm", 1.77, share(1)),
        ("not worse than the norm", 1.83, 0.0),
        ("below p25", 1.80 + 0.67449 * 0.06 + 0.03, share(1)),  # the worst quarter are the slowest
        ("above p75", 1.80 - 0.67449 * 0.06 - 0.03, share(1)),
    ],
)
def test_where_less_is_better(words: str, value: float, expected: float) -> None:
    assert degree(words, TIME, value, norm(1.80, 0.06, -1)).low == pytest.approx(expected, abs=1e-4)


def test_percentile_rows_speak_of_quality_both_ways() -> None:
    assert [degree("below p25", COUNTED, value, quartiles(+1)).low for value in (83.0, 85.0)] == [1, 0]
    assert [degree("below p25", COUNTED, value, quartiles(-1)).low for value in (134.0, 136.0)] == [0, 1]
    assert [degree("above p75", COUNTED, value, quartiles(-1)).low for value in (83.0, 85.0)] == [1, 0]
    assert degree("below p5", COUNTED, 1.0, quartiles(+1)) == NEVER  # outside what the row gives


# --- premises -----------------------------------------------------------------------------------------------------

HALVES = (known(0.6), known(0.3), UNKNOWN, NEVER, known(0.0))


def test_all_of_is_the_least_and_any_of_the_greatest_end_by_end() -> None:
    assert all_of(Premise((0, 1)), HALVES) == known(0.3)
    assert all_of(Premise((0, 2)), HALVES) == (0, 0.6, 0, 0.6)
    assert all_of(Premise((0,), (Premise((1,)), Premise((2,)))), HALVES) == (0.3, 0.6, 0.3, 0.6)
    assert all_of(Premise((4, 2)), HALVES) == known(0.0)
    assert any_of([HALVES[0], HALVES[3]]) == (0.6, 1, 0.6, 0.6)


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 2), min_size=1, max_size=6))
def test_premises_keep_their_ends_in_order(pairs: list[tuple[float, float]]) -> None:
    degrees = [Degree(min(pair), max(pair), min(pair), max(pair)) for pair in pairs]
    positions = tuple(range(len(degrees)))
    for found in (all_of(Premise(positions), degrees), any_of(degrees)):
        assert 0 <= found.low <= found.high <= 1
        assert 0 <= found.least <= found.most <= 1
    assert all_of(Premise(positions), degrees).low <= any_of(degrees).low


def test_an_exception_blocks_as_far_as_it_is_known_to_hold(some_rule: Any) -> None:
    premise, exception = Premise((0,)), Premise((1,))
    rule = some_rule(premise, (exception,))
    assert rule_degree(rule, [known(0.8), known(1)]) == known(0)
    assert rule_degree(rule, [known(0.8), known(0)]) == known(0.8)
    assert rule_degree(rule, [known(0.8), known(0.5)]) == known(0.5)
    unanswered = rule_degree(rule, [known(0.8), UNKNOWN])
    assert (unanswered.low, unanswered.least, unanswered.most) == (0.8, 0, 0.8)
    assert (worst_for(rule, unanswered), best_for(rule, unanswered)) == (0, 0.8)


@pytest.fixture
def some_rule() -> Any:
    from engine.compile import CompiledRule
    from engine.errors import Place
    from engine.schema.deficit import Rule

    source = Rule.model_validate({
        "id": "it", "when": {"it": "yes"}, "group": "it", "then": "strong evidence for", "because": "So.",
        "wrong_when": "Never.", "sources": [], "verified": "recalled",
    })  # fmt: skip
    return lambda premise, exceptions: CompiledRule(
        "d/it", "d", 0.7, "it", premise, exceptions, True, Place("d.yaml", 1, 1), source, premise.all_tests
    )


# --- conclusions and counts ----------------------------------------------------------------------------------------


def test_a_deficit_holds_as_far_as_it_is_certain() -> None:
    present, ruled_out = parse("present"), parse("ruled out")
    threshold = 0.2 - 1e-9
    assert of_deficit(present, 0.7, 0.1, 0.9, threshold) == (0.7, 0.7, 0, 0.9)  # type: ignore[arg-type]  # HeldDeficit
    assert of_deficit(present, 1 - 0.8 * 1, 0.0, 0.2, threshold).low == pytest.approx(0.2)  # type: ignore[arg-type]
    assert of_deficit(present, 0.19, 0.19, 0.19, threshold) == known(0)  # type: ignore[arg-type]
    assert of_deficit(ruled_out, -0.5, -0.9, 0.3, threshold) == (0.5, 0.5, 0, 0.9)  # type: ignore[arg-type]
    assert of_deficit(ruled_out, 0.5, 0.3, 0.9, threshold) == known(0)  # type: ignore[arg-type]


def test_a_count_is_crisp_and_open_between_its_ends() -> None:
    assert of_count(parse("at least 2"), 2, 1, 4) == (1, 1, 0, 1)  # type: ignore[arg-type]  # Compare
    assert of_count(parse("at least 2"), 3, 2, 4) == known(1)  # type: ignore[arg-type]
    assert of_count(parse("exactly 0"), 1, 1, 3) == known(0)  # type: ignore[arg-type]
    assert of_count(parse("between 1 and 2"), 0, 0, 3) == (0, 0, 0, 1)  # type: ignore[arg-type]
