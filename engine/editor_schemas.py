"""KnowledgeBase → JSON Schemas of its pages, by which an editor completes, explains and marks while a coach types.

Beside the loader, for editors alone: nothing is decided here. The shapes are those of the models, the hover texts
their docstrings, and the names and tests that may be written come from the pages as they are. What is emitted means
the same in draft 7, which every editor knows, and in draft 2020-12.
"""

import ast
import inspect
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from engine.checks.conditions import Subject, subject
from engine.compile import COUNTS
from engine.conditions import ANY_OF, VOCABULARY, Conditions, test_pattern
from engine.knowledge import KnowledgeBase
from engine.schema.about import About, Overlay
from engine.schema.case import Case
from engine.schema.deficit import Deficit, LimiterRules
from engine.schema.intervention import Intervention
from engine.schema.limiter import Limiters
from engine.schema.measure import DerivedMeasure, Measure, Populations
from engine.schema.program import ID_KEYS, ID_VALUES, Programs
from engine.schema.questionnaire import Questionnaire
from engine.schema.rule_case import RuleCase, RuleCases
from engine.schema.safety import SafetyRule, UrgencyWords
from engine.schema.source import Sources
from engine.schema.sprint import PersonAnswers, Sprint
from engine.sprint.reading.items import ITEM_KEYS, OF_TRACES

Json = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
_ID_PATTERN = "^[a-z][a-z0-9_]*$"


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of page: its name, its model, and which files below the knowledge folder are of it."""

    name: str
    model: type[BaseModel]
    files: tuple[str, ...]
    """Patterns; a pattern that begins with `!` takes files away again."""

    def holds(self, path: str) -> bool:
        """Whether the file at this path, below the knowledge folder, is such a page."""
        given, away = [one for one in self.files if one[0] != "!"], [one[1:] for one in self.files if one[0] == "!"]
        return any(_matches(path, one) for one in given) and not any(_matches(path, one) for one in away)


def _matches(path: str, pattern: str) -> bool:
    return path.count("/") == pattern.count("/") and PurePosixPath(path).match(pattern)


def _kinds() -> tuple[PageKind, ...]:
    programs = (
        PageKind(f"program_{name}", field.annotation, (f"programs/{name}.yaml",))
        for name, field in Programs.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    )
    return (
        PageKind("about", About, ("about.yaml",)),
        PageKind("overlay", Overlay, ("overlay.yaml",)),
        PageKind("limiters", Limiters, ("limiters.yaml",)),
        PageKind("measure", Measure, ("measures/*/*.yaml", "!measures/derived/*.yaml")),
        PageKind("derived", DerivedMeasure, ("measures/derived/*.yaml",)),
        PageKind("deficit", Deficit, ("deficits/*/*.yaml",)),
        PageKind("rules", LimiterRules, ("rules/*.yaml",)),
        PageKind("safety", SafetyRule, ("safety/*.yaml",)),
        PageKind("safety_wording", UrgencyWords, ("safety_wording.yaml",)),
        PageKind("intervention", Intervention, ("interventions/*/*.yaml",)),
        *programs,
        PageKind("populations", Populations, ("populations.yaml",)),
        PageKind("questionnaire", Questionnaire, ("questionnaire.yaml",)),
        PageKind("sprint", Sprint, ("sprint.yaml",)),
        PageKind("sources", Sources, ("sources.yaml",)),
        PageKind("case", Case, ("cases/*.yaml",)),
        PageKind("rule_cases", RuleCases, ("rule_cases/*.yaml",)),
    )


KINDS: Mapping[str, PageKind] = {kind.name: kind for kind in _kinds()}
"""Every kind of page by name, in the order a coach meets them."""

_IDS: Mapping[tuple[str, str], str] = {
    **ID_VALUES,
    ("Norm", "population"): "population",
    ("Explanation", "deficit"): "deficit",
    ("Retest", "measure"): "measure",
    ("DerivedMeasure", "inputs"): "measure",
    ("DerivedMeasure", "optional_inputs"): "measure",
    ("DerivedMeasure", "computed_by"): "formula",
    ("DerivedMeasure", "figures_of"): "computed",
    ("Intervention", "targets"): "deficit",
    ("Intervention", "equipment"): "equipment",
    ("Intervention", "regress_to"): "intervention",
    ("Intervention", "progress_to"): "intervention",
    ("Intervention", "contraindications"): "safety",
    ("Limiters", "visible_groups"): "group",
    ("Budget", "measures"): "measure",
    ("SprintGroup", "population"): "population",
    **{("PersonAnswers", field): "measure" for field in PersonAnswers.model_fields},
    ("Section", "measures"): "measure",
    ("Kit", "opens"): "measure",
    ("Populations", "then"): "population",
    ("Populations", "also"): "population",
    ("Populations", "elite"): "population",
    ("Populations", "compare_with"): "population",
    ("Expectation", "deficits_present"): "deficit",
    ("Expectation", "deficits_absent"): "deficit",
}
"""Which fields hold names of other things, and of what kind; `sources` does everywhere."""

_KEYS: Mapping[tuple[str, str], str] = {
    **ID_KEYS,
    ("DerivedMeasure", "figures"): "figure",
    ("Sprint", "feeds"): "measure",
    ("Sprint", "gate_times"): "measure",
    ("Sprint", "distances"): "event",
    ("Sprint", "flags"): "warning",
}
"""Which fields are mappings by such names."""


def schemas(knowledge: KnowledgeBase) -> dict[str, Json]:
    """The schema of every kind of page, by the kind's name."""
    return {name: schema(knowledge, name) for name in KINDS}


