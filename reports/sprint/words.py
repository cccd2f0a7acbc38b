"""Numbers of a sprint with their intervals, the verdict and the warnings as sentences. Part of *report*.

The sentences stand in `knowledge/sprint.yaml`; here their braces are filled. No number goes without its interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.schema.sprint import Sprint
from engine.sprint.results import Analysis, Estimate, Flag, StartReading
from engine.sprints import nearest_people
from reports.wording import listed, lower_first, number

TRACES = {
    "radar": "the whole trace", "radar_fixed_mss": "trace, MSS as the fastest sample", "tether": "the whole trace",
    "in_situ": "all sprints of the session",
}  # fmt: skip
"""Fits of a trace, which do not read the start of a clock."""

SHORT = {
    "none": "none", "fixed_offset": "offset", "tc": "TC", "fd": "FD", "fd_fixed": "FD given", "dc": "DC",
    "tc_dc": "TC+DC", "distance_target": "distance", "radar": "trace", "radar_fixed_mss": "fixed MSS",
    "tether": "tether", "in_situ": "session",
}  # fmt: skip
"""Fits over a narrow column."""

START_FITS = frozenset(SHORT) - frozenset(TRACES)
"""Fits of gates, which differ in how they read the start."""

FROM_MEMORY = " (figures from memory)"
"""Said of a group whose source nobody has looked up."""

DECIMALS = {
    "speed": 2, "mss": 2, "fastest": 2, "tau": 2, "offset": 2, "seconds": 1, "percent": 0, "mss_error": 0,
    "mac_error": 0, "low": 1, "high": 1,
}  # fmt: skip
"""Of the figures in a warning; others are as short as their meaning allows."""


def written(value: float, decimals: int) -> str:
    """A number with so many decimals, a true minus sign, and no minus before zero.

    >>> written(-0.084, 2), written(-0.001, 2), written(7.2, 1)
    ('−0.08', '0.00', '7.2')
    """
    text = f"{value:.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def between(low: float, high: float, decimals: int) -> str:
    """An interval: its two ends, or one when both round to the same.

    >>> between(0.061, 0.114, 2), between(0.061, 0.064, 2), between(-8.4, -7.9, 1)
    ('0.06 to 0.11', 'about 0.06', '−8.4 to −7.9')
    """
    ends = written(low, decimals), written(high, decimals)
    return f"{ends[0]} to {ends[1]}" if ends[0] != ends[1] else f"about {ends[0]}"


def saved(time: Estimate) -> str:
    """Time that would be saved, as an interval in words that hold wherever zero lies.

    >>> saved(Estimate(0.08, 0.01, 0.061, 0.108))
    '0.06 to 0.11 s'
    >>> saved(Estimate(0.01, 0.01, -0.02, 0.05))
    'between 0.02 s lost and 0.05 s gained'
    >>> saved(Estimate(-0.06, 0.01, -0.08, -0.05))
    'nothing, being 0.05 to 0.08 s ahead already'
    """
    low, high = round(time.low, 2), round(time.high, 2)
    if low >= 0:
        return "next to nothing" if high == 0 else f"at most {written(high, 2)} s" if low == 0 else _seconds(low, high)
    if high <= 0:
        return f"nothing, being {_seconds(-high, -low) if high else f'up to {written(-low, 2)} s'} ahead already"
    return f"between {written(-low, 2)} s lost and {written(high, 2)} s gained"


def _seconds(low: float, high: float) -> str:
    return f"{between(low, high, 2)} s"


def verdict(analysis: Analysis, page: Sprint) -> str:
    """The verdict in a sentence."""
    comparison, time = analysis.comparison, analysis.estimates.get("time")
    words: dict[str, str] = {"distance": number(analysis.distance)}
    if comparison is not None:
        words |= {
            "group": comparison.group.label + ("" if comparison.group.verified == "seen" else FROM_MEMORY),
            "distance": number(comparison.distance),
            "save_f0": saved(comparison.save_f0),
            "save_v0": saved(comparison.save_v0),
        }
    if time is not None:
        words |= {f"percent_{one}": worth(analysis.estimates[f"e_{one}"], time) for one in ("f0", "v0")}
    return str(getattr(page.verdict, analysis.side)).format_map(words)


def worth(elasticity: Estimate, time: Estimate) -> str:
    """Seconds that one percent of a quality is worth, as an interval of thousandths.

    >>> worth(Estimate(-0.36, 0.01, -0.38, -0.34), Estimate(2.0, 0.01, 1.98, 2.02))
    '0.007 to 0.008'
    """
    one_percent = -time.value / 100
    return between(elasticity.high * one_percent, elasticity.low * one_percent, 3)


def fit_label(model: str, page: Sprint) -> str:
    """How a fit is called."""
    return next((one.label for key, one in page.fits.items() if key == model), TRACES.get(model, model))


def fit_says(model: str, page: Sprint) -> str:
    """What a fit takes for granted; nothing for a trace."""
    return next((one.says for key, one in page.fits.items() if key == model), "")


def state(reading: StartReading, chosen: StartReading | None) -> str:
    """What becomes of one reading of the start."""
    if reading is chosen:
        return "taken"
    return "refuted" if reading.refuted else "not usable" if reading.unusable else "possible"


# --- warnings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning as a coach reads it; the fits it is about in brackets when it is not about the data themselves."""

    code: str
    says: str
    do: str
    about: str
    serious: bool


