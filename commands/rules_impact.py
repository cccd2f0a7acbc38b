"""`limiter rules impact`: which athletes do the changes of the pages change?"""

from pathlib import Path

import click

from commands.base import Command, bytes_of, called, knowledge_option, today


@click.command(cls=Command)
@click.argument("athletes", nargs=-1)
@click.option("--against", metavar="REF|DIR", help="Compare with this commit, folder or accepted state instead of "
              "what was last accepted.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to show the result.")  # fmt: skip
@knowledge_option
def impact(athletes: tuple[str, ...], against: str | None, form: str, directory: Path | None) -> None:
    """Tell which athletes your changes change, from what to what, and which rule made it.

    The pages as they are now are compared with what was last accepted: the last commit when they lie in a git
    checkout, or what `limiter rules accept` recorded. ATHLETES are files of answers, judged beside the cornerstone
    athletes in the pages' cases/ folder.

    Example: limiter rules impact ana.yaml ben.yaml --knowledge my_pages
    """
    from engine.impact import states
    from engine.impact.athletes import cornerstones, from_files
    from engine.impact.impact import impact as compared
    from reports.impact import impact_json, impact_text

    after = states.present(directory)
    before = states.named(against, directory) if against else states.accepted(directory)
    files = ((called(file), bytes_of(file)) for file in athletes)
    folders = {called(file): Path(file).parent for file in athletes if file != "-"}
    everyone = cornerstones(before.knowledge, after.knowledge)
    everyone += from_files(files, before.knowledge, after.knowledge, today=today(), folders=folders)
    found = compared(before, after, everyone)
    click.echo(impact_json(found) if form == "json" else impact_text(found), nl=False)
