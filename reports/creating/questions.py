"""The questions that make something new, in plain words, each with what `?` says about it."""

from collections.abc import Callable, Sequence
from typing import Any, get_args

from engine.compile import COUNTS
from engine.conditions import VOCABULARY
from engine.editing.create import New
from engine.knowledge import KnowledgeBase
from engine.schema.base import Better, Family
from engine.schema.deficit import Verdict, Word
from engine.schema.intervention import Level
from engine.schema.measure import Kind
from engine.schema.safety import InterventionKind
from reports.creating import lines
from reports.creating.ask import Ask, Told

NOTHING_KNOWN = "Nothing known."
OWN_SOURCE = "expert_recall"


def questions_of(kind: New, knowledge: KnowledgeBase) -> list[Ask]:
    """The questions for one kind of thing, in the order asked."""
    return {"rule": _rule, "measure": _measure, "deficit": _deficit, "exercise": _exercise}[kind](knowledge)


def _fixed(*choices: str) -> Callable[[Told], Sequence[str]]:
    return lambda told: choices


def _always(default: str) -> Callable[[Told], str | None]:
    return lambda told: default


def _choice(name: str, words: str, help: str, choices: Callable[[Told], Sequence[str]], **more: Any) -> Ask:
    return Ask(name, words, help, lines.one_of(choices), choices=choices, **more)


def _grounds(knowledge: KnowledgeBase) -> list[Ask]:
    own = OWN_SOURCE if OWN_SOURCE in knowledge.sources else None
    kinds = sorted({source.kind for source in knowledge.sources.values()})
    new: Callable[[Told], bool] = lambda told: any(one.startswith("+") for one in told.get("sources") or ())  # noqa: E731 - asked twice
    return [
        Ask(
            "sources",
            "Where does it come from? Names of sources, with commas.",
            "The names in sources.yaml, like morin2015. A source that is not there yet gets a + before its name: "
            "+smith2024. Your own experience is expert_recall.",
            lines.sources(knowledge),
            _always(own) if own else lambda told: None,
        ),
        Ask(
            "citation",
            "The new source: authors, year, title, where it stands.",
            "As you would quote it, like: Smith A (2024). Calf strength in sprinters. J Sports Sci 42:1.",
            lines.text(),
            asked=new,
        ),
        _choice(
            "source_kind",
            "What kind of source is it?",
            "For example textbook, cohort, consensus.",
            lambda told: kinds,
            default=_always("textbook" if "textbook" in kinds else kinds[0]),
            asked=new,
        ),
        _choice(
            "verified",
            "Did you read it there (seen), or do you know it (recalled)?",
            "seen: you had the source before you; recalled: you know it from memory.",
            _fixed("seen", "recalled"),
            default=_always("recalled"),
        ),
    ]


def _rule(knowledge: KnowledgeBase) -> list[Ask]:
    deficits = list(knowledge.deficits)
    return [
        _choice(
            "deficit", "Which deficit does the rule speak about?", "For example overstriding.", lambda told: deficits
        ),
        *_evidence(knowledge, lambda told: told.get("deficit")),
    ]


def _evidence(knowledge: KnowledgeBase, deficit: Callable[[Told], Any]) -> list[Ask]:
    def free(line: str, told: Told) -> str:
        page = knowledge.deficits.get(str(deficit(told)))
        return lines.new_id({rule.id for rule in page.rules} if page else set(), longest=40)(line, told)

    return [
        Ask(
            "rule",
            "A short name for the rule, such as stiff_in_the_lunge.",
            "What is found, in a few words joined by underscores; at most 40 letters.",
            free,
        ),
        Ask(
            "when",
            "When does it speak? A measure, a colon and a test; one to a line, all must hold.",
            f"For example knee_to_wall: below 9 cm. You can say {VOCABULARY}.",
            lines.conditions(knowledge),
            many_lines=True,
        ),
        Ask(
            "unless",
            "Unless? Exceptions, in the same form; any one silences the rule.",
            "For example pain_now: at least 3. An exception not answered does not count.",
            lines.conditions(knowledge),
            _always(""),
            many_lines=True,
        ),
        _choice(
            "then",
            "How much does it say, for or against?",
            "weak: a hint; moderate: worth acting on together with others; strong: nearly enough alone; decisive: "
            "settles it.",
            _fixed(*get_args(Verdict)),
        ),
        Ask(
            "group",
            "What does it look at? Rules of one page that look at the same thing count once.",
            "Usually the name of the first measure.",
            lines.new_id(set()),
            lambda told: next(iter(told.get("when") or {"evidence": ""})),
        ),
        Ask(
            "because",
            "Why does that follow? A sentence the athlete can read.",
            "For example: The knee cannot travel over the toes, so the foot turns out to make room.",
            lines.text(),
        ),
        Ask(
            "wrong_when",
            "When would it be wrong?",
            "For example: Tested in shoes. Nothing known is an honest answer.",
            lines.text(),
            _always(NOTHING_KNOWN),
        ),
        *_grounds(knowledge),
    ]


