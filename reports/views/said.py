"""What is said of the outcome: the headline, how sure we are, the causal line. Part of *report*, see `views`."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from engine.knowledge import KnowledgeBase
from engine.model import DeficitFinding, Diagnosis, LimiterFinding
from engine.schema.base import Family
from engine.schema.limiter import LimiterMeaning
from reports import wording


@dataclass(frozen=True, slots=True)
class Said:
    """The top of page one."""

    headline: str
    certainty: str
    found: tuple[str, ...]
    """What stands behind the headline, strongest first."""
    causal_line: str
    what_to_do: str
    settled: str


def meaning(knowledge: KnowledgeBase, family: Family) -> LimiterMeaning:
    """The limiters page's words for a limiter or for the elsewhere family."""
    return knowledge.limiters.elsewhere if family == "elsewhere" else knowledge.limiters.limiters[family]


def leader(diagnosis: Diagnosis) -> LimiterFinding | None:
    """The account of the named limiter."""
    return next((one for one in diagnosis.limiters if one.id == diagnosis.limiter), None)


def said(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Said:
    """Headline, certainty, causal line and general advice for any outcome."""
    return Said(
        _headline(diagnosis, knowledge),
        _certainty(diagnosis, knowledge),
        _found(diagnosis, knowledge),
        _causal_line(diagnosis, knowledge),
        _what_to_do(diagnosis, knowledge),
        "No answer that is still open could change this."
        if diagnosis.settled
        else "Answers that are still open could change this.",
    )


def _headline(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    def name(family: Family) -> str:
        return meaning(knowledge, family).in_a_headline

    root, seen = diagnosis.limiter, diagnosis.apparent
    match diagnosis.outcome:
        case "stop":
            return "Stop first. Get this looked at."
        case "elsewhere":
            return f"What holds you back lies elsewhere: {_elsewhere(diagnosis, knowledge)}."
        case "none":
            first = _first_present(diagnosis, knowledge)
            return f"No limiter stands out. Next to look at: {first}." if first else "Nothing found holds you back."
        case "insufficient":
            lead = f" So far {name(root)} leads." if root else ""
            return f"Too early to name one limiter.{lead}"
        case "mixed":
            both = [name(one.id) for one in diagnosis.limiters[:2]]
            return f"Two things hold you back about equally: {wording.listed(both)}."
        case "clear":
            if root is None or seen is None or seen == root:
                return f"What you see, and what causes it: {name(root)}." if root and seen else (
                    f"What causes it: {name(root)}." if root else "")  # fmt: skip
            return f"What you see: {name(seen)}. What causes it: {name(root)}."


def _first_present(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    present = (one for one in diagnosis.deficits if one.state == "present")
    first = max(present, key=lambda one: one.certainty, default=None)
    return wording.lower_first(knowledge.deficits[first.id].label) if first else ""


def _elsewhere(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    first = next((one for one in diagnosis.deficits if one.limiter == "elsewhere" and one.state == "present"), None)
    return wording.lower_first(knowledge.deficits[first.id].label) if first else "outside this test"


def _certainty(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    severity = knowledge.limiters.severity
    first = leader(diagnosis)
    match diagnosis.outcome:
        case "stop":
            return "The rest of the assessment waits until this is cleared."
        case "elsewhere":
            elsewhere = next((one for one in diagnosis.deficits if one.limiter == "elsewhere"), None)
            return f"How sure: {wording.sure(elsewhere.certainty, severity)}." if elsewhere else ""
        case "none":
            return "Enough was looked at to say so."
        case "insufficient":
            return "How sure: not sure enough to train by it. The next tests below settle it cheapest."
        case _:
            return f"How sure: {wording.sure(first.certainty, severity)}." if first else ""


def _found(diagnosis: Diagnosis, knowledge: KnowledgeBase, most: int = 3) -> tuple[str, ...]:
    """Sentences of the present deficits that carry the headline: the named limiter's first, then what is seen."""
    families: list[Family] = ["elsewhere"] if diagnosis.outcome == "elsewhere" else []
    families += [one for one in (diagnosis.limiter, diagnosis.apparent) if one]
    if diagnosis.outcome == "mixed":
        families = [one.id for one in diagnosis.limiters[:2]]
    present = [
        one for one in diagnosis.deficits
        if one.state == "present" and (one.limiter in families if families else one.limiter != "elsewhere")
    ]  # fmt: skip
    ordered = sorted(present, key=lambda one: (families.index(one.limiter) if families else 0,
                                               -one.weight, -one.certainty, one.id))  # fmt: skip
    if diagnosis.outcome == "mixed":
        ordered = shared(ordered, families, most)
    severity = knowledge.limiters.severity
    return tuple(
        wording.held(one.certainty, severity, knowledge.deficits[one.id].in_a_sentence) for one in ordered[:most]
    )


def shared(found: Sequence[DeficitFinding], families: Sequence[Family], most: int) -> list[DeficitFinding]:
    """At most so many of the deficits, in their order, with room for each family in turn."""
    by_family = [[one for one in found if one.limiter == family] for family in families]
    turns = [one for turn in zip_longest(*by_family) for one in turn if one is not None]
    kept = [*turns, *(one for one in found if one.limiter not in families)][:most]
    return [one for one in found if one in kept]


def _causal_line(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    if diagnosis.prescription and diagnosis.prescription.causal_line:
        return diagnosis.prescription.causal_line
    if diagnosis.outcome not in ("clear", "mixed"):
        return ""
    moved = [(cause.moved, effect.id, cause.deficit) for effect in diagnosis.deficits for cause in effect.explained_by]
    moved = [one for one in moved if one[0] > 0 and _family(diagnosis, one[2]) == diagnosis.limiter]
    if not moved:
        return ""
    _, effect, cause = max(moved, key=lambda one: (one[0], one[1], one[2]))
    because, why = knowledge.deficits[cause].in_a_sentence, knowledge.deficits[effect].in_a_sentence
    return f"{wording.sentence(because).rstrip('.')}; that is likely why {wording.lower_first(why).rstrip('.')}."


def _family(diagnosis: Diagnosis, deficit: str) -> Family | None:
    return next((one.limiter for one in diagnosis.deficits if one.id == deficit), None)


def _what_to_do(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    if diagnosis.outcome == "elsewhere":
        return knowledge.limiters.elsewhere.what_to_do
    if diagnosis.outcome in ("clear", "mixed") and diagnosis.limiter:
        return knowledge.limiters.limiters[diagnosis.limiter].what_to_do
    return ""
