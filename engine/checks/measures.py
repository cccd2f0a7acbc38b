"""Measures, derived measures, the people they are compared with, and the questionnaire that asks them."""

from itertools import pairwise

from engine.answers import SCALES, AnswerError, bounds, value_of
from engine.checks.conditions import check_conditions
from engine.checks.desk import Desk, Spot
from engine.derived import FORMULAS, Formula
from engine.schema.measure import DerivedMeasure, Measure, Norm

EVENT_GROUP, TRAINING_LEVEL = "event_group", "training_level"
"""The two answers by which a comparison group is chosen."""


def check_measures(desk: Desk) -> None:
    """Every question and test."""
    for name, measure in desk.knowledge.measures.items():
        spot = Spot("measure", name)
        desk.sources(spot / "sources", measure.sources)
        if measure.typical_error:
            desk.sources(spot.below("typical_error", "sources"), measure.typical_error.sources)
        check_conditions(desk, spot / "ask_when", measure.ask_when, deficits=False)
        _check_kind(desk, spot, measure)
        limits = None if measure.kind in ("yes_no", "choice") else bounds(measure)
        _check_norms(desk, spot, measure.norms, limits)


def _check_kind(desk: Desk, spot: Spot, measure: Measure) -> None:
    numeric = measure.kind == "number" or measure.kind in SCALES
    if measure.per_side and not numeric:
        desk.fault(spot / "per_side", "only numbers and scales can be tested on each side", "no_sides")
    if measure.plausible and measure.plausible.at_least >= measure.plausible.at_most:
        desk.fault(spot / "plausible", "the plausible range ends before it begins", "empty_range")
    if measure.norms and not numeric:
        desk.fault(spot / "norms", f"{measure.kind} answers have no norms", "no_norm", at_key=True)
    if measure.kind in SCALES:
        for step in measure.anchors or ():
            if not 0 <= step <= SCALES[measure.kind]:
                message = f"the scale has no step {step}"
                allowed = f"0 to {SCALES[measure.kind]}"
                desk.fault(spot.below("anchors", str(step)), message, "out_of_range", allowed=allowed, at_key=True)
    elif measure.anchors is not None:
        desk.fault(spot / "anchors", "`anchors` belongs to scales, and to no other kind", "wrong_kind", at_key=True)
    if measure.counts_as is not None and not measure.per_side:
        try:
            value_of(desk.knowledge, measure.measure, measure.counts_as)
        except AnswerError as error:
            desk.fault(spot / "counts_as", error.message, error.code, allowed=error.allowed, meant=error.suggestion)


def _check_norms(desk: Desk, spot: Spot, norms: tuple[Norm, ...], limits: tuple[float, float] | None) -> None:
    for number, norm in enumerate(norms):
        here = spot.below("norms", number)
        desk.sources(here / "sources", norm.sources)
        desk.exists(here / "population", "population", norm.population, desk.knowledge.populations.populations)
        for name in ("mean", "percentiles", "threshold"):
            values = _figures(norm, name)
            if any(first > second for first, second in pairwise(values)):
                desk.fault(here / name, f"the figures of `{name}` must rise", "not_rising", at_key=True)
            if limits and any(not limits[0] <= value <= limits[1] for value in values):
                allowed = f"{limits[0]:g} to {limits[1]:g}"
                message = "this norm lies outside the plausible range of its measure"
                desk.fault(here / name, message, "out_of_range", allowed=allowed)


def _figures(norm: Norm, name: str) -> list[float]:
    found = getattr(norm, name)
    if found is None:
        return []
    return [found] if isinstance(found, float) else [value for _, value in found if value is not None]


def check_derived(desk: Desk) -> None:
    """Every computed measure: its formula exists, and its inputs."""
    knowledge = desk.knowledge
    names = [*knowledge.measures, *knowledge.derived]
    for name, derived in knowledge.derived.items():
        spot = Spot("derived", name)
        desk.sources(spot / "sources", derived.sources)
        for field in ("inputs", "optional_inputs"):
            for number, given in enumerate(getattr(derived, field)):
                desk.exists(spot.below(field, number), "measure", given, names)
        _check_norms(desk, spot, derived.norms, None)
        _check_formula(desk, spot, derived)


def _check_formula(desk: Desk, spot: Spot, page: DerivedMeasure) -> None:
    """The formula exists and has its figures, on this page or on that of another measure."""
    if not desk.exists(spot / "computed_by", "formula", page.computed_by, FORMULAS):
        return
    if page.figures_of is not None:
        _check_shared(desk, spot, page, page.figures_of)
    else:
        _check_figures(desk, spot, page, FORMULAS[page.computed_by])


