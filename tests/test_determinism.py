"""Same answers, same bytes: over hash seeds, over runs, and in whatever order the pages are read."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.answers import read_file
from engine.assessment import assess
from engine.compile import Compiled, compile_knowledge
from engine.loader import load
from reports import render
from tests.conftest import ROOT

CASES = ("02_dana_intake", "20_leila_park_mile", "43_rosa_marathon", "45_paula_couch_to_mile")
FILES = [ROOT / "knowledge" / "cases" / f"{case}.yaml" for case in CASES]
DAY = date(2026, 3, 1)

_PRINT = """
import sys
from pathlib import Path
from tests.test_determinism import as_json
from engine import compile_knowledge, load
compiled, files = compile_knowledge(load()), [Path(name) for name in sys.argv[1:]]
sys.stdout.write(as_json(compiled, files[:1], deep=True) + as_json(compiled, files[1:], deep=False))
"""


def as_json(compiled: Compiled, files: list[Path], *, deep: bool) -> str:
    """The diagnoses of these files as the command prints them."""
    found = [assess(compiled, read_file(file, compiled.knowledge, today=DAY), deep=deep) for file in files]
    text = render(found, compiled.knowledge, "json")
    assert isinstance(text, str)
    return text


def test_no_hash_seed_changes_a_byte() -> None:
    files = [str(file) for file in FILES]
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _PRINT, *files],
            cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in ("0", "1", "20260301")
    ]  # fmt: skip
    printed = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len(printed[0]) > 10_000
    assert printed[1] == printed[0]
    assert printed[2] == printed[0]


def test_a_second_diagnosis_is_the_first(compiled: Compiled) -> None:
    first = as_json(compiled, FILES, deep=False)
    as_json(compiled, FILES[::-1], deep=False)  # whoever comes between leaves nothing behind
    assert as_json(compiled, FILES, deep=False) == first


@pytest.mark.parametrize("key", [str, lambda path: str(path)[::-1]])
def test_the_order_in_which_pages_are_read_does_not_matter(
    compiled: Compiled, monkeypatch: pytest.MonkeyPatch, key: Callable[[Path], str]
) -> None:
    find = Path.rglob
    asked: list[Path] = []

    def mixed(folder: Path, pattern: str) -> Iterator[Path]:
        asked.append(folder)
        return iter(sorted(find(folder, pattern), key=key, reverse=True))

    monkeypatch.setattr(Path, "rglob", mixed)
    other = load()
    assert asked  # so the pages were found in the order made up here
    assert other.hash == compiled.knowledge.hash
    assert as_json(compile_knowledge(other), FILES, deep=False) == as_json(compiled, FILES, deep=False)
