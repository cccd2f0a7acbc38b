"""What to test next: cheapest first, with how it is done. Part of *report*, see `views`."""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, NextTest
from reports import wording
from reports.charts import SIZE
from reports.fonts import wrap

MOST = 5


@dataclass(frozen=True, slots=True)
class Test:
    """One thing to test: what, how long, what it would tell, how it is done."""

    __test__ = False

    name: str
    minutes: str
    kit: str
    why: str
    how: tuple[tuple[str, str], ...]
    """Question or label, and protocol, of each measure."""


def next_tests(diagnosis: Diagnosis, knowledge: KnowledgeBase, most: int = MOST) -> tuple[Test, ...]:
    """The tests worth most per minute, best first; where nothing is named yet, the cheapest of them first."""
    found = diagnosis.next_tests[:most]
    if diagnosis.outcome == "insufficient":
        found = tuple(sorted(found, key=lambda one: one.minutes))
    return tuple(_test(one, knowledge) for one in found)


def _test(item: NextTest, knowledge: KnowledgeBase) -> Test:
    pages = [knowledge.measures[one] for one in item.measures if one in knowledge.measures]
    kit = dict.fromkeys(" or ".join(page.equipment) for page in pages if page.equipment)
    return Test(
        wording.listed([page.label for page in pages]),
        f"{wording.number(round(item.minutes, 1))} min",
        "no equipment" if item.no_equipment or not kit else "; ".join(kit),
        why(item, knowledge),
        tuple((page.question, page.protocol) for page in pages),
    )


def why(item: NextTest, knowledge: KnowledgeBase, most: int = 3) -> str:
    """What an open test could tell, in a sentence: the deficits and limiters its waiting rules speak about."""
    about = dict.fromkeys(rule.split("/")[0] for rule in item.rules)
    names = [wording.lower_first(_name(one, knowledge)) for one in about]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"Speaks for or against: {'; '.join(names[:most])}{more}." if names else ""


def _name(about: str, knowledge: KnowledgeBase) -> str:
    for limiter, meaning in knowledge.limiters.limiters.items():
        if limiter == about:
            return meaning.label
    return wording.label(knowledge, about)


def brief(tests: tuple[Test, ...], lines: int, width: float) -> tuple[Test, ...]:
    """As many of the tests, from the first, as so many lines of a column of this width (points) hold."""
    found, left = list[Test](), lines
    for test in tests:
        left -= len(wrap(f"{test.name} ({test.minutes}, {test.kit}). {test.why}", SIZE, width * 0.98, most=99))
        if left < 0:
            break
        found.append(test)
    return tuple(found)
