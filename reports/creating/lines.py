"""How a typed line becomes a value; a ValueError says in a sentence why it does not."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.checks.conditions import subject, unsuited_for
from engine.compile import COUNTS
from engine.conditions import VOCABULARY, HeldDeficit, TestSyntaxError, parse, say
from engine.errors import nearest
from engine.knowledge import KnowledgeBase
from engine.yaml_positions import typed
from reports.creating.ask import Told

_ID = re.compile(r"[a-z][a-z0-9_]*")


def new_id(taken: Sequence[str] | set[str], *, longest: int = 80) -> Callable[[str, Told], str]:
    """A name that nothing has yet."""

    def read(line: str, told: Told) -> str:
        if not _ID.fullmatch(line):
            meant = re.sub(r"[^a-z0-9]+", "_", line.lower()).strip("_").lstrip("0123456789_")
            hint = f"; how about {meant}?" if meant else ""
            raise ValueError(f"a name has lower-case letters, digits and underscores, a letter first{hint}")
        if len(line) > longest:
            raise ValueError(f"at most {longest} letters")
        if line in taken:
            raise ValueError(f"'{line}' is the name of something else already")
        return line

    return read


def text(*, longest: int = 2000, name: str = "") -> Callable[[str, Told], str]:
    """Words, not too many."""

    def read(line: str, told: Told) -> str:
        if len(line) > longest:
            raise ValueError(f"{len(line)} letters; at most {longest} fit")
        return line

    return read


def one_of(choices: Callable[[Told], Sequence[str]]) -> Callable[[str, Told], str]:
    """One of some choices, by its number, its name or the first letters."""
    return lambda line, told: pick(line, list(choices(told)))


def pick(line: str, choices: Sequence[str]) -> str:
    """The choice a line means; the nearest is named on a slip."""
    if line.isdecimal() and 1 <= int(line) <= len(choices):
        return choices[int(line) - 1]
    wanted = line.lower().replace("-", "_")
    if line in choices:
        return line
    if wanted.replace(" ", "_") in choices:
        return wanted.replace(" ", "_")
    starts = [choice for choice in choices if choice.startswith(wanted)]
    if len(starts) == 1:
        return starts[0]
    near = nearest(line, choices)
    raise ValueError(f"there is no '{line}'" + (f"; did you mean '{near}'?" if near
                     else f"; one of {', '.join(choices[:30])}"))  # fmt: skip


def some_of(choices: Callable[[Told], Sequence[str]]) -> Callable[[str, Told], list[str]]:
    """Several choices, with commas between them."""

    def read(line: str, told: Told) -> list[str]:
        return list(dict.fromkeys(pick(part.strip(), list(choices(told))) for part in parts(line)))

    return read


def parts(line: str) -> list[str]:
    """What stands between the commas."""
    return [part for part in re.split(r"\s*,\s*", line.strip().strip("[]")) if part]


def number(line: str, told: Told) -> float | int:
    """A number; a decimal comma will do."""
    found = typed(line.replace(",", ".").replace("−", "-")) if line else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ValueError(f"'{line}' is no number")
    return found


def yes(line: str, told: Told) -> str:
    """Yes or no."""
    if line.lower() in ("y", "yes", "n", "no"):
        return "yes" if line.lower().startswith("y") else "no"
    raise ValueError("yes or no")


def span(line: str, told: Told) -> list[int]:
    """Two whole numbers, the smaller first."""
    found = [int(part) for part in re.findall(r"\d+", line)]
    if len(found) == 1:
        found *= 2
    if len(found) != 2 or found[0] > found[1]:
        raise ValueError("two whole numbers, the smaller first: 2-3")
    return found


def words_by_id(line: str, told: Told) -> dict[str, str]:
    """The choices of a question: each with its name and its words."""
    found: dict[str, str] = {}
    for part in line.split(";"):
        id, _, words = part.partition(":")
        if not _ID.fullmatch(id.strip()) or not words.strip():
            raise ValueError(
                "write name: words, and ; between choices, like smooth: they feel smooth; heavy: they feel heavy"
            )
        found[id.strip()] = words.strip()
    if len(found) < 2:
        raise ValueError("a choice needs two or more")
    return found


def conditions(knowledge: KnowledgeBase) -> Callable[[str, Told], dict[str, Any]]:
    """One or more tests of measures, as a page has them below `when`."""
    names = [*knowledge.measures, *knowledge.derived, *knowledge.deficits, *COUNTS]

    def read(line: str, told: Told) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in line.split(";"):
            key, colon, words = (piece.strip() for piece in part.partition(":"))
            if not colon or not words:
                raise ValueError("write the measure, a colon and a test, like knee_to_wall: below 9 cm")
            if key not in names:
                near = nearest(key, names)
                raise ValueError(f"unknown measure '{key}'" + (f"; did you mean '{near}'?" if near else ""))
            _fits(knowledge, key, words)
            found[key] = words if key not in found else [*_listed(found[key]), words]
        return found

    return read


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _fits(knowledge: KnowledgeBase, key: str, words: str) -> None:
    try:
        test = parse(words)
    except TestSyntaxError as error:
        raise ValueError(f"{error}; you can say {VOCABULARY}") from error
    if key in knowledge.deficits:
        if not isinstance(test, HeldDeficit):
            raise ValueError(f"{key} is a deficit: say present or ruled out")
        return
    for unsuited in unsuited_for(subject(knowledge, key), test):
        hint = (
            f"; did you mean '{unsuited.meant}'?"
            if unsuited.meant
            else f" ({unsuited.allowed})"
            if unsuited.allowed
            else ""
        )
        raise ValueError(f"'{say(test)}': {unsuited.message}{hint}")


def sources(knowledge: KnowledgeBase) -> Callable[[str, Told], list[str]]:
    """Names of sources; one with a + before it is new."""

    def read(line: str, told: Told) -> list[str]:
        found = []
        for part in parts(line):
            new = part.startswith("+")
            id = part.removeprefix("+").strip()
            if new and not _ID.fullmatch(id):
                raise ValueError(f"'{id}' cannot be the name of a source; like smith2024")
            if new and id in knowledge.sources:
                new = False
            if not new and id not in knowledge.sources:
                near = nearest(id, knowledge.sources)
                hint = f"did you mean '{near}'? " if near else ""
                raise ValueError(f"there is no source '{id}'; {hint}To add it, write +{id}")
            found.append(part if new else id)
        return found

    return read
