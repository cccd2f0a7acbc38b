"""What `rules test` found: cornerstones, cases about rules, and which rules no case reaches."""

import json
from collections.abc import Sequence

from engine.casework.cornerstones import Disagreement
from engine.casework.coverage import REACHED, Covered
from engine.casework.rule_cases import Case, Miss
from engine.knowledge import KnowledgeBase
from reports import wording
from reports.tables import table

SCHEMA = 1
"""Raised when a program that reads the output would have to change; see docs/impact.schema.json."""

_HEADS = {"fires": "fires", "silent": "does not fire", "boundary": "on the boundary", "open": "unknown"}
_SAID = {"fired": "fires", "blocked": "is silent", "open": "stays open"}


def tests_text(
    knowledge: KnowledgeBase, wrong: Sequence[Disagreement], cases: Sequence[Case], misses: Sequence[Miss],
    covered: Covered,
) -> str:  # fmt: skip
    """Failures first, then how far the cases reach."""
    lines: list[str] = []
    for one in wrong:
        expected = wording.listed([_plain(value) for value in one.expected], "or")
        lines += [f"{one.at}: {one.case}: {one.about} is {_plain(one.found)}, expected {expected}"]
    for miss in misses:
        said = f"{miss.rule} {_SAID[miss.found]}, expected that it {_SAID[miss.expected]}"
        lines.append(f"{miss.case.at}: {miss.case.name}: {said} ({knowledge.places[miss.rule]})")
    failed = len({one.case for one in wrong}), len({miss.case.at for miss in misses})
    lines += [""] if lines else []
    lines.append(f"Cornerstone athletes: {len(knowledge.cases) - failed[0]} of {len(knowledge.cases)} as expected.")
    lines.append(f"Cases about rules: {len(cases) - failed[1]} of {len(cases)} as expected.")
    lines += ["", "Rules that some case reaches, of all rules about it", *coverage_table(covered)]
    return "\n".join(lines) + "\n"


def coverage_table(covered: Covered) -> list[str]:
    """One line for each deficit or limiter, and the share of all at the end."""
    about: dict[str, list[str]] = {}
    for rule in covered.reached:
        about.setdefault(rule.partition("/")[0], []).append(rule)
    rows = [[id, *_shares(covered, rules)] for id, rules in sorted(about.items())]
    every = list(covered.reached)
    rows.append(["all", *_shares(covered, every)])
    rows.append(["", *_percents(covered, every)])
    return table(["About", *(_HEADS[one] for one in REACHED)], rows)


def tests_json(
    knowledge: KnowledgeBase, wrong: Sequence[Disagreement], cases: Sequence[Case], misses: Sequence[Miss],
    covered: Covered,
) -> str:  # fmt: skip
    """The same for programs."""
    every = list(covered.reached)
    counts = {one: _count(covered, every, one) for one in REACHED}
    data = {
        "schema": SCHEMA,
        "knowledge": {"version": knowledge.version, "hash": knowledge.hash},
        "cornerstones": len(knowledge.cases),
        "cases": len(cases),
        "failures": [
            *({"case": one.case, "at": str(one.at), "about": one.about, "found": one.found,
               "expected": list(one.expected)} for one in wrong),
            *({"case": miss.case.name, "at": str(miss.case.at), "about": miss.rule, "found": _SAID[miss.found],
               "expected": [_SAID[miss.expected]]} for miss in misses),
        ],
        "coverage": {one: {"rules": reached, "of": of} for one, (reached, of) in counts.items()},
        "rules": {rule: {"reached": [one for one in REACHED if one in found], "lacks": list(covered.lacks(rule))}
                  for rule, found in covered.reached.items()},
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _count(covered: Covered, rules: Sequence[str], what: str) -> tuple[int, int]:
    wanted = [rule for rule in rules if what != "boundary" or rule in covered.has_boundary]
    return sum(1 for rule in wanted if what in covered.reached[rule]), len(wanted)


def _shares(covered: Covered, rules: Sequence[str]) -> list[str]:
    found = [_count(covered, rules, one) for one in REACHED]
    return [f"{reached} of {of}" if of else "–" for reached, of in found]


def _percents(covered: Covered, rules: Sequence[str]) -> list[str]:
    found = [_count(covered, rules, one) for one in REACHED]
    return [wording.percent(reached / of) if of else "–" for reached, of in found]


def _plain(value: str | None) -> str:
    return "nobody" if value is None else value.replace("_", " ")