def _measure(knowledge: KnowledgeBase) -> list[Ask]:
    groups = sorted({measure.group for measure in knowledge.measures.values()})
    sections = [section.id for section in knowledge.questionnaire.sections]
    kits = [kit.id for kit in knowledge.questionnaire.kit]
    people = list(knowledge.populations.populations)
    taken = {*knowledge.measures, *knowledge.derived, *knowledge.deficits, *COUNTS}
    is_number: Callable[[Told], bool] = lambda told: told.get("kind") == "number"  # noqa: E731 - asked several times
    is_scale: Callable[[Told], bool] = lambda told: str(told.get("kind")).startswith("scale")  # noqa: E731 - as above
    numeric: Callable[[Told], bool] = lambda told: is_number(told) or is_scale(told)  # noqa: E731 - as above
    normed: Callable[[Told], bool] = lambda told: told.get("mean") is not None  # noqa: E731 - as above

    def section(told: Told) -> str:
        same = [
            one.id
            for one in knowledge.questionnaire.sections
            if any(knowledge.measures[name].group == told.get("group") for name in one.measures)
        ]
        return same[-1] if same else sections[-1]

    return [
        Ask(
            "id",
            "A name for the new question or test, such as heel_raise_height.",
            "Lower-case words joined by underscores; rules will use it.",
            lines.new_id(taken),
        ),
        Ask(
            "label",
            "What is it called in the report?",
            "At most 34 letters, like Heel-raise height.",
            lines.text(longest=34),
        ),
        _choice(
            "group",
            "To which group does it belong?",
            "Tests that are done in the same way stand together.",
            lambda told: groups,
        ),
        _choice(
            "kind",
            "What kind of answer does it take?",
            "number: measured in a unit; yes_no; choice: one of several; scale_0_3 and scale_0_10: how much.",
            _fixed(*get_args(Kind)),
        ),
        Ask("unit", "In which unit?", "For example cm, s, kg, deg, reps.", lines.text(longest=20), asked=is_number),
        Ask(
            "lowest",
            "The smallest value that can be true?",
            "Smaller ones are refused as slips, like 0.",
            lines.number,
            asked=is_number,
        ),
        Ask(
            "highest",
            "The largest value that can be true?",
            "Larger ones are refused as slips.",
            lines.number,
            asked=is_number,
        ),
        Ask(
            "choices",
            "Which choices are there? name: words; name: words",
            "For example smooth: they feel smooth; heavy: they feel heavy",
            lines.words_by_id,
            asked=lambda told: told.get("kind") == "choice",
        ),
        Ask("low_end", "What does 0 mean?", "For example: not at all.", lines.text(), _always(""), asked=is_scale),
        Ask(
            "high_end",
            "What does the top of the scale mean?",
            "For example: all the time.",
            lines.text(),
            _always(""),
            asked=is_scale,
        ),
        _choice(
            "better",
            "Which is better?",
            "higher, lower, middle, or none of them.",
            _fixed(*get_args(Better)),
            asked=numeric,
        ),
        Ask(
            "per_side",
            "Is it tested on the left and on the right?",
            "yes or no.",
            lines.yes,
            _always("no"),
            asked=numeric,
        ),
        Ask(
            "equipment",
            "What is needed? With commas; any one of them will do.",
            "For example tape and wall.",
            lambda line, told: lines.parts(line),
            _always(""),
        ),
        Ask("minutes", "How many minutes does it take?", "For example 3.", lines.number, _always("2")),
        _choice(
            "asked_of",
            "Who answers it?",
            "the athlete, the coach, or either of them.",
            _fixed("athlete", "coach", "either"),
            default=_always("either"),
        ),
        Ask(
            "question",
            "The question, as it is asked.",
            "For example: How high does the heel rise on one leg?",
            lines.text(),
        ),
        Ask(
            "protocol",
            "How is it done? So that two coaches get the same.",
            "For example: Barefoot, fingertips on the wall, ten slow raises; read the highest.",
            lines.text(),
        ),
        Ask(
            "typical_error",
            "By how much does it differ from one day to the next?",
            "The error of measurement, in the unit of the measure, like 0.5.",
            lines.number,
            _always(""),
            asked=is_number,
        ),
        Ask(
            "error_how",
            "How do you know that?",
            "For example: Three days with five athletes.",
            lines.text(),
            _always("Judgement."),
            asked=lambda told: told.get("typical_error") is not None,
        ),
        Ask(
            "mean",
            "Is there a norm? What is the average of a group you know?",
            "In the unit of the measure; without a norm, tests like `below p25` cannot be used.",
            lines.number,
            _always(""),
            asked=is_number,
        ),
        Ask(
            "sd",
            "And the spread (one standard deviation)?",
            "Two in three people lie within one of the average.",
            lines.number,
            asked=normed,
        ),
        _choice(
            "population", "Which people were that?", "A name from populations.yaml.", lambda told: people, asked=normed
        ),
        _choice(
            "norm_sex",
            "Of which sex?",
            "male, female or any.",
            _fixed("any", "male", "female"),
            default=_always("any"),
            asked=normed,
        ),
        Ask("ages", "From which age to which?", "For example 18-45.", lines.span, _always("18-45"), asked=normed),
        _choice(
            "section",
            "In which part of the interview is it asked?",
            "It is asked last in that part.",
            lambda told: sections,
            default=section,
        ),
        Ask(
            "kits",
            "Which kit opens it? With commas.",
            "A test is offered to who has one of them; see kit in questionnaire.yaml.",
            lines.some_of(lambda told: kits),
            _always(""),
            choices=lambda told: kits,
            asked=lambda told: _is_test(knowledge, told.get("section")),
        ),
        *_grounds(knowledge),
    ]


