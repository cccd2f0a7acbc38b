"""Folder of YAML pages → checked KnowledgeBase: read, then shape, then what crosses files.

The faults of one step are collected and raised together before the next begins, so one slip does not breed ten. What a
page contains follows from its folder; its id is its file's name and its folder is its group, limiter or kind.
"""

import gc
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.checks import check, is_warning
from engine.errors import Fault, KnowledgeError, Place, nearest
from engine.faults import explain
from engine.knowledge import KnowledgeBase, Page
from engine.schema.about import About, Overlay
from engine.schema.case import Case
from engine.schema.deficit import Deficit, LimiterRule, LimiterRules
from engine.schema.intervention import Intervention
from engine.schema.limiter import Limiters
from engine.schema.measure import DerivedMeasure, Measure, Populations
from engine.schema.program import Programs
from engine.schema.questionnaire import Questionnaire
from engine.schema.safety import SafetyRule, UrgencyWords
from engine.schema.source import Sources
from engine.schema.sprint import Sprint
from engine.tree import OVERLAY, SHIPPED, SHIPPED_NAME, tree
from engine.yaml_positions import Unreadable, decode, excerpt, read

__all__ = ["SHIPPED", "load", "load_unchecked", "shape_of"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of page: its model, the field that must equal the file's name, the field that must equal its folder."""

    name: str
    model: type[BaseModel]
    id: str = ""
    folder: str = ""


_SINGLE: dict[str, _Kind] = {
    "about.yaml": _Kind("about", About),
    "limiters.yaml": _Kind("limiters", Limiters),
    "populations.yaml": _Kind("populations", Populations),
    "questionnaire.yaml": _Kind("questionnaire", Questionnaire),
    "safety_wording.yaml": _Kind("safety_wording", UrgencyWords),
    "sources.yaml": _Kind("sources", Sources),
    "sprint.yaml": _Kind("sprint", Sprint),
}
"""Pages of which there is one."""

_MAY_BE_MISSING = {OVERLAY: _Kind("overlay", Overlay)}

_FOLDERS: dict[str, tuple[int, _Kind]] = {
    "measures": (3, _Kind("measure", Measure, "measure", "group")),
    "deficits": (3, _Kind("deficit", Deficit, "deficit", "limiter")),
    "interventions": (3, _Kind("intervention", Intervention, "intervention", "kind")),
    "rules": (2, _Kind("rules", LimiterRules)),
    "safety": (2, _Kind("safety", SafetyRule, "safety")),
    "programs": (2, _Kind("program", Programs)),
    "cases": (2, _Kind("case", Case, "id")),
}
"""Folders of pages: how many parts a path in it has, and what the pages are."""

_DERIVED = _Kind("derived", DerivedMeasure, "derived", "group")


@dataclass(frozen=True, slots=True)
class _Raw:
    """A page as read, before its shape is known to be right."""

    kind: _Kind
    stem: str
    folder: str
    page: Page
    data: dict[str, Any]


@dataclass(slots=True)
class _Shaped:
    """The models of all pages, by kind and id, and the faults met on the way."""

    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, Any]:
        """The models of one kind, sorted by id."""
        return dict(sorted(self.models.get(kind, {}).items()))


def load(directory: FilePath | None = None, changed: Mapping[str, bytes | None] | None = None) -> KnowledgeBase:
    """The checked knowledge in a folder; without one, the knowledge that is shipped.

    Args: `changed` holds pages by their place below the folder that count in place of those written there (None: as
    if it were gone), to try a change before it is made.
    Raises: KnowledgeError, with every fault of the first step that has any.
    """
    knowledge = load_unchecked(directory, changed)
    if faults := [fault for fault in check(knowledge) if not is_warning(fault)]:
        raise KnowledgeError(faults)
    return knowledge


def load_unchecked(
    directory: FilePath | None = None, changed: Mapping[str, bytes | None] | None = None
) -> KnowledgeBase:
    """The knowledge in a folder, each page well-formed, before pages are compared with each other.

    Raises: KnowledgeError, with every fault of reading, or else every fault of shape.
    """
    root = SHIPPED if directory is None else directory
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    with _no_collection():
        raws, digest = _read_all(root, name, changed)
        shaped = _shape_all(raws, name)
        if shaped.faults:
            raise KnowledgeError(shaped.faults)
        return _assemble(shaped, digest)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Loading makes many small things that all stay; looking for garbage among them is a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# --- read -----------------------------------------------------------------------------------------------------------


