"""Chains that bite their own tail, each spelled out: a → b → c → a."""

from collections.abc import Iterator, Mapping

from engine.checks.desk import Desk, Spot
from engine.compile import COUNTS
from engine.conditions import Conditions

Graph = dict[str, dict[str, Spot]]
"""From each name to the names it needs, and where that is written."""


def check_cycles(desk: Desk) -> None:
    """No deficit is concluded from or explained by itself; no ladder, formula or question leads back to itself."""
    knowledge = desk.knowledge
    _report(desk, _conclusions(desk), "rules conclude in a circle", "rule_cycle")
    explanations: Graph = {
        name: {
            cause.deficit: Spot("deficit", name, ("explained_by", number, "deficit"))
            for number, cause in enumerate(deficit.explained_by)
        }
        for name, deficit in knowledge.deficits.items()
    }
    _report(desk, explanations, "deficits explain each other in a circle", "explanation_cycle")
    for field in ("regress_to", "progress_to"):
        ladder = {
            name: {step: Spot("intervention", name, (field,))} if (step := getattr(page, field)) else {}
            for name, page in knowledge.interventions.items()
        }
        _report(desk, ladder, f"`{field}` leads back to where it began", "ladder_cycle")
    formulas = {
        name: {given: Spot("derived", name, ("inputs",)) for given in (*page.inputs, *page.optional_inputs)}
        for name, page in knowledge.derived.items()
    }
    _report(desk, formulas, "measures are computed from each other in a circle", "formula_cycle")
    questions = {
        name: dict(_tested(page.ask_when, Spot("measure", name, ("ask_when",))))
        for name, page in knowledge.measures.items()
    }
    _report(desk, questions, "questions wait for each other in a circle", "question_cycle")


def _conclusions(desk: Desk) -> Graph:
    """Deficit → the deficits and counts its rules test; count → the deficits it counts."""
    deficits = desk.knowledge.deficits
    graph: Graph = {}
    for name, deficit in deficits.items():
        edges = graph.setdefault(name, {})
        for number, rule in enumerate(deficit.rules):
            for part, conditions in (("when", rule.when), ("unless", rule.unless)):
                for key, spot in _tested(conditions, Spot("deficit", name, ("rules", number, part))):
                    if key in deficits or COUNTS.get(key):
                        edges.setdefault(key, spot)
    for count, family in COUNTS.items():
        counted = (name for name, deficit in deficits.items() if deficit.limiter == family)
        graph[count] = {name: Spot("deficit", name, ("limiter",)) for name in counted}
    return graph


def _tested(conditions: Conditions | None, spot: Spot) -> Iterator[tuple[str, Spot]]:
    for path, key, _ in conditions.tests() if conditions else ():
        yield key, spot.below(*path)


def _report(desk: Desk, graph: Graph, what: str, code: str) -> None:
    for cycle in cycles(graph):
        first = next(at for at, name in enumerate(cycle) if name not in COUNTS)
        cycle = (*cycle[first:], *cycle[:first])
        spelled = " → ".join((*cycle, cycle[0]))
        spot = graph[cycle[0]][cycle[1 % len(cycle)]]
        desk.fault(spot, f"{what}: {spelled}", code, at_key=isinstance(spot.path[-1], str) and "when" in spot.path)


def cycles(graph: Mapping[str, Mapping[str, object]]) -> list[tuple[str, ...]]:
    """One cycle for each knot of names that need each other, beginning with the first name in alphabetical order.

    >>> cycles({"a": {"b": 1}, "b": {"c": 1}, "c": {"a": 1}, "d": {"d": 1}, "e": {"a": 1}})
    [('a', 'b', 'c'), ('d',)]
    """
    found: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in sorted(graph):
        path: list[str] = []
        stack = [(start, iter(sorted(graph.get(start, ()))))] if start not in done else []
        path.extend(name for name, _ in stack)
        while stack:
            name, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                done.add(name)
            elif following in path:
                cycle = path[path.index(following) :]
                first = cycle.index(min(cycle))
                found.setdefault((*cycle[first:], *cycle[:first]))
            elif following not in done:
                stack.append((following, iter(sorted(graph.get(following, ())))))
                path.append(following)
    return list(found)
