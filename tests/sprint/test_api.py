"""What `engine.sprint` offers: every name is there, tells what it is, and costs nothing before it is used."""

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from engine import sprint
from engine.errors import RunningError, SprintError
from engine.sprint.drag import drag_factor
from engine.sprint.splits import fit_splits
from engine.stride import leg_length_from_height
from tests.conftest import ROOT


@pytest.mark.parametrize("name", sprint.__all__)
def test_every_name_is_there_and_has_a_docstring(name: str) -> None:
    assert len(inspect.getdoc(getattr(sprint, name)) or "") > 40


def test_no_module_bears_the_name_of_a_function() -> None:
    """It would hide the function as soon as anything had imported it."""
    modules = {path.stem for path in (ROOT / "engine" / "sprint").iterdir()}
    assert modules.isdisjoint(sprint.__all__)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fit_split'"):
        _ = sprint.fit_split


def test_whoever_has_no_sprint_loads_no_numerical_library() -> None:
    code = (
        "import sys; from datetime import date; from engine import assess, compile_knowledge, load, read\n"
        "import engine.sprint, engine.sprint.reading, engine.sprints, reports\n"
        "from pathlib import Path; file = Path('knowledge/cases/19_isaac_100m.yaml')\n"
        "pages = compile_knowledge(load())\n"
        "found = assess(pages, read(file.read_bytes(), str(file), pages.knowledge, today=date(2026, 3, 1)))\n"
        "reports.render(found, pages.knowledge, 'text')\n"
        "print([name for name in ('numpy', 'scipy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


ANYTHING: Any = None
TEXT: Any = "x"
ONE: Any = (5,)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: fit_splits([5, 10], ANYTHING), "Distances and times have to be numbers"),
        (lambda: fit_splits([5, 10], [1, TEXT]), "Distances and times have to be numbers"),
        (lambda: fit_splits([5, 10], [1, 2], mss=ONE), "have to be pairs of numbers"),
        (lambda: fit_splits([5, 10], [1, 2], mss=ANYTHING), "have to be pairs of numbers"),
        (lambda: fit_splits([5, 10], [1, 2], "fixed_offset", offset=TEXT), "have to be numbers"),
        (lambda: drag_factor(60, 170), "The height is 170 m; it is given in metres"),
        (lambda: drag_factor(TEXT, 1.7), "The mass has to be a number"),
        (lambda: leg_length_from_height(178), "The height must be in m, like 1.75, and is 178"),
        (lambda: leg_length_from_height(ANYTHING), "The height must be a number in m"),
    ],
)
def test_what_can_be_no_number_ends_in_a_sentence(call: Callable[[], Any], says: str) -> None:
    with pytest.raises((SprintError, RunningError), match=says):
        call()
