"""Limiters, safety rules, interventions and programmes: everything they name exists."""

from itertools import pairwise
from typing import get_args

from engine.checks.conditions import check_conditions
from engine.checks.desk import Desk, Spot
from engine.schema.base import Limiter
from engine.schema.intervention import Intervention, Level
from engine.schema.limiter import Severity, Words
from engine.schema.safety import Urgency

_LEVELS = get_args(Level)


def check_limiters(desk: Desk) -> None:
    """The page of the limiters is whole, and its figures rise where they must."""
    page, spot = desk.knowledge.limiters, Spot("limiters", "limiters")
    desk.sources(spot / "sources", page.sources)
    for limiter in get_args(Limiter):
        if limiter not in page.limiters:
            desk.fault(spot / "limiters", f"'{limiter}' is missing", "missing_key", at_key=True)
    for field in ("words", "severity"):
        steps: Words | Severity = getattr(page, field)
        for (first, low), (second, high) in pairwise(steps):
            if low >= high:
                desk.fault(spot.below(field, second), f"'{second}' must be more than '{first}'", "not_rising")
    groups = sorted({measure.group for measure in desk.knowledge.measures.values()})
    for number, group in enumerate(page.visible_groups):
        desk.exists(spot.below("visible_groups", number), "group of measures", group, groups)


def check_safety(desk: Desk) -> None:
    """Safety rules test what exists; what stops an athlete rests on answers alone; every urgency has its words."""
    for name, rule in desk.knowledge.safety.items():
        spot = Spot("safety", name)
        desk.sources(spot / "sources", rule.sources)
        check_conditions(desk, spot / "when", rule.when, deficits=rule.action != "stop_and_refer")
        check_conditions(desk, spot / "when_short", rule.when_short, deficits=False)
        check_conditions(desk, spot / "when_no_other_stop", rule.when_no_other_stop, deficits=False)
    wording = Spot("safety_wording", "safety_wording", ("urgency",))
    for urgency in get_args(Urgency):
        if urgency not in desk.knowledge.safety_wording.urgency:
            desk.fault(wording, f"the urgency '{urgency}' has no words", "missing_key", at_key=True)


def check_interventions(desk: Desk) -> None:
    """Every intervention aims at deficits that exist and needs things that are known; every deficit has one."""
    knowledge = desk.knowledge
    aimed_at: set[str] = set()
    for name, page in knowledge.interventions.items():
        spot = Spot("intervention", name)
        desk.sources(spot / "sources", page.sources)
        for field, what, names in (
            ("targets", "deficit", knowledge.deficits),
            ("equipment", "equipment", knowledge.programs.equipment.tokens),
            ("contraindications", "safety rule", knowledge.safety),
        ):
            for number, item in enumerate(getattr(page, field)):
                desk.exists(spot.below(field, number), what, item, names)
        aimed_at.update(page.targets)
        _check_ladder(desk, spot, page)
        sessions = page.sessions_per_week
        if sessions and sessions[0] > sessions[1]:
            desk.fault(spot / "sessions_per_week", "the fewest come first, then the most", "not_rising")
    for name in knowledge.deficits:
        if name not in aimed_at:
            desk.fault(Spot("deficit", name, ("deficit",)), f"nothing is prescribed for {name}", "no_intervention")


def _check_ladder(desk: Desk, spot: Spot, page: Intervention) -> None:
    rows = desk.knowledge.interventions
    for field, direction in (("regress_to", -1), ("progress_to", 1)):
        step = getattr(page, field)
        if step is None or not desk.exists(spot / field, "intervention", step, rows):
            continue
        if (_LEVELS.index(rows[step].level) - _LEVELS.index(page.level)) * direction < 0:
            easier = "easier" if direction > 0 else "harder"
            message = f"'{step}' is {easier} ({rows[step].level}) than this one ({page.level})"
            desk.fault(spot / field, message, "ladder_level")


def check_programs(desk: Desk) -> None:
    """Every name the programme pages use exists."""
    knowledge, programs = desk.knowledge, desk.knowledge.programs
    names = {
        "intervention": list(knowledge.interventions),
        "row": [*knowledge.interventions, *programs.choosing.groups],
        "deficit": list(knowledge.deficits),
        "safety": list(knowledge.safety),
        "measure": [*knowledge.measures, *knowledge.derived],
        "source": list(knowledge.sources),
        "block": [*programs.blocks(), "pattern_first", "elsewhere"],
        "code": list(programs.layout.codes),
        "lane": [lane.lane for lane in programs.layout.lanes],
        "dose": list(programs.progression.doses),
        "people": list(programs.people.people),
    }
    words = {"row": "intervention or group", "safety": "safety rule", "code": "session code", "dose": "dose word",
             "people": "adjustment"}  # fmt: skip
    for stem, path, kind, name in programs.references():
        if kind == "source":
            desk.used_sources.add(name)
        if name not in names[kind]:
            spot = Spot("program", stem, tuple(str(step) if not _is_index(desk, stem, path, at) else step
                                               for at, step in enumerate(path)))  # fmt: skip
            at_key = str(path[-1]) == name and not isinstance(path[-1], int)
            desk.exists(spot, words.get(kind, kind), name, names[kind], at_key=at_key)


def _is_index(desk: Desk, stem: str, path: tuple[str | int, ...], at: int) -> bool:
    """Whether a step of a path counts in a list; keys of mappings are texts, also when they look like 3."""
    page = desk.knowledge.pages["program", stem]
    return isinstance(path[at], int) and path[: at + 1] in page.values