def _read_all(
    root: FilePath, name: str, changed: Mapping[str, bytes | None] | None = None
) -> tuple[list[_Raw], str]:
    if not root.is_dir():
        raise KnowledgeError([Fault(Place(name, 1, 1), "there is no such folder of knowledge", code="no_folder")])
    digest, raws, faults = hashlib.sha256(), [], []
    for relative, source in tree(root, name, changed).items():
        file, path = source.name, source.path
        kind = _kind(relative)
        if isinstance(kind, str):
            faults.append(Fault(Place(file, 1, 1), kind, code="no_such_kind"))
            continue
        try:
            content = source.read()
            digest.update(f"{relative}\0{len(content)}\0".encode() + content)
            data, page = read(decode(content, file), file)
            raws.append(_Raw(kind, path.stem, path.parent.name, page, data))
        except Unreadable as unreadable:
            faults += unreadable.faults
        except OSError as error:
            faults.append(Fault(Place(file, 1, 1), f"the file cannot be opened: {error.strerror}", code="no_access"))
    if faults:
        raise KnowledgeError(faults)
    return raws, digest.hexdigest()


def shape_of(place: str) -> Any:
    """What a page at a place below the knowledge folder may contain: its model; None for what is no page."""
    kind = _kind(place)
    if isinstance(kind, str):
        return None
    stem = place.rpartition("/")[2].removesuffix(".yaml")
    if kind.model is Programs:
        return Programs.model_fields[stem].annotation if stem in Programs.model_fields else None
    return kind.model


def _kind(relative: str) -> _Kind | str:
    """The kind of the page at a path below the knowledge folder, or a sentence saying why it is none."""
    if relative.endswith(".yml"):
        return "pages end in .yaml; rename this file"
    if single := _SINGLE.get(relative) or _MAY_BE_MISSING.get(relative):
        return single
    parts = relative.split("/")
    if len(parts) == 1:
        return f"no page of this name is known; allowed here: {', '.join(_SINGLE)}"
    if parts[0] not in _FOLDERS:
        return f"no pages live in '{parts[0]}/'; there are {', '.join(f'{folder}/' for folder in _FOLDERS)}"
    depth, kind = _FOLDERS[parts[0]]
    if len(parts) != depth:
        below = f"<{kind.folder}>/" if depth == 3 else ""
        return f"this page is in the wrong place; expected {parts[0]}/{below}{parts[-1]}"
    return _DERIVED if parts[:2] == ["measures", "derived"] else kind


# --- shape ----------------------------------------------------------------------------------------------------------


def _shape_all(raws: list[_Raw], name: str) -> _Shaped:
    shaped = _Shaped()
    programs: dict[str, _Raw] = {}
    for raw in raws:
        if raw.kind.model is Programs:
            programs[raw.stem] = raw
        elif model := _shape(raw, shaped):
            _file_under(raw, model, shaped)
    _shape_programs(programs, name, shaped)
    for file, kind in _SINGLE.items():
        if not any(raw.kind is kind for raw in raws):
            shaped.faults.append(Fault(Place(f"{name}/{file}", 1, 1), "this page is missing", code="missing_page"))
    return shaped


