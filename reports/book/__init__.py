"""The rule book: the whole knowledge base as one document to read, search and print. Part of *report*; decides nothing.

`views` says what each chapter tells, `picture` lays out the couplings, `templates/` phrase it.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import jinja2

from engine.knowledge import KnowledgeBase
from reports import fonts, pdf, wording
from reports.book.page_numbers import pages_of
from reports.book.views import build
from reports.pdf import Paper
from reports.render import embedded


def book(knowledge: KnowledgeBase, format: Literal["html", "pdf"], *, made: date, paper: Paper = "a4") -> str | bytes:
    """The rule book as one HTML file or as a PDF.

    Args: `made` stands on the cover and in the PDF's metadata, so that equal pages of one day are equal bytes.
    Raises: BackEndMissing for a PDF without its engine.
    """
    said = build(knowledge)

    def html(pages: Mapping[str, str]) -> str:
        return _environment().get_template("book.html.j2").render(
            book=said, made=wording.day(made), paper=paper, printed=format == "pdf", pages=pages,
            typefaces=embedded(), family=fonts.FAMILY, wording=wording,
        )  # fmt: skip

    def document(pages: Mapping[str, str]) -> bytes:
        title = f"Rule book, version {knowledge.version}"
        return pdf.to_pdf(html(pages), title=title, made=made, paper=paper, sheets=())

    return html({}) if format == "html" else document(pages_of(document({})))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["sentence"] = wording.sentence
    return environment
