"""The rules as a whole: what verification says is compared with trying out every athlete, and mistakes are seeded."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import loader
from engine.compile import Compiled, compile_knowledge
from engine.conditions import Between, Compare, Conditions, Is, Test, parse, say
from engine.errors import KnowledgeError, Place
from engine.evaluation import evaluate
from engine.examine import examine
from engine.facts import gather
from engine.knowledge import KnowledgeBase
from engine.loader import load, load_unchecked
from engine.model import Sides, Value
from engine.schema.deficit import Rule
from engine.verify import Finding, verify
from engine.verify.cells import Choices, Numbers, plain_between
from engine.verify.formulas import All, Any, Apart, Formula, In, Solver
from engine.verify.possible import conclude
from engine.verify.world import World
from engine.yaml_positions import read
from reports.fitting import misfits
from tests.conftest import ROOT
from tests.test_broken import SMALL

# --- values and formulas ------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-3, 12), max_size=5), st.integers(-4, 13), st.booleans(), st.booleans(),
)  # fmt: skip
def test_cells_know_what_lies_beyond_a_threshold(
    thresholds: list[int], threshold: int, or_on_it: bool, whole: bool
) -> None:
    numbers = Numbers(0, 10, [*thresholds, threshold], whole=whole)
    above, below = (side(threshold, or_on_it=or_on_it) for side in (numbers.above, numbers.below))
    for index, cell in enumerate(numbers.cells):
        if numbers.known >> index & 1:
            value = cell.example
            assert 0 <= value <= 10
            assert not whole or value == int(value)
            assert bool(above >> index & 1) == (value > threshold or (or_on_it and value == threshold))
            assert bool(below >> index & 1) == (value < threshold or (or_on_it and value == threshold))


def test_every_whole_number_has_a_cell() -> None:
    numbers = Numbers(0, 10, [3, 4, 7.5], whole=True)
    held = [cell for index, cell in enumerate(numbers.cells) if numbers.known >> index & 1]

    assert [number for number in range(11) if not any(
        cell.low < number < cell.high if cell.open else number == cell.low for cell in held)] == []  # fmt: skip
    assert 3.5 not in [cell.example for cell in held]


@given(st.floats(-100, 100), st.floats(1e-6, 50))
def test_a_plain_number_lies_between(low: float, width: float) -> None:
    assert low < plain_between(low, low + width) < low + width


_SETS = Choices(("a", "b", "c"))


@st.composite
def _formulas(draw: st.DrawFn, depth: int = 3) -> Formula:
    if depth == 0 or draw(st.booleans()):
        return In((draw(st.sampled_from("xyz")), ""), draw(st.integers(0, 15)))
    parts = tuple(draw(st.lists(_formulas(depth - 1), max_size=3)))
    return All(parts) if draw(st.booleans()) else Any(parts)


@settings(max_examples=60)
@given(st.lists(_formulas(), max_size=4))
def test_the_solver_finds_values_exactly_when_there_are_some(formulas: list[Formula]) -> None:
    def true(formula: Formula, values: Mapping[str, int]) -> bool:
        if isinstance(formula, In):
            return bool(formula.chosen & values[formula.variable[0]])
        assert not isinstance(formula, Apart)
        return (all if isinstance(formula, All) else any)(true(part, values) for part in formula.parts)

    solver = Solver(lambda _: _SETS.every, lambda _: Numbers(0, 1, []), lambda _: True)
    found = solver.solve(formulas)
    worlds = [dict(zip("xyz", bits, strict=True)) for bits in itertools.product((1, 2, 4, 8), repeat=3)]
    holding = [world for world in worlds if all(true(formula, world) for formula in formulas)]

    assert (found is not None) == bool(holding)
    if found is not None:
        lowest = {name: (left := found.get((name, ""), 15)) & -left for name in "xyz"}
        assert lowest in holding


# --- small rule bases, against every athlete ------------------------------------------------------------------------

_GRID: Mapping[str, tuple[object, ...]] = {
    "self_legs": (None, "smooth", "reaching", "heavy", "none"),
    "self_clunky": (None, 0, 3, 4, 6, 8),
    "self_hurting": (None, "yes", "no"),
    "knee_to_wall": tuple(itertools.product((None, 0, 1, 2, 3, 4, 4.4, 5, 6, 7, 7.6, 8, 10, 11, 25), repeat=2)),
}
"""For thresholds 3 and 6, and 4 and 8 with differences of 3: every answer they tell apart."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "self_legs": ("smooth", "not smooth", "one of [reaching, heavy]", "heavy"),
    "self_clunky": ("at least 3", "below 3", "above 3", "at most 6", "between 3 and 6", "exactly 6", "above 6"),
    "self_hurting": ("yes", "no"),
    "knee_to_wall": (
        "below 4 cm", "at least 4 cm", "at least 8 cm on both sides", "below 8 cm on both sides", "above 4 cm",
        "between 4 and 8 cm", "difference between sides at least 3 cm", "difference between sides below 3 cm",
    ),
}  # fmt: skip


