"""`limiter sprint`: split times or a trace → the force-velocity profile, what it says, and what it leaves open."""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from commands.base import FORMATS, Command, Misuse, knowledge_option, output_of, paper_option, say, slug, write
from commands.sprint_files import DEVICES, columns_of, read_entries, words_of

if TYPE_CHECKING:
    from engine.knowledge import KnowledgeBase
    from engine.sprint.results import Analysis, Fit
    from engine.sprint.run import Entry, Person, Run
    from engine.sprint.wanted import Wanted
    from reports.pdf import Paper
    from reports.sprint.render import Form

STARTS = ("gun", "first_movement", "behind_gate", "unknown")
MODELS = ("none", "fixed_offset", "tc", "fd", "fd_fixed", "dc", "tc_dc", "distance_target")
FULL = 3
"""So many sprints are told in full as text; of more, each has a line."""
MANY = 20
"""More are fitted together, and a bar tells how far it is."""


class _Given(NamedTuple):
    """What the options say of whoever ran and of the run; None is not said."""

    person: Mapping[str, Any]
    run: Mapping[str, Any]


class _Job(NamedTuple):
    """One sprint before it is looked at; `called` names it in a message."""

    person: "Person"
    run: "Run"
    called: str


@dataclass(frozen=True, slots=True)
class _Sprint:
    """One sprint with the name its page is filed under."""

    stem: str
    analysis: "Analysis"


@click.command(cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--format", "form", type=click.Choice([*FORMATS, "csv"]), default="text", show_default=True,
              help="How to show the result; csv is a row for each sprint, for spreadsheets.")  # fmt: skip
@click.option("-o", "--output", metavar="FILE",
              help="Write here; several sprints as html or pdf into one FILE, or each into a directory.")  # fmt: skip
@paper_option
@click.option("--columns", metavar="WHAT=TITLE,…", help="Which column holds what: time=Zeit,distance=Weg")
@click.option("--device", type=click.Choice(DEVICES), help="What recorded a trace.")
@click.option("--sheet", metavar="NAME", help="Sheet of a workbook.")
@click.option("--start", type=click.Choice(STARTS), help="What starts the clock.")
@click.option("--set-back", metavar="M", help="Metres from the body to the gate that starts the clock.")
@click.option("--model", type=click.Choice(MODELS), help="Read the start this way alone.")
@click.option("--mass", metavar="KG", help="Body mass.")
@click.option("--height", metavar="CM|M", help="Stature.")
@click.option("--sex", type=click.Choice(["female", "male"]), help="For the group to compare with.")
@click.option("--age", metavar="YEARS", help="For the group to compare with.")
@click.option("--event", "event_group", metavar="GROUP", help="Event group; it also sets the distance.")
@click.option("--level", "training_level", metavar="LEVEL", help="Training level, for the group to compare with.")
@click.option("--distance", metavar="M", help="The distance the verdict is about.")
@click.option("--wind", metavar="M/S", help="Wind along the run; a tail wind is positive.")
@click.option("--temperature", metavar="C", help="Of the air.")
@click.option("--pressure", metavar="HPA", help="Of the air.")
@knowledge_option
def sprint(file: str, form: "Form", output: str | None, paper: "Paper", columns: str | None, device: str | None,
           sheet: str | None, distance: str | None, directory: Path | None, **about: str | None) -> None:  # fmt: skip
    """Read what split times or a trace say about a sprinter.

    FILE is a table (CSV, XLSX) with a row for each sprint, gate or sample; a YAML or JSON file with `sprints:`, such
    as an athlete's file, does too. What the file says goes before the options.

    Example: limiter sprint ana.csv --start gun --mass 61 --height 168 --format pdf -o ana.pdf

    Of a squad: limiter sprint squad.csv --event team_sport --level trained --format csv -o figures.csv
    """
    from engine import cache

    if file == "-":
        raise click.UsageError("a sprint is read from a file, not from standard input: its ending tells what it is")
    if form == "pdf" and output in (None, "-") and sys.stdout.isatty():
        raise click.UsageError("a PDF is not for the screen: add -o FILE")
    knowledge = cache.compiled(directory).knowledge
    given = _given(about, knowledge)
    over = _quantity("--distance", "way", distance)
    entries = read_entries(Path(file), knowledge, columns=columns_of(columns), device=device, sheet=sheet)
    sprints, failed = _analysed(_jobs(entries, given), over, knowledge)
    _hint(sprints, knowledge)
    _show(sprints, knowledge, form, output, paper)
    if failed:
        sys.exit(1)


