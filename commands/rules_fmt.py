"""`limiter rules fmt`: pages in their canonical layout, on request."""

from pathlib import Path

import click

from commands.base import Command, NotFound, knowledge_option, say


@click.command(cls=Command)
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@knowledge_option
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def fmt(pages: tuple[str, ...], directory: Path | None, dry_run: bool) -> None:
    """Lay out pages as the shipped ones are: fields in their order, long texts folded; comments stay.

    PAGE is the name of a page, such as overstriding; without one, every page of the folder. What the pages say does
    not change, and no other command lays out more than what it writes.

    Example: limiter rules fmt overstriding --knowledge my_pages
    """
    from engine.editing.address import UnknownAddress
    from engine.editing.formatting import format_pages
    from reports import edits

    try:
        changes = format_pages(directory, pages, dry_run=dry_run)
    except UnknownAddress as error:
        raise NotFound(str(error)) from error
    if not changes:
        say(edits.unchanged())
        return
    for change in changes:
        click.echo(edits.diff(change.file, change.before, change.after))
    say(edits.laid_out(len(changes), dry_run=dry_run))
