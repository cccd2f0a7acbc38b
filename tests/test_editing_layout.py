"""The canonical layout: the same meaning, the same comments, and nothing left to do the second time."""

from pathlib import Path

import pytest

from engine.editing.formatting import format_pages, same_knowledge
from engine.editing.layout import formatted, same
from engine.editing.spans import spans
from engine.knowledge import KnowledgeBase
from engine.loader import load, shape_of
from engine.schema.deficit import Deficit
from engine.yaml_positions import read
from tests.test_editing import FOLDERS, ODD, TEXTS, run
from tests.test_editing_journal import everything, small

__all__ = ["small"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_shipped_page_keeps_its_meaning_and_its_comments(folder: str) -> None:
    for place in (place for place in TEXTS if place.startswith(folder)):
        text, shape = TEXTS[place], shape_of(place)
        data, page = read(text, place)
        new = formatted(page, shape)
        after, again = read(new, place)

        assert same(after, data)
        assert sorted(spans(new).comments()) == sorted(spans(text).comments())
        assert formatted(again, shape) == new
        assert max(map(len, new.split("\n"))) <= max(120, *map(len, text.split("\n")))


def test_the_shipped_pages_are_laid_out_so() -> None:
    """Who runs `rules fmt` on a copy sees nothing change but what they edited."""
    assert format_pages(None, (), dry_run=True) == []


def test_the_loaded_knowledge_is_the_same(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    for place, text in TEXTS.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text.replace("sources: [", "sources:   ["), encoding="utf-8")
    assert format_pages(tmp_path, ())
    after = load(tmp_path)

    assert after.hash == knowledge.hash
    assert same_knowledge(after, knowledge)


MESSY = """\
# A page a coach wrote.
label: Overstriding   # as we say

# About the limiter.
limiter: mechanics
deficit: overstriding
rules:
- then: weak evidence for   # only a hint
  # what is asked
  when: { self_legs : reaching }

  id:   "legs_feel_reaching"
  sources:
    - article
    - vincent2024
# the end
"""


def test_a_messy_page() -> None:
    new = formatted(read(MESSY, "page.yaml")[1], Deficit)

    assert (
        new
        == """\
deficit: overstriding
# A page a coach wrote.
label: Overstriding   # as we say

# About the limiter.
limiter: mechanics
rules:

  - id: legs_feel_reaching
    # what is asked
    when: {self_legs: reaching}
    then: weak evidence for   # only a hint
    sources: [article, vincent2024]
# the end
"""
    )
    assert formatted(read(new, "page.yaml")[1], Deficit) == new


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_an_odd_page(ends: str) -> None:
    text = ODD.replace("\n", ends)
    data, page = read(text, "page.yaml")
    new = formatted(page, dict[str, object])

    assert same(read(new, "page.yaml")[0], data)
    assert spans(new).comments() == spans(text).comments()
    assert formatted(read(new, "page.yaml")[1], dict[str, object]) == new


def test_on_the_command_line(small: Path) -> None:
    page = small / "deficits/strength/stiff_ankle.yaml"
    page.write_bytes(page.read_bytes().replace(b"weight: strong", b"weight:    'strong' # yes"))
    before = everything(small)
    code, said = run("fmt", "stiff_ankle", "--knowledge", str(small))
    assert code == 0
    assert "+weight: strong # yes" in said
    run("undo", "--knowledge", str(small))
    assert everything(small) == before
    assert run("fmt", "nobody", "--knowledge", str(small))[0] == 3
    assert "weight: 'strong'" in run("fmt", "--dry-run", "--knowledge", str(small))[1].replace("    ", " ")
    assert everything(small) == before
