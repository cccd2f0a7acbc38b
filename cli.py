"""The command line: parse, call, print, exit code, and nothing else.

Last of the sentence answers → … → report, and the only code that talks to a terminal. Results go to standard output,
all else to standard error. Up front it imports click and the standard library alone, so that help comes at once; each
command imports what it needs.

Exit codes: 0 fine, 1 the pages or the answers are wrong, 2 misuse, 3 not found, 4 an optional back end is missing,
130 interrupted, 141 whoever read the output has closed it.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from commands.ask_sprints import bring, with_sprints
from commands.base import (
    FORMATS,
    INTERRUPTED,
    SEEN_ENOUGH,
    Group,
    knowledge_option,
    not_found,
    output_of,
    paper_option,
    read_all,
    say,
    slug,
    today,
    write,
)
from commands.rules import rules
from commands.sprint import sprint

if TYPE_CHECKING:
    from engine.compile import Compiled
    from engine.interview import Who
    from engine.knowledge import KnowledgeBase
    from engine.model import Answers, Diagnosis, Options
    from reports.conversation import Conversation
    from reports.render import Format

DEMO_ATHLETE = "vescovi_fmss_205"
DEMO_CASE = "49_monique_200m"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# --- what several commands need -----------------------------------------------------------------------------------


def _day(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Dates as 2026-03-01."""
    many = value if isinstance(value, tuple) else (value,)
    days = tuple(None if one is None else one.date() for one in many)
    return days if isinstance(value, tuple) else days[0]


