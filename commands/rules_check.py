"""`limiter rules check`: is every page sound, and do the rules make sense together?"""

from datetime import datetime
from pathlib import Path

import click

from commands.base import Command, knowledge_option, say, today


@click.command(cls=Command)
@knowledge_option
@click.option("--today", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="Tell reviews that are overdue on this day.  [default: the day it is]")  # fmt: skip
@click.option("--strict", is_flag=True, help="Take warnings for faults.")
@click.option("--quiet", is_flag=True, help="Leave out what is only good to know.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to show the result.")  # fmt: skip
@click.pass_context
def check(
    context: click.Context, directory: Path | None, day: datetime | None, strict: bool, quiet: bool, form: str
) -> None:
    """Check every knowledge page, and the rules as a whole.

    Each mistake is told with its place and its cure. Rules that can never fire, never count or contradict each other
    are worked out for all athletes there can be, and shown on one of them.

    Example: limiter rules check --knowledge my_pages
    """
    from engine.errors import KnowledgeError
    from engine.examine import examine, told
    from engine.loader import load_unchecked
    from reports import checked
    from reports.fitting import misfits

    try:
        knowledge = load_unchecked(directory)
        findings = examine(knowledge, today=day.date() if day else today(), further=misfits)
    except KnowledgeError as error:
        knowledge, findings = None, told(error.faults)
    shown = [finding for finding in findings if not (quiet and finding.weight == "information")]
    wrong = any(finding.weight == "fault" or (strict and finding.weight == "warning") for finding in findings)
    if form == "json":
        click.echo(checked.as_json(knowledge, shown))
    else:
        tell = say if wrong else click.echo
        tell(checked.in_words(shown) + ("\n" if shown else ""))
        if knowledge is not None:
            tell(checked.summary(knowledge, findings))
    if wrong:
        context.exit(1)
