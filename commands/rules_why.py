"""`limiter rules why`: which rules made a diagnosis, and where they are written."""

from pathlib import Path

import click

from commands.base import Command, knowledge_option, not_found, read_all


@click.command(cls=Command)
@click.argument("athlete")
@click.option("--not", "limiter", type=click.Choice(["mechanics", "synergy", "strength"]), metavar="LIMITER",
              help="Tell what kept this limiter from being named.")  # fmt: skip
@click.option("--deficit", metavar="ID", help="Tell what every rule about this deficit did.")
@knowledge_option
def why(athlete: str, limiter: str | None, deficit: str | None, directory: Path | None) -> None:
    """Tell which rules made an athlete's diagnosis, each with its file and line.

    Go to the line you disagree with, change it, and see with `limiter rules impact` whom that changes. ATHLETE is a
    file of answers; "-" reads standard input.

    Example: limiter rules why ana.yaml --not mechanics
    """
    from engine.assessment import assess
    from engine.compile import compile_knowledge
    from engine.errors import nearest
    from engine.impact import reasons
    from engine.loader import load
    from reports.reasons import chain_text, deficit_text, limiter_text

    knowledge = load(directory)
    if deficit and deficit not in knowledge.deficits:
        not_found("deficit", deficit, nearest(deficit, knowledge.deficits))
    [answers] = read_all([athlete], knowledge)
    found = assess(compile_knowledge(knowledge), answers, deep=False)
    if not limiter and not deficit:
        click.echo(chain_text(found, reasons.chain(found, knowledge), knowledge), nl=False)
    if limiter:
        of_limiter = reasons.of_limiter(found, knowledge, limiter)  # type: ignore[arg-type]  # click allows no other
        click.echo(limiter_text(found, of_limiter, knowledge), nl=False)
    if deficit:
        click.echo(deficit_text(found, reasons.of_deficit(found, knowledge, deficit), knowledge), nl=False)