def schema(knowledge: KnowledgeBase, kind: str) -> Json:
    """The schema of one kind of page: shape, hover texts, and the names and tests that exist.

    Raises: KeyError, when there is no such kind.
    """
    model = KINDS[kind].model
    made = model.model_json_schema()
    _Finish(knowledge, made).model(made, model)
    return {"$schema": DRAFT, **made}


def vscode_settings(schemas_at: str, pages_at: str) -> Json:
    """The settings by which VS Code's YAML extension finds the schemas.

    Args: where the schema files are and where the pages are, both seen from the folder that is opened ("." for
    itself).
    """
    below = "" if pages_at in ("", ".") else f"{pages_at.rstrip('/')}/"
    return {
        "yaml.schemas": {
            f"{schemas_at.rstrip('/')}/{kind.name}.json": [
                f"!{below}{one[1:]}" if one.startswith("!") else f"{below}{one}" for one in kind.files
            ]
            for kind in KINDS.values()
        },
        "[yaml]": {"editor.tabSize": 2, "editor.insertSpaces": True, "editor.quickSuggestions": {"strings": True}},
    }


def written(content: Json) -> str:
    """A schema or settings file as it is written: two spaces, letters as they are, a line end."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


# --- what the models leave open --------------------------------------------------------------------------------------


class _Finish:
    """One schema being finished: hover texts, names, tests; shared pieces go below `$defs`."""

    def __init__(self, knowledge: KnowledgeBase, made: Json) -> None:
        self.knowledge = knowledge
        self.defs: Json = made.setdefault("$defs", {})

    def model(self, made: Json, model: type[BaseModel]) -> None:
        """Finish a page's schema and those of all models it uses."""
        used = {one.__name__: one for one in _models(model)}
        for name, part in [(model.__name__, made), *list(self.defs.items())]:
            if owner := used.get(name):
                self._fields(part, owner)
        if self.defs:
            made["$defs"] = dict(sorted(self.defs.items()))
        else:
            del made["$defs"]

    def _fields(self, part: Json, owner: type[BaseModel]) -> None:
        said = _docstrings(owner)
        for field, shape in part.get("properties", {}).items():
            kind = "source" if field.endswith("sources") else _IDS.get((owner.__name__, field))
            shape.pop("default", None)
            shape = part["properties"][field] = self._leaves(shape, kind)
            if key_kind := _KEYS.get((owner.__name__, field)):
                shape["propertyNames"] = self._name(key_kind)
            if text := said.get(field):
                shape["description"] = text
        if owner is Case:
            part["properties"]["answers"] = self._answers()
            part["properties"]["sprints"] = self._sprints(said["sprints"])
        if owner is RuleCase:
            part["properties"]["given"] = self._answers()

    def _leaves(self, shape: Any, kind: str | None) -> Any:
        """The shape with names of a known kind spelled out, conditions filled in, and pairs written for both drafts."""
        if isinstance(shape, list):
            return [self._leaves(one, kind) for one in shape]
        if not isinstance(shape, dict):
            return shape
        if shape.get("title") == Conditions.__name__ and shape.get("type") == "object":
            return self._conditions()
        if kind and shape.get("pattern") == _ID_PATTERN:
            return self._name(kind)
        found = {key: self._leaves(value, kind) for key, value in shape.items()}
        if pair := found.pop("prefixItems", None):
            found["items"] = pair[0]
        return found

    def _name(self, kind: str) -> Json:
        """A reference to the names of one kind."""
        label = f"{kind}_name"
        if label not in self.defs:
            names = _NAMES[kind](self.knowledge)
            self.defs[label] = {
                "type": "string",
                "enum": list(names),
                "enumDescriptions": list(names.values()),
            }
        return {"$ref": f"#/$defs/{label}"}

    def _conditions(self) -> Json:
        """A reference to conditions: every measure, deficit and count with the tests that suit it."""
        if Conditions.__name__ not in self.defs:
            here = self.defs[Conditions.__name__] = {}
            here.update(
                title="Conditions",
                description=f"Lines of the form `measure: test`; all of them must hold. Tests are: {VOCABULARY}",
                type="object",
                minProperties=1,
                properties=dict(self._tested()),
                additionalProperties=False,
            )
            here["properties"][ANY_OF] = {
                "description": "Alternatives, of which at least one must hold.",
                "type": "array",
                "minItems": 2,
                "items": {"$ref": f"#/$defs/{Conditions.__name__}"},
            }
        return {"$ref": f"#/$defs/{Conditions.__name__}"}

    def _tested(self) -> Iterator[tuple[str, Json]]:
        known = self.knowledge
        for name in (*known.measures, *known.derived, *COUNTS):
            about = subject(known, name)
            yield name, {"description": _hover(known, name, about), **_test(about)}
        for name, deficit in known.deficits.items():
            about_it = f"Deficit: {deficit.label}. {deficit.about}"
            yield name, {"description": about_it, **_once_or_listed({"enum": ["present", "ruled out"]})}

    def _answers(self) -> Json:
        known = self.knowledge
        return {
            "title": "Answers",
            "description": "The athlete's answers and test results; what is not known is left out.",
            "type": "object",
            "properties": {name: _answer(known, name) for name in known.measures},
            "additionalProperties": False,
        }

    def _sprints(self, described: str) -> Json:
        """Sprints with split times, as `engine/sprint/reading/items.py` takes them; a page names no trace."""
        given: Json = {"type": ["number", "string"]}
        lines: Json = {key: given for key in ITEM_KEYS if key not in ("trace", *OF_TRACES)} | {
            "splits": {
                "description": "Distance of each gate, in m unless a unit stands there, and the time on the clock.",
                "type": "object", "minProperties": 1, "additionalProperties": given,
                "propertyNames": {"pattern": r"^[0-9]"},
            },
            "start": self._name("start"),
            "model": self._name("fitting"),
            **{key: {"type": "string"} for key in ("surface", "date", "name")},
        }  # fmt: skip
        item: Json = {"type": "object", "properties": lines, "required": ["splits"], "additionalProperties": False}
        return {"title": "Sprints", "description": described, "type": "array", "minItems": 1, "items": item}


