"""Sprints as CSV, the form for spreadsheets: a row for each, a title with its unit above each number.

What somebody typed stands in cells too, and a spreadsheet takes a text that begins like a formula for one; such a
text gets an apostrophe before it. Numbers keep four decimals; what is not known is an empty cell.
"""

import csv
import io
import unicodedata
from collections.abc import Sequence

from engine.sprint.results import Analysis, Estimate
from reports.sprint.as_json import UNITS

QUANTITIES = {
    "f0_rel": "F0", "v0": "V0", "pmax_rel": "Pmax", "mss": "MSS", "mac": "MAC", "tau": "TAU", "f0": "F0",
    "slope": "S_FV", "rf_max": "RFmax", "drf": "DRF", "time": "time",
}  # fmt: skip
"""The estimates in the order of the columns, by the names papers give them."""
SAVED = {"save_f0": "saved by F0", "save_v0": "saved by V0"}
"""Of the comparison, in s: what the middle of the group in that quality alone would save."""
BYTE_ORDER_MARK = "\ufeff"
"""By which a spreadsheet knows that a file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def dumps(analyses: Sequence[Analysis]) -> str:
    """A line of titles and one for each sprint; commas between, points in decimals."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(TITLES)
    writer.writerows(_row(one) for one in analyses)
    return stream.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet computes.

    >>> harmless("=1+1"), harmless("Ana"), harmless("＠SUM(A1)")
    ("'=1+1", 'Ana', "'＠SUM(A1)")
    """
    return f"'{text}" if unicodedata.normalize("NFKC", text.lstrip(" ")[:1]) in _FORMULA else text


def _titles() -> tuple[str, ...]:
    numbers = [(name, UNITS[key]) for key, name in QUANTITIES.items()] + [(name, "s") for name in SAVED.values()]
    each = (f"{name}{end} ({unit})" for name, unit in numbers for end in ("", " low", " high"))
    return "athlete", "sprint", "date", "start", "reading", "verdict", "group", "distance (m)", *each, "flags"


TITLES = _titles()


def _row(analysis: Analysis) -> list[str]:
    run, comparison = analysis.run, analysis.comparison
    typed = (analysis.person.name, run.name)
    told = (
        run.day.isoformat() if run.day else "",
        run.start if run.trace is None else "",
        analysis.chosen.model if analysis.chosen else "",
        analysis.side,
        comparison.group.label if comparison else "",
        _number(analysis.distance),
    )
    estimates = [analysis.estimates.get(name) for name in QUANTITIES]
    estimates += [getattr(comparison, name) if comparison else None for name in SAVED]
    flags = "; ".join(dict.fromkeys(flag.code for flag in analysis.flags))
    return [*map(harmless, (*typed, *told)), *(end for one in estimates for end in _ends(one)), flags]


def _ends(estimate: Estimate | None) -> tuple[str, str, str]:
    """Value, low and high."""
    if estimate is None:
        return "", "", ""
    return _number(estimate.value), _number(estimate.low), _number(estimate.high)


def _number(value: float) -> str:
    """Four decimals at most, never with an exponent, and no minus before zero."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"
