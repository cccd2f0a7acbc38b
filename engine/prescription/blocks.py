"""Which block a diagnosis gets, and the shape of it: weeks in order, layouts, quotas, what the season changes."""

from dataclasses import dataclass, field, replace

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis
from engine.prescription.person import Person
from engine.schema.base import Limiter
from engine.schema.intervention import Level
from engine.schema.program import Also, Block, Choice, InSeason, PatternFirst, Quota, Variant, WeekRow


@dataclass(frozen=True)
class Shape:
    """A block made ready for one person."""

    id: str
    block: Block
    weeks: tuple[WeekRow, ...]
    season: InSeason | None
    not_these: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    always: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    not_while: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def quota(self, level: Level) -> Quota | None:
        """Fewest and most of each class; None where only what is always in is given."""
        return self.block.quotas.of(level) if self.block.quotas else None


def choose(knowledge: KnowledgeBase, diagnosis: Diagnosis, person: Person) -> Shape | None:
    """The block for this diagnosis, shaped for this person; None where a programme would be wrong or aimless."""
    page = knowledge.programs.block_choice
    stops = [finding for finding in diagnosis.safety if finding.action == "stop_and_refer"]
    if any(finding.urgency in page.no_programme for finding in stops):
        return None
    choice = next((choice for choice in page.choices if _fits(choice, diagnosis)), None)
    return _page_of(choice, knowledge, diagnosis, person) if choice else None


def _fits(choice: Choice, diagnosis: Diagnosis) -> bool:
    return (
        diagnosis.outcome in choice.outcome
        and (not choice.limiter or diagnosis.limiter in choice.limiter)
        and (not choice.apparent or diagnosis.apparent in choice.apparent)
        and (choice.also is None or _also(choice.also, diagnosis) is not None)
    )


def _also(also: Also, diagnosis: Diagnosis) -> Limiter | None:
    """The other limiter that is off by itself, the most certain one; None when none is."""
    own = {finding.id for finding in diagnosis.deficits if finding.limiter == diagnosis.limiter}
    for limiter in diagnosis.limiters:
        if limiter.id in also.limiters and limiter.certainty >= also.certainty:
            for finding in diagnosis.deficits:
                excused = any(cause.deficit in own for cause in finding.explained_by)
                if finding.limiter == limiter.id and finding.severity >= also.severity and not excused:
                    return limiter.id
    return None


def _page_of(choice: Choice, knowledge: KnowledgeBase, diagnosis: Diagnosis, person: Person) -> Shape | None:
    programs, id = knowledge.programs, choice.block
    if id == "pattern_first":
        pattern = _also(choice.also, diagnosis) if choice.also else None
        return _pattern_first(programs.pattern_first, pattern, knowledge, person)
    if id == "elsewhere":
        for finding in person.elsewhere:
            if finding.id in programs.elsewhere.pain:
                return _shape("pain_stop", programs.pain_stop, person)
            if finding.id in programs.elsewhere.plans:
                plan = _shape(id, programs.elsewhere.plans[finding.id], person)
                return replace(plan, notes=(programs.elsewhere.line, *plan.notes))
        return None
    return _shape(id, programs.blocks()[id], person)


def _pattern_first(
    page: PatternFirst, pattern: Limiter | None, knowledge: KnowledgeBase, person: Person
) -> Shape | None:
    if pattern is None:
        return None
    shape = _shape(pattern, knowledge.programs.blocks()[pattern], person, weeks=page.weeks)
    return replace(shape, id="pattern_first", not_these=page.not_these, notes=(*page.notes, *shape.notes))


def _shape(id: str, block: Block, person: Person, weeks: int | None = None) -> Shape:
    season = block.season.get(person.options.season)
    rows = block.weeks
    length = weeks or (season.weeks if season else None)
    for variant in block.variants:
        if variant.weeks is not None and variant.weeks == length:
            rows = _reordered(rows, variant)
    for variant in block.variants:
        if variant.people in person.adjustments:
            rows = _reordered(rows, variant) if len(variant.order) == len(rows) else _with_doses(rows, variant)
    if block.lasts and block.lasts > len(rows):
        rows = rows + (rows[-1],) * (block.lasts - len(rows))
        rows = (*rows[:-1], rows[-1].model_copy(update={"retest": True}))
    return Shape(
        id=id,
        block=block,
        weeks=rows,
        season=season,
        not_these=block.not_these,
        notes=(*block.notes, *((season.note,) if season else ())),
        always=block.always.of(person.column),
        only=block.only,
        not_while=block.not_while,
    )


def _reordered(rows: tuple[WeekRow, ...], variant: Variant) -> tuple[WeekRow, ...]:
    """The rows in the variant's order; checks stay where they are, and the retest comes at the end alone."""
    chosen = [rows[number - 1] for number in variant.order]
    same_length = len(chosen) == len(rows)
    ordered: list[WeekRow] = []
    for place, row in enumerate(chosen):
        last = place == len(chosen) - 1
        check = rows[place].check if same_length else (row.check if last or not row.retest else None)
        add = variant.add_running.get(place + 1, 0.0)
        running = (row.running[0] + add, row.running[1] + add)
        ordered.append(row.model_copy(update={"check": check, "retest": last and row.retest, "running": running}))
    return _with_doses(tuple(ordered), variant)


def _with_doses(rows: tuple[WeekRow, ...], variant: Variant) -> tuple[WeekRow, ...]:
    return tuple(
        row.model_copy(update={"doses": {**row.doses, **variant.doses.get(number, {})}})
        for number, row in enumerate(rows, start=1)
    )
