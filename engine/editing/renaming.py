"""One name for another, everywhere: the page, its file, and every mention on other pages."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path as FilePath

from engine.compile import CHOOSES_NORM, COUNTS
from engine.editing import journal
from engine.editing.references import Kind, Reference, references
from engine.editing.setting import Change
from engine.editing.spans import Spans, spans
from engine.errors import EditError, OptionError, Place, nearest
from engine.knowledge import KnowledgeBase, Page
from engine.loader import load
from engine.tree import RULE_CASES, SHIPPED_NAME
from engine.yaml_positions import Unreadable, decode, read

KINDS: tuple[Kind, ...] = ("measure", "deficit", "intervention", "safety", "source", "population", "rule", "case")
_ID = re.compile(r"[a-z][a-z0-9_]{0,79}")
_FILED = {"measure": ("measure", "derived"), "deficit": ("deficit",), "intervention": ("intervention",),
          "safety": ("safety",), "case": ("case",)}  # fmt: skip
"""Kinds of things that have a page of their own, and the kinds of those pages."""


class UnknownName(EditError):
    """Nothing is called so; the message names what was probably meant."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What a new name made: the pages that changed, where a page moved, and texts that still say the old name."""

    kind: Kind
    changes: tuple[Change, ...]
    moved: tuple[str, str] | None
    mentions: tuple[Place, ...]


def rename(
    directory: FilePath | None, old: str, new: str, *, kind: Kind | None = None, dry_run: bool = False
) -> Renamed:
    """Give something another name wherever it is named.

    Args: `old` as pages write it, a rule with its deficit (`overstriding/legs_feel_reaching`); `kind` where one name
    means several things.
    Raises: UnknownName; EditError, when the new name is taken or no name; KnowledgeError, as `journal.apply` does.
    """
    folder = journal.home(directory)
    knowledge = load(directory)
    kind = _kind(knowledge, old, kind)
    new = _new_name(knowledge, kind, old, new)
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    pages = {**knowledge.pages, **_rule_cases(folder, name)}
    found = [one for one in references(knowledge, pages) if one.name == old and _alike(one.kind, kind)]
    by_page: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    for one in found:
        by_page[one.page].append(one)
    short = new.rpartition("/")[2]
    changes: dict[str, str | None] = {}
    told: list[Change] = []
    moved = None
    for key, ones in by_page.items():
        page = pages[key]
        place = page.file.removeprefix(f"{name}/") if page.file.startswith(f"{name}/") else page.file
        place = place.removeprefix(f"{SHIPPED_NAME}/")
        text = _replaced(page, ones, short)
        if key == (RULE_CASES, old):
            changes[place] = None
            place = f"{RULE_CASES}/{new}.yaml"
        elif key[1] == old and key[0] in _FILED.get(kind, ()):
            moved = (place, f"{place.rpartition('/')[0]}/{new}.yaml")
            if not (folder / place).exists():
                raise EditError(
                    f"'{old}' is a shipped page; an overlay can change it, and cannot give it another name."
                )
            if (folder / moved[1]).exists():
                raise EditError(f"There is a page {moved[1]} already.")
            changes[place] = None
            place = moved[1]
        changes[place] = text
        told.append(Change(page.file, page.text, text))
    journal.apply(folder, changes, f"rename {old} {new}", dry_run=dry_run)
    return Renamed(kind, tuple(told), moved, tuple(_mentions(knowledge, by_page, old)))


def _rule_cases(folder: FilePath, name: str) -> dict[tuple[str, str], Page]:
    """The cases about rules that can be read; the others are told by `limiter rules test`."""
    found = {}
    for path in sorted((folder / RULE_CASES).glob("*.yaml")):
        file = f"{name}/{RULE_CASES}/{path.name}"
        with suppress(Unreadable):
            found[RULE_CASES, path.stem] = read(decode(path.read_bytes(), file), file)[1]
    return found


def _alike(found: Kind, wanted: Kind) -> bool:
    """Keys of conditions are noted as measures; they may be deficits, whose names no measure shares."""
    return found == wanted or (found == "measure" and wanted == "deficit")


