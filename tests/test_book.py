"""The rule book: everything is in it, every link leads somewhere, and it prints the same twice."""

import re
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import commands
from engine.knowledge import KnowledgeBase
from engine.loader import load
from reports import fonts
from reports.book import book
from reports.book.page_numbers import pages_of
from reports.book.picture import Picture, draw
from reports.book.views import shares
from reports.sprint_page import LIMITS
from tests.conftest import ROOT

DAY = date(2026, 11, 22)
SMALL = ROOT / "tests" / "small_knowledge"


@pytest.fixture(scope="module")
def html(knowledge: KnowledgeBase) -> str:
    """The book of the shipped pages."""
    written = book(knowledge, "html", made=DAY)
    assert isinstance(written, str)
    return written


@pytest.fixture(scope="module")
def picture(knowledge: KnowledgeBase) -> Picture:
    """The couplings of the shipped pages."""
    return draw(knowledge)


class Reader(HTMLParser):
    """Ids, links and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self._skipped = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in ("style", "script"):
            self._skipped = tag
        self.ids += [found["id"] or ""] if "id" in found else []
        self.addresses += [found[name] or "" for name in ("src", "action") if name in found]
        target = found.get("href") or ""
        self.links += [target[1:]] if target.startswith("#") else []

    def handle_endtag(self, tag: str) -> None:
        self._skipped = "" if tag == self._skipped else self._skipped

    def handle_data(self, data: str) -> None:
        self.words += [] if self._skipped else [data]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_every_page_has_its_place_and_every_link_leads_to_one(html: str, knowledge: KnowledgeBase) -> None:
    page = Reader(html)
    wanted = {f"deficit-{name}" for name in knowledge.deficits}
    wanted |= {f"measure-{name}" for name in (*knowledge.measures, *knowledge.derived)}
    wanted |= {f"safety-{name}" for name in knowledge.safety}
    wanted |= {f"exercise-{name}" for name in knowledge.interventions}
    wanted |= {f"source-{name}" for name in knowledge.sources}

    assert wanted <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.links) <= set(page.ids)


def test_every_rule_is_read_aloud_with_its_name(html: str, knowledge: KnowledgeBase) -> None:
    text = Reader(html).text
    for deficit in knowledge.deficits.values():
        for rule in deficit.rules:
            assert rule.id in text
    assert "When knee-to-wall distance is below 9 cm" in text
    assert knowledge.version in text
    assert knowledge.hash in text


def test_the_chapter_on_sprints_leaves_nothing_out(html: str, knowledge: KnowledgeBase) -> None:
    text, page = Reader(html).text, knowledge.sprint
    wanted = [*page.honest, page.about, *page.limits.model_dump()]
    wanted += [re.sub(r"\{\w+\}", "…", one.says) for one in page.flags.values()]
    wanted += [one.do for one in page.flags.values()] + [one.ask for one in page.starts.values()]
    wanted += [one.note for one in page.limits.__dict__.values() if one.note]
    wanted += [budget.because for budget in knowledge.limiters.budgets]

    assert [one for one in wanted if " ".join(one.split()) not in text] == []
    assert "11.17 ± 1.92" in text
    assert {source for group in page.groups for source in group.sources} <= {
        link.removeprefix("source-") for link in Reader(html).links
    }


def test_every_limit_says_what_it_limits_and_what_it_raises(knowledge: KnowledgeBase) -> None:
    assert set(LIMITS) == set(type(knowledge.sprint.limits).model_fields)
    assert {flag for _, flag in LIMITS.values() if flag} <= set(knowledge.sprint.flags)


def test_the_page_is_one_file_that_fetches_nothing(html: str) -> None:
    page = Reader(html)
    assert page.addresses == []
    assert not re.findall(r"url\(\"(?!data:)|@import|<link", html)
    assert "{{" not in page.text
    assert not re.findall(r">\s*None\s*[<.,;]", html)


def test_without_a_script_all_of_it_is_there(html: str) -> None:
    without = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert Reader(without).text == Reader(html).text
    assert 'class="away' not in without


def test_every_letter_can_be_drawn(html: str) -> None:
    missing = {letter for letter in Reader(html).text if not fonts.typeface().draws(letter)}
    assert missing == set()


def test_what_a_page_says_is_never_markup(knowledge: KnowledgeBase) -> None:
    name, page = next(iter(knowledge.deficits.items()))
    spoilt = page.model_copy(update={"about": "<script>alert(1)</script> & more"})
    changed = {**knowledge.deficits, name: spoilt}
    written = book(replace(knowledge, deficits=changed), "html", made=DAY)

    assert isinstance(written, str)
    assert "<script>alert" not in written
    assert "&lt;script&gt;alert(1)" in written


def test_shares_count_every_statement(knowledge: KnowledgeBase) -> None:
    *kinds, total = shares(knowledge)
    rules = sum(len(page.rules) for page in knowledge.deficits.values()) + len(knowledge.limiter_rules)

    assert kinds[0].seen + kinds[0].recalled == rules
    assert (total.seen, total.recalled) == (sum(one.seen for one in kinds), sum(one.recalled for one in kinds))


def test_causes_stand_left_of_what_they_explain(picture: Picture, knowledge: KnowledgeBase) -> None:
    assert picture.missing == ""
    at = {box.id: box for box in picture.boxes}
    pairs = [(cause.deficit, name) for name, page in knowledge.deficits.items() for cause in page.explained_by]

    assert len(picture.lines) == len(pairs)
    assert all(at[cause].x < at[effect].x for cause, effect in pairs)


def test_boxes_do_not_touch_and_stay_on_the_page(picture: Picture) -> None:
    for box in picture.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= picture.width
        assert box.y + box.height <= picture.height
        assert all(fonts.typeface().width(line, 8.5) <= box.width for line in box.lines)
    for number, one in enumerate(picture.boxes):
        for other in picture.boxes[number + 1 :]:
            apart = abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= one.height
            assert apart, (one.id, other.id)


def test_without_the_layout_library_the_table_remains(
    knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fast_sugiyama", None)
    written = book(knowledge, "html", made=DAY)
    assert isinstance(written, str)
    assert "pip install fast-sugiyama" in written
    assert "What is seen" in written


def test_the_pdf_has_its_page_numbers_and_is_the_same_twice() -> None:
    knowledge = load(SMALL)
    first, second = (book(knowledge, "pdf", made=DAY) for _ in range(2))

    assert isinstance(first, bytes)
    assert first == second
    pages = pages_of(first)
    assert {f"deficit-{name}" for name in knowledge.deficits} <= set(pages)
    assert int(pages["decided"]) < int(pages["whole"]) < int(pages["sources"])


def test_a_file_of_another_make_has_no_page_numbers() -> None:
    assert pages_of(b"%PDF-1.4 nothing we know") == {}
    assert pages_of(b"/Type /ObjStm >>\nstream\nnot packed endstream") == {}


def test_the_command_writes_what_the_name_says(tmp_path: Path) -> None:
    for name, begins in (("book.html", b"<!DOCTYPE html>"), ("book.pdf", b"%PDF")):
        file = tmp_path / name
        result = CliRunner().invoke(commands, ["rules", "book", "-o", str(file), "--knowledge", str(SMALL)])
        assert result.exit_code == 0, result.output
        assert file.read_bytes().startswith(begins)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(commands, ["rules", "book", "-o", str(tmp_path / "book.docx")])
    assert result.exit_code == 2
    assert ".html or .pdf" in result.stderr
