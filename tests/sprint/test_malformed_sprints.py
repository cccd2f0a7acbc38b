"""Two hundred spoilt sprint files: each ends in a clear sentence with its row and column, or with its file.

Never in another exception, and never in a run that holds no number.
"""

import datetime
import io
import math
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import AnswersError, LimiterError, OptionError
from engine.sprint.reading import ColumnsUnknown, read_sprint_file
from engine.sprint.run import Entry

TODAY = datetime.date(2026, 3, 1)
Cells = list[list[Any]]

TABLES: dict[str, Cells] = {
    "wide": [
        ["athlete", "mass_kg", "t_5m_s", "t_10m_s", "t_20m_s", "t_30m_s"],
        ["Ana", 60, 1.26, 2.07, 3.42, 4.67],
        ["Ben", 75, 1.21, 1.98, 3.21, 4.34],
    ],
    "long": [
        ["athlete", "distance_m", "time_s"],
        ["Ana", 5, 1.26],
        ["Ana", 10, 2.07],
        ["Ana", 20, 3.42],
    ],
    "trace": [["time_s", "velocity_m_s"], [0.0, 0.0], [0.1, 0.8], [0.2, 1.5], [0.3, 2.2]],
    "session": [["velocity_m_s", "acceleration_m_s2"], [4.2, 3.0], [5.2, 2.1], [6.2, 1.2], [7.2, 0.3]],
    "tether": [["distance_m", "velocity_m_s"], [1.0, 3.0], [2.0, 4.0], [5.0, 5.5], [9.0, 6.6]],
}
SPOILT = {"wide": (1, 3), "long": (2, 2), "trace": (2, 1), "session": (2, 1), "tether": (2, 1)}
"""Row and column, from 0, of the cell that is spoilt in each layout."""
FORMATS = {"comma": (".csv", ","), "semicolon": (".csv", ";"), "tab": (".tsv", "\t"), "workbook": (".xlsx", "")}
WRONG: dict[str, Any] = {
    "letters": "fast",
    "letter O": "2.O7",
    "not a number": "NaN",
    "infinity": "-inf",
    "too large for a number": "1e999",
    "milliseconds": "2070",
    "minutes": "0:02.07",
    "clock": "0:02",
    "two points": "2.0.7",
    "two commas": "2,0,7",
    "another unit": "2.07 kg",
    "an error": "#DIV/0!",
    "a sign": "--",
    "two numbers": "2.07 3.42",
    "a date": "2026-03-01",
    "yes": "TRUE",
    "other digits": "٢",
    "a long text": "x" * 300,
}
IN_WORKBOOKS: dict[str, Any] = {
    "date cell": datetime.datetime(2026, 3, 1),
    "time cell": datetime.time(0, 2, 7),
    "true": True,
    "huge": 1e300,
    "formula": "=1+1",
}


def written(cells: Cells, form: str) -> bytes:
    """A table as the bytes of a file."""
    ending, separator = FORMATS[form]
    if ending == ".xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in cells:
            sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    comma = separator != ","

    def cell(value: Any) -> str:
        text = f"{value}".replace(".", ",") if comma and isinstance(value, float) else f"{value}"
        return f'"{text}"' if separator in text else text

    return "\n".join(separator.join(map(cell, row)) for row in cells).encode("utf-8")


