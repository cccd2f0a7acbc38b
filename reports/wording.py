"""The generic words of *report*: certainty → phrase, value and test → words, dates and numbers as people write them.

Nothing here is about running: labels, reasons and advice come from the knowledge pages.
"""

from collections.abc import Sequence
from datetime import date

from engine.conditions import Between, Compare, HeldDeficit, Is, NormDistance, Percentile, Test, parse
from engine.knowledge import KnowledgeBase
from engine.model import DeficitState, Diagnosis, Measured, RuleTrace, Sides, Value
from engine.schema.limiter import Severity
from engine.schema.measure import DerivedMeasure, Measure

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WEEKDAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}
COUNTS = {
    "mechanics_deficits": "deficits of mechanics held present",
    "synergy_deficits": "deficits of synergy held present",
    "strength_deficits": "deficits of strength held present",
    "elsewhere_deficits": "deficits of other kinds held present",
    "tests_done": "tests done",
}
STATES: dict[DeficitState, str] = {
    "present": "present", "ruled_out": "ruled out", "undecided": "cannot be told yet", "unexamined": "not examined",
}  # fmt: skip
RULE_STATES = {"fired": "fired", "blocked": "did not fire", "open": "still open"}
DROPPED = {
    "blocked_kind": "stopped for safety", "blocked_high": "too intense while a safety rule holds",
    "contraindicated": "not with what safety found", "equipment": "equipment not owned", "level": "not at this level",
    "season": "not in this season", "quota": "the block has enough of its kind", "cap": "the block is full",
    "minutes": "the session is full", "same_ladder": "another step of the same ladder was chosen",
    "no_target": "aims at nothing found", "new_to_lifting": "not for someone new to it",
    "regress_first": "its easier step comes first",
}  # fmt: skip
NOTHING_FITS = "nothing fits the level, the equipment and this block yet."
NO_ROOM = "its turn comes later; this block is full."
ROLES = {"A": "technique and easy running", "B": "control and range", "C": "force and speed"}


NO_SIGN = 0.05
"""A certainty nearer to zero than this is told as none; for the words alone, nothing is decided by it."""


def certainty(value: float, severity: Severity, *, known: bool = True) -> str:
    """How sure, in words; the thresholds are those of the limiters page. `known`: enough was looked at to tell."""
    size = abs(value) + 1e-9
    if size < NO_SIGN:
        return "nothing points to it" if known else "nothing known yet"
    if size < severity.possible:
        return "no more than a hint" if value > 0 else "little points to it"
    grade = _grade(size, severity)
    against = {"clear": "clearly not", "likely": "probably not", "possible": "more likely not"}
    return grade if value > 0 else against[grade]


def sure(value: float, severity: Severity) -> str:
    """How sure we are of what the headline says."""
    size = abs(value) + 1e-9
    if size < severity.possible:
        return "no more than a hint"
    return {"clear": "very sure", "likely": "fairly sure", "possible": "a good guess"}[_grade(size, severity)]


def held(value: float, severity: Severity, words: str) -> str:
    """A finding as a sentence; one that is no more than possible says so first.

    >>> held(0.3, Severity(possible=0.2, likely=0.4, clear=0.7), "the hips are stiff")
    'Possible: the hips are stiff.'
    """
    if value + 1e-9 >= severity.likely:
        return sentence(words)
    grade = "Possible" if value + 1e-9 >= severity.possible else "A hint"
    return f"{grade}: {sentence(words)[:1].lower()}{sentence(words)[1:]}"


def _grade(size: float, severity: Severity) -> str:
    return "clear" if size >= severity.clear else "likely" if size >= severity.likely else "possible"


def number(value: float) -> str:
    """A number as short as its meaning allows, with a true minus sign.

    >>> number(8.50), number(-12.0), number(1.98), number(1234.5678)
    ('8.5', '−12', '1.98', '1234.57')
    """
    text = f"{value:.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"
    if "e" in text:
        text = f"{value:.6f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", "−")