def _number_holds(test: Compare | Between, value: float) -> bool:
    if isinstance(test, Between):
        return test.low <= value <= test.high
    return {
        "at least": value >= test.value, "at most": value <= test.value, "above": value > test.value,
        "below": value < test.value, "exactly": value == test.value,
    }[test.relation]  # fmt: skip


def _holds(test: Test, value: object) -> bool:
    """A test by its plain meaning; nothing is known of what was not answered."""
    if isinstance(test, Is):
        return value is not None and (value in test.choices) != test.negated
    assert isinstance(test, Compare | Between)
    if not isinstance(value, tuple):
        return value is not None and _number_holds(test, float(str(value)))
    if test.reach == "difference":
        return None not in value and _number_holds(test, abs(value[0] - value[1]))
    if test.reach == "both":
        return all(side is not None and _number_holds(test, side) for side in value)
    return any(side is not None and _number_holds(test, side) for side in value)


def _met(lines: Conditions, athlete: Mapping[str, object]) -> bool:
    own = all(_holds(test, athlete[key]) for key, tests in lines.lines for test in tests)
    return own and (not lines.any_of or any(_met(way, athlete) for way in lines.any_of))


def _fires(rule: Rule, athlete: Mapping[str, object]) -> bool:
    excepted = rule.unless is not None and (
        any(all(_holds(test, athlete[key]) for test in tests) for key, tests in rule.unless.lines)
        or any(_met(way, athlete) for way in rule.unless.any_of)
    )
    return _met(rule.when, athlete) and not excepted


@st.composite
def _rules(draw: st.DrawFn) -> list[Rule]:
    keys = draw(st.sampled_from([("self_legs", "self_clunky", "self_hurting"), ("knee_to_wall", "self_legs")]))

    def conditions(most: int) -> dict[str, object]:
        chosen = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=most, unique=True))
        return {
            key: draw(st.lists(st.sampled_from(_WORDS[key]), min_size=1, max_size=2, unique=True)) for key in chosen
        }

    found = []
    for number in range(draw(st.integers(1, 3))):
        when = conditions(2)
        if draw(st.booleans()):
            when["any_of"] = [conditions(1), conditions(2)]
        unless = conditions(1) if draw(st.integers(0, 3)) == 0 else None
        found.append(
            Rule.model_validate({
                "id": f"rule_{number}", "when": when, "unless": unless, "group": draw(st.sampled_from(["one", "two"])),
                "then": draw(st.sampled_from(["weak", "strong"])) + " evidence "
                + draw(st.sampled_from(["for", "for", "against"])),
                "because": "A reason.", "wrong_when": "Never.", "sources": ["coach_2020"], "verified": "recalled",
            })
        )  # fmt: skip
    return found


def _with_rules(knowledge: KnowledgeBase, rules: list[Rule]) -> Compiled:
    page = knowledge.deficits["overstriding"].model_copy(update={"rules": tuple(rules)})
    places = {f"overstriding/{rule.id}": Place("page.yaml", number + 1, 1) for number, rule in enumerate(rules)}
    changed = replace(
        knowledge, deficits={**knowledge.deficits, "overstriding": page}, places={**knowledge.places, **places}
    )
    return compile_knowledge(changed)


