"""Another name, followed everywhere: there and back is byte for byte the same."""

from pathlib import Path

import pytest

from engine.editing.references import Reference, references
from engine.editing.renaming import KINDS, Renamed, UnknownName, _names, _replaced, rename
from engine.errors import EditError, OptionError
from engine.knowledge import KnowledgeBase
from engine.loader import load
from tests.test_editing import run
from tests.test_editing_journal import everything, small

__all__ = ["small"]


@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_is_byte_for_byte_the_same(small: Path, kind: str) -> None:
    before = everything(small)
    names = sorted(_names(load(small))[kind])  # type: ignore[index]  # a kind
    for name in names:
        if name in ("sex", "age", "event_group", "training_level"):
            continue
        new = name.replace("/", "/the_") if kind == "rule" else "zz_" + name
        there = rename(small, name, new, kind=kind)  # type: ignore[arg-type]  # a kind
        assert everything(small) != before
        assert new in _names(load(small))[kind]  # type: ignore[index]  # a kind
        assert (there.moved is None) == (kind in ("rule", "source", "population"))
        rename(small, new, name, kind=kind)  # type: ignore[arg-type]  # a kind
        assert everything(small) == before


def test_there_and_back_on_the_shipped_pages(tmp_path: Path) -> None:
    run("init", str(tmp_path / "mine"))
    before = everything(tmp_path / "mine")
    rename(tmp_path / "mine", "knee_to_wall", "ankle_lunge")
    assert len(everything(tmp_path / "mine")) == len(before)
    rename(tmp_path / "mine", "ankle_lunge", "knee_to_wall")

    assert everything(tmp_path / "mine") == before


def test_the_sprint_page_and_the_budgets_follow(tmp_path: Path) -> None:
    run("init", str(tmp_path / "mine"))
    rename(tmp_path / "mine", "f0_rel", "forward_force")
    rename(tmp_path / "mine", "body_mass", "weight")
    rename(tmp_path / "mine", "team_sport_trained", "our_players")
    found = load(tmp_path / "mine")

    assert found.sprint.feeds["forward_force"] == "f0_rel"
    assert found.sprint.person.mass == "weight"
    assert found.sprint.groups[0].population == "our_players"
    assert "forward_force" in found.limiters.budgets[0].measures


def test_every_mention_of_every_id_is_cut_out_cleanly(knowledge: KnowledgeBase) -> None:
    by_page: dict[tuple[tuple[str, str], str], list[Reference]] = {}
    for one in references(knowledge):
        by_page.setdefault((one.page, one.name), []).append(one)
    for (key, name), ones in by_page.items():
        page, short = knowledge.pages[key], name.rpartition("/")[2]
        there = _replaced(page, ones, "qqqq")
        assert there.count("qqqq") == len({(one.path, one.at_key) for one in ones})
        assert there.replace("qqqq", short) == page.text


def test_every_id_of_the_shipped_pages_is_met_by_its_kind(knowledge: KnowledgeBase) -> None:
    found: dict[str, set[str]] = {}
    for one in references(knowledge):
        found.setdefault(one.kind, set()).add(one.name)
    for kind, names in _names(knowledge).items():
        assert names <= found[kind]


def refused(small: Path, old: str, new: str) -> str:
    before = everything(small)
    with pytest.raises((EditError, OptionError)) as error:
        rename(small, old, new)
    assert everything(small) == before
    return str(error.value)


def test_refusals(small: Path) -> None:
    assert "Did you mean 'knee_to_wall'?" in refused(small, "knee_to_wal", "x")
    assert "is the name of something else" in refused(small, "knee_to_wall", "stiff_ankle")
    assert "is the name of something else" in refused(small, "knee_to_wall", "mechanics_deficits")
    assert "cannot be a name" in refused(small, "knee_to_wall", "Knee to wall")
    assert "cannot be a name" in refused(small, "knee_to_wall", "../x")
    assert "its name is fixed" in refused(small, "sex", "gender")
    assert "stays with what it speaks about" in refused(small, "stiff_ankle/short_lunge", "tired/short_lunge")
    with pytest.raises(UnknownName):
        rename(small, "nobody", "x")


def test_running_text_that_says_the_old_name_is_told(small: Path) -> None:
    page = small / "measures/mobility/knee_to_wall.yaml"
    page.write_bytes(page.read_bytes() + b"note: See knee_to_wall_difference.\n")
    done: Renamed = rename(small, "knee_to_wall_difference", "lunge_difference")

    assert [place.file.endswith("knee_to_wall.yaml") for place in done.mentions] == [True]


def test_on_the_command_line(small: Path) -> None:
    before = everything(small)
    code, said = run("rename", "knee_to_wall", "ankle_lunge", "--knowledge", str(small))
    assert code == 0
    assert "+measure: ankle_lunge" in said
    assert (small / "measures/mobility/ankle_lunge.yaml").exists()
    assert not (small / "measures/mobility/knee_to_wall.yaml").exists()
    run("undo", "--knowledge", str(small))
    assert everything(small) == before
    assert run("rename", "nobody", "x", "--knowledge", str(small))[0] == 3
