"""Imports point one way: knowledge ← engine ← reports ← cli, and inside the engine along the product's sentence.

The order inside the engine is written as layers; a module may import from its own layer or a lower one, and no cycle
may form. A module that stands in no layer fails the test, so that a newcomer's module gets its place on purpose.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("engine", "reports", "commands", "cli")
"""Lowest first."""

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(layer.split())
    for layer in (
        "errors certainty",
        "conditions schema units yaml_sentences tree",
        "model knowledge sprint.run sprint.results",
        "faults yaml_positions stride force_plate endurance derived spreadsheet",
        "sprint",
        "checks loader compile answers cases",
        "norms degrees budget",
        "facts editing sprints",
        "coverage evaluation trace safety _experta editor_schemas",
        "inference limiter outcome trial what_if interview verify",
        "sitting prescription examine workbook",
        "assessment cache",
        "impact",
        "casework",
    )
)
EXPERTA_ONLY = "engine._experta"


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    """Every module of the product by its dotted name."""
    for package in PACKAGES:
        for path in sorted([root / f"{package}.py", *(root / package).rglob("*.py")]):
            if path.exists():
                parts = path.relative_to(root).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(name: str, path: Path, known: frozenset[str]) -> set[str]:
    """Modules imported anywhere in a file, also inside functions; `from x import y` is x.y where that is a module."""
    found: set[str] = set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(filter(None, (*package.split(".")[: len(package.split(".")) - node.level + 1],)))
            module = ".".join(filter(None, (base, node.module or ""))) if node.level else node.module or ""
            found |= {
                f"{module}.{alias.name}" if f"{module}.{alias.name}" in known else module for alias in node.names
            }
    return found


def graph(root: Path) -> Mapping[str, set[str]]:
    """Each module with what it imports."""
    files = dict(modules(root))
    return {name: imports(name, path, frozenset(files)) for name, path in files.items()}


def upward(found: Mapping[str, set[str]]) -> list[str]:
    """Imports from a package above, in words."""
    rank = {package: place for place, package in enumerate(PACKAGES)}
    return [
        f"{name} imports {used}"
        for name, uses in found.items()
        for used in sorted(uses)
        if rank.get(used.split(".")[0], -1) > rank[name.split(".")[0]]
    ]


def against_the_order(found: Mapping[str, set[str]]) -> list[str]:
    """Imports inside the engine that run against the layers, and modules that have no layer."""
    wrong = []
    for name, uses in found.items():
        here = _layer(name)
        if name.startswith("engine.") and here is None:
            wrong.append(f"{name} stands in no layer")
        for used in sorted(uses):
            there = _layer(used)
            if here is not None and there is not None and there > here:
                wrong.append(f"{name} imports {used}")
    return wrong


def _layer(name: str) -> int | None:
    """The layer of a module, or of the package it is part of."""
    package, _, rest = name.partition(".")
    names = (rest, rest.split(".")[0]) if package == "engine" else ()
    return next((place for one in names for place, layer in enumerate(LAYERS) if one in layer), None)


def cycles(found: Mapping[str, set[str]]) -> list[str]:
    """Modules that import themselves by way of others."""
    done: set[str] = set()
    wrong: list[str] = []

    def walk(name: str, way: tuple[str, ...]) -> None:
        if name in way:
            wrong.append(" → ".join((*way[way.index(name) :], name)))
        elif name not in done:
            for used in sorted(found.get(name, ())):
                walk(used, (*way, name))
            done.add(name)

    for name in found:
        walk(name, ())
    return wrong


def test_no_import_points_upward() -> None:
    assert upward(graph(ROOT)) == []


def test_the_engine_keeps_its_order() -> None:
    assert against_the_order(graph(ROOT)) == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert cycles(graph(ROOT)) == []


def test_one_module_alone_imports_experta() -> None:
    assert [name for name, uses in graph(ROOT).items() if any(use.split(".")[0] == "experta" for use in uses)] == [
        EXPERTA_ONLY
    ]


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("engine/facts.py", "import reports.wording", "engine.facts imports reports.wording"),
        ("engine/facts.py", "def f():\n    from cli import main", "engine.facts imports cli"),
        ("reports/render.py", "from cli import main", "reports.render imports cli"),
        ("engine/model.py", "from engine.assessment import assess", "engine.model imports engine.assessment"),
        ("engine/errors.py", "from .facts import gather", "engine.errors imports engine.facts"),
        ("engine/errors.py", "from . import facts", "engine.errors imports engine.facts"),
        ("engine/newcomer.py", "", "engine.newcomer stands in no layer"),
        ("engine/facts.py", "import engine.facts", "engine.facts → engine.facts"),
    ],
)
def test_the_tests_above_can_fail(tmp_path: Path, file: str, line: str, complaint: str) -> None:
    for name, text in {
        "engine/__init__.py": "", "engine/errors.py": "", "engine/model.py": "", "engine/facts.py": "",
        "engine/assessment.py": "", "reports/__init__.py": "", "reports/wording.py": "", "cli.py": "", file: line,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    found = graph(tmp_path)
    assert upward(found) + against_the_order(found) + cycles(found) == [complaint]
