"""Verification, what is asked for nothing: questions and computed measures that no rule, norm or page looks at."""

from collections.abc import Iterator

from engine.checks.desk import Spot
from engine.compile import ATHLETE_GROUP, CHOOSES_NORM, Compiled, inputs_of
from engine.verify.finding import Finding, fault_at


def unused(compiled: Compiled) -> Iterator[Finding]:
    """Measures nothing would miss."""
    knowledge = compiled.knowledge
    used = {*CHOOSES_NORM, *compiled.tests_of}
    elsewhere = {retest.measure for deficit in knowledge.deficits.values() for retest in deficit.retest}
    elsewhere |= {name for _, _, kind, name in knowledge.programs.references() if kind == "measure"}
    used |= elsewhere
    for name in reversed(compiled.derived_order):
        if name in used:
            used.update(inputs_of(knowledge.derived[name]))
    for name, page in knowledge.measures.items():
        if name not in used and (page.norms or page.group == ATHLETE_GROUP):
            message = f"no rule tests '{name}'; it is only told in the report"
            fault = fault_at(compiled, Spot("measure", name, ("measure",)), message, "no_rule_tests")
            yield Finding("information", fault)
        elif name not in used:
            fault = fault_at(compiled, Spot("measure", name, ("measure",)), f"nothing looks at the answer to '{name}'",
                             "unused_measure", cure="a rule that tests it, or take the page away")  # fmt: skip
            yield Finding("warning", fault, {name: "any answer"})
        elif name not in compiled.tests_of and name in elsewhere and not _computes(compiled, name):
            message = f"no rule tests '{name}'; it is only measured again, or used by a programme"
            fault = fault_at(compiled, Spot("measure", name, ("measure",)), message, "no_rule_tests")
            yield Finding("information", fault)
    for name in knowledge.derived:
        if name not in used:
            message = f"no rule tests '{name}'; it is only told in the report"
            fault = fault_at(compiled, Spot("derived", name, ("derived",)), message, "no_rule_tests")
            yield Finding("information", fault)


def _computes(compiled: Compiled, name: str) -> bool:
    """Whether some measure is computed from it."""
    return any(name in inputs for inputs in compiled.base_inputs.values())
