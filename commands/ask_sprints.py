"""`limiter ask --sprint FILE`: the sprints an interview is given along, checked before its first question."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from commands.base import Wrong, say, today
from commands.sprint_files import read_entries

if TYPE_CHECKING:
    from engine.knowledge import KnowledgeBase
    from engine.model import Answers
    from engine.sprint.run import Entry, Run


_ROW = re.compile(r"^row [0-9]+$")
"""How a sprint of a table is called that has no name of its own."""


class Sprints(NamedTuple):
    """The sprints of a sitting, and the lines of the saved answers that hold them."""

    runs: "tuple[Run, ...]"
    written: str


class Brought(NamedTuple):
    """What a file says of one athlete, and how its columns were told apart where somebody had to say so."""

    file: Path
    entry: "Entry"
    columns: dict[str, str]


def bring(file: str, knowledge: "KnowledgeBase") -> Brought:
    """The only athlete of a file of sprints, with sprints that a model can be fitted to; what is doubtful is said."""
    from engine.sprint.reading import ColumnsUnknown

    columns: dict[str, str] = {}
    try:
        entries = read_entries(Path(file), knowledge, columns=columns)
    except ColumnsUnknown as unknown:
        raise Wrong(f"{file}: {unknown.what}. Columns found: {', '.join(unknown.found[:20])}\n"
                    "Give them titles that say what they hold, such as 10 m, or start limiter ask in a terminal, where "
                    "it asks.") from None  # fmt: skip
    entry = _one(entries, file)
    for number, run in enumerate(entry.runs, 1):
        _look_at(run, entry, run.name or f"sprint {number}", knowledge)
    return Brought(Path(file), entry, columns)


def _one(entries: "Sequence[Entry]", file: str) -> "Entry":
    """The only athlete; rows without a name are all of one."""
    names = list(dict.fromkeys(entry.person.name or "no name" for entry in entries))
    if len(names) != 1:
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        raise Wrong(f"{file}: there are {len(names)} athletes in this file ({shown}), and an interview is about one; "
                    "keep the sprints of one in a file of its own.")  # fmt: skip
    alike = all(entry.person == entries[0].person for entry in entries)
    person = entries[0].person if alike else type(entries[0].person)(entries[0].person.name)
    return replace(entries[0], person=person, runs=tuple(run for entry in entries for run in entry.runs))


def _look_at(run: "Run", entry: "Entry", called: str, knowledge: "KnowledgeBase") -> None:
    """Refuses a sprint that says nothing, and tells of one that says nothing reliable."""
    from engine import sprints
    from engine.errors import SprintError
    from reports.sprint import words

    try:
        found = sprints.analysed(knowledge, replace(run, place=None), entry.person)
    except SprintError as error:
        raise Wrong(f"{called}: {error}") from None
    if found.side == "unreliable":
        serious = next((one for one in words.warnings(found, knowledge.sprint) if one.serious), None)
        say(f"{called} is kept and not relied on. {f'{serious.says} {serious.do}' if serious else ''}".rstrip())


def with_sprints(brought: Brought, athlete: str, answers: Path, saved: "Answers | None") -> Sprints:
    """The sprints of the saved answers and those brought that are not among them.

    Args: `answers` is the file the interview is kept in; a trace has to lie beside it, as in any athlete's file.
    """
    if brought.entry.person.name.casefold() not in ("", athlete.casefold()):
        say(f"{brought.file} speaks of {brought.entry.person.name}; here its sprints are taken as those of {athlete}.")
    from engine.sprint.reading import write_items

    held, before = (saved.sprints, saved.sprints_as_written) if saved else ((), "")
    known = {_bare(run) for run in held}
    both = zip(_items(brought, answers), brought.entry.runs, strict=True)
    items = [item for item, run in both if _bare(run) not in known]
    written = write_items(items, before) if items else before
    runs = _read_again(written, brought.file, answers)
    say(f"{brought.file}: {_counted(len(items))} added to {_counted(len(held))}." if held else
        f"{brought.file}: {_counted(len(items))}, used in the diagnosis.")  # fmt: skip
    return Sprints(runs, written)


def _bare(run: "Run") -> "Run":
    """What was run, wherever it stands and however it is called."""
    return replace(run, place=None, name="")


def _counted(number: int) -> str:
    return f"{number} sprint{'' if number == 1 else 's'}"


def _items(brought: Brought, answers: Path) -> Sequence[dict[str, Any]]:
    """The sprints as an athlete's file has them: as written where they stand in one already, else made of the runs."""
    from engine.sprint.reading import item_of
    from engine.yaml_positions import decode, read

    file, entry, columns = brought
    here = answers.resolve().parent
    folder = file.resolve().parent
    below = folder.relative_to(here).as_posix() if folder.is_relative_to(here) else None
    if below is None and any(run.trace for run in entry.runs):
        raise Wrong(f"{file}: a trace has to lie in the folder of the saved answers, or in one below it; "
                    "save the answers beside it, with --save.")  # fmt: skip
    if file.suffix.lower() not in (".yaml", ".yml", ".json"):
        named = (
            replace(run, name=f"{run.name} of {file.name}" if _ROW.match(run.name) else run.name) for run in entry.runs
        )
        trace = (Path(below or "") / file.name).as_posix()
        return [item_of(run, trace) | ({"columns": columns} if run.trace and columns else {}) for run in named]
    items: list[dict[str, Any]] = read(decode(file.read_bytes(), file.as_posix()), file.as_posix())[0]["sprints"]
    return [
        item | {"trace": (Path(below or "") / str(item["trace"]).strip()).as_posix()} if "trace" in item else item
        for item in items
    ]


def _read_again(written: str, file: Path, answers: Path) -> "tuple[Run, ...]":
    """The runs as the saved answers will give them."""
    from engine.sprint.reading import read_items
    from engine.yaml_positions import read

    data, page = read(written, answers.as_posix())
    runs, faults = read_items(data["sprints"], page, ("sprints",), answers.resolve().parent, today())
    if faults:
        raise Wrong("\n".join(f"{file}: {fault.message}." for fault in faults[:3]))
    return runs
