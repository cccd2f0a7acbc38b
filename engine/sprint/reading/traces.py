"""The file of one trace beside an athlete's file → the trace in it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path as FilePath

from engine.sprint.reading.columns import plan
from engine.sprint.reading.rows import Rows
from engine.sprint.reading.tables import read_table, refuse
from engine.sprint.run import Device, Trace


def trace_of_file(
    path: FilePath, file: str, *, columns: Mapping[str, str], device: Device | None, today: date
) -> Trace:
    """The only trace in a table; `file` is its name in errors.

    Raises: AnswersError; ColumnsUnknown.
    """
    table = read_table(path, file)
    entries = Rows(table, plan(table, columns, device, {}), today, {}).entries()
    traces = [run.trace for entry in entries for run in entry.runs if run.trace is not None]
    if len(traces) != 1:
        what = "splits and no trace" if not traces else f"{len(traces)} traces; keep one in a file of its own"
        refuse(file, f"the file holds {what}", "not_a_trace")
    return traces[0]
