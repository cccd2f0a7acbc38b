"""Names: one name means one thing, and every source is used."""

from engine.checks.desk import Desk, Spot
from engine.compile import COUNTS


def check_names(desk: Desk) -> None:
    """A condition's key is a measure, a derived measure, a deficit or a count, and never two of them."""
    knowledge = desk.knowledge
    seen: dict[str, str] = dict.fromkeys(COUNTS, "a count")
    for kind, names, what in (
        ("measure", knowledge.measures, "a measure"),
        ("derived", knowledge.derived, "a derived measure"),
        ("deficit", knowledge.deficits, "a deficit"),
    ):
        for name in names:
            if name in seen:
                desk.fault(Spot(kind, name, (kind,)), f"'{name}' is {seen[name]} already", "duplicate_id")
            seen.setdefault(name, what)


def check_sources(desk: Desk) -> None:
    """Sources nobody cites; to be called after all other checks."""
    for name in desk.knowledge.sources:
        if name not in desk.used_sources:
            spot = Spot("sources", "sources", ("sources", name))
            desk.fault(spot, f"no page cites '{name}'", "unused_source", at_key=True)
