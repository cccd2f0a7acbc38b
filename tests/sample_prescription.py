"""A prescription made by hand, as full as the caps allow and with the longest texts there are: the worst for a page."""

from datetime import date, timedelta

from engine.knowledge import KnowledgeBase
from engine.model import Day, Diagnosis, Item, OnHold, Prescription, RetestPlan, Sides, Slot, Week
from engine.schema.base import Weekday

START = date(2026, 3, 2)
TRAINING: dict[Weekday, int] = {"mon": 4, "tue": 1, "wed": 3, "fri": 4, "sun": 1}
DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def fullest(diagnosis: Diagnosis, knowledge: KnowledgeBase, items: int = 8, weeks: int = 6) -> Prescription:
    """The most that may be printed for this athlete: `items` exercises with the longest texts over `weeks` weeks."""
    pages = sorted(
        (page for page in knowledge.interventions.values() if page.kind != "habit"),
        key=lambda page: (
            -len(page.how_short + page.dose_start + page.dose_progressed + page.stop_short + page.print_name)
        ),
    )[:items]
    targets = tuple(one.id for one in diagnosis.deficits if one.state == "present")[:3]
    ids = [page.intervention for page in pages]
    chosen = tuple(
        Item(
            page.intervention, targets, "B", False, 1.0, max(page.cues, key=len),
            (page.dose_start,) * (weeks // 2) + (page.dose_progressed,) * (weeks - weeks // 2), (3,) * weeks,
        )
        for page in pages
    )  # fmt: skip
    block = knowledge.programs.mechanics
    retests = tuple(
        RetestPlan(one, retest.measure, Sides(8.5, 11.0) if number else None, retest.real_change or 1.0, False, None,
                   retest.to, 2, 3, 3, START + timedelta(weeks=weeks), retest.same)
        for number, one in enumerate(knowledge.deficits) for retest in knowledge.deficits[one].retest[:1]
    )[:5]  # fmt: skip
    return Prescription(
        block="mechanics", weeks=weeks, level="advanced", items=chosen,
        habits=("three_question_check", "run_less_block"),
        plan=tuple(_week(number, ids, knowledge) for number in range(1, weeks + 1)),
        retests=retests, retest_on=START + timedelta(weeks=weeks, days=-1), exit_criteria=block.exit,
        on_hold=(OnHold("low_reactive_strength", ("achilles_tendinopathy",)),), dropped=(),
        causal_line=None, notes=block.notes, starts=START,
    )  # fmt: skip


def _week(number: int, ids: list[str], knowledge: KnowledgeBase) -> Week:
    row = knowledge.programs.mechanics.weeks[min(number, len(knowledge.programs.mechanics.weeks)) - 1]
    later = ids[::-1] if number > 3 else ids
    days = tuple(
        Day(day, (Slot("T", tuple(later[: TRAINING[day]]), 40.0),) if day in TRAINING else (), 50.0 * (day in TRAINING))
        for day in DAYS
    )
    return Week(number, START + timedelta(weeks=number - 1), row.running, (28.0, 32.0), row.technique, row.lifts,
                row.fast, row.check, days)  # fmt: skip