def whole(value: float) -> str:
    """A number rounded to the nearest whole one."""
    return number(float(round(value)))


def percent(part: float) -> str:
    """A share of one in whole percent."""
    return f"{whole(part * 100)} %"


def day(when: date) -> str:
    """A date written out.

    >>> day(date(2026, 3, 1))
    '1 March 2026'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    >>> listed(["legs", "arms", "core"])
    'legs, arms and core'
    """
    return f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> counted(1, "week"), counted(3, "week")
    ('1 week', '3 weeks')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def weeks(first: int, last: int) -> str:
    """A span of weeks: "week 3", "weeks 1–2"."""
    return f"week {first}" if first == last else f"weeks {first}–{last}"


def spans(values: Sequence[str]) -> list[tuple[str, str]]:
    """Equal neighbours together: a span of weeks, counted from 1, with its text.

    >>> spans(["a", "a", "b"])
    [('weeks 1–2', 'a'), ('week 3', 'b')]
    """
    found: list[tuple[int, int, str]] = []
    for week, value in enumerate(values, 1):
        if found and found[-1][2] == value:
            found[-1] = (found[-1][0], week, value)
        else:
            found.append((week, week, value))
    return [(weeks(first, last), value) for first, last, value in found]


def sentence(text: str) -> str:
    """A text with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…")) else ".") if text else ""


def lower_first(text: str) -> str:
    """A label inside a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


# --- measures, values, tests --------------------------------------------------------------------------------------


def label(knowledge: KnowledgeBase, key: str) -> str:
    """What a coach calls a measure, a deficit or a count."""
    if key in COUNTS:
        return COUNTS[key]
    page = knowledge.measures.get(key) or knowledge.derived.get(key) or knowledge.deficits.get(key)
    return page.label if page else key.replace("_", " ")


def short_label(knowledge: KnowledgeBase, key: str) -> str:
    """The same beside a bar of a chart."""
    page = knowledge.measures.get(key) or knowledge.derived.get(key)
    return (page.short_label if page else None) or label(knowledge, key)


def unit(page: Measure | DerivedMeasure | None) -> str:
    """The unit with its space before it, or nothing."""
    if page is None or not page.unit or page.unit in ("none", "1"):
        return ""
    return written_unit(page.unit)


def written_unit(unit: str) -> str:
    """A unit as it stands behind a number: degrees as their sign, all others after a space."""
    return "°" if unit == "deg" else f" {unit}"


def value(knowledge: KnowledgeBase, key: str, found: Value | None) -> str:
    """An answer in words: `left 8.5, right 11 cm`, `2 of 3`, `yes`, a choice in its own words."""
    page = knowledge.measures.get(key) or knowledge.derived.get(key)
    kind = page.kind if isinstance(page, Measure) else "number"
    match found:
        case None:
            return "not known"
        case bool():
            return "yes" if found else "no"
        case str():
            return choice(page if isinstance(page, Measure) else None, found)
        case Sides(left, right):
            sides = [f"{name} {number(one)}" for name, one in (("left", left), ("right", right)) if one is not None]
            return ", ".join(sides) + _after(page, kind)
        case _ if isinstance(page, DerivedMeasure):
            return number(_rounded(float(found))) + _after(page, kind)
        case _:
            return number(float(found)) + _after(page, kind)


def interval(knowledge: KnowledgeBase, key: str, found: Measured) -> str:
    """A value computed from a sprint with the ends of its interval: `5.74 N/kg (4.71 to 6.42)`."""
    ends = " to ".join(number(_rounded(end)) for end in (found.low, found.high))
    return f"{value(knowledge, key, _rounded(found.value))} ({ends})"


def of_sprint(diagnosis: Diagnosis, key: str) -> Measured | None:
    """What the athlete's sprints gave for a measure, where that was used and has an interval."""
    fact = diagnosis.facts.get(key)
    if fact is None or fact.origin != "sprint" or fact.sprint is None or fact.sprint.low == fact.sprint.high:
        return None
    return fact.sprint


