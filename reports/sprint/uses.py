"""Which of an athlete's sprints the rules use, and why not the others, in sentences. Part of *report*."""

from collections.abc import Iterator, Mapping, Sequence

from engine import sprints
from engine.knowledge import KnowledgeBase
from engine.model import Diagnosis
from engine.sprint.results import Analysis
from reports import wording
from reports.sprint.words import between, written

_WHY_NOT: Mapping[sprints.Role, str] = {
    "older": "there is one of a later day",
    "repeated": "it stands in the file twice",
    "resisted": "the run was resisted",
    "unreliable": "its times give no profile that can be relied on",
    "unlike_norms": "it was not fitted like the norms",
}


def shown(found: Sequence[Analysis], knowledge: KnowledgeBase) -> int:
    """Which sprint has the athlete's page: the first that counts, else the first that can be relied on."""
    roles = sprints.roles(knowledge.sprint, found)
    if "counts" in roles:
        return roles.index("counts")
    return next((at for at, one in enumerate(found) if one.chosen), 0)


def uses(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> str:
    """What the rules take from the sprints of a diagnosis; empty when it is the one sprint, as it stands."""
    return " ".join(_sentences(diagnosis, knowledge))


def _sentences(diagnosis: Diagnosis, knowledge: KnowledgeBase) -> Iterator[str]:
    found = diagnosis.sprints
    roles = sprints.roles(knowledge.sprint, found)
    if len(found) > 1:
        yield f"This is sprint {shown(found, knowledge) + 1} of {len(found)}."
    counting = [number for number, role in enumerate(roles, 1) if role == "counts"]
    if len(counting) > 1:
        values = [found[number - 1].estimates["f0_rel"] for number in counting]
        told = [f"{written(one.value, 1)} ({between(one.low, one.high, 1)})" for one in values]
        numbers = wording.listed([str(number) for number in counting])
        yield f"The rules use the mean of sprints {numbers}, whose F0 is {wording.listed(told)} N/kg."
    for role, why in _WHY_NOT.items():
        left_out = [str(number) for number, one in enumerate(roles, 1) if one == role]
        if left_out:
            which = f"sprint {left_out[0]}" if len(left_out) == 1 else f"sprints {wording.listed(left_out)}"
            yield f"The rules leave out {which if len(found) > 1 else 'this sprint'}: {why}."
    entered = [
        wording.lower_first(wording.label(knowledge, id))
        for id in knowledge.sprint.feeds
        if (fact := diagnosis.facts.get(id)) and fact.origin == "answered" and fact.sprint
    ]
    if entered:
        yield f"For {wording.listed(entered)} the rules use what was entered."
