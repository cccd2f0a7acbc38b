"""The guide for coaches, done as it is written: files made, lines pasted, commands run, answers compared."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import commands
from tests.conftest import ROOT

GUIDE = ROOT / "docs" / "editing-rules.md"
MAKE = re.compile(r"[Mm]ake a file `([^`]+)` and put this into it:$")
PASTE = re.compile(r"[Oo]pen `([^`]+)` and paste this right (above|below) the line `([^`]+)`$")


@dataclass
class Block:
    """A fenced block with the words before it."""

    kind: str
    text: str
    before: str


def blocks(guide: str) -> Iterator[Block]:
    """Every fenced block, in order, with the prose since the last one joined to one line."""
    end = 0
    for found in re.finditer(r"^```(\w+)\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE):
        prose = re.sub(r"\s*\n\s*", " ", guide[end : found.start()].strip())
        yield Block(found[1], found[2], prose)
        end = found.end()


def insert(file: Path, line: str, text: str, *, above: bool) -> None:
    """Paste a text next to the one line that reads so."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    (at,) = [number for number, one in enumerate(lines) if one.rstrip("\n") == line]
    at += 0 if above else 1
    file.write_text("".join([*lines[:at], text, *lines[at:]]), encoding="utf-8")


def run(command: str) -> str:
    """What the command answers, whichever stream it takes."""
    assert command.startswith("limiter "), f"the guide runs nothing but limiter: {command}"
    result = CliRunner().invoke(commands, shlex.split(command)[1:])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1), result.output
    return str(result.output)


def shown(expected: str) -> re.Pattern[str]:
    """The answer as the guide shows it; `…` alone on a line is any lines, inside a line any letters."""
    parts = [r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", r".*") + r" *\n"
             for line in expected.splitlines()]  # fmt: skip
    return re.compile("".join(parts))


def test_everything_in_the_guide_works_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    answer, ran = "", 0
    for block in blocks(GUIDE.read_text(encoding="utf-8")):
        if block.kind == "sh":
            answer = "".join(run(command) for command in block.text.splitlines())
            ran += 1
        elif block.kind == "text":
            assert shown(block.text).search(answer), f"the guide shows\n{block.text}\nand limiter says\n{answer}"
        elif made := MAKE.search(block.before):
            Path(made[1]).write_text(block.text, encoding="utf-8")
        elif paste := PASTE.search(block.before):
            insert(Path(paste[1]), paste[3], block.text, above=paste[2] == "above")
        else:
            pytest.fail(f"the guide does not say what to do with\n{block.text}")
    assert ran >= 10


def test_every_command_the_guide_speaks_of_exists() -> None:
    spoken = set(re.findall(r"limiter ((?:rules )?[a-z]+)", GUIDE.read_text(encoding="utf-8")))
    meant = {words for words in spoken if words.startswith("rules ") or words in ("ask", "diagnose")}

    assert {"rules init", "rules set", "rules check", "rules impact", "rules undo"} <= meant
    for words in sorted(meant):
        assert CliRunner().invoke(commands, [*words.split(), "--help"]).exit_code == 0, words


def test_a_wrong_answer_would_be_noticed() -> None:
    assert not shown("All well…\n").search("3 faults: 405 pages\n")
    assert shown("…\nAll well…\n…\n").search("Worth a look\n\nAll well, 4 warnings: 405 pages.\n")
