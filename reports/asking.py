"""How a question of the interview is put, and which choice a typed word means. The terminal itself is in `cli.py`."""

import re
from collections.abc import Mapping, Sequence
from textwrap import fill

from engine.knowledge import KnowledgeBase
from engine.model import SafetyFinding, Value
from engine.schema.measure import Measure
from engine.schema.questionnaire import Kit
from reports import wording

WIDTH = 78
"""Letters in a line: a terminal of 80 breaks none of them."""
NOTHING = ("0", "none", "nothing", "no")

_NUMBER = r"[-+−]?\d+(?:[.,]\d+)?"
_UNIT = r"\s*[a-zA-Z°%\"'][^\d\s;,/]*"
_PAIR = re.compile(rf"(?P<left>{_NUMBER})(?P<left_unit>{_UNIT})?\s*[\s;,/]\s*(?P<right>{_NUMBER})(?P<unit>{_UNIT})?")

HELP = """\
Answer each question and press Enter.
  ?            why this is asked
  b            back to the question before
  s            skip: leave it open, or keep what you answered before
  -            take back what you answered before
  answers      what you have answered so far
  change age   go to the question named, here `age`
  q            save and quit; nothing is lost, and you can go on later"""


def put(measure: Measure, *, with_protocol: bool) -> str:
    """A question as it stands on the screen: its words, how it is done, and what can be answered."""
    parts = [paragraph(measure.question)]
    if with_protocol:
        parts.append(paragraph(measure.protocol, "  "))
    parts.append(_options(tuple((measure.choices or {}).values())) if measure.choices else f"  {_hint(measure)}")
    return "\n".join(parts)


def put_kit(kit: Sequence[Kit], had: Mapping[str, bool]) -> str:
    """The question for the kit: everything offered, numbered; what was chosen before is told."""
    lines = [
        "What do you have at hand? Only tests you can do with it are asked for.",
        _options(tuple(item.question for item in kit)),
        "  Type the numbers, such as 1 3, or 0 for none of it.",
    ]
    before = [str(number) for number, item in enumerate(kit, 1) if had.get(item.id)]
    if before:
        lines.append(f"  You answered: {' '.join(before)}. Enter keeps it.")
    return "\n".join(lines)


def why_kit(kit: Sequence[Kit], knowledge: KnowledgeBase) -> str:
    """What each piece of kit is good for."""
    lines = [
        paragraph(f"{item.question}: {', '.join(wording.label(knowledge, test) for test in item.opens)}.", "  ")
        for item in kit
    ]
    return "\n".join(["Each of these makes some tests possible:", *lines])


def chosen(measure: Measure, words: str) -> str:
    """The id of the choice meant: by its number, its id, or the first letters of either name.

    Raises: ValueError, with a sentence for the person who typed it.
    """
    choices = measure.choices or {}
    return _pick(tuple(choices), tuple(choices.values()), words)


def chosen_kit(kit: Sequence[Kit], words: str) -> frozenset[str]:
    """The kit meant by several numbers or one name.

    Raises: ValueError, with a sentence for the person who typed it.
    """
    if _plain(words) in NOTHING:
        return frozenset()
    ids, labels = tuple(item.id for item in kit), tuple(item.question for item in kit)
    parts = words.replace(",", " ").replace("+", " ").split()
    wanted = parts if all(part.isdigit() for part in parts) else [words]
    return frozenset(_pick(ids, labels, part) for part in wanted)


def spelled(measure: Measure, words: str) -> str:
    """What was typed, in the words that `answers.parse_value` takes: a choice by its id, two numbers as left and right.

    Raises: ValueError, with a sentence for the person who typed it.
    """
    if measure.choices:
        return chosen(measure, words)
    if measure.per_side and (pair := _PAIR.fullmatch(words.strip())):
        unit = pair["unit"] or ""
        return f"left {pair['left']}{pair['left_unit'] or unit} right {pair['right']}{unit}"
    return words


def earlier(knowledge: KnowledgeBase, id: str, value: Value) -> str:
    """What was answered before, for a question that comes up again."""
    return f"  You answered: {wording.value(knowledge, id, value)}. Enter keeps it."


def left(sure: int, perhaps: int) -> str:
    """How many questions are still to come."""
    return f"\n[{sure} left{f', perhaps {perhaps} more' if perhaps else ''}]"


def refusal(error: ValueError) -> str:
    """Why a line typed is no answer, in a sentence."""
    return paragraph(wording.sentence(f"That does not work: {error}"), "  ")


def warning(knowledge: KnowledgeBase, danger: SafetyFinding) -> str:
    """A safety text that cannot wait, with its urgency above it."""
    words = knowledge.safety_wording
    heading = words.urgency[danger.urgency].upper()
    return "\n".join(["", heading, paragraph(danger.text), paragraph(words.not_a_diagnosis)])


def told(knowledge: KnowledgeBase, answers: Sequence[tuple[str, Value]]) -> str:
    """Everything answered so far, each with the name that `change` takes."""
    return "\n".join(f"  {id}: {wording.value(knowledge, id, value)}" for id, value in answers) or "  Nothing yet."


def paragraph(text: str, indent: str = "") -> str:
    """A text broken into lines of a readable length."""
    return fill(" ".join(text.split()), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _options(labels: Sequence[str]) -> str:
    return "\n".join(
        fill(label, WIDTH, initial_indent=f"  {number:>2}  ", subsequent_indent="      ")
        for number, label in enumerate(labels, 1)
    )


def _hint(measure: Measure) -> str:
    if measure.kind == "yes_no":
        return "yes or no"
    ends = measure.anchors or {}
    if measure.kind in ("scale_0_3", "scale_0_10"):
        top = 3 if measure.kind == "scale_0_3" else 10
        steps = "; ".join(f"{step} {words}" for step, words in sorted(ends.items()))
        hint = f"0 to {top}" + (f" ({steps})" if steps else "")
    else:
        unit = "" if measure.unit in (None, "none", "1") else f" {measure.unit}"
        bounds = measure.plausible
        span = f"{wording.number(bounds.at_least)} to {wording.number(bounds.at_most)}" if bounds else ""
        hint = (span + unit).strip()
    return hint + ("\n  first left, then right; or one side alone after its name" if measure.per_side else "")


def _pick(ids: Sequence[str], labels: Sequence[str], words: str) -> str:
    typed = _plain(words)
    if typed.isdigit():
        if 1 <= int(typed) <= len(ids):
            return ids[int(typed) - 1]
        raise ValueError(f"there is no number {typed}; choose 1 to {len(ids)}")
    names = [(_plain(id), _plain(label)) for id, label in zip(ids, labels, strict=True)]
    exact = [id for id, name in zip(ids, names, strict=True) if typed in name]
    found = exact or [
        id for id, name in zip(ids, names, strict=True) if typed and any(one.startswith(typed) for one in name)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = wording.listed([str(ids.index(id) + 1) for id in found], "or")
        raise ValueError(f"'{words}' could be {numbers}; type the number")
    raise ValueError(f"'{words}' is none of these; type a number from 1 to {len(ids)} or the first letters")


def _plain(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())