def _test(about: Subject) -> Json:
    """The tests that suit a measure, alone or in a list."""
    if about.choices == ("yes", "no"):
        return _once_or_listed({"enum": ["yes", "no", True, False, "not yes", "not no"]})
    if about.choices:
        one = "|".join(about.choices)
        return _once_or_listed({"anyOf": [
            {"enum": [*about.choices, *(f"not {choice}" for choice in about.choices)]},
            {"type": "string", "pattern": rf"^(not )?one of \[ *({one})( *, *({one}))* *\]$",
             "examples": [f"one of [{', '.join(about.choices[:2])}]"]},
        ]})  # fmt: skip
    pattern = test_pattern(about.unit, sides=about.sides, norm=about.normed and about.better in ("higher", "lower"))
    return {
        "type": ["string", "array"], "pattern": pattern, "examples": list(_examples(about)),
        "minItems": 1, "items": {"type": "string", "pattern": pattern},
    }  # fmt: skip


def _once_or_listed(test: Json) -> Json:
    return {"anyOf": [test, {"type": "array", "minItems": 1, "items": test}]}


def _hover(knowledge: KnowledgeBase, name: str, about: Subject) -> str:
    """What an editor shows over the name of a measure: its label, what it is, and how it is asked."""
    page = knowledge.measures.get(name)
    derived = knowledge.derived.get(name)
    label = page.label if page else derived.label if derived else "Count: how many were found"
    text = page.question if page else derived.about if derived else ""
    better = f", better {about.better}" if about.better in ("higher", "lower") else ""
    sides = ", left and right" if about.sides else ""
    choices = f" Choices: {', '.join(about.choices)}." if page and page.choices else ""
    return f"{label} ({about.what}{sides}{better}). {text}{choices}"


def _examples(about: Subject) -> Iterator[str]:
    """Tests to complete from, in the measure's own unit, with numbers it can take."""
    low, high = about.low if about.low is not None else 0.0, about.high
    middle = round((low + high) / 2) if high is not None else 2
    unit = f" {about.unit}" if about.unit else ""
    yield from (f"{words} {middle}{unit}" for words in ("at least", "at most", "above", "below"))
    if high is not None:
        yield f"between {round(low + (high - low) / 4)} and {round(high - (high - low) / 4)}{unit}"
    if about.normed and about.better in ("higher", "lower"):
        yield from ("below p25", "above p75", "worse than the norm by at least 1 sd",
                    "better than the norm by at least 0.5 sd", "not worse than the norm")  # fmt: skip
    if about.sides:
        yield from (f"at least {middle}{unit} on both sides", f"difference between sides at least 2{unit}",
                    "asymmetry above 15 %")  # fmt: skip


