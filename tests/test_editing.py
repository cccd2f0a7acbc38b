"""Values spliced into pages: one value changes, every other byte stays."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import commands
from engine.editing import splice
from engine.editing.address import UnknownAddress
from engine.editing.setting import set_value
from engine.editing.spans import spans
from engine.errors import EditError, KnowledgeError
from engine.knowledge import KnowledgeBase, Page
from engine.knowledge import Path as Way
from engine.loader import load
from engine.tree import SHIPPED, tree
from engine.yaml_positions import Unreadable, read
from tests.test_broken import SMALL
from tests.test_editing_journal import ANKLE, everything, small

__all__ = ["small"]

TEXTS = {place: file.read().decode("utf-8") for place, file in tree(SHIPPED, "").items()}

FOLDERS = sorted({place.rpartition("/")[0] + "/" if "/" in place else place for place in TEXTS})


def leaves(data: object, path: Way = ()) -> Iterator[tuple[Way, object]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    else:
        yield path, data


def at(data: object, path: Way) -> object:
    for step in path:
        data = data[step]  # type: ignore[index]  # a page's data is mappings and lists
    return data


def page_of(text: str) -> Page:
    return read(text, "page.yaml")[1]


def changed_lines(before: str, after: str) -> list[int]:
    old, new = before.split("\n"), after.split("\n")
    assert len(old) == len(new)
    return [number for number, (first, second) in enumerate(zip(old, new, strict=True), 1) if first != second]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_changed_number_changes_its_own_letters_alone(folder: str, ends: str) -> None:
    for place in (place for place in TEXTS if place.startswith(folder)):
        text = TEXTS[place].replace("\n", ends)
        data, page = read(text, place)
        numbers = [path for path, value in leaves(data) if type(value) in (int, float)]
        for path in numbers[:: 1 + len(numbers) // (3 if len(text) > 20_000 else 12)]:
            span = spans(text).values[path]
            new = splice.replace_value(page, path, "7.25")

            assert new == f"{text[: span.start]}7.25{text[span.end :]}"
            assert changed_lines(text, new) == [page.values[path][0]]
            assert at(read(new, place)[0], path) == 7.25


def test_a_changed_threshold_in_words_changes_one_line() -> None:
    for place in [place for place in TEXTS if place.startswith(("deficits/", "rules/", "safety/"))][::2]:
        text = TEXTS[place]
        data, page = read(text, place)
        for path, value in leaves(data):
            if isinstance(value, str) and (match := re.search(r"\d+(\.\d+)?", value)) and "when" in path:
                words = value[: match.start()] + "3" + value[match.end() :]
                new = splice.replace_value(page, path, words)

                assert len(changed_lines(text, new)) == (words != value)
                assert at(read(new, place)[0], path) == words


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(TEXTS)),
    st.data(),
    st.one_of(
        st.text(alphabet=st.sampled_from("ab :#-[]{},'\"\\>|&*!%@?~0123.\n€é"), min_size=1, max_size=40),
        st.text(min_size=1, max_size=30),
    ),
)
def test_any_text_is_put_in_place_or_refused(place: str, data: st.DataObject, words: str) -> None:
    text = TEXTS[place]
    held, page = read(text, place)
    found = list(leaves(held))
    path, _ = found[data.draw(st.integers(0, len(found) - 1))]
    try:
        new = splice.replace_value(page, path, words)
    except (EditError, Unreadable):
        return
    after = dict(leaves(read(new, place)[0]))

    assert {way: value for way, value in after.items() if way != path} == {
        way: value for way, value in found if way != path
    }
    assert spans(text).comments() == spans(new).comments()


ODD = (
    "# top\n\nrules:   # all of them\n- id: a    # first\n  when:\n    x:   at least 2   # two\n    y: 'it''s'\t# tab\n"
    "\n  # between\n  why: >   # folded\n    some\n    words\n\n\n    more\n  list: [ a,b , 'c' ,\n     d ]  # flow\n"
    '- \n  id: b\n  empty:\n  empty_too:    # nothing\n  map: {p: 1,q: , r: "s"}\n  lit: |\n      keep\n       this\n'
    "  long: one\n    two\n\n    three # end\n# last"
)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "words", "old", "new"),
    [
        (("rules", 0, "when", "x"), "at least 1", "at least 2", "at least 1"),
        (("rules", 0, "when", "x"), "1: #", "at least 2", '"1: #"'),
        (("rules", 0, "when", "y"), "it's: b", "'it''s'", "'it''s: b'"),
        (("rules", 0, "why"), "New words", "some\n    words\n\n\n    more", "New words"),
        (("rules", 0, "list", 1), "x, y", "b ,", '"x, y" ,'),
        (("rules", 0, "list", 3), "9", "d ]", "9 ]"),
        (("rules", 1, "empty"), "full", "empty:\n", "empty: full\n"),
        (("rules", 1, "empty_too"), "full", "empty_too:    # nothing", "empty_too: full    # nothing"),
        (("rules", 1, "map", "p"), "2", "p: 1", "p: 2"),
        (("rules", 1, "map", "r"), "t", '"s"', '"t"'),
        (("rules", 1, "lit"), "a\n b", "keep\n       this", "a\n       b"),
        (("rules", 1, "long"), "short", "one\n    two\n\n    three", "short"),
    ],
)
def test_odd_pages(ends: str, path: Way, words: str, old: str, new: str) -> None:
    text = ODD.replace("\n", ends)
    old, new = old.replace("\n", ends), new.replace("\n", ends)
    assert text.count(old) == 1

    assert splice.replace_value(page_of(text), path, words) == text.replace(old, new)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_items_and_entries_come_and_go(ends: str) -> None:
    text = ODD.replace("\n", ends)
    more = splice.append(page_of(text), ("rules",), "id: c\nwhen:\n  z: yes")
    assert more.startswith(text.removesuffix("# last"))
    assert more.endswith(ends.join(["three # end", "- id: c", "  when:", "    z: yes", "# last"]))
    assert splice.remove(page_of(more), ("rules", 2)) == text

    more = splice.insert_after(page_of(text), ("rules", 0, "when", "x"), "new: 1")
    assert more == text.replace(f"# two{ends}", f"# two{ends}    new: 1{ends}")
    assert splice.remove(page_of(more), ("rules", 0, "when", "new")) == text

    more = splice.append(page_of(text), ("rules", 0, "list"), "e")
    assert more == text.replace("d ]", "d, e ]")
    assert splice.remove(page_of(more), ("rules", 0, "list", 4)) == text

    renamed = splice.rename_key(page_of(text), ("rules", 0, "when", "x"), "zz")
    assert renamed == text.replace("x:   at", "zz:   at")


def test_a_comment_is_never_lost() -> None:
    with pytest.raises(EditError, match="a comment stands in the way"):
        splice.replace_node(page_of(ODD), ("rules", 0, "when"), "{x: 1}")


def test_no_final_line_break_stays_none() -> None:
    assert splice.replace_value(page_of("a: 1\nb: 2"), ("b",), "3") == "a: 1\nb: 3"
    assert splice.append(page_of("a:\n- 1"), ("a",), "2") == "a:\n- 1\n- 2"


# --- set ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "value", "place", "old", "new"),
    [
        ("knee_to_wall.plausible.at_most", "24", "measures/mobility/knee_to_wall.yaml", "at_most: 25", "at_most: 24"),
        ("stiff_ankle/short_lunge.when.knee_to_wall", "below 8 cm", ANKLE, "9 cm", "8 cm"),
        ("stiff_ankle.rules.short_lunge.when.knee_to_wall", "below 8 cm", ANKLE, "9 cm", "8 cm"),
        ("stiff_ankle.rules.1.when.knee_to_wall", "below 8 cm", ANKLE, "9 cm", "8 cm"),
        ("strength/many_calf_raises.when.calf_raises", "at least 31", "rules/history.yaml", "least 30", "least 31"),
        ("rules/history.rules.many_calf_raises.when.calf_raises", "at least 31", "rules/history.yaml", "least 30",
         "least 31"),
    ],
)  # fmt: skip
def test_addresses(small: Path, address: str, value: str, place: str, old: str, new: str) -> None:
    before = everything(small)
    assert before[place].count(old.encode()) == 1
    set_value(small, address, value)

    assert everything(small) == {**before, place: before[place].replace(old.encode(), new.encode())}


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("knee_to_wal.label", "Did you mean 'knee_to_wall'?"),
        ("knee_to_wall.lable", "Did you mean 'label'?"),
        ("stiff_ankle/short_lung.then", "Did you mean 'stiff_ankle/short_lunge'?"),
        ("stiff_ankle.rules.short_lung.then", "Did you mean 'short_lunge'?"),
        ("stiff_ankle.rules.0.then", "they are counted from 1"),
        ("knee_to_wall.label.more", "is a single value"),
        ("knee_to_wall", "is a whole page"),
        ("", "There is no page"),
        ("a" * 1_000, "at most 500 letters"),
        ("sprint_10m.typical_error.value", "There is no 'typical_error' in the page yet"),
    ],
)
def test_an_unknown_address_is_told_with_the_nearest(small: Path, address: str, says: str) -> None:
    before = everything(small)
    with pytest.raises(EditError) as error:
        set_value(small, address, "1")

    assert says in str(error.value)
    assert everything(small) == before


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("stiff_ankle/short_lunge.when.knee_to_wall", "below 9 mm"),
        ("stiff_ankle/short_lunge.then", "perhaps"),
        ("stiff_ankle/short_lunge.sources", "[no_such_source]"),
        ("knee_to_wall.measure", "other_name"),
        ("knee_to_wall.plausible.at_most", "*bomb"),
        ("knee_to_wall.plausible", "{a: {a: {a: 1}}}"),
        ("stiff_ankle.weight", ""),
    ],
)
def test_a_fault_is_told_with_its_place_and_nothing_is_written(small: Path, address: str, value: str) -> None:
    before = everything(small)
    with pytest.raises((KnowledgeError, EditError)) as error:
        set_value(small, address, value)

    assert not isinstance(error.value, UnknownAddress)
    assert re.search(r"\.yaml:\d+:\d+: ", str(error.value))
    assert everything(small) == before


def test_a_key_a_page_may_have_is_added_in_its_place(small: Path) -> None:
    change, knowledge = set_value(small, "stiff_ankle/short_lunge.note", "Seen: twice")

    assert change.after.count('\n    note: "Seen: twice"\n') == 1
    assert knowledge.deficits["stiff_ankle"].rules[0].note == "Seen: twice"


def test_a_number_for_a_text_is_quoted(small: Path) -> None:
    _, knowledge = set_value(small, "knee_to_wall.label", "12")

    assert knowledge.measures["knee_to_wall"].label == "12"


def run(*arguments: str, input: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(commands, ["rules", *arguments], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_set_and_undo_on_the_command_line(small: Path) -> None:
    before = everything(small)
    code, said = run("set", "stiff_ankle/short_lunge.when.knee_to_wall", "below 8 cm", "--knowledge", str(small))
    assert code == 0
    assert "-      knee_to_wall: below 9 cm" in said
    assert "+      knee_to_wall: below 8 cm" in said
    assert "limiter rules impact" in said
    assert run("undo", "--list", "--knowledge", str(small))[1].startswith("set stiff_ankle/short_lunge.when")
    assert run("undo", "--knowledge", str(small))[0] == 0
    assert everything(small) == before
    assert run("undo", "--knowledge", str(small))[0] == 1
    assert run("set", "nobody.x", "1", "--knowledge", str(small))[0] == 3
    code, said = run("set", "stiff_ankle.weight", "weak", "--dry-run", "--knowledge", str(small))
    assert "Nothing was written" in said
    assert everything(small) == before


@pytest.mark.parametrize("value", ["[" * 200_000, "{a: " * 60_000, "x" * 2_000_000, "a\x1b[31m"])
def test_a_hostile_value_is_refused_at_once(small: Path, value: str) -> None:
    before = everything(small)
    with pytest.raises(EditError, match=r"at most|control character"):
        set_value(small, "knee_to_wall.label", value)
    assert everything(small) == before


# --- folders of one's own -------------------------------------------------------------------------------------------


def test_init_makes_a_copy_that_loads_the_same(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    code, said = run("init", str(tmp_path / "mine"))

    assert code == 0
    assert "limiter rules check" in said
    assert load(tmp_path / "mine").hash == knowledge.hash
    assert run("init", str(tmp_path / "mine"))[0] == 2


def test_an_overlay_changes_and_adds_pages(tmp_path: Path, knowledge: KnowledgeBase) -> None:
    mine, place = tmp_path / "mine", "measures/mobility/knee_to_wall.yaml"
    run("init", str(mine), "--overlay")
    begun = load(mine)
    assert begun.measures == knowledge.measures
    assert begun.hash != knowledge.hash

    _, changed = set_value(mine, "knee_to_wall.typical_error.value", "0.7")
    assert (mine / place).read_text("utf-8") == TEXTS[place].replace("value: 0.6", "value: 0.7")
    assert changed.measures["knee_to_wall"].typical_error != knowledge.measures["knee_to_wall"].typical_error
    assert changed.pages["measure", "knee_to_wall"].file == f"{mine.as_posix()}/{place}"
    assert changed.pages["measure", "sex"].file.startswith("knowledge/")
    assert len({knowledge.hash, begun.hash, changed.hash}) == 3
    run("undo", "--knowledge", str(mine))
    assert not (mine / place).exists()


def test_an_overlay_says_over_what(tmp_path: Path) -> None:
    (tmp_path / "overlay.yaml").write_text("over: ../../etc\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="is not one of the words allowed here"):
        load(tmp_path)
    shutil.copytree(SMALL, tmp_path / "small")
    (tmp_path / "small/overlays.yaml").write_text("over: shipped\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="no page of this name is known"):
        load(tmp_path / "small")
