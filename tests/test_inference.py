"""Forward chaining on experta says the same as plain evaluation, for everyone, in any order and from any thread."""

import gc
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.athletes import draw, somebody
from engine.assessment import assess
from engine.certainty import certainty, total, weight
from engine.compile import CHOOSES_NORM, COUNTS, Compiled, CompiledRule, Premise, compile_knowledge
from engine.conditions import NormDistance, Percentile
from engine.evaluation import evaluate, speaks_for
from engine.facts import gather
from engine.inference import Inference
from engine.knowledge import KnowledgeBase
from engine.limiter import explanation_degrees
from engine.model import Answers, Diagnosis, RuleTrace, Sides, Value
from engine.trial import Trials
from tests.conftest import ROOT
from tests.made_up import judge, rule_set

ATHLETES = 200
RULE_SETS = 60
SEEDS = st.integers(0, 10**9)
DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def inference(compiled: Compiled) -> Inference:
    return Inference(compiled)


def diagnosed(compiled: Compiled, values: Mapping[str, Value]) -> Diagnosis:
    return assess(compiled, Answers("Somebody", DAY, values), deep=False)


def some_answers(compiled: Compiled, random: Random, share: float = 0.7) -> dict[str, Value]:
    """Random answers to a random part of a made-up knowledge base."""
    measures = compiled.knowledge.measures
    return {id: draw(page, random) for id, page in measures.items() if random.random() < share}


# --- experta and plain evaluation -----------------------------------------------------------------------------------


def check_agreement(compiled: Compiled, inference: Inference, values: Mapping[str, Value]) -> int:
    """Compares the two on one athlete; the number of rules that fired."""
    facts = gather(compiled, values)
    chained, plain = inference.infer(facts), evaluate(compiled, facts)
    fired = {at: degree.low for at, degree in enumerate(plain.rules) if degree.low > 0}
    explained = {at: degree for at, degree in enumerate(explanation_degrees(compiled, plain)) if degree > 0}
    assert chained.fired == pytest.approx(fired, abs=1e-12)
    assert chained.explanations == pytest.approx(explained, abs=1e-12)
    assert chained.certainties == pytest.approx({id: it.now for id, it in plain.beliefs.items()}, abs=1e-12)
    assert chained.apparent == pytest.approx({id: it.apparent for id, it in plain.beliefs.items()}, abs=1e-12)
    return len(fired)


def test_experta_agrees_with_plain_evaluation_on_the_shipped_rules(compiled: Compiled, inference: Inference) -> None:
    random = Random(1980)
    fired = [check_agreement(compiled, inference, somebody(compiled.knowledge, random)) for _ in range(ATHLETES)]
    assert sum(fired) > 10 * ATHLETES  # they had something to agree on


def test_experta_agrees_with_plain_evaluation_on_made_up_rules(knowledge: KnowledgeBase) -> None:
    random = Random(1984)
    fired = 0
    for _ in range(RULE_SETS):
        made_up = rule_set(knowledge, random)
        engines = Inference(made_up)
        fired += sum(check_agreement(made_up, engines, some_answers(made_up, random)) for _ in range(4))
    assert fired > RULE_SETS


def steering(compiled: Compiled, id: str) -> set[str]:
    """The answers on which it depends, directly or not, whether a question is asked."""
    premise = compiled.ask_when.get(id)
    keys = {compiled.tests[test].key for test in premise.all_tests} if premise else set()
    return keys | {more for key in keys for more in steering(compiled, key)}


