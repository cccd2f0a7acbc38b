"""Reports through the public face: every case in every format, both papers, pages that hold, names, equal bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import reports
from engine import answers
from engine.assessment import assess
from engine.compile import Compiled
from engine.errors import BackEndMissing, PageOverflow, UndrawableText
from engine.impact.reasons import of_deficit
from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, Options
from reports import fonts, pdf, wording
from reports.pdf import Paper, Sheet
from reports.reasons import deficit_text
from reports.views.safety import is_warning
from tests.sample_prescription import fullest

ROOT = Path(__file__).parent.parent
CASES = sorted(path.stem for path in (ROOT / "knowledge" / "cases").glob("*.yaml"))
TODAY = date(2026, 11, 22)
PAPERS: tuple[Paper, ...] = ("a4", "letter")


@pytest.fixture(scope="module")
def coached(knowledge: KnowledgeBase) -> Options:
    """The options under which most is printed."""
    return Options(equipment=frozenset(knowledge.programs.equipment.tokens), coached=True, days_per_week=5)


@pytest.fixture(scope="module")
def diagnoses(compiled: Compiled) -> Mapping[str, Diagnosis]:
    return Diagnosed(compiled)


class Diagnosed(dict[str, Diagnosis]):
    """The cases by id, each diagnosed when first asked for."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__()
        self.compiled = compiled

    def __missing__(self, case: str) -> Diagnosis:
        self[case] = diagnose(self.compiled, case)
        return self[case]


def diagnose(compiled: Compiled, case: str, options: Options | None = None) -> Diagnosis:
    path = ROOT / "knowledge" / "cases" / f"{case}.yaml"
    found = answers.read(path.read_text(encoding="utf-8"), str(path), compiled.knowledge, today=TODAY)
    return assess(compiled, found, options)


def text_of(diagnosis: Diagnosis, knowledge: KnowledgeBase, **how: Any) -> str:
    found = reports.render(diagnosis, knowledge, "text", **how)
    assert isinstance(found, str)
    return found


