"""Answers about something new → the pages that hold it: its own page or rule, and where it must be registered."""

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, Literal

from engine.editing import journal, splice
from engine.editing.layout import fragment, written
from engine.editing.setting import Change
from engine.errors import EditError
from engine.knowledge import KnowledgeBase, Page, Path
from engine.loader import shape_of
from engine.tree import SHIPPED_NAME, tree
from engine.yaml_positions import decode, read

New = Literal["rule", "measure", "deficit", "exercise"]


def create(
    directory: FilePath | None,
    knowledge: KnowledgeBase,
    kind: New,
    data: Mapping[str, Any],
    *,
    beside: Mapping[str, Any],
    dry_run: bool = False,
) -> list[Change]:
    """Make something new; returns the pages that changed.

    Args: `data` is the page (or the rule) as YAML would hold it; `beside` what other pages need: `deficit` (whose rule
    it is), `section` and `kits` (where a measure is asked), `sources` (new ones: id → citation and kind).
    Raises: EditError, KnowledgeError; nothing is written then.
    """
    folder = journal.home(directory)
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    files = tree(folder, name)
    changes: dict[str, str | None] = {}
    told: list[Change] = []
    for place, text in _pages(kind, data, beside, lambda place: _page(files, name, place), knowledge):
        before = files[place].read().decode("utf-8-sig") if place in files else ""
        if not before or place != _own_place(kind, data):
            changes[place] = text
            told.append(Change(f"{name}/{place}", before, text))
        else:
            raise EditError(f"There is a page {place} already.")
    what = data.get("id") or data.get("measure") or data.get("deficit") or data.get("intervention")
    journal.apply(folder, changes, f"new {kind} {what}", dry_run=dry_run)
    return told


def _own_place(kind: New, data: Mapping[str, Any]) -> str:
    match kind:
        case "measure":
            return f"measures/{data['group']}/{data['measure']}.yaml"
        case "deficit":
            return f"deficits/{data['limiter']}/{data['deficit']}.yaml"
        case "exercise":
            return f"interventions/{data['kind']}/{data['intervention']}.yaml"
        case "rule":
            return ""


def _page(files: Mapping[str, Any], name: str, place: str) -> Page:
    file = f"{name}/{place}"
    return read(decode(files[place].read(), file), file)[1]


def _pages(
    kind: New, data: Mapping[str, Any], beside: Mapping[str, Any], page: Any, knowledge: KnowledgeBase
) -> Iterator[tuple[str, str]]:
    if kind == "rule":
        deficit = str(beside["deficit"])
        place = f"deficits/{knowledge.deficits[deficit].limiter}/{deficit}.yaml"
        piece = fragment(shape_of(place), data, ("rules", 0))
        yield place, splice.append(page(place), ("rules",), piece)
    else:
        place = _own_place(kind, data)
        yield place, written(shape_of(place), data)
    if kind == "measure":
        yield "questionnaire.yaml", _asked(page("questionnaire.yaml"), data["measure"], beside, knowledge)
    if beside.get("sources"):
        yield "sources.yaml", _cited(page("sources.yaml"), beside["sources"])


def _asked(page: Page, measure: str, beside: Mapping[str, Any], knowledge: KnowledgeBase) -> str:
    """The questionnaire with one more question, last in its section, and among what some kit opens."""
    sections = [section.id for section in knowledge.questionnaire.sections]
    kits = [kit.id for kit in knowledge.questionnaire.kit]
    ways: list[Path] = [("sections", sections.index(str(beside["section"])), "measures")]
    ways += [("kit", kits.index(kit), "opens") for kit in beside.get("kits", ())]
    for way in ways:
        page = splice.again(page, splice.append(page, way, measure))
    return page.text


def _cited(page: Page, sources: Mapping[str, Mapping[str, Any]]) -> str:
    last = ("sources", list(read(page.text, page.file)[0]["sources"])[-1])
    for id, source in sources.items():
        lines = [f"{id}:"]
        for key, value in source.items():
            lines += [f"  {line}" for line in splice.entry(key, str(value), column=4).split("\n")]
        page = splice.again(page, splice.insert_after(page, last, "\n".join(lines)))
        last = ("sources", id)
    return page.text
