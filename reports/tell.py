"""What can be entered, in words: every measure with unit, range, who answers and how it is tested."""

from collections.abc import Iterable, Sequence
from textwrap import fill

from engine.errors import nearest
from engine.knowledge import KnowledgeBase
from engine.schema.measure import Measure
from reports import wording

WIDTH = 100


def tell_measures(knowledge: KnowledgeBase, names: Sequence[str] = ()) -> str:
    """The list of measures: all of them a line each, or those named (ids or groups) in full.

    Raises: KeyError, with a sentence, for a name that is neither a measure nor a group.
    """
    groups: dict[str, list[Measure]] = {}
    for page in knowledge.measures.values():
        groups.setdefault(page.group, []).append(page)
    if not names:
        return "\n\n".join(_group(name, pages) for name, pages in groups.items()) + "\n"
    chosen = dict.fromkeys(page.measure for name in names for page in _named(name, groups, knowledge))
    return "\n\n".join(tell(knowledge.measures[one]) for one in chosen) + "\n"


def _named(name: str, groups: dict[str, list[Measure]], knowledge: KnowledgeBase) -> Iterable[Measure]:
    if name in groups:
        return groups[name]
    if name in knowledge.measures:
        return [knowledge.measures[name]]
    close = nearest(name, [*groups, *knowledge.measures])
    raise KeyError(f"There is no measure or group '{name}'." + (f" Did you mean '{close}'?" if close else ""))


def _group(name: str, pages: Sequence[Measure]) -> str:
    longest = max(len(page.measure) for page in pages)
    lines = [f"  {page.measure:<{longest}}  {what(page)}" for page in pages]
    return "\n".join([name.replace("_", " ").capitalize(), *lines])


def what(page: Measure) -> str:
    """What may be entered, in a few words.

    A number tells unit and range, a choice its ids.
    """
    sides = ", left and right" if page.per_side else ""
    match page.kind:
        case "number":
            bounds = page.plausible
            span = f", {wording.number(bounds.at_least)} to {wording.number(bounds.at_most)}" if bounds else ""
            return f"{page.unit}{span}{sides}"
        case "yes_no":
            return f"yes or no{sides}"
        case "choice":
            return f"one of {', '.join(page.choices or ())}{sides}"
        case "scale_0_3":
            return f"0 to 3{sides}"
        case "scale_0_10":
            return f"0 to 10{sides}"


def tell(page: Measure) -> str:
    """One measure in full."""
    lines = [f"{page.measure}: {page.label}", f"  Enter: {what(page)}"]
    if page.choices:
        lines += [f"    {id}: {words}" for id, words in page.choices.items()]
    if page.anchors:
        lines += [f"    {at}: {words}" for at, words in page.anchors.items()]
    kit = " or ".join(page.equipment) if page.equipment else "nothing"
    who = {"athlete": "the athlete", "coach": "the coach", "either": "athlete or coach"}[page.asked_of]
    lines += [_text("Question", page.question), _text("How", page.protocol),
              f"  Answered by {who}; needs {kit}; {wording.number(page.minutes)} min"]  # fmt: skip
    if page.typical_error:
        error = page.typical_error
        amount = (
            f"{wording.number(error.percent)} %"
            if error.percent
            else f"{wording.number(error.value or 0)}{wording.unit(page)}"
        )
        lines.append(_text("Error of measurement", f"{amount}. {error.how}"))
    return "\n".join(lines)


def _text(title: str, text: str) -> str:
    return fill(f"{title}: {' '.join(text.split())}", WIDTH, initial_indent="  ", subsequent_indent="    ")
