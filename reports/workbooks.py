"""What is said about workbooks: the first sheet, and what came of an export or an import."""

import shlex
from collections.abc import Iterator

from engine.knowledge import KnowledgeBase


def first_sheet(knowledge: KnowledgeBase) -> Iterator[str]:
    """The lines of the sheet that explains the others."""
    yield "The pages of limiter, to edit in Excel or LibreOffice"
    yield f"Made from knowledge version {knowledge.version}, hash {knowledge.hash}."
    yield ""
    yield "How to work with it"
    yield "1. Change cells. Grey cells are names; they stay as they are. Every other cell may be changed."
    yield "2. Save as .xlsx, then look before you leap: limiter rules import rules.xlsx --dry-run"
    yield (
        "   It shows every mistake by sheet, row and column, the lines of the pages that would change, and "
        "the athletes who would be diagnosed otherwise."
    )
    yield "3. Take it over with limiter rules import rules.xlsx; limiter rules undo takes it back."
    yield ""
    yield "The sheets"
    yield (
        "rules …: one row a rule, one sheet a family. A column with the name of a measure holds its test, in "
        "the words of the pages: below 9 cm, at least 2, one of [smooth, choppy], worse than the norm by at "
        "least 1 sd. Several tests in one cell are separated by ; and all must hold. Every filled cell of a "
        "row must hold."
    )
    yield (
        "any of: alternatives, of which one must hold, each on its own line after a dash: '- lifting_range: "
        "partial'. unless: exceptions, one a line: 'pain_location: calf_achilles'."
    )
    yield "Rest the pointer on the head of a column: a note tells how the measure is taken."
    yield (
        "To test a measure that has no column yet, write its name at the head of one of the three free "
        "columns at the right."
    )
    yield (
        "limiter rules: rules about mechanics, synergy or strength as a whole. explanations: which deficit is"
        " behind which. retests, norms: several rows a page, counted from 1. figures: every number of the "
        "programmes and of the limiters page."
    )
    yield ""
    yield "New rows"
    yield (
        "On the sheets of rules, explanations, retests, norms and sources a new row below the last one "
        "becomes a new thing on its page; in a column 'number' leave the cell empty. New deficits, measures "
        "and exercises are made with limiter rules new. A row that is taken out goes from its page only with "
        "--allow-removal."
    )
    yield ""
    yield "What the cells take"
    yield "Several names in one cell are separated by a comma, several lines (cues, equipment) by a line break."
    yield "Formulas are refused: nothing in this workbook computes. Dates are written like 2026-03-01."
    yield ""
    yield "Left out, because no table holds it well"
    yield (
        "the cornerstone athletes (cases/), the questionnaire, the groups of people norms are taken from, the"
        " wording of urgency, and the texts and choices of the programmes. Edit those on their pages."
    )


def exported(file: str, directory: object) -> str:
    """After an export."""
    return (
        f"{file} is ready for Excel or LibreOffice; its first sheet tells how to work with it.\n"
        f"Take your changes over: limiter rules import {shlex.quote(file)}{_option(directory)} --dry-run"
    )


def unchanged(kept: int) -> str:
    """When a workbook says what the pages say."""
    return "The pages say all that already; nothing was changed." + _kept(kept)


def about(*, other_pages: bool, kept: int) -> str:
    """What to know before the changes are read."""
    if not other_pages:
        return ""
    return "The workbook was made from other pages than these; it was compared with them value by value." + _kept(kept)


def _kept(kept: int) -> str:
    if not kept:
        return ""
    which = "1 value that" if kept == 1 else f"{kept} values that"
    stays = "stays" if kept == 1 else "stay"
    return f" {which} changed on the pages since, and not in the workbook, {stays} as on the pages."


def written(pages: int, file: str, directory: object, *, dry_run: bool) -> str:
    """After an import."""
    count = f"{pages} page{'s' if pages != 1 else ''}"
    again = f"limiter rules import {shlex.quote(file)}{_option(directory)}"
    if dry_run:
        return f"{count} would change and be sound. Nothing was written; to do it: {again}"
    return f"{count} changed. The pages are sound.\nTake it back: limiter rules undo{_option(directory)}"


def _option(directory: object) -> str:
    return f" --knowledge {shlex.quote(str(directory))}" if directory else ""
