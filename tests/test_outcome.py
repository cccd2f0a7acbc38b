"""Deficits → limiter → outcome: moved weight, bounds that hold whatever comes, settled for good, each outcome."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.athletes import completed, draw, somebody
from engine.certainty import certainty, total, weight
from engine.compile import LIMITERS, Compiled
from engine.coverage import coverage, decided_groups, state
from engine.evaluation import evaluate, speaks_for
from engine.facts import gather
from engine.knowledge import KnowledgeBase
from engine.limiter import contribution, root_sums, said_about, settle_up
from engine.model import Outcome, Sides, Value
from engine.outcome import Verdict, apparent, decide
from engine.schema.base import Limiter
from tests.made_up import Judged, judge, rule_set

SEEDS = st.integers(0, 10**9)
CLOSE = 1e-9


def some_answers(compiled: Compiled, random: Random) -> dict[str, Value]:
    """Random answers to a random part of a made-up knowledge base; four in five do not stop."""
    share = random.uniform(0.3, 1)
    values = {id: draw(page, random) for id, page in compiled.knowledge.measures.items() if random.random() < share}
    return values | ({"halt_now": False} if random.random() < 0.8 else {})


def some_account(compiled: Compiled, random: Random) -> tuple[dict[str, float], dict[int, float], list[float]]:
    """Certainties, degrees of the rules about limiters, and degrees of explanations, all made up."""
    certainties = {
        id: random.choice((0.0, random.uniform(-1, 1), random.uniform(0.2, 0.99))) for id in compiled.families
    }
    spoken = {at: random.random() for limiter in LIMITERS for at in compiled.rules_about.get(limiter, ())}
    return certainties, spoken, [random.choice((0.0, 1.0, random.random())) for _ in compiled.explanations]


# --- weight that moves ----------------------------------------------------------------------------------------------


@given(SEEDS)
def test_moved_weight_is_conserved(compiled: Compiled, seed: int) -> None:
    certainties, spoken, explained = some_account(compiled, Random(seed))
    account = settle_up(compiled, certainties, certainties, spoken, explained)
    about_limiters = [
        speaks_for((compiled.rules[at], spoken[at]) for at in compiled.rules_about.get(limiter, ()))
        for limiter in LIMITERS
    ]
    before = total([*account.contributions.values(), *about_limiters])
    assert total([*account.root.values(), account.elsewhere]) == pytest.approx(before, abs=CLOSE)
    for move in account.moves:
        assert 0 < move.share <= compiled.knowledge.limiters.most_moved + CLOSE
        assert move.amount == pytest.approx(move.share * account.contributions[move.explanation.effect])


@given(SEEDS)
def test_no_more_than_the_most_moves_and_causes_share_it_in_proportion(compiled: Compiled, seed: int) -> None:
    certainties, spoken, explained = some_account(compiled, Random(seed))
    account = settle_up(compiled, certainties, certainties, spoken, explained)
    for effect in {move.explanation.effect for move in account.moves}:
        shares = [move for move in account.moves if move.explanation.effect == effect]
        claims = {
            move.explanation: move.explanation.factor
            * explained[compiled.explanations.index(move.explanation)]
            * certainties[move.explanation.cause]
            for move in shares
        }
        whole = sum(claims.values())
        assert sum(move.share for move in shares) == pytest.approx(min(0.9, whole), abs=CLOSE)
        for move in shares:
            assert move.share == pytest.approx(claims[move.explanation] * min(1, 0.9 / whole), abs=CLOSE)


@given(SEEDS)
def test_moving_weight_has_no_order(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    certainties, spoken, explained = some_account(compiled, random)
    order = random.sample(range(len(explained)), k=len(explained))
    other = replace(compiled, explanations=tuple(compiled.explanations[at] for at in order))
    one = settle_up(compiled, certainties, certainties, spoken, explained)
    two = settle_up(other, certainties, certainties, spoken, [explained[at] for at in order])
    assert two.root == pytest.approx(one.root, abs=1e-12)
    assert two.elsewhere == pytest.approx(one.elsewhere, abs=1e-12)


@given(SEEDS)
def test_trying_out_weighs_as_the_account_does(compiled: Compiled, seed: int) -> None:
    certainties, spoken, explained = some_account(compiled, Random(seed))
    account = settle_up(compiled, certainties, certainties, spoken, explained)
    contributions = {id: contribution(compiled, id, value) for id, value in certainties.items()}
    said = {limiter: said_about(compiled, limiter, spoken.__getitem__) for limiter in LIMITERS}
    assert root_sums(compiled, certainties, contributions, said, explained) == account.root


def two_families(compiled: Compiled) -> tuple[int, str, str]:
    """An explanation by one family of a deficit of another: its position, effect and cause."""
    return next(
        (at, it.effect, it.cause)
        for at, it in enumerate(compiled.explanations)
        if it.moves and "elsewhere" not in (compiled.families[it.cause], compiled.families[it.effect])
    )


def test_by_hand(compiled: Compiled) -> None:
    at, effect, cause = two_families(compiled)
    explanation = compiled.explanations[at]
    certainties = dict.fromkeys(compiled.families, 0.0) | {effect: 0.7, cause: 0.5}
    explained = [1.0 if position == at else 0.0 for position in range(len(compiled.explanations))]
    account = settle_up(compiled, certainties, certainties, {}, explained)
    spoken = weight(compiled.factors[effect] * 0.7)
    share = explanation.factor * 1.0 * 0.5
    assert account.contributions[effect] == pytest.approx(spoken)
    assert account.root[compiled.families[effect]] == pytest.approx(spoken * (1 - share))  # type: ignore[index]
    assert account.root[compiled.families[cause]] == pytest.approx(  # type: ignore[index]  # limiters, see above
        weight(compiled.factors[cause] * 0.5) + spoken * share
    )
    assert account.apparent[compiled.families[effect]] == pytest.approx(spoken)  # type: ignore[index]  # before moving


def test_a_cause_that_is_not_present_moves_nothing(compiled: Compiled) -> None:
    _, effect, cause = two_families(compiled)
    certainties = dict.fromkeys(compiled.families, 0.0) | {effect: 0.7, cause: 0.19}
    assert settle_up(compiled, certainties, certainties, {}, [1.0] * len(compiled.explanations)).moves == ()


def test_what_a_deficit_contributes(compiled: Compiled) -> None:
    deficit = next(iter(compiled.factors))
    factor = compiled.factors[deficit]
    assert contribution(compiled, deficit, 0.8) == pytest.approx(weight(factor * 0.8))
    assert contribution(compiled, deficit, 1 - 0.8) > 0  # one weak rule holds it present
    assert contribution(compiled, deficit, 0.199) == 0
    assert contribution(compiled, deficit, -0.199) == 0
    assert contribution(compiled, deficit, -0.5) == pytest.approx(weight(-0.15 * 0.5))
    elsewhere = compiled.of_family["elsewhere"][0]
    assert contribution(compiled, elsewhere, 0.9) == 0


# --- bounds and settled ---------------------------------------------------------------------------------------------


def check_bounds(before: Judged, after: Judged) -> None:
    """Whatever was still to come lies within what was said to be possible."""
    for limiter in LIMITERS:
        sums = before.sums[limiter]
        assert sums.low - CLOSE <= before.account.root[limiter] <= sums.high + CLOSE
        assert sums.low - CLOSE <= after.account.root[limiter] <= sums.high + CLOSE
        assert after.sums[limiter].low >= sums.low - CLOSE
        assert after.sums[limiter].high <= sums.high + CLOSE
    for id, belief in before.evaluation.beliefs.items():
        assert belief.least - CLOSE <= after.evaluation.beliefs[id].now <= belief.most + CLOSE
    for degree, then in zip(before.evaluation.rules, after.evaluation.rules, strict=True):
        assert degree.least - CLOSE <= then.low <= degree.most + CLOSE


@settings(max_examples=60)
@given(SEEDS)
def test_bounds_hold_for_every_completion(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    before = judge(compiled, values)
    for share in (0.2, 1.0):
        check_bounds(before, judge(compiled, completed(compiled.knowledge, values, random, share)))


def test_a_settled_diagnosis_is_never_overturned_on_made_up_rules(knowledge: KnowledgeBase) -> None:
    """By brute force: small rule sets, athletes with some answers, random completions of the rest."""
    random = Random(1975)
    settled: Counter[Limiter | None] = Counter()
    for _ in range(250):
        compiled = rule_set(knowledge, random)
        values = some_answers(compiled, random)
        before = judge(compiled, values)
        for _ in range(4 if before.settled else 1):
            after = judge(compiled, completed(compiled.knowledge, values, random, random.random()))
            check_bounds(before, after)
            if before.settled and values.keys() < compiled.knowledge.measures.keys():
                settled[before.verdict.limiter] += 1
                assert after.verdict.limiter == before.verdict.limiter
    assert all(settled[limiter] >= 10 for limiter in LIMITERS), settled  # open questions left, and yet settled
    assert settled[None] >= 50, settled


def test_a_settled_diagnosis_is_never_overturned_on_the_shipped_rules(compiled: Compiled) -> None:
    random = Random(1976)
    settled: Counter[Outcome] = Counter()
    for number in range(100):
        values = somebody(compiled.knowledge, random, 0.5 if number % 4 == 0 else 1.0)
        if number % 4:  # nearly all is answered: some questions, and some sides, are taken back
            values = completed(compiled.knowledge, values, random)
            for id in random.sample(sorted(values), k=random.randint(1, 3)):
                given = values.pop(id)
                if isinstance(given, Sides) and random.random() < 0.5:
                    values[id] = Sides(left=given.left)
        before = judge(compiled, values)
        for _ in range(3 if before.settled else 0):
            after = judge(compiled, completed(compiled.knowledge, values, random, random.uniform(0.3, 1)))
            check_bounds(before, after)
            assert after.verdict.limiter == before.verdict.limiter
        settled[before.verdict.outcome] += before.settled
    assert settled["stop"] >= 10, settled
    assert settled["clear"] + settled["mixed"] >= 20, settled


def test_every_answer_given_leaves_nothing_open(compiled: Compiled) -> None:
    random = Random(8)
    for _ in range(20):
        found = judge(compiled, completed(compiled.knowledge, {}, random))
        for limiter in LIMITERS:
            assert found.sums[limiter].low == pytest.approx(found.sums[limiter].high, abs=CLOSE)


def test_it_is_not_settled_while_a_stop_is_possible(knowledge: KnowledgeBase) -> None:
    random = Random(2)
    seen = 0
    for _ in range(80):
        compiled = rule_set(knowledge, random)
        values = {id: draw(page, random) for id, page in compiled.knowledge.measures.items()}
        del values["halt_now"]
        found = judge(compiled, values | {"halt_hint": False})
        if found.verdict.limiter is not None:
            seen += 1
            assert not found.settled
            assert judge(compiled, values | {"halt_hint": False, "halt_now": True}).verdict.limiter is None
    assert seen > 10


# --- each outcome, by the table -------------------------------------------------------------------------------------


def decided(
    compiled: Compiled, roots: tuple[float, float, float], *, elsewhere: float = 0.0,
    covered: tuple[float, float, float] = (1, 1, 1), stopped: bool = False,
) -> Verdict:  # fmt: skip
    """The verdict for certainties of mechanics, synergy and strength."""
    certainties = dict.fromkeys(compiled.families, 0.0) | {compiled.of_family["elsewhere"][0]: elsewhere}
    root = {limiter: weight(value) for limiter, value in zip(LIMITERS, roots, strict=True)}
    coverages = dict(zip(LIMITERS, covered, strict=True))
    return decide(compiled, root, certainties, coverages, stopped=stopped)


@pytest.mark.parametrize(
    ("roots", "more", "expected"),
    [
        ((0.9, 0.1, 0.1), {"stopped": True, "elsewhere": 0.9}, ("stop", None)),
        ((0.5, 0.1, 0.1), {"elsewhere": 0.6}, ("elsewhere", None)),
        ((0.5, 0.1, 0.1), {"elsewhere": 0.59}, ("clear", "mechanics")),
        ((0.64, 0.1, 0.1), {"elsewhere": 0.6}, ("elsewhere", None)),  # within 0.05
        ((0.66, 0.1, 0.1), {"elsewhere": 0.6}, ("clear", "mechanics")),
        ((0.29, 0.1, 0.1), {}, ("none", None)),
        ((0.29, 0.1, 0.1), {"covered": (0.35, 0.35, 0.35)}, ("none", None)),
        ((0.29, 0.1, 0.1), {"covered": (1, 0.34, 1)}, ("insufficient", None)),
        ((-0.5, -0.2, 0.0), {}, ("none", None)),
        ((0.3, 0.1, 0.1), {}, ("clear", "mechanics")),
        ((0.79, 0.1, 0.1), {"covered": (1, 0.19, 1)}, ("insufficient", "mechanics")),
        ((0.79, 0.1, 0.1), {"covered": (0.1, 0.2, 1)}, ("clear", "mechanics")),  # the leader's own does not count
        ((0.81, 0.1, 0.1), {"covered": (1, 0.0, 0.0)}, ("clear", "mechanics")),
        ((0.1, 0.6, 0.5), {}, ("mixed", "synergy")),  # (0.916 - 0.693) / 0.916 = 0.243
        ((0.1, 0.6, 0.49), {}, ("clear", "synergy")),  # (0.916 - 0.673) / 0.916 = 0.265
        ((0.1, 0.6, 0.6), {}, ("mixed", "synergy")),  # a draw goes by the order of the families
        ((-0.6, -0.3, 0.5), {}, ("clear", "strength")),
    ],
)
def test_outcomes_by_the_table(
    compiled: Compiled, roots: tuple[float, float, float], more: Mapping[str, object], expected: tuple[str, str | None]
) -> None:
    found = decided(compiled, roots, **more)  # type: ignore[arg-type]  # the table's own keywords
    assert (found.outcome, found.limiter) == expected


def test_nobody_is_blamed_by_sight_when_nobody_is_named(compiled: Compiled) -> None:
    account = judge(compiled, {"self_legs": "reaching"}).account
    assert max(account.apparent, key=lambda limiter: account.apparent[limiter]) == "mechanics"
    assert apparent(account, Verdict("clear", "synergy")) == "mechanics"
    assert apparent(account, Verdict("insufficient", None)) is None
    assert apparent(judge(compiled, {}).account, Verdict("clear", "synergy")) is None


# --- coverage and states --------------------------------------------------------------------------------------------


def test_coverage_runs_from_nothing_to_all(compiled: Compiled) -> None:
    random = Random(4)
    for values, expected in (({}, 0.0), (completed(compiled.knowledge, {}, random), 1.0)):
        found = decided_groups(compiled, evaluate(compiled, gather(compiled, values)))
        for limiter in LIMITERS:
            assert coverage(compiled, found, limiter) == pytest.approx(expected)


@settings(max_examples=40)
@given(SEEDS)
def test_coverage_is_a_share_and_answers_of_who_somebody_is_cover_nothing(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    found = decided_groups(compiled, evaluate(compiled, gather(compiled, values)))
    assert all(0 <= coverage(compiled, found, limiter) <= 1 for limiter in LIMITERS)
    who = {id: value for id, value in values.items() if not compiled.is_evidence(id)}
    bare = decided_groups(compiled, evaluate(compiled, gather(compiled, who)))
    assert not any(decided for groups in bare.values() for decided in groups.values())


def test_not_examined_and_fine_are_never_the_same(compiled: Compiled) -> None:
    def states(values: Mapping[str, Value]) -> dict[str, str]:
        found = judge(compiled, values)
        groups = decided_groups(compiled, found.evaluation)
        return {id: state(compiled, id, value, groups) for id, value in found.certainties.items()}

    assert states({})["overstriding"] == "unexamined"
    assert states({"video_overstride": 0.0})["overstriding"] == "ruled_out"
    assert states({"video_overstride": 1.0})["overstriding"] == "undecided"
    assert states({"video_overstride": 2.0})["overstriding"] == "present"
    assert states({"self_legs": "reaching"})["overstriding"] == "present"  # one weak rule computes to just 0.2


def test_a_certainty_and_its_weight_tell_the_same_of_a_limiter(compiled: Compiled) -> None:
    from datetime import date

    from engine.assessment import assess
    from engine.model import Answers

    values = somebody(compiled.knowledge, Random(12), 0.8)
    found = assess(compiled, Answers("Somebody", date(2026, 3, 1), values), deep=False)
    for limiter in found.limiters:
        assert limiter.certainty == pytest.approx(certainty(limiter.weight))
        assert limiter.bounds.low - CLOSE <= limiter.certainty <= limiter.bounds.high + CLOSE
    shares = sum(limiter.share for limiter in found.limiters) + found.elsewhere_share
    assert shares == pytest.approx(1)
    assert [limiter.weight for limiter in found.limiters] == sorted((it.weight for it in found.limiters), reverse=True)
