"""Two states of the pages: what is told as changed, who is diagnosed otherwise, and which rule made it."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

import cli
from benchmarks.athletes import somebody
from engine import sprints
from engine.assessment import assess
from engine.cases import answers_of
from engine.compile import Compiled, compile_knowledge
from engine.errors import AnswersError, KnowledgeError, OptionError
from engine.impact import states
from engine.impact.athletes import Athlete, cornerstones, from_files
from engine.impact.changes import DECIDING, compare, without_figure
from engine.impact.impact import Impact, differences, impact
from engine.impact.judge import judge
from engine.knowledge import KnowledgeBase
from engine.loader import load
from reports.changes import diff_text
from reports.impact import impact_json, impact_text
from tests.conftest import ROOT
from tests.test_loader import change, small

__all__ = ["small"]

TODAY = date(2026, 11, 22)
ANKLE = "deficits/strength/stiff_ankle.yaml"
REACH = "deficits/mechanics/overstriding.yaml"
ATHLETES = {
    "free": "{left: 12, right: 12}",
    "edge": "{left: 9.5, right: 9.5}",
    "stiff": "{left: 4, right: 4}",
}  # fmt: skip


def files(**more: str) -> list[tuple[str, bytes]]:
    answers = {name: f"  sex: female\n  knee_to_wall: {value}\n" for name, value in ATHLETES.items()}
    answers["reaching"] = "  self_legs: reaching\n"
    answers["silent"] = "  sex: male\n"
    head = "athlete: {}\ndate: 2026-03-01\nanswers:\n"
    return [(f"{name}.yaml", (head.format(name) + text).encode()) for name, text in (answers | more).items()]


def edited(small: Path, *edits: tuple[str, str, str], **more: str) -> Impact:
    """The impact of some edits of an accepted folder on the cornerstone and five athletes."""
    states.accept(small, TODAY)
    for page, old, new in edits:
        change(small, page, old, new)
    before, after = states.accepted(small), states.present(small)
    everyone = cornerstones(before.knowledge, after.knowledge)
    everyone += from_files(files(**more), before.knowledge, after.knowledge, today=TODAY)
    return impact(before, after, everyone)


def moved(found: Impact) -> set[str]:
    return {one.athlete.name for one in found.moved}


def guilty(found: Impact) -> set[str]:
    return {name for one in found.moved for difference in one.differences for name in difference.made_by}


# --- who changes, and by which rule -----------------------------------------------------------------------------------


def test_without_an_edit_no_athlete_changes(small: Path) -> None:
    found = edited(small)

    assert (found.changes, found.moved) == ((), ())
    assert "No athlete changes" in impact_text(found)


def test_a_moved_threshold_names_exactly_those_it_moves(small: Path) -> None:
    found = edited(small, (ANKLE, "knee_to_wall: below 9 cm", "knee_to_wall: below 11 cm"))

    assert moved(found) == {"edge"}
    assert guilty(found) == {"stiff_ankle/short_lunge"}
    [one] = found.moved
    told = {(two.aspect, two.about): (two.before, two.after) for two in one.differences}
    assert told["deficit", "stiff_ankle"] == (None, "present")
    assert told["limiter", ""] == (None, "strength")


def test_a_removed_rule_is_the_guilty_one(small: Path) -> None:
    text = (small / REACH).read_text()
    rule = text[text.index("  - id: legs_smooth") : text.index("explained_by:")]
    found = edited(small, (REACH, rule, ""), smooth="  self_legs: smooth\n  self_clunky: 0\n")

    assert moved(found) == {"smooth"}
    assert guilty(found) == {"overstriding/legs_smooth"}
    assert [(one.what, one.id) for one in found.changes] == [("removed", "overstriding/legs_smooth")]


def test_a_changed_word_is_the_guilty_one(small: Path) -> None:
    found = edited(small, (REACH, "then: strong evidence for", "then: weak evidence for"))

    assert moved(found) == {"Ana", "reaching"}
    assert guilty(found) == {"overstriding/legs_reach"}


def test_of_two_edits_each_is_blamed_for_its_own(small: Path) -> None:
    found = edited(
        small,
        (ANKLE, "knee_to_wall: below 9 cm", "knee_to_wall: below 11 cm"),
        (REACH, "then: strong evidence for", "then: weak evidence for"),
    )

    blamed = {one.athlete.name: {name for two in one.differences for name in two.made_by} for one in found.moved}
    assert blamed["edge"] == {"stiff_ankle/short_lunge"}
    assert blamed["reaching"] == {"overstriding/legs_reach"}


def test_a_figure_of_the_limiters_page_is_named_alone(small: Path) -> None:
    found = edited(small, ("limiters.yaml", "strong: 0.7", "strong: 0.5"),
                   ("limiters.yaml", "weak: 0.2", "weak: 0.21"))  # fmt: skip

    assert "reaching" in moved(found)
    assert guilty(found) == {"limiters/words.strong"}


def test_what_no_single_edit_undoes_is_told_as_joint(small: Path) -> None:
    smaller = ("limiters.yaml", "strong: 0.7", "strong: 0.5")
    found = edited(small, smaller, (REACH, "then: strong evidence for", "then: moderate evidence for"))

    [reaching] = [one for one in found.moved if one.athlete.name == "reaching"]
    [joint] = [one for one in reaching.differences if one.about == "overstriding"]
    assert (joint.before, joint.after, joint.together) == ("clear", "likely", True)
    assert joint.made_by == ("overstriding/legs_reach", "limiters/words.strong")
    assert "Only together" in impact_text(found)


def test_a_changed_norm_of_the_shipped_pages_is_the_guilty_page() -> None:
    place = "measures/jump/cmj_height.yaml"
    text = (ROOT / "knowledge" / place).read_text(encoding="utf-8")
    at = text.index("mean:", text.index("population: recreational\n"))
    line = text[at : text.index("\n", at)]
    before = states.present(None)
    changed = text[:at] + "mean: 60" + text[at + len(line) :]
    after = states.State("edited", "folder", load(None, {place: changed.encode()}))
    found = impact(before, after, cornerstones(before.knowledge, after.knowledge))

    assert "Monique" in moved(found)
    assert guilty(found) == {"measure cmj_height"}
    assert all(place in str(one.at) for one in found.changes)


def test_an_answer_only_one_state_understands_is_left_out_and_named(small: Path) -> None:
    found = edited(
        small,
        ("measures/self_observation/self_legs.yaml", "  reaching:", "  sprawling:"),
        (REACH, "self_legs: reaching", "self_legs: sprawling"),
        ("cases/ana.yaml", "self_legs: reaching", "self_legs: sprawling"),
    )

    assert {one.name: one.not_read_after for one in found.not_understood if one.kind == "file"} == {
        "reaching": ("self_legs",)
    }
    assert "reaching" in moved(found)


def test_an_answer_no_state_understands_is_a_fault(small: Path) -> None:
    with pytest.raises(AnswersError, match="knee_to_wal"):
        edited(small, (ANKLE, "below 9 cm", "below 11 cm"), wrong="  knee_to_wal: {left: 3, right: 3}\n")


def test_broken_pages_show_the_faults_of_the_check(small: Path) -> None:
    states.accept(small, TODAY)
    change(small, ANKLE, "knee_to_wall", "knee_to_wal")

    with pytest.raises(KnowledgeError, match="knee_to_wall"):
        states.present(small)
    with pytest.raises(KnowledgeError):
        states.accept(small, TODAY)


ANKLES = "deficits/synergy/restricted_ankle_mobility.yaml"
SHIPPED_EDITS = {
    "a threshold": (ANKLES, "knee_to_wall: below 9 cm", "knee_to_wall: below 12 cm"),
    "a word": (ANKLES, "then: strong evidence for", "then: moderate evidence for"),
    "a rule others look at": ("deficits/strength/low_reactive_strength.yaml", "then: moderate", "then: decisive"),
    "a rule about a limiter": ("rules/clean_findings.yaml", "mechanics_deficits: exactly 0",
                               "mechanics_deficits: at most 1"),
    "a figure": ("limiters.yaml", "present_from: 0.2", "present_from: 0.3"),
    "the weight of a deficit": ("deficits/strength/low_max_strength.yaml", "weight: ", "weight: weak # "),
}  # fmt: skip


@pytest.fixture(scope="module")
def people(compiled: Compiled) -> list[Athlete]:
    random = Random(3)
    drawn = [somebody(compiled.knowledge, random) for _ in range(25)]
    return [Athlete(str(at), "", "file", values, values) for at, values in enumerate(drawn)]


@pytest.mark.parametrize("edit", SHIPPED_EDITS)
def test_the_short_ways_find_what_judging_everybody_in_full_finds(
    compiled: Compiled, people: list[Athlete], edit: str
) -> None:
    place, old, new = SHIPPED_EDITS[edit]
    text = (ROOT / "knowledge" / place).read_text(encoding="utf-8")
    assert old in text
    after = load(None, {place: text.replace(old, new, 1).encode()})
    changed = compile_knowledge(after)
    first = states.State("before", "folder", compiled.knowledge)
    found = impact(first, states.State("after", "folder", after), people)

    full = {
        one.name: told
        for one in people
        if (told := differences(judge(compiled, one.before), judge(changed, one.after)))
    }
    short = {
        one.athlete.name: {(two.aspect, two.about): (two.before, two.after) for two in one.differences}
        for one in found.moved
    }
    assert short == full


def test_the_plain_judgement_is_that_of_a_whole_diagnosis(compiled: Compiled) -> None:
    knowledge = compiled.knowledge
    for case in knowledge.cases:
        answers = answers_of(knowledge, case)
        whole = assess(compiled, answers, deep=False)
        plain = judge(compiled, answers.values, sprints.read_off(knowledge, answers))
        assert (plain.outcome, plain.limiter, plain.apparent) == (whole.outcome, whole.limiter, whole.apparent)
        assert dict(plain.states) == {one.id: one.state for one in whole.deficits}


# --- sprints ----------------------------------------------------------------------------------------------------------


def with_sprint_page(knowledge: KnowledgeBase, **lines: object) -> Impact:
    """The impact of some lines of the sprint page, changed together, on the cornerstones."""
    sprint = type(knowledge.sprint).model_validate(knowledge.sprint.model_dump() | lines)
    after = replace(knowledge, sprint=sprint)
    people = cornerstones(knowledge, after)
    return impact(states.State("before", "folder", knowledge), states.State("after", "folder", after), people)


def fed(knowledge: KnowledgeBase, *without: str) -> dict[str, str]:
    return {id: quantity for id, quantity in knowledge.sprint.feeds.items() if id not in without}


def test_cornerstones_with_a_sprint_are_compared_with_it(knowledge: KnowledgeBase) -> None:
    found = with_sprint_page(knowledge, feeds={})

    assert {one.athlete.name for one in found.moved} == {"Hanna", "Lucia"}
    assert {one.before.limiter for one in found.moved} == {"strength", "mechanics"}
    assert {one.after.outcome for one in found.moved} == {"insufficient"}


def test_a_line_of_the_sprint_page_is_named_alone(knowledge: KnowledgeBase) -> None:
    found = with_sprint_page(knowledge, feeds=fed(knowledge, "f0_rel", "v0"), confidence=0.9)

    [change] = found.changes
    assert set(change.figures) == {"feeds.f0_rel", "feeds.v0", "confidence"}
    blamed = {(one.athlete.name, two.aspect): two.made_by for one in found.moved for two in one.differences}
    assert blamed["Hanna", "limiter"] == ("sprint/feeds.f0_rel",)
    assert set(blamed["Lucia", "limiter"]) == {"sprint/feeds.f0_rel", "sprint/feeds.v0"}  # either is enough for her
    alone = {name for one in found.moved for two in one.differences if not two.together for name in two.made_by}
    assert "sprint/confidence" not in alone
    assert "(feeds.f0_rel)" in impact_text(found)


def test_a_note_on_the_sprint_page_decides_nothing(knowledge: KnowledgeBase) -> None:
    noise = knowledge.sprint.timing_noise.model_dump() | {"note": "We like it so."}
    [change] = with_sprint_page(knowledge, timing_noise=noise).changes
    assert (change.figures, change.decides) == ((), False)


def test_a_distance_decides_where_something_rests_on_it(knowledge: KnowledgeBase) -> None:
    """Of all that may stand in for a measure, the time over it does, and the imbalance there."""
    fed_by_time = replace(knowledge, sprint=knowledge.sprint.model_copy(update={"feeds": {"sprint_20m": "time"}}))
    [change] = with_sprint_page(fed_by_time, distances={**knowledge.sprint.distances, "team_sport": 30.0}).changes
    assert (change.figures, change.decides) == (("distances.team_sport",), True)


def test_every_line_of_the_sprint_page_is_known_to_decide_or_not(knowledge: KnowledgeBase) -> None:
    says_only = {"about", "fits", "flags", "groups", "group_spread", "norms_fitted_with", "verdict", "probe_percent",
                 "honest", "sources", "note"}  # fmt: skip
    assert DECIDING["sprint"] | says_only == set(type(knowledge.sprint).model_fields)
    assert not DECIDING["sprint"] & says_only


def test_each_line_of_a_page_of_figures_can_be_taken_back(knowledge: KnowledgeBase) -> None:
    """Also one that was added, one that is gone, and one in a list."""
    limiters = knowledge.limiters.model_dump()
    limiters["words"]["strong"] = 0.65
    limiters["budgets"] = [limiters["budgets"][0] | {"pieces": 1}, limiters["budgets"][0] | {"budget": "another"}]
    sprint = knowledge.sprint.model_dump()
    sprint["feeds"] = {**fed(knowledge, "v0"), "flying_10m": "mss"}
    after = replace(knowledge, limiters=type(knowledge.limiters).model_validate(limiters),
                    sprint=type(knowledge.sprint).model_validate(sprint))  # fmt: skip
    back = after
    paths = [(change.kind, path) for change in compare(knowledge, after) for path in change.figures]
    assert sorted(paths) == [
        ("limiters", "budgets[1].pieces"), ("limiters", "budgets[2]"), ("limiters", "words.strong"),
        ("sprint", "feeds.flying_10m"), ("sprint", "feeds.v0"),
    ]  # fmt: skip
    for kind, path in paths:
        found = without_figure(kind, path, knowledge, back)
        assert found is not None
        assert [change.kind for change in compare(back, found)] == [kind]
        back = found
    assert compare(knowledge, back) == ()


def test_a_figure_that_cannot_stand_alone_is_not_taken_back(knowledge: KnowledgeBase) -> None:
    impossible = replace(knowledge, sprint=knowledge.sprint.model_copy(update={"confidence": 7.0}))
    assert without_figure("sprint", "confidence", impossible, knowledge) is None


SPRINTED = """athlete: Bo
date: 2026-03-01
answers:
  knee_to_wall: {left: 4, right: 4}