def _is_test(knowledge: KnowledgeBase, section: Any) -> bool:
    return any(one.id == section and one.part == "tests" for one in knowledge.questionnaire.sections)


def _deficit(knowledge: KnowledgeBase) -> list[Ask]:
    taken = {*knowledge.measures, *knowledge.derived, *knowledge.deficits, *COUNTS}
    measures = [*knowledge.measures, *knowledge.derived]
    inside: Callable[[Told], bool] = lambda told: told.get("limiter") != "elsewhere"  # noqa: E731 - asked several times

    def crisp(told: Told) -> bool:
        measure = knowledge.measures.get(str(told.get("retest")))
        return measure is not None and measure.kind in ("yes_no", "choice")

    return [
        Ask(
            "id",
            "A name for the deficit; it completes “this athlete has …”.",
            "Name the fault and not the cure: low_reactive_strength.",
            lines.new_id(taken),
        ),
        Ask(
            "label",
            "What is it called in the report?",
            "At most 34 letters, like Low reactive strength.",
            lines.text(longest=34),
        ),
        _choice(
            "limiter",
            "To which limiter does it belong?",
            "mechanics, synergy, strength, or elsewhere.",
            _fixed(*get_args(Family)),
        ),
        _choice(
            "weight",
            "How much does it speak for that limiter?",
            "weak, moderate, strong or decisive.",
            _fixed(*get_args(Word)),
            default=_always("moderate"),
            asked=inside,
        ),
        Ask("about", "What is seen or felt? In a coach's words.", "Two or three sentences.", lines.text()),
        Ask(
            "in_a_sentence",
            "Complete: “In this athlete …”",
            "For example: the foot lands too far ahead of the hips.",
            lines.text(),
        ),
        Ask(
            "when_fine",
            "And when it is in order: “In this athlete …”",
            "For example: the foot lands close under the hips.",
            lines.text(),
        ),
        *_evidence(knowledge, lambda told: None),
        _choice(
            "retest", "Which measure tells whether it has been mended?", "For example dj_rsi.", lambda told: measures
        ),
        Ask(
            "to",
            "Which answers count as mended? With commas.",
            "For example no.",
            lambda line, told: lines.parts(line),
            asked=crisp,
        ),
        Ask(
            "real_change",
            "How much change is more than chance?",
            "In the unit of the measure.",
            lines.number,
            asked=lambda told: not crisp(told),
        ),
        Ask("after_weeks", "After how many weeks is it tested again?", "For example 6.", lines.number, _always("6")),
    ]


