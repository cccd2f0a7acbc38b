"""`limiter rules new`: a rule, a measure, a deficit or an exercise, by answering questions."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from commands.base import Command, Misuse, knowledge_option, say

if TYPE_CHECKING:
    from engine.editing.create import New


@click.command(cls=Command)
@click.argument("kind", metavar="KIND", type=click.Choice(["rule", "measure", "deficit", "exercise"]))
@click.option(
    "--set", "given", multiple=True, metavar="NAME=VALUE", help="Answer a question beforehand; --list names them."
)
@click.option("--list", "only_list", is_flag=True, help="Only list the questions, with their names.")
@click.option("--no-input", is_flag=True, help="Ask nothing: what is not given takes its default.")
@click.option("--dry-run", is_flag=True, help="Show and check what would be written, and write nothing.")
@knowledge_option
def new(
    kind: str, given: tuple[str, ...], only_list: bool, no_input: bool, dry_run: bool, directory: Path | None
) -> None:
    """Make something new by answering questions in plain words; ? explains each, with an example.

    KIND is rule, measure, deficit or exercise. A measure is put into the interview as well, a rule is added to its
    deficit's page, and a new source to the list of sources. Nothing is written before the pages have been checked.

    Example: limiter rules new rule --set deficit=overstriding --knowledge my_pages
    """
    from engine.editing import journal
    from engine.editing.create import create
    from engine.errors import EditError, KnowledgeError
    from engine.loader import load
    from reports import creating, edits

    what = cast("New", kind)
    knowledge = load(directory)
    if only_list:
        click.echo("\n".join(f"{one.name}: {one.words}" for one in creating.questions_of(what, knowledge)))
        return
    journal.home(directory)
    answers = dict(_split(one) for one in given)
    making = creating.Making(knowledge, what, answers)
    if not making.run(say, None if no_input else _line):
        say("Stopped; nothing was written.")
        return
    data, beside = making.data()
    try:
        changes = create(directory, knowledge, what, data, beside=beside, dry_run=True)
        for change in changes:
            click.echo(edits.diff(change.file, change.before, change.after))
        if not dry_run and (no_input or _agreed()):
            create(directory, knowledge, what, data, beside=beside)
        elif not dry_run:
            say("Nothing was written.")
            return
    except (EditError, KnowledgeError):
        say(f"Nothing was written. To say it again:\n{creating.as_options(kind, making.lines)}\n")
        raise
    say(edits.written([change.file for change in changes], directory, dry_run=dry_run))


def _split(option: str) -> tuple[str, str]:
    name, equals, value = option.partition("=")
    if not equals:
        raise Misuse(f"--set {option}: write NAME=VALUE.")
    return name.strip().replace("-", "_"), value.strip()


def _agreed() -> bool:
    say("\nWrite it? [yes]")
    line = _line()
    return line is not None and line.lower() in ("yes", "y", "")


def _line() -> str | None:
    """The line typed; None at the end of input."""
    say("> ", newline=False)
    sys.stderr.flush()
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "replace").strip() if line else None
