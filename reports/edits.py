"""What a change to the pages looks like: the lines before and after, and where to go from there."""

import shlex
from collections.abc import Iterable
from difflib import unified_diff

CONTEXT = 1
"""Lines shown around a change."""


def diff(file: str, before: str, after: str) -> str:
    """The lines of a page that changed, `-` before and `+` after; empty when none did."""
    old, new = _lines(before), _lines(after)
    return "\n".join(
        unified_diff(old, new, file if before else "(new page)", file if after else "(gone)", lineterm="", n=CONTEXT)
    )


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]


def written(files: Iterable[str], directory: object, *, dry_run: bool) -> str:
    """What was done, and what to do next; `directory` is the folder given with --knowledge, or None."""
    option = f" --knowledge {shlex.quote(str(directory))}" if directory else ""
    names = ", ".join(dict.fromkeys(files))
    if dry_run:
        return f"The pages would be sound. Nothing was written to {names}."
    return (
        f"Written: {names}. The pages are sound.\n"
        f"See whom it changes: limiter rules impact{option}\n"
        f"Take it back:        limiter rules undo{option}"
    )


def unchanged() -> str:
    """When a page says already what it should say."""
    return "The page says that already; nothing was changed."


def taken_back(what: str, places: Iterable[str], left: int) -> str:
    """After an undo."""
    more = f" {left} more can be taken back." if left else ""
    return f"Taken back: {what} ({', '.join(places)}).{more}"


def steps(changes: Iterable[tuple[str, list[str]]]) -> str:
    """What can be taken back, the last change first."""
    lines = [f"{what} ({', '.join(places)})" for what, places in changes]
    return "\n".join(reversed(lines)) or "Nothing can be taken back."


def begun(folder: str, pages: int, *, overlay: bool) -> str:
    """After a folder of pages was made."""
    name = shlex.quote(folder)
    what = (
        f"{folder} is laid over the pages that came with limiter: a page you put there replaces the shipped one of the "
        "same place and name, or joins them."
        if overlay
        else f"{folder} holds {pages} pages to edit; its README.md tells what stands where."
    )
    return (
        f"{what}\n"
        f"Check them:        limiter rules check --knowledge {name}\n"
        f"Change one value:  limiter rules set knee_to_wall.typical_error.value 0.7 --knowledge {name}\n"
        f"Use them:          limiter diagnose ATHLETE --knowledge {name}"
    )


def renamed(moved: tuple[str, str] | None, mentions: list[str], *, answers: bool) -> str:
    """What a new name leaves to do."""
    lines = [f"{moved[0]} is now {moved[1]}."] if moved else []
    if answers:
        lines.append("Athletes' files that answer it under its old name need the new one.")
    if mentions:
        lines.append("Running text still says the old name; read it and change what should change:")
        lines += [f"  {place}" for place in mentions]
    return "\n".join(lines)


def laid_out(pages: int, *, dry_run: bool) -> str:
    """After pages were laid out."""
    count = f"{pages} page{'s' if pages != 1 else ''}"
    return f"{count} would change." if dry_run else f"{count} laid out; what they say is the same."
