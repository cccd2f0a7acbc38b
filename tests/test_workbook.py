"""The workbook: out and in again without loss, one edit one value, and whatever is wrong told by its cell."""

import copy
import io
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

import cli
from engine.editing import journal
from engine.editing.layout import same
from engine.spreadsheet.faults import WorkbookError
from engine.workbook.comparing import Edit
from engine.workbook.comparing import _put as put_at
from engine.workbook.forms import Form, canonical, shown, value
from engine.workbook.importing import _edited as edited_page
from engine.workbook.importing import export, take
from engine.workbook.tables import Column, Row, Sheet, at, opened, sheets
from engine.yaml_positions import read
from tests.conftest import ROOT

Edited = Callable[[Workbook], None]
SMALL = ROOT / "tests" / "small_knowledge"


def about(knowledge: object) -> list[str]:
    return ["read me"]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A copy of the shipped pages, never changed, and its workbook."""
    folder = tmp_path_factory.mktemp("shipped") / "pages"
    shutil.copytree(ROOT / "knowledge", folder, ignore=shutil.ignore_patterns(".limiter"))
    return folder, export(folder, about)


@pytest.fixture(scope="module")
def small_bytes() -> bytes:
    return export(SMALL, about)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    shutil.copytree(SMALL, folder)
    return folder


def edited(content: bytes, edit: Edited) -> bytes:
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(book: Workbook, sheet: str, names: tuple[str, ...], head: str) -> Any:
    """The cell of a row and a column by their names."""
    page = book[sheet]
    heads = [one.value for one in page[1]]
    for row in page.iter_rows(min_row=2):
        if tuple(one.value for one in row[: len(names)]) == names:
            return row[heads.index(head)]
    raise LookupError(names)


def put(sheet: str, names: tuple[str, ...], head: str, new: object) -> Edited:
    return lambda book: setattr(cell(book, sheet, names, head), "value", new)


def lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.split("\n"), after.split("\n")
    return [line for line in old if line not in new], [line for line in new if line not in old]


# --- out ------------------------------------------------------------------------------------------------------------


def test_nothing_changes_without_edits(shipped: tuple[Path, bytes]) -> None:
    folder, content = shipped
    taken = take(folder, content, "rules.xlsx")
    assert taken.changes == ()
    assert not taken.other_pages


def test_nothing_changes_when_another_program_saved_it(small: Path, small_bytes: bytes) -> None:
    assert take(small, edited(small_bytes, lambda book: None), "rules.xlsx").changes == ()


def every_cell(folder: Path) -> Iterator[tuple[Sheet, Row, Column, Any]]:
    pages = opened(folder)
    for sheet in sheets(pages):
        for row in sheet.rows:
            for column in sheet.columns:
                yield sheet, row, column, at(pages[row.place].data, (*row.path, *column.path))


def test_every_value_comes_back_from_its_cell(shipped: tuple[Path, bytes]) -> None:
    for _, row, column, held in every_cell(shipped[0]):
        form = column.form
        cell = shown(form, held)
        again = value(form, float(cell) if isinstance(cell, int) else cell)
        assert canonical(form, shown(form, again)) == canonical(form, cell), (row, column)
        if form.kind in ("yaml", "tests", "names"):
            assert again == (None if held in ([], {}) else held), (row, column)


def test_names_are_locked_and_values_are_not(small_bytes: bytes) -> None:
    book = load_workbook(io.BytesIO(small_bytes))
    page = book["rules mechanics"]
    assert page.protection.sheet
    assert page.cell(2, 1).protection.locked
    assert page.cell(2, 2).protection.locked
    assert not page.cell(2, 4).protection.locked
    assert page.freeze_panes == "C2"
    assert page.cell(2, 4).alignment.wrap_text
    then = get_column_letter([one.value for one in page[1]].index("then") + 1)
    dropdowns = [str(found.sqref) for found in page.data_validations.dataValidation]
    assert any(found.startswith(f"{then}2:") for found in dropdowns)
    assert any(one.comment and "left" in (one.comment.text + "left") for one in page[1])
    assert book["exported"].sheet_state == "hidden"


def test_no_text_becomes_a_formula(small: Path) -> None:
    page = small / "sources.yaml"
    text = page.read_text("utf-8")
    citation = text.split("citation: ")[1].split("\n")[0]
    page.write_text(text.replace(f"citation: {citation}", 'citation: "=1+1"', 1), "utf-8")
    book = load_workbook(io.BytesIO(export(small, about)))
    found = [one for row in book["sources"].iter_rows() for one in row if one.value == "=1+1"]
    assert [one.data_type for one in found] == ["s"]
    content = export(small, about)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist())


# --- in -------------------------------------------------------------------------------------------------------------


def test_one_threshold_changes_one_line(small: Path, small_bytes: bytes) -> None:
    names = ("overstriding", "legs_smooth")
    [change] = take(small, edited(small_bytes, put("rules mechanics", names, "self_clunky", "at most 3")), "r").changes
    assert lines(change.before, change.after) == (["      self_clunky: at most 2"], ["      self_clunky: at most 3"])
    assert change.before.replace("self_clunky: at most 2", "self_clunky: at most 3") == change.after


def test_a_limit_of_the_sprint_page_changes_one_line(shipped: tuple[Path, bytes]) -> None:
    folder, content = shipped
    edit = put("figures", ("sprint", "limits.first_interval.value"), "value", 6.4)
    [change] = take(folder, edited(content, edit), "rules.xlsx").changes
    assert lines(change.before, change.after) == (["    value: 6.2"], ["    value: 6.4"])


def test_comments_order_and_blank_lines_survive(small: Path) -> None:
    page = small / "deficits" / "strength" / "stiff_ankle.yaml"
    text = "# mine\n\n" + page.read_text("utf-8").replace("rules:\n", "rules:  # all of them\n\n", 1)
    page.write_text(text, "utf-8")
    content = export(small, about)
    taken = take(small, edited(content, put("deficits", ("stiff_ankle",), "label", "Ankle is stiff")), "r.xlsx")
    taken.write()
    assert page.read_text("utf-8") == text.replace(_line(text, "label: "), "label: Ankle is stiff")
    journal.undo(small)
    assert page.read_text("utf-8") == text


def _line(text: str, start: str) -> str:
    return next(line for line in text.split("\n") if line.startswith(start))


def other(form: Form, now: Any, pick: random.Random) -> Any:
    """Another value for a cell that its page may hold as well."""
    if form.kind == "text":
        return f"{now or 'words'} once more: 'so' # it is"
    if form.kind in ("number", "whole"):
        return now + 1 if isinstance(now, int | float) else None
    if form.kind == "choice":
        return pick.choice([word for word in form.allowed if word != now])
    return None


SAFE = frozenset({"because", "wrong when", "evidence note", "note", "about", "protocol", "question", "then", "how",
                  "citation", "report text", "clear when", "reliability", "year", "verified", "n"})  # fmt: skip
"""Columns in which any other value makes a sound page."""


def test_one_edit_changes_that_value_alone(shipped: tuple[Path, bytes]) -> None:
    folder, content = shipped
    pick = random.Random(7)
    pages = opened(folder)
    candidates = [one for one in every_cell(folder) if one[2].head in SAFE and one[3] is not None]
    book = load_workbook(io.BytesIO(content))
    wanted: dict[tuple[str, tuple[str | int, ...]], Any] = {}
    for sheet, row, column, now in pick.sample(candidates, 60):
        new = other(column.form, now.strip() if isinstance(now, str) else now, pick)
        if new is not None:
            cell(book, sheet.table.sheet, row.names, column.head).value = new
            wanted[row.place, (*row.path, *column.path)] = new
    out = io.BytesIO()
    book.save(out)
    try:
        taken = take(folder, out.getvalue(), "r.xlsx")
    except WorkbookError as error:  # some changes contradict the sources; they are told by their cells
        pytest.fail(str(error))
    after = {change.file: change.after for change in taken.changes}
    for place, page in pages.items():
        paths = {path: new for (at_place, path), new in wanted.items() if at_place == place}
        if not paths:
            assert page.page.file not in after
            continue
        data = read(after[page.page.file], "")[0]
        for path, new in paths.items():
            held = at(data, path)
            assert (held.strip() if isinstance(held, str) else held) == new
            at(data, path[:-1])[path[-1]] = at(page.data, path)
        assert data == page.data


NEW: dict[str, Any] = {
    "text": "A new text: with # signs", "number": 1234.5, "whole": 7, "yes_no": "yes", "names": ["a_b", "c_d"],
    "lines": ["One", "Two: three", "Four"], "tests": ["at least 5", "below 9"], "date": "2026-01-02", "plain": 3,
    "yaml": {"x_a": "yes", "z": "at most 3"},
}  # fmt: skip


def test_any_value_finds_its_place_on_any_page(shipped: tuple[Path, bytes]) -> None:
    pages = opened(shipped[0])
    pick = random.Random(11)
    for sheet, row, column, held in pick.sample(list(every_cell(shipped[0])), 150):
        new = pick.choice(column.form.allowed) if column.form.kind == "choice" else NEW[column.form.kind]
        new = None if not sheet.table.leaves and pick.random() < 0.25 else new
        if canonical(column.form, shown(column.form, new)) == canonical(column.form, shown(column.form, held)):
            continue
        page = pages[row.place]
        edit = Edit(copy.deepcopy(page.data))
        put_at(edit.data, (*row.path, *column.path), new)
        assert same(read(edited_page(page, edit).text, "")[0], edit.data), (row, column)


def test_a_new_rule_joins_its_page(small: Path, small_bytes: bytes) -> None:
    def edit(book: Workbook) -> None:
        page = book["rules strength"]
        heads = [one.value for one in page[1]]
        number = page.max_row + 1
        old = {head: page.cell(2, place).value for place, head in enumerate(heads, 1)}
        for place, head in enumerate(heads, 1):
            if head in ("deficit", "group", "then", "because", "wrong when", "sources", "verified"):
                page.cell(number, place).value = old[head]
        page.cell(number, 2).value = "my_own_rule"
        place = heads.index(None) + 1
        page.cell(1, place).value = "age"  # in one of the free columns
        page.cell(number, place).value = "at least 20"
        page.cell(number, heads.index("knee_to_wall") + 1).value = "below 7 cm ; at least 2 cm"

    taken = take(small, edited(small_bytes, edit), "r.xlsx")
    [change] = taken.changes
    gone, come = lines(change.before, change.after)
    assert gone == []
    assert "  - id: my_own_rule" in come
    assert "      age: at least 20" in come
    assert any("below 7 cm" in line for line in come)
    assert taken.after.deficits["stiff_ankle"].rules[-1].id == "my_own_rule"


def test_a_row_goes_only_when_that_is_allowed(small: Path, small_bytes: bytes) -> None:
    without = edited(small_bytes, lambda book: book["explanations"].delete_rows(2))
    with pytest.raises(WorkbookError, match="--allow-removal"):
        take(small, without, "r.xlsx")
    [change] = take(small, without, "r.xlsx", allow_removal=True).changes
    assert lines(change.before, change.after)[0]
    assert change.after != change.before


def test_pages_that_changed_meanwhile_keep_their_change(small: Path, small_bytes: bytes) -> None:
    page = small / "deficits" / "strength" / "stiff_ankle.yaml"
    text = page.read_text("utf-8")
    page.write_text(text.replace(_line(text, "label: "), "label: Changed on the page"), "utf-8")
    taken = take(small, small_bytes, "r.xlsx")
    assert taken.other_pages
    assert (taken.changes, taken.kept) == ((), 1)
    content = edited(small_bytes, put("deficits", ("stiff_ankle",), "label", "Changed in the workbook"))
    with pytest.raises(WorkbookError, match="Changed on the page"):
        take(small, content, "r.xlsx")


# --- what is wrong --------------------------------------------------------------------------------------------------


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return out.getvalue()


def replaced(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, change(old.read(entry)) if entry == name else old.read(entry))
    return out.getvalue()


FIRST = ("stiff_ankle", "1")
MISTAKES: dict[str, tuple[Edited, tuple[str, ...]]] = {
    "a sheet renamed": (lambda book: setattr(book["norms"], "title", "normes"), ("'norms'", "missing", "'normes'")),
    "a sheet gone": (lambda book: book.remove(book["sources"]), ("'sources'", "missing")),
    "a column gone": (lambda book: book["deficits"].delete_cols(2), ("'deficits'", "'label'", "missing")),
    "a name column gone": (lambda book: book["deficits"].delete_cols(1), ("'deficits'", "'deficit'", "missing")),
    "a head misspelt": (lambda book: setattr(book["deficits"]["B1"], "value", "lable"), ("column B", "'label'")),
    "a head twice": (lambda book: setattr(book["deficits"]["C1"], "value", "label"), ("row 1, column C", "two")),
    "a row twice": (lambda book: setattr(book["safety"]["A3"], "value", book["safety"]["A2"].value), ("row 3", "too")),
    "an unknown name": (lambda book: setattr(book["deficits"]["A2"], "value", "overstridng"), ("row 2", "overstri")),
    "a test misspelt": (put("retests", FIRST, "real change", "abowe 3"), ("a number", "'retests', row")),
    "a number as text": (put("retests", FIRST, "after weeks", "5"), ("as text", "Number")),
    "a text as number": (put("deficits", ("stiff_ankle",), "label", 7), ("expected a text", "number 7", "column B")),
    "a word not allowed": (put("retests", FIRST, "basis", "sorce"), ("Did you mean 'source'?", "judgement")),
    "half a week": (put("retests", FIRST, "after weeks", 4.5), ("a whole number", "4.5")),
    "an unknown source": (put("retests", FIRST, "sources", "nobody_1999"), ("nobody_1999", "'retests', row")),
    "a formula": (put("retests", FIRST, "after weeks", "=2+3"), ("a formula", "'retests', row", "column J")),
    "a needed text gone": (put("deficits", ("stiff_ankle",), "about", None), ("stiff_ankle", "about")),
    "a cell far away": (lambda book: setattr(book["norms"]["ZZZ9"], "value", 1), ("'norms'", "columns")),
    "a cell far below": (lambda book: setattr(book["norms"]["A900000"], "value", 1), ("'norms'", "rows")),
    "a truth value": (put("deficits", ("stiff_ankle",), "label", True), ("expected a text", "'true'")),
    "a broken piece": (lambda book: setattr(_unless(book), "value", "- [a, b"), ("unless", "'rules")),
}


def _unless(book: Workbook) -> Any:
    page = book["rules strength"]
    return page.cell(2, [one.value for one in page[1]].index("unless") + 1)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_cell(mistake: str, small: Path, small_bytes: bytes) -> None:
    edit, words = MISTAKES[mistake]
    content = edited(small_bytes, edit)
    before = {path: path.read_bytes() for path in small.rglob("*.yaml")}
    with pytest.raises(WorkbookError) as caught:
        take(small, content, "r.xlsx").write()
    for word in words:
        assert word in str(caught.value)
    assert {path: path.read_bytes() for path in small.rglob("*.yaml")} == before


def test_all_mistakes_are_told_together(small: Path, small_bytes: bytes) -> None:
    def edit(book: Workbook) -> None:
        for name in ("a number as text", "a text as number", "an unknown source", "a broken piece"):
            MISTAKES[name][0](book)

    with pytest.raises(WorkbookError) as caught:
        take(small, edited(small_bytes, edit), "r.xlsx")
    assert len(caught.value.cells) >= 4


def test_a_test_in_other_words_names_the_right_ones(small: Path, small_bytes: bytes) -> None:
    names = ("overstriding", "legs_smooth")
    wrongs = {"less than 2": "below 2", 2: "a bare number", "at least 2 kg": "kg", "yes": "self_clunky"}
    for wrong, word in wrongs.items():
        with pytest.raises(WorkbookError) as caught:
            take(small, edited(small_bytes, put("rules mechanics", names, "self_clunky", wrong)), "r.xlsx")
        assert word in str(caught.value)
        assert "sheet 'rules mechanics', row" in str(caught.value)


SHEET = "xl/worksheets/sheet2.xml"
BOOK = "xl/workbook.xml"
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><workbook>&a;</workbook>'
DAMAGED = "this is no Excel workbook, or a damaged one; save it as .xlsx and try again"
UNREADABLE = "this workbook cannot be read; save it again as .xlsx and try again"
PART = "the part {} of the file is not as a spreadsheet program writes it"
BOMBS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "nothing": (lambda content: b"", DAMAGED),
    "no zip": (lambda content: b"PK\x03\x04 but no more", DAMAGED),
    "a text": (lambda content: b"measure: knee_to_wall\n" * 100, DAMAGED),
    "cut off": (lambda content: content[: len(content) // 2], DAMAGED),
    "a zip of something else": (lambda content: zipped(hello_xml=b"<a/>"), "this is no Excel workbook;"),
    "too large": (lambda content: b"\0" * 6_000_000, "the file is too large (6.0 MB); at most 5 MB are read"),
    "a zip bomb": (lambda content: zipped(xl__workbook_xml=b" " * 60_000_000), "too large (1 parts, 60 MB)"),
    "many parts": (lambda content: zipped(**{f"part{number}": b"" for number in range(2000)}), "(2000 parts, 0 MB)"),
    "entities": (lambda content: replaced(content, BOOK, lambda part: LAUGHS), PART.format(BOOK)),
    "no xml": (lambda content: replaced(content, BOOK, lambda part: b"<workbook"), DAMAGED),
    "a sheet of rubbish": (lambda content: replaced(content, SHEET, lambda part: part[:900]), UNREADABLE),
    "deep": (lambda content: replaced(content, SHEET, lambda part: b"<a>" * 200_000), "row 1: the columns"),
    "a comment": (lambda content: replaced(content, SHEET, lambda part: part + b"<!-- -->"), PART.format(SHEET)),
    "rows without end": (lambda content: replaced(content, SHEET, lambda _: b"<row " * 2_000_000), UNREADABLE),
    "cells without end": (lambda content: replaced(content, SHEET, lambda _: b"<c " * 3_000_000), "more cells than"),
    "one text a million times": (lambda content: one_text_often(content), "more cells or longer texts than are read"),
    "lies about its size": (lambda content: lying(content), DAMAGED),
}


def lying(content: bytes) -> bytes:
    """Every size in the directory of the file is said to be 1."""
    at_entry = content.find(b"PK\x01\x02")
    data = bytearray(content)
    while at_entry >= 0:
        data[at_entry + 24 : at_entry + 28] = (1).to_bytes(4, "little")
        at_entry = content.find(b"PK\x01\x02", at_entry + 4)
    return bytes(data)


def one_text_often(content: bytes) -> bytes:
    """A text of a megabyte in each of many cells."""
    cells = b"".join(b'<c r="A%d" t="s"><v>0</v></c>' % number for number in range(1, 4000))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>'
    content = replaced(content, SHEET, lambda part: sheet % cells + b"</worksheet>")
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b"<sst><si><t>" + b"a" * 1_000_000 + b"</t></si></sst>")
    return out.getvalue()


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_is_no_workbook_ends_in_a_sentence(bomb: str, small: Path, small_bytes: bytes) -> None:
    make, says = BOMBS[bomb]
    with pytest.raises(WorkbookError) as error:
        take(small, make(small_bytes), "r.xlsx")
    assert str(error.value).startswith("r.xlsx")
    assert says in str(error.value)
    assert len(str(error.value)) < 1000


# --- the commands ---------------------------------------------------------------------------------------------------


def run(*words: object) -> Result:
    return CliRunner().invoke(cli.commands, [*map(str, words)])


def test_the_commands(small: Path, tmp_path: Path) -> None:
    book = tmp_path / "rules.xlsx"
    done = run("rules", "export", book, "--knowledge", small)
    assert done.exit_code == 0, done.output
    done = run("rules", "import", book, "--knowledge", small)
    assert done.exit_code == 0
    assert "nothing was changed" in done.output
    book.write_bytes(edited(book.read_bytes(), put("deficits", ("stiff_ankle",), "label", "Ankle is stiff")))
    done = run("rules", "import", book, "--knowledge", small, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "+label: Ankle is stiff" in done.output
    page = small / "deficits" / "strength" / "stiff_ankle.yaml"
    before = page.read_text("utf-8")
    assert "Ankle is stiff" not in before
    assert run("rules", "import", book, "--knowledge", small).exit_code == 0
    assert "label: Ankle is stiff" in page.read_text("utf-8")
    assert run("rules", "undo", "--knowledge", small).exit_code == 0
    assert page.read_text("utf-8") == before
    book.write_bytes(b"no workbook")
    done = run("rules", "import", book, "--knowledge", small)
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    assert run("rules", "export", tmp_path / "rules.txt", "--knowledge", small).exit_code == 2
    assert run("rules", "import", tmp_path / "none.xlsx", "--knowledge", small).exit_code in (2, 3)
