"""Changing pages on disk: loaded before they are written, remembered, taken back."""

import shutil
from pathlib import Path

import pytest

from engine.editing import journal
from engine.errors import EditError, KnowledgeError, OptionError
from engine.loader import load
from tests.test_broken import SMALL

ANKLE = "deficits/strength/stiff_ankle.yaml"
RULES = "rules/history.yaml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "pages")
    return tmp_path / "pages"


def everything(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and journal.JOURNAL not in path.parts
    }


def edited(directory: Path, place: str, old: str, new: str) -> dict[str, str | None]:
    text = (directory / place).read_bytes().decode()
    assert old in text
    return {place: text.replace(old, new)}


def test_a_change_is_written_and_taken_back_step_by_step(small: Path) -> None:
    first = everything(small)
    journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: weak"), "one")
    second = everything(small)
    journal.apply(small, edited(small, RULES, "at least 30", "at least 31"), "two")

    assert everything(small) != second != first
    assert journal.undo(small).what == "two"
    assert everything(small) == second
    assert journal.undo(small).what == "one"
    assert everything(small) == first
    with pytest.raises(EditError, match="nothing to take back"):
        journal.undo(small)


def test_what_would_not_load_is_not_written(small: Path) -> None:
    before = everything(small)
    with pytest.raises(KnowledgeError) as error:
        journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: huge"), "one")

    assert "huge" in str(error.value)
    assert everything(small) == before
    assert journal.steps(small) == []


def test_a_dry_run_checks_and_writes_nothing(small: Path) -> None:
    before = everything(small)
    changed = journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: weak"), "one", dry_run=True)

    assert changed.deficits["stiff_ankle"].weight == "weak"
    assert everything(small) == before
    assert not (small / journal.JOURNAL).exists()


def test_a_page_that_changed_since_is_not_overwritten(small: Path) -> None:
    journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: weak"), "one")
    (small / ANKLE).write_bytes((small / ANKLE).read_bytes() + b"# mine\n")
    before = everything(small)
    with pytest.raises(EditError, match=r"stiff_ankle\.yaml changed since"):
        journal.undo(small)

    assert everything(small) == before


def test_pages_come_and_go(small: Path) -> None:
    before = everything(small)
    text = (small / RULES).read_text("utf-8")
    journal.apply(small, {RULES: None, "rules/stories.yaml": text}, "moved")

    assert (small / "rules/stories.yaml").exists()
    assert not (small / RULES).exists()
    journal.undo(small)
    assert everything(small) == before


def test_a_byte_order_mark_stays(small: Path) -> None:
    (small / RULES).write_bytes(b"\xef\xbb\xbf" + (small / RULES).read_bytes())
    before = everything(small)
    text = before[RULES].decode("utf-8-sig")
    journal.apply(small, {RULES: text.replace("at least 30", "at least 31")}, "one")

    assert (small / RULES).read_bytes() == before[RULES].replace(b"at least 30", b"at least 31")
    journal.undo(small)
    assert everything(small) == before


@pytest.mark.parametrize(
    "place",
    ["../outside.yaml", "/etc/outside.yaml", "rules/../../x.yaml", ".limiter/x.yaml", "rules/x.txt", "a\\b.yaml"],
)
def test_only_pages_of_the_folder_are_written(small: Path, place: str) -> None:
    with pytest.raises(EditError, match="is no place for a page"):
        journal.apply(small, {place: "about: x\n"}, "one")


def test_the_journal_is_left_alone_by_git_and_loader_and_stays_small(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MOST_STEPS", 3)
    for number in range(5):
        journal.apply(small, edited(small, RULES, f"at least {30 + number}", f"at least {31 + number}"), str(number))

    assert (small / ".limiter/.gitignore").read_text() == "*\n"
    assert [step.what for step in journal.steps(small)] == ["2", "3", "4"]
    assert load(small).hash


def test_a_damaged_journal_is_told(small: Path) -> None:
    journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: weak"), "one")
    (small / ".limiter/000001.json").write_text("[" * 100_000)
    with pytest.raises(EditError, match="this is no entry of the journal"):
        journal.undo(small)


def test_two_commands_do_not_write_at_once(small: Path) -> None:
    journal.apply(small, edited(small, ANKLE, "weight: strong", "weight: weak"), "one")
    (small / ".limiter/lock").touch()
    with pytest.raises(EditError, match="Another command is changing these pages"):
        journal.undo(small)


def test_the_pages_of_an_installed_program_are_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SMALL, tmp_path / "knowledge")
    monkeypatch.setattr(journal, "SHIPPED", tmp_path / "knowledge")
    with pytest.raises(OptionError, match="limiter rules init"):
        journal.home(None)
    with pytest.raises(OptionError, match="limiter rules init"):
        journal.apply(tmp_path / "knowledge", {}, "one")


def test_a_failing_disk_leaves_all_as_it_was(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything(small)
    changes = edited(small, ANKLE, "weight: strong", "weight: weak") | edited(
        small, RULES, "at least 30", "at least 31"
    )
    real, full = journal.replace, {"yet": True}

    def replace(path: Path, content: bytes) -> None:
        if path.name == "history.yaml" and full.pop("yet", False):
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(journal, "replace", replace)
    with pytest.raises(OSError, match="No space"):
        journal.apply(small, changes, "one")

    assert everything(small) == before
    assert journal.steps(small) == []
