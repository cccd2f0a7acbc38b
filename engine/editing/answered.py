"""What was answered about something new → the page or rule as YAML holds it, and what other pages need."""

from typing import Any

from engine.editing.create import New

Told = dict[str, Any]


def data_of(kind: New, told: Told) -> tuple[dict[str, Any], dict[str, Any]]:
    """The page or the rule, and what `create` needs beside it."""
    beside: dict[str, Any] = {
        "deficit": told.get("deficit"),
        "section": told.get("section"),
        "kits": told.get("kits", []),
    }
    known = dict(told)
    names = [one.removeprefix("+") for one in known.get("sources") or ()]
    beside["sources"] = {
        one.removeprefix("+"): {"citation": known["citation"], "kind": known["source_kind"]}
        for one in known.get("sources") or ()
        if one.startswith("+")
    }
    known["sources"] = names
    if kind == "rule":
        return _rule_data(known), beside
    if kind == "measure":
        return _measure_data(known), beside
    if kind == "deficit":
        return _deficit_data(known), beside
    known["intervention"] = known.pop("id")
    return {key: value for key, value in known.items() if key not in ("citation", "source_kind")}, beside


def _rule_data(told: Told) -> dict[str, Any]:
    keys = ("when", "unless", "group", "then", "because", "wrong_when", "sources", "verified")
    return {"id": told["rule"], **{key: told[key] for key in keys if key in told}}


def _measure_data(told: Told) -> dict[str, Any]:
    keys = (
        "label",
        "group",
        "kind",
        "unit",
        "choices",
        "better",
        "per_side",
        "equipment",
        "minutes",
        "asked_of",
        "question",
        "protocol",
        "sources",
    )
    data = {"measure": told["id"], **{key: told[key] for key in keys if key in told}}
    if told.get("per_side") == "no":
        del data["per_side"]
    if "lowest" in told:
        data["plausible"] = {"at_least": told["lowest"], "at_most": told["highest"]}
    ends = {"0": told.get("low_end"), "3" if told["kind"] == "scale_0_3" else "10": told.get("high_end")}
    if str(told["kind"]).startswith("scale") and any(ends.values()):
        data["anchors"] = {step: words for step, words in ends.items() if words}
    if "typical_error" in told:
        data["typical_error"] = {"value": told["typical_error"], "how": told["error_how"]}
    if "mean" in told:
        data["norms"] = [
            {
                "population": told["population"],
                "sex": told["norm_sex"],
                "ages": told["ages"],
                "mean": told["mean"],
                "sd": told["sd"],
                "sources": told["sources"],
                "verified": told["verified"],
            }
        ]
    return data


def _deficit_data(told: Told) -> dict[str, Any]:
    keys = ("label", "limiter", "weight", "about", "in_a_sentence", "when_fine")
    retest = {"measure": told["retest"]}
    retest |= {key: told[key] for key in ("real_change", "to", "after_weeks") if key in told}
    return {
        "deficit": told["id"],
        **{key: told[key] for key in keys if key in told},
        "rules": [_rule_data(told)],
        "retest": [{**retest, "basis": "judgement"}],
    }
