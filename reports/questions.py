"""Why a question is asked, told from the rules that use its answer: the `?` of the interview."""

from collections.abc import Iterator
from textwrap import fill

from engine.conditions import Conditions
from engine.knowledge import KnowledgeBase
from engine.schema.deficit import LimiterRule, Rule
from engine.schema.measure import Measure
from reports import wording

WIDTH = 78
"""Letters in a line, as in `asking.py`."""
MOST = 4
"""So many rules are told in full."""

_STRENGTH = {"decisive": 0, "strong": 1, "moderate": 2, "weak": 3}


def explain_question(knowledge: KnowledgeBase, measure: str) -> str:
    """What the answer to a question is used for, in a few lines.

    Raises: KeyError for a measure that does not exist.
    """
    page = knowledge.measures[measure]
    lines = [*_safety(knowledge, measure), *_rules(knowledge, measure), *_other_uses(knowledge, measure, page)]
    if not lines:
        lines = ["It is kept with the result, so that a later test can be compared with it."]
    return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return fill(line.strip(), WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _rules(knowledge: KnowledgeBase, measure: str) -> Iterator[str]:
    uses = [
        (_STRENGTH[rule.then.split()[0]], label, rule.then, rule.because)
        for label, rule in _all_rules(knowledge)
        if measure in _feeds(knowledge, rule.when)
    ]
    uses.sort(key=lambda use: (use[0], use[1]))
    if not uses:
        return
    names = list(dict.fromkeys(wording.lower_first(label) for _, label, _, _ in uses))
    yield wording.sentence(f"It speaks for or against: {'; '.join(names)}")
    for _, label, then, because in uses[:MOST]:
        yield f"  {then.capitalize()} “{label}”: {wording.sentence(because)}"
    if len(uses) > MOST:
        yield f"  … and {wording.counted(len(uses) - MOST, 'more rule')}."


def _all_rules(knowledge: KnowledgeBase) -> Iterator[tuple[str, Rule | LimiterRule]]:
    for deficit in knowledge.deficits.values():
        for rule in deficit.rules:
            yield deficit.label, rule
    for limiter_rule in knowledge.limiter_rules.values():
        yield knowledge.limiters.limiters[limiter_rule.limiter].label, limiter_rule


def _feeds(knowledge: KnowledgeBase, when: Conditions) -> set[str]:
    """Every measure a condition rests on, those behind derived measures included."""
    found, waiting = set[str](), list(when.keys())
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        if derived := knowledge.derived.get(key):
            waiting.extend((*derived.inputs, *derived.optional_inputs))
    return found


def _safety(knowledge: KnowledgeBase, measure: str) -> Iterator[str]:
    uses = [rule for rule in knowledge.safety.values()
            if measure in (*rule.when.keys(), *(rule.when_short.keys() if rule.when_short else ()))]  # fmt: skip
    if uses:
        yield "For your safety: some answers mean that training should stop or change before anything else is decided."
        for rule in uses[:3]:
            yield f"  {wording.sentence(rule.condition)}"


def _other_uses(knowledge: KnowledgeBase, measure: str, page: Measure) -> Iterator[str]:
    opens = [one.label for one in knowledge.measures.values() if one.ask_when and measure in one.ask_when.keys()]
    if opens:
        yield wording.sentence(f"It decides whether these are asked: {'; '.join(map(wording.lower_first, opens[:4]))}")
    if page.group == "athlete":
        yield "It tells which group of people the tests are compared with, or how a test is scaled."
    elif page.norms:
        yield "The result is compared with the norm for sex, age, event and level."
    retests = [
        one.label for one in knowledge.deficits.values() if any(retest.measure == measure for retest in one.retest)
    ]
    if retests:
        yield wording.sentence(
            f"Measured again, it shows progress with: {'; '.join(map(wording.lower_first, retests[:3]))}"
        )
