"""Deficit pages and the pages of rules about a limiter as a whole."""

from engine.checks.conditions import check_conditions
from engine.checks.desk import Desk, Spot
from engine.schema.deficit import Deficit, LimiterRule, Retest, Rule

LONGEST_RULE_ID = 40


def check_deficits(desk: Desk) -> None:
    """Every deficit: its rules, what explains it, how it is measured again."""
    for name, deficit in desk.knowledge.deficits.items():
        spot = Spot("deficit", name)
        desk.sources(spot / "weight_sources", deficit.weight_sources)
        _check_weight(desk, spot, deficit)
        ids: set[str] = set()
        for number, rule in enumerate(deficit.rules):
            _check_rule(desk, spot.below("rules", number), rule, ids)
        if not any(rule.then.endswith("for") for rule in deficit.rules):
            desk.fault(spot / "rules", f"no rule speaks for {name}, so it can never be found", "no_rule", at_key=True)
        _check_explanations(desk, spot, deficit)
        for number, retest in enumerate(deficit.retest):
            _check_retest(desk, spot.below("retest", number), retest)


def check_limiter_rules(desk: Desk) -> None:
    """Every page in `rules/`. Names used twice are met on loading."""
    for (kind, stem), page in desk.knowledge.pages.items():
        if kind != "rules":
            continue
        spot, number = Spot(kind, stem), 0
        while ("rules", number) in page.values:
            place = page.value("rules", number)
            for name, rule in desk.knowledge.limiter_rules.items():
                if desk.knowledge.places[name] == place:
                    _check_rule(desk, spot.below("rules", number), rule, set())
            number += 1


def _check_weight(desk: Desk, spot: Spot, deficit: Deficit) -> None:
    if deficit.limiter == "elsewhere":
        if deficit.weight is not None:
            message = "a deficit of the elsewhere family speaks for no limiter; leave `weight` out"
            desk.fault(spot / "weight", message, "weight", at_key=True)
    elif deficit.weight is None:
        message = f"`weight` is missing: how much does this deficit speak for {deficit.limiter}?"
        desk.fault(spot / "limiter", message, "weight", allowed="weak, moderate, strong, decisive")


def _check_rule(desk: Desk, spot: Spot, rule: Rule | LimiterRule, ids: set[str]) -> None:
    if rule.id in ids:
        desk.fault(spot / "id", f"'{rule.id}' is the name of another rule on this page", "duplicate_rule")
    ids.add(rule.id)
    if len(rule.id) > LONGEST_RULE_ID:
        message = f"the rule's name has {len(rule.id)} letters; at most {LONGEST_RULE_ID} are read easily"
        desk.fault(spot / "id", message, "too_long")
    desk.grounded(spot, rule)
    check_conditions(desk, spot / "when", rule.when)
    check_conditions(desk, spot / "unless", rule.unless)


def _check_explanations(desk: Desk, spot: Spot, deficit: Deficit) -> None:
    causes: set[str] = set()
    for number, explanation in enumerate(deficit.explained_by):
        here = spot.below("explained_by", number)
        cause = explanation.deficit
        desk.exists(here / "deficit", "deficit", cause, desk.knowledge.deficits)
        if cause in causes:
            desk.fault(here / "deficit", f"'{cause}' explains this deficit already", "duplicate_cause")
        causes.add(cause)
        desk.grounded(here, explanation)
        check_conditions(desk, here / "when", explanation.when)


def _check_retest(desk: Desk, spot: Spot, retest: Retest) -> None:
    knowledge, name = desk.knowledge, retest.measure
    desk.sources(spot / "sources", retest.sources)
    if retest.basis == "source" and not retest.sources:
        desk.fault(spot / "basis", "`basis: source` needs its source", "no_source")
    if not desk.exists(spot / "measure", "measure", name, [*knowledge.measures, *knowledge.derived]):
        return
    measure = knowledge.measures.get(name)
    crisp = measure is not None and measure.kind in ("yes_no", "choice")
    changes = [retest.real_change, retest.real_change_percent, retest.at_most]
    if crisp and (retest.to is None or any(change is not None for change in changes)):
        message = f"{name} is no number: say with `to: [...]` which answers count as mended"
        desk.fault(spot / "measure", message, "wrong_retest")
    elif not crisp and (retest.to is not None or changes.count(None) != 2):
        message = f"{name} is a number: give one of `real_change`, `real_change_percent` and `at_most`"
        desk.fault(spot / "measure", message, "wrong_retest")
    elif measure is not None and crisp:
        choices = list(measure.choices or ("yes", "no"))
        for number, choice in enumerate(retest.to or ()):
            desk.exists(spot.below("to", number), "choice", choice, choices)


