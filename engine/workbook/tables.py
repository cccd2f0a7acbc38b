"""Which sheets a workbook has: columns from the schema of the pages, rows from the pages themselves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from engine.editing.fields import order
from engine.knowledge import Page, Path
from engine.schema.deficit import Deficit, Explanation, LimiterRule, Retest, Rule
from engine.schema.intervention import Intervention
from engine.schema.measure import DerivedMeasure, Measure, Norm
from engine.schema.safety import SafetyRule
from engine.schema.source import Source
from engine.tree import SHIPPED, SHIPPED_NAME, tree
from engine.workbook.forms import TESTS, YAML, Form, bare, form_of
from engine.yaml_positions import decode, read


@dataclass(frozen=True, slots=True)
class Opened:
    """A page with its place below the folder and its data."""

    place: str
    page: Page
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, the path below the row's own, and the form of its cells."""

    head: str
    path: Path
    form: Form
    measure: str = ""
    """The measure, deficit or count whose tests stand here."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of a page: its names (the first cells of the row), and where it stands."""

    names: tuple[str, ...]
    place: str
    path: Path


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: which things of which pages it shows.

    `heads` are the heads of the names; `names` the fields they are read from below the page's own name; `numbered`:
    things without a name of their own are counted from 1. `grows`: a new row becomes a new thing on its page.
    """

    sheet: str
    folder: str
    model: type[BaseModel]
    heads: tuple[str, ...]
    inside: str = ""
    names: tuple[str, ...] = ()
    numbered: bool = False
    skip: frozenset[str] = frozenset()
    family: str = ""
    leaves: bool = False
    """Every number of the pages is a row of its own."""

    @property
    def grows(self) -> bool:
        """Whether a new row can become a new thing on its page."""
        return bool(self.inside)

    @property
    def tests(self) -> bool:
        """Whether it is a decision table: a column for each measure tested."""
        return self.model in (Rule, LimiterRule)

    def takes(self, place: str) -> bool:
        """Whether a page's things may stand on this sheet, its family aside."""
        if self.folder == "measures" and self.model is not Norm:
            computed = place.startswith("measures/derived/")
            return place.startswith("measures/") and computed == (self.model is DerivedMeasure)
        return any(place == part or place.startswith(f"{part}/") for part in self.folder.split())


FAMILIES = ("mechanics", "synergy", "strength", "elsewhere")
_OWN = frozenset({"norms", "rules", "explained_by", "retest", "when"})

TABLES: tuple[Table, ...] = (
    *(Table(f"rules {family}", "deficits", Rule, ("deficit", "rule"), "rules", ("id",), family=family)
      for family in FAMILIES),
    Table("limiter rules", "rules", LimiterRule, ("page", "limiter", "rule"), "rules", ("limiter", "id")),
    Table("explanations", "deficits", Explanation, ("deficit", "explained by"), "explained_by", ("deficit",)),
    Table("deficits", "deficits", Deficit, ("deficit",), skip=_OWN),
    Table("retests", "deficits", Retest, ("deficit", "number"), "retest", numbered=True),
    Table("measures", "measures", Measure, ("measure",), skip=_OWN),
    Table("computed measures", "measures", DerivedMeasure, ("measure",), skip=_OWN),
    Table("norms", "measures", Norm, ("measure", "number"), "norms", numbered=True),
    Table("safety", "safety", SafetyRule, ("safety",)),
    Table("exercises", "interventions", Intervention, ("exercise",)),
    Table("figures", "programs limiters.yaml sprint.yaml", Source, ("page", "figure"), leaves=True),
    Table("sources", "sources.yaml", Source, ("source",), "sources"),
)  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """A table filled from the pages."""

    table: Table
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)


def opened(directory: FilePath | None) -> dict[str, Opened]:
    """Every page of a folder, by place. The pages must be known to be readable."""
    root = SHIPPED if directory is None else directory
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    found = {}
    for place, file in tree(root, name).items():
        data, page = read(decode(file.read(), file.name), file.name)
        found[place] = Opened(place, page, data)
    return found