def met(knowledge: KnowledgeBase, diagnosis: Diagnosis, key: str, found: Value | None) -> str:
    """A value as a rule met it; one that was read off a sprint with its interval."""
    sprint = of_sprint(diagnosis, key)
    return interval(knowledge, key, sprint) if sprint else value(knowledge, key, found)


def shared(rule: RuleTrace) -> str:
    """That a rule counts for a share only, because others look at the same observation; or nothing."""
    if rule.state != "fired" or rule.share > 0.995:
        return ""
    return f"counted to {percent(rule.share)}, as several rules share the budget “{rule.budget}”"


def _rounded(computed: float) -> float:
    """A computed value with the three digits it may claim."""
    return float(f"{computed:.3g}") if abs(computed) < 1000 else round(computed)


def _after(page: Measure | DerivedMeasure | None, kind: str) -> str:
    return {"scale_0_3": " of 3", "scale_0_10": " of 10"}.get(kind, unit(page))


def choice(page: Measure | None, chosen: str) -> str:
    """A choice in the words the athlete read."""
    return (page.choices or {}).get(chosen, chosen.replace("_", " ")) if page else chosen.replace("_", " ")


def test(knowledge: KnowledgeBase, key: str, found: Test) -> str:
    """A test in words that can follow the label of what it tests: "is below 9 cm"."""
    page = knowledge.measures.get(key) or knowledge.derived.get(key)
    measure = page if isinstance(page, Measure) else None
    match found:
        case HeldDeficit(state):
            return f"is {state}"
        case Is(choices, negated):
            words = [choice(measure, one) if one not in ("yes", "no") else one for one in choices]
            quoted = [f"“{one}”" if measure is not None and measure.choices else one for one in words]
            return f"is {'not ' if negated else ''}{listed(quoted, 'or')}"
        case Percentile(relation, rank, reach):
            return "is " + _reached(f"{relation} the {_ordinal(rank)} percentile of the group", reach)
        case NormDistance("at most", sd, reach):
            return "is " + _reached(f"worse than the norm by at least {number(-sd)} SD", reach)
        case NormDistance(_, sd, reach) if sd > 0:
            return "is " + _reached(f"better than the norm by at least {number(sd)} SD", reach)
        case NormDistance(_, sd, reach):
            more = f" by more than {number(-sd)} SD" if sd else ""
            return "is " + _reached(f"not worse than the norm{more}", reach)
        case Between(low, high, written, reach):
            return _compared(f"between {number(low)} and {number(high)}", written, page, reach)
        case Compare(relation, limit, written, reach):
            return _compared(f"{relation} {number(limit)}", written, page, reach)


def _compared(words: str, written: str | None, page: Measure | DerivedMeasure | None, reach: str) -> str:
    after = " %" if reach == "asymmetry" else written_unit(written) if written else unit(page)
    if reach == "difference":
        return f"differs between the sides by {words}{after}"
    if reach == "asymmetry":
        return f"has an asymmetry of {words}{after}"
    return "is " + _reached(words + after, reach)


def _reached(words: str, reach: str) -> str:
    return {"both": f"{words} on both sides", "difference": f"{words} between the sides"}.get(reach, words)


def _ordinal(rank: int) -> str:
    ending = "th" if 10 <= rank % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def line(knowledge: KnowledgeBase, key: str, words: str) -> str:
    """A tested line of a rule as a clause: "knee to wall is below 9 cm"."""
    return f"{lower_first(label(knowledge, key))} {test(knowledge, key, parse(words))}"


def answer(knowledge: KnowledgeBase, diagnosis: Diagnosis, key: str, found: Value | None) -> str:
    """A measure with the value a rule met, for labels: "Knee to wall: left 8.5, right 11 cm"."""
    name = label(knowledge, key)
    return f"{name}{'' if name.endswith('?') else ':'} {met(knowledge, diagnosis, key, found)}"
