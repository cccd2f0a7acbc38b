"""`limiter rules import`: a workbook's changes, taken over to the pages."""

from pathlib import Path

import click

from commands.base import Command, knowledge_option, say


@click.command(name="import", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@knowledge_option
@click.option("--dry-run", is_flag=True, help="Show the changes and whom they change, and write nothing.")
@click.option("--allow-removal", is_flag=True, help="Take things from their pages whose rows are gone.")
def import_(file: Path, directory: Path | None, dry_run: bool, allow_removal: bool) -> None:
    """Take the changes of a workbook over to the pages.

    FILE is a workbook from `limiter rules export`, edited. Every mistake is told at once, by sheet, row and column.
    Only values that changed are put on the pages: comments, order and blank lines stay. Shown are the changed lines,
    and which of the cornerstone athletes are diagnosed otherwise. `limiter rules undo` takes it back.

    Example: limiter rules import rules.xlsx --dry-run
    """
    from engine.impact.athletes import cornerstones
    from engine.impact.impact import impact
    from engine.impact.states import State
    from engine.spreadsheet import opening
    from engine.workbook import importing
    from reports import edits, workbooks
    from reports.impact import impact_text

    with file.open("rb") as stream:
        content = stream.read(opening.LARGEST + 1)
    taken = importing.take(directory, content, str(file), allow_removal=allow_removal)
    if not taken.changes:
        say(workbooks.unchanged(taken.kept))
        return
    for change in taken.changes:
        click.echo(edits.diff(change.file, change.before, change.after))
    before = State("the pages as they are", "folder", taken.before)
    after = State(str(file), "folder", taken.after)
    click.echo("\n" + impact_text(impact(before, after, cornerstones(taken.before, taken.after))), nl=False)
    if not dry_run:
        taken.write()
    if told := workbooks.about(other_pages=taken.other_pages, kept=taken.kept):
        say(told)
    say(workbooks.written(len(taken.changes), str(file), directory, dry_run=dry_run))
