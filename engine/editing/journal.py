"""Every change to pages goes through here: loaded before it is written, written at one stroke, remembered, taken back.

The journal lies in the folder `.limiter/` beside the pages, which the loader and git leave alone. One entry is one
change: what was done, the bytes each page had before, and a fingerprint of what it has now.
"""

import base64
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path as FilePath
from pathlib import PurePosixPath

from engine.errors import EditError, KnowledgeError, OptionError
from engine.knowledge import KnowledgeBase
from engine.loader import load
from engine.tree import SHIPPED, File, tree

JOURNAL = ".limiter"
MOST_STEPS = 200
"""So many changes can be taken back; older ones are forgotten."""
MOST_BYTES = 20_000_000
"""The journal never grows beyond this."""
_MARK = b"\xef\xbb\xbf"
_LARGEST_ENTRY = 50_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """One change that can be taken back: what it was, and the bytes of each page before (None: it did not exist)."""

    number: int
    what: str
    before: Mapping[str, bytes | None]
    after: Mapping[str, str]
    """SHA-256 of each page after the change, by place; empty where it was taken away."""


def home(directory: FilePath | None) -> FilePath:
    """The folder a command may write to.

    Raises: OptionError, when it is that of an installed program.
    """
    found = SHIPPED if directory is None else directory
    if found.resolve() == SHIPPED and not (SHIPPED.parent / "pyproject.toml").is_file():
        raise OptionError(
            "The pages that came with limiter stay as they are. Make a copy to edit with `limiter rules init DIR`, "
            "and give it to every command with --knowledge DIR."
        )
    return found


def as_given(directory: FilePath) -> FilePath | None:
    """The folder as `load` takes it: the shipped pages have no folder of their own."""
    return None if directory == SHIPPED else directory


def apply(directory: FilePath, changes: Mapping[str, str | None], what: str, *, dry_run: bool = False) -> KnowledgeBase:
    """Change pages: new texts by place below the folder (None: the page goes). Returns the changed knowledge.

    Nothing is written when the changed pages do not fit together, nor on a dry run; a change that changes no byte is
    not remembered.

    Raises: KnowledgeError, with the faults the change would make, their places in the new text; EditError, for a place
    that is no page of this folder; OptionError, when the folder is not ours to write.
    """
    home(directory)
    old = {place: _bytes(directory, place) for place in changes}
    files = tree(directory, directory.as_posix())
    new = {place: _encoded(files.get(place), text) for place, text in changes.items()}
    new = {place: content for place, content in new.items() if content != old[place]}
    knowledge = load(as_given(directory), new)
    if new and not dry_run:
        with _alone(directory):
            if any(_bytes(directory, place) != old[place] for place in new):
                raise EditError("The pages changed while this was under way; nothing was written. Try again.")
            entry = _remember(directory, what, {place: old[place] for place in new}, new)
            try:
                _write_all(directory, {place: old[place] for place in new}, new)
            except BaseException:
                entry.unlink()
                raise
    return knowledge


def steps(directory: FilePath) -> list[Step]:
    """Every change that can be taken back, the oldest first."""
    return [_step(path) for path in _entries(directory)]


def undo(directory: FilePath) -> Step:
    """Take back the last change; returns it.

    Raises: EditError, when there is none, or a page has changed since; KnowledgeError, when the pages as they were do
    not fit the others as they are.
    """
    home(directory)
    entries = _entries(directory)
    if not entries:
        raise EditError("There is nothing to take back: no change by a `limiter rules` command is remembered here.")
    with _alone(directory):
        step = _step(entries[-1])
        now = {place: _bytes(directory, place) for place in step.before}
        touched = [place for place, content in now.items()
                   if _fingerprint(content) != step.after.get(place) and content != step.before[place]]  # fmt: skip
        if touched:
            raise EditError(
                f"'{step.what}' cannot be taken back: {', '.join(touched)} changed since. Nothing was written; "
                "take out your own changes first, or edit the page by hand."
            )
        try:
            load(as_given(directory), step.before)
        except KnowledgeError as error:
            raise EditError(
                f"'{step.what}' cannot be taken back: the pages as they were do not fit the others as they are now.\n\n"
                f"{error}"
            ) from error
        _write_all(directory, now, step.before)
        entries[-1].unlink()
    return step


def current(directory: FilePath, place: str) -> str | None:
    """The text of a page as it counts in a folder (below an overlay, the shipped one); None when there is none."""
    name = directory.as_posix()
    file = tree(directory, name).get(place)
    return None if file is None else file.read().removeprefix(_MARK).decode("utf-8")


