"""The sprint page and the budgets of evidence: every name exists, every warning has its words, every word its figure."""

from string import Formatter

from engine.checks.desk import Desk, Spot
from engine.schema.sprint import Fitting, Sprint
from engine.sprint.flags import FLAGS

VERDICT_NAMES = ("group", "distance", "save_f0", "save_v0", "percent_f0", "percent_v0")
"""What the sentences of the verdict may be filled in with."""
_PAGE = ("sprint", "sprint")


def check_sprint(desk: Desk) -> None:
    """Starts, fits, groups, measures and words of the sprint page."""
    page = desk.knowledge.sprint
    spot = Spot(*_PAGE)
    desk.sources(spot / "sources", page.sources)
    for start, meant in page.starts.items():
        for field in ("models", "with_set_back", "with_few_gates"):
            for number, model in enumerate(getattr(meant, field)):
                _fit(desk, page, spot.below("starts", start, field, number), model)
    _fit(desk, page, spot / "norms_fitted_with", page.norms_fitted_with)
    for name in type(page.limits).model_fields:
        desk.sources(spot.below("limits", name, "sources"), getattr(page.limits, name).sources)
    for name in ("fixed_offset", "probe_percent", "timing_noise", "timing_noise_weight"):
        desk.sources(spot.below(name, "sources"), getattr(page, name).sources)
    for number, group in enumerate(page.groups):
        here = spot.below("groups", number)
        desk.sources(here / "sources", group.sources)
        desk.exists(here / "population", "population", group.population, desk.knowledge.populations.populations)
        _fit(desk, page, here / "model", group.model)
    _check_measures(desk, page, spot)
    _check_words(desk, page, spot)


def _fit(desk: Desk, page: Sprint, spot: Spot, model: Fitting) -> None:
    desk.exists(spot, "fit", model, page.fits)


def _check_measures(desk: Desk, page: Sprint, spot: Spot) -> None:
    measures = desk.knowledge.measures
    for name in type(page.person).model_fields:
        desk.exists(spot.below("person", name), "measure", getattr(page.person, name), measures)
    for field in ("feeds", "gate_times"):
        for id in getattr(page, field):
            here = spot.below(field, id)
            if desk.exists(here, "measure", id, measures, at_key=True) and measures[id].ask_when is not None:
                message = f"'{id}' is asked only on a condition, so a sprint cannot stand in for it"
                desk.fault(here, message, "asked_on_a_condition", at_key=True)
    events = measures.get(page.person.event_group)
    for event in page.distances if events is not None else ():
        here = spot.below("distances", event)
        desk.exists(here, "event group", event, (events and events.choices) or {}, at_key=True)
    for number, budget in enumerate(desk.knowledge.limiters.budgets):
        here = Spot("limiters", "limiters", ("budgets", number))
        desk.sources(here / "sources", budget.sources)
        for at, id in enumerate(budget.measures):
            desk.exists(here.below("measures", at), "measure", id, [*measures, *desk.knowledge.derived])


def _check_words(desk: Desk, page: Sprint, spot: Spot) -> None:
    for code in FLAGS:
        if code not in page.flags:
            desk.fault(spot / "flags", f"the warning '{code}' has no words", "missing_flag", at_key=True)
    for code, flag in page.flags.items():
        here = spot.below("flags", code)
        if desk.exists(here, "warning", code, FLAGS, at_key=True):
            _filled(desk, here / "says", flag.says, FLAGS[code])
            _filled(desk, here / "do", flag.do, ())
    for side in type(page.verdict).model_fields:
        _filled(desk, spot.below("verdict", side), getattr(page.verdict, side), VERDICT_NAMES)


def _filled(desk: Desk, spot: Spot, text: str, names: tuple[str, ...]) -> None:
    """Every name in braces is one that will be filled in."""
    try:
        found = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        desk.fault(spot, "a brace without its partner; write names like {distance}", "wrong_braces")
        return
    for name in found:
        if name not in names:
            allowed = ", ".join(f"{{{one}}}" for one in names) or "no braces here"
            desk.fault(spot, f"nothing is filled in for {{{name}}}", "unknown_name", allowed=allowed)