def _athletes(rules: list[Rule]) -> Iterator[Mapping[str, object]]:
    keys = sorted({key for rule in rules for part in (rule.when, rule.unless) if part for key in part.keys()})
    for values in itertools.product(*(_GRID[key] for key in keys)):
        yield dict(zip(keys, values, strict=True))


@cache
def _small() -> KnowledgeBase:
    return load(SMALL)


@settings(max_examples=60)
@given(rules=_rules())
def test_verification_says_what_trying_out_everyone_says(rules: list[Rule]) -> None:
    findings = verify(_with_rules(_small(), rules))
    firing = {
        rule.id: frozenset(number for number, athlete in enumerate(_athletes(rules)) if _fires(rule, athlete))
        for rule in rules
    }
    factors = {"weak": 0.2, "strong": 0.7}

    def found(code: str, weight: str) -> set[str]:
        messages = [one.fault.message for one in findings if one.fault.code == code and one.weight == weight]
        return {rule.id for rule in rules for message in messages if message.startswith(f"'overstriding/{rule.id}'")}

    def strength(rule: Rule) -> float:
        return factors[rule.then.split()[0]]

    never = {rule.id for rule in rules if not firing[rule.id]}
    assert found("never_fires", "fault") == never
    alive = [rule for rule in rules if rule.id not in never]
    useless = set()
    opposed = False
    for one, other in itertools.combinations(alive, 2):
        same_way = one.then.split()[-1] == other.then.split()[-1]
        if same_way and one.group == other.group:
            if firing[other.id] <= firing[one.id] and strength(other) <= strength(one):
                useless.add(other.id)
            elif firing[one.id] <= firing[other.id] and strength(one) <= strength(other):
                useless.add(one.id)
        elif not same_way and firing[one.id] & firing[other.id]:
            keys = [set(rule.when.keys()) for rule in (one, other)]
            narrow = [b for a, b in ((0, 1), (1, 0)) if firing[(one, other)[b].id] <= firing[(one, other)[a].id]]
            if narrow:
                last = narrow[0] if narrow[0] == 1 or len(narrow) == 1 else 1
                opposed |= not keys[last] - keys[1 - last]
            elif one.group == other.group and keys[0] & keys[1]:
                opposed |= keys[0] <= keys[1] or keys[1] <= keys[0]
    assert found("subsumed", "warning") == useless
    assert bool(found("contradiction", "fault")) == opposed


def test_tests_are_told_in_the_words_of_the_page() -> None:
    for words in itertools.chain(*_WORDS.values()):
        assert parse(say(parse(words))) == parse(words)


# --- the shipped base -------------------------------------------------------------------------------------------------


def test_the_shipped_base_gives_no_fault(knowledge: KnowledgeBase) -> None:
    findings = examine(knowledge, today=date(2026, 3, 1), further=misfits)

    assert [str(one.fault) for one in findings if one.weight == "fault"] == []
    gaps = [one.fault.message for one in findings if one.fault.code == "ladder_gap"]
    assert any(message.startswith("knee_to_wall: between 9 and 11 cm no rule speaks") for message in gaps)


def test_every_witness_makes_its_rule_fire_in_the_engine(compiled: Compiled) -> None:
    """The engine itself confirms each athlete of whom verification says that a rule fires."""
    world = World(compiled)
    can_fire = conclude(world)
    measures = compiled.knowledge.measures
    tried = 0
    for position, rule in enumerate(compiled.rules):
        keys = {compiled.tests[test].key for test in rule.tests}
        state = can_fire[rule.id]
        if not isinstance(state, dict) or not keys <= set(measures):
            continue
        answers = _answers(compiled, world.words(state))
        evaluation = evaluate(compiled, gather(compiled, answers))
        assert evaluation.rules[position].low > 0, (rule.id, answers)
        tried += 1
    assert tried > 100