def _shape(raw: _Raw, shaped: _Shaped) -> BaseModel | None:
    try:
        return raw.kind.model.model_validate(raw.data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        shaped.faults += explain(errors, raw.kind.model, raw.page, raw.data)
        return None


def _file_under(raw: _Raw, model: BaseModel, shaped: _Shaped) -> None:
    """Keep a page by kind and id, if it stands where its id and its folder say."""
    kind, page = raw.kind, raw.page
    for name, expected, where in ((kind.id, raw.stem, "file"), (kind.folder, raw.folder, "folder")):
        if name and (said := getattr(model, name)) != expected:
            message = f"'{name}' says '{said}', and the {where} is called '{expected}'; they must be the same"
            shaped.faults.append(_fault(page, page.value(name), message, f"{where}_name"))
    if first := shaped.pages.get((kind.name, raw.stem)):
        message = f"'{raw.stem}' is the name of another page too: {first.file}"
        shaped.faults.append(_fault(page, page.value(kind.id), message, "duplicate_id"))
    shaped.pages[kind.name, raw.stem] = page
    shaped.models.setdefault(kind.name, {})[raw.stem] = model


def _shape_programs(programs: Mapping[str, _Raw], name: str, shaped: _Shaped) -> None:
    """The programme pages are parts of one model, each the field of its file's name."""
    fields = Programs.model_fields
    try:
        known = {stem: raw.data for stem, raw in programs.items()}
        shaped.models["programs"] = {"programs": Programs.model_validate(known)}
    except ValidationError as error:
        errors = error.errors(include_url=False)
        for stem in sorted({str(detail["loc"][0]) if detail["loc"] else "" for detail in errors}):
            place = Place(f"{name}/programs/{stem}.yaml", 1, 1)
            if stem not in fields:
                allowed = ", ".join(f"{field}.yaml" for field in fields)
                message = f"no page of programmes is called '{stem}'"
                shaped.faults.append(Fault(place, message, "", allowed, nearest(stem, fields), "no_such_kind"))
            elif stem not in programs:
                shaped.faults.append(Fault(place, "this page is missing", code="missing_page"))
            else:
                own = [{**detail, "loc": detail["loc"][1:]} for detail in errors if detail["loc"][0] == stem]
                raw = programs[stem]
                shaped.faults += explain(own, fields[stem].annotation, raw.page, raw.data)  # type: ignore[arg-type]  # the spread of a TypedDict
    shaped.pages.update({("program", stem): raw.page for stem, raw in programs.items()})


def _fault(page: Page, place: Place, message: str, code: str) -> Fault:
    return Fault(place, message, excerpt(page.text, place.line), code=code)


# --- assemble -------------------------------------------------------------------------------------------------------


def _assemble(shaped: _Shaped, digest: str) -> KnowledgeBase:
    rules, places = _limiter_rules(shaped)
    for deficit in shaped.of("deficit").values():
        page = shaped.pages["deficit", deficit.deficit]
        for number, rule in enumerate(deficit.rules):
            places.setdefault(f"{deficit.deficit}/{rule.id}", page.value("rules", number))
    if shaped.faults:
        raise KnowledgeError(shaped.faults)
    the: Callable[[str], Any] = lambda kind: shaped.models[kind][kind]  # noqa: E731 - pages of which there is one
    return KnowledgeBase(
        version=the("about").version,
        hash=digest,
        limiters=the("limiters"),
        populations=the("populations"),
        measures=shaped.of("measure"),
        derived=shaped.of("derived"),
        deficits=shaped.of("deficit"),
        limiter_rules=dict(sorted(rules.items())),
        safety=shaped.of("safety"),
        safety_wording=the("safety_wording"),
        interventions=shaped.of("intervention"),
        programs=the("programs"),
        questionnaire=the("questionnaire"),
        sprint=the("sprint"),
        sources=dict(sorted(the("sources").sources.items())),
        cases=shaped.of("case"),
        pages=dict(sorted(shaped.pages.items())),
        places=dict(sorted(places.items())),
    )


def _limiter_rules(shaped: _Shaped) -> tuple[dict[str, LimiterRule], dict[str, Place]]:
    """The rules of every page in `rules/` by `limiter/rule`, and their places; a name used twice is a fault."""
    rules: dict[str, LimiterRule] = {}
    places: dict[str, Place] = {}
    for stem, rule_page in shaped.of("rules").items():
        page = shaped.pages["rules", stem]
        for number, rule in enumerate(rule_page.rules):
            name, place = f"{rule.limiter}/{rule.id}", page.value("rules", number)
            if first := places.get(name):
                message = f"'{rule.id}' is the name of another rule about {rule.limiter} too: {first}"
                shaped.faults.append(_fault(page, page.value("rules", number, "id"), message, "duplicate_rule"))
            rules.setdefault(name, rule)
            places.setdefault(name, place)
    return rules, places
