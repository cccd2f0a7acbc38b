"""`limiter rules export`: the pages as a workbook."""

from pathlib import Path

import click

from commands.base import Command, Misuse, knowledge_option, say, write


@click.command(cls=Command)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@knowledge_option
def export(file: Path, directory: Path | None) -> None:
    """Make a workbook of the pages, to edit in Excel or LibreOffice.

    FILE is the workbook to make; one that exists is replaced. Measures, norms, deficits, rules as decision tables,
    exercises, safety rules and sources get a sheet each, with dropdowns where there is a choice; the first sheet
    explains the rest. `limiter rules import` takes your changes back to the pages.

    Example: limiter rules export rules.xlsx
    """
    from engine.workbook import importing
    from reports import workbooks

    if file.suffix.lower() != ".xlsx":
        raise Misuse(f"A workbook ends in .xlsx: {file.with_suffix('.xlsx')}")
    write(file, importing.export(directory, workbooks.first_sheet))
    say(workbooks.exported(str(file), directory))
