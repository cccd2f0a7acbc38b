"""The sprint page: numbers with their intervals, charts that stay true, one sheet of paper, JSON by its schema."""

import json
import math
import re
import subprocess
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import reports
from engine import answers, sprints
from engine.assessment import assess
from engine.compile import Compiled
from engine.errors import PageOverflow
from engine.knowledge import KnowledgeBase
from engine.sprint.flags import FLAGS
from engine.sprint.kinematics import time_to
from engine.sprint.results import Analysis, Comparison, Estimate, Fit, Flag, Group
from engine.sprint.run import Device, Person, Run, Split, Trace
from reports.charts import SIZE, Label
from reports.fonts import typeface
from reports.pdf import Paper
from reports.sprint import charts, words
from reports.sprint.as_json import data
from reports.sprint.charts import Plot, band, ticks
from reports.sprint.room import printed
from reports.sprint.views import sheet
from tests.conftest import ROOT

PAPERS: tuple[Paper, ...] = ("a4", "letter")
ANA = Person("Ana", 60, 1.68, "female", 21, "team_sport", "trained")
KIMBERLEY = {5: 1.158, 10: 1.893, 15: 2.541, 20: 3.149, 25: 3.735, 30: 4.313, 35: 4.881, 40: 5.444}
GROUP = Group("peers", "trained team-sport players", "tc", 7.2, 7.91, n=34, verified="seen")


def gates(times: Mapping[int, float]) -> tuple[Split, ...]:
    return tuple(Split(float(distance), time) for distance, time in times.items())


def trace(device: Device) -> Trace:
    """A trace of MSS 8.5 and MAC 7.5 with a ripple of strides."""
    times = [number * 0.05 for number in range(1, 110)]
    ripple = [0.05 * (-1) ** number for number in range(1, 110)]
    speeds = [8.5 * (1 - math.exp(-at * 7.5 / 8.5)) + more for at, more in zip(times, ripple, strict=True)]
    if device == "tether":
        distances = [8.5 * (at - 8.5 / 7.5 * (1 - math.exp(-at * 7.5 / 8.5))) for at in times]
        return Trace(device, velocities=tuple(speeds), distances=tuple(distances))
    if device == "in_situ":
        return Trace(device, velocities=tuple(speeds), accelerations=tuple(7.5 * (1 - one / 8.5) for one in speeds))
    return Trace(device, times=tuple(times), velocities=tuple(speeds))


def one_fit(mss: float, mac: float, *, flying_distance: float = 0.0, time_correction: float = 0.0) -> Fit:
    return Fit("tc", mss, mac, 5, (0.0,) * 5, "s", ("mss", "mac"), None, time_correction, flying_distance)


RUNS: Mapping[str, tuple[Run, Person]] = {
    "behind_gate": (Run(gates({5: 1.17, 10: 1.98, 20: 3.38, 30: 4.71, 35: 5.38}), start="behind_gate"), ANA),
    "eight_gates": (Run(gates(KIMBERLEY), name="second of three", day=date(2026, 3, 1), surface="grass"), ANA),
    "gun": (Run(gates({5: 1.40, 10: 2.1, 20: 3.3, 30: 4.4, 40: 5.5}), start="gun"), ANA),
    "hopeless": (Run(gates({10: 2.0, 20: 3.2})), Person("Nadia")),
    "nobody": (Run(gates(KIMBERLEY)), Person()),
    "radar": (Run(trace=trace("radar")), ANA),
    "laser": (Run(trace=trace("laser")), ANA),
    "tether": (Run(trace=trace("tether"), inertia=5), ANA),
    "in_situ": (Run(trace=trace("in_situ")), ANA),
}  # fmt: skip


@pytest.fixture(scope="module")
def analyses(knowledge: KnowledgeBase) -> Mapping[str, Analysis]:
    return {name: sprints.analysed(knowledge, *given) for name, given in RUNS.items()}


def text_of(analysis: Analysis, knowledge: KnowledgeBase) -> str:
    found = reports.render_sprint(analysis, knowledge, "text")
    assert isinstance(found, str)
    return found


