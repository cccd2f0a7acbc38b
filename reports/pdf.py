"""HTML → PDF, the last step of *report*: same HTML, same bytes; a section that does not fit its page is named.

The engine is PlutoPrint, imported only here and only when a PDF is asked for.
"""

import importlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.errors import BackEndMissing, PageOverflow

Paper = Literal["a4", "letter"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the HTML that must fit one sheet of paper: its element id and its sections, top to bottom."""

    id: str
    title: str
    sections: tuple[str, ...]
    """What a person calls each section; the n-th is the n-th child of the sheet's element."""


def to_pdf(html: str, *, title: str, made: date, paper: Paper, sheets: Sequence[Sheet]) -> bytes:
    """The PDF of a report.

    Args: `made` is written as both dates of the file, so that equal reports are equal bytes; `sheets` are checked to
    take one page each, elements of the class `flows` may take as many as they need; without sheets all may.
    Raises: BackEndMissing without PlutoPrint; PageOverflow, naming the section that runs over.
    """
    engine = _engine()
    book = _book(engine, html, paper)
    if sheets:
        fixed = _book(engine, html, paper, hide=(".flows",)) if 'class="flows' in html else book
        if fixed.get_page_count() > len(sheets):
            _name_overflow(engine, html, paper, sheets)
    stamp = f"{made.isoformat()}T00:00:00Z"
    book.set_metadata(engine.PDF_METADATA_TITLE, title)
    book.set_metadata(engine.PDF_METADATA_CREATOR, "limiter")
    book.set_metadata(engine.PDF_METADATA_CREATION_DATE, stamp)
    book.set_metadata(engine.PDF_METADATA_MODIFICATION_DATE, stamp)
    stream = io.BytesIO()
    book.write_to_pdf_stream(stream)
    return stream.getvalue()


def _engine() -> Any:
    try:
        return importlib.import_module("plutoprint")
    except ImportError as error:
        raise BackEndMissing(
            "A PDF needs PlutoPrint, which is not installed here (pip install plutoprint). "
            "Without it: use --format html and print the HTML from a browser."
        ) from error


def _book(engine: Any, html: str, paper: Paper, hide: Sequence[str] = ()) -> Any:
    class Nothing(engine.ResourceFetcher):  # type: ignore[misc]  # the base class is known only once imported
        """Refuses every address; the typefaces stand in the HTML itself.

        They must: bytes handed over from Python live in a font cache that is emptied after Python has ended, and crash.
        """

        def fetch_url(self, url: str) -> Any:
            raise ValueError(f"a report fetches nothing, least of all {url}")

    book = engine.Book(engine.PAGE_SIZE_A4 if paper == "a4" else engine.PAGE_SIZE_LETTER)
    book.custom_resource_fetcher = Nothing()
    style = "".join(f"{one} {{ display: none !important }}" for one in hide)
    book.load_html(html, user_style=style, base_url="report:")
    return book


def _name_overflow(engine: Any, html: str, paper: Paper, sheets: Sequence[Sheet]) -> None:
    """Raise for the first section that does not fit, found by laying out each sheet with ever more of its sections."""
    for sheet in sheets:
        others = [".flows", *(f"#{other.id}" for other in sheets if other is not sheet)]
        for number, section in enumerate(sheet.sections, 1):
            rest = f"#{sheet.id} > *:nth-child(n+{number + 1})"
            if _book(engine, html, paper, hide=(*others, rest)).get_page_count() > 1:
                raise PageOverflow(
                    f"{sheet.title}: the section '{section}' runs over the end of the page. "
                    "Shorten its texts in knowledge/ or print one week alone (--week)."
                )
    raise PageOverflow("A section runs over the end of its page.")
