"""What to measure again and when, and the change that counts as real."""

from collections.abc import Iterable
from datetime import date, timedelta

from engine.model import Diagnosis, RetestPlan
from engine.prescription.person import Person
from engine.schema.deficit import Retest


def retests(
    person: Person, diagnosis: Diagnosis, deficits: Iterable[str], *, starts: date, weeks: int, retest_on: date
) -> tuple[RetestPlan, ...]:
    """The retests of these deficits; measures tested before go first, untested ones only when nothing else is known."""
    plans: list[RetestPlan] = []
    for deficit in deficits:
        listed = person.knowledge.deficits[deficit].retest
        known = [retest for retest in listed if retest.measure in diagnosis.facts]
        for retest in known or listed[:1]:
            near = abs(retest.after_weeks - weeks) <= person.knowledge.programs.retest.snap_weeks
            on = retest_on if near else starts + timedelta(weeks=retest.after_weeks, days=-1)
            plans.append(_plan(person, diagnosis, deficit, retest, on))
    return tuple(plans)


def _plan(person: Person, diagnosis: Diagnosis, deficit: str, retest: Retest, on: date) -> RetestPlan:
    knowledge = person.knowledge
    page = knowledge.measures.get(retest.measure) or knowledge.derived[retest.measure]
    fact = diagnosis.facts.get(retest.measure)
    percent = retest.real_change_percent is not None
    return RetestPlan(
        deficit=deficit,
        measure=retest.measure,
        was=fact.value if fact else None,
        change=retest.real_change_percent if percent else retest.real_change,
        percent=percent,
        unit=page.unit,
        to=retest.to,
        repeats=retest.repeats,
        mean_of=retest.mean_of,
        after_weeks=retest.after_weeks,
        on=on,
        same=retest.same,
    )
