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
    key = None if _is_off() else _key(directory)
    if key is None:
        return _anew(directory)
    name = _name(directory)
    found = _thawed(recall(name, key), directory)
    if found is None:
        found = _anew(directory)
        if _key(directory) == key:  # nobody has changed a page in the meantime
            keep(name, key, _frozen(found))
    return found


def recall(name: str, key: bytes) -> bytes | None:
    """What was kept under this name and key (32 bytes); None when nothing was, or it cannot be trusted.

    It may hold code: only the user could have written it.
    """
    folder = _folder()
    if folder is None:
        return None
    try:
        handle = os.open(folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                return None
            head = stream.read(len(_MAGIC) + 64)
            content = stream.read() if head[:-32] == _MAGIC + key else b""
    except OSError:
        return None
    return content if content and hashlib.sha256(content).digest() == head[-32:] else None


def keep(name: str, key: bytes, content: bytes) -> None:
    """Keep bytes at one stroke, for the user alone; a full or read-only disk is no reason to stop."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError):
        handle, made = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # with mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_MAGIC + key + hashlib.sha256(content).digest() + content)
            Path(made).replace(folder / name)
        except BaseException:
            Path(made).unlink()
            raise


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


def _is_off() -> bool:
    return bool(os.environ.get("LIMITER_NO_CACHE"))


def _name(directory: Path | None) -> str:
    """One file for each folder, so that old ones do not pile up."""
    where = f"{(directory or SHIPPED).resolve()}\0{directory}"
    name = hashlib.sha256(where.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return f"knowledge-{name}-{sys.implementation.cache_tag}.bin"


def _folder() -> Path | None:
    """Where things are kept; None when that is switched off, or no safe place can be had."""
    root = None if _is_off() else _root()
    if root is None:
        return None
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return root if _is_ours(root.stat()) else None
    except OSError:
        return None


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


# --- knowledge as bytes ---------------------------------------------------------------------------------------------


def _frozen(found: Compiled) -> bytes:
    return pickle.dumps(replace(found, knowledge=replace(found.knowledge, pages={})), protocol=5)


def _thawed(content: bytes | None, directory: Path | None) -> Compiled | None:
    if content is None:
        return None
    try:
        kept = _Unpickler(io.BytesIO(content)).load()
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache, the pages themselves are the cure
        return None
    if not isinstance(kept, Compiled):
        return None
    return replace(kept, knowledge=replace(kept.knowledge, pages=PagesOnDemand(directory)))


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
