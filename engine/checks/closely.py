"""What `limiter rules check` looks at besides: nothing here stops a diagnosis, and all of it deserves a coach's eye."""

from datetime import date

from engine.checks.desk import Desk, Spot
from engine.checks.sides import Placed, check_sides
from engine.checks.texts import check_groups, check_letters, check_mistaken, check_sentences
from engine.errors import Fault
from engine.knowledge import KnowledgeBase
from engine.schema.deficit import Grounded
from engine.units import canonical

SOFT = frozenset({"odd_letter", "similar_group", "hard_to_read", "not_seen", "review_in_future", "unit_spelling"})
"""Codes of warnings; all else found here is a fault."""


def look_closely(knowledge: KnowledgeBase, *, today: date | None = None) -> list[Fault]:
    """Faults and warnings of sound pages, in the order of their places.

    Args: `today` also tells reviews dated in the future.
    """
    desk = Desk(knowledge, today)
    rules = _rules(knowledge)
    check_sides(desk, rules)
    for spot, _, rule in rules:
        _check_grounds(desk, spot, rule)
    for name, deficit in knowledge.deficits.items():
        for number, explanation in enumerate(deficit.explained_by):
            _check_grounds(desk, Spot("deficit", name, ("explained_by", number)), explanation)
    _check_sourced(desk)
    _check_units(desk)
    for look in (check_letters, check_mistaken, check_groups, check_sentences):
        look(desk)
    return sorted(desk.faults, key=lambda fault: (fault.place, fault.message))


def _rules(knowledge: KnowledgeBase) -> list[Placed]:
    """Every rule with its place."""
    found: list[Placed] = [
        (Spot("deficit", name, ("rules", number)), name, rule)
        for name, deficit in knowledge.deficits.items()
        for number, rule in enumerate(deficit.rules)
    ]
    by_place = {place: name for name, place in knowledge.places.items()}
    for (kind, stem), page in knowledge.pages.items():
        number = 0
        while kind == "rules" and ("rules", number) in page.values:
            rule = knowledge.limiter_rules[by_place[page.value("rules", number)]]
            found.append((Spot(kind, stem, ("rules", number)), rule.limiter, rule))
            number += 1
    return found


def _check_grounds(desk: Desk, spot: Spot, statement: Grounded) -> None:
    """A statement rests on something, and was not looked at before it was due."""
    _needs_source(desk, spot, statement.sources, statement.verified)
    review = statement.reviewed
    if review is None:
        return
    if review.again_by <= review.date:
        message = f"the next review ({review.again_by.isoformat()}) does not come after the last"
        desk.fault(spot.below("reviewed", "again_by"), message, "wrong_date")
    if desk.today and review.date > desk.today:
        message = f"this review is dated {review.date.isoformat()}, which is still to come"
        desk.fault(spot.below("reviewed", "date"), message, "review_in_future")


def _needs_source(desk: Desk, spot: Spot, sources: tuple[str, ...], verified: str) -> None:
    if not sources:
        desk.fault(spot / "sources", "no source is named; a coach's own judgement is a source too", "no_source",
                   allowed="at least one id of sources.yaml", at_key=True)  # fmt: skip
    elif verified == "seen" and not any(
        source.seen_at or source.doi for name in sources if (source := desk.knowledge.sources.get(name))
    ):
        message = "`verified: seen`, but none of its sources says where it was read"
        desk.fault(spot / "verified", message, "not_seen", allowed="`seen_at` in sources.yaml, or `recalled`")


def _check_sourced(desk: Desk) -> None:
    """Norms, safety rules and exercises name their sources."""
    knowledge = desk.knowledge
    for kind, pages in (("measure", knowledge.measures), ("derived", knowledge.derived)):
        for name, page in pages.items():
            for number, norm in enumerate(page.norms):
                _needs_source(desk, Spot(kind, name, ("norms", number)), norm.sources, norm.verified)
    for name, rule in knowledge.safety.items():
        _needs_source(desk, Spot("safety", name), rule.sources, rule.verified)
    for name, row in knowledge.interventions.items():
        _needs_source(desk, Spot("intervention", name), row.sources, row.verified)


def _check_units(desk: Desk) -> None:
    """Units are spelled as everywhere else, so that an answer in another unit can be converted."""
    for name, measure in desk.knowledge.measures.items():
        unit = measure.unit
        if unit and (plain := canonical(unit)) != unit:
            message = f"the unit '{unit}' is written '{plain}' here"
            desk.fault(Spot("measure", name, ("unit",)), message, "unit_spelling", meant=plain)