def _names(knowledge: KnowledgeBase) -> Mapping[Kind, set[str]]:
    return {
        "measure": {*knowledge.measures, *knowledge.derived},
        "deficit": set(knowledge.deficits),
        "intervention": set(knowledge.interventions),
        "safety": set(knowledge.safety),
        "source": set(knowledge.sources),
        "population": set(knowledge.populations.populations),
        "rule": set(knowledge.places),
        "case": set(knowledge.cases),
    }


def _kind(knowledge: KnowledgeBase, old: str, kind: Kind | None) -> Kind:
    names = _names(knowledge)
    found = [one for one in KINDS if old in names[one] and kind in (None, one)]
    if len(found) > 1:
        raise OptionError(f"'{old}' is the name of several things; say which with --kind: {', '.join(found)}.")
    if not found:
        near = nearest(old, {name for one in KINDS if kind in (None, one) for name in names[one]})
        raise UnknownName(f"There is no {kind or 'page, rule, source or population'} '{old}'."
                          + (f" Did you mean '{near}'?" if near else ""))  # fmt: skip
    return found[0]


def _new_name(knowledge: KnowledgeBase, kind: Kind, old: str, new: str) -> str:
    """The new name in full, once it is known to be free."""
    if kind == "measure" and old in CHOOSES_NORM:
        raise EditError(f"'{old}' chooses the norms an athlete is compared with; its name is fixed.")
    if kind == "rule":
        owner = old.partition("/")[0]
        if "/" in new and new.partition("/")[0] != owner:
            raise EditError(f"A rule stays with what it speaks about: '{owner}/…'.")
        new = f"{owner}/{new.rpartition('/')[2]}"
    if kind != "case" and not _ID.fullmatch(new.rpartition("/")[2] if kind == "rule" else new):
        raise EditError(f"'{new}' cannot be a name: lower-case letters, digits and underscores, a letter first.")
    if kind == "case" and not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,79}", new):
        raise EditError(f"'{new}' cannot be the name of a case: lower-case letters, digits and underscores.")
    names = _names(knowledge)
    taken = {"measure", "deficit"} if kind in ("measure", "deficit") else {kind}
    if new in {name for one in taken for name in names[one]} or (kind in ("measure", "deficit") and new in COUNTS):  # type: ignore[index]  # kinds all
        raise EditError(f"'{new}' is the name of something else already.")
    if kind == "intervention" and new in knowledge.programs.choosing.groups:
        raise EditError(f"'{new}' is the name of a group of interventions already.")
    return new


def _replaced(page: Page, ones: list[Reference], new: str) -> str:
    """The page's text with the new name at every mention, from the last to the first."""
    found = spans(page.text)
    text = page.text
    for start, end in sorted({_cut(found, one) for one in ones}, reverse=True):
        quote = text[start] if text[start] in "\"'" else ""
        text = f"{text[:start]}{quote}{new}{quote}{text[end:]}"
    return text


def _cut(found: Spans, one: Reference) -> tuple[int, int]:
    if one.at_key:
        return found.keys[one.path]
    span = found.values[one.path]
    return span.start, span.end


def _mentions(
    knowledge: KnowledgeBase, changed: Mapping[tuple[str, str], list[Reference]], old: str
) -> Iterator[Place]:
    """Where running text speaks of the old name; names that are everyday words are not looked for."""
    if not re.search(r"[_0-9]", old):
        return
    word = re.compile(rf"(?<![\w/]){re.escape(old)}(?![\w])")
    for key, page in knowledge.pages.items():
        found = spans(page.text)
        cuts = {_cut(found, one)[0] for one in changed.get(key, ())}
        for match in word.finditer(page.text):
            if match.start() not in cuts and match.start() - 1 not in cuts and not _is_group(page.text, match.start()):
                line = page.text.count("\n", 0, match.start()) + 1
                yield Place(page.file, line, match.start() - found.line_start(match.start()) + 1, len(old))


def _is_group(text: str, start: int) -> bool:
    """The name of a group of evidence is its own affair."""
    return text[text.rfind("\n", 0, start) + 1 : start].strip() in ("group:", "computed_by:")
