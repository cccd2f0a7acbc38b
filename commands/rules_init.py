"""`limiter rules init`: a folder of pages of one's own."""

from pathlib import Path

import click

from commands.base import Command


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--overlay", is_flag=True, help="Begin with overlay.yaml alone; what you add is laid over the shipped pages."
)
def init(folder: Path, overlay: bool) -> None:
    """Make a folder of pages to edit: a copy of the ones that came with limiter.

    Example: limiter rules init my_pages
    """
    from engine.editing.copying import init as make
    from reports import edits

    pages = make(folder, overlay=overlay)
    click.echo(edits.begun(str(folder), pages, overlay=overlay))
