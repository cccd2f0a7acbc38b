"""Every place where one page names something of another: by page, path, and whether the name is a key.

Follows the meaning of each field, not the letters: the group of evidence `knee_to_wall` is no mention of the measure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.conditions import ANY_OF
from engine.knowledge import KnowledgeBase, Page, Path
from engine.tree import RULE_CASES
from engine.yaml_positions import read

Kind = Literal["measure", "deficit", "intervention", "safety", "source", "population", "rule", "case"]

_CONDITIONS = ("when", "when_short", "when_no_other_stop", "unless", "ask_when")
_SOURCES = ("sources", "weight_sources")


@dataclass(frozen=True, slots=True)
class Reference:
    """One mention of something: in which page (by kind and id), at which path, as key or as value."""

    page: tuple[str, str]
    path: Path
    at_key: bool
    kind: Kind
    name: str


def references(knowledge: KnowledgeBase, more: Mapping[tuple[str, str], Page] | None = None) -> Iterator[Reference]:
    """Every mention of a measure, deficit, intervention, safety rule, source or population, and every name given.

    Args: `more` holds cases about rules, which are no knowledge and speak of it.
    """
    for key, page in {**knowledge.pages, **(more or {})}.items():
        data = read(page.text, page.file)[0]
        for path, at_key, kind, name in _in_page(key[0], data):
            yield Reference(key, path, at_key, kind, name)
    for stem, path, what, name in knowledge.programs.references():
        if what == "row" and name not in knowledge.interventions:
            continue  # a group of interventions
        if known := _IN_PROGRAMS.get(what):
            page = knowledge.pages["program", stem]
            at = _as_written(page, path)
            yield Reference(("program", stem), at, at in page.keys and at[-1] == name, known, name)


_IN_PROGRAMS: dict[str, Kind] = {
    "measure": "measure", "deficit": "deficit", "safety": "safety", "intervention": "intervention",
    "row": "intervention",
}  # fmt: skip


def _as_written(page: Page, path: Path) -> Path:
    """A path through the models as the page has it: keys that are numbers are texts there."""
    found: Path = ()
    for step in path:
        found = (*found, step) if (*found, step) in page.values else (*found, str(step))
    return found


_Found = tuple[Path, bool, Kind, str]


def _in_page(kind: str, data: Any) -> Iterator[_Found]:
    yield from _everywhere(data, ())
    names: dict[str, tuple[str, Kind]] = {
        "measure": ("measure", "measure"), "derived": ("derived", "measure"), "deficit": ("deficit", "deficit"),
        "intervention": ("intervention", "intervention"), "safety": ("safety", "safety"), "case": ("id", "case"),
    }  # fmt: skip
    if kind in names:
        field, what = names[kind]
        yield (field,), False, what, str(data[field])
    look = _FIELDS.get(kind, ())
    for pattern, at_key, what in look:
        for path in _matching(data, pattern, ()):
            name = path[-1] if at_key else _at(data, path)
            yield path, at_key, what, str(name)
    if kind == RULE_CASES:
        yield from _in_rule_cases(data)
    if kind in ("deficit", "rules"):
        for number, rule in enumerate(data["rules"]):
            owner = data["deficit"] if kind == "deficit" else rule["limiter"]
            yield ("rules", number, "id"), False, "rule", f"{owner}/{rule['id']}"


def _in_rule_cases(data: Any) -> Iterator[_Found]:
    about = str(data.get("about"))
    yield ("about",), False, "deficit", about
    for path in _matching(data, ("cases", "*", "given", "*"), ()):
        yield path, True, "measure", str(path[-1])
    for path in _matching(data, ("cases", "*", "expect", "*", "*"), ()):
        yield path, False, "rule", f"{about}/{_at(data, path)}"


_FIELDS: dict[str, tuple[tuple[Path, bool, Kind], ...]] = {
    "sources": ((("sources", "*"), True, "source"),),
    "populations": (
        (("populations", "*"), True, "population"), (("compare_with", "*", "*"), False, "population"),
        (("also", "*", "*"), False, "population"), (("then", "*"), False, "population"),
        (("elite", "*", "*"), False, "population"),
    ),
    "limiters": ((("budgets", "*", "measures", "*"), False, "measure"),),
    "sprint": (
        (("person", "*"), False, "measure"), (("feeds", "*"), True, "measure"), (("gate_times", "*"), True, "measure"),
        (("groups", "*", "population"), False, "population"),
    ),
    "measure": ((("norms", "*", "population"), False, "population"),),
    "derived": (
        (("norms", "*", "population"), False, "population"), (("inputs", "*"), False, "measure"),
        (("optional_inputs", "*"), False, "measure"), (("figures_of",), False, "measure"),
    ),
    "deficit": (
        (("retest", "*", "measure"), False, "measure"), (("explained_by", "*", "deficit"), False, "deficit"),
    ),
    "intervention": (
        (("targets", "*"), False, "deficit"), (("contraindications", "*"), False, "safety"),
        (("regress_to",), False, "intervention"), (("progress_to",), False, "intervention"),
    ),
    "questionnaire": (
        (("sections", "*", "measures", "*"), False, "measure"), (("kit", "*", "opens", "*"), False, "measure"),
    ),
    "case": (
        (("answers", "*"), True, "measure"), (("expect", "deficits_present", "*"), False, "deficit"),
        (("expect", "deficits_absent", "*"), False, "deficit"),
    ),
}  # fmt: skip


def _everywhere(data: Any, path: Path) -> Iterator[_Found]:
    """Sources and the keys of conditions, wherever they stand."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in _SOURCES and isinstance(value, list):
                yield from (((*path, key, number), False, "source", str(name)) for number, name in enumerate(value))
            elif key in _CONDITIONS and isinstance(value, dict):
                yield from _keys(value, (*path, key))
            else:
                yield from _everywhere(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _everywhere(value, (*path, number))


def _keys(conditions: dict[str, Any], path: Path) -> Iterator[_Found]:
    for key, value in conditions.items():
        if key != ANY_OF:
            yield (*path, key), True, "measure", key
        elif isinstance(value, list):
            for number, alternative in enumerate(value):
                yield from _keys(alternative, (*path, key, number))


def _matching(data: Any, pattern: Path, path: Path) -> Iterator[Path]:
    if not pattern:
        yield path
        return
    step, rest = pattern[0], pattern[1:]
    if isinstance(data, dict):
        for key in data if step == "*" else [step] if step in data else []:
            yield from _matching(data[key], rest, (*path, key))
    elif isinstance(data, list) and step == "*":
        for number, value in enumerate(data):
            yield from _matching(value, rest, (*path, number))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