def saved(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def spoilt(layout: str, value: Any) -> Cells:
    row, column = SPOILT[layout]
    cells = [list(each) for each in TABLES[layout]]
    cells[row][column] = value
    return cells


def finite(entries: tuple[Entry, ...]) -> bool:
    """Whether every number of every run is one."""
    found: list[float] = []
    for entry in entries:
        person = entry.person
        found += [value for value in (person.mass, person.height, person.age) if value is not None]
        for run in entry.runs:
            found += [number for split in run.splits for number in (split.distance, split.time)]
            found += [run.wind, run.inertia, run.resistance]
            known = (run.set_back, run.reaction_time, run.temperature, run.pressure)
            found += [value for value in known if value is not None]
            if run.trace is not None:
                trace = run.trace
                found += [*trace.times, *trace.velocities, *trace.distances, *trace.accelerations]
    return all(map(math.isfinite, found))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layout", TABLES)
def test_the_unspoilt_files_are_read(tmp_path: Path, layout: str, form: str) -> None:
    path = saved(tmp_path, f"good{FORMATS[form][0]}", written(TABLES[layout], form))
    entries = read_sprint_file(path, today=TODAY)
    assert finite(entries)
    assert [len(entry.runs) for entry in entries] == ([1, 1] if layout == "wide" else [1])


def cells_to_spoil() -> Iterator[tuple[str, str, str]]:
    for layout in TABLES:
        for form in FORMATS:
            if layout in ("session", "tether") and form in ("semicolon", "tab"):
                continue
            yield from ((layout, form, wrong) for wrong in WRONG)
            if form == "workbook":
                yield from ((layout, form, wrong) for wrong in IN_WORKBOOKS)


@pytest.mark.parametrize(("layout", "form", "wrong"), list(cells_to_spoil()))
def test_a_spoilt_cell_is_told_with_its_row_and_column(tmp_path: Path, layout: str, form: str, wrong: str) -> None:
    value = (WRONG | IN_WORKBOOKS)[wrong]
    path = saved(tmp_path, f"bad{FORMATS[form][0]}", written(spoilt(layout, value), form))
    with pytest.raises(AnswersError) as error:
        read_sprint_file(path, today=TODAY)
    row, column = SPOILT[layout]
    [fault] = error.value.faults
    assert (fault.place.file, fault.place.line, fault.place.column) == (path.as_posix(), row + 1, column + 1)
    assert f"row {row + 1}, column {'ABCDEF'[column]}" in fault.message
    assert fault.code in ("formula", "error") or TABLES[layout][0][column] in fault.message
    assert len(str(error.value)) < 600


def test_there_are_two_hundred_of_them() -> None:
    assert len(list(cells_to_spoil())) + len(ORDERS) + len(FILES) + len(NO_COLUMNS) >= 200


# --- rows that do not go together -----------------------------------------------------------------------------------

ORDERS: list[tuple[str, str, int, int, str]] = [
    ("a time that falls", "athlete,5 m,10 m,20 m\nAna,1.2,2.0,1.9\n", 2, 4, "not later than 10 m at 2 s"),
    ("two equal times", "athlete,5 m,10 m\nAna,1.2,1.2\n", 2, 3, "not later than"),
    ("a negative time", "athlete,5 m,10 m\nAna,-1.2,2.0\n", 2, 2, "outside the plausible range"),
    ("no time at all", "athlete,5 m,10 m\nAna,,\n", 2, 2, "no time at all"),
    ("a zero", "athlete,5 m,10 m\nAna,0,2.0\n", 2, 2, "outside the plausible range"),
    ("a time on the start line", "athlete,0 m,10 m\nAna,0.15,2.0\n", 2, 2, "0 m is the start line"),
    ("yards among metres", "athlete,10 yd,9.144 m\nAna,1.8,1.9\n", 2, 3, "9.144 m is there twice"),
    ("yards slower than metres", "athlete,20 yd,20 m\nAna,3.2,3.1\n", 2, 3, "20 m is reached at 3.1 s"),
    ("milliseconds in one row", "athlete,5 m,10 m\nAna,1.2,2.0\nBen,1210,2.0\n", 3, 2, "outside the plausible"),
    ("a title twice", "athlete,5 m,5 m\nAna,1.2,2.0\n", 1, 3, "this title is there twice, in columns B and C"),
    ("a column without a title", "athlete,5 m,\nAna,1.2,2.0\n", 2, 3, "the column has no title"),
    ("a row too long", "athlete,5 m,10 m\nAna,1.2,2.0,3.1\n", 2, 4, "the row has 4 cells, the row of titles has 3"),
    ("a row too short", "athlete,5 m,10 m\nAna,1.2\n", 2, 3, "the row has 2 cells, the row of titles has 3"),
    ("decimal commas between commas", "athlete,5 m\nAna,1,26\n", 2, 3, "separate the columns by semicolons"),
    ("no athlete in a row", "athlete,5 m\nAna,1.2\n,1.3\n", 3, 1, "the row has no athlete"),
    ("two masses", "athlete,mass_kg,5 m\nAna,60,1.2\nAna,70,1.3\n", 3, 2, "two athletes need two names"),
    ("a height in cm without a unit", "athlete,height,5 m\nAna,168,1.2\n", 2, 2, "outside the plausible range"),
    ("a wrong word", "athlete,start,5 m\nAna,gunn,1.2\n", 2, 2, "'gunn' is not a choice of start"),
    ("a wrong sex", "athlete,sex,5 m\nAna,x,1.2\n", 2, 2, "is not a choice of sex"),
    ("a wrong day", "athlete,date,5 m\nAna,1.3.26,1.2\n", 2, 2, "year-month-day"),
    ("a reaction without a gun", "reaction_time,start,5 m\n0.15,first_movement,1.2\n", 2, 1, "gun start only"),
    ("a set-back at the gun", "set_back_m,start,5 m\n0.3,gun,1.2\n", 2, 1, "how far behind the first gate"),
    ("a model without its set-back", "model,5 m\nfd_fixed,1.2\n", 2, 1, "needs the measured set_back"),
    ("a gate twice", "distance,time\n5,1.2\n5,1.3\n", 3, 1, "tell several sprints apart by a column"),
    ("a falling time down the rows", "distance,time\n5,1.2\n10,1.1\n", 3, 2, "not later than 5 m"),
    ("no time beside a gate", "distance,time\n5,1.2\n10,\n", 3, 2, "is missing"),
    ("no distance beside a time", "distance,time\n5,1.2\n,2.0\n", 3, 1, "is missing"),
    ("a time at zero", "distance,time\n0,0.2\n5,1.2\n", 2, 1, "0 m is the start line"),
    ("only the start line", "distance,time\n0,0\n", 2, 1, "no gate beyond the start line"),
    ("a distance in letters", "distance,time\nfive,1.2\n", 2, 1, "is not a number in m"),
    ("a distance in km", "distance,time\n5000,1.2\n", 2, 1, "outside the plausible range"),
    ("a clock that stands", "time,velocity\n0,0\n0.1,1\n0.1,2\n", 4, 1, "not later than 0.1 s in the row above"),
    ("a clock that goes back", "time,velocity\n0,0\n0.2,1\n0.1,2\n", 4, 1, "not later than 0.2 s"),
    ("a gap in a trace", "time,velocity\n0,0\n0.1,\n0.2,2\n", 3, 2, "is missing"),
    ("two winds in one trace", "time,velocity,wind\n0,0,1\n0.1,1,2\n", 3, 3, "in an earlier row of the same sprint"),
    ("quotes that stay open", 'athlete,5 m\n"Ana,1.2\n', 2, 1, "quotes"),
    ("quotes in the middle", 'athlete,5 m\n"Ana"a,1.2\n', 2, 1, "quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "says"), [each[1:] for each in ORDERS], ids=[o[0] for o in ORDERS])
def test_rows_that_do_not_go_together(tmp_path: Path, text: str, line: int, column: int, says: str) -> None:
    path = saved(tmp_path, "bad.csv", text.encode())
    with pytest.raises(AnswersError) as error:
        read_sprint_file(path, today=TODAY)
    [fault] = error.value.faults
    assert says in fault.message
    assert (fault.place.line, fault.place.column) == (line, column)


# --- whole files ----------------------------------------------------------------------------------------------------


def workbook(change: Callable[[Any, Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TABLES["wide"]:
        sheet.append(row)
    change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """A workbook that would unpack to a hundred times its size."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(lambda book, sheet: None))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in good.namelist():
            packed.writestr(name, good.read(name) + (b" " * 20_000_000 if "sheet1" in name else b""))
    return out.getvalue()


def _second_sheet(book: Any, sheet: Any) -> None:
    book.create_sheet("Other").append(["distance", "time"])


def _far_away(book: Any, sheet: Any) -> None:
    sheet.cell(row=100_000, column=1).value = "Zoe"


def _merged_titles(book: Any, sheet: Any) -> None:
    sheet.merge_cells("C1:D1")


def _merged_names(book: Any, sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def _nothing(book: Any, sheet: Any) -> None:
    sheet.delete_rows(1, 10)


GOOD = "athlete,5 m,10 m\nAna,1.26,2.07\n"
FILES: list[tuple[str, str, Callable[[], bytes], str]] = [
    ("empty", "bad.csv", lambda: b"", "the file is empty"),
    ("only spaces", "bad.csv", lambda: b" \n\n \n", "the file is empty"),
    ("only separators", "bad.csv", lambda: b";;;\n;;;\n", "the file is empty"),
    ("only titles", "bad.csv", lambda: b"athlete,5 m,10 m\n", "there are no rows below the titles"),
    ("UTF-16", "bad.csv", lambda: GOOD.encode("utf-16"), "saved as UTF-16"),
    ("UTF-16 without a mark", "bad.csv", lambda: GOOD.encode("utf-16-le"), "no text; is this a text file?"),
    ("Latin 1 with a bell", "bad.csv", lambda: b"athlete,5 m\nZo\xeb\x07,1.2\n", "not UTF-8 text (byte 0xeb)"),
    ("a byte of no letter", "bad.csv", lambda: b"athlete,5 m\nZo\x81,1.2\n", "line 2 is not UTF-8 text (byte 0x81)"),
    ("a picture", "bad.csv", lambda: b"\x89PNG\r\n\x1a\n\x00\x00\x00", "is not UTF-8 text"),
    ("zeros", "bad.csv", lambda: b"\0" * 100, "is this a text file?"),
    ("a workbook called csv", "bad.csv", lambda: written(TABLES["wide"], "workbook"), "a workbook ends in .xlsx"),
    ("ten megabytes", "bad.csv", lambda: GOOD.encode() + b"Ben,1.2,2.0\n" * 900_000, "at most 8 MB"),
    ("too many rows", "bad.csv", lambda: b"time,velocity\n" + b"1,1\n" * 200_001, "more than 200,000 rows"),
    ("a cell without end", "bad.csv", lambda: b"athlete,5 m\n" + b"x" * 200_000 + b",1.2\n", "line 2"),
    ("one line of five megabytes", "bad.csv", lambda: b"a" * 5_000_000, "line 1 has 5,000,000 letters; is"),
    ("too many columns", "bad.csv", lambda: b"," * 600 + b"a\n1\n", "more than 400 cells"),
    ("an old workbook", "bad.xls", lambda: b"\xd0\xcf\x11\xe0", "files ending in '.xls' are not read here"),
    ("a document", "bad.pdf", lambda: b"%PDF-1.7", "files ending in '.pdf' are not read here"),
    ("no ending", "bad", GOOD.encode, "no ending"),
    ("text called xlsx", "bad.xlsx", GOOD.encode, "no Excel workbook"),
    ("half a workbook", "bad.xlsx", lambda: written(TABLES["wide"], "workbook")[:2000], "no Excel workbook"),
    ("another zip", "bad.xlsx", lambda: _zipped("a.txt"), "no Excel workbook"),
    ("a bomb", "bad.xlsx", bomb, "unpacked it would be too large"),
    ("two sheets", "bad.xlsx", lambda: workbook(_second_sheet), "several sheets"),
    ("a cell far away", "bad.xlsx", lambda: workbook(_far_away), "at most 5,000 rows"),
    ("merged titles", "bad.xlsx", lambda: workbook(_merged_titles), "the column has no title"),
    ("merged names", "bad.xlsx", lambda: workbook(_merged_names), "row 3, column A (athlete): the row has no athlete"),
    ("an empty workbook", "bad.xlsx", lambda: workbook(_nothing), "the workbook is empty"),
    ("an empty YAML file", "bad.yaml", lambda: b"# nothing\n", "the file is empty"),
    ("a list in YAML", "bad.yaml", lambda: b"- 5: 1.2\n", "found a list"),
    ("YAML without sprints", "bad.yaml", lambda: b"athlete: Ana\nmass: 60\n", "no `sprints:`"),
    ("broken YAML", "bad.yaml", lambda: b"athlete: [Ana\n", "bad.yaml:1"),
    ("an unknown key", "bad.yaml", lambda: b"athlet: Ana\nsprints:\n  - splits: {5: 1.2}\n", "unknown key 'athlet'"),
    ("a mass of letters", "bad.yaml", lambda: b"mass: much\nsprints:\n  - splits: {5: 1.2}\n", "bad.yaml:1:7"),
    ("a wrong split", "bad.json", lambda: b'{"sprints": [{"splits": {"5": "x"}}]}', "bad.json:1:31"),
    ("a YAML file in UTF-16", "bad.yaml", lambda: "athlete: Ana".encode("utf-16"), "saved as UTF-16"),
    ("a large YAML file", "bad.yaml", lambda: b"a: 1\n" * 500_000, "the file is too large"),
]  # fmt: skip


def _zipped(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, "hello")
    return out.getvalue()


@pytest.mark.parametrize(("name", "content", "says"), [each[1:] for each in FILES], ids=[each[0] for each in FILES])
def test_files_that_are_none(tmp_path: Path, name: str, content: Callable[[], bytes], says: str) -> None:
    path = saved(tmp_path, name, content())
    with pytest.raises(AnswersError) as error:
        read_sprint_file(path, today=TODAY)
    assert says in str(error.value)
    assert all(fault.place.file == path.as_posix() for fault in error.value.faults)
    assert len(str(error.value)) < 1500


def test_no_such_file(tmp_path: Path) -> None:
    saved(tmp_path, "ana.csv", GOOD.encode())
    with pytest.raises(AnswersError, match=r"there is no such file\nDid you mean 'ana.csv'"):
        read_sprint_file(tmp_path / "anna.csv", today=TODAY)
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "folder").mkdir()
    for name in ("folder.csv", "folder"):
        with pytest.raises(AnswersError, match="this is a folder"):
            read_sprint_file(tmp_path / name, today=TODAY)


NO_COLUMNS: list[tuple[str, str, tuple[str, ...], str]] = [
    ("no titles, wide", "1.26,2.07,3.42\n1.21,1.98,3.21\n", (), "row 1 holds numbers and no titles"),
    ("no titles, long", "5,1.26\n10,2.07\n", (), "row 1 holds numbers and no titles"),
    ("no titles, trace", "0,0\n0.1,0.8\n", (), "there twice|holds numbers"),
    ("no titles after a name", "Ana,1.26,2.07\nBen,1.21,1.98\n", (), "row 1 holds numbers and no titles"),
    ("Finnish titles", "Matka;Aika\n5;1,26\n", ("distance", "time"), "no column is known to hold distance or time"),
    ("numbered splits", "athlete,split_1,split_2\nAna,1.2,2.0\n", ("5 m", "10 m"), "may be the first split"),
    ("times between gates", "athlete,5-10 m,10-20 m\nAna,0.8,1.4\n", ("distance", "time"), "times between gates"),
    ("one column", "athlete\nAna\n", ("distance", "time"), "no column is known"),
    ("two speeds", "time,speed,velocity\n0,0,0\n", ("velocity",), "several columns may hold the velocity"),
    ("a speed alone", "velocity\n1\n2\n", ("time",), "that belongs to the velocity"),
    ("a session or a radar", "time,velocity,acceleration\n0,0,1\n", ("device",), "may be a radar or laser trace"),
    ("time in metres", "time_m,velocity\n0,0\n", ("time",), "that belongs to the velocity"),
    ("a laser with two speeds", "time_s,distance_m,velocity_raw,velocity_smooth\n0,0,0,0\n", ("velocity",), "trace or"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "needed", "says"), [e[1:] for e in NO_COLUMNS], ids=[e[0] for e in NO_COLUMNS])
def test_columns_nobody_knows(tmp_path: Path, text: str, needed: tuple[str, ...], says: str) -> None:
    path = saved(tmp_path, "bad.csv", text.encode())
    with pytest.raises((ColumnsUnknown, AnswersError), match=says) as error:
        read_sprint_file(path, today=TODAY)
    assert path.as_posix() in str(error.value)
    if isinstance(error.value, ColumnsUnknown):
        assert error.value.needed == needed
        assert error.value.found == tuple(title for title in text.split("\n")[0].replace(";", ",").split(",") if title)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"time": "Akia", "distance": "Matka"}, "no column 'Akia'; did you mean 'Aika'"),
        ({"tiem": "Aika"}, "no column holds 'tiem'; did you mean 'time'"),
        ({"xyzzy": "Aika"}, "distances like '10 m'"),
        ({"time": "Aika", "distance": "Aika"}, "named twice"),
    ],
)
def test_columns_named_wrongly(tmp_path: Path, columns: dict[str, str], says: str) -> None:
    path = saved(tmp_path, "bad.csv", b"Matka;Aika\n5;1,26\n")
    with pytest.raises(ColumnsUnknown, match=says):
        read_sprint_file(path, columns=columns, today=TODAY)


def test_options_that_fit_no_such_file(tmp_path: Path) -> None:
    table, page = saved(tmp_path, "a.csv", GOOD.encode()), saved(tmp_path, "a.yaml", b"sprints: []\n")
    with pytest.raises(OptionError, match="'rader' is not a choice of the device"):
        read_sprint_file(table, device="rader", today=TODAY)
    with pytest.raises(OptionError, match="in a YAML file itself"):
        read_sprint_file(page, device="radar", today=TODAY)
    with pytest.raises(AnswersError, match="a text file has no sheets"):
        read_sprint_file(table, sheet="One", today=TODAY)
    with pytest.raises(AnswersError, match="has no sheet 'Shet'\nDid you mean 'Sheet'"):
        read_sprint_file(saved(tmp_path, "a.xlsx", written(TABLES["wide"], "workbook")), sheet="Shet", today=TODAY)


# --- whatever comes -------------------------------------------------------------------------------------------------

_WORDS = "5|1.26|2,07|-1|1e9|nan|x|athlete|5 m|10 m|time|distance|velocity|start|gun|mass_kg|0:05|1e999|é|10 yd|t_5m_ms"
_CELLS = st.sampled_from(["", '"', *_WORDS.split("|")])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=80)
    | st.tuples(st.lists(st.lists(_CELLS, max_size=5), max_size=6), st.sampled_from(",;\t")).map(
        lambda drawn: "\n".join(drawn[1].join(row) for row in drawn[0]).encode()
    ),
    name=st.sampled_from(["a.csv", "a.xlsx", "a.yaml", "a.txt"]),
)
def test_whatever_the_file_holds(tmp_path: Path, content: bytes, name: str) -> None:
    path = saved(tmp_path, name, content)
    try:
        entries = read_sprint_file(path, today=TODAY)
    except LimiterError:
        return
    assert finite(entries)
    for entry in entries:
        for run in entry.runs:
            assert run.splits or run.trace
            pairs = list(zip(run.splits, run.splits[1:], strict=False))
            assert all(a.distance < b.distance and a.time < b.time for a, b in pairs)