# --- options ----------------------------------------------------------------------------------------------------------


def _given(about: Mapping[str, str | None], knowledge: "KnowledgeBase") -> _Given:
    """The options, checked like the cells of a file."""
    person = {"sex": about["sex"], **{name: _quantity(f"--{name}", name, about[name]) for name in ("mass", "age")}}
    person["height"] = _quantity("--height", "height", _in_metres(about["height"]))
    for name, option in (("event_group", "--event"), ("training_level", "--level")):
        person[name] = _word(option, about[name], words_of(knowledge).get(name, ()))
    run: dict[str, Any] = {"start": about["start"], "model": about["model"]}
    for name in ("set_back", "wind", "temperature", "pressure"):
        run[name] = _quantity(f"--{name.replace('_', '-')}", name, about[name])
    return _Given(person, run)


def _in_metres(height: str | None) -> str | None:
    """A bare stature above 3 is in cm."""
    try:
        return f"{height} cm" if height is not None and float(height.replace(",", ".")) > 3 else height
    except ValueError:
        return height


def _quantity(option: str, kind: str, written: str | None) -> float | None:
    from engine.sprint.reading.values import QUANTITIES, WrongValue, number

    if written is None:
        return None
    try:
        return number(QUANTITIES[kind], written)
    except WrongValue as wrong:
        raise Misuse(_told(option, wrong.message, wrong.allowed, wrong.suggestion)) from None


def _word(option: str, written: str | None, allowed: Sequence[str]) -> str | None:
    from engine.sprint.reading.values import WrongValue, choice

    if written is None:
        return None
    try:
        return choice(option.lstrip("-"), written, allowed)
    except WrongValue as wrong:
        raise Misuse(_told(option, wrong.message, wrong.allowed, wrong.suggestion)) from None


def _told(option: str, message: str, allowed: str, suggestion: str) -> str:
    message = message.removeprefix(f"{option.lstrip('-')}: ")
    near = f"\nDid you mean '{suggestion}'?" if suggestion else ""
    return f"{option}: {message}.{near}" + (f"\nAllowed: {allowed}" if allowed else "")


# --- analysis ---------------------------------------------------------------------------------------------------------


def _jobs(entries: "Sequence[Entry]", given: _Given) -> list[_Job]:
    """Every sprint of the file with what the options add."""
    jobs = []
    for entry in entries:
        person = _filled(entry.person, given.person, entry.person.name)
        for number, read in enumerate(entry.runs, 1):
            called = " ".join(filter(None, (person.name, read.name if read.name != person.name else "")))
            run = _filled(read, given.run, called)
            if not run.name and len(entry.runs) > 1:
                run = replace(run, name=f"{number} of {len(entry.runs)}")
            _agree(run)
            jobs.append(_Job(person, run, called or f"sprint {number}"))
    return jobs


def _analysed(jobs: Sequence[_Job], distance: float | None, knowledge: "KnowledgeBase") -> tuple[list[_Sprint], bool]:
    """Every sprint that a model can be fitted to, and whether there were others; those are told."""
    from engine import sprints
    from engine.errors import AnswersError, Fault, SprintError

    found, faults, others = list[_Sprint](), list[Fault](), list[str]()
    known = _known(jobs, knowledge)
    with _counted(jobs) as counted:
        for person, run, called in counted:
            try:
                analysis = sprints.analysed(knowledge, run, person, distance, known)
            except AnswersError as error:
                faults += error.faults
            except SprintError as error:
                others.append(f"{called}: {error}")
            else:
                found.append(_Sprint(slug(person.name), analysis))
    if faults and not found:
        raise AnswersError(faults)
    if others and not found:
        raise SprintError("\n".join(others))
    for told in (*map(str, faults), *others):
        say(told)
    return found, bool(faults or others)