def _answers(compiled: Compiled, words: Mapping[str, str]) -> dict[str, Value]:
    sides: dict[str, dict[str, float]] = {}
    found: dict[str, Value] = {}
    for key, word in words.items():
        name, _, side = key.removesuffix(")").partition(" (")
        page = compiled.knowledge.measures[name]
        if side:
            sides.setdefault(name, {})[side] = float(word)
        elif page.kind == "yes_no":
            found[name] = word == "yes"
        else:
            found[name] = word if page.kind == "choice" else float(word)
    return {**found, **{name: Sides(own.get("left"), own.get("right")) for name, own in sides.items()}}


# --- seeded mistakes --------------------------------------------------------------------------------------------------

ANKLE = "deficits/synergy/restricted_ankle_mobility.yaml"
OVER = "deficits/mechanics/overstriding.yaml"
STRONG = "deficits/strength/low_max_strength.yaml"
_RULE = """  - id: {id}
    when:
{when}
    group: {group}
    then: {then}
    because: A reason.
    wrong_when: Nothing known.
    sources: [article]
    verified: recalled

"""


def _rule(id: str, then: str, group: str, *when: str) -> str:
    return _RULE.format(id=id, then=then, group=group, when="\n".join(f"      {line}" for line in when))


FIRST = "  - id: stiff_ankle_knee_to_wall\n"
FREE = "knee_to_wall: at least 11 cm on both sides"