sprints:
  - splits: {5: 1.26, 10: 2.07, 20: 3.42, 30: 4.67}
    start: first_movement
"""


def test_an_athlete_with_a_sprint_becomes_a_cornerstone(small: Path, tmp_path: Path) -> None:
    athlete = tmp_path / "bo.yaml"
    athlete.write_text(SPRINTED, encoding="utf-8")
    assert rules("accept", athlete, "--why", "So.", "--knowledge", small).exit_code == 0
    [run] = answers_of(load(small), "bo").sprints
    assert [split.time for split in run.splits] == [1.26, 2.07, 3.42, 4.67]
    failures = json.loads(rules("test", "--json", "--knowledge", small).stdout)["failures"]
    assert "bo" not in [one["case"] for one in failures]


def test_a_trace_stays_beside_the_athlete(small: Path, tmp_path: Path) -> None:
    samples = [f"{number / 10},{8 * (1 - 0.9**number):.3f}" for number in range(60)]
    (tmp_path / "bo.csv").write_text("\n".join(["time_s,velocity_m_s", *samples]), encoding="utf-8")
    athlete = tmp_path / "bo.yaml"
    given = SPRINTED[SPRINTED.index("splits") :]
    athlete.write_text(SPRINTED.replace(given, "trace: bo.csv\n    device: radar\n"), encoding="utf-8")
    done = rules("accept", athlete, "--why", "So.", "--knowledge", small)
    assert done.exit_code == 2
    assert "cannot hold a trace" in done.stderr


# --- which state is compared ------------------------------------------------------------------------------------------


def git(folder: Path, *words: str) -> None:
    name = ["-c", "user.name=Coach", "-c", "user.email=coach@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def committed(small: Path) -> Path:
    git(small.parent, "init", "-q")
    git(small.parent, "add", "-A")
    git(small.parent, "commit", "-q", "-m", "first")
    return small


def test_a_commit_and_a_snapshot_of_the_same_pages_agree(committed: Path) -> None:
    change(committed, ANKLE, "below 9 cm", "below 11 cm")
    by_git = states.accepted(committed)
    change(committed, ANKLE, "below 11 cm", "below 9 cm")
    states.accept(committed, TODAY)
    by_snapshot = states.accepted(committed)

    assert (by_git.origin, by_snapshot.origin) == ("commit", "accepted")
    assert by_git.knowledge.hash == by_snapshot.knowledge.hash == load(committed).hash
    assert compare(by_git.knowledge, by_snapshot.knowledge) == ()


def test_whichever_was_accepted_later_counts(committed: Path) -> None:
    change(committed, ANKLE, "below 9 cm", "below 10 cm")
    states.accept(committed, TODAY)
    assert states.accepted(committed).origin == "accepted"
    change(committed, ANKLE, "below 10 cm", "below 11 cm")
    git(committed.parent, "commit", "-q", "-a", "-m", "second")
    assert states.accepted(committed).origin == "commit"


def test_places_of_a_commit_are_written_as_git_does(committed: Path) -> None:
    found = states.named("HEAD", committed)
    assert str(found.knowledge.places["overstriding/legs_reach"]).startswith(f"HEAD:{committed.as_posix()}/deficits/")


@pytest.mark.parametrize("name", ["no_such_commit", "--output=x", "HEAD:", "-", "HEAD~7"])
def test_a_name_that_is_no_state_is_misuse(committed: Path, name: str) -> None:
    with pytest.raises(OptionError):
        states.named(name, committed)


def test_without_git_and_snapshot_the_shipped_pages_are_compared(small: Path) -> None:
    assert states.accepted(small).origin == "shipped"


def test_nothing_in_a_checkout_is_executed(committed: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    (committed / ".gitattributes").write_text("*.yaml filter=trap diff=trap\n")
    git(committed.parent, "add", "-A")
    git(committed.parent, "commit", "-q", "-m", "attributes")
    for key in ("filter.trap.smudge", "filter.trap.clean", "diff.trap.textconv", "core.fsmonitor", "core.pager",
                "core.hooksPath", "core.sshCommand"):  # fmt: skip
        git(committed.parent, "config", key, f"touch {trap}")
    states.accepted(committed)

    assert not trap.exists()


# --- what is told as changed ------------------------------------------------------------------------------------------

LAYOUT: dict[str, Callable[[str], str]] = {
    "comments and blank lines": lambda text: "# a word\n\n" + text.replace("rules:\n", "\n# all\nrules:\n"),
    "a unit left out": lambda text: text.replace("below 9 cm", "below 9.0"),
    "a text folded otherwise": lambda text: text.replace("because: A reason.", "because: >\n      A\n      reason."),
    "quotes": lambda text: text.replace("group: ", "group: ").replace("because: A reason.", 'because: "A reason."'),
    "windows line ends": lambda text: text.replace("\n", "\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("how", LAYOUT)
def test_layout_is_no_difference(small: Path, how: str) -> None:
    other = Path(shutil.copytree(small, small.parent / "other"))
    for page in (ANKLE, REACH):
        (other / page).write_bytes(LAYOUT[how]((other / page).read_text()).encode())
    before, after = states.named(str(small), None), states.named(str(other), None)

    assert before.knowledge.hash != after.knowledge.hash
    assert compare(before.knowledge, after.knowledge) == ()
    assert "only their layout differs" in diff_text(before, after, ())


def test_rules_in_another_order_are_no_difference(small: Path) -> None:
    before = load(small)
    text = (small / REACH).read_text()
    first, second = text.index("  - id: legs_reach"), text.index("  - id: legs_smooth")
    end = text.index("explained_by:")
    (small / REACH).write_text(text[:first] + text[second:end] + text[first:second] + text[end:])

    assert compare(before, load(small)) == ()


def test_a_change_is_told_in_words_with_its_line(small: Path) -> None:
    before = states.present(small).knowledge
    change(small, ANKLE, "below 9 cm", "below 10 cm")
    after = states.present(small)
    [found] = compare(before, after.knowledge)
    told = diff_text(states.State("before", "folder", before), after, [found])

    assert [(one.path, one.before, one.after) for one in found.fields] == [
        ("when.knee_to_wall", "below 9 cm", "below 10 cm")
    ]
    assert after.knowledge.pages["deficit", "stiff_ankle"].line(found.at.line).strip() == "knee_to_wall: below 10 cm"
    assert "is below 9 cm, then" in told
    assert "is below 10 cm, then" in told


# --- the commands -----------------------------------------------------------------------------------------------------


def rules(*words: object, typed: str | None = None) -> Result:
    done = CliRunner().invoke(cli.commands, ["rules", *map(str, words)], input=typed)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


def schema(part: str) -> Draft202012Validator:
    made = json.loads((ROOT / "docs" / "impact.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator({"$ref": f"#/$defs/{part}", "$defs": made["$defs"]})


def test_impact_as_json_follows_its_schema_and_never_varies(small: Path) -> None:
    found = edited(small, (ANKLE, "below 9 cm", "below 11 cm"), (REACH, "A reason.", "Another reason."))
    said = impact_json(found)

    schema("impact").validate(json.loads(said))
    assert said == impact_json(impact(found.before, found.after, found.athletes))


def test_diff_as_json_follows_its_schema(small: Path) -> None:
    other = shutil.copytree(small, small.parent / "other")
    change(small, ANKLE, "below 9 cm", "below 11 cm")
    done = rules("diff", other, small, "--format", "json")

    schema("diff").validate(json.loads(done.stdout))
    assert done.exit_code == 0


def test_impact_from_the_command_line(small: Path, tmp_path: Path) -> None:
    assert rules("accept", "--knowledge", small).exit_code == 0
    assert "No athlete changes" in rules("impact", "--knowledge", small).stdout
    change(small, ANKLE, "below 9 cm", "below 11 cm")
    athlete = tmp_path / "edge.yaml"
    athlete.write_bytes(dict(files())["edge.yaml"])
    done = rules("impact", athlete, "--knowledge", small)

    assert done.exit_code == 0
    assert "edge, edge.yaml" in done.stdout
    assert "stiff_ankle/short_lunge" in done.stdout
    assert rules("impact", "--against", "nowhere", "--knowledge", small).exit_code == 2


def test_an_athlete_becomes_a_cornerstone_and_can_be_taken_back(small: Path, tmp_path: Path) -> None:
    athlete = tmp_path / "Edge Case.yaml"
    athlete.write_bytes(dict(files())["stiff.yaml"])
    done = rules("accept", athlete, "--knowledge", small, typed="The ankle: it is #1.\n")
    assert done.exit_code == 0, done.output
    case = load(small).cases["edge_case"]
    assert case.expect.limiter == "strength"
    assert case.expect.deficits_present == ("stiff_ankle",)
    assert case.expect.why == "The ankle: it is #1."
    assert rules("accept", athlete, "--why", "So.", "--knowledge", small).exit_code == 2  # the name is taken
    change(small, ANKLE, "below 9 cm", "below 3 cm")
    failed = rules("test", "--knowledge", small)
    assert failed.exit_code == 1
    assert "cases/edge_case.yaml" in failed.stdout


def test_why_names_the_rule_and_its_line(small: Path, tmp_path: Path) -> None:
    athlete = tmp_path / "stiff.yaml"
    athlete.write_bytes(dict(files())["stiff.yaml"])
    knowledge = load(small)
    place = knowledge.places["stiff_ankle/short_lunge"]
    told = rules("why", athlete, "--knowledge", small).stdout

    assert f"{place.file}:{place.line}" in told
    other = rules("why", athlete, "--not", "mechanics", "--knowledge", small).stdout
    assert "mechanics is not named" in other
    assert "overstriding/legs_reach (for): self_legs" in other
    assert rules("why", athlete, "--deficit", "overstridin", "--knowledge", small).exit_code == 3


def test_why_not_tells_the_line_that_stopped_a_rule(small: Path, tmp_path: Path) -> None:
    athlete = tmp_path / "free.yaml"
    athlete.write_bytes(dict(files())["free.yaml"])
    told = rules("why", athlete, "--deficit", "stiff_ankle", "--knowledge", small).stdout

    assert "Did not fire" in told
    assert "is below 9 cm, and it is left 12, right 12 cm" in told


# --- the rules as they are shipped ------------------------------------------------------------------------------------


def test_the_shipped_cases_hold(knowledge: KnowledgeBase) -> None:
    done = rules("test", "--json")
    told = json.loads(done.stdout)

    schema("test").validate(told)
    assert (done.exit_code, told["failures"]) == (0, [])
    assert told["cornerstones"] == len(knowledge.cases)


def test_made_cases_hold_and_reach_what_was_not_reached(small: Path) -> None:
    before = json.loads(rules("test", "--json", "--knowledge", small).stdout)
    assert rules("test", "--generate", "-o", small / "rule_cases", "--knowledge", small).exit_code == 0
    after = json.loads(rules("test", "--json", "--knowledge", small).stdout)

    assert after["failures"] == before["failures"]
    assert after["cases"] > 0
    missing = [rule for rule, found in after["rules"].items() if found["lacks"]]
    assert len(missing) < sum(1 for found in before["rules"].values() if found["lacks"])
    text = (small / "rule_cases" / "stiff_ankle.yaml").read_text()
    assert "short_lunge is silent with knee_to_wall at 9" in text


def test_a_moved_threshold_fails_the_made_cases_with_both_places(small: Path) -> None:
    rules("test", "--generate", "-o", small / "rule_cases", "--knowledge", small)
    change(small, ANKLE, "below 9 cm", "below 12 cm")
    done = rules("test", "--knowledge", small)

    assert done.exit_code == 1
    assert "rule_cases/stiff_ankle.yaml:" in done.stdout
    assert f"{ANKLE}:" in done.stdout


def test_a_wrong_case_is_told_with_its_place(small: Path) -> None:
    (small / "rule_cases").mkdir()
    (small / "rule_cases" / "stiff_ankle.yaml").write_text(
        "about: stiff_ankle\ncases:\n  - name: wrong\n    given: {knee_to_wal: 3}\n"
        "    expect: {fires: [shrt_lunge]}\n"
    )
    done = rules("test", "--knowledge", small)

    assert done.exit_code == 1
    assert "stiff_ankle.yaml:4:13: unknown measure 'knee_to_wal'" in done.stderr
    assert "Did you mean 'short_lunge'?" in done.stderr