def _answer(knowledge: KnowledgeBase, name: str) -> Json:
    measure, about = knowledge.measures[name], subject(knowledge, name)
    described: Json = {"description": f"{measure.label}. {measure.question}"}
    if measure.kind == "yes_no":
        return {**described, "enum": ["yes", "no", True, False]}
    if about.choices:
        return {**described, "enum": list(about.choices)}
    one = {"type": ["number", "string"]}
    if not measure.per_side:
        return {**described, **one}
    sides = {"type": "object", "properties": {"left": one, "right": one}, "additionalProperties": False}
    return {**described, "anyOf": [one, sides]}


# --- names -----------------------------------------------------------------------------------------------------------


def _labels(pages: Mapping[str, Any]) -> dict[str, str]:
    return {name: page.label for name, page in pages.items()}


def _formulas(knowledge: KnowledgeBase) -> dict[str, str]:
    from engine.derived import FORMULAS

    return {name: " ".join((inspect.getdoc(formula.function) or name).split("\n\n")[0].split())
            for name, formula in FORMULAS.items()}  # fmt: skip


def _figures() -> dict[str, str]:
    from engine.derived import FORMULAS

    return {figure: f"for {name.replace('_', ' ')}" for name, formula in FORMULAS.items() for figure in formula.figures}


def _named(names: Iterable[str]) -> dict[str, str]:
    return {name: name.replace("_", " ") for name in names}


_NAMES: Mapping[str, Callable[[KnowledgeBase], dict[str, str]]] = {
    "measure": lambda known: _labels(known.measures) | _labels(known.derived),
    "deficit": lambda known: _labels(known.deficits),
    "intervention": lambda known: _labels(known.interventions),
    "safety": lambda known: {name: page.condition for name, page in known.safety.items()},
    "source": lambda known: {name: page.citation for name, page in known.sources.items()},
    "population": lambda known: _labels(known.populations.populations),
    "equipment": lambda known: {
        name: token.note or ("everyone has it" if token.everyone else name.replace("_", " "))
        for name, token in known.programs.equipment.tokens.items()
    },
    "formula": _formulas,
    "computed": lambda known: _labels(known.derived),
    "figure": lambda known: _figures(),
    "event": lambda known: dict(known.measures[known.sprint.person.event_group].choices or {}),
    "warning": lambda known: {name: flag.says for name, flag in known.sprint.flags.items()},
    "start": lambda known: {name: start.ask for name, start in known.sprint.starts.items()},
    "fitting": lambda known: {name: fitting.says for name, fitting in known.sprint.fits.items()},
    "group": lambda known: _named(sorted({page.group for page in known.measures.values()})),
    "row": lambda known: (
        {name: group.words for name, group in known.programs.choosing.groups.items()} | _labels(known.interventions)
    ),
    "block": lambda known: (
        _labels(known.programs.blocks())
        | {"pattern_first": known.programs.pattern_first.label, "elsewhere": "what lies outside the three limiters"}
        | _named(known.programs.elsewhere.plans)
    ),
    "code": lambda known: {name: code.meaning for name, code in known.programs.layout.codes.items()},
    "lane": lambda known: {lane.lane: lane.words for lane in known.programs.layout.lanes},
    "dose": lambda known: {name: dose.text for name, dose in known.programs.progression.doses.items()},
    "people": lambda known: {name: one.words for name, one in known.programs.people.people.items()},
}
"""The names of each kind with what an editor says about them."""


# --- hover texts -----------------------------------------------------------------------------------------------------


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and every model below it, each once."""
    seen: dict[type[BaseModel], None] = {}
    waiting: list[Any] = [model]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in seen:
                seen[one] = None
                waiting += [field.annotation for field in one.model_fields.values()]
        else:
            waiting += getattr(one, "__args__", ())
    yield from seen


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The text written below each field of a model or of its parents."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        module = inspect.getmodule(one)
        if module is not None and module.__name__.startswith("engine."):
            found |= _written_below(module).get(one.__name__, {})
    return found


@cache
def _written_below(module: ModuleType) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            pairs = zip(node.body, node.body[1:], strict=False)
            found[node.name] = {
                first.target.id: " ".join(inspect.cleandoc(second.value.value).split())
                for first, second in pairs
                if isinstance(first, ast.AnnAssign) and isinstance(first.target, ast.Name)
                and isinstance(second, ast.Expr) and isinstance(second.value, ast.Constant)
                and isinstance(second.value.value, str)
            }  # fmt: skip
    return found