def warnings(analysis: Analysis, page: Sprint) -> tuple[Warned, ...]:
    """Every warning once, the serious first; the same one about several fits is told with the figures of the first."""
    order = [one.model for one in analysis.readings]
    by_code: dict[str, list[Flag]] = {}
    for flag in sorted(analysis.flags, key=lambda one: order.index(one.model) if one.model in order else -1):
        by_code.setdefault(flag.code, []).append(flag)
    told = [_warned(flags, page, many=len(order) > 1) for flags in by_code.values()]
    return tuple(sorted(told, key=lambda one: not one.serious))


def _warned(flags: Sequence[Flag], page: Sprint, *, many: bool) -> Warned:
    first = flags[0]
    words = page.flags[first.code]
    about = listed([SHORT.get(one.model, one.model) for one in flags if one.model]) if many else ""
    says = words.says.format_map({name: figure(name, found) for name, found in first.details.items()})
    return Warned(first.code, says, words.do, about, any(one.serious for one in flags))


def figure(name: str, found: float | str) -> str:
    """A figure of a warning, with the decimals it may claim.

    >>> figure("mss", 9.2066), figure("first", 5.0), figure("parameters", "MSS, TC")
    ('9.21', '5', 'MSS, TC')
    """
    if isinstance(found, str):
        return found
    return written(found, DECIMALS[name]) if name in DECIMALS else number(found)


# --- circumstances ----------------------------------------------------------------------------------------------------


def circumstances(analysis: Analysis, page: Sprint) -> tuple[str, ...]:
    """What is known of the run: its start, set-back, wind, surface, load."""
    run = analysis.run
    found = [page.starts[run.start].says] if run.trace is None else []
    if run.set_back is not None:
        found.append(f"{number(run.set_back)} m behind the gate")
    if run.reaction_time is not None:
        found.append(f"reaction of {written(run.reaction_time, 3)} s taken off")
    if run.wind:
        found.append(f"wind {'+' if run.wind > 0 else '−'}{written(abs(run.wind), 1)} m/s")
    if run.surface:
        found.append(run.surface)
    if run.inertia:
        found.append(f"sled of {number(run.inertia)} kg")
    if run.resistance:
        found.append(f"resistance of {number(run.resistance)} N")
    return tuple(found)


def assumed(given: Mapping[str, float]) -> str:
    """What was taken for granted, with its units; empty when nothing was."""
    units = {"mass": "kg", "height": "m", "temperature": "°C", "pressure": "hPa"}
    return listed([f"{name} {number(value)} {units.get(name, '')}".rstrip() for name, value in given.items()])


def group_line(analysis: Analysis, knowledge: KnowledgeBase) -> str:
    """Who the group is, for want of whom, and where its figures come from; empty without a group."""
    if analysis.comparison is None:
        return ""
    group = analysis.comparison.group
    wanted = nearest_people(knowledge, analysis.person)
    instead = "" if wanted in (None, group.id) else _instead_of(str(wanted), knowledge)
    n = f"{group.n} athletes, " if group.n else ""
    sources = [knowledge.sources[one].citation.rstrip(".") for one in group.sources if one in knowledge.sources]
    kind = "" if group.verified == "seen" else " [recalled]"
    origin = f" ({sources[0]}){kind}" if sources else kind
    pmax = group.f0_rel * group.v0 / 4
    middle = f"Pmax {written(pmax, 1)} W/kg, F0 {written(group.f0_rel, 1)} N/kg, V0 {written(group.v0, 2)} m/s"
    return f"{group.label}{instead}: {n}{middle}{origin}"


def _instead_of(population: str, knowledge: KnowledgeBase) -> str:
    return f", for want of figures of {lower_first(knowledge.populations.populations[population].label)}"
