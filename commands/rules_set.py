"""`limiter rules set`: one value changed, every other byte left alone."""

from pathlib import Path

import click

from commands.base import Command, NotFound, knowledge_option, say


@click.command(name="set", cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("address", metavar="ADDRESS")
@click.argument("value", metavar="VALUE")
@knowledge_option
@click.option("--dry-run", is_flag=True, help="Show and check the change, and write nothing.")
def set_(address: str, value: str, directory: Path | None, dry_run: bool) -> None:
    """Change one value on a page; comments, order and blank lines stay as they are.

    ADDRESS is a page or a rule and the way to the value, with dots: knee_to_wall.typical_error.value,
    overstriding/foot_ahead_on_video.when.video_overstride. Items of a list go by their name or their number, counted
    from 1: knee_to_wall.norms.1.mean. VALUE is what will stand there; quotes are added where the page needs them.

    Example: limiter rules set overstriding/foot_ahead_on_video.when.video_overstride "at least 1"
    """
    from engine.editing.address import UnknownAddress
    from engine.editing.setting import set_value
    from reports import edits

    try:
        change, _ = set_value(directory, address, value, dry_run=dry_run)
    except UnknownAddress as error:
        raise NotFound(str(error)) from error
    if change.before == change.after:
        say(edits.unchanged())
        return
    click.echo(edits.diff(change.file, change.before, change.after))
    say(edits.written([change.file], directory, dry_run=dry_run))
