"""Shortcut of loading: the compiled knowledge of the last run, kept in the user's cache directory.

Reading and checking every page takes most of a short run, and the same pages give the same result. So the result is
kept under a key made of the names and bytes of every page, of every file of the engine, and of the versions of Python
and pydantic: whatever changes, the key changes, and the knowledge is loaded anew. A hit equals a miss to the last bit.

A pickle can do harm, so one is read only from a directory and file that belong to the user and that nobody else can
write, and only our own models and a few plain types come out of it. Anything else (foreign, broken, of another version)
is silently loaded anew and replaced. LIMITER_NO_CACHE=1 leaves the cache alone. Nothing about athletes is ever kept.
"""

import hashlib
import io
import os
import pickle
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

import pydantic
import pydantic_core

from engine.compile import Compiled, compile_knowledge
from engine.knowledge import Page
from engine.schema.base import Model
from engine.tree import SHIPPED

_MAGIC = b"limiter knowledge 1\n"
_PLAIN = {("datetime", "date"), ("builtins", "set"), ("builtins", "frozenset")}
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def compiled(directory: Path | None = None) -> Compiled:
    """The checked and compiled knowledge in a folder; without one, the knowledge that is shipped.

    Raises: KnowledgeError, as `loader.load` does.
    """
    if os.environ.get("LIMITER_NO_CACHE"):
        return _anew(directory)
    key = _key(directory)
    file = _file(directory)
    if key is None or file is None:
        return _anew(directory)
    found = _read(file, key, directory)
    if found is None:
        found = _anew(directory)
        if _key(directory) == key:  # nobody has changed a page in the meantime
            _write(file, key, found)
    return found


class PagesOnDemand(Mapping[tuple[str, str], Page]):
    """The texts of all pages and the places in them, read when first asked for: a diagnosis needs none of them."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._read: Mapping[tuple[str, str], Page] | None = None

    def _pages(self) -> Mapping[tuple[str, str], Page]:
        if self._read is None:
            from engine.loader import load_unchecked  # checked when it was cached

            self._read = load_unchecked(self._directory).pages
        return self._read

    def __getitem__(self, key: tuple[str, str]) -> Page:
        return self._pages()[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pages())

    def __len__(self) -> int:
        return len(self._pages())


def _anew(directory: Path | None) -> Compiled:
    from engine.loader import load

    return compile_knowledge(load(directory))


# --- the key --------------------------------------------------------------------------------------------------------


def _key(directory: Path | None) -> bytes | None:
    """What the result depends on, as 32 bytes; None when some of it cannot be read.

    The shipped pages always count, since a folder may be laid over them.
    """
    versions = (sys.version, pydantic.VERSION, pydantic_core.__version__, str(directory))
    digest = hashlib.sha256("\0".join(versions).encode("utf-8", "surrogateescape"))
    pages = (".yaml", ".yml")
    try:
        for root, suffixes in ((Path(__file__).parent, (".py",)), (SHIPPED, pages), (directory, pages)):
            for path in _files(str(root), suffixes) if root else ():
                with open(path, "rb") as file:  # noqa: PTH123 - for hundreds of files pathlib takes as long as reading
                    content = file.read()
                digest.update(f"{path}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    except OSError:
        return None
    return digest.digest()


def _files(root: str, suffixes: tuple[str, ...]) -> Iterator[str]:
    """Every file below a folder that ends so, in a fixed order."""
    for folder, below, names in os.walk(root, onerror=_raise):
        below.sort()
        yield from (f"{folder}/{name}" for name in sorted(names) if name.endswith(suffixes))


def _raise(error: OSError) -> None:
    raise error


# --- the place ------------------------------------------------------------------------------------------------------


def _file(directory: Path | None) -> Path | None:
    """Where the knowledge of this folder is kept, one file for each; None where no safe place can be had."""
    root = _root()
    if root is None:
        return None
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(root.stat()):
            return None
        where = str((directory or SHIPPED).resolve())
    except OSError:
        return None
    name = hashlib.sha256(f"{where}\0{directory}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return root / f"knowledge-{name}-{sys.implementation.cache_tag}.bin"


def _root() -> Path | None:
    """The user's own cache directory, as their system has it."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA", "")
        return Path(base if Path(base).is_absolute() else home / "AppData" / "Local") / "limiter" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "limiter"
    base = os.environ.get("XDG_CACHE_HOME", "")
    return Path(base if Path(base).is_absolute() else home / ".cache") / "limiter"


def _is_ours(found: os.stat_result) -> bool:
    """Whether a file or folder is the user's and nobody else can write it; Windows keeps profiles apart by itself."""
    return sys.platform == "win32" or (found.st_uid == os.geteuid() and not found.st_mode & _OTHERS_MAY_WRITE)


# --- reading and writing --------------------------------------------------------------------------------------------


def _read(file: Path, key: bytes, directory: Path | None) -> Compiled | None:
    """What was kept under this key, or None."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                return None
            head = stream.read(len(_MAGIC) + 64)
            if head[:-32] != _MAGIC + key:
                return None
            content = stream.read()
        if hashlib.sha256(content).digest() != head[-32:]:
            return None
        kept = _Unpickler(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the pages themselves are the cure
        return None
    if not isinstance(kept, Compiled):
        return None
    return replace(kept, knowledge=replace(kept.knowledge, pages=PagesOnDemand(directory)))


def _write(file: Path, key: bytes, found: Compiled) -> None:
    """Keep the result at one stroke, for the user alone; a full or read-only disk is no reason to stop."""
    lean = replace(found, knowledge=replace(found.knowledge, pages={}))
    content = pickle.dumps(lean, protocol=5)
    with suppress(OSError):
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made with mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_MAGIC + key + hashlib.sha256(content).digest() + content)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink()
            raise


class _Unpickler(pickle.Unpickler):
    """Makes our own frozen models and a few plain types, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if module.startswith("engine."):
            found = super().find_class(module, name)
            ours = isinstance(found, type) and (found.__module__, found.__qualname__) == (module, name)
            if ours and (is_dataclass(found) or issubclass(found, Model)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not kept in a cache")
