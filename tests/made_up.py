"""Small random rule sets, and the parts of a diagnosis that properties are about, without trace and prescription."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from engine.compile import FAMILIES, LIMITERS, Compiled, compile_knowledge
from engine.coverage import coverage, decided_groups
from engine.errors import Place
from engine.evaluation import Evaluation, evaluate
from engine.facts import gather
from engine.knowledge import KnowledgeBase
from engine.limiter import Account, weigh
from engine.model import Interval, Value
from engine.outcome import Verdict, bounds, decide, is_settled
from engine.safety import Safety, screen
from engine.schema.base import Limiter
from engine.schema.deficit import Deficit, LimiterRule
from engine.schema.measure import DerivedMeasure, Measure
from engine.schema.safety import SafetyRule


@dataclass(frozen=True, slots=True)
class Judged:
    """One athlete, judged by the plain functions."""

    evaluation: Evaluation
    account: Account
    safety: Safety
    verdict: Verdict
    sums: Mapping[Limiter, Interval]
    settled: bool

    @property
    def certainties(self) -> dict[str, float]:
        """By deficit."""
        return {id: belief.now for id, belief in self.evaluation.beliefs.items()}


def judge(compiled: Compiled, values: Mapping[str, Value]) -> Judged:
    """What these answers amount to."""
    evaluation = evaluate(compiled, gather(compiled, values))
    account = weigh(compiled, evaluation)
    safety = screen(compiled, evaluation)
    decided = decided_groups(compiled, evaluation)
    coverages = {limiter: coverage(compiled, decided, limiter) for limiter in LIMITERS}
    certainties = {id: belief.now for id, belief in evaluation.beliefs.items()}
    verdict = decide(compiled, account.root, certainties, coverages, stopped=safety.stopped)
    sums = bounds(compiled, evaluation)
    settled = is_settled(
        compiled,
        evaluation,
        verdict,
        sums,
        surely_stopped=safety.surely_stopped,
        possibly_stopped=safety.possibly_stopped,
    )
    return Judged(evaluation, account, safety, verdict, sums, settled)


_WORDS = ("weak", "moderate", "strong", "decisive")
_GROUNDED = {"because": "A reason.", "wrong_when": "Nothing known.", "sources": [], "verified": "recalled"}
_TESTS: dict[str, tuple[str, ...]] = {
    "flag_0": ("yes", "no"),
    "flag_1": ("yes", "no"),
    "flag_2": ("yes", "no"),
    "asked_later": ("yes", "no"),
    "grade_0": ("at least 1", "at least 2", "exactly 0", "at most 1"),
    "grade_1": ("at least 2", "exactly 3", "between 1 and 2"),
    "reach": ("above 5", "below 4", "between 3 and 6"),
    "push": ("above 5", "at most 4"),
    "ankle": ("below 4", "at least 6 on both sides", "difference between sides above 2", "asymmetry above 20 %"),
    "push_to_reach": ("above 1", "below 0.8"),
}
"""What may be said of each made-up measure."""


def rule_set(base: KnowledgeBase, random: Random, *, deficits: int = 7) -> Compiled:
    """A small knowledge base of random rules over ten measures; figures and words are those of `base`."""
    names = [f"deficit_{number}" for number in range(deficits)]
    families = {name: random.choice(FAMILIES) for name in names} | dict(zip(names, LIMITERS, strict=False))
    pages = {name: _deficit(random, names, families, number) for number, name in enumerate(names)}
    about = {f"about/rule_{number}": _limiter_rule(random, number) for number in range(random.randint(0, 3))}
    ids = [*about, *(f"{name}/{rule.id}" for name, page in pages.items() for rule in page.rules)]
    return compile_knowledge(replace(
        base,
        measures=_measures(),
        derived={"push_to_reach": DerivedMeasure.model_validate({
            "derived": "push_to_reach", "label": "A ratio", "group": "derived", "unit": "ratio",
            "computed_by": "ratio", "inputs": ["push", "reach"], "about": "A ratio.",
        })},
        deficits=pages,
        limiter_rules=about,
        safety={"halt": _safety()},
        places={id: Place("made_up.yaml", 1, 1) for id in ids},
    ))  # fmt: skip


def _measures() -> dict[str, Measure]:
    common = {"minutes": 1, "asked_of": "either", "question": "What?", "protocol": "So."}
    number = {"kind": "number", "unit": "cm", "plausible": {"at_least": 1, "at_most": 10}}
    error = {"typical_error": {"value": 0.5, "how": "Judged."}}
    kinds: dict[str, dict[str, Any]] = {
        "flag_0": {"kind": "yes_no", "group": "self_observation"},
        "flag_1": {"kind": "yes_no", "group": "strength"},
        "flag_2": {"kind": "yes_no", "group": "self_observation"},
        "asked_later": {"kind": "yes_no", "group": "pain", "ask_when": {"flag_0": "yes"}, "counts_as": "no"},
        "grade_0": {"kind": "scale_0_3", "group": "video"},
        "grade_1": {"kind": "scale_0_3", "group": "movement_screen"},
        "reach": {**number, **error, "group": "gait"},
        "push": {**number, "group": "strength"},
        "ankle": {**number, **error, "group": "mobility", "per_side": "yes"},
        "halt_now": {"kind": "yes_no", "group": "screening"},
        "halt_hint": {"kind": "yes_no", "group": "screening"},
    }
    return {
        id: Measure.model_validate({"measure": id, "label": id, **common, **page}) for id, page in kinds.items()
    }


def _safety() -> SafetyRule:
    return SafetyRule.model_validate({
        "safety": "halt", "condition": "Stop.", "when": {"halt_now": "yes"}, "when_short": {"halt_hint": "yes"},
        "action": "stop_and_refer", "urgency": "routine", "report_text": "Stop.", "row_rule": "drop",
        "clear_when": "Later.", "sources": [], "verified": "recalled",
    })  # fmt: skip


def _deficit(random: Random, names: list[str], families: Mapping[str, str], number: int) -> Deficit:
    name, family = names[number], families[names[number]]
    weight = {"weight": random.choice(_WORDS)} if family != "elsewhere" else {}
    causes = random.sample(names[number + 1 :], k=min(len(names) - number - 1, random.randint(0, 2)))
    return Deficit.model_validate({
        "deficit": name, "label": name, "limiter": family, **weight, "about": "Seen.", "in_a_sentence": "lacking",
        "when_fine": "fine",
        "rules": [_rule(random, at, names[:number]) for at in range(random.randint(1, 5))],
        "explained_by": [
            {"deficit": cause, "share": random.choice(_WORDS), **_GROUNDED,
             **({"when": _conditions(random, [])} if random.random() < 0.4 else {})}
            for cause in causes
        ],
        "retest": [],
    })  # fmt: skip


def _rule(random: Random, number: int, lower: list[str]) -> dict[str, Any]:
    unless = {"unless": _conditions(random, [])} if random.random() < 0.25 else {}
    return {
        "id": f"rule_{number}", "when": _conditions(random, lower), **unless, "group": f"group_{random.randint(0, 2)}",
        "then": f"{random.choice(_WORDS)} evidence {random.choice(('for', 'for', 'against'))}", **_GROUNDED,
    }  # fmt: skip


def _limiter_rule(random: Random, number: int) -> LimiterRule:
    return LimiterRule.model_validate({
        "limiter": random.choice(LIMITERS), **_rule(random, number, []),
        "when": {"flag_1": "yes", "synergy_deficits": random.choice(("exactly 0", "at least 1"))},
    })  # fmt: skip


def _conditions(random: Random, lower: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in random.sample(list(_TESTS), k=random.choice((1, 1, 2))):
        found[key] = random.choice(_TESTS[key])
    if lower and random.random() < 0.3:
        found[random.choice(lower)] = random.choice(("present", "ruled out"))
    if random.random() < 0.2:
        found["any_of"] = [{key: random.choice(_TESTS[key])} for key in random.sample(list(_TESTS), k=2)]
    return found
