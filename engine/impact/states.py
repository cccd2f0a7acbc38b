"""Where a state of the knowledge comes from: a folder, a git commit, or the state that was last accepted.

The accepted state is kept below the pages, in `.limiter/accepted/`, where the loader does not look. In a git checkout
a commit accepts too: whichever happened later counts.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from engine.errors import KnowledgeError, OptionError, Place
from engine.impact.git import Checkout, checkout
from engine.knowledge import KnowledgeBase
from engine.loader import load
from engine.tree import OVERLAY, SHIPPED, tree

ACCEPTED = ".limiter/accepted"
"""Where the accepted state lies below a folder of pages."""
_PAGES, _ABOUT = "pages", "accepted.json"

Origin = Literal["folder", "commit", "accepted", "shipped"]


@dataclass(frozen=True, slots=True)
class State:
    """The knowledge at one time. `name` is what a coach calls it: a folder, a commit, the day it was accepted."""

    name: str
    origin: Origin
    knowledge: KnowledgeBase


def present(directory: Path | None) -> State:
    """The pages as they are now; without a folder, those that came with the program.

    Raises: KnowledgeError, when they are not sound.
    """
    name = "knowledge" if directory is None else directory.as_posix()
    return State(name, "folder" if directory else "shipped", load(directory))


def accepted(directory: Path | None) -> State:
    """The state last accepted: by a commit or by `accept`, whichever was later; the shipped pages if there is neither.

    Raises: KnowledgeError, when that state is not sound.
    """
    root = directory or SHIPPED
    kept, in_git = _about(root), checkout(root)
    if kept and (in_git is None or kept.get("tree") == in_git.tree("HEAD")):
        return _snapshot(root / ACCEPTED)
    if in_git:
        return _commit(in_git, "HEAD", directory)
    return State("the pages that came with limiter", "shipped", load())


def named(name: str, directory: Path | None) -> State:
    """The state somebody names: a folder of pages, an accepted state, or a commit of the folder `directory`.

    Raises: OptionError, when it is none of these; KnowledgeError, when its pages are not sound.
    """
    path = Path(name)
    if path.is_dir():
        return _snapshot(path) if (path / _PAGES).is_dir() else State(path.as_posix(), "folder", load(path))
    in_git = checkout(directory or SHIPPED)
    if in_git is None:
        raise OptionError(f"'{name}' is not a folder of pages, and {(directory or SHIPPED).name} is in no git checkout")
    return _commit(in_git, name, directory)


def accept(directory: Path, today: date) -> State:
    """Records the pages of a folder as accepted, in place of what was accepted before.

    Raises: KnowledgeError, when they are not sound: what is broken is never accepted.
    """
    knowledge = load(None if directory == SHIPPED else directory)
    in_git = checkout(directory)
    about = {
        "schema": 1, "accepted": today.isoformat(), "version": knowledge.version, "hash": knowledge.hash,
        "tree": in_git.tree("HEAD") if in_git else None,
    }  # fmt: skip
    target = directory / ACCEPTED
    target.parent.mkdir(exist_ok=True)
    (target.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix="accepting."))
    try:
        _write(scratch / _PAGES, _texts(directory))
        (scratch / _ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
        scratch.chmod(0o755)
        if target.exists():
            target.replace(target.with_name("accepted.before"))
        scratch.replace(target)
    finally:
        shutil.rmtree(target.with_name("accepted.before"), ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)
    return State(f"what was accepted on {today.isoformat()}", "accepted", knowledge)


def _texts(directory: Path) -> dict[str, bytes]:
    """Every page that counts in a folder, those below an overlay included, so that the copy stands alone."""
    return {place: file.read() for place, file in tree(directory, directory.as_posix()).items() if place != OVERLAY}


def _about(root: Path) -> dict[str, object] | None:
    """What is noted about the accepted state; None when there is none, or when it is damaged."""
    try:
        found = json.loads((root / ACCEPTED / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and (root / ACCEPTED / _PAGES).is_dir() else None


def _snapshot(folder: Path) -> State:
    about = _about(folder.parent.parent) if folder.parts[-2:] == Path(ACCEPTED).parts else None
    day = f" on {about['accepted']}" if about and about.get("accepted") else ""
    return State(f"what was accepted{day}", "accepted", load(folder / _PAGES))


def _commit(in_git: Checkout, ref: str, directory: Path | None) -> State:
    short = in_git.commit(ref)[:10]
    called = f"{ref} ({short})" if ref != short else ref
    name = "knowledge" if directory is None else directory.as_posix()
    return State(called, "commit", _load_texts(in_git.pages(ref), f"{ref}:{name}"))


def _load_texts(texts: Mapping[str, bytes], name: str) -> KnowledgeBase:
    """The knowledge in some pages that lie nowhere, with `name` as their folder in every place and fault."""
    with tempfile.TemporaryDirectory(prefix="limiter.") as scratch:
        nowhere = Path(scratch)

        def moved(file: str) -> str:
            return name + file.removeprefix(nowhere.as_posix()) if file.startswith(nowhere.as_posix()) else file

        def at(place: Place) -> Place:
            return replace(place, file=moved(place.file))

        try:
            found = load(nowhere, texts)
        except KnowledgeError as error:
            raise KnowledgeError(replace(fault, place=at(fault.place)) for fault in error.faults) from None
        return replace(
            found,
            pages={key: replace(page, file=moved(page.file)) for key, page in found.pages.items()},
            places={id: at(place) for id, place in found.places.items()},
        )


def _write(root: Path, texts: Mapping[str, bytes]) -> None:
    """Writes pages below a folder; a path that leads out of it is refused."""
    for name, text in texts.items():
        parts = Path(name).parts
        if ".." in parts or Path(name).is_absolute():
            raise OptionError(f"'{name}' leads out of the folder of pages")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
