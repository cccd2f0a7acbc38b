"""What to test next: cheapest first, with how it is done. Part of *report*, see `views`."""

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis, NextTest
from reports import wording

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
    """The tests worth most per minute."""
    return tuple(_test(one, knowledge) for one in diagnosis.next_tests[:most])


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
