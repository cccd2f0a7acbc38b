"""How a page is written: letters that look like others, names other readers mistake, sentences without end."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import combinations

from pydantic import BaseModel

from engine.checks.desk import Desk, Spot
from engine.errors import Fault, Place
from engine.schema.deficit import Deficit
from engine.yaml_positions import excerpt

LONGEST_SENTENCE = 50
"""Words in one sentence."""

_ODD = {
    "\u00a0": "a no-break space", "\u1680": "an odd space", "\u2007": "a figure space", "\u202f": "a no-break space",
    "\u205f": "an odd space", "\u3000": "a wide space", "\u200b": "an invisible space", "\u200c": "an invisible sign",
    "\u200d": "an invisible sign", "\u200e": "an invisible sign", "\u200f": "an invisible sign", "\u2060":
    "an invisible sign", "\ufeff": "an invisible sign", "\u00ad": "a soft hyphen", "\u2028": "an odd line end",
    "\u2029": "an odd line end", **{chr(code): "an odd space" for code in range(0x2000, 0x2007)},
    **{chr(code): "a thin space" for code in range(0x2008, 0x200B)},
}  # fmt: skip
_ODD_LETTER = re.compile("[" + "".join(_ODD) + "]")
_SENTENCE = re.compile(r"[.!?:;](?:[\"”'’)]*\s+|$)")
_MISTAKEN = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
"""Words other readers of YAML turn into truth values: Norway is `no`."""
_KINDS = ("measure", "derived", "deficit", "safety", "intervention")
_ALIKE = 0.92


def check_letters(desk: Desk) -> None:
    """Spaces and signs that cannot be seen, or look like others."""
    for page in desk.knowledge.pages.values():
        if page.text.isascii():
            continue
        for match in _ODD_LETTER.finditer(page.text, 1):
            before = page.text[: match.start()]
            line, column = before.count("\n") + 1, match.start() - before.rfind("\n")
            message = f"{_ODD[match[0]]} (U+{ord(match[0]):04X}), which looks like something else or nothing"
            place = Place(page.file, line, column)
            desk.faults.append(
                Fault(place, message, excerpt(page.text, line), "a plain space, or nothing", code="odd_letter")
            )


def check_mistaken(desk: Desk) -> None:
    """Names that Excel, other readers of YAML and people take for yes and no."""
    for name, measure in desk.knowledge.measures.items():
        words = measure.choices or {}
        for choice in words:
            if choice in _MISTAKEN:
                message = f"'{choice}' as the name of a choice is read as yes or no elsewhere, not as a word"
                cure = "`kind: yes_no`" if set(words) == {"yes", "no"} else "a name that tells what is meant"
                spot = Spot("measure", name, ("choices", choice))
                desk.fault(spot, message, "mistaken_name", allowed=cure, at_key=True)
    for name, deficit in desk.knowledge.deficits.items():
        for number, rule in enumerate(deficit.rules):
            for field, word in (("id", rule.id), ("group", rule.group)):
                if word in _MISTAKEN:
                    message = f"'{word}' as a name is read as yes or no elsewhere, not as a word"
                    spot = Spot("deficit", name, ("rules", number, field))
                    desk.fault(spot, message, "mistaken_name", allowed="a name that tells what is meant")


def check_groups(desk: Desk) -> None:
    """Groups of evidence whose names differ by a slip, so that one piece of evidence counts twice."""
    for name, deficit in desk.knowledge.deficits.items():
        for first, second in combinations(_groups(deficit), 2):
            digits = re.sub(r"\D", "", first) != re.sub(r"\D", "", second)
            if not digits and SequenceMatcher(None, first, second).ratio() >= _ALIKE:
                at = next(number for number, rule in enumerate(deficit.rules) if rule.group == second)
                message = f"the group '{second}' is spelled almost like '{first}'; groups of one name count once"
                desk.fault(Spot("deficit", name, ("rules", at, "group")), message, "similar_group", meant=first)


def _groups(deficit: Deficit) -> list[str]:
    """The groups of a page, the most used first."""
    uses: dict[str, int] = {}
    for rule in deficit.rules:
        uses[rule.group] = uses.get(rule.group, 0) + 1
    return sorted(uses, key=lambda group: -uses[group])


def check_sentences(desk: Desk) -> None:
    """Sentences too long to be read aloud."""
    knowledge = desk.knowledge
    pages: tuple[Mapping[str, BaseModel], ...] = (
        knowledge.measures, knowledge.derived, knowledge.deficits, knowledge.safety, knowledge.interventions,
    )  # fmt: skip
    for kind, models in zip(_KINDS, pages, strict=True):
        for name, model in models.items():
            for path, text in _texts(model, ()):
                longest = max((len(part.split()) for part in _SENTENCE.split(text)), default=0)
                if longest > LONGEST_SENTENCE:
                    message = f"a sentence of {longest} words is hard to read; at most {LONGEST_SENTENCE} are easy"
                    desk.fault(Spot(kind, name, path), message, "hard_to_read", allowed="two sentences")


def _texts(value: object, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        if len(value) > 4 * LONGEST_SENTENCE // 2:
            yield path, value
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _texts(getattr(value, field), (*path, field))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(inner, (*path, str(key)))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))
