"""The cache of compiled knowledge: a hit equals a miss, whatever changes is seen, and nothing foreign is trusted."""

import io
import os
import pickle
import shutil
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pydantic
import pydantic_core
import pytest

import reports
from engine import answers, cache, loader
from engine.assessment import assess
from engine.cache import PagesOnDemand
from engine.cache import compiled as cached
from engine.compile import Compiled
from engine.errors import KnowledgeError
from reports.render import templates
from tests.conftest import ROOT

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and owners of files are POSIX")

CASE = ROOT / "knowledge" / "cases" / "45_paula_couch_to_mile.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home without any cache yet; where the cache will be."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.delenv("LIMITER_NO_CACHE", raising=False)
    root = cache._root()
    assert root is not None
    return root


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of pages that may be changed."""
    return Path(shutil.copytree(ROOT / "tests" / "small_knowledge", tmp_path / "pages"))


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time the pages were really loaded."""
    found: list[object] = []
    really = loader.load

    def load(directory: Path | None = None) -> Any:
        found.append(directory)
        return really(directory)

    monkeypatch.setattr(loader, "load", load)
    return found


def only_file(home: Path) -> Path:
    [file] = home.iterdir()
    return file


def test_a_hit_equals_a_miss(home: Path, loads: list[object]) -> None:
    miss, hit = cached(), cached()
    assert len(loads) == 1
    for part in fields(Compiled):
        if part.name != "knowledge":
            assert getattr(hit, part.name) == getattr(miss, part.name), part.name
    for part in fields(type(hit.knowledge)):
        assert getattr(hit.knowledge, part.name) == getattr(miss.knowledge, part.name), part.name
    mappings = ("measures", "deficits", "limiter_rules", "places", "pages", "interventions", "sources")
    for name in mappings:
        assert list(getattr(hit.knowledge, name)) == list(getattr(miss.knowledge, name)), name


def test_a_diagnosis_from_the_cache_is_the_same_to_the_last_byte(home: Path) -> None:
    said = []
    for found in (cached(), cached()):
        read = answers.read(CASE.read_bytes(), CASE.name, found.knowledge, today=date(2026, 9, 1))
        diagnosis = assess(found, read)
        said.append([reports.render(diagnosis, found.knowledge, form) for form in ("text", "json", "html")])
    assert said[0] == said[1]


def test_pages_are_read_when_asked_for(home: Path, pages: Path) -> None:
    miss, hit = cached(pages), cached(pages)
    assert isinstance(hit.knowledge.pages, PagesOnDemand)
    assert dict(hit.knowledge.pages) == miss.knowledge.pages


def test_an_edit_is_seen_at_once(home: Path, pages: Path, loads: list[object]) -> None:
    about = pages / "about.yaml"
    before = cached(pages).knowledge
    when = about.stat()
    text = about.read_text("utf-8")
    changed = text.replace(f"version: {before.version}", "version: 9.9.9")
    assert changed != text
    about.write_text(changed, "utf-8")
    os.utime(about, ns=(when.st_atime_ns, when.st_mtime_ns))  # the bytes count, not the clock
    assert cached(pages).knowledge.version == "9.9.9"
    about.write_text("version: [", "utf-8")
    with pytest.raises(KnowledgeError):
        cached(pages)
    about.write_text(text, "utf-8")
    assert cached(pages).knowledge == before
    assert len(loads) == 4


def test_a_new_page_and_one_taken_away_are_seen(home: Path, pages: Path) -> None:
    cached(pages)
    case = next((pages / "cases").glob("*.yaml"))
    content = case.read_bytes()
    case.unlink()
    assert case.stem not in cached(pages).knowledge.cases
    case.write_bytes(content)
    assert case.stem in cached(pages).knowledge.cases


def test_each_folder_has_its_own_and_one_file_stays(home: Path, pages: Path) -> None:
    cached(pages)
    cached()
    assert len(list(home.iterdir())) == 2
    (pages / "about.yaml").write_text((pages / "about.yaml").read_text("utf-8") + "\n", "utf-8")
    cached(pages)
    assert len(list(home.iterdir())) == 2