# --- files ----------------------------------------------------------------------------------------------------------


def _path(directory: FilePath, place: str) -> FilePath:
    pure = PurePosixPath(place)
    odd = pure.is_absolute() or "\\" in place or ":" in place or any(part.startswith(".") for part in pure.parts)
    path = directory / pure
    if odd or pure.suffix != ".yaml" or not path.resolve().is_relative_to(directory.resolve()):
        raise EditError(f"'{place}' is no place for a page")
    return path


def _bytes(directory: FilePath, place: str) -> bytes | None:
    try:
        return _path(directory, place).read_bytes()
    except FileNotFoundError:
        return None


def _encoded(file: File | None, text: str | None) -> bytes | None:
    """A text as bytes; a page that began with a byte order mark keeps it."""
    if text is None:
        return None
    mark = _MARK if file is not None and file.read().startswith(_MARK) else b""
    return mark + text.removeprefix("\ufeff").encode("utf-8")


def _fingerprint(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _write_all(directory: FilePath, old: Mapping[str, bytes | None], new: Mapping[str, bytes | None]) -> None:
    """Put every page in place, or, if one cannot be, leave all as they were."""
    done: list[str] = []
    try:
        for place, content in new.items():
            done.append(place)
            _write(directory, place, content)
    except BaseException:
        for place in done:
            with suppress(OSError):
                _write(directory, place, old[place])
        raise


def _write(directory: FilePath, place: str, content: bytes | None) -> None:
    path = _path(directory, place)
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, content)


def replace(path: FilePath, content: bytes) -> None:
    """Replace a file at one stroke, keeping who may read it: whoever looks sees the old or the new bytes."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    scratch = FilePath(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            scratch.chmod(target.stat().st_mode & 0o777)
        else:
            os.umask(mask := os.umask(0o022))
            scratch.chmod(0o666 & ~mask)
        scratch.replace(target)
    except BaseException:
        with suppress(OSError):
            scratch.unlink()
        raise


# --- the journal ----------------------------------------------------------------------------------------------------


def _entries(directory: FilePath) -> list[FilePath]:
    return sorted((directory / JOURNAL).glob("[0-9][0-9][0-9][0-9][0-9][0-9].json"))


def _remember(
    directory: FilePath, what: str, old: Mapping[str, bytes | None], new: Mapping[str, bytes | None]
) -> FilePath:
    """Write one entry, before the pages themselves: should the power fail between them, it can be taken back."""
    entries = _entries(directory)
    number = int(entries[-1].stem) + 1 if entries else 1
    before = {place: None if content is None else _packed(content) for place, content in old.items()}
    after = {place: _fingerprint(content) for place, content in new.items()}
    entry = json.dumps({"what": what, "before": before, "after": after}, ensure_ascii=False, indent=1)
    written = directory / JOURNAL / f"{number:06}.json"
    replace(written, entry.encode("utf-8"))
    kept, size = 0, 0
    for path in reversed(_entries(directory)):
        kept, size = kept + 1, size + path.stat().st_size
        if kept > 1 and (kept > MOST_STEPS or size > MOST_BYTES):
            path.unlink()
    return written


def _step(path: FilePath) -> Step:
    try:
        if path.stat().st_size > _LARGEST_ENTRY:
            raise ValueError
        entry = json.loads(path.read_text("utf-8"))
        before = {
            str(place): None if packed is None else _unpacked(packed) for place, packed in entry["before"].items()
        }
        after = {str(place): str(fingerprint) for place, fingerprint in entry["after"].items()}
        return Step(int(path.stem), str(entry["what"]), before, after)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise EditError(f"{path}: this is no entry of the journal; take it away to go on") from error


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def _unpacked(packed: str) -> bytes:
    unpack = zlib.decompressobj()
    content = unpack.decompress(base64.b64decode(packed, validate=True), MOST_BYTES)
    if unpack.unconsumed_tail:
        raise ValueError("larger than any page")
    return content


@contextmanager
def _alone(directory: FilePath) -> Iterator[None]:
    """Only one command changes the pages of a folder at a time."""
    folder = directory / JOURNAL
    folder.mkdir(exist_ok=True)
    if not (folder / ".gitignore").exists():
        (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    lock = folder / "lock"
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        raise EditError(
            f"Another command is changing these pages. If none is, take away {lock.as_posix()} and try again."
        ) from None
    try:
        yield
    finally:
        os.close(handle)
        lock.unlink(missing_ok=True)
