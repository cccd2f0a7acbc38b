"""`limiter rules rename`: another name, followed everywhere."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from commands.base import Command, NotFound, knowledge_option, say

if TYPE_CHECKING:
    from engine.editing.references import Kind


@click.command(cls=Command)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@knowledge_option
@click.option(
    "--kind", help="Which of them, where one name means several things.",
    type=click.Choice(["measure", "deficit", "intervention", "safety", "source", "population", "rule", "case"]),
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show and check the change, and write nothing.")
def rename(old: str, new: str, directory: Path | None, kind: str | None, dry_run: bool) -> None:
    """Give a measure, deficit, rule, exercise, safety rule, source or group of people another name.

    Every page that speaks of it follows, and its file too. A rule is named with its deficit:
    overstriding/legs_feel_reaching. Athletes' own files are not changed.

    Example: limiter rules rename knee_to_wall ankle_lunge
    """
    from engine.editing.renaming import UnknownName
    from engine.editing.renaming import rename as rename_it
    from reports import edits

    try:
        done = rename_it(directory, old, new, kind=cast("Kind | None", kind), dry_run=dry_run)
    except UnknownName as error:
        raise NotFound(str(error)) from error
    for change in done.changes:
        click.echo(edits.diff(change.file, change.before, change.after))
    say(edits.renamed(done.moved, [str(place) for place in done.mentions], answers=done.kind == "measure"))
    say(edits.written([change.file for change in done.changes], directory, dry_run=dry_run))
