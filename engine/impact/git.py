"""The pages of a git commit, read without a checkout. Serves `engine/impact/states.py`.

Only `rev-parse`, `ls-tree` and `cat-file` are called: none of them runs hooks, filters or pagers, so nothing that lies
in a folder of pages, its attributes or its history is executed. Every call has a time limit and no terminal.
"""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import OptionError
from engine.tree import is_page
from engine.yaml_positions import LARGEST

SECONDS = 20
"""No call to git may take longer."""
MOST_PAGES = 20_000
_FILES = ("100644", "100755")


class NoGit(OptionError):
    """Git is missing, took too long, or does not know what was asked for."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder of pages inside a git checkout."""

    directory: Path
    prefix: str
    """The folder's path below the top of the checkout, ending in a slash; empty at the top."""

    def commit(self, ref: str) -> str:
        """The full name of the commit a reference means.

        Raises: NoGit, when there is none.
        """
        try:
            return _git(self.directory, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except NoGit:
            raise NoGit(f"'{ref}' is neither a folder of pages nor a commit that git knows") from None

    def tree(self, ref: str) -> str:
        """The name git gives to what the folder holds in a commit: the same name, the same pages."""
        return _git(self.directory, "rev-parse", "--verify", "--quiet", f"{self.commit(ref)}:{self.prefix}")

    def pages(self, ref: str) -> dict[str, bytes]:
        """Every page of the folder in a commit, by its path below the folder.

        Raises: NoGit, when the commit does not hold the folder, or holds too much.
        """
        listed = _call(self.directory, "ls-tree", "-r", "-z", "-l", "--full-tree", self.tree(ref))
        found: dict[str, str] = {}
        for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
            about, _, name = entry.partition("\t")
            mode, _, blob, size = about.split() if about else ("", "", "", "0")
            if mode in _FILES and name.endswith((".yaml", ".yml")) and is_page(name):
                if int(size) > LARGEST:
                    raise NoGit(f"{ref}:{self.prefix}{name} is too large to be a page")
                found[name] = blob
        if len(found) > MOST_PAGES:
            raise NoGit(f"{ref}:{self.prefix} holds more than {MOST_PAGES:,} pages")
        return dict(zip(found, _blobs(self.directory, found.values()), strict=True))


def checkout(directory: Path) -> Checkout | None:
    """The git checkout a folder lies in; None without git, outside a checkout, or when nothing in it was committed."""
    try:
        prefix = _git(directory, "rev-parse", "--show-prefix")
        found = Checkout(directory, prefix)
        found.tree("HEAD")
    except NoGit:
        return None
    return found


def _blobs(directory: Path, names: Iterable[str]) -> Iterable[bytes]:
    wanted = list(names)
    answer = _call(directory, "cat-file", "--batch", given="".join(f"{name}\n" for name in wanted).encode())
    start = 0
    for _ in wanted:
        end = answer.index(b"\n", start)
        size = int(answer[start:end].split()[2])
        yield answer[end + 1 : end + 1 + size]
        start = end + size + 2


def _git(directory: Path, *words: str) -> str:
    return _call(directory, *words).decode("utf-8", "surrogateescape").removesuffix("\n")


def _call(directory: Path, *words: str, given: bytes = b"") -> bytes:
    """What git answers. The surroundings cannot point it at another checkout, ask questions or fetch anything."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    surroundings |= {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    command = ["git", "--no-pager", "-c", "core.fsmonitor=false", "-C", str(directory), *words]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, env=surroundings, timeout=SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise NoGit(f"git took longer than {SECONDS} seconds") from None
    except OSError:
        raise NoGit("git is not installed") from None
    if done.returncode:
        raise NoGit(done.stderr.decode("utf-8", "replace").strip() or "git does not know this")
    return done.stdout
