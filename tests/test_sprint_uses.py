"""An athlete with several sprints: which the rules use, which has the page, and that the report says so."""

import pytest

import reports
from engine import answers, sprints
from engine.assessment import assess
from engine.compile import Compiled
from engine.model import Diagnosis
from reports.sprint.uses import shown, uses
from tests.test_reports import TODAY, flat

PERSON = "sex: female, age: 24, body_mass: 62, stature: 168, event_group: team_sport, training_level: trained"
GATE = "{splits: {5: 1.26, 10: 2.07, 20: 3.42, 30: 4.67, 35: 5.27}, start: behind_gate}"
PUSHED = "{splits: {5: 1.42, 10: 2.22, 20: 3.62, 30: 4.96, 35: 5.62}, start: unknown, model: none}"
BETTER = "{splits: {5: 1.18, 10: 1.93, 20: 3.20, 30: 4.39, 35: 4.97}, start: behind_gate}"


def diagnosed(compiled: Compiled, *runs: str, more: str = "") -> Diagnosis:
    """Ana with these sprints, as her file says them."""
    items = "".join(f"  - {run}\n" for run in runs)
    content = f"athlete: Ana\ndate: 2026-03-01\nanswers: {{{PERSON}{more}}}\nsprints:\n{items}"
    return assess(compiled, answers.read(content, "ana.yaml", compiled.knowledge, today=TODAY))


def on(run: str, day: str) -> str:
    return run.replace("{splits", f"{{date: {day}, splits")


def with_load(run: str) -> str:
    return run.replace("start:", "resistance: 60, start:")


def test_one_sprint_that_counts_needs_no_word(compiled: Compiled) -> None:
    found = diagnosed(compiled, GATE)
    assert sprints.roles(compiled.knowledge.sprint, found.sprints) == ("counts",)
    assert uses(found, compiled.knowledge) == ""


@pytest.mark.parametrize(
    ("runs", "roles", "page"),
    [
        ((GATE, BETTER), ("counts", "counts"), 0),
        ((with_load(GATE), BETTER), ("resisted", "counts"), 1),
        ((GATE.replace("behind_gate", "gun"), GATE), ("unreliable", "counts"), 1),
        ((with_load(GATE), GATE), ("resisted", "counts"), 1),
        ((GATE, GATE), ("counts", "repeated"), 0),
        ((on(BETTER, "2026-01-10"), on(GATE, "2026-02-20")), ("older", "counts"), 1),
        ((on(GATE, "2026-01-10"), on(GATE, "2026-02-20")), ("older", "counts"), 1),
        (("{splits: {10: 2.05, 20: 3.31}, start: gun}", GATE), ("unreliable", "counts"), 1),
        ((PUSHED, with_load(GATE)), ("unlike_norms", "resisted"), 0),
    ],
)
def test_every_sprint_has_a_role_and_one_the_page(
    runs: tuple[str, ...], roles: tuple[str, ...], page: int, compiled: Compiled
) -> None:
    found = diagnosed(compiled, *runs)
    assert sprints.roles(compiled.knowledge.sprint, found.sprints) == roles
    assert shown(found.sprints, compiled.knowledge) == page
    told = uses(found, compiled.knowledge)
    assert told.startswith(f"This is sprint {page + 1} of {len(runs)}.")
    assert told.count("The rules leave out") == len({one for one in roles if one != "counts"})
    assert ("mean of sprints" in told) == (roles.count("counts") > 1)


def test_the_mean_is_told_with_what_it_is_made_of(compiled: Compiled) -> None:
    found = diagnosed(compiled, GATE, BETTER)
    values = [one.estimates["f0_rel"].value for one in found.sprints]
    sprint = found.facts["f0_rel"].sprint
    assert sprint is not None
    assert sprint.value == pytest.approx(sum(values) / 2)
    told = uses(found, compiled.knowledge)
    assert all(f"{value:.1f} (" in told for value in values)


def test_what_was_entered_is_told_beside_the_verdict(compiled: Compiled) -> None:
    found = diagnosed(compiled, GATE, more=", f0_rel: 7.9")
    assert "(F0) the rules use what was entered." in uses(found, compiled.knowledge)


def test_text_and_print_say_it(compiled: Compiled) -> None:
    found = diagnosed(compiled, GATE, with_load(BETTER))
    sentence = "The rules leave out sprint 2: the run was resisted."
    for form in ("text", "html"):
        told = reports.render(found, compiled.knowledge, form)
        assert isinstance(told, str)
        assert sentence in flat(told)