# --- the trace ------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(SEEDS)
def test_the_trace_adds_up(compiled: Compiled, seed: int) -> None:
    """The rules that count, by their contributions in the trace, make the certainty of each deficit."""
    found = diagnosed(compiled, somebody(compiled.knowledge, Random(seed)))
    for deficit in found.deficits:
        own = [rule for rule in found.trace if rule.about == deficit.id]
        counted = [weight(rule.contribution) for rule in own if rule.counted]
        assert deficit.certainty == pytest.approx(certainty(total(counted)), abs=1e-12)
        assert set(deficit.because) == {rule.rule for rule in own if rule.contribution > 0}
    for rule in found.trace:
        assert (rule.state == "fired") == (rule.degree > 0)
        assert rule.bounds.low - 1e-12 <= rule.degree <= rule.bounds.high + 1e-12
        assert rule.state != "open" or rule.waits_for or waits_for_more(compiled, rule)
        assert rule.state != "blocked" or rule.blocked_by


def waits_for_more(compiled: Compiled, rule: RuleTrace) -> bool:
    """A rule may also wait for a conclusion, or for an answer that could still drop one of its questions."""
    at = next(at for at, each in enumerate(compiled.rules) if each.id == rule.rule)
    keys = {compiled.tests[test].key for test in compiled.rules[at].tests}
    return any(key in compiled.knowledge.deficits or key in COUNTS or key in compiled.steering for key in keys)


def test_a_test_of_both_sides_waits_for_the_other_side(compiled: Compiled) -> None:
    found = diagnosed(compiled, {"pelvic_drop": Sides(left=11), "single_leg_hop": Sides(right=170)})
    waiting = {rule.rule: rule.waits_for for rule in found.trace if rule.state == "open"}
    assert waiting["limb_asymmetry/pelvis_drops_on_one_side"] == ("pelvic_drop",)
    assert "single_leg_hop" in waiting["limb_asymmetry/even_hop_and_squat"]


