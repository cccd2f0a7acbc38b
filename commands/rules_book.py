"""`limiter rules book`: the whole knowledge as one document."""

from datetime import date
from pathlib import Path
from typing import Literal

import click

from commands.base import Command, Misuse, knowledge_option, paper_option, say, today, write


@click.command(cls=Command)
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write here: book.html to read and search, book.pdf to print.")  # fmt: skip
@click.option("--date", "made", type=click.DateTime(formats=["%Y-%m-%d"]), metavar="DATE",
              help="The date on the cover; else today.")  # fmt: skip
@paper_option
@knowledge_option
def book(output: Path, made: date | None, paper: Literal["a4", "letter"], directory: Path | None) -> None:
    """Write the whole knowledge as a readable book: every deficit, rule, test, exercise and source.

    Example: limiter rules book -o book.pdf
    """
    from datetime import datetime

    from engine.loader import load
    from reports.book import book as written

    form = output.suffix.lower().removeprefix(".")
    if form not in ("html", "pdf"):
        raise Misuse(f"{output}: the book comes as .html or .pdf; name the file so.")
    day = made.date() if isinstance(made, datetime) else today()
    write(output, written(load(directory), "html" if form == "html" else "pdf", made=day, paper=paper))
    say(f"Wrote {output}.")
