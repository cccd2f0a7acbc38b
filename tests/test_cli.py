"""The command line as its users meet it: a process with pipes, exit codes and files left behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import cli
from commands.base import SEEN_ENOUGH, today
from engine.answers import read
from engine.compile import Compiled
from engine.interview import Interview, plan
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Sides
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / f"{cli.DEMO_ATHLETE}.yaml"
CASE = ROOT / "knowledge" / "cases" / f"{cli.DEMO_CASE}.yaml"
PLAIN = {**os.environ, "TERM": "dumb", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
SKIP_THE_REST = ["s"] * 200


def limiter(
    *words: str | Path, typed: Sequence[str] | None = None, at: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run limiter as a process of its own; no answer of any kind may end in a stack trace or a colour."""
    done = subprocess.run(
        [sys.executable, ROOT / "cli.py", *words],
        input=None if typed is None else "".join(f"{line}\n" for line in typed),
        stdin=subprocess.DEVNULL if typed is None else None,
        capture_output=True, encoding="utf-8", errors="replace", env=PLAIN, cwd=at, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


def saved(path: Path, knowledge: KnowledgeBase) -> Answers:
    return read(path.read_bytes(), path.name, knowledge, today=today())


# --- help -----------------------------------------------------------------------------------------------------------


def every_command(group: click.Group = cli.commands, way: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [way]
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        found += every_command(command, (*way, name)) if isinstance(command, click.Group) else [(*way, name)]
    return found


@pytest.mark.parametrize("way", every_command(), ids=" ".join)
def test_help_says_what_one_gets(way: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.commands, [*way, "--help"])
    assert done.exit_code == 0
    assert "Usage: " in done.output
    assert "limiter " in done.output or way == ("rules",)


def test_help_imports_nothing_heavy() -> None:
    script = "import sys, cli; cli.commands.main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"experta", "pydantic", "jinja2", "yaml", "plutoprint", "engine"} & set(done.stdout.split())


# --- diagnose -------------------------------------------------------------------------------------------------------


def test_a_diagnosis_in_words() -> None:
    done = limiter("diagnose", EXAMPLE)
    assert done.returncode == 0
    assert "FMSS-205" in done.stdout
    assert done.stderr == ""


def test_a_diagnosis_for_programs_also_from_standard_input() -> None:
    done = limiter("diagnose", "-", "--format", "json", typed=EXAMPLE.read_text("utf-8").splitlines())
    assert json.loads(done.stdout)["athlete"] == "FMSS-205"


def test_several_athletes_are_an_array() -> None:
    done = limiter("diagnose", EXAMPLE, CASE, "--format", "json")
    assert [one["athlete"] for one in json.loads(done.stdout)] == ["FMSS-205", "Monique"]


def test_several_athletes_as_pages_are_a_file_each(tmp_path: Path) -> None:
    done = limiter("diagnose", EXAMPLE, CASE, "--format", "html", "-o", tmp_path / "pages")
    assert done.returncode == 0
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {f"{EXAMPLE.stem}.html", f"{CASE.stem}.html"}


def test_a_device_is_written_to_and_not_replaced() -> None:
    assert limiter("diagnose", EXAMPLE, "-o", os.devnull).returncode == 0
    assert not Path(os.devnull).is_file()


def test_a_page_to_print(tmp_path: Path) -> None:
    pytest.importorskip("plutoprint", reason="no PDF engine has a wheel for this machine")
    page = tmp_path / "page.pdf"
    assert limiter("diagnose", CASE, "--format", "pdf", "-o", page, "--paper", "letter").returncode == 0
    assert page.read_bytes().startswith(b"%PDF-")


def test_the_options_reach_the_diagnosis() -> None:
    done = limiter(
        "diagnose", CASE, "--format", "json", "--days", "4", "--minutes", "50", "--season", "in_season", "--coached",
        "--months-lifting", "6", "--match-day", "sat", "--race", "2026-04-01", "--start", "2026-03-09",
    )  # fmt: skip
    options = json.loads(done.stdout)["options"]
    assert options["days_per_week"] == 4
    assert options["minutes_per_session"] == 50
    assert options["match_days"] == ["sat"]
    assert options["race_dates"] == ["2026-04-01"]
    assert options["start"] == "2026-03-09"


# --- what goes wrong ------------------------------------------------------------------------------------------------

MALFORMED = {
    "empty": b"",
    "binary": bytes(range(256)),
    "no mapping": b"- 1\n- 2\n",
    "unknown measure": b"athlete: Ana\ndate: 2026-03-01\nanswers:\n  knee_to_wal: {left: 8, right: 9}\n",
    "out of range": b"athlete: Ana\ndate: 2026-03-01\nanswers:\n  age: 300\n",
    "bare number for sides": b"athlete: Ana\ndate: 2026-03-01\nanswers:\n  knee_to_wall: 8\n",
    "duplicate": b"athlete: Ana\ndate: 2026-03-01\nanswers:\n  age: 24\n  age: 25\n",
    "deep": b"[" * 100_000,
    "huge": b"a" * 3_000_000,
    "alias": b"athlete: &a Ana\ndate: *a\n",
    "unclosed": b"athlete: {a\n",
    "utf-16": "athlete: Ana\n".encode("utf-16"),
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_file_ends_in_its_place_and_code_1(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "ana.yaml"
    path.write_bytes(data)
    done = limiter("diagnose", path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"{path.name}:" in done.stderr


def test_the_mistakes_of_several_files_are_told_together(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_bytes(MALFORMED["out of range"])
    done = limiter("diagnose", tmp_path / "a.yaml", EXAMPLE, tmp_path / "b.yaml")
    assert done.returncode == 1
    assert "a.yaml:4:" in done.stderr
    assert "b.yaml:4:" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["diagnose"], 2, "Missing argument"),
        (["diagnose", "x.yaml", "--format", "doc"], 2, "Invalid value"),
        (["diagnose", "-", "-"], 2, "once"),
        (["diagnose", "x.yaml", "--start", "soon"], 2, "soon"),
        (["diagnose", "nowhere.yaml"], 3, "nowhere.yaml"),
        (["diagnose", str(EXAMPLE), "-o", "no_such_folder/out.txt"], 3, "no_such_folder"),
        (["diagnose", str(CASE), "--equipment", "flying_carpet"], 2, "flying_carpet"),
        (["measures", "knee_to_wal"], 3, "Did you mean 'knee_to_wall'?"),
        (["rules", "show", "overstridin"], 3, "Did you mean 'overstriding'?"),
        (["ask", "--resume"], 2, "--save"),
        (["ask", "--resume", "--save", "nowhere.yaml"], 3, "nowhere.yaml"),
        (["nonsense"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_goes_wrong_has_a_code_and_a_sentence(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    done = limiter(*words, at=tmp_path)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_a_missing_pdf_engine_is_code_4(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "plutoprint", None)
    done = CliRunner().invoke(cli.commands, ["diagnose", str(CASE), "--format", "pdf", "-o", str(tmp_path / "x.pdf")])
    assert done.exit_code == 4
    assert not (tmp_path / "x.pdf").exists()


def unread(*words: str | Path, errors_too: bool = False) -> tuple[int, str]:
    """The exit code of limiter when nobody reads its output, and what it says on standard error if that is read."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, ROOT / "cli.py", *words], stdin=subprocess.DEVNULL, stdout=nobody,
            stderr=nobody if errors_too else subprocess.PIPE, env=PLAIN, timeout=120, check=False,
        )  # fmt: skip
    return done.returncode, "" if errors_too else done.stderr.decode()


@pytest.mark.parametrize(
    "words",
    [
        ["--help"], ["measures"], ["rules", "schema", "measure"], ["rules", "show", "overstriding"],
        ["diagnose", EXAMPLE], ["sprint", "--help"], ["sprint", EXAMPLE, "--format", "json"],
    ],
    ids=lambda words: " ".join(str(word) for word in words[:2]),
)  # fmt: skip
def test_a_reader_who_leaves_early_ends_it_quietly(words: list[str]) -> None:
    assert unread(*words) == (SEEN_ENOUGH, "")


def test_a_message_that_nobody_reads_is_let_go() -> None:
    assert unread("measures", "--no-such-option", errors_too=True)[0] == SEEN_ENOUGH
    assert unread("diagnose", "nowhere.yaml", errors_too=True)[0] == SEEN_ENOUGH


def test_a_message_is_still_told_when_the_output_is_not_read() -> None:
    code, said = unread("diagnose", "nowhere.yaml")
    assert code == 3
    assert "nowhere.yaml" in said


def test_a_fault_of_our_own_is_told_without_a_stack_trace() -> None:
    script = "import cli; cli._compiled = lambda d: 1 / 0; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "diagnose", EXAMPLE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr


# --- measures, rules, demo ------------------------------------------------------------------------------------------


def test_measures_say_what_can_be_entered(knowledge: KnowledgeBase) -> None:
    listed = limiter("measures").stdout
    assert all(id in listed for id in knowledge.measures)
    told = limiter("measures", "knee_to_wall").stdout
    assert "cm" in told
    assert limiter("measures", "mobility").stdout.count("knee_to_wall") >= 1


def test_the_shipped_pages_are_well_and_can_be_read() -> None:
    done = limiter("rules", "check")
    assert done.returncode == 0
    assert "All well" in done.stdout
    assert limiter("rules", "show", "overstriding").stdout.strip()


def test_a_wrong_page_is_told_with_its_place(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(ROOT / "knowledge", pages)
    page = pages / "deficits" / "mechanics" / "overstriding.yaml"
    page.write_text(page.read_text("utf-8").replace("video_overstride: ", "video_overstrid: ", 1), "utf-8")
    done = limiter("rules", "check", "--knowledge", pages)
    assert done.returncode == 1
    assert "overstriding.yaml:" in done.stderr
    assert "Did you mean 'video_overstride'?" in done.stderr


def test_the_demo_leaves_pages_to_print(tmp_path: Path) -> None:
    done = limiter("demo", "--into", "there", at=tmp_path)
    assert done.returncode == 0
    assert {path.stem for path in (tmp_path / "there").iterdir()} == {EXAMPLE.stem, CASE.stem}


def test_the_demo_without_a_pdf_engine_leaves_pages_for_the_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "plutoprint", None)
    done = CliRunner().invoke(cli.commands, ["demo", "--into", str(tmp_path)])
    assert done.exit_code == 0
    assert {path.suffix for path in tmp_path.iterdir()} == {".html"}


# --- ask ------------------------------------------------------------------------------------------------------------


def ask(at: Path, typed: Sequence[str], *more: str) -> subprocess.CompletedProcess[str]:
    return limiter("ask", "--name", "Ana", "--save", "ana.yaml", *more, typed=typed, at=at)


ABOUT = ["female", "24", "team", "trained", "61,5", "5 ft 8 in"]


def test_an_interview_through_a_pipe_ends_with_the_diagnosis(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    done = ask(tmp_path, [*ABOUT[:5], "170", *SKIP_THE_REST])
    assert done.returncode == 0
    assert "Ana" in done.stdout
    assert dict(saved(tmp_path / "ana.yaml", knowledge).values) == {
        "sex": "female", "age": 24.0, "event_group": "team_sport", "training_level": "trained", "body_mass": 61.5,
        "stature": 170.0,
    }  # fmt: skip


def test_nothing_is_concluded_on_the_way(tmp_path: Path) -> None:
    assert ask(tmp_path, [*ABOUT[:5], "170", "q"]).stdout == ""


def test_numbers_first_letters_units_and_slips(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    typed = [
        "what?", "1", "two hundred", "300", "24", "?", "2", "tra", "b", "b", "b", "25", "135.6 lb", "h", "q",
    ]  # fmt: skip
    done = ask(tmp_path, typed)
    answers = saved(tmp_path / "ana.yaml", knowledge).values
    assert answers["sex"] == "male"
    assert answers["age"] == 25.0
    assert answers["event_group"] == "team_sport"
    assert answers["training_level"] == "trained"
    assert answers["body_mass"] == pytest.approx(61.5, abs=0.1)
    assert done.stderr.count("That does not work") == 3


def test_sides_in_one_line(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    lines = ["change kit", "2", "change knee_to_wall", "8,5 11", "change single_leg_hop", "left 150", "q"]
    ask(tmp_path, [*["s"] * 6, *lines])
    answers = saved(tmp_path / "ana.yaml", knowledge).values
    assert answers == {"knee_to_wall": Sides(8.5, 11.0), "single_leg_hop": Sides(150.0, None)}


def test_quitting_and_going_on_asks_the_next_question(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    ask(tmp_path, ["female", "q"])
    limiter("ask", "--resume", "--save", "ana.yaml", typed=["24", "q"], at=tmp_path)
    found = saved(tmp_path / "ana.yaml", knowledge)
    assert found.athlete == "Ana"
    assert dict(found.values) == {"sex": "female", "age": 24.0}


def test_saved_answers_are_for_their_owner_alone(tmp_path: Path) -> None:
    ask(tmp_path, ["female"])
    page = tmp_path / "page.html"
    limiter("diagnose", tmp_path / "ana.yaml", "--format", "html", "-o", page)
    os.umask(mask := os.umask(0o022))
    assert (tmp_path / "ana.yaml").stat().st_mode & 0o777 == 0o600
    assert page.stat().st_mode & 0o777 == 0o666 & ~mask


def test_the_end_of_input_saves(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    done = ask(tmp_path, ["female"])
    assert done.returncode == 0
    assert "Saved in ana.yaml" in done.stderr
    assert dict(saved(tmp_path / "ana.yaml", knowledge).values) == {"sex": "female"}


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "ana.yaml").write_text("mine")
    done = ask(tmp_path, ["female"])
    assert done.returncode == 2
    assert (tmp_path / "ana.yaml").read_text() == "mine"


def test_an_emergency_ends_the_questions_at_once(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    done = ask(tmp_path, [*["s"] * 6, "1", "none", "none"])
    text = " ".join(knowledge.safety["chest_pain_exertion"].report_text.split())
    assert text in " ".join(done.stdout.split())
    assert dict(saved(tmp_path / "ana.yaml", knowledge).values) == {"heart_lungs": "chest_pain"}
    again = limiter("ask", "--resume", "--save", "ana.yaml", typed=["none", "q"], at=tmp_path)
    assert text in " ".join(again.stdout.split())
    assert dict(saved(tmp_path / "ana.yaml", knowledge).values) == {"heart_lungs": "none"}


def test_why_is_told_from_the_rules(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    done = ask(tmp_path, [*["s"] * 6, "?", "q"])
    assert "emergency" in done.stderr or "stop" in done.stderr.lower()


def test_a_sitting_of_one_leaves_the_rest_to_the_other(tmp_path: Path) -> None:
    done = ask(tmp_path, SKIP_THE_REST[:60], "--who", "athlete")
    assert done.returncode == 0
    assert "questions for the coach are open" in done.stderr
    assert done.stdout == ""


def test_a_page_to_print_is_offered_at_the_end(tmp_path: Path, compiled: Compiled) -> None:
    now, questions = Interview(plan(compiled)), 0
    while now.question is not None:
        now, questions = now.skip(), questions + 1
    done = ask(tmp_path, [*["s"] * questions, "y"])
    assert "Make the page to print" in done.stderr
    assert [path.stem for path in tmp_path.iterdir() if path.suffix in (".pdf", ".html")] == ["ana"]


def started(at: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, ROOT / "cli.py", "ask", "--name", "Ana", "--save", "ana.yaml"], cwd=at, env=PLAIN,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def wait_for(path: Path, text: str) -> None:
    for _ in range(600):
        if path.exists() and text in path.read_text("utf-8"):
            return
        time.sleep(0.05)
    raise AssertionError(f"'{text}' was never saved")


@pytest.mark.parametrize("answered", [1, 3, 6])
def test_a_killed_interview_loses_at_most_the_answer_being_typed(
    tmp_path: Path, knowledge: KnowledgeBase, answered: int
) -> None:
    lines = [*ABOUT[:5], "170"]
    names = ["sex", "age", "event_group", "training_level", "body_mass", "stature"]
    with started(tmp_path) as process:
        assert process.stdin is not None
        for line, name in zip(lines[:answered], names, strict=False):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            wait_for(tmp_path / "ana.yaml", f"  {name}: ")
        process.stdin.write("half an ans")
        process.stdin.flush()
        process.kill()
    assert list(saved(tmp_path / "ana.yaml", knowledge).values) == names[:answered]
    assert [path.name for path in tmp_path.iterdir()] == ["ana.yaml"]


def test_an_interrupt_is_code_130_and_loses_nothing(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background may have it ignored
    with started(tmp_path) as process:
        signal.signal(signal.SIGINT, heard)
        assert process.stdin is not None
        process.stdin.write("female\n")
        process.stdin.flush()
        wait_for(tmp_path / "ana.yaml", "  sex: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert dict(saved(tmp_path / "ana.yaml", knowledge).values) == {"sex": "female"}