def page_one(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    html = reports.render(diagnosis, knowledge, "html")
    assert isinstance(html, str)
    return re.split('id="a0-(?:sprint|two)"', html.split('id="a0-one"')[1])[0]


# --- every case, every format -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("paper", PAPERS)
def test_every_case_fits_its_pages(
    case: str, paper: Paper, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    assert reports.render(diagnoses[case], knowledge, "pdf", paper=paper)[:5] == b"%PDF-"


@pytest.mark.parametrize("case", CASES)
def test_every_case_fits_with_a_coach_all_equipment_and_five_days(
    case: str, compiled: Compiled, knowledge: KnowledgeBase, coached: Options
) -> None:
    diagnosis = diagnose(compiled, case, coached)
    for paper in PAPERS:
        reports.render(diagnosis, knowledge, "pdf", paper=paper)


@pytest.mark.parametrize("items", range(1, 9))
def test_the_fullest_block_fits(items: int, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = replace(diagnoses["49_monique_200m"], outcome="clear", limiter="synergy", apparent="mechanics")
    diagnosis = replace(diagnosis, prescription=fullest(diagnosis, knowledge, items))
    for paper in PAPERS:
        reports.render(diagnosis, knowledge, "pdf", paper=paper)


@pytest.mark.parametrize("case", CASES)
def test_json_follows_its_schema(case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    schema = json.loads((ROOT / "docs" / "diagnosis.schema.json").read_text(encoding="utf-8"))
    found = json.loads(reports.render(diagnoses[case], knowledge, "json"))
    Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/diagnosis"}]}).validate(found)


def test_json_of_several_is_an_array(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    several = [diagnoses[case] for case in CASES[:3]]
    found = json.loads(reports.render(several, knowledge, "json"))
    assert [one["athlete"] for one in found] == [one.athlete for one in several]


def test_json_tells_a_fuller_block_too(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    schema = json.loads((ROOT / "docs" / "diagnosis.schema.json").read_text(encoding="utf-8"))
    one = diagnoses["49_monique_200m"]
    found = json.loads(reports.render(replace(one, prescription=fullest(one, knowledge)), knowledge, "json"))
    Draft202012Validator(schema).validate(found)


@pytest.mark.parametrize("case", CASES)
def test_text_says_what_matters(case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = diagnoses[case]
    text = " ".join(text_of(diagnosis, knowledge).split())
    assert diagnosis.athlete in text
    assert " ".join(knowledge.safety_wording.on_every_wall_copy.split()) in text
    for finding in diagnosis.safety[:1]:
        assert text.index(" ".join(finding.text.split())[:60]) < 120


@pytest.mark.parametrize("case", CASES)
def test_no_probability_and_no_third_decimal(
    case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    html = page_one(diagnoses[case], knowledge)
    words = re.sub(r"<svg.*?</svg>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert "probability" not in words.lower()
    assert not re.search(r"(?<![\d.])[-−]?0\.\d{3}", words)


def test_explain_adds_every_rule(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = diagnoses["49_monique_200m"]
    explained = text_of(diagnosis, knowledge, explain=True)
    assert all(trace.rule in explained for trace in diagnosis.trace)
    assert reports.render(diagnosis, knowledge, "pdf", explain=True)


def test_equal_answers_are_equal_bytes(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = diagnoses["56_lukas_1500m"]
    assert reports.render(diagnosis, knowledge, "pdf") == reports.render(diagnosis, knowledge, "pdf")
    assert reports.render(diagnosis, knowledge, "html") == reports.render(diagnosis, knowledge, "html")


def test_one_week_can_be_printed_alone(compiled: Compiled, knowledge: KnowledgeBase) -> None:
    diagnosis = diagnose(compiled, "49_monique_200m", Options(week=3))
    assert "Week 3 of" in page_one(diagnosis, knowledge)
    reports.render(diagnosis, knowledge, "pdf")


# --- the wall and privacy -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_the_wall_never_prints_a_safety_text(
    case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    diagnosis = diagnoses[case]
    wall = page_one(diagnosis, knowledge)
    if "Private." in wall:
        assert all(finding.text[:40] in wall for finding in diagnosis.safety[:1])
    else:
        assert not any(finding.text[:40] in wall for finding in diagnosis.safety)
        assert ("Safety first" in wall) == any(is_warning(knowledge.safety[finding.id]) for finding in diagnosis.safety)


@pytest.mark.parametrize("case", CASES)
def test_the_seed_stays_visible(case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    wall = page_one(diagnoses[case], knowledge)
    if "Private." not in wall:
        assert all(word in wall for word in ("Clunky?", "Hurting?", "Harder than it should be?"))
        assert "get faster" in wall


# --- letters, overflow, back end ----------------------------------------------------------------------------------


def test_names_in_many_scripts_are_printed(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    name = "Žofia Łukaszewska-Đorđević Алексей Ελένη Nguyễn Thị Ánh"
    html = reports.render(replace(diagnoses[CASES[0]], athlete=name), knowledge, "html")
    assert isinstance(html, str)
    assert name in html


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_a_name_that_cannot_be_drawn_is_refused_letter_by_letter(
    form: Any, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    with pytest.raises(UndrawableText, match=r"陳 \(U\+9673\), 美 \(U\+7F8E\)"):
        reports.render(replace(diagnoses[CASES[0]], athlete="陳美陳 Chen"), knowledge, form)


def test_a_name_is_never_markup(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    html = reports.render(replace(diagnoses[CASES[0]], athlete="<script>x</script>"), knowledge, "html")
    assert isinstance(html, str)
    assert "<script>" not in html


def test_every_page_of_knowledge_can_be_drawn(knowledge: KnowledgeBase) -> None:
    for page in knowledge.pages.values():
        fonts.check_drawable(page.text, page.file)


def test_the_signs_we_print_can_be_drawn() -> None:
    fonts.check_drawable("≥ ≤ − × → ☐ ✓ ⚠ ◆ ○ ▶ ◀ · “ ” – …", "a sign")


def test_overflow_names_the_section() -> None:
    html = "<html><body><section id='a'><div>short</div><div style='height: 3000px'>long</div></section></body></html>"
    with pytest.raises(PageOverflow, match="Page 1: the section 'exercises'"):
        pdf.to_pdf(html, title="x", made=TODAY, paper="a4", sheets=[Sheet("a", "Page 1", ("heading", "exercises"))])


def test_without_the_engine_the_way_out_is_told(
    monkeypatch: pytest.MonkeyPatch, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "plutoprint", None)
    with pytest.raises(BackEndMissing, match="print the HTML from a browser"):
        reports.render(diagnoses[CASES[0]], knowledge, "pdf")


def test_text_is_wrapped_by_its_true_width() -> None:
    lines = fonts.wrap("Talking pace. 1 min watch legs, 1 min arms, 1 min core.", 8.5, 100, most=9)
    assert len(lines) > 1
    assert all(fonts.typeface().width(line, 8.5) <= 100 for line in lines)


# --- pages in words -----------------------------------------------------------------------------------------------


def test_a_sprint_is_told_with_its_interval_and_its_share(compiled: Compiled, knowledge: KnowledgeBase) -> None:
    path = ROOT / "examples" / "vescovi_fmss_205.yaml"
    found = assess(compiled, answers.read(path.read_text(encoding="utf-8"), str(path), knowledge, today=TODAY))
    rule = next(one for one in found.trace if one.rule == "low_horizontal_force/low_forward_force")
    why = deficit_text(found, of_deficit(found, knowledge, "low_horizontal_force"), knowledge)

    assert rule.budget == "sprint"
    assert rule.share < 0.9
    assert all(one.share == 1 for one in found.trace if not one.budget)
    for told in (text_of(found, knowledge, explain=True), why):
        words = " ".join(told.split())
        assert re.search(r"5\.74 N/kg \(4\.\d+ to 6\.\d+\)", words)
        assert f"counted to {wording.percent(rule.share)}, as several rules share the budget “sprint”" in words


def test_every_question_can_say_why_it_is_asked(knowledge: KnowledgeBase) -> None:
    for measure in knowledge.measures:
        assert reports.explain_question(knowledge, measure)
    assert "Stiff ankle" in reports.explain_question(knowledge, "knee_to_wall") or "ankle" in reports.explain_question(
        knowledge, "knee_to_wall"
    )


def test_every_page_can_be_shown_in_words(knowledge: KnowledgeBase) -> None:
    for kind in ("deficits", "measures", "derived", "interventions", "safety", "limiter_rules", "sources"):
        for id in getattr(knowledge, kind):
            assert reports.show(knowledge, id).strip()
    for deficit in knowledge.deficits.values():
        for rule in deficit.rules:
            shown = reports.show(knowledge, f"{deficit.deficit}/{rule.id}")
            assert rule.then in " ".join(shown.split())


def test_every_page_of_settings_can_be_shown(knowledge: KnowledgeBase) -> None:
    for _, id in knowledge.pages:
        assert "Written in" in reports.show(knowledge, id)
    said = " ".join(reports.show(knowledge, "sprint").split())
    assert "Raised by no gate beyond 20 m" in said
    assert "low_horizontal_force (7)" in said
    assert "share the budget “sprint”" in " ".join(reports.show(knowledge, "low_horizontal_force").split())
    assert "budget" not in reports.show(knowledge, "restricted_ankle_mobility")


def test_an_unknown_page_names_the_nearest(knowledge: KnowledgeBase) -> None:
    with pytest.raises(KeyError, match="Did you mean 'knee_to_wall'"):
        reports.show(knowledge, "knee_to_wal")
    with pytest.raises(KeyError, match="Did you mean 'knee_to_wall'"):
        reports.tell_measures(knowledge, ["knee_to_wal"])


def test_measures_are_told_with_unit_and_range(knowledge: KnowledgeBase) -> None:
    assert "cm" in reports.tell_measures(knowledge, ["knee_to_wall"])
    everything = reports.tell_measures(knowledge)
    assert all(measure in everything for measure in knowledge.measures)


# --- what a coach found -------------------------------------------------------------------------------------------


def flat(text: str) -> str:
    return " ".join(text.split())


def test_what_is_fine_is_said_in_good_words(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    told = flat(text_of(diagnoses["19_isaac_100m"], knowledge).split("Good")[1].split("What to test")[0])
    ruled_out = [one for one in diagnoses["19_isaac_100m"].deficits if one.state == "ruled_out"]
    assert ruled_out
    assert not any(knowledge.deficits[one.id].label in told for one in ruled_out)
    assert any(knowledge.deficits[one.id].when_fine[1:] in told for one in ruled_out)


@pytest.mark.parametrize("case", ["10_amara_football", "43_rosa_marathon"])
def test_a_stop_asks_for_no_test(case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    told = text_of(diagnoses[case], knowledge)
    assert "What to test next" not in told
    assert "Safety questions still open" in told


def test_what_a_test_would_point_to_is_said_by_a_rule_for_it(compiled: Compiled) -> None:
    """A rule that speaks against a deficit stops at a test too; that is nothing that would have pointed to it."""
    person = "sex: male\n  age: 40\n  body_mass: 75\n  event_group: team_sport\n  training_level: trained"
    content = f"athlete: JB\ndate: 2026-03-01\nanswers:\n  {person}\n  f0_rel: 6.85\n  rf_max: 48.9\n"
    found = assess(compiled, answers.read(content, "jb.yaml", compiled.knowledge, today=TODAY))
    told = flat(text_of(found, compiled.knowledge))
    assert "would point to “push goes up instead of forward at the start” only if it is worse than the norm" in told
    assert "only if it is better than the norm" not in told


def test_a_mixed_result_explains_both_sides(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = diagnoses["45_paula_couch_to_mile"]
    why = flat(text_of(diagnosis, knowledge).split("\nWhy\n")[1].split("\nWhy not\n")[0])
    for limiter in diagnosis.limiters[:2]:
        present = [one for one in diagnosis.deficits if one.limiter == limiter.id and one.state == "present"]
        assert any(knowledge.deficits[one.id].label in why for one in present)


def test_pain_acquits_nobody(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    told = text_of(diagnoses["10_amara_football"], knowledge)
    assert "probably not" not in told
    assert str(knowledge.deficits["pain_limited"].while_present) in told


def test_a_hint_is_told_as_one(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    told = text_of(diagnoses["02_dana_intake"], knowledge)
    assert "\nPossible: " in told
    assert "too early to name a limiter" not in told
    assert "None of its 9 points could be judged yet." in flat(told)


def test_none_never_denies_what_was_found(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    isaac = diagnoses["19_isaac_100m"]
    found = replace(isaac.deficits[0], state="present", certainty=0.3)
    told = text_of(replace(isaac, deficits=(found, *isaac.deficits[1:])), knowledge)
    assert "holds you back" not in told
    assert knowledge.deficits[found.id].label[1:] in told.split("Next to look at:")[1][:90]


def test_advice_on_training_is_no_warning(diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase) -> None:
    diagnosis = diagnoses["30_noor_1500m"]
    assert diagnosis.safety
    assert not any(is_warning(knowledge.safety[one.id]) for one in diagnosis.safety)
    told = text_of(diagnosis, knowledge)
    assert "ℹ Before you progress." in told
    assert knowledge.safety_wording.not_a_diagnosis[:30] not in flat(told)


@pytest.mark.parametrize("case", CASES)
def test_nothing_a_coach_would_not_say(
    case: str, diagnoses: Mapping[str, Diagnosis], knowledge: KnowledgeBase
) -> None:
    told = flat(text_of(diagnoses[case], knowledge))
    for words in ("rather not", "a hint against", "no sign either way", "could not be told", "it would need", "(r ",
                  "twice running", "tests running", "real from", " deg ", "r about"):  # fmt: skip
        assert words not in told
    assert "How sure: clear" not in told


def test_why_a_question_is_asked_fits_the_screen_and_names_no_id(knowledge: KnowledgeBase) -> None:
    for measure in knowledge.measures:
        told = reports.explain_question(knowledge, measure)
        assert max(map(len, told.splitlines())) <= 96
        assert not re.search(r"[a-z]_[a-z]", told)


def test_names_beside_bars_are_short(knowledge: KnowledgeBase) -> None:
    assert all(len(wording.short_label(knowledge, id)) <= 34 for id in (*knowledge.measures, *knowledge.derived))
