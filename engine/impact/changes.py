"""What differs between two states of the knowledge, page by page and rule by rule, never mind the layout.

Comments, blank lines, folding, the order of keys, of tests and of rules, `9` for `9.0` and a unit left out change
nothing, so they are not told. `revert` takes one change back alone; that is how the guilty rule is found.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from engine.conditions import ANY_OF, Between, Compare, Conditions, Test, say
from engine.errors import Place
from engine.knowledge import KnowledgeBase, Page, Path
from engine.schema.deficit import Deficit, Explanation, LimiterRule, Rule
from engine.schema.measure import Norm

Kind = Literal[
    "rule", "explanation", "deficit", "measure", "derived", "safety", "limiters", "populations", "intervention",
    "program", "questionnaire", "safety_wording", "sprint", "source", "case", "about",
]  # fmt: skip
What = Literal["added", "removed", "changed"]

DECIDING: Mapping[Kind, frozenset[str]] = {
    "rule": frozenset({"limiter", "when", "unless", "group", "then"}),
    "explanation": frozenset({"share", "when"}),
    "deficit": frozenset({"limiter", "weight"}),
    "measure": frozenset({
        "group", "kind", "unit", "choices", "plausible", "whole_numbers", "better", "per_side", "ask_when", "counts_as",
        "typical_error", "stand_in_sd_percent", "norms",
    }),
    "derived": frozenset({
        "better", "computed_by", "inputs", "optional_inputs", "figures", "figures_of", "stand_in_sd_percent", "norms",
        "unit",
    }),
    "safety": frozenset({"when", "when_short", "when_no_other_stop", "action"}),
    "limiters": frozenset({
        "words", "present_from", "against_weight", "most_moved", "visible_groups", "severity", "outcomes", "budgets",
    }),
    "sprint": frozenset({
        "starts", "fixed_offset", "fixed_offset_error", "set_back_error", "timing_noise", "timing_noise_weight",
        "confidence", "person", "feeds", "gate_times", "assumed", "limits", "traces", "feed_from", "distances",
        "any_distance",
    }),
    "populations": frozenset({"compare_with", "also", "then", "elite", "largest_distance"}),
}  # fmt: skip
"""The lines on which a diagnosis rests; all others are words, doses and sources."""

PAGES_OF_FIGURES: tuple[Kind, ...] = ("limiters", "sprint")
"""Pages of which each line can be taken back alone: of figures that do not hang on each other."""
_SAID = frozenset({"label", "says", "ask", "because", "note", "sources", "verified"})
"""Lines that stand beside such a figure and decide nothing."""
_STEP = re.compile(r"[^.\[\]]+|\[[0-9]+\]")

@dataclass(frozen=True, slots=True)
class FieldChange:
    """One line that differs: its path below the page or rule, and what stood and stands there (None: nothing)."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One page or rule that was added, removed or changed."""

    kind: Kind
    id: str
    what: What
    fields: tuple[FieldChange, ...]
    """Empty when the whole of it was added or removed."""
    before_at: Place | None
    after_at: Place | None
    decides: bool
    """A diagnosis rests on it."""

    @property
    def at(self) -> Place:
        """Where it stands now; where it stood, when it was removed."""
        found = self.after_at or self.before_at
        assert found is not None  # it stands in one of the two
        return found

    @property
    def figures(self) -> tuple[str, ...]:
        """Of a page of figures, the changed lines on which a diagnosis rests; of any other, none."""
        if self.kind not in PAGES_OF_FIGURES:
            return ()
        return tuple(one.path for one in self.fields if _decides(self.kind, one.path))


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that can change on its own: its model, and the page and path where it stands."""

    model: Any
    page: Page
    path: Path = ()

    def at(self, line: str = "") -> Place:
        """Its place, or that of one of its lines, or of the nearest thing above."""
        steps = line.partition("[")[0].split(".") if line else ()
        return self.page.value(*self.path, *steps)


Units = Mapping[tuple[Kind, str], Unit]
"""Everything that can change, by kind and id."""


def compare(before: KnowledgeBase, after: KnowledgeBase) -> tuple[Change, ...]:
    """Every change from one state to the other, in the order of the pages; empty when only the layout differs."""
    old, new = units(before), units(after)
    found = []
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key), new.get(key)
        if was and now:
            if fields := tuple(_differences(plain(was.model, before), plain(now.model, after))):
                places = _where(was, [one.path for one in fields]), _where(now, [one.path for one in fields])
                found.append(_change(key, "changed", fields, *places))
        elif not _with_its_page(key, before, after):
            what: What = "added" if now else "removed"
            found.append(_change(key, what, (), was.at() if was else None, now.at() if now else None))
    return tuple(sorted(found, key=lambda change: (change.at.file.partition(":")[2] or change.at.file, change.at)))


def _where(unit: Unit, lines: Sequence[str]) -> Place:
    """The first of some lines that stands in a unit; the unit, when none does."""
    places = [place for line in lines if (place := unit.at(line)) != unit.at()]
    return min(places, default=unit.at())


def _change(
    key: tuple[Kind, str], what: What, fields: tuple[FieldChange, ...], was: Place | None, now: Place | None
) -> Change:
    kind = key[0]
    decides = kind in DECIDING and (what != "changed" or any(_decides(kind, one.path) for one in fields))
    return Change(key[0], key[1], what, fields, was, now, decides)


def _decides(kind: Kind, path: str) -> bool:
    """Whether a diagnosis rests on a line."""
    steps = _STEP.findall(path)
    said = kind in PAGES_OF_FIGURES and steps[-1] in _SAID
    return steps[0] in DECIDING.get(kind, ()) and not said


def _with_its_page(key: tuple[Kind, str], before: KnowledgeBase, after: KnowledgeBase) -> bool:
    """Whether a rule or an explanation came or went with the whole page of its deficit."""
    kind, id = key
    if kind not in ("rule", "explanation"):
        return False
    deficit = id.partition("/")[0] if kind == "rule" else id.partition(" ")[0]
    return (deficit in before.deficits) != (deficit in after.deficits)


def units(knowledge: KnowledgeBase) -> Units:
    """Everything of a state that can change on its own, in the order of kinds."""
    return dict(_units(knowledge))


def _units(knowledge: KnowledgeBase) -> Iterator[tuple[tuple[Kind, str], Unit]]:
    at = knowledge.pages
    for id, deficit in knowledge.deficits.items():
        page = at["deficit", id]
        yield ("deficit", id), Unit(deficit, page)
        for number, rule in enumerate(deficit.rules):
            yield ("rule", f"{id}/{rule.id}"), Unit(rule, page, ("rules", number))
        for number, name in enumerate(explanation_names(deficit)):
            yield ("explanation", f"{id} {name}"), Unit(deficit.explained_by[number], page, ("explained_by", number))
    files = {page.file: page for page in at.values()}
    for id, limiter_rule in knowledge.limiter_rules.items():
        place = knowledge.places[id]
        page = files[place.file]
        yield ("rule", id), Unit(limiter_rule, page, _path_at(page, place))
    mappings: tuple[tuple[Kind, Mapping[str, Any]], ...] = (
        ("measure", knowledge.measures), ("derived", knowledge.derived), ("safety", knowledge.safety),
        ("intervention", knowledge.interventions), ("case", knowledge.cases),
    )  # fmt: skip
    for kind, pages in mappings:
        for id, model in pages.items():
            yield (kind, id), Unit(model, at[kind, id])
    singles: tuple[tuple[Kind, Any], ...] = (
        ("limiters", knowledge.limiters), ("populations", knowledge.populations),
        ("questionnaire", knowledge.questionnaire), ("safety_wording", knowledge.safety_wording),
        ("sprint", knowledge.sprint),
    )  # fmt: skip
    for kind, model in singles:
        yield (kind, kind), Unit(model, at[kind, kind])
    for stem in type(knowledge.programs).model_fields:
        if ("program", stem) in at:
            yield ("program", stem), Unit(getattr(knowledge.programs, stem), at["program", stem])
    for id, source in knowledge.sources.items():
        yield ("source", id), Unit(source, at["sources", "sources"], ("sources", id))
    yield ("about", "version"), Unit({"version": knowledge.version}, at["about", "about"])


def _path_at(page: Page, place: Place) -> Path:
    """The path of the rule that stands at a place of a page of rules."""
    rules = (path for path in page.values if len(path) == 2 and path[0] == "rules")
    return next((path for path in rules if page.value(*path) == place), ())


def explanation_names(deficit: Deficit) -> list[str]:
    """A name for each explanation of a deficit: its cause, with a number from the second of the same cause on."""
    seen: Counter[str] = Counter()
    names = []
    for explanation in deficit.explained_by:
        seen[explanation.deficit] += 1
        count = seen[explanation.deficit]
        names.append(explanation.deficit if count == 1 else f"{explanation.deficit} {count}")
    return names


# --- plain data ---------------------------------------------------------------------------------------------------


def plain(value: Any, knowledge: KnowledgeBase) -> Any:
    """A piece of a page as data in which only what it says is left; fields without a value are left out."""
    match value:
        case Conditions():
            return conditions(value, knowledge)
        case BaseModel():
            left_out = {"rules", "explained_by"} if isinstance(value, Deficit) else set()
            fields = ((name, getattr(value, name)) for name in type(value).model_fields if name not in left_out)
            return {name: plain(inner, knowledge) for name, inner in fields if inner is not None and inner != ()}
        case str():
            return " ".join(value.split())
        case date():
            return value.isoformat()
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return float(value)
        case Mapping():
            return {str(key): plain(inner, knowledge) for key, inner in value.items()}
        case tuple() | list():
            norms = [one for one in value if isinstance(one, Norm)]
            return _norms(norms, knowledge) if norms else [plain(one, knowledge) for one in value]
    return value


def conditions(found: Conditions, knowledge: KnowledgeBase) -> dict[str, Any]:
    """Conditions as data: every test in its canonical words with its unit, in an order of their own."""
    said: dict[str, Any] = {}
    for key, tests in sorted(found.lines):
        words = sorted(say(_with_unit(key, test, knowledge)) for test in tests)
        said[key] = words[0] if len(words) == 1 else words
    if found.any_of:
        said[ANY_OF] = sorted((conditions(one, knowledge) for one in found.any_of), key=str)
    return said


def _with_unit(key: str, test: Test, knowledge: KnowledgeBase) -> Test:
    if not isinstance(test, Compare | Between) or test.unit:
        return test
    page = knowledge.measures.get(key) or knowledge.derived.get(key)
    unit = "%" if test.reach == "asymmetry" else page.unit if page else None
    return replace(test, unit=unit) if unit else test


def _norms(norms: Iterable[Norm], knowledge: KnowledgeBase) -> dict[str, Any]:
    """Norms by the people they are for, so that a moved row is no change and a changed one is a short one."""
    rows: dict[str, Any] = {}
    for norm in norms:
        name = f"{norm.population}, {norm.sex}, {norm.ages[0]} to {norm.ages[1]}"
        while name in rows:
            name += " again"
        rows[name] = plain(norm, knowledge)
    return rows


def _differences(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*after, *before)):
            below = f"{path}.{key}" if path else key
            yield from _differences(before.get(key), after.get(key), below)
    elif _lists_of_pieces(before, after):
        for number in range(max(len(before), len(after))):
            was = before[number] if number < len(before) else None
            now = after[number] if number < len(after) else None
            yield from _differences(was, now, f"{path}[{number + 1}]")
    elif before != after:
        yield FieldChange(path, before, after)


def _lists_of_pieces(before: Any, after: Any) -> bool:
    both = isinstance(before, list) and isinstance(after, list)
    return both and any(isinstance(one, dict | list) for one in (*before, *after))


# --- taking one change back ---------------------------------------------------------------------------------------


def revert(change: Change, before: KnowledgeBase, after: KnowledgeBase) -> KnowledgeBase:
    """The later state with one change taken back; it may not be sound, when other changes rest on this one."""
    whole = replace(
        after,
        places={**before.places, **after.places},
        pages={**before.pages, **after.pages},
        sources={**before.sources, **after.sources},
    )
    match change.kind:
        case "rule":
            return _revert_rule(change.id, before, whole)
        case "explanation":
            return _revert_explanation(change.id, before, whole)
        case "deficit":
            return replace(whole, deficits=_revert_deficit(change.id, before, whole))
        case "measure":
            return replace(whole, measures=_restored(change.id, before.measures, whole.measures))
        case "derived":
            return replace(whole, derived=_restored(change.id, before.derived, whole.derived))
        case "safety":
            return replace(whole, safety=_restored(change.id, before.safety, whole.safety))
        case "limiters":
            return replace(whole, limiters=before.limiters)
        case "populations":
            return replace(whole, populations=before.populations)
        case "sprint":
            return replace(whole, sprint=before.sprint)
    return whole


def without_figure(kind: Kind, path: str, before: KnowledgeBase, after: KnowledgeBase) -> KnowledgeBase | None:
    """The later state in which one line of a page of figures is as it was; None when the page cannot be so.

    Args: `path` is one of the `figures` of a change of the page, `kind` the page's.
    """
    now, was = getattr(after, kind), getattr(before, kind)
    steps = [int(step[1:-1]) - 1 if step[0] == "[" else step for step in _STEP.findall(path)]
    data = _as_it_was(now.model_dump(), was.model_dump(), steps)
    try:
        model = type(now).model_validate(data)
    except ValidationError:
        return None
    return replace(after, limiters=model) if kind == "limiters" else replace(after, sprint=model)


def _as_it_was(now: Any, was: Any, steps: Sequence[str | int]) -> Any:
    """Some data in which what lies at the end of a path is as it was; what was not there is left out."""
    if not steps:
        return was
    step, *rest = steps
    listed = isinstance(step, int)
    kept: dict[str | int, Any] = dict(enumerate(now)) if listed else dict(now)
    found: Mapping[str | int, Any] = dict(enumerate(was)) if listed else was
    if step in found:
        kept[step] = _as_it_was(kept.get(step), found[step], rest)
    else:
        del kept[step]
    return list(kept.values()) if listed else kept


def _restored(id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    found = {**after, **({id: before[id]} if id in before else {})}
    if id not in before:
        found.pop(id, None)
    return dict(sorted(found.items()))


def _revert_deficit(id: str, before: KnowledgeBase, after: KnowledgeBase) -> dict[str, Deficit]:
    """A page that came or went goes or comes whole; a changed one keeps its rules and explanations as they are now."""
    found = _restored(id, before.deficits, after.deficits)
    if id in before.deficits and id in after.deficits:
        now = after.deficits[id]
        kept = {"rules": now.rules, "explained_by": now.explained_by}
        found[id] = before.deficits[id].model_copy(update=kept)
    return found


def _revert_rule(id: str, before: KnowledgeBase, after: KnowledgeBase) -> KnowledgeBase:
    if id in before.limiter_rules or id in after.limiter_rules:
        rules: Mapping[str, LimiterRule] = _restored(id, before.limiter_rules, after.limiter_rules)
        return replace(after, limiter_rules=rules)
    name, _, rule_id = id.partition("/")
    old = next((rule for rule in before.deficits[name].rules if rule.id == rule_id), None)
    page = after.deficits[name]
    kept: list[Rule] = [old if rule.id == rule_id and old else rule for rule in page.rules]
    if old is None:
        kept = [rule for rule in kept if rule.id != rule_id]
    elif old not in kept:
        kept.append(old)
    return _with_deficit(after, page.model_copy(update={"rules": tuple(kept)}))


def _revert_explanation(id: str, before: KnowledgeBase, after: KnowledgeBase) -> KnowledgeBase:
    name, _, cause = id.partition(" ")
    old_page, page = before.deficits[name], after.deficits[name]
    old = dict(zip(explanation_names(old_page), old_page.explained_by, strict=True))
    now = dict(zip(explanation_names(page), page.explained_by, strict=True))
    kept: Mapping[str, Explanation] = _restored(cause, old, now)
    return _with_deficit(after, page.model_copy(update={"explained_by": tuple(kept.values())}))


def _with_deficit(knowledge: KnowledgeBase, page: Deficit) -> KnowledgeBase:
    return replace(knowledge, deficits={**knowledge.deficits, page.deficit: page})
