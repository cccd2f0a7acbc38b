"""`sprints:` of an athlete's file → runs, checked once: every mistake is a fault with its place, nothing is guessed.

Takes the data as `engine.yaml_positions.read` delivers them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args

from engine.errors import AnswersError, Fault, nearest
from engine.faults import short
from engine.knowledge import Page
from engine.knowledge import Path as DataPath
from engine.sprint.reading.columns import ColumnsUnknown
from engine.sprint.reading.splits import Written, line, ordered
from engine.sprint.reading.starts import contradictions
from engine.sprint.reading.tables import near_file
from engine.sprint.reading.traces import trace_of_file
from engine.sprint.reading.values import QUANTITIES, Quantity, WrongValue, choice, day, number, text
from engine.sprint.run import Device, ModelId, Run, Split, Start, Trace
from engine.yaml_positions import MOST_FAULTS, excerpt

ITEM_KEYS = ("splits", "trace", "device", "columns", "start", "set_back", "reaction_time", "model", "surface", "wind",
             "temperature", "pressure", "sled", "resistance", "date", "name")  # fmt: skip
OF_TRACES = ("device", "columns")
_OF_SPLITS = ("model", "set_back", "reaction_time")
_EXAMPLE = "splits: {5: 1.26, 10: 2.07, 20: 3.42}"
_T = TypeVar("_T")
_U = TypeVar("_U")


def read_items(
    data: Any, page: Page, path: DataPath, folder: FilePath | None, today: date
) -> tuple[tuple[Run, ...], list[Fault]]:
    """The runs below `sprints:`, and everything that is wrong with them; with a fault no run is to be used.

    Args: `data` is what stands at `path` of the page; `folder` holds the athlete's file, so that traces lie in it or
    below (None: the file came through a pipe, and traces are refused).
    """
    if not isinstance(data, list) or not data:
        found = "an empty list" if data == [] else short(data)
        message = f"expected a list of sprints below `sprints:`, each beginning with a hyphen, found {found}"
        return (), [_fault(page, path, WrongValue(message, f"- {_EXAMPLE}", code="wrong_type"))]
    runs: list[Run] = []
    faults: list[Fault] = []
    for index, found in enumerate(data):
        item = _Item(page, (*path, index), found, folder, today)
        run = item.run()
        faults += item.faults
        if len(faults) >= MOST_FAULTS:
            break
        if run is not None and not item.faults:
            runs.append(run)
    return tuple(runs), faults[:MOST_FAULTS]


def _fault(page: Page, path: DataPath, wrong: WrongValue, *, at_key: bool = False) -> Fault:
    place = page.key(*path) if at_key else page.value(*path)
    return Fault(place, wrong.message, excerpt(page.text, place.line), wrong.allowed, wrong.suggestion, wrong.code)


@dataclass(slots=True)
class _Item:
    """One sprint while it is read; its mistakes gather in `faults`."""

    page: Page
    path: DataPath
    found: Any
    folder: FilePath | None
    today: date
    faults: list[Fault] = field(default_factory=list)

    def run(self) -> Run | None:
        """The sprint, or None when it is none at all; only good when there are no faults."""
        if not isinstance(self.found, dict):
            self.wrong((), WrongValue(f"expected a sprint like `{_EXAMPLE}`, found {short(self.found)}",
                                      code="wrong_type"))  # fmt: skip
            return None
        self.unknown_keys()
        self.contradictions()
        place = self.page.value(*self.path)
        splits = self.splits() if "splits" in self.found else ()
        trace = self.trace() if "trace" in self.found else None
        start: Start = self.one_of("start", get_args(Start)) or "unknown"
        set_back, reaction_time = self.number("set_back"), self.number("reaction_time")
        model: ModelId | None = self.one_of("model", get_args(ModelId))
        self.start_agrees(start, model)
        return Run(
            splits=splits, trace=trace, start=start, set_back=set_back, reaction_time=reaction_time, model=model,
            surface=self.take("surface", lambda found: text("surface", found), None),
            wind=self.number("wind") or 0.0, temperature=self.number("temperature"), pressure=self.number("pressure"),
            inertia=self.number("sled") or 0.0, resistance=self.number("resistance") or 0.0,
            day=self.take("date", lambda found: day(found, self.today), None),
            name=self.take("name", lambda found: text("name", found), ""), place=place,
        )  # fmt: skip

    # --- faults -----------------------------------------------------------------------------------------------------

    def wrong(self, keys: DataPath, wrong: WrongValue, *, at_key: bool = False) -> None:
        self.faults.append(_fault(self.page, (*self.path, *keys), wrong, at_key=at_key))

    def unknown_keys(self) -> None:
        for key in self.found:
            if key not in ITEM_KEYS:
                meant = nearest(key, [name for name in ITEM_KEYS if name not in self.found]) if len(key) < 80 else ""
                known = "" if meant else ", ".join(ITEM_KEYS)
                self.wrong((key,), WrongValue(f"unknown key {short(key)} of a sprint", known, meant, "unknown_key"),
                           at_key=True)  # fmt: skip

    def contradictions(self) -> None:
        """Keys that do not go together, or are all missing."""
        given = [key for key in ("splits", "trace") if key in self.found]
        if not given and any(fault.suggestion in ("splits", "trace") for fault in self.faults):
            return
        if len(given) != 1:
            message = "a sprint has either `splits` or a `trace`, not both; write two sprints" if given else (
                "the sprint has neither `splits` nor a `trace`")  # fmt: skip
            self.wrong(("trace",) if given else (), WrongValue(message, _EXAMPLE, code="missing_key"),
                       at_key=bool(given))  # fmt: skip
            return
        for key in OF_TRACES if given == ["splits"] else _OF_SPLITS:
            if key in self.found:
                other = "a trace" if given == ["splits"] else "splits"
                self.wrong((key,), WrongValue(f"`{key}` belongs to {other}; leave it out here", code="unknown_key"),
                           at_key=True)  # fmt: skip

    def start_agrees(self, start: Start, model: ModelId | None) -> None:
        """What is said about the start fits together."""
        given = {key: key in self.found for key in ("reaction_time", "set_back")}
        for key, wrong in contradictions(start, **given, model=model):
            self.wrong((key,), wrong, at_key=key != "model")

    # --- single values ----------------------------------------------------------------------------------------------

    def take(self, key: str, read: Callable[[Any], _T], otherwise: _U) -> _T | _U:
        """What a key says; its mistake becomes a fault."""
        if key not in self.found:
            return otherwise
        try:
            return read(self.found[key])
        except WrongValue as wrong:
            self.wrong((key,), wrong)
            return otherwise

    def number(self, key: str) -> float | None:
        return self.take(key, lambda found: _number(QUANTITIES[key], found, key), None)

    def one_of(self, key: str, choices: Iterable[str]) -> Any:
        return self.take(key, lambda found: choice(key, found, choices), None)

    # --- splits and traces ------------------------------------------------------------------------------------------

    def splits(self) -> tuple[Split, ...]:
        found = self.found["splits"]
        if not isinstance(found, dict) or not found:
            what = "nothing in it" if found == {} else short(found)
            message = f"expected splits as distance and time, found {what}"
            self.wrong(("splits",), WrongValue(message, _EXAMPLE, code="wrong_type"))
            return ()
        pairs = list(islice(self.pairs(found), 200))
        splits, wrong = ordered(pairs)
        for key, each in wrong:
            self.wrong(("splits", key), each, at_key=each.code == "duplicate_distance")
        return splits

    def pairs(self, found: Mapping[str, Any]) -> Iterator[Written[str]]:
        """Distances and times as written; those that cannot be read become faults."""
        for key, value in found.items():
            try:
                distance = number(_AT_LINE, key)
            except WrongValue as wrong:
                self.wrong(("splits", key), wrong, at_key=True)
                continue
            try:
                if value is None:
                    raise self.no_time(key)
                if distance == 0:
                    raise line(number(_FROM_ZERO, value))
                if distance < QUANTITIES["gate"].low:
                    raise WrongValue(f"a gate at {distance:g} m is no gate", QUANTITIES["gate"].range,
                                     code="out_of_range")  # fmt: skip
                yield Written(distance, number(QUANTITIES["split"], value), key)
            except WrongValue as wrong:
                self.wrong(("splits", key), wrong, at_key=value is None)

    def no_time(self, key: str) -> WrongValue:
        place = self.page.key(*self.path, "splits", key)
        braces = "{" in excerpt(self.page.text, place.line) and key.isdigit()
        comma = "; between braces a comma begins the next split, so decimals take a point, like 1.26" if braces else ""
        return WrongValue(f"{short(key)} has no time{comma or '; leave out a gate that was not measured'}",
                          code="no_value")  # fmt: skip

    def trace(self) -> Trace | None:
        device: Device | None = self.one_of("device", get_args(Device))
        columns = self.take("columns", _columns, {})
        if self.faults:
            return None
        try:
            path = _beside(self.found["trace"], self.folder)
        except WrongValue as wrong:
            self.wrong(("trace",), wrong)
            return None
        try:
            return trace_of_file(path, str(self.found["trace"]).strip(), columns=columns, device=device,
                                 today=self.today)  # fmt: skip
        except AnswersError as error:
            self.faults += error.faults
        except ColumnsUnknown as error:
            known = f"columns: {{{', '.join(f'{one}: …' for one in error.needed)}}}" if error.needed else ""
            self.wrong(("trace",), WrongValue(error.what, known, code="columns_unknown"))
        return None


_AT_LINE = Quantity(QUANTITIES["gate"].label, "m", 0, QUANTITIES["gate"].high)
_FROM_ZERO = Quantity(QUANTITIES["split"].label, "s", 0, QUANTITIES["split"].high)


def _number(kind: Quantity, found: Any, key: str) -> float:
    if found is None:
        raise WrongValue(f"{key} has no value; leave the line out if it is not known", code="no_value")
    return number(kind, found)


def _columns(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(title, str) and title for title in found.values()):
        raise WrongValue(f"columns are named like `columns: {{time: Zeit, velocity: Tempo}}`, found {short(found)}",
                         code="wrong_type")  # fmt: skip
    return dict(found)


def _beside(found: Any, folder: FilePath | None) -> FilePath:
    """The file of a trace: in the folder of the athlete's file or below, and nowhere else.

    Raises: WrongValue.
    """
    name = text("trace", found)
    if folder is None:
        raise WrongValue("a trace lies in a file beside the athlete's file, and this text came through a pipe; "
                         "save it as a file beside the trace", code="no_folder")  # fmt: skip
    parts = name.replace("\\", "/").split("/")
    if not parts[0] or ".." in parts or ":" in name or parts[0] == "~":
        raise WrongValue(f"{short(name)}: a trace lies beside the athlete's file or in a folder below it",
                         "a name like ana_radar.csv", code="outside_folder")  # fmt: skip
    try:
        path = folder.joinpath(*parts).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise WrongValue(f"{short(name)} leads out of the folder of the athlete's file", code="outside_folder")
        if path.is_file():
            return path
        beside = (
            sorted(one.name for one in islice(path.parent.iterdir(), 500) if one.is_file())
            if path.parent.is_dir()
            else []
        )
    except (OSError, RuntimeError) as error:
        raise WrongValue(f"{short(name)} cannot be opened ({type(error).__name__})", code="no_file") from None
    raise WrongValue(f"there is no file {short(name)} beside the athlete's file", "", near_file(parts[-1], beside),
                     "no_file")  # fmt: skip
