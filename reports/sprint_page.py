"""The sprint page and the budgets of evidence as a coach reads them: `rules show sprint` and a chapter of the book.

Part of *report*. The page holds numbers by name; here stands what each is a limit of, so that it reads as a sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.schema.base import Figure, Verified
from engine.schema.limiter import Budget
from engine.schema.sprint import Fitting, Sprint, SprintGroup, StartPage
from reports import wording

LIMITS: Mapping[str, tuple[str, str]] = {
    "fewest_gates": ("fewer than {} gates", "few_splits"),
    "first_gate_by": ("no gate up to {} m", "missing_early_gate"),
    "far_gate_beyond": ("no gate beyond {} m", "no_far_gate"),
    "bracket_gates": ("fewer than {} gates, and no correction of the start is fitted", ""),
    "bracket_reach": ("the last gate before {} m, and no correction of the start is fitted", ""),
    "fastest_interval": ("an interval faster than {} m/s", "unit_suspicion"),
    "slowest_interval": ("an interval slower than {} m/s, the first aside", "unit_suspicion"),
    "first_interval": ("a first interval faster than {} m/s", "flying_start"),
    "falling_speed": ("an interval more than {} % slower than one before, and beyond the noise", "falling_speed"),
    "beyond_fastest": ("MSS more than {} % above the fastest interval", "extrapolated_v0"),
    "largest_mss": ("MSS above {} m/s", "implausible_fit"),
    "shortest_tau": ("TAU below {} s", "implausible_fit"),
    "longest_tau": ("TAU above {} s", "implausible_fit"),
    "largest_mss_error": ("MSS uncertain by more than {} %", "uncertain_fit"),
    "largest_mac_error": ("MAC uncertain by more than {} %", "uncertain_fit"),
    "start_offset": ("a run that began {} s or more before the clock", "start_offset"),
    "beyond_start": ("a time correction more than {} standard errors beyond what the start allows", "boundary_optimum"),
    "reaction_from": ("a clock that ran {} s or more before the first push", "reaction_time_left_in"),
    "standing_speed": ("a recording that begins slower than {} m/s", "standing_still"),
    "strongest_wind": ("a wind stronger than {} m/s, or a tail wind faster than the athlete", "wind_suspicion"),
    "largest_noise": ("a fit that misses the times by more than {} s (its standard error)", "large_residual"),
    "start_matters": ("readings of the start that differ by more than {} % in F0", "start_decides"),
    "drawn_on": ("a verdict about a distance more than {} % beyond the last gate", "beyond_last_gate"),
    "refuted_below": ("a simpler reading of the start with a probability below {}, which is dropped", ""),
}
"""By limit of the page: what it is a limit of, and the warning it raises, if any."""

TRACES: Mapping[str, str] = {
    "smoothing": "the peak of a recording is looked for in its mean over {} s",
    "smoothing_percent": "the same over {} % of the samples where there is no clock, and for the fastest speed seen",
    "session_from": "accelerations of a whole session count from {} m/s",
    "session_bin": "they are sorted into steps of speed, {} m/s wide",
    "session_kept": "the greatest {} of each step are kept",
}
"""By figure about recordings: what it is."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One figure as a clause, with where it comes from."""

    id: str
    says: str
    figure: Figure

    @property
    def basis(self) -> str:
        """Whether somebody read its source; our own choices have none."""
        return self.figure.verified if self.figure.sources else "our choice"


