"""A diagnosis in the format asked for: the last arrow, *prescription → report*."""

import base64
import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

import jinja2
from jinja2.bccache import Bucket

from engine.cache import keep, recall
from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis
from reports import as_json, fonts, pdf, wording
from reports.pdf import Paper
from reports.views.block import REST_SHARE
from reports.views.build import Page, Report, build
from reports.views.trace import Trace

Format = Literal["text", "json", "html", "pdf"]


class Printable(Protocol):
    """What the page's template asks of everything it prints: sheets, a trace or none, and the pages it was read by."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """The sheets, in order."""

    @property
    def trace(self) -> Trace | None:
        """Every rule and what it did, where asked for."""

    @property
    def version(self) -> str:
        """Of the knowledge."""

    @property
    def hash(self) -> str:
        """Of the knowledge, its first letters."""


def render(
    diagnosis: Diagnosis | Sequence[Diagnosis],
    knowledge: KnowledgeBase,
    format: Format,
    *,
    paper: Paper = "a4",
    explain: bool = False,
) -> str | bytes:
    """The report of one athlete, or of several one after the other; bytes for PDF, text for the rest.

    Args: `explain` adds the full trace (JSON always has it).
    Raises: UndrawableText for a name the font cannot draw (HTML and PDF); PageOverflow, BackEndMissing (PDF).
    """
    diagnoses = [diagnosis] if isinstance(diagnosis, Diagnosis) else list(diagnosis)
    if format == "json":
        return as_json.dumps(diagnoses, knowledge)
    reports = [build(one, knowledge, paper=paper, explain=explain, number=n) for n, one in enumerate(diagnoses)]
    if format == "text":
        return "\n\n".join(
            templates().get_template("report.txt.j2").render(report=one, wording=wording) for one in reports
        )
    for report in reports:
        fonts.check_drawable(report.athlete, "The name")
    if format == "html":
        return html(reports, paper, _title(reports))
    return pdf.to_pdf(
        html(reports, paper, _title(reports)),
        title=_title(reports),
        made=max(report.made for report in reports),
        paper=paper,
        sheets=[page.sheet() for report in reports for page in report.pages if not page.flows],
    )


def _title(reports: Sequence[Report]) -> str:
    return wording.listed([report.athlete for report in reports[:3]]) + (" and others" if len(reports) > 3 else "")


def html(reports: Sequence["Printable"], paper: Paper, title: str) -> str:
    """The pages of reports as one HTML file that needs no other."""
    return templates().get_template("report.html.j2").render(
        reports=reports, paper=paper, typefaces=embedded(), title=title, family=fonts.FAMILY,
        rest_share=REST_SHARE,
    )  # fmt: skip


@cache
def embedded() -> dict[bool, str]:
    """Both typefaces as data addresses, so that a saved page looks the same anywhere."""
    return {
        bold: "data:font/ttf;base64," + base64.b64encode(fonts.typeface(bold).data).decode("ascii")
        for bold in fonts.FILES
    }


@cache
def templates() -> jinja2.Environment:
    """Everything in templates/, with the filters they use; an undefined name is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_KeptTemplates(),
    )
    environment.filters.update(_filters())
    return environment


class _KeptTemplates(jinja2.BytecodeCache):
    """Compiled templates, kept between runs: compiling one takes ten times as long as filling it in.

    jinja itself compiles anew what has another source; the key holds all else that it depends on.
    """

    def __init__(self) -> None:
        depends_on = f"{sys.version}\0{jinja2.__version__}\0".encode() + Path(__file__).read_bytes()
        self._key = hashlib.sha256(depends_on).digest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was kept, if anything was."""
        if content := recall(self._name(bucket), self._key):
            bucket.bytecode_from_string(content)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        keep(self._name(bucket), self._key, bucket.bytecode_to_string())

    def _name(self, bucket: Bucket) -> str:
        return f"template-{bucket.key}-{sys.implementation.cache_tag}.bin"


def _filters() -> dict[str, Any]:
    def points(value: float) -> str:
        return f"{value:.2f}".rstrip("0").rstrip(".")

    def fill(text: str, width: int = 96, indent: int = 0) -> str:
        import textwrap

        return textwrap.fill(" ".join(str(text).split()), width, initial_indent=" " * indent,
                             subsequent_indent=" " * indent, break_long_words=False)  # fmt: skip

    return {"pt": points, "fill": fill, "sentence": wording.sentence}