# --- order ----------------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(SEEDS)
def test_the_order_of_answers_does_not_matter(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    shuffled = dict(random.sample(list(values.items()), k=len(values)))
    assert diagnosed(compiled, values) == diagnosed(compiled, shuffled)


def shuffled_pages(knowledge: KnowledgeBase, random: Random) -> KnowledgeBase:
    """The same pages in another order, and on each the same rules and explanations in another order."""

    def mixed(found: Mapping[str, Any]) -> dict[str, Any]:
        return dict(random.sample(list(found.items()), k=len(found)))

    deficits = {
        id: page.model_copy(update={
            "rules": tuple(random.sample(page.rules, k=len(page.rules))),
            "explained_by": tuple(random.sample(page.explained_by, k=len(page.explained_by))),
        })
        for id, page in knowledge.deficits.items()
    }  # fmt: skip
    return replace(
        knowledge,
        measures=mixed(knowledge.measures),
        derived=mixed(knowledge.derived),
        deficits=mixed(deficits),
        limiter_rules=mixed(knowledge.limiter_rules),
        safety=mixed(knowledge.safety),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_pages_and_rules_does_not_matter(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    other = compile_knowledge(shuffled_pages(compiled.knowledge, random))
    for _ in range(8):
        values = somebody(compiled.knowledge, random)
        one, two = diagnosed(compiled, values), diagnosed(other, values)
        assert (one.outcome, one.settled, one.limiter, one.apparent) == (
            two.outcome, two.settled, two.limiter, two.apparent
        )  # fmt: skip
        assert one.limiters == two.limiters
        assert one.safety == two.safety
        certainties = [{deficit.id: (deficit.certainty, deficit.state) for deficit in it.deficits} for it in (one, two)]
        assert certainties[0] == certainties[1]
        degrees = [{rule.rule: (rule.state, rule.degree, rule.bounds) for rule in it.trace} for it in (one, two)]
        assert degrees[0] == degrees[1]


# --- what is unknown, and what is more ------------------------------------------------------------------------------


def depends_on(compiled: Compiled, id: str) -> frozenset[str]:
    """Every deficit whose rules look at a measure, directly or by way of others."""
    measures = {id} | {other for other in compiled.ask_when if id in steering(compiled, other)}
    keys = measures | {key for key, inputs in compiled.base_inputs.items() if inputs & measures} | {"tests_done"}
    if measures & set(CHOOSES_NORM):
        keys |= {test.key for test in compiled.tests if isinstance(test.test, NormDistance | Percentile)}
    found: set[str] = set()
    for stratum in compiled.strata:
        for deficit in stratum:
            looked_at = {
                compiled.tests[test].key
                for at in compiled.rules_about.get(deficit, ())
                for test in compiled.rules[at].tests
            }
            counted = {family for key in looked_at if (family := COUNTS.get(key))}
            if looked_at & (keys | found) or any(compiled.families[other] in counted for other in found):
                found.add(deficit)
    return frozenset(found)


@settings(max_examples=60)
@given(SEEDS)
def test_an_answer_changes_only_what_depends_on_it(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    id = random.choice([id for id in compiled.knowledge.measures if id not in values] or ["age"])
    more = {**values, id: draw(compiled.knowledge.measures[id], random)}
    before, after = (evaluate(compiled, gather(compiled, answers)).beliefs for answers in (values, more))
    changed = {deficit for deficit in before if before[deficit].now != after[deficit].now}
    assert changed <= depends_on(compiled, id)


def test_most_answers_bear_on_few_deficits(compiled: Compiled) -> None:
    """So that the property above says something."""
    reached = [len(depends_on(compiled, id)) for id in compiled.knowledge.measures if id not in CHOOSES_NORM]
    assert sum(reached) / len(reached) < len(compiled.families) / 4


def test_knowing_nothing_concludes_nothing(compiled: Compiled) -> None:
    found = diagnosed(compiled, {})
    assert (found.outcome, found.limiter, found.apparent, found.settled) == ("insufficient", None, None, False)
    assert {(deficit.certainty, deficit.state) for deficit in found.deficits} == {(0.0, "unexamined")}
    blocked = {rule.blocked_by for rule in found.trace if rule.state == "blocked"}
    assert blocked <= {*compiled.knowledge.deficits, *COUNTS}  # what is not held present now stops a rule for now
    assert not any(rule.state == "fired" for rule in found.trace)


@given(SEEDS)
def test_more_evidence_for_never_lowers(compiled: Compiled, seed: int) -> None:
    """One more rule that speaks for a deficit, or one that holds further than before, never lowers its sum."""
    random = Random(seed)
    rules = random.sample(compiled.rules, k=12)
    spoken = [(rule, random.random()) for rule in rules]
    for at, (rule, degree) in enumerate(spoken):
        others = spoken[:at] + spoken[at + 1 :]
        further = [*others, (rule, degree + random.random() * (1 - degree))]
        without, with_it, more = speaks_for(others), speaks_for(spoken), speaks_for(further)
        sign = 1 if rule.factor > 0 else -1
        assert sign * without <= sign * with_it + 1e-12
        assert sign * with_it <= sign * more + 1e-12


@settings(max_examples=50)
@given(SEEDS)
def test_a_rule_for_a_deficit_that_fires_never_lowers_it(knowledge: KnowledgeBase, seed: int) -> None:
    """The same through whole evaluations: a page gets one more rule for its deficit."""
    random = Random(seed)
    made_up = rule_set(knowledge, random)
    values = some_answers(made_up, random)
    deficit = random.choice(sorted(made_up.families))
    donor = random.choice([rule for rule in made_up.rules if rule.about in made_up.families])
    extra = donor.source.model_copy(update={"id": "one_more", "then": "moderate evidence for", "group": "its_own"})
    if any(key in made_up.families for key in extra.when.keys()):
        return  # it might make a cycle
    page = made_up.knowledge.deficits[deficit]
    more = compile_knowledge(replace(
        made_up.knowledge,
        deficits={**made_up.knowledge.deficits, deficit: page.model_copy(update={"rules": (*page.rules, extra)})},
        places={**made_up.knowledge.places, f"{deficit}/one_more": donor.place},
    ))  # fmt: skip
    before, after = (evaluate(it, gather(it, values)).beliefs[deficit].now for it in (made_up, more))
    assert after >= before - 1e-12


def test_rules_of_one_group_count_once(compiled: Compiled) -> None:
    def rule(factor: float, group: str) -> CompiledRule:
        return replace(compiled.rules[0], factor=factor, group=group, premise=Premise(()))

    ladder = [(rule(0.4, "same"), 1.0), (rule(0.7, "same"), 1.0), (rule(0.2, "same"), 1.0)]
    assert certainty(speaks_for(ladder)) == pytest.approx(0.7)
    assert certainty(speaks_for([*ladder, (rule(-0.4, "same"), 1.0)])) == pytest.approx((0.7 - 0.4) / (1 - 0.4))
    assert certainty(speaks_for([*ladder, (rule(0.4, "other"), 1.0)])) == pytest.approx(0.7 + 0.4 - 0.28)
    assert certainty(speaks_for([(rule(0.7, "same"), 0.5), (rule(0.4, "same"), 1.0)])) == pytest.approx(0.4)


# --- trying answers out ---------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(SEEDS)
def test_a_trial_says_what_a_whole_evaluation_of_the_changed_answers_says(compiled: Compiled, seed: int) -> None:
    random = Random(seed)
    values = somebody(compiled.knowledge, random)
    ids = random.sample(sorted(compiled.knowledge.measures), k=random.choice((1, 1, 2, 3)))
    changes = {id: draw(compiled.knowledge.measures[id], random) for id in ids}
    tried = Trials(evaluate(compiled, gather(compiled, values))).tried(changes)
    whole = judge(compiled, values | changes)
    assert tried.certainties == whole.certainties
    assert tried.root == whole.account.root
    assert tried.facts.tests_done == whole.evaluation.facts.tests_done


# --- threads and memory ---------------------------------------------------------------------------------------------


def test_threads_agree_with_one(compiled: Compiled) -> None:
    random = Random(11)
    people = [somebody(compiled.knowledge, random) for _ in range(24)]
    alone = [diagnosed(compiled, values) for values in people]
    fresh = compile_knowledge(compiled.knowledge)  # whose engines are first made while two threads want them
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda values: diagnosed(fresh, values), people))
    assert together == alone


_MEMORY = """
import gc, resource
from datetime import date
from random import Random
from benchmarks.athletes import somebody
from engine import assess, compile_knowledge, load
from engine.model import Answers
compiled = compile_knowledge(load())
random = Random(5)
def run(many):
    for number in range(many):
        values = somebody(compiled.knowledge, random, 0.1 if number % 8 else 0.6)
        assess(compiled, Answers("Somebody", date(2026, 3, 1), values), deep=False)
    gc.collect()
    return len(gc.get_objects()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = run(60)
after = run(160)
print(after[0] - before[0], after[1] - before[1])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
def test_diagnoses_leave_nothing_behind() -> None:
    """`python -m benchmarks.speed` says the same of 2,000."""
    done = subprocess.run([sys.executable, "-c", _MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    objects, kibibytes = map(int, done.stdout.split())
    assert objects < 160  # fewer than one for each diagnosis
    assert kibibytes < 4096


def test_engines_go_with_their_knowledge(compiled: Compiled) -> None:
    from engine.assessment import _inferences

    def once() -> None:
        diagnosed(compile_knowledge(compiled.knowledge), {"sex": "female"})

    once()
    gc.collect()
    before = len(_inferences)
    once()
    gc.collect()
    assert len(_inferences) == before


# --- the shim -------------------------------------------------------------------------------------------------------

_IMPORT = """
import collections, logging
before = (list(logging.root.handlers), logging.root.level)
import engine.inference
assert not hasattr(collections, "Mapping")
assert (list(logging.root.handlers), logging.root.level) == before, logging.root.handlers
"""


def test_the_package_offers_its_function_whatever_was_imported_first() -> None:
    for first in ("engine", "engine.assessment", "engine.loader"):
        code = f"import {first}; from engine import assess, compile_knowledge, load, read; assert callable(assess)"
        subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)


def test_experta_is_imported_without_a_trace() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", _IMPORT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
