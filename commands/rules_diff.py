"""`limiter rules diff`: what differs between two states of the pages."""

from pathlib import Path

import click

from commands.base import Command, knowledge_option


@click.command(cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to show the result.")  # fmt: skip
@knowledge_option
def diff(before: str, after: str | None, form: str, directory: Path | None) -> None:
    """Tell what differs between two states of the pages, in words.

    A and B are folders of pages, accepted states or git commits; without B, A is compared with the pages as they are
    now. What only differs in layout is no difference.

    Example: limiter rules diff HEAD~3 --knowledge my_pages
    """
    from engine.impact import states
    from engine.impact.changes import compare
    from reports.changes import diff_json, diff_text

    first = states.named(before, directory)
    second = states.named(after, directory) if after else states.present(directory)
    changes = compare(first.knowledge, second.knowledge)
    told = diff_json if form == "json" else diff_text
    click.echo(told(first, second, changes), nl=False)