def _known(jobs: Sequence[_Job], knowledge: "KnowledgeBase") -> "Mapping[Wanted, Fit]":
    """The fits of many sprints together; of a few each is as quickly had when it is needed."""
    if len(jobs) <= MANY:
        return {}
    from engine.sprint.squad import fits_of

    return fits_of([one.run for one in jobs], knowledge.sprint)


def _counted(jobs: Sequence[_Job]) -> AbstractContextManager[Iterable[_Job]]:
    """The jobs, one after the other, with a bar on standard error when there are many and somebody watches."""
    if len(jobs) <= MANY or not sys.stderr.isatty():
        return nullcontext(jobs)
    return click.progressbar(jobs, label="Sprints", show_pos=True, file=sys.stderr)


def _agree(run: Any) -> None:
    """Refuses options that contradict one another or the file."""
    from engine.sprint.reading.starts import contradictions

    if run.model == "fd_fixed" and run.set_back is None:
        raise Misuse("--model fd_fixed needs the distance behind the gate: add --set-back M")
    start = None if run.start == "unknown" else run.start
    for _, wrong in contradictions(
        start, reaction_time=run.reaction_time is not None, set_back=run.set_back is not None, model=run.model
    ):
        raise Misuse(f"{wrong.message}.")


def _filled(known: Any, given: Mapping[str, Any], called: str) -> Any:
    """A person or a run with what the options say where the file says nothing; the file goes first, and says so."""
    added = {}
    for name, value in given.items():
        held = getattr(known, name)
        if value in (None, "unknown"):
            continue
        if held in (None, "unknown") or (name == "wind" and held == 0):
            added[name] = value
        elif held != value:
            who = f"{called}: " if called else ""
            say(f"{who}the file says {name.replace('_', ' ')} {_plain(held)}; {_plain(value)} is not used.")
    return replace(known, **added) if added else known


def _plain(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else value


def _hint(sprints: Sequence[_Sprint], knowledge: "KnowledgeBase") -> None:
    """What is lacking for a group to compare with."""
    options = {"sex": "--sex", "age": "--age", "event_group": "--event", "training_level": "--level"}
    found = [one.analysis for one in sprints if one.analysis.side == "no_group"]
    without = [one.person for one in found if not (one.run.inertia or one.run.resistance)]  # which stand beside nobody
    lacking = [option for name, option in options.items() if any(getattr(one, name) is None for one in without)]
    if lacking:
        words = words_of(knowledge)
        say(f"To compare with a group, say {' '.join(lacking)}.")
        for name in ("event_group", "training_level"):
            if options[name] in lacking:
                say(f"  {options[name]}: {', '.join(words[name])}")


# --- showing ----------------------------------------------------------------------------------------------------------


def _show(
    sprints: Sequence[_Sprint], knowledge: "KnowledgeBase", form: "Form", output: str | None, paper: "Paper"
) -> None:
    import reports

    analyses = [one.analysis for one in sprints]
    target = Path(output) if output and output != "-" else None
    if target and form in ("html", "pdf") and (target.is_dir() or (len(sprints) > 1 and not target.suffix)):
        _write_each(sprints, knowledge, form, target, paper)
        return
    result: str | bytes
    more = ""
    if form == "text" and len(sprints) > FULL:
        result = reports.list_sprints(analyses, knowledge, None if target else _screen())
        more = "" if target else "Each in full: --format pdf -o DIRECTORY. For a spreadsheet: --format csv -o FILE"
    else:
        result = reports.render_sprint(analyses, knowledge, form, paper=paper)
    if target and isinstance(result, str) and form == "csv":
        from reports.sprint.as_csv import BYTE_ORDER_MARK

        result = BYTE_ORDER_MARK + result
    output_of(result, target)
    if more:
        say(more)


def _screen() -> int | None:
    """Letters in a line of the screen; None where nobody watches."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _write_each(
    sprints: Sequence[_Sprint], knowledge: "KnowledgeBase", form: "Form", directory: Path, paper: "Paper"
) -> None:
    import reports

    directory.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for one in sprints:
        name, number = one.stem, 1
        while name in taken:
            number += 1
            name = f"{one.stem}-{number}"
        taken.add(name)
        path = directory / f"{name}.{form}"
        write(path, reports.render_sprint(one.analysis, knowledge, form, paper=paper))
        say(f"Written: {path}")
