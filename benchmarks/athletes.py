"""Random athletes: plausible answers drawn from the knowledge base itself, for measuring and for property tests."""

from collections.abc import Iterable, Mapping
from random import Random

from engine.knowledge import KnowledgeBase
from engine.model import Sides, Value
from engine.schema.measure import Measure

NEUTRAL_GROUPS = ("screening", "health_history", "pain_detail", "pain")


def draw(measure: Measure, random: Random) -> Value:
    """One plausible answer: every choice and every step of a scale alike, numbers evenly over the plausible range."""
    match measure.kind:
        case "choice":
            return random.choice(list(measure.choices or {}))
        case "yes_no":
            return random.random() < 0.5
        case "scale_0_3" | "scale_0_10":
            top = 3 if measure.kind == "scale_0_3" else 10
            value: Value = float(random.randint(0, top))
        case "number":
            assert measure.plausible is not None  # a number always has a range
            value = random.uniform(measure.plausible.at_least, measure.plausible.at_most)
            value = float(round(value)) if measure.whole_numbers else round(value, 2)
    if not measure.per_side:
        return value
    assert isinstance(value, float)  # only numbers are asked of each side
    return Sides(value, draw_side(measure, random)) if random.random() < 0.9 else Sides(left=value)


def draw_side(measure: Measure, random: Random) -> float:
    """One more side of a per-side measure."""
    value = draw(measure.model_copy(update={"per_side": False}), random)
    assert isinstance(value, float)
    return value


def neutral(measure: Measure) -> Value:
    """The answer of somebody whom nothing ails."""
    if measure.kind == "choice":
        return "none" if "none" in (measure.choices or {}) else next(iter(measure.choices or {}))
    return False if measure.kind == "yes_no" else 0.0


def without_equipment(knowledge: KnowledgeBase) -> tuple[str, ...]:
    """The questions anybody can answer anywhere: no equipment, and neither safety nor pain."""
    return tuple(
        id
        for id, measure in knowledge.measures.items()
        if not measure.equipment and measure.group not in NEUTRAL_GROUPS and id != "self_hurting"
    )


def healthy(knowledge: KnowledgeBase) -> dict[str, Value]:
    """Neutral answers to every safety and pain question that is always asked."""
    return {
        id: neutral(measure)
        for id, measure in knowledge.measures.items()
        if (measure.group in NEUTRAL_GROUPS or id == "self_hurting") and measure.ask_when is None
    }


def answer(knowledge: KnowledgeBase, ids: Iterable[str], random: Random) -> dict[str, Value]:
    """Random answers to these questions."""
    return {id: draw(knowledge.measures[id], random) for id in ids}


def somebody(knowledge: KnowledgeBase, random: Random, share: float | None = None) -> dict[str, Value]:
    """A random athlete who answers a random share (or this one) of everything, in random order.

    Two in three say nothing of pain or illness beyond the questions everyone gets, and answer those neutrally.
    """
    share = random.random() if share is None else share
    well = random.random() < 2 / 3
    ids = [
        id
        for id, measure in knowledge.measures.items()
        if random.random() < share and not (well and (measure.group in NEUTRAL_GROUPS or id == "self_hurting"))
    ]
    random.shuffle(ids)
    return (healthy(knowledge) if well else {}) | answer(knowledge, ids, random)


def completed(
    knowledge: KnowledgeBase, values: Mapping[str, Value], random: Random, share: float = 1.0
) -> dict[str, Value]:
    """The same athlete with this share of the open questions answered, sides not yet tested among them.

    Half of the new numbers lie at an end of the plausible range, where they change most.
    """
    found = dict(values)
    for id, measure in knowledge.measures.items():
        given = values.get(id)
        if random.random() < share:
            if given is None:
                given = _extreme(measure, random) if random.random() < 0.5 else draw(measure, random)
            if isinstance(given, Sides) and len(given.known) == 1:
                other = draw_side(measure, random)
                given = Sides(given.left, other) if given.right is None else Sides(other, given.right)
            found[id] = given
    return found


def _extreme(measure: Measure, random: Random) -> Value:
    if measure.plausible is None or measure.kind in ("choice", "yes_no"):
        return draw(measure, random)
    ends = (measure.plausible.at_least, measure.plausible.at_most)
    return Sides(random.choice(ends), random.choice(ends)) if measure.per_side else random.choice(ends)
