"""The gallery of mistakes: one folder each in `broken/`, with the message it must give, word for word.

A folder holds the pages that replace or join those of `small_knowledge/` (`removed.txt` names one that is taken away),
or an `athlete.yaml` to be read with it. To add one, write its pages, run `python tests/test_broken.py NAME`, and read
the message aloud before keeping it.
"""

import os
import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path

import pytest

from engine.answers import read_file
from engine.errors import AnswersError, KnowledgeError
from engine.loader import load

HERE = Path(__file__).resolve().parent
SMALL = HERE / "small_knowledge"
BROKEN = sorted(folder.name for folder in (HERE / "broken").iterdir() if folder.is_dir())
TODAY = date(2026, 11, 22)


def message(name: str, scratch: Path) -> str:
    """What the program says about one broken thing; `scratch` is an empty folder, which becomes the current one."""
    shutil.copytree(SMALL, scratch / "knowledge")
    os.chdir(scratch)
    folder = HERE / "broken" / name
    for athlete in folder.glob("athlete.*"):
        shutil.copy(athlete, scratch)
        try:
            read_file(Path(athlete.name), load(Path("knowledge")), today=TODAY)
        except AnswersError as error:
            return f"{error}\n"
    for page in folder.rglob("*.y*ml"):
        target = scratch / "knowledge" / page.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, target)
    if (removed := folder / "removed.txt").exists():
        (scratch / "knowledge" / removed.read_text(encoding="utf-8").strip()).unlink()
    try:
        load(Path("knowledge"))
    except KnowledgeError as error:
        return f"{error}\n"
    return ""


@pytest.mark.parametrize("name", BROKEN)
def test_the_message_is_the_one_written_beside_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    expected = (HERE / "broken" / name / "message.txt").read_text(encoding="utf-8")

    assert message(name, tmp_path) == expected


@pytest.mark.parametrize("name", BROKEN)
def test_a_message_never_speaks_of_the_machinery(name: str) -> None:
    words = (HERE / "broken" / name / "message.txt").read_text(encoding="utf-8").lower()

    assert not [word for word in ("pydantic", "http", "traceback", "errno", "_type", "input should") if word in words]


def test_the_small_knowledge_itself_is_sound() -> None:
    assert load(SMALL).version == "0.1.0"


if __name__ == "__main__":
    for chosen in sys.argv[1:] or BROKEN:
        with tempfile.TemporaryDirectory() as directory:
            said = message(chosen, Path(directory))
            os.chdir(HERE)
        (HERE / "broken" / chosen / "message.txt").write_text(said, encoding="utf-8")
        sys.stdout.write(f"== {chosen}\n{said}")
