"""A folder of knowledge of one's own: a copy of the shipped pages, or an overlay that holds only what differs."""

from pathlib import Path as FilePath

from engine.errors import OptionError
from engine.tree import OVERLAY, RULE_CASES, SHIPPED, is_page, tree

_OVERLAY_PAGE = """\
# The pages of this folder are laid over the ones that came with limiter. A page with the same place and name replaces
# the shipped one (measures/mobility/knee_to_wall.yaml), any other page joins them.
over: shipped
"""


def init(directory: FilePath, *, overlay: bool = False) -> int:
    """Make a folder of pages to edit; returns how many pages it holds.

    Raises: OptionError, when the folder holds something already.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise OptionError(f"{directory} holds something already; name a new or an empty folder.")
    if overlay:
        pages = {OVERLAY: _OVERLAY_PAGE.encode("utf-8")}
    else:
        pages = {place: file.read() for place, file in tree(SHIPPED, "").items()}
        cases = (SHIPPED / RULE_CASES).glob("*.yaml")
        pages |= {path.relative_to(SHIPPED).as_posix(): path.read_bytes() for path in cases}
        pages["README.md"] = (SHIPPED / "README.md").read_bytes()
    for place, content in pages.items():
        path = directory / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len([place for place in pages if place.endswith(".yaml") and is_page(place)])
