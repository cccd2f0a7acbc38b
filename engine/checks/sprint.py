"""The sprint page and the budgets of evidence: every name exists, every range is one, every warning has its words."""

from string import Formatter
from typing import get_args

from engine.checks.desk import Desk, Spot
from engine.checks.runner import check_runner
from engine.schema.base import Figure
from engine.schema.sprint import Fitting, Quantity, Sprint, Start, TracePage
from engine.sprint.flags import FLAGS

_COMPARED = ("group", "distance", "save_f0", "save_v0", "percent_f0", "percent_v0")
VERDICT_NAMES = {
    **dict.fromkeys(("force", "velocity", "undecided", "neither"), _COMPARED),
    "no_group": ("distance", "percent_f0", "percent_v0"),
    "unreliable": ("distance",),
}
"""What the sentence of each verdict may be filled in with."""
_LARGEST = 1000.0
"""No figure of the page means more of anything, in whatever unit."""
_LEAST_PROBE = 0.1
_WIDEST = 50
_PAGE = ("sprint", "sprint")
_UNITS: dict[Quantity, str] = {
    "mss": "m/s", "mac": "m/s²", "tau": "s", "f0": "N", "f0_rel": "N/kg", "v0": "m/s", "pmax": "W", "pmax_rel": "W/kg",
    "rf_max": "%", "drf": "% per m/s", "time": "s", "imbalance": "%",
}  # fmt: skip
"""Of the quantities of a profile, as pages of measures write them; a slope has none that a measure could have."""
_ORDERED = (("slowest_interval", "fastest_interval"), ("shortest_tau", "longest_tau"))
"""Limits of which the first is the lower end of a range."""


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
    for number, model in enumerate(page.feed_from):
        _fit(desk, page, spot.below("feed_from", number), model)
    _check_complete(desk, page, spot)
    _check_figures(desk, page, spot)
    for number, group in enumerate(page.groups):
        here = spot.below("groups", number)
        desk.sources(here / "sources", group.sources)
        desk.exists(here / "population", "population", group.population, desk.knowledge.populations.populations)
        _fit(desk, page, here / "model", group.model)
        _in_order(desk, here / "ages", *group.ages)
    _check_measures(desk, page, spot)
    _check_words(desk, page, spot)


def _fit(desk: Desk, page: Sprint, spot: Spot, model: Fitting) -> None:
    desk.exists(spot, "fit", model, page.fits)


def _check_complete(desk: Desk, page: Sprint, spot: Spot) -> None:
    """Whatever an athlete's file may name has its page: every start and every fit."""
    for field, names in (("starts", get_args(Start)), ("fits", get_args(Fitting))):
        for name in names:
            if name not in getattr(page, field):
                message = f"'{name}' is missing; an athlete's file may name it"
                desk.fault(spot / field, message, f"missing_{field}", at_key=True)


def _check_figures(desk: Desk, page: Sprint, spot: Spot) -> None:
    """Figures with their sources, in ranges that are ranges."""
    names = ("fixed_offset", "fixed_offset_error", "set_back_error", "probe_percent", "timing_noise",
             "timing_noise_weight")  # fmt: skip
    figures: list[tuple[Spot, Figure]] = [(spot / name, getattr(page, name)) for name in names]
    for field in ("limits", "traces"):
        part = getattr(page, field)
        figures += [(spot.below(field, name), getattr(part, name)) for name in type(part).model_fields]
    usual = spot / "group_spread"
    figures += [(usual / name, getattr(page.group_spread, name)) for name in ("f0_rel", "v0", "people")]
    for here, figure in figures:
        desk.sources(here / "sources", figure.sources)
        if figure.value <= 0:
            desk.fault(here / "value", f"expected a number above 0, found {figure.value:g}", "too_small")
        elif figure.value > _LARGEST:
            desk.fault(here / "value", f"expected a number up to {_LARGEST:g}, found {figure.value:g}", "too_large")
    _check_correlation(desk, page.group_spread.together, usual / "together")
    _check_traces(desk, page.traces, spot / "traces")
    if page.probe_percent.value < _LEAST_PROBE:
        message = f"a probe of {page.probe_percent.value:g} percent drowns in rounding; take {_LEAST_PROBE:g} or more"
        desk.fault(spot.below("probe_percent", "value"), message, "too_small")
    if page.limits.refuted_below.value >= 1:
        message = f"a probability lies below 1, found {page.limits.refuted_below.value:g}; five percent is 0.05"
        desk.fault(spot.below("limits", "refuted_below", "value"), message, "too_large")
    for low, high in _ORDERED:
        ends = getattr(page.limits, low).value, getattr(page.limits, high).value
        if ends[0] >= ends[1]:
            message = f"{low} must be below {high}, found {ends[0]:g} and {ends[1]:g}"
            desk.fault(spot.below("limits", low, "value"), message, "wrong_order")
    _check_corrections(desk, page, spot)


