"""Which files make up the knowledge in a folder: its own pages, the shipped ones below an overlay, and changes to try.

A folder with a page `overlay.yaml` that says `over: shipped` is laid over the shipped pages: a page with the same
place replaces the shipped one, any other page joins them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

SHIPPED = FilePath(__file__).resolve().parent.parent / "knowledge"
"""The knowledge that comes with the program."""

OVERLAY = "overlay.yaml"

RULE_CASES = "rule_cases"
"""A folder beside the pages that is no knowledge: cases about single rules, read by `limiter rules test` alone."""

SHIPPED_NAME = "knowledge"
"""How the shipped pages are called in messages."""


@dataclass(frozen=True, slots=True)
class File:
    """One page: the name messages give it, and where its bytes are; `content` goes before `path`."""

    name: str
    path: FilePath
    content: bytes | None = None

    def read(self) -> bytes:
        """Its bytes. Raises: OSError."""
        return self.path.read_bytes() if self.content is None else self.content


def tree(root: FilePath, name: str, changed: Mapping[str, bytes | None] | None = None) -> dict[str, File]:
    """Every page by its place below the folder, in the order of their names.

    Args: the folder and its name in messages; `changed` holds new bytes (None: taken away) by place, not yet written.
    """
    changed = changed or {}
    own = {path.relative_to(root).as_posix(): path for path in _pages(root)}
    found = {place: File(f"{name}/{place}", path) for place, path in own.items()}
    for place, content in changed.items():
        found.pop(place, None)
        if content is not None and is_page(place):
            found[place] = File(f"{name}/{place}", root / place, content)
    if OVERLAY in found and root.resolve() != SHIPPED:
        found = {**{at: file for at, file in tree(SHIPPED, SHIPPED_NAME).items() if at != OVERLAY}, **found}
    return dict(sorted(found.items(), key=lambda item: item[0].split("/")))


def _pages(root: FilePath) -> Iterator[FilePath]:
    """Every page below a folder; files of editors and systems (dot files) and cases about rules are left out."""
    for path in root.rglob("*"):
        if path.suffix in (".yaml", ".yml") and is_page(path.relative_to(root).as_posix()):
            yield path


def is_page(place: str) -> bool:
    """Whether a file at this place below the folder belongs to the knowledge.

    >>> is_page("deficits/mechanics/overstriding.yaml"), is_page(".limiter/a.yaml"), is_page("rule_cases/a.yaml")
    (True, False, False)
    """
    parts = place.split("/")
    return parts[0] != RULE_CASES and not any(part.startswith(".") for part in parts)