def html_of(analysis: Analysis, knowledge: KnowledgeBase, paper: Paper = "a4") -> str:
    found = reports.render_sprint(analysis, knowledge, "html", paper=paper)
    assert isinstance(found, str)
    return found


def pages_of(found: str | bytes) -> int:
    """Sheets of a PDF, whose objects are deflated."""
    assert isinstance(found, bytes)
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", found, re.DOTALL)
    texts = [zlib.decompressobj().decompress(one) for one in packed if one[:1] == b"x"]
    return sum(len(re.findall(rb"/Type\s*/Page\b", one)) for one in (found, *texts))


# --- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high", "said"), [
    (0.061, 0.108, "0.06 to 0.11 s"),
    (0.061, 0.062, "about 0.06 s"),
    (0.0, 0.05, "at most 0.05 s"),
    (-0.004, 0.004, "next to nothing"),
    (-0.02, 0.05, "between 0.02 s lost and 0.05 s gained"),
    (-0.08, -0.05, "nothing, being 0.05 to 0.08 s ahead already"),
    (-0.08, 0.001, "nothing, being up to 0.08 s ahead already"),
])  # fmt: skip
def test_time_saved_is_said_wherever_zero_lies(low: float, high: float, said: str) -> None:
    assert words.saved(Estimate((low + high) / 2, 0.01, low, high)) == said


@given(st.floats(-0.6, 0.6), st.floats(0, 0.4))
def test_no_phrase_has_a_bare_sign(low: float, width: float) -> None:
    said = words.saved(Estimate(low, 0.01, low, low + width))
    assert not re.search(r"[-−]0", said)
    assert "0.00" not in said