def _check_corrections(desk: Desk, page: Sprint, spot: Spot) -> None:
    """What the starts may be corrected by."""
    for start, meant in page.starts.items():
        if meant.time_correction is not None:
            _in_order(desk, spot.below("starts", start, "time_correction"), *meant.time_correction, apart=True)
        for field in ("models", "with_few_gates"):
            if "fd_fixed" in getattr(meant, field):
                message = "'fd_fixed' needs a measured set-back, so it stands under `with_set_back` alone"
                desk.fault(spot.below("starts", start, field), message, "needs_set_back")


def _check_traces(desk: Desk, traces: TracePage, spot: Spot) -> None:
    kept, share = traces.session_kept.value, traces.smoothing_percent.value
    if kept > 0 and not kept.is_integer():
        message = f"accelerations are counted whole, found {kept:g}"
        desk.fault(spot.below("session_kept", "value"), message, "not_whole")
    if share > _WIDEST:
        message = f"a mean over {share:g} percent of a recording hides its peak; take {_WIDEST:g} or less"
        desk.fault(spot.below("smoothing_percent", "value"), message, "too_large")


def _check_correlation(desk: Desk, figure: Figure, spot: Spot) -> None:
    desk.sources(spot / "sources", figure.sources)
    if not -1 < figure.value < 1:
        message = f"a correlation lies between -1 and 1, found {figure.value:g}"
        desk.fault(spot / "value", message, "out_of_range")


def _in_order(desk: Desk, spot: Spot, low: float, high: float, *, apart: bool = False) -> None:
    if low > high or (apart and low == high):
        desk.fault(spot, f"the smaller number comes first, found {low:g} before {high:g}", "wrong_order")


def _check_measures(desk: Desk, page: Sprint, spot: Spot) -> None:
    measures = desk.knowledge.measures
    told = check_runner(desk, page.person, spot / "person")
    for field in ("feeds", "gate_times"):
        for id in getattr(page, field):
            here = spot.below(field, id)
            if desk.exists(here, "measure", id, measures, at_key=True) and measures[id].ask_when is not None:
                message = f"'{id}' is asked only on a condition, so a sprint cannot stand in for it"
                desk.fault(here, message, "asked_on_a_condition", at_key=True)
    for id in page.gate_times:
        if id in measures and measures[id].unit != "s":
            message = f"'{id}' is no time in s, which is what a gate gives"
            desk.fault(spot.below("gate_times", id), message, "wrong_unit", at_key=True)
    for id, quantity in page.feeds.items():
        unit = measures[id].unit if id in measures else None
        wanted = _UNITS.get(quantity, unit)
        if unit is not None and unit != wanted:
            message = f"'{id}' is in {unit}, and {quantity} is in {wanted}"
            desk.fault(spot.below("feeds", id), message, "wrong_unit")
    for event in page.distances if "event_group" in told else ():
        events = measures[page.person.event_group].choices or {}
        desk.exists(spot.below("distances", event), "event group", event, events, at_key=True)
    _check_budgets(desk)


def _check_budgets(desk: Desk) -> None:
    """Every budget has a name of its own, and every measure one budget at most."""
    known = [*desk.knowledge.measures, *desk.knowledge.derived]
    taken: dict[str, str] = {}
    named: set[str] = set()
    for number, budget in enumerate(desk.knowledge.limiters.budgets):
        here = Spot("limiters", "limiters", ("budgets", number))
        desk.sources(here / "sources", budget.sources)
        if budget.budget in named:
            desk.fault(here / "budget", f"there are two budgets '{budget.budget}'", "twice")
        named.add(budget.budget)
        for at, id in enumerate(budget.measures):
            spot = here.below("measures", at)
            if desk.exists(spot, "measure", id, known) and id in taken:
                desk.fault(spot, f"'{id}' shares the budget '{taken[id]}' already; it can share one only", "twice")
            taken.setdefault(id, budget.budget)


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
        _filled(desk, spot.below("verdict", side), getattr(page.verdict, side), VERDICT_NAMES[side])


def _filled(desk: Desk, spot: Spot, text: str, names: tuple[str, ...]) -> None:
    """Every name in braces is one that will be filled in."""
    try:
        parts = [(name, form, turned) for _, name, form, turned in Formatter().parse(text) if name is not None]
    except ValueError:
        desk.fault(spot, "a brace without its partner; write names like {distance}", "wrong_braces")
        return
    for name, form, turned in parts:
        if form or turned:
            message = f"only a name stands in braces, found more behind '{name}'; write {{{name}}}"
            desk.fault(spot, message, "wrong_braces")
        elif name not in names:
            allowed = ", ".join(f"{{{one}}}" for one in names) or "no braces here"
            desk.fault(spot, f"nothing is filled in for {{{name}}}", "unknown_name", allowed=allowed)
