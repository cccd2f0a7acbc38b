"""Pages laid out again, with the same meaning: what is loaded afterwards equals what was loaded before."""

from collections.abc import Sequence
from pathlib import Path as FilePath

from engine.editing import journal
from engine.editing.address import resolve
from engine.editing.layout import formatted
from engine.editing.setting import Change
from engine.errors import EditError
from engine.knowledge import KnowledgeBase
from engine.loader import load, shape_of
from engine.tree import SHIPPED_NAME, tree
from engine.yaml_positions import decode, read

_PLACES = frozenset({"hash", "pages", "places"})


def format_pages(directory: FilePath | None, names: Sequence[str], *, dry_run: bool = False) -> list[Change]:
    """Lay out some pages again, or every page of the folder; returns those that changed.

    Raises: KnowledgeError, when the pages are not sound; EditError, when a page cannot be laid out without loss.
    """
    folder = journal.home(directory)
    before = load(directory)
    name = SHIPPED_NAME if directory is None else directory.as_posix()
    files = tree(folder, name)
    own = [place for place, file in files.items() if file.path.is_relative_to(folder)]
    changes: dict[str, str | None] = {}
    found = []
    for place in [resolve(directory, folder, one).place for one in names] or own:
        page = read(decode(files[place].read(), f"{name}/{place}"), f"{name}/{place}")[1]
        text = formatted(page, shape_of(place))
        if text != page.text:
            changes[place] = text
            found.append(Change(page.file, page.text, text))
    after = journal.apply(folder, changes, "fmt " + " ".join(names), dry_run=True)
    if not same_knowledge(before, after):
        raise EditError("A page would not mean the same afterwards; nothing was written.")
    if changes and not dry_run:
        journal.apply(folder, changes, "fmt " + (" ".join(names) or "all pages"))
    return found


def same_knowledge(first: KnowledgeBase, second: KnowledgeBase) -> bool:
    """Whether two knowledge bases say the same, wherever and however they say it."""
    return all(getattr(first, name) == getattr(second, name) for name in first.__slots__ if name not in _PLACES)