def _listed(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


_DATE = click.DateTime(formats=["%Y-%m-%d"])


def _circumstances(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how the athlete can train."""
    for option in reversed((
        click.option("--week", type=click.IntRange(1, 12), help="Print this week of the block alone."),
        click.option("--days", type=click.IntRange(2, 5), default=3, show_default=True, help="Training days a week."),
        click.option("--minutes", type=click.IntRange(5, 240), help="Minutes a session may take."),
        click.option("--equipment", default="", callback=_listed, metavar="A,B", help="Equipment owned, by its name."),
        click.option("--level", type=click.Choice(["beginner", "intermediate", "advanced"]), help="Exercise level."),
        click.option("--season", type=click.Choice(["general", "pre_competition", "in_season"]), default="general",
                     show_default=True, help="Part of the season."),
        click.option("--coached", is_flag=True, help="A coach watches the sessions."),
        click.option("--months-lifting", type=click.FloatRange(0, 600), help="Months of regular lifting so far."),
        click.option("--match-day", "match_days", type=click.Choice(WEEKDAYS), multiple=True, help="Day of a match."),
        click.option("--race", "races", type=_DATE, multiple=True, callback=_day, metavar="DATE", help="Race day."),
        click.option("--start", type=_DATE, callback=_day, metavar="DATE", help="First day; else the file's date."),
    )):  # fmt: skip
        command = option(command)
    return command


def _options(days: int, minutes: int | None, equipment: tuple[str, ...], months_lifting: float | None,
             match_days: tuple[str, ...], races: tuple[date, ...], **rest: Any) -> "Options":  # fmt: skip
    from engine.model import Options

    return Options(
        days_per_week=days, minutes_per_session=minutes, equipment=frozenset(equipment),
        months_of_lifting=months_lifting, match_days=match_days,  # type: ignore[arg-type]  # click allows weekdays only
        race_dates=races, **rest,
    )  # fmt: skip


def _check_equipment(options: "Options", knowledge: "KnowledgeBase") -> None:
    from engine.errors import OptionError, nearest

    tokens = knowledge.programs.equipment.tokens
    known = {*tokens, *(part for token in tokens.values() for part in token.met_by)}
    for name in sorted(options.equipment - known):
        near = nearest(name, known)
        hint = f"Did you mean '{near}'?" if near else f"Known: {', '.join(sorted(known))}."
        raise OptionError(f"--equipment: there is no equipment '{name}'. {hint}")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="limiter")
def commands() -> None:
    """Find what holds a runner back, and what to do about it.

    Mechanics, synergy or strength: limiter reads what an athlete feels, does and was tested for, names the limiter,
    says why, and prints the block to train.

    Start with: limiter ask
    """


# --- diagnose -----------------------------------------------------------------------------------------------------


@commands.command()
@click.argument("answers", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True,
              help="How to show the result.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE",
              help="Write here; html and pdf of several athletes go into a directory, a file each.")  # fmt: skip
@click.option("--explain", is_flag=True, help="Show every rule that fired, and why.")
@paper_option
@_circumstances
@knowledge_option
def diagnose(answers: tuple[str, ...], form: "Format", output: str | None, explain: bool, paper: str,
             directory: Path | None, **circumstances: Any) -> None:  # fmt: skip
    """Diagnose athletes from their answers and test results.

    ANSWERS is a YAML or JSON file for each athlete; "-" reads standard input.

    Example: limiter diagnose ana.yaml --explain --format pdf -o ana.pdf
    """
    if form == "pdf" and output in (None, "-") and sys.stdout.isatty():
        raise click.UsageError("a PDF is not for the screen: add -o FILE")
    if answers.count("-") > 1:
        raise click.UsageError('"-" can be read only once')
    options = _options(**circumstances)
    compiled = _compiled(directory)
    _check_equipment(options, compiled.knowledge)
    found = [_diagnosed(compiled, one, options) for one in read_all(answers, compiled.knowledge)]
    if output and form in ("html", "pdf") and (Path(output).is_dir() or (len(found) > 1 and not Path(output).suffix)):
        _write_each(answers, found, compiled.knowledge, form, Path(output), paper=paper, explain=explain)
        return
    result = _rendered(found, compiled.knowledge, form, paper=paper, explain=explain)
    output_of(result, Path(output) if output and output != "-" else None)


def _compiled(directory: Path | None) -> "Compiled":
    from engine import cache

    return cache.compiled(directory)


def _diagnosed(compiled: "Compiled", answers: "Answers", options: "Options | None" = None) -> "Diagnosis":
    from engine.assessment import assess

    return assess(compiled, answers, options)


def _rendered(found: "Sequence[Diagnosis]", knowledge: "KnowledgeBase", form: "Format", **how: Any) -> str | bytes:
    import reports

    return reports.render(found if len(found) > 1 else found[0], knowledge, form, **how)


def _write_each(files: Sequence[str], found: "Sequence[Diagnosis]", knowledge: "KnowledgeBase", form: "Format",
                directory: Path, **how: Any) -> None:  # fmt: skip
    directory.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for file, diagnosis in zip(files, found, strict=True):
        stem = name = Path(file).stem if file != "-" else slug(diagnosis.athlete)
        while name in taken:
            name = f"{stem}-{sum(other.startswith(stem) for other in taken) + 1}"
        taken.add(name)
        path = directory / f"{name}.{form}"
        write(path, _rendered([diagnosis], knowledge, form, **how))
        say(f"Written: {path}")


# --- ask ----------------------------------------------------------------------------------------------------------


@commands.command()
@click.option("--save", metavar="FILE", help="Where to keep the answers.  [default: the athlete's name, .yaml]")
@click.option("--resume", is_flag=True, help="Go on with a saved interview.")
@click.option("--who", type=click.Choice(["athlete", "coach", "both"]), default="both", show_default=True,
              help="Who sits at the keyboard.")  # fmt: skip
@click.option("--name", help="The athlete's name, if you would rather not be asked.")
@click.option("--sprint", "sprints", metavar="FILE", help="Sprints of the athlete, as `limiter sprint` reads them.")
@paper_option
@knowledge_option
def ask(save: str | None, resume: bool, who: "Who", name: str | None, sprints: str | None, paper: str,
        directory: Path | None) -> None:  # fmt: skip
    """Interview an athlete, a coach or both, and end with the diagnosis.

    Safety questions come first, then what needs no equipment, then the tests you have the kit for. Answers are saved
    after each question. Split times or a trace of a sprint are added with --sprint, now or with --resume later.

    Example: limiter ask --name Ana --save ana.yaml --sprint ana_splits.csv
    """
    from engine import sitting
    from engine.interview import Interview, plan
    from reports import asking
    from reports.conversation import Conversation

    compiled = _compiled(directory)
    if resume and not (save or name):
        raise click.UsageError("which interview? Add --save FILE")
    brought = bring(sprints, compiled.knowledge) if sprints else None
    athlete = name or ("" if resume else (brought.entry.person.name if brought else "") or _ask_name())
    path = Path(save or f"{slug(athlete)}.yaml")
    day = today()
    saved = None
    if resume:
        saved = read_all([str(path)], compiled.knowledge)[0]
        athlete, day = name or saved.athlete, saved.date
        interview = sitting.read(plan(compiled), compiled.knowledge, saved, path.read_text("utf-8"), who)
    elif path.exists():
        raise click.UsageError(f"{path} is there already: add --resume to go on with it, or --save another file")
    elif brought:
        interview = sitting.begin(plan(compiled), compiled.knowledge, brought.entry.person, who)
    else:
        interview = Interview(plan(compiled), who)

    runs, lines = (saved.sprints, saved.sprints_as_written) if saved else ((), "")
    if brought:
        runs, lines = with_sprints(brought, athlete, path, saved)
        if interview.given and not saved:
            say("It says these already; `change` goes back to one:")
            say(asking.told(compiled.knowledge, tuple(interview.given.items())))

    def keep(now: Interview) -> None:
        write(path, sitting.write(now, athlete, day, lines), private=True)

    conversation = Conversation(compiled, interview, athlete=athlete, day=day, say=say, hear=_line, keep=keep,
                                sprints=runs)  # fmt: skip
    ending = conversation.run(click.echo)
    if ending == "done":
        _finish(conversation, path, paper)
    elif ending == "quit":
        say(f"\nSaved in {path}. Go on with: limiter ask --resume --save {path}")
    else:
        say(f"The questions end here. Saved in {path}.")
        say(f"Was it a slip of the finger? limiter ask --resume --save {path}")


def _ask_name() -> str:
    say("Who is this about? A name or initials.")
    typed = "".join(letter for letter in _line() or "" if letter.isprintable())
    return typed.strip()[:80] or "Athlete"


def _line() -> str | None:
    """The line typed; None at the end of input."""
    say("> ", newline=False)
    sys.stderr.flush()
    line = sys.stdin.buffer.readline()
    return line.decode("utf-8", "replace").strip() if line else None


def _finish(conversation: "Conversation", path: Path, paper: str) -> None:
    """Close: the diagnosis, unless the other person's questions are still to come, and the printed page."""
    from dataclasses import replace

    from reports import asking

    interview, knowledge = conversation.interview, conversation.knowledge
    say(f"\n{asking.paragraph(knowledge.questionnaire.closing)}\nSaved in {path}.")
    other: Who = "coach" if interview.who == "athlete" else "athlete"
    others = replace(interview, who=other, skipped=frozenset()).left.sure if interview.who != "both" else 0
    if others:
        say(f"{others} questions for the {other} are open: limiter ask --resume --save {path} --who {other}")
        say("Show the diagnosis now all the same? (y/n)")
        if not _yes(_line()):
            return
    diagnosis = _diagnosed(conversation.compiled, conversation.answers())
    click.echo(_rendered([diagnosis], knowledge, "text", paper=paper))
    if not conversation.sprints:
        say("Split times of a sprint can be added, and the diagnosis then rests on them too:\n"
            f"  limiter ask --resume --save {path} --sprint FILE")  # fmt: skip
    say("Make the page to print (PDF)? (y/n)")
    if _yes(_line()):
        say(f"Written: {_printable(diagnosis, knowledge, path.with_suffix(''), paper)}")


def _yes(line: str | None) -> bool:
    return (line or "").lower() in ("y", "yes")


def _printable(diagnosis: "Diagnosis", knowledge: "KnowledgeBase", stem: Path, paper: str) -> Path:
    """Where the printed page was left: a PDF, or the page for a browser where no PDF engine is installed."""
    from engine.errors import BackEndMissing

    try:
        path, page = stem.with_name(f"{stem.name}.pdf"), _rendered([diagnosis], knowledge, "pdf", paper=paper)
    except BackEndMissing as error:
        say(f"{error}")
        path, page = stem.with_name(f"{stem.name}.html"), _rendered([diagnosis], knowledge, "html", paper=paper)
    write(path, page)
    return path


# --- measures, rules, demo ----------------------------------------------------------------------------------------


@commands.command()
@click.argument("what", metavar="[ID|GROUP]...", nargs=-1)
@knowledge_option
def measures(what: tuple[str, ...], directory: Path | None) -> None:
    """List what can be entered: wording, unit, range and protocol.

    Without an argument every measure in a line; with one or more, those measures and groups in full.

    Example: limiter measures knee_to_wall
    """
    import reports
    from engine.errors import nearest
    from engine.loader import load

    knowledge = load(directory)
    known = {*knowledge.measures, *(measure.group for measure in knowledge.measures.values())}
    for name in what:
        if name not in known:
            not_found("measure or group", name, nearest(name, known))
    click.echo(reports.tell_measures(knowledge, what), nl=False)


@commands.command()
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), show_default=True,
              metavar="DIR", help="Where to leave the pages.")  # fmt: skip