def _exercise(knowledge: KnowledgeBase) -> list[Ask]:
    rows, deficits = list(knowledge.interventions), list(knowledge.deficits)
    tools, dangers = list(knowledge.programs.equipment.tokens), list(knowledge.safety)
    taken = {*rows, *knowledge.programs.choosing.groups}
    return [
        Ask(
            "id",
            "A name for the exercise, such as calf_raise_wall.",
            "Lower-case words joined by underscores.",
            lines.new_id(taken),
        ),
        Ask("label", "What is it called?", "For example Calf raise at the wall.", lines.text()),
        Ask(
            "print_name",
            "And on the wall page, in at most 32 letters?",
            "As short as it stays clear.",
            lines.text(longest=32),
            lambda told: label if len(label := str(told.get("label") or "")) <= 32 else None,
        ),
        _choice(
            "kind",
            "What kind of exercise is it?",
            "It decides when in the week it comes.",
            _fixed(*get_args(InterventionKind)),
        ),
        _choice(
            "limiter",
            "To which limiter does it belong?",
            "mechanics, synergy, strength, or elsewhere.",
            _fixed(*get_args(Family)),
        ),
        Ask(
            "targets",
            "Which deficits does it aim at? The first the most; with commas.",
            "For example low_reactive_strength.",
            lines.some_of(lambda told: deficits),
        ),
        _choice(
            "level",
            "For whom?",
            "beginner, intermediate or advanced.",
            _fixed(*get_args(Level)),
            default=_always("beginner"),
        ),
        Ask(
            "equipment",
            "What does it need? With commas; all of it.",
            f"Words of programs/equipment.yaml: {', '.join(tools)}.",
            lines.some_of(lambda told: tools),
            _always(""),
        ),
        Ask("how", "How is it done?", "Two or three sentences.", lines.text()),
        Ask(
            "how_short",
            "The same in one line, at most 120 letters.",
            "It is printed on the wall page.",
            lines.text(longest=120),
            lambda told: how if len(how := str(told.get("how") or "")) <= 120 else None,
        ),
        Ask(
            "cues",
            "What do you say to the athlete? With commas.",
            "For example Ground is hot, Stiff ankles.",
            lambda line, told: lines.parts(line),
        ),
        Ask("dose_start", "How much at first?", "For example 3 x 8, 60 s rest.", lines.text()),
        Ask("dose_progressed", "How much later?", "For example 3 x 12 with a backpack.", lines.text()),
        Ask("sessions_per_week", "How often a week, fewest and most?", "For example 2-3.", lines.span, _always("2-3")),
        Ask("fresh_only", "Only when fresh?", "yes for fast or heavy work.", lines.yes, _always("no")),
        _choice(
            "intensity",
            "How hard is it?",
            "low, moderate or high.",
            _fixed("low", "moderate", "high"),
            default=_always("moderate"),
        ),
        Ask("minutes", "How many minutes?", "For example 8.", lines.number, _always("8")),
        _choice(
            "regress_to",
            "An easier one, when it is too much?",
            "The name of another exercise.",
            lambda told: rows,
            default=_always(""),
        ),
        _choice(
            "progress_to",
            "A harder one, when it is mastered?",
            "The name of another exercise.",
            lambda told: rows,
            default=_always(""),
        ),
        Ask(
            "quality_gate",
            "By what is a good repetition known? When does the set end?",
            "For example: Stop when the heel drops.",
            lines.text(),
        ),
        Ask(
            "stop_short",
            "The same in at most 70 letters, for the wall page.",
            "For example: Stop when the heel drops.",
            lines.text(longest=70),
            lambda told: gate if len(gate := str(told.get("quality_gate") or "")) <= 70 else None,
        ),
        Ask(
            "contraindications",
            "With which safety rules may it not be done? With commas.",
            "For example achilles_tendinopathy; see the folder safety.",
            lines.some_of(lambda told: dangers),
            _always(""),
        ),
        *_grounds(knowledge),
        _choice(
            "dose_basis",
            "Where is the dose from?",
            "source: it stands in the source; judgement: yours.",
            _fixed("source", "judgement"),
            default=_always("judgement"),
        ),
    ]