@pytest.mark.parametrize("side", ["force", "velocity", "undecided", "neither", "no_group", "unreliable"])
def test_every_verdict_is_a_filled_sentence(
    side: Any, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    saved, lost = Estimate(0.08, 0.01, 0.06, 0.11), Estimate(0.01, 0.02, -0.02, 0.05)
    beside = Comparison(GROUP, 20, saved, lost, lost, 0.4)
    told = words.verdict(replace(analyses["behind_gate"], side=side, comparison=beside), knowledge.sprint)
    assert not re.search(r"[{}]", told)
    if side in ("force", "velocity", "undecided"):
        assert "0.06 to 0.11 s" in told
        assert "between 0.02 s lost and 0.05 s gained" in told
        assert GROUP.label in told


def test_every_warning_is_a_filled_sentence(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    flags = tuple(Flag(code, dict.fromkeys(names, 1.234567)) for code, names in FLAGS.items())
    told = words.warnings(replace(analyses["nobody"], flags=flags), knowledge.sprint)
    assert [one.code for one in told] == list(FLAGS)
    for one in told:
        assert not re.search(r"[{}]|1\.234", f"{one.says} {one.do}")


def test_a_warning_about_several_readings_is_told_once(
    analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    details = {"mss_error": 6.0, "mac_error": 17.0}
    flags = (Flag("few_splits", {"gates": 3}), Flag("uncertain_fit", details, True, "fd"),
             Flag("uncertain_fit", {**details, "mss_error": 9.0}, True, "tc"))  # fmt: skip
    told = words.warnings(replace(analyses["eight_gates"], flags=flags), knowledge.sprint)
    assert [(one.code, one.about, one.serious) for one in told] == [
        ("uncertain_fit", "TC and FD", True), ("few_splits", "", False),
    ]  # fmt: skip
    assert "9 %" in told[0].says, "the figures are those of the reading that comes first"


# --- charts ---------------------------------------------------------------------------------------------------------


@st.composite
def spreads(draw: st.DrawFn) -> tuple[Estimate, Estimate, Estimate]:
    def one(value: float) -> Estimate:
        down, up = draw(st.floats(0.5, 0.99)), draw(st.floats(1.01, 1.6))
        return Estimate(value, 0.1, value * down, value * up)

    f0, v0 = draw(st.floats(4, 12)), draw(st.floats(5, 13))
    return one(f0), one(v0), one(f0 * v0 / 4)


@given(spreads())
def test_the_band_ends_on_the_intervals_of_f0_and_v0(found: tuple[Estimate, Estimate, Estimate]) -> None:
    f0, v0, pmax = found
    path = band(f0, v0, pmax)
    half = len(path) // 2
    assert path[0] == pytest.approx((0, f0.high))
    assert path[half - 1] == pytest.approx((v0.high, 0))
    assert path[half] == pytest.approx((v0.low, 0))
    assert path[-1] == pytest.approx((0, f0.low))


@given(spreads())
def test_the_line_lies_in_its_band_and_the_middle_on_pmax(found: tuple[Estimate, Estimate, Estimate]) -> None:
    f0, v0, pmax = found
    path = band(f0, v0, pmax)
    half = len(path) // 2
    for at, (above, below) in enumerate(zip(path[:half], reversed(path[half:]), strict=True)):
        share = at / (half - 1)
        on_line = (share * v0.value, (1 - share) * f0.value)
        assert above[0] >= on_line[0] - 1e-9
        assert above[1] >= on_line[1] - 1e-9
        assert below[0] <= on_line[0] + 1e-9
        assert below[1] <= on_line[1] + 1e-9
    top = path[half // 2]
    reached = top[0] * top[1] / (on_middle := v0.value * f0.value / 4)
    limits = sorted(((f0.high * v0.high / 4) / on_middle, f0.high / f0.value * v0.value / v0.high,
                     f0.value / f0.high * v0.high / v0.value))  # fmt: skip
    if limits[1] <= pmax.high / pmax.value <= limits[2]:  # an interval of Pmax that those of F0 and V0 allow
        assert reached == pytest.approx(pmax.high / pmax.value, rel=1e-6)


@given(st.floats(6, 13), st.floats(4, 12), st.floats(10, 60))
def test_a_curve_rises_to_the_speed_at_the_last_gate(mss: float, mac: float, last: float) -> None:
    points = charts.along(one_fit(mss, mac), last)
    assert points[0] == pytest.approx((0, 0), abs=1e-9)
    assert points[-1][0] == pytest.approx(last, rel=1e-9)
    assert points[-1][1] == pytest.approx(charts.speed_at(one_fit(mss, mac), last))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(points))


def test_a_curve_from_behind_the_gate_passes_it_at_speed() -> None:
    points = charts.along(one_fit(8.5, 7.5, flying_distance=0.5), 40)
    assert points[0][0] >= 0
    assert points[0][1] > 1.5
    assert charts.speed_at(one_fit(8.5, 7.5, flying_distance=0.5), 0) == pytest.approx(
        charts.speed_at(one_fit(8.5, 7.5), 0.5)
    )


def test_a_curve_over_time_starts_where_the_run_does() -> None:
    points = charts.over_time(one_fit(8.5, 7.5, time_correction=0.3), 5.0)
    assert points[0] == (0.3, 0.0)
    assert points[-1][0] == pytest.approx(5.0)


def test_a_step_is_as_high_as_the_mean_speed() -> None:
    splits = gates({10: 2.0, 20: 3.25})
    plot = charts.speed_over_distance(splits, [charts.Named(one_fit(9, 8), "TC")], 250, 150, "")
    (_, first, width, height), (_, second, also, _) = plot.steps
    assert width == pytest.approx(also)
    bottom = plot.frame[3]
    assert (bottom - second) / (bottom - first) == pytest.approx(8.0 / 5.0)
    assert first + height == pytest.approx(bottom)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("paper", PAPERS)
def test_charts_stay_in_their_frames(
    name: str, paper: Paper, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    width = {"a4": 518.0, "letter": 535.0}[paper]
    found = printed(analyses[name], knowledge, width=width)
    for plot in filter(None, (found.curve, found.line)):
        _in_frame(plot)


@pytest.mark.parametrize("last", [40, 60, 100, 1000])
def test_the_last_number_of_an_axis_is_not_cut(last: int) -> None:
    """Where the axis ends on a round number, its own width would take it over the edge."""
    splits = gates({last // 2: 5.2, last: 9.9})
    named = [charts.Named(one_fit(11, 9), "TC")]
    plot = charts.speed_over_distance(splits, named, 250, 150, "Speed along the run of somebody.")
    assert str(last) in [label.text for label in plot.labels]
    _in_frame(plot)


def _touch(one: Label, other: Label) -> bool:
    """Whether two lines of text lie on each other."""
    spans = []
    for label in (one, other):
        wide = typeface().width(label.text, SIZE)
        start = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
        spans.append((start, start + wide))
    return abs(one.y - other.y) < SIZE * 0.8 and spans[0][0] < spans[1][1] and spans[1][0] < spans[0][1]


def _in_frame(plot: Plot) -> None:
    left, top, right, bottom = plot.frame
    drawn = [point for one in plot.strokes for point in one.points]
    for x, y in (*drawn, *plot.dots, *plot.specks, *plot.area):
        assert left - 0.01 <= x <= right + 0.01
        assert top - 0.01 <= y <= bottom + 0.01
    for label in plot.labels:
        wide = typeface().width(label.text, SIZE)
        start = label.x - {"start": 0.0, "middle": wide / 2, "end": wide}[label.anchor]
        assert start >= -0.01, label.text
        assert start + wide <= plot.width + 0.01, label.text
    for one in plot.labels:
        for other in plot.labels:
            assert one is other or not _touch(one, other), (one.text, other.text)
        assert SIZE * 0.8 <= label.y <= plot.height, label.text
    assert len(plot.alternative) > 30
    lines = [one.style for one in plot.strokes]
    assert len(set(lines)) == len(lines), "two strokes that cannot be told apart in grey"


@given(st.floats(-50, 50), st.floats(0.5, 500), st.integers(3, 8))
def test_ticks_are_round_few_and_inside(low: float, width: float, most: int) -> None:
    found = ticks(low, low + width, most)
    assert 1 <= len(found) <= most
    assert low - 1e-6 <= found[0]
    assert found[-1] <= low + width + 1e-6
    assert all(abs(float(f"{one:.6g}") - one) < 1e-6 for one in found)


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("paper", PAPERS)
def test_every_sprint_takes_one_sheet(
    name: str, paper: Paper, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    assert pages_of(reports.render_sprint(analyses[name], knowledge, "pdf", paper=paper)) == 1


def crowded(analysis: Analysis, codes: Sequence[str]) -> Analysis:
    """The same with the longest names, all circumstances, and these warnings about the reading that is taken."""
    flags = tuple(
        Flag(code, dict.fromkeys(FLAGS[code], 12.34), number % 2 == 0, analysis.readings[number % 3].model)
        for number, code in enumerate(codes)
    )
    run = replace(analysis.run, name="second of three trials, after the warm-up", set_back=0.35, reaction_time=0.142,
                  surface="artificial turf, wet, with a slight headwind", inertia=5.0, resistance=12.5)  # fmt: skip
    person = replace(analysis.person, name="Kimberley-Anne Featherstonehaugh-Wolverhampton")
    peers = replace(GROUP, label="national-team players of American football, rugby and Australian football",
                    sources=("vescovi_data",))  # fmt: skip
    wide = Estimate(0.01, 0.05, -0.12, 0.14)
    assumed = {"mass": 70.0, "height": 1.75, "temperature": 20.0, "pressure": 1013.0}
    return replace(analysis, run=run, person=person, flags=flags, assumed=assumed, side="undecided",
                   comparison=Comparison(peers, 20, wide, wide, wide, 0.5))  # fmt: skip


@pytest.mark.parametrize("many", [0, 6, len(FLAGS)])
@pytest.mark.parametrize("paper", PAPERS)
def test_the_fullest_page_takes_one_sheet(
    many: int, paper: Paper, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    full = crowded(analyses["eight_gates"], list(FLAGS)[-many:] if many else [])
    assert len(full.readings) == 3
    assert pages_of(reports.render_sprint(full, knowledge, "pdf", paper=paper)) == 1
    room = {"a4": (518.0, 782.0), "letter": (535.0, 732.0)}[paper]
    found = printed(full, knowledge, width=room[0], room=room[1])
    if many == 6:
        assert not found.more_warnings
    shown = sum(len(column) for column in found.warnings_halves)
    assert shown + found.more_warnings == many


def test_warnings_without_room_are_counted(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    full = crowded(analyses["eight_gates"], list(FLAGS))
    html = html_of(full, knowledge, "letter")
    assert re.search(r"\d+ more: limiter sprint --format text shows them all", html)


@pytest.mark.parametrize("name", RUNS)
def test_text_is_short_and_says_it_all(name: str, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    analysis = analyses[name]
    lines = text_of(analysis, knowledge).splitlines()
    assert len(lines) <= 54
    assert max(map(len, lines)) <= 96
    assert "  \n" not in "\n".join(lines)
    text = " ".join(" ".join(lines).split())
    assert " ".join(words.verdict(analysis, knowledge.sprint).split()) in text
    for line in knowledge.sprint.honest:
        assert " ".join(line.split()) in text


@pytest.mark.parametrize("name", RUNS)
def test_every_figure_has_its_interval(name: str, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    found = sheet(analyses[name], knowledge)
    assert len(found.figures) == (11 if analyses[name].estimates else 0)
    for one in found.figures:
        assert re.fullmatch(r"(about [−\d.]+|[−\d.]+ to [−\d.]+)", one.interval), one


def test_a_sprint_without_a_trait_prints_none(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    found = printed(analyses["hopeless"], knowledge)
    assert found.side == "unreliable"
    assert found.line is None
    assert not found.figures
    assert not found.curve.strokes
    assert not found.worth
    assert len(found.warnings) > 2


def test_a_refuted_reading_has_a_column_and_no_curve(
    analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    analysis = analyses["eight_gates"]
    assert [one.model for one in analysis.readings if one.refuted] == ["none"]
    found = printed(analysis, knowledge)
    assert found.columns == ("TC", "FD", "none")
    assert [one.style for one in found.curve.strokes] == ["taken", "second"]
    assert any("(refuted)" in one for one in found.readings)


def test_residuals_are_told_in_milliseconds(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    analysis = analyses["behind_gate"]
    assert analysis.chosen is not None
    fit = analysis.chosen.fit
    predicted = [time_to(split.distance, fit.mss, fit.mac) + fit.time_correction for split in analysis.run.splits]
    off = [round(1000 * (split.time - at)) for split, at in zip(analysis.run.splits, predicted, strict=True)]
    told = [int(gate.off.replace("−", "-")) for gate in sheet(analysis, knowledge).gates]
    assert told == off


def test_charts_say_in_words_what_they_show(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    html = html_of(analyses["behind_gate"], knowledge)
    titles = re.findall(r"<svg[^>]*>\s*<title>(.*?)</title>", html)
    assert len(titles) == 2
    assert "0 to 5 m: 4.27 m/s" in titles[0]
    assert "F0" in titles[1]
    assert "middle of the group" in titles[1]


def test_a_name_is_escaped_and_equal_input_is_equal_bytes(
    analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    analysis = replace(analyses["gun"], person=replace(ANA, name="<b>Ana</b> & Co"))
    html = html_of(analysis, knowledge)
    assert "&lt;b&gt;Ana&lt;/b&gt; &amp; Co" in html
    assert "<b>Ana</b>" not in html
    assert reports.render_sprint(analysis, knowledge, "pdf") == reports.render_sprint(analysis, knowledge, "pdf")


def test_several_sprints_are_several_sheets(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    several = [analyses["gun"], analyses["radar"], analyses["hopeless"]]
    assert pages_of(reports.render_sprint(several, knowledge, "pdf")) == 3
    text = reports.render_sprint(several, knowledge, "text")
    assert isinstance(text, str)
    assert text.count("Ana: sprint") == 2
    table = reports.list_sprints(several, knowledge).splitlines()
    assert sum(" trace " in line or " TC " in line for line in table) == 2
    assert sum(line.endswith("  unreliable") for line in table) == 1
    assert table[-2].startswith("3 sprints: ")
    assert max(map(len, table)) <= 110


# --- JSON -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = json.loads((ROOT / "docs" / "sprint.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


@pytest.mark.parametrize("name", RUNS)
def test_json_follows_its_schema(
    name: str, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase, schema: Draft202012Validator
) -> None:
    found = json.loads(reports.render_sprint(analyses[name], knowledge, "json"))
    schema.validate(found)
    schema.validate(json.loads(json.dumps(data(analyses[name]), allow_nan=False)))
    assert found["schema"] == 1
    assert found["sentence"] == words.verdict(analyses[name], knowledge.sprint)


def test_the_schema_refuses_what_it_does_not_know(
    analyses: Mapping[str, Analysis], schema: Draft202012Validator
) -> None:
    assert not schema.is_valid({**data(analyses["gun"]), "more": 1})
    assert not schema.is_valid({**data(analyses["gun"]), "side": "left"})


def test_json_of_several_is_an_array(
    analyses: Mapping[str, Analysis], knowledge: KnowledgeBase, schema: Draft202012Validator
) -> None:
    found = json.loads(reports.render_sprint(list(analyses.values()), knowledge, "json"))
    schema.validate(found)
    assert [one["side"] for one in found] == [one.side for one in analyses.values()]


def test_json_keeps_the_numbers(analyses: Mapping[str, Analysis]) -> None:
    analysis = analyses["eight_gates"]
    found = data(analysis)
    for name, one in analysis.estimates.items():
        assert found["estimates"][name]["value"] == pytest.approx(one.value, rel=1e-7)
        assert found["estimates"][name]["low"] <= found["estimates"][name]["high"]
    assert [one["chosen"] for one in found["readings"]] == [True, False, False]
    assert found["readings"][0]["fit"]["residuals"] == pytest.approx(analysis.readings[0].fit.residuals, rel=1e-7)


# --- inside a prescription ------------------------------------------------------------------------------------------


def test_page_two_of_a_prescription_is_the_sprint(
    compiled: Compiled, analyses: Mapping[str, Analysis], knowledge: KnowledgeBase
) -> None:
    path = ROOT / "knowledge" / "cases" / "49_monique_200m.yaml"
    found = answers.read(path.read_bytes(), str(path), knowledge, today=date(2026, 11, 22))
    plain = replace(assess(compiled, found), sprints=())
    sprinted = replace(plain, sprints=(analyses["hopeless"], analyses["eight_gates"]))
    for paper in PAPERS:
        before = pages_of(reports.render(plain, knowledge, "pdf", paper=paper))
        assert pages_of(reports.render(sprinted, knowledge, "pdf", paper=paper)) == before + 1
    html = reports.render(sprinted, knowledge, "html")
    assert isinstance(html, str)
    ids = re.findall(r'<section class="[^"]+" id="([^"]+)"', html)
    assert ids[:3] == ["a0-one", "a0-sprint", "a0-two"]
    assert words.verdict(analyses["eight_gates"], knowledge.sprint)[:40] in html, "the first that can be relied on"
    assert "coach’s page 4" in html
    without = reports.render(plain, knowledge, "html")
    assert isinstance(without, str)
    assert "coach’s page 3" in without
    assert "a0-sprint" not in without


def test_no_numerical_library_is_loaded_before_there_is_a_sprint() -> None:
    script = "import sys, reports; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy"} & set(done.stdout.split())


def test_a_sheet_that_runs_over_is_named(analyses: Mapping[str, Analysis], knowledge: KnowledgeBase) -> None:
    page = knowledge.sprint.model_copy(update={"honest": ("Far too many words. " * 400,)})
    with pytest.raises(PageOverflow, match="what was assumed"):
        reports.render_sprint(analyses["gun"], replace(knowledge, sprint=page), "pdf")
