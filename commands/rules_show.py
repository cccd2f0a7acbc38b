"""`limiter rules show`: a page in words."""

from pathlib import Path

import click

from commands.base import Command, knowledge_option, not_found


@click.command(cls=Command)
@click.argument("what", metavar="ID")
@knowledge_option
def show(what: str, directory: Path | None) -> None:
    """Print a page of knowledge as a coach reads it, in words.

    ID is a deficit, a measure, a limiter, a safety rule, an intervention, a page such as sprint, or one rule such as
    overstriding/foot_ahead_on_video.

    Example: limiter rules show overstriding
    """
    import reports
    from engine.errors import nearest
    from engine.loader import load

    knowledge = load(directory)
    known = {id for _, id in knowledge.pages} | set(knowledge.places) | set(knowledge.measures) | set(knowledge.derived)
    known |= {*knowledge.limiters.limiters, *knowledge.sources}
    if what not in known:
        not_found("page or rule", what, nearest(what, known))
    click.echo(reports.show(knowledge, what))