def _check_shared(desk: Desk, spot: Spot, page: DerivedMeasure, shared: str) -> None:
    """Figures of another page: it has some, and they are of the same names."""
    here, known = spot / "figures_of", desk.knowledge.derived
    if page.figures:
        message = f"the figures stand here or on the page of '{shared}', not in both places"
        desk.fault(spot / "figures", message, "figures_twice", at_key=True)
    if not desk.exists(here, "computed measure", shared, known):
        return
    wanted, other = FORMULAS[page.computed_by].figures, known[shared].computed_by
    if not known[shared].figures:
        desk.fault(here, f"'{shared}' has no figures of its own", "no_figures")
    elif other in FORMULAS and FORMULAS[other].figures != wanted:
        message = f"'{page.computed_by}' takes other figures than '{other}', by which that is computed"
        desk.fault(here, message, "other_figures", allowed=", ".join(wanted) or "no figures")


def _check_figures(desk: Desk, spot: Spot, page: DerivedMeasure, formula: Formula) -> None:
    """Figures of the page's own: all that the formula takes and no other, above zero and in order."""
    there = [desk.exists(spot.below("figures", name), "figure", name, formula.figures, at_key=True)
             for name in page.figures]  # fmt: skip
    if not all(there):
        return
    if missing := [name for name in formula.figures if name not in page.figures]:
        message = f"'{page.computed_by}' takes figures of its page, and {', '.join(missing)} cannot be found here"
        desk.fault(spot / "computed_by", message, "missing_figure", allowed=", ".join(formula.figures))
        return
    for name, figure in page.figures.items():
        desk.sources(spot.below("figures", name, "sources"), figure.sources)
        if figure.value <= 0:
            message = f"expected a number above 0, found {figure.value:g}"
            desk.fault(spot.below("figures", name, "value"), message, "too_small")
    for low, high in pairwise(formula.rising):
        ends = page.figures[low].value, page.figures[high].value
        if ends[0] >= ends[1]:
            message = f"{low} must be below {high}, found {ends[0]:g} and {ends[1]:g}"
            desk.fault(spot.below("figures", low, "value"), message, "wrong_order")


def check_populations(desk: Desk) -> None:
    """Every event group and training level has its comparison group."""
    page = desk.knowledge.populations
    spot = Spot("populations", "populations")
    groups, levels = _choices(desk, EVENT_GROUP), _choices(desk, TRAINING_LEVEL)
    _same_keys(desk, spot / "compare_with", page.compare_with, groups, EVENT_GROUP)
    for group, by_level in page.compare_with.items():
        here = spot.below("compare_with", group)
        _same_keys(desk, here, by_level, levels, TRAINING_LEVEL)
        for level, population in by_level.items():
            desk.exists(here / level, "population", population, page.populations)
    for field in ("also", "elite"):
        for group, populations in getattr(page, field).items():
            desk.exists(spot.below(field, group), "event group", group, groups, at_key=True)
            for number, population in enumerate(populations):
                desk.exists(spot.below(field, group, number), "population", population, page.populations)
    for number, population in enumerate(page.then):
        desk.exists(spot.below("then", number), "population", population, page.populations)


def _choices(desk: Desk, name: str) -> list[str]:
    measure = desk.knowledge.measures.get(name)
    if measure is None or not measure.choices:
        message = f"the measure '{name}' is missing, or has no choices"
        desk.fault(Spot("populations", "populations", ("compare_with",)), message, "missing_measure", at_key=True)
        return []
    return list(measure.choices)


def _same_keys(desk: Desk, spot: Spot, found: dict[str, object] | dict[str, dict[str, str]] | dict[str, str],
               wanted: list[str], measure: str) -> None:  # fmt: skip
    for key in found:
        if wanted and key not in wanted:
            desk.exists(spot / key, measure.replace("_", " "), key, wanted, at_key=True)
    for choice in wanted:
        if choice not in found:
            message = f"'{choice}' is a choice of {measure} and has no line here"
            desk.fault(spot, message, "missing_key", at_key=True)


def check_questionnaire(desk: Desk) -> None:
    """Every measure is asked in one place, and only there."""
    measures = desk.knowledge.measures
    page = desk.knowledge.questionnaire
    spot = Spot("questionnaire", "questionnaire")
    asked: dict[str, str] = {}
    for number, section in enumerate(page.sections):
        for index, name in enumerate(section.measures):
            here = spot.below("sections", number, "measures", index)
            desk.exists(here, "measure", name, measures)
            if name in asked:
                desk.fault(here, f"'{name}' is asked in the section '{asked[name]}' already", "asked_twice")
            asked.setdefault(name, section.id)
    if missing := [name for name in measures if name not in asked]:
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        message = f"no section asks {', '.join(missing[:5])}{more}"
        desk.fault(spot / "sections", message, "never_asked", at_key=True)
    for number, kit in enumerate(page.kit):
        for index, name in enumerate(kit.opens):
            desk.exists(spot.below("kit", number, "opens", index), "measure", name, measures)