SEEDS: tuple[tuple[str, str, str, str, str, str], ...] = (
    # name, page, text, its replacement, code, a part of the line that is told
    ("contradiction", ANKLE, FIRST, _rule("says_no", "strong evidence against", "knee_to_wall",
     "knee_to_wall: below 9 cm") + FIRST, "contradiction", "stiff_ankle_knee_to_wall"),
    ("contradiction in part", ANKLE, FREE, "knee_to_wall: at least 7 cm on both sides", "contradiction",
     "free_ankles_knee_to_wall"),
    ("contradiction in another group", ANKLE, FIRST, _rule("says_no", "strong evidence against", "elsewhere",
     "knee_to_wall: below 9 cm") + FIRST, "contradiction", "stiff_ankle_knee_to_wall"),
    ("subsumed", ANKLE, FIRST, _rule("lower_still", "weak evidence for", "knee_to_wall", "knee_to_wall: below 7 cm")
     + FIRST, "subsumed", "lower_still"),
    ("subsumed by one line more", OVER, "  - id: legs_feel_reaching\n", _rule("reaching_on_film",
     "moderate evidence for", "video_overstride", "video_overstride: exactly 3", "self_legs: reaching") +
     "  - id: legs_feel_reaching\n", "subsumed", "reaching_on_film"),
    ("a copy", ANKLE, FIRST, _rule("the_same", "strong evidence for", "knee_to_wall", "knee_to_wall: below 9 cm")
     + FIRST, "subsumed", "stiff_ankle_knee_to_wall"),
    ("counted twice", ANKLE, FIRST, _rule("the_same", "strong evidence for", "wall", "knee_to_wall: below 9 cm")
     + FIRST, "counted_twice", "stiff_ankle_knee_to_wall"),
    ("dead: thresholds cross", ANKLE, "      knee_to_wall: below 9 cm", ("      knee_to_wall:\n"
     "        - at least 12 cm on both sides\n        - below 9 cm"), "never_fires", "- below 9 cm"),
    ("dead: the exception swallows it", ANKLE, "      knee_to_wall: below 9 cm\n", ("      knee_to_wall: below 9 cm\n"
     "    unless:\n      knee_to_wall: below 10 cm\n"), "never_fires", "unless:"),
    ("dead: sides cannot differ so much", ANKLE, "      knee_to_wall: below 9 cm", ("      knee_to_wall:\n"
     "        - difference between sides at least 20 cm\n        - between 5 and 20 cm on both sides"),
     "never_fires", "between 5 and 20"),
    ("dead: nobody of this sex has a norm", STRONG, "      relative_squat: worse than the norm by at least 1 sd\n",
     "      relative_squat: worse than the norm by at least 1 sd\n      age: at most 9 years\n", "never_fires",
     "age: at most 9"),
    ("dead: a question that is not asked", OVER, "      self_legs: reaching", ("      pregnancy_status: pregnant\n"
     "      sex: male"), "never_fires", "sex: male"),
    ("dead: more deficits than there are", OVER, "      self_legs: reaching", "      elsewhere_deficits: at least 9",
     "never_fires", "elsewhere_deficits"),
    ("dead: a computed value out of reach", ANKLE, "      knee_to_wall: below 9 cm",
     "      limb_symmetry_index_hop: above 104 %", "never_fires", "limb_symmetry_index_hop"),
    ("never present", "deficits/mechanics/narrow_or_crossing_steps.yaml", "evidence for\n", "evidence against\n",
     "no_rule", "rules:"),
    ("never named", "limiters.yaml", "named_from: 0.3", "named_from: 1", "never_named", "mechanics:"),
    ("words too weak for present", "limiters.yaml", "present_from: 0.2", "present_from: 1", "never_present", "rules:"),
    ("hole in a ladder", ANKLE, "      knee_to_wall: below 9 cm", "      knee_to_wall: between 7 and 9 cm",
     "ladder_hole", "knee_to_wall"),
    ("ladder upside down", ANKLE, "then: decisive evidence for", "then: weak evidence for", "subsumed",
     "very_stiff_ankle"),
    ("wider gap", ANKLE, FREE, "knee_to_wall: at least 14 cm on both sides", "ladder_gap", "at least 14 cm"),
    ("wrong side", ANKLE, "      knee_to_wall: below 9 cm", "      knee_to_wall: above 9 cm", "wrong_side", "above 9"),
    ("wrong side among others", OVER, "video_overstride: at least 1", "video_overstride: at most 1", "wrong_side",
     "at most 1"),
    ("wrong side of a norm", STRONG, "relative_imtp: worse than the norm by at least 1 sd",
     "relative_imtp: better than the norm by at least 1 sd", "wrong_side", "better than the norm by at least 1 sd"),
    ("cycle", ANKLE, "      knee_to_wall: below 9 cm", "      restricted_ankle_mobility: present", "rule_cycle",
     "restricted_ankle_mobility: present"),
    ("typo in a measure", ANKLE, "knee_to_wall: below 9", "knee_to_wal: below 9", "unknown_measure", "knee_to_wal:"),
    ("typo in a choice", OVER, "self_legs: reaching", "self_legs: reachng", "unknown_choice", "reachng"),
    ("typo in a source", ANKLE, "sources: [powden2015]", "sources: [powden2051]", "unknown_source", "powden2051"),
    ("typo in a group", OVER, "    group: video_overstride\n", "    group: video_overstrid\n", "similar_group",
     "video_overstrid"),
    ("no source", ANKLE, "sources: [powden2015]", "sources: []", "no_source", "sources: []"),
    ("wrong unit", ANKLE, "below 9 cm", "below 9 mm", "wrong_unit", "9 mm"),
    ("out of range", ANKLE, "below 9 cm", "below 90 cm", "out_of_range", "90 cm"),
    ("duplicate key", ANKLE, "limiter: synergy\n", "limiter: synergy\nlimiter: synergy\n", "duplicate_key", "limiter"),
    ("Norway", "measures/pain/pain_location.yaml", "  other: somewhere else", "  no: somewhere else", "mistaken_name",
     "no: somewhere"),
    ("no-break space", ANKLE, "below 9 cm", "below 9\u00a0cm", "odd_letter", "below 9"),
    ("invisible space", ANKLE, "A side difference", "A side\u200b difference", "odd_letter", "A side"),
    ("overdue", ANKLE, "    verified: seen\n", ("    verified: seen\n    reviewed: {by: ana, date: 2024-01-01, "
     "again_by: 2025-01-01}\n"), "review_overdue", "again_by"),
    ("long sentence", ANKLE, "because: Under about 9 cm the ankle counts as restricted.",
     "because: " + "and so on " * 20, "hard_to_read", "and so on"),
    ("long name", ANKLE, "label: \"Stiff ankle: ", ("label: \"Stiff ankle, which is stiff in a way that nobody can "
     "overlook: "), "too_wide", "label:"),
    ("alias", ANKLE, "    group: knee_to_wall\n", "    group: &a knee_to_wall\n", "yaml_", "&a"),
    ("safety that cannot speak", "safety/masters_over_45.yaml", "when:\n", ("when:\n  night_pain: yes\n  sex: male\n  "
     "pregnancy_status: pregnant\n"), "never_holds", "pregnancy_status"),
    ("question nobody needs", "questionnaire.yaml", "", "", "unused_measure", "measure:"),
)  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT / "knowledge", tmp_path_factory.mktemp("copy") / "pages"))