def sheets(pages: Mapping[str, Opened]) -> list[Sheet]:
    """Every sheet of the workbook."""
    found = []
    for table in TABLES:
        rows = list(_rows(table, pages))
        tested = _tested(rows, pages) if table.tests else ()
        found.append(Sheet(table, columns(table, tested), rows))
    return found


def columns(table: Table, tested: Sequence[str] = ()) -> tuple[Column, ...]:
    """The columns of a table after its names; the measures tested stand between what a rule says and why."""
    if table.leaves:
        return (Column("value", (), Form("number")),)
    found: list[Column] = []
    first = {"group": 0, "then": 1} if table.tests else {}
    names = [name for name in order(table.model) if name not in table.skip and name not in _key_fields(table)]
    for name in sorted(names, key=lambda name: first.get(name, 2)):
        if name == "when" and table.tests:
            found += [test_column(id) for id in tested]
            found.append(Column("any of", ("when", "any_of"), YAML))
        else:
            found += _columns(name, table.model.model_fields[name].annotation, (name,))
    if table.tests:  # what must hold, then the exceptions, then the reasons
        place = {"group": 0, "then": 0, "when": 1, "unless": 2}
        found.sort(key=lambda column: place.get(str(column.path[0]), 3))
    return tuple(found)


def test_column(id: str) -> Column:
    """The column of the tests of one measure."""
    return Column(id, ("when", id), TESTS, measure=id)


test_column.__test__ = False  # type: ignore[attr-defined]  # its name is no test's


def page_name(table: Table, place: str) -> str:
    """The name of a page as the first cell of a row says it."""
    return place.rpartition("/")[2].removesuffix(".yaml")


def at(data: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _key_fields(table: Table) -> frozenset[str]:
    own = {"measure", "derived"} if table.folder == "measures" and table.model is not Norm else set()
    return frozenset({*table.names, *own, *({table.folder.removesuffix("s"), "safety"} if not table.inside else ())})


def _columns(head: str, annotation: Any, path: Path) -> Iterator[Column]:
    """The columns of a field: one, or one for each part of a small piece (`plausible: at least`)."""
    kind = bare(annotation)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name in order(kind):
            yield from _columns(f"{head}: {name}", kind.model_fields[name].annotation, (*path, name))
    elif get_origin(kind) is tuple and Ellipsis not in get_args(kind):
        for number, part in enumerate(get_args(kind)):
            yield Column(f"{head}: {'from' if number == 0 else 'to'}".replace("_", " "), (*path, number), form_of(part))
    else:
        yield Column(head.replace("_", " "), path, form_of(annotation))


def _rows(table: Table, pages: Mapping[str, Opened]) -> Iterator[Row]:
    for place, page in pages.items():
        if not table.takes(place) or (table.family and page.data.get("limiter") != table.family):
            continue
        name = page_name(table, place)
        if table.leaves:
            for path in _numbers(page.data, ()):
                yield Row((name, ".".join(map(_step, path))), place, path)
        elif not table.inside:
            yield Row((name,), place, ())
        else:
            things = page.data.get(table.inside) or ()
            for number, key in enumerate(things):
                if isinstance(things, dict):
                    yield Row((str(key),), place, (table.inside, key))
                else:
                    yield Row((name, *_names(table, key, number)), place, (table.inside, number))


def _names(table: Table, thing: Mapping[str, Any], number: int) -> tuple[str, ...]:
    return (str(number + 1),) if table.numbered else tuple(str(thing.get(name)) for name in table.names)


def _numbers(data: Any, path: Path) -> Iterator[Path]:
    if isinstance(data, dict):
        for key, inside in data.items():
            yield from _numbers(inside, (*path, key))
    elif isinstance(data, list):
        for number, inside in enumerate(data):
            yield from _numbers(inside, (*path, number))
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield path


def _step(step: str | int) -> str:
    return str(step + 1) if isinstance(step, int) else step


def _tested(rows: Sequence[Row], pages: Mapping[str, Opened]) -> tuple[str, ...]:
    found = {key for row in rows for key in at(pages[row.place].data, (*row.path, "when")) or () if key != "any_of"}
    return tuple(sorted(found))
