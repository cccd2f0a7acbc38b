"""An athlete becomes a cornerstone: the answers and the present diagnosis as a page of `cases/`.

From then on `limiter rules impact` and `limiter rules test` tell when an edit gives this athlete another diagnosis.
"""

import json
import re
from textwrap import fill

from engine import answers
from engine.errors import OptionError
from engine.knowledge import KnowledgeBase
from engine.model import Answers, Diagnosis

WIDTH = 118


def case_place(id: str, knowledge: KnowledgeBase) -> str:
    """Where the page of a new case lies below the folder of pages.

    Raises: OptionError, when the id is no name for a file or is taken.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,79}", id):
        raise OptionError(f"'{id}' cannot be the name of a case; use lower-case letters, digits and underscores")
    if id in knowledge.cases:
        raise OptionError(f"There is a case '{id}' already; choose another name with --id.")
    return f"cases/{id}.yaml"


def case_id(name: str) -> str:
    """The id of a case made from the name of a file or an athlete.

    >>> case_id("Ana María 2")
    'ana_mar_a_2'
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:80] or "case"


def case_page(id: str, title: str, story: str, athlete: Answers, diagnosis: Diagnosis, why: str) -> str:
    """The text of the page: the answers and sprints as given, what is said of them now, and why that is right.

    Raises: OptionError, when a sprint is a trace, whose file would be no page.
    """
    if any(run.trace for run in athlete.sprints):
        raise OptionError(f"{athlete.file}: a case holds its sprints as splits, and cannot hold a trace")
    present = sorted(one.id for one in diagnosis.deficits if one.state == "present")
    absent = sorted(one.id for one in diagnosis.deficits if one.state == "ruled_out")
    lines = [
        f"id: {json.dumps(id)}",
        f"title: {json.dumps(title, ensure_ascii=False)}",
        "story: >",
        _folded(story, 2),
        "basis: own judgement",
        answers.write(athlete).rstrip("\n"),
        "expect:",
        f"  outcome: [{diagnosis.outcome}]",
        f"  limiter: {diagnosis.limiter or 'null'}",
        "  acceptable: []",
        f"  apparent: {diagnosis.apparent or 'null'}",
        _listed("deficits_present", present),
        _listed("deficits_absent", absent),
        f"  must_stop: {'yes' if diagnosis.outcome == 'stop' else 'no'}",
        "  why: >",
        _folded(why, 4),
    ]
    return "\n".join(lines) + "\n"


def _folded(text: str, indent: int) -> str:
    margin = " " * indent
    words = " ".join(text.split())
    return fill(words, WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False,
                break_on_hyphens=False)  # fmt: skip


def _listed(key: str, ids: list[str]) -> str:
    line = f"{key}: [{', '.join(ids)}]"
    return fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False,
                break_on_hyphens=False)  # fmt: skip
