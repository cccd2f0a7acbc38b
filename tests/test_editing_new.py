"""Something new by answering questions: what is written passes the check and leaves all else alone."""

import shutil
from pathlib import Path

import pytest

from engine.loader import load
from engine.tree import SHIPPED
from tests.test_editing import run
from tests.test_editing_journal import everything, small

__all__ = ["small"]

RULE = ["stiff_ankle", "?", "long lunge", "long_lunge", "knee_to_wal: at least 12 cm", "knee_to_wall: at least 12 mm",
        "knee_to_wall: at least 12 cm", "", "", "weak evidence against", "", "A long lunge needs a supple ankle.", "",
        "+coach2026", "A coach (2026). What I saw.", "", "", ""]  # fmt: skip


def options(**given: str) -> list[str]:
    return [part for name, value in given.items() for part in ("--set", f"{name}={value}")]


def test_a_rule_through_a_pipe(small: Path) -> None:
    before = everything(small)
    code, said = run("new", "rule", "--knowledge", str(small), input="\n".join(RULE) + "\n")

    assert code == 0, said
    assert "how about long_lunge" in said
    assert "did you mean 'knee_to_wall'" in " ".join(said.split())
    rule = load(small).deficits["stiff_ankle"].rules[-1]
    assert (rule.id, rule.group, rule.then) == ("long_lunge", "knee_to_wall", "weak evidence against")
    assert rule.sources == ("coach2026",)
    after = everything(small)
    assert {place for place in after if before.get(place) != after[place]} == {
        "deficits/strength/stiff_ankle.yaml", "sources.yaml",
    }  # fmt: skip
    for place, content in after.items():
        assert all(line in content.split(b"\n") for line in before[place].split(b"\n"))
    run("undo", "--knowledge", str(small))
    assert everything(small) == before


def test_going_back_and_stopping(small: Path) -> None:
    before = everything(small)
    code, said = run("new", "rule", "--knowledge", str(small), input="overstriding\nb\nstiff_ankle\nq\n")
    assert (code, "nothing was written" in said) == (0, True)
    assert run("new", "rule", "--knowledge", str(small), input="overstriding\n")[0] == 0
    assert everything(small) == before


def test_a_measure_by_options(small: Path) -> None:
    given = options(
        id="heel_rise",
        label="Heel rise",
        group="mobility",
        kind="number",
        unit="cm",
        lowest="0",
        highest="20",
        better="higher",
        per_side="yes",
        question="How high does the heel rise?",
        protocol="Read the highest of ten.",
        typical_error="0,5",
        mean="11",
        sd="2",
        population="1",
        sources=next(iter(load(small).sources)),
    )
    code, said = run("new", "measure", "--no-input", "--knowledge", str(small), *given)

    assert code == 0, said
    knowledge = load(small)
    assert knowledge.measures["heel_rise"].norms[0].mean == 11
    assert [section.id for section in knowledge.questionnaire.sections if "heel_rise" in section.measures]
    rule = options(
        deficit="stiff_ankle",
        rule="low_heel",
        when="heel_rise: below p25",
        then="weak evidence for",
        because="The calf cannot lift the heel.",
        sources=next(iter(knowledge.sources)),
    )
    code, said = run("new", "rule", "--no-input", "--knowledge", str(small), *rule)
    assert code == 0, said


@pytest.mark.parametrize(
    ("kind", "extra"),
    [
        ("yes_no", {}),
        ("choice", {"choices": "a: first; b: second"}),
        ("scale_0_3", {"low_end": "no", "better": "lower"}),
    ],
)
def test_every_kind_of_measure(small: Path, kind: str, extra: dict[str, str]) -> None:
    given = options(
        id="new_one",
        label="New one",
        group="self_observation",
        kind=kind,
        question="What?",
        protocol="So.",
        sources=next(iter(load(small).sources)),
        **extra,
    )
    code, said = run("new", "measure", "--no-input", "--knowledge", str(small), *given)

    assert code == 0, said
    assert load(small).measures["new_one"].kind == kind


def test_a_deficit_and_an_exercise_for_it(small: Path) -> None:
    source = next(iter(load(small).sources))
    deficit = options(
        id="low_patience",
        label="Low patience",
        limiter="synergy",
        about="Hurries.",
        in_a_sentence="everything is hurried",
        when_fine="everything takes its time",
        rule="hurried_lunge",
        when="knee_to_wall: below 5 cm",
        then="moderate evidence for",
        because="Who hurries cuts the lunge short.",
        sources=source,
        retest="knee_to_wall",
        real_change="2",
    )
    code, said = run("new", "deficit", "--no-input", "--knowledge", str(small), *deficit)
    assert code == 0, said
    exercise = options(
        id="slow_lunge",
        label="Slow lunge",
        kind="mobility",
        limiter="synergy",
        targets="low_patience",
        how="Lunge slowly.",
        cues="Slowly, Breathe",
        dose_start="2 x 8",
        dose_progressed="3 x 12",
        quality_gate="Stop when it gets fast.",
        sources=source,
    )
    code, said = run("new", "exercise", "--no-input", "--knowledge", str(small), *exercise)
    assert code == 0, said
    knowledge = load(small)
    assert knowledge.deficits["low_patience"].weight == "moderate"
    assert knowledge.interventions["slow_lunge"].cues == ("Slowly", "Breathe")


def test_what_is_missing_or_wrong_is_told(small: Path) -> None:
    before = everything(small)
    code, said = run("new", "rule", "--no-input", "--knowledge", str(small), *options(deficit="stiff_ankle"))
    assert (code, "Missing for a new rule: rule, when, then, because" in said) == (2, True)
    code, said = run("new", "rule", "--no-input", "--knowledge", str(small), *options(deficits="stiff_ankle"))
    assert (code, "Did you mean 'deficit'?" in said) == (2, True)
    code, said = run("new", "rule", "--no-input", "--knowledge", str(small), *options(deficit="stif_ankle"))
    assert (code, "did you mean 'stiff_ankle'?" in said) == (2, True)
    assert run("new", "rule", "--list")[1].startswith("deficit: ")
    assert everything(small) == before


def test_a_fault_keeps_the_answers(small: Path) -> None:
    before = everything(small)
    given = options(
        deficit="stiff_ankle",
        rule="one",
        when="stiff_ankle: present",
        then="weak evidence for",
        because="Because.",
        sources=next(iter(load(small).sources)),
    )
    code, said = run("new", "rule", "--no-input", "--knowledge", str(small), *given)

    assert code == 1
    assert "limiter rules new rule --set deficit=stiff_ankle" in said
    assert everything(small) == before


def test_on_the_shipped_pages(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "mine", ignore=shutil.ignore_patterns(".limiter"))
    given = options(
        id="heel_rise",
        label="Heel rise",
        group="mobility",
        kind="number",
        unit="cm",
        lowest="0",
        highest="20",
        better="higher",
        question="How high?",
        protocol="So.",
        kits="tape",
        mean="11",
        sd="2",
        population="general",
    )
    code, said = run("new", "measure", "--no-input", "--knowledge", str(tmp_path / "mine"), *given)

    assert code == 0, said
    assert said.count("heel_rise") >= 3