def _examined(folder: Path) -> list[Finding]:
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(loader, "read", _read_once)
            return examine(load_unchecked(folder), today=date(2026, 3, 1), further=misfits)
    except KnowledgeError as error:
        return [Finding("fault", fault) for fault in error.faults]


_read_once = cache(read)
"""Four hundred pages are the same from one mistake to the next."""


def _seed(folder: Path, name: str, page: str, old: str, new: str) -> str:
    """Makes the mistake; returns the page on which it is told."""
    path = folder / page
    text = path.read_text("utf-8")
    if name == "question nobody needs":
        asked = folder / "measures" / "video" / "video_shoes.yaml"
        source = (folder / "measures" / "video" / "video_overstride.yaml").read_text("utf-8")
        asked.write_text(source.replace("measure: video_overstride", "measure: video_shoes", 1), "utf-8")
        path.write_text(text.replace("video_overstride", "video_overstride, video_shoes", 1), "utf-8")
        return "measures/video/video_shoes.yaml"
    assert old in text, f"{page} no longer has: {old}"
    path.write_text(text.replace(old, new) if name == "never present" else text.replace(old, new, 1), "utf-8")
    return page


@pytest.mark.parametrize("seed", SEEDS, ids=[seed[0] for seed in SEEDS])
def test_a_seeded_mistake_is_found_at_its_line(copy: Path, seed: tuple[str, str, str, str, str, str]) -> None:
    name, page, old, new, code, part = seed
    before = {path: path.read_text("utf-8") for path in [copy / page]}
    told_on = _seed(copy, name, page, old, new)
    if name == "words too weak for present":
        told_on = ""
    try:
        findings = [one for one in _examined(copy) if one.fault.code.startswith(code) or code == "yaml_"]
        told = [one.fault for one in findings if one.fault.place.file.endswith(told_on)]
        lines = [
            Path(fault.place.file).read_text("utf-8").splitlines()[fault.place.line - 1]
            for fault in told
        ]  # fmt: skip
    finally:
        for path, text in before.items():
            path.write_text(text, "utf-8")
        (copy / "measures" / "video" / "video_shoes.yaml").unlink(missing_ok=True)
    assert any(part in line for line in lines), [str(one.fault) for one in findings]


def test_a_bomb_is_one_finding(copy: Path) -> None:
    path = copy / ANKLE
    text = path.read_text("utf-8")
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in itertools.pairwise("abcdefghijklm"))
    try:
        for content in (bomb, "x: " + "[" * 200_000):
            path.write_text(content, "utf-8")
            [finding] = _examined(copy)
            assert finding.fault.place.line == 1
    finally:
        path.write_text(text, "utf-8")


# --- the command ------------------------------------------------------------------------------------------------------


def _check(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "rules", "check", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_the_command_tells_faults_warnings_and_a_sum(copy: Path) -> None:
    path = copy / ANKLE
    text = path.read_text("utf-8")
    try:
        path.write_text(text.replace(FIRST, SEEDS[3][3], 1), "utf-8")
        plain, strict = _check("--knowledge", copy, "--quiet"), _check("--knowledge", copy, "--strict")
        as_json = _check("--knowledge", copy, "--format", "json")
    finally:
        path.write_text(text, "utf-8")

    assert (plain.returncode, strict.returncode, as_json.returncode) == (0, 1, 0)
    assert "restricted_ankle_mobility/lower_still' never counts" in plain.stdout
    assert "For example: knee_to_wall" in plain.stdout
    assert "All well, " in plain.stdout
    assert "Good to know" not in plain.stdout
    codes = {finding["code"] for finding in json.loads(as_json.stdout)["findings"]}
    assert {"subsumed", "ladder_gap"} <= codes
