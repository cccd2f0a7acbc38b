"""`limiter rules undo`: the last change of a command taken back."""

from pathlib import Path

import click

from commands.base import Command, knowledge_option


@click.command(cls=Command)
@knowledge_option
@click.option("--list", "only_list", is_flag=True, help="Only show what can be taken back, the last change first.")
def undo(directory: Path | None, only_list: bool) -> None:
    """Take back the last change that a `limiter rules` command made to the pages.

    Every byte comes back as it was. Call it again to go back further. A page that was changed by other means since is
    left alone, and said so.

    Example: limiter rules undo
    """
    from engine.editing import journal
    from reports import edits

    folder = journal.home(directory)
    if only_list:
        click.echo(edits.steps([(step.what, list(step.before)) for step in journal.steps(folder)]))
        return
    step = journal.undo(folder)
    click.echo(edits.taken_back(step.what, list(step.before), len(journal.steps(folder))))