@dataclass(frozen=True, slots=True)
class Warning:
    """A warning with what to do, and the limits that raise it."""

    id: str
    says: str
    do: str
    limits: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """A way the clock is started, with the readings tried."""

    id: str
    page: StartPage
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A reference group as a row of a table."""

    page: SprintGroup
    who: str
    fit: str
    ages: str
    n: str
    f0: str
    v0: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """A budget of evidence with the rules that share it, by deficit or limiter."""

    page: Budget
    measures: tuple[str, ...]
    rules: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """All that is said about sprints as such."""

    page: Sprint
    starts: tuple[Start, ...]
    fits: tuple[tuple[str, str], ...]
    warnings: tuple[Warning, ...]
    further: tuple[Limit, ...]
    """Limits and figures that raise no warning."""
    groups: tuple[Group, ...]
    feeds: tuple[tuple[str, str], ...]
    """Measure, and what of a sprint stands in for it."""
    about: tuple[str, ...]
    """What the verdict is about, sentence by sentence."""
    budgets: tuple[Sharing, ...]


def chapter(knowledge: KnowledgeBase) -> Chapter:
    """The sprint page, put in order."""
    page = knowledge.sprint
    limits = [_limit(page, id) for id in LIMITS]
    return Chapter(
        page,
        tuple(Start(id, one, tuple(_readings(page, one))) for id, one in page.starts.items()),
        tuple((one.label, one.says) for one in page.fits.values()),
        tuple(
            Warning(id, one.says, one.do, tuple(limit for limit in limits if LIMITS[limit.id][1] == id))
            for id, one in page.flags.items()
        ),
        (*(limit for limit in limits if not LIMITS[limit.id][1]), *_figures(page)),
        tuple(_group(knowledge, one) for one in page.groups),
        tuple(_feeds(knowledge)),
        tuple(_about(knowledge)),
        tuple(_sharing(knowledge, one) for one in knowledge.limiters.budgets),
    )


def _limit(page: Sprint, id: str) -> Limit:
    figure: Figure = getattr(page.limits, id)
    return Limit(id, LIMITS[id][0].format(wording.number(figure.value)), figure)


def _figures(page: Sprint) -> Iterator[Limit]:
    """Figures beside the limits."""
    number = wording.number
    yield Limit("fixed_offset", f"{number(page.fixed_offset.value)} s added by the fixed offset", page.fixed_offset)
    wrong = f"{number(page.fixed_offset_error.value)} s (SD) by which that rule may be wrong"
    yield Limit("fixed_offset_error", wrong, page.fixed_offset_error)
    tape = f"{number(page.set_back_error.value)} m (SD) by which a measured set-back may be wrong"
    yield Limit("set_back_error", tape, page.set_back_error)
    probe = f"F0 and V0 raised by {number(page.probe_percent.value)} % to see what each is worth"
    yield Limit("probe_percent", probe, page.probe_percent)
    noise = f"{number(page.timing_noise.value)} s of noise at a gate, before its own fit is seen"
    yield Limit("timing_noise", noise, page.timing_noise)
    weight = f"that noise believed as much as {number(page.timing_noise_weight.value)} gates"
    yield Limit("timing_noise_weight", weight, page.timing_noise_weight)
    for name, says in TRACES.items():
        figure: Figure = getattr(page.traces, name)
        yield Limit(f"traces.{name}", says.format(number(figure.value)), figure)
    spread = page.group_spread
    between = f"{number(spread.f0_rel.value)} % of spread (SD) of F0 in a group that gives none"
    yield Limit("group_spread.f0_rel", between, spread.f0_rel)
    yield Limit("group_spread.v0", f"{number(spread.v0.value)} % of spread (SD) of V0 in such a group", spread.v0)
    together = f"F0 and V0 of the athletes of a group go together with a correlation of {number(spread.together.value)}"
    yield Limit("group_spread.together", together, spread.together)
    people = f"{number(spread.people.value)} athletes taken to stand behind a group that gives no number"
    yield Limit("group_spread.people", people, spread.people)


def _readings(page: Sprint, start: StartPage) -> Iterator[str]:
    yield _models(page, start.models)
    if start.with_set_back:
        yield f"when the set-back was measured: {_models(page, start.with_set_back)}"
    if start.with_few_gates:
        yield f"with few gates: {_models(page, start.with_few_gates)}"
    if start.time_correction:
        low, high = (wording.number(one) for one in start.time_correction)
        yield f"the time correction may be {low} to {high} s"
    if start.times_are_comparable:
        yield "its gate times count as sprint times"


def _models(page: Sprint, models: Sequence[Fitting]) -> str:
    return ", then ".join(page.fits[one].label if one in page.fits else one for one in models)


def _group(knowledge: KnowledgeBase, one: SprintGroup) -> Group:
    people = knowledge.populations.populations.get(one.population)
    fit = knowledge.sprint.fits.get(one.model)
    return Group(
        one, people.label if people else one.population, fit.label if fit else one.model,
        f"{one.ages[0]}–{one.ages[1]}", str(one.n) if one.n else "–", _with_sd(one.f0_rel, one.f0_rel_sd),
        _with_sd(one.v0, one.v0_sd),
    )  # fmt: skip


def _with_sd(mean: float, sd: float | None) -> str:
    return wording.number(mean) + (f" ± {wording.number(sd)}" if sd else "")


def _feeds(knowledge: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for id, quantity in knowledge.sprint.feeds.items():
        yield id, {"mss": "MSS", "mac": "MAC", "tau": "TAU"}.get(quantity, "the fit")
    for id, distance in knowledge.sprint.gate_times.items():
        yield id, f"a gate at {wording.number(distance)} m"


def _about(knowledge: KnowledgeBase) -> Iterator[str]:
    page = knowledge.sprint
    events = knowledge.measures.get(page.person.event_group)
    by_distance: dict[float, list[str]] = {}
    for event, distance in page.distances.items():
        by_distance.setdefault(distance, []).append(f"“{wording.choice(events, event)}”")
    told = [f"{wording.number(distance)} m for {wording.listed(names)}" for distance, names in by_distance.items()]
    other = f"{wording.number(page.any_distance)} m when the event is not known"
    yield f"The verdict is about {'; '.join([*told, other])}."
    yield f"Every interval holds the true value with {wording.percent(page.confidence)} confidence."
    number, taken = wording.number, page.assumed
    yield (f"What was not given is taken as {number(taken.mass)} kg, {number(taken.height)} m, "
           f"{number(taken.temperature)} °C and {number(taken.pressure)} hPa."
           + (f" {wording.sentence(taken.note)}" if taken.note else ""))  # fmt: skip
    labels = [page.fits[one].label for one in page.feed_from if one in page.fits]
    yield f"Its figures stand beside norms when it was fitted with {wording.listed(labels, 'or')}."
    fit = page.fits.get(page.norms_fitted_with)
    yield f"The norms of F0 and V0 were fitted with {fit.label if fit else page.norms_fitted_with}."


def verified(knowledge: KnowledgeBase) -> list[Verified]:
    """Of every group and every figure with a source: whether the source was read."""
    page = knowledge.sprint
    figures = [*(_limit(page, id).figure for id in LIMITS), *(one.figure for one in _figures(page))]
    return [*(one.verified for one in page.groups), *(one.verified for one in figures if one.sources)]


# --- budgets ------------------------------------------------------------------------------------------------------


def _sharing(knowledge: KnowledgeBase, page: Budget) -> Sharing:
    from engine.compile import compile_knowledge

    counts: dict[str, int] = {}
    for rule in compile_knowledge(knowledge).rules:
        if rule.budget == page.budget:
            counts[rule.about] = counts.get(rule.about, 0) + 1
    return Sharing(page, page.measures, tuple(sorted(counts.items())))


def pieces(page: Budget) -> str:
    """What a budget allows, as a sentence."""
    most = "the strongest piece" if page.pieces == 1 else f"the {page.pieces} strongest pieces"
    return f"Together the rules that share it weigh no more than {most} of evidence among them would alone."


def shared_by(knowledge: KnowledgeBase, about: str) -> Iterator[str]:
    """For a deficit or limiter: which of its rules share a budget with others, a sentence for each budget."""
    for budget in knowledge.limiters.budgets:
        count = dict(_sharing(knowledge, budget).rules).get(about, 0)
        if count:
            which = f"{count} of its rules share" if count > 1 else "One of its rules shares"
            yield f"{which} the budget “{budget.budget}”: {wording.lower_first(pieces(budget))}"


# --- in words -----------------------------------------------------------------------------------------------------


def told(knowledge: KnowledgeBase) -> Iterator[tuple[int, str]]:
    """The chapter line by line: how far each is indented, and its text; an empty one parts two sections."""
    found = chapter(knowledge)
    yield 0, "How a sprint against the clock is read"
    yield 2, found.page.about
    for title, lines in (
        ("How the clock was started", _told_starts(found)), ("Warnings, and what to do", _told_warnings(found)),
        ("Further figures", (line for one in found.further for line in _told_limit(knowledge, one))),
        ("Compared with", (line for one in found.groups for line in _told_group(knowledge, one))),
        ("What it is about", ((2, line) for line in (*found.about, _told_feeds(knowledge, found)))),
        ("How much one sprint may say", (line for one in found.budgets for line in _told_budget(knowledge, one))),
        ("To be honest", ((2, line) for line in found.page.honest)),
    ):  # fmt: skip
        yield 0, ""
        yield 0, title
        yield from lines


def _told_starts(found: Chapter) -> Iterator[tuple[int, str]]:
    for one in found.starts:
        yield 2, f"{one.page.label} ({one.id}): {one.page.ask}"
        yield 4, f"Read as: {'; '.join(one.readings)}."
    for label, says in found.fits:
        yield 2, f"{wording.sentence(label).rstrip('.')}: {says}."


def _told_warnings(found: Chapter) -> Iterator[tuple[int, str]]:
    for one in found.warnings:
        yield 2, f"{one.id}: {one.says}"
        yield 4, f"Do: {one.do}"
        for limit in one.limits:
            note = f" {limit.figure.note}" if limit.figure.note else ""
            yield 4, f"Raised by {limit.says} (limits.{limit.id}, {limit.basis}).{note}"


def _told_limit(knowledge: KnowledgeBase, one: Limit) -> Iterator[tuple[int, str]]:
    note = f" {one.figure.note}" if one.figure.note else ""
    yield 2, f"{wording.sentence(one.says).rstrip('.')} ({one.id}, {one.basis}).{note}"


def _told_group(knowledge: KnowledgeBase, one: Group) -> Iterator[tuple[int, str]]:
    names = [knowledge.sources[name].citation.split(".")[0] for name in one.page.sources if name in knowledge.sources]
    yield 2, (f"{wording.sentence(one.page.label).rstrip('.')}: F0 {one.f0} N/kg, V0 {one.v0} m/s (n = {one.n}, "
              f"{one.page.sex}, {one.ages}, {one.page.verified})")  # fmt: skip
    yield 4, f"Stand for {one.who}. Rest on: {'; '.join(names) or 'judgement'}."


def _told_feeds(knowledge: KnowledgeBase, found: Chapter) -> str:
    names = [wording.short_label(knowledge, id) for id, _ in found.feeds]
    return f"It stands in, where nothing was entered, for {wording.listed(names)}."


def _told_budget(knowledge: KnowledgeBase, one: Sharing) -> Iterator[tuple[int, str]]:
    yield 2, f"Budget “{one.page.budget}”: {pieces(one.page)} {one.page.because}"
    yield 4, f"It covers {wording.listed([wording.short_label(knowledge, id) for id in one.measures])}."
    about = [f"{name} ({count})" for name, count in one.rules]
    yield 4, f"Rules that share it: {', '.join(about) or 'none'}."
