"""`limiter rules accept`: this is right; tell me when an edit changes it."""

from pathlib import Path

import click

from commands.base import Command, called, knowledge_option, read_all, say, today


@click.command(cls=Command)
@click.argument("athlete", required=False)
@click.option("--id", "id", metavar="ID", help="Name of the new case; else made from the file's name.")
@click.option("--why", metavar="TEXT", help="Why this diagnosis is right; asked for when left out.")
@click.option("--title", metavar="TEXT", help="A headline for the case.")
@click.option("--name", metavar="TEXT", help="Write this name instead of the athlete's own.")
@knowledge_option
def accept(
    athlete: str | None, id: str | None, why: str | None, title: str | None, name: str | None, directory: Path | None
) -> None:
    """Make an athlete a cornerstone, or record the pages as they are now as accepted.

    With a file of answers: writes cases/ID.yaml with the present diagnosis as what is expected from now on. Without:
    `limiter rules impact` compares with the pages as they are now.

    Example: limiter rules accept ana.yaml --id ana_100m --why "Clear film, weak tests" --knowledge my_pages
    """
    from engine.editing.journal import home
    from engine.impact import states

    root = home(directory)
    if athlete is None:
        kept = states.accept(root, today())
        click.echo(f"Accepted: version {kept.knowledge.version}, {kept.knowledge.hash[:12]}. "
                   "`limiter rules impact` compares with this from now on.")  # fmt: skip
        return
    from dataclasses import replace

    from engine.assessment import assess
    from engine.compile import compile_knowledge
    from engine.editing.journal import apply
    from engine.impact.accept import case_id, case_page, case_place
    from engine.loader import load

    knowledge = load(directory)
    [answers] = read_all([athlete], knowledge)
    stem = answers.athlete if athlete == "-" else Path(athlete).stem
    chosen = id or case_id(stem)
    place = case_place(chosen, knowledge)
    found = assess(compile_knowledge(knowledge), answers, deep=False)
    if not why:
        say(f"{answers.athlete}: {found.outcome}, {found.limiter or 'nobody named'}.")
        why = click.prompt("Why is that right", type=str, err=True)
    named = replace(answers, athlete=name) if name else answers
    headline = title or f"Accepted from {Path(called(athlete)).name}"
    page = case_page(chosen, headline, f"{headline}, {answers.date.isoformat()}.", named, found, why)
    apply(root, {place: page}, f"accept {chosen}")
    click.echo(f"{root.name}/{place}: {found.outcome}, {found.limiter or 'nobody named'}.")
