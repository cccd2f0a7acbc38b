"""Part of *report*, before anything is printed: names of the pages that do not fit their cell, letters no font draws.

Widths are measured with the typeface of the report, so a narrow letter counts as narrow.
"""

from collections.abc import Iterator

from engine.errors import Fault
from engine.knowledge import KnowledgeBase, Page
from engine.yaml_positions import excerpt
from reports.charts import SIZE
from reports.fonts import typeface

COLUMN = 250.0
"""Room of a name above its bars, in points: the chart on the left of the reasons page, less the verdict beside it."""


def misfits(knowledge: KnowledgeBase) -> list[Fault]:
    """Names too wide for their column, and letters the report's font does not hold; warnings all of them."""
    found = list(_too_wide(knowledge))
    for page in knowledge.pages.values():
        found += _undrawable(page)
    return sorted(found, key=lambda fault: (fault.place, fault.message))


def _too_wide(knowledge: KnowledgeBase) -> Iterator[Fault]:
    labels = [
        *(("measure", name, page.label) for name, page in knowledge.measures.items()),
        *(("derived", name, page.label) for name, page in knowledge.derived.items()),
        *(("deficit", name, page.label) for name, page in knowledge.deficits.items()),
    ]
    bold = typeface(bold=True)
    for kind, name, label in labels:
        wide = bold.width(label, SIZE)
        if wide > COLUMN:
            page, over = knowledge.pages[kind, name], 100 * (wide / COLUMN - 1)
            place = page.value("label")
            message = f"this name is {max(1, over):.0f} % too wide for its place in the report and would be cut"
            yield Fault(place, message, excerpt(page.text, place.line), "a shorter name", code="too_wide")


def _undrawable(page: Page) -> Iterator[Fault]:
    if page.text.isascii():
        return
    regular = typeface()
    for number, line in enumerate(page.text.splitlines(), start=1):
        for at, letter in enumerate(line.partition(" #")[0] if not line.lstrip().startswith("#") else ""):
            if ord(letter) > 127 and not regular.draws(letter):
                place = type(page.value())(page.file, number, at + 1)
                message = f"the report's font cannot draw '{letter}' (U+{ord(letter):04X})"
                yield Fault(place, message, excerpt(page.text, number), "another letter", code="undrawable")
