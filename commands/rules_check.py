"""`limiter rules check`: is every page sound?"""

from pathlib import Path

import click

from commands.base import Command, knowledge_option


@click.command(cls=Command)
@knowledge_option
def check(directory: Path | None) -> None:
    """Check every knowledge page; each mistake is told with its place and its cure.

    Example: limiter rules check --knowledge my_pages
    """
    from engine.loader import load

    found = load(directory)
    count = sum(len(deficit.rules) for deficit in found.deficits.values()) + len(found.limiter_rules)
    click.echo(f"All well: {len(found.pages)} pages, {len(found.measures)} measures, {len(found.deficits)} deficits, "
               f"{count} rules, {len(found.safety)} safety rules, {len(found.interventions)} interventions, "
               f"{len(found.cases)} cases. Version {found.version}.")  # fmt: skip