@paper_option
@knowledge_option
def demo(into: Path, paper: str, directory: Path | None) -> None:
    """Diagnose a real athlete and a made-up one, and leave their printed pages.

    Example: limiter demo --into demo
    """
    compiled = _compiled(directory)
    here = Path(__file__).resolve().parent
    files = [here / "examples" / f"{DEMO_ATHLETE}.yaml", here / "knowledge" / "cases" / f"{DEMO_CASE}.yaml"]
    there = [file for file in files if file.exists()]
    into.mkdir(parents=True, exist_ok=True)
    for file, answers in zip(there, read_all([str(file) for file in there], compiled.knowledge), strict=True):
        diagnosis = _diagnosed(compiled, answers)
        click.echo(_rendered([diagnosis], compiled.knowledge, "text", paper=paper))
        click.echo(f"To print: {_printable(diagnosis, compiled.knowledge, into / file.stem, paper)}\n")


commands.add_command(sprint)
commands.add_command(rules)


# --- the way in ---------------------------------------------------------------------------------------------------


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What stands in place of a stack trace when limiter itself is at fault; LIMITER_DEBUG=1 shows the trace."""
    if os.environ.get("LIMITER_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    say(f"limiter met a fault of its own ({kind.__name__}: {error}). Please report it with what you typed; "
         "LIMITER_DEBUG=1 shows where it happened.")  # fmt: skip


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.excepthook = _told
    gc.set_threshold(1_000_000)  # nearly all that a run makes stays to its end; looking for garbage is a tenth of it
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # replaced streams may lack it
    try:
        code = _run()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = SEEN_ENOUGH
    if code == SEEN_ENOUGH:  # what is left unwritten is let go, or Python would try once more on leaving and complain
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run() -> int:
    """Run the command line; its exit code.

    Raises: BrokenPipeError, when nobody reads any more what goes wrong.
    """
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("\nStopped.")
        return INTERRUPTED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    main()
