"""Made-up diagnoses for the tests of the prescription, built directly and not by inference."""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import get_args

from engine import loader
from engine.knowledge import KnowledgeBase
from engine.model import (
    DeficitFinding,
    Diagnosis,
    ExplainedBy,
    Fact,
    Interval,
    KnowledgeVersion,
    LimiterFinding,
    Options,
    Outcome,
    SafetyFinding,
    Season,
    Value,
)  # fmt: skip
from engine.schema.base import Limiter, Weekday
from engine.schema.intervention import Level

LIMITERS: tuple[Limiter, ...] = get_args(Limiter)
MADE = date(2026, 3, 1)


@cache
def knowledge() -> KnowledgeBase:
    """The shipped knowledge, loaded once."""
    return loader.load()


def diagnosis(
    *,
    outcome: Outcome = "clear",
    limiter: Limiter | None = None,
    apparent: Limiter | None = None,
    found: Mapping[str, int] | None = None,
    causes: Mapping[str, str] | None = None,
    safety: tuple[str, ...] = (),
    answers: Mapping[str, Value] | None = None,
    options: Options | None = None,
    certainties: Mapping[str, float] | None = None,
) -> Diagnosis:
    """A finished diagnosis: `found` deficits with their severity, `causes` from a fault to what explains it."""
    kb, causes, found = knowledge(), causes or {}, found or {}
    certainties = certainties or {}
    findings = [
        DeficitFinding(
            id=id,
            limiter=kb.deficits[id].limiter,
            certainty={1: 0.25, 2: 0.5, 3: 0.8}[severity],
            state="present",
            bounds=Interval(-1, 1),
            because=(),
            against=(),
            explained_by=(ExplainedBy(causes[id], 0.4, 0.3, "", "seen"),) if id in causes else (),
            explains=tuple(fault for fault, cause in causes.items() if cause == id),
            weight=1.0,
            severity=severity,
        )
        for id, severity in found.items()
    ]
    rules = [kb.safety[id] for id in safety]
    order = sorted(LIMITERS, key=lambda one: (one != limiter, one))
    return Diagnosis(
        athlete="Test",
        date=MADE,
        knowledge=KnowledgeVersion("0", "0"),
        options=options or Options(),
        outcome=outcome,
        settled=False,
        limiter=limiter,
        apparent=apparent if apparent is not None else limiter,
        facts={id: Fact(id, value, "answered") for id, value in (answers or {}).items()},
        limiters=tuple(
            LimiterFinding(
                one, certainties.get(one, 0.9 if one == limiter else 0.1), 1.0, 0.5, 1.0, 0.5, 0.5, Interval(-1, 1)
            )
            for one in order
        ),
        elsewhere_share=0.0,
        deficits=tuple(sorted(findings, key=lambda finding: (-finding.certainty, finding.id))),
        safety=tuple(SafetyFinding(rule.safety, rule.action, rule.urgency, False, rule.report_text) for rule in rules),
        trace=(),
    )


def random_diagnosis(seed: int) -> Diagnosis:
    """Any athlete at all, the same for the same seed."""
    dice = random.Random(seed)
    kb = knowledge()
    kit = sorted(token for token, page in kb.programs.equipment.tokens.items() if not page.everyone)
    inner = sorted(id for id, page in kb.deficits.items() if page.limiter != "elsewhere")
    outer = sorted(id for id, page in kb.deficits.items() if page.limiter == "elsewhere")
    mild = sorted(id for id, rule in kb.safety.items() if rule.action != "stop_and_refer")
    stops = sorted(id for id, rule in kb.safety.items() if rule.action == "stop_and_refer")
    outcomes: tuple[Outcome, ...] = ("clear", "clear", "clear", "clear", "mixed", "elsewhere", "stop")
    outcome = dice.choice(outcomes)
    found = {id: dice.randint(1, 3) for id in dice.sample(inner, dice.randint(0, 9))}
    safety = dice.sample(mild, dice.choice((0, 0, 0, 1, 2, 3)))
    if outcome == "elsewhere":
        found[dice.choice(outer)] = 3
    if outcome == "stop":
        safety.append(dice.choice(stops))
    faults = [id for id in found if kb.deficits[id].limiter != "synergy"]
    roots = [id for id in found if kb.deficits[id].limiter == "synergy"]
    seasons: tuple[Season, ...] = get_args(Season)
    weekdays: tuple[Weekday, ...] = get_args(Weekday)
    levels: tuple[Level, ...] = get_args(Level)
    return diagnosis(
        outcome=outcome,
        limiter=dice.choice(LIMITERS) if outcome in ("clear", "mixed") else None,
        apparent=dice.choice(LIMITERS),
        found=found,
        causes={fault: dice.choice(roots) for fault in faults if roots and dice.random() < 0.4},
        safety=tuple(safety),
        certainties={one: dice.random() for one in LIMITERS},
        answers={
            "training_level": dice.choice(("untrained", "recreational", "trained", "highly_trained", "elite")),
            "event_group": dice.choice(("sprint", "team_sport", "middle_distance", "long_distance")),
            "strength_sessions": float(dice.randint(0, 3)),
            "max_effort_sessions": float(dice.randint(0, 3)),
            "weekly_running_volume": float(dice.choice((0, 8, 15, 30, 80))),
        },
        options=Options(
            days_per_week=dice.randint(1, 7),
            minutes_per_session=dice.choice((None, None, 15, 25, 40, 60, 90)),
            equipment=frozenset(dice.sample(kit, dice.randint(0, len(kit)))),
            level=dice.choice((None, *levels)),
            season=dice.choice(seasons),
            coached=dice.random() < 0.5,
            months_of_lifting=dice.choice((None, 0.0, 2.0, 12.0)),
            match_days=tuple(dice.sample(weekdays, dice.choice((0, 0, 1, 1, 2)))),
            race_dates=tuple(MADE + timedelta(days=dice.randint(0, 50)) for _ in range(dice.choice((0, 0, 1, 2)))),
            start=dice.choice((None, MADE + timedelta(days=dice.randint(0, 9)))),
        ),
    )
