"""Names: one name means one thing, and every source is used."""

import re

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
    """Sources nobody cites, in a list or in a sentence; to be called after all other checks."""
    unlisted = [name for name in desk.knowledge.sources if name not in desk.used_sources]
    texts = [page.text for (kind, _), page in desk.knowledge.pages.items() if kind != "sources"] if unlisted else []
    for name in unlisted:
        if not any(name in text and re.search(rf"\b{name}\b", text) for text in texts):
            spot = Spot("sources", "sources", ("sources", name))
            desk.fault(spot, f"no page cites '{name}'", "unused_source", at_key=True)
