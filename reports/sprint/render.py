"""Sprints in the format asked for, alone; inside a prescription their page is part of `reports/views/build.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.knowledge import KnowledgeBase
from engine.sprint.results import Analysis
from reports import fonts, pdf, wording
from reports.pdf import Paper
from reports.render import Format, html, templates
from reports.views.build import CONTENT_HEIGHT, CONTENT_WIDTH, Page, sprint_page

Form = Format | Literal["csv"]
"""A sprint is a row of a spreadsheet too."""
UNDATED = date(2000, 1, 1)
"""Written into a PDF of a sprint whose day is not known, so that equal input gives equal bytes."""


@dataclass(frozen=True, slots=True)
class Handout:
    """What the page's template asks of a report, for one sprint alone."""

    pages: tuple[Page, ...]
    version: str
    hash: str
    trace: None = None


def render_sprint(
    analyses: Analysis | Sequence[Analysis], knowledge: KnowledgeBase, format: Form, *, paper: Paper = "a4"
) -> str | bytes:
    """One page for each sprint, one after the other; bytes for PDF, text for the rest.

    JSON is one object for one sprint and an array for several, see docs/sprint.schema.json; CSV has a row for each.
    Raises: UndrawableText for a name the font cannot draw (HTML and PDF); PageOverflow, BackEndMissing (PDF).
    """
    from reports.sprint import as_csv, as_json, room, views  # they bring numpy along

    found = [analyses] if isinstance(analyses, Analysis) else list(analyses)
    if format == "json":
        return as_json.dumps(found, knowledge)
    if format == "csv":
        return as_csv.dumps(found)
    if format == "text":
        template = templates().get_template("sprint.txt.j2")
        return "\n\n".join(template.render(sprint=views.sheet(one, knowledge)) for one in found)
    width, height = CONTENT_WIDTH[paper], CONTENT_HEIGHT[paper]
    sheets = [room.printed(one, knowledge, width=width, room=height) for one in found]
    for one in sheets:
        fonts.check_drawable(one.athlete, "The name")
        fonts.check_drawable(one.name, "The name of the sprint")
        fonts.check_drawable(one.circumstances, "What is said of the run")
    pages = [sprint_page(one, f"s{number}", f"Page {number}") for number, one in enumerate(sheets, 1)]
    names = list(dict.fromkeys(one.athlete for one in sheets))
    title = f"Sprint: {wording.listed(names[:3])}" + (" and others" if len(names) > 3 else "")
    page = html([Handout(tuple(pages), knowledge.version, knowledge.hash[:12])], paper, title)
    if format == "html":
        return page
    made = max([one.run.day for one in found if one.run.day], default=UNDATED)
    return pdf.to_pdf(page, title=title, made=made, paper=paper, sheets=[one.sheet() for one in pages])


def list_sprints(analyses: Sequence[Analysis], knowledge: KnowledgeBase, width: int | None = None) -> str:
    """Many sprints as text, a line each: F0, V0 and the time with their intervals, and which lies further behind.

    Args: `width` is that of the screen, in letters; without one nothing is left out.
    """
    from reports.sprint import squad

    return (
        templates()
        .get_template("sprints.txt.j2")
        .render(table=squad.table(analyses, width), confidence=wording.percent(knowledge.sprint.confidence),
                width=width or squad.NARROW)
    )  # fmt: skip