@pytest.mark.parametrize(
    "break_it",
    [
        lambda content: b"",
        lambda content: content[:100],
        lambda content: content[:-1],
        lambda content: content[:-200] + bytes([content[-200] ^ 1]) + content[-199:],
        lambda content: b"limiter knowledge 0\n" + content[20:],
        lambda content: content[:20] + bytes(32) + content[52:],
        lambda content: b"\x80\x05." * 1000,
    ],
    ids=["empty", "short", "cut", "flipped", "other format", "other key", "foreign"],
)
def test_a_broken_cache_is_rebuilt(home: Path, pages: Path, loads: list[object], break_it: Any) -> None:
    found = cached(pages)
    file = only_file(home)
    good = file.read_bytes()
    file.write_bytes(break_it(good))
    assert cached(pages).knowledge == found.knowledge
    assert len(loads) == 2
    assert file.read_bytes() == good


def test_another_version_of_anything_is_another_key(
    home: Path, pages: Path, loads: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(pages)
    for change in ((pydantic, "VERSION"), (pydantic_core, "__version__"), (sys, "version")):
        with monkeypatch.context() as other:
            other.setattr(*change, "another")
            cached(pages)
    assert len(loads) == 4


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("evil",)


@pytest.mark.parametrize(
    "what",
    [Evil(), os.system, loader.load_unchecked, KnowledgeError([]), ROOT],
    ids=["call", "system", "own function", "own error", "path"],
)
def test_only_our_own_models_come_out_of_a_cache(
    home: Path, pages: Path, loads: list[object], what: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent.parent)
    cached(pages)
    file, key = only_file(home), cache._key(pages)
    assert key is not None
    content = pickle.dumps(what)
    cache.keep(file.name, key, content)
    assert cache.recall(file.name, key) == content
    assert cache._thawed(content, pages) is None
    with pytest.raises(pickle.UnpicklingError):
        cache._Unpickler(io.BytesIO(content)).load()
    assert not Path("evil").exists()
    cached(pages)
    assert len(loads) == 2


@posix
def test_the_cache_is_for_the_user_alone(home: Path, pages: Path) -> None:
    cached(pages)
    assert home.stat().st_mode & 0o777 == 0o700
    assert only_file(home).stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o770, 0o777, 0o702])
def test_a_folder_others_can_write_is_not_used(home: Path, pages: Path, loads: list[object], mode: int) -> None:
    home.mkdir(parents=True)
    home.chmod(mode)
    cached(pages)
    cached(pages)
    assert len(loads) == 2
    assert not list(home.iterdir())


@posix
def test_a_file_others_can_write_is_not_read(home: Path, pages: Path, loads: list[object]) -> None:
    cached(pages)
    only_file(home).chmod(0o666)
    cached(pages)
    assert len(loads) == 2
    assert only_file(home).stat().st_mode & 0o777 == 0o600


@posix
def test_what_belongs_to_another_user_is_not_used(
    home: Path, pages: Path, loads: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(pages)
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    cached(pages)
    assert len(loads) == 2


@posix
def test_a_link_is_not_followed(home: Path, pages: Path, loads: list[object]) -> None:
    cached(pages)
    file = only_file(home)
    elsewhere = file.rename(home.parent / "elsewhere.bin")
    file.symlink_to(elsewhere)
    cached(pages)
    assert len(loads) == 2


def test_it_can_be_switched_off(home: Path, pages: Path, loads: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMITER_NO_CACHE", "1")
    cached(pages)
    cached(pages)
    assert len(loads) == 2
    assert not home.exists()


def test_a_place_that_cannot_be_written_is_no_reason_to_stop(home: Path, pages: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    home.write_text("a file where the folder should be", "utf-8")
    assert cached(pages).knowledge.version


def test_faults_are_told_as_without_a_cache(home: Path, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="no such folder"):
        cached(tmp_path / "nowhere")


def testtemplates_are_kept_too_and_say_the_same(home: Path, compiled: Compiled) -> None:

    read = answers.read(CASE.read_bytes(), CASE.name, compiled.knowledge, today=date(2026, 9, 1))
    diagnosis = assess(compiled, read, deep=False)
    said = []
    for _ in range(3):
        templates.cache_clear()
        said.append(reports.render(diagnosis, compiled.knowledge, "text"))
        for file in home.glob("template-*"):
            assert file.stat().st_mode & 0o777 == 0o600 or sys.platform == "win32"
            if len(said) == 2:
                file.write_bytes(file.read_bytes()[:-1])
    assert said[0] == said[1] == said[2]
    assert list(home.glob("template-*"))
    templates.cache_clear()
