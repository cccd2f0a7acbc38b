"""Loading: text with positions, pages of the right shape, knowledge of one piece."""

import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticKnownError, SchemaValidator, ValidationError, core_schema
from pydantic_core._pydantic_core import list_all_errors  # the only list of them there is

from engine.errors import Fault, KnowledgeError
from engine.faults import explain
from engine.knowledge import KnowledgeBase, Page
from engine.loader import load, load_unchecked
from engine.yaml_positions import MOST_VALUES, Unreadable, decode, read
from tests.test_broken import SMALL


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small knowledge that may be changed."""
    return Path(shutil.copytree(SMALL, tmp_path / "knowledge"))


def change(folder: Path, page: str, old: str, new: str) -> None:
    path = folder / page
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# --- text → data and positions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12), ("-3", -3), ("0.5", 0.5), ("+2", 2), ("true", True), ("false", False), ("null", None), ("~", None),
        ("", None), ("no", "no"), ("yes", "yes"), ("on", "on"), ("True", "True"), ("12:30", "12:30"), ("010", "010"),
        ("0x1f", "0x1f"), ("1e5", "1e5"), (".inf", ".inf"), (".nan", ".nan"), ("2026-03-01", "2026-03-01"),
        ("1_000", "1_000"), ('"12"', "12"), ("'true'", "true"), ("9" * 400, "9" * 400), ("[a, 1]", ["a", 1]),
        ("“knee”", "knee"), ("it’s", "it's"), ("a\u00a0b", "a b"), ('"it’s"', "it’s"),
    ],
)  # fmt: skip
def test_only_constants_and_plain_numbers_are_typed(written: str, value: Any) -> None:
    data, _ = read(f"key: {written}\n", "page.yaml")

    assert data == {"key": value}
    assert type(data["key"]) is type(value)


def test_every_key_and_value_knows_its_place() -> None:
    text = "a: 1\nb:\n  c: [x, 'y z']\n  d: >\n    folded\n    text\ne:\n  - f: g\n"
    _, page = read(text, "page.yaml")

    assert page.keys["b", "c"] == (3, 3, 1)
    assert page.values["b", "c"] == (3, 6, 10)
    assert page.values["b", "c", 1] == (3, 10, 5)
    assert page.values["b", "d"] == (4, 6, 1)
    assert page.values["e", 0] == (8, 5, 1)
    assert str(page.key("e", 0, "f")) == "page.yaml:8:5"
    assert str(page.value("e", 0, "f", "nothing", "here")) == "page.yaml:8:8"
    assert page.line(3) == "  c: [x, 'y z']"


def test_positions_stay_true_beside_foreign_letters_and_spaces() -> None:
    _, page = read("“ä”:\u00a0 x\nb: {c: 日本, d: e}\n", "page.yaml")

    assert page.values["“ä”",] == (1, 7, 1)
    assert page.values["b", "d"] == (2, 15, 1)


def test_windows_line_ends_and_a_byte_order_mark_are_nothing_special() -> None:
    data, page = read(decode(b"\xef\xbb\xbfa: 1\r\nb: >\r\n  one\r\n  two\r\n", "page.yaml"), "page.yaml")

    assert data == {"a": 1, "b": "one two\n"}
    assert page.keys["b",] == (2, 1, 1)


def test_json_is_read_too() -> None:
    data, page = read('{"a": 1.5,\n\t"b": {"c": [true, null, "x\\u00e4\\ud83d\\ude00"]}}', "page.json")

    assert data == {"a": 1.5, "b": {"c": [True, None, "xä😀"]}}
    assert page.keys["b",] == (2, 2, 3)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfea\x00", "saved as UTF-16"),
        (b"a: caf\xe9\n", "page.yaml:1:7: this is not UTF-8 text (byte 0xe9)"),
        (b"a: 1\nb: \x00\n", "page.yaml:2:4: character U+0000 is no text"),
        (b"\x7fELF\x02", "page.yaml:1:1: character U+007F is no text"),
        (b"a: " + b"x" * 2_100_000, "page.yaml:1:1: the file is too large (2.1 MB)"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(decode(content, "page.yaml"), "page.yaml")

    assert says in str(error.value)


BOMB = "a: &a [x, x]\n" + "".join(f"{key}: &{key} [*{last}, *{last}]\n" for last, key in pairwise("abcdefg"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[" * 200_000, "more than 40 mappings and lists"),
        ("[\n" * 200_000, "more than 40 mappings and lists"),
        ("{a: " * 200_000, "more than 40 mappings and lists"),
        ("- " * 200_000, "more than 40 mappings and lists"),
        ("? " * 200_000, "a key must be a plain name"),
        (BOMB, "anchors are not used here"),
        ("a: [" + "1," * 600_000 + "]", f"more than {MOST_VALUES:,} values"),
        ("".join(f"k{number}: 1\n" for number in range(120_000)), f"more than {MOST_VALUES:,} values"),
        ("a: 1\n" * 200_000, "'a' is written twice"),
        ("a: '" + "x\n\n" * 300_000, "never closed"),
    ],
    ids=["lists", "lines", "mappings", "dashes", "question marks", "bomb", "values", "keys", "doubles", "quote"],
)
def test_a_hostile_file_ends_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(text, "page.yaml")

    assert says in str(error.value)
    assert len(str(error.value)) < 20_000


def refused(content: str | bytes) -> Sequence[Fault]:
    """The faults of a text that cannot be read; none when it can."""
    try:
        read(content if isinstance(content, str) else decode(content, "page.yaml"), "page.yaml")
    except Unreadable as error:
        return error.faults
    return ()


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    faults = refused(text)

    assert all(fault.place.line >= 1 and fault.place.column >= 1 and fault.message for fault in faults)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place(content: bytes) -> None:
    assert all(fault.place.line >= 1 and fault.message for fault in refused(content))


# --- shape ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(error["type"] for error in list_all_errors()))
def test_every_kind_of_error_has_a_sentence_of_ours(kind: str) -> None:
    details = next(error for error in list_all_errors() if error["type"] == kind)

    def fail(_: Any) -> None:
        raise PydanticKnownError(kind, details.get("example_context"))  # type: ignore[arg-type]  # its own list of kinds

    always_fails = SchemaValidator(core_schema.no_info_plain_validator_function(fail))
    page = Page("page.yaml", "key: value\n", {("key",): (1, 1, 3)}, {(): (1, 1, 1), ("key",): (1, 6, 5)})
    with pytest.raises(ValidationError) as error:
        always_fails.validate_python("value")
    found = [{**each, "loc": ("key",)} for each in error.value.errors(include_url=False)]
    said = "\n".join(map(str, explain(found, Any, page, {"key": "value"})))  # type: ignore[arg-type]  # spread of a TypedDict
    machinery = ["pydantic", "http", "Input should", *([kind] if "_" in kind else [])]

    assert said.startswith("page.yaml:1:")
    assert not [word for word in machinery if word in said]


def test_all_faults_of_a_stage_come_together_and_no_later_ones(small: Path) -> None:
    change(small, "deficits/strength/stiff_ankle.yaml", "weight: strong", "weigth: strong")
    change(small, "deficits/synergy/poor_timing.yaml", "then: moderate evidence for", "then: perhaps")
    change(small, "rules/history.yaml", "calf_raises: at least 30", "no_such_measure: at least 30")
    with pytest.raises(KnowledgeError) as error:
        load(small)

    assert [fault.code for fault in error.value.faults] == ["unknown_key", "literal_error"]


def test_reading_comes_before_shape(small: Path) -> None:
    change(small, "deficits/strength/stiff_ankle.yaml", "weight: strong", "weigth: strong")
    change(small, "rules/history.yaml", "about:", "about: [")
    with pytest.raises(KnowledgeError) as error:
        load(small)

    assert [fault.code for fault in error.value.faults] == ["yaml_syntax"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="there is no such folder of knowledge"):
        load(tmp_path / "nowhere")


def test_two_pages_may_not_claim_one_rule(small: Path) -> None:
    shutil.copy(small / "rules/history.yaml", small / "rules/interplay.yaml")
    with pytest.raises(KnowledgeError, match="'many_calf_raises' is the name of another rule about strength too"):
        load(small)


def test_two_pages_may_not_claim_one_id(small: Path) -> None:
    text = (small / "measures/mobility/knee_to_wall.yaml").read_text(encoding="utf-8")
    (small / "measures/strength/knee_to_wall.yaml").write_text(text.replace("group: mobility", "group: strength"))
    with pytest.raises(KnowledgeError, match="is the name of another page too"):
        load(small)


# --- the whole ------------------------------------------------------------------------------------------------------


def test_every_rule_has_its_place(small: Path) -> None:
    knowledge = load(small)

    assert str(knowledge.places["stiff_ankle/short_lunge"]).endswith("deficits/strength/stiff_ankle.yaml:9:5")
    assert str(knowledge.places["strength/many_calf_raises"]).endswith("rules/history.yaml:3:5")
    assert set(knowledge.places) == {
        *knowledge.limiter_rules,
        *(f"{name}/{rule.id}" for name, deficit in knowledge.deficits.items() for rule in deficit.rules),
    }


def test_the_hash_follows_every_byte_and_name(small: Path) -> None:
    first = load(small).hash
    assert load(small).hash == first
    change(small, "cases/ana.yaml", "story: She reaches.", "story: She reached.")
    second = load(small).hash
    (small / "safety/pain_at_night.yaml").rename(small / "safety/night_pain.yaml")
    change(small, "safety/night_pain.yaml", "safety: pain_at_night", "safety: night_pain")

    assert len({first, second, load_unchecked(small).hash}) == 3


def test_files_of_editors_are_left_alone(small: Path) -> None:
    (small / "rules/.history.yaml").write_text("[", encoding="utf-8")
    (small / "rules/history.yaml~").write_text("[", encoding="utf-8")
    (small / "README.md").write_text("For coaches.", encoding="utf-8")

    assert load(small).version == "0.1.0"


def test_the_shipped_pages_are_sound_and_named_from_the_project(knowledge: KnowledgeBase) -> None:
    assert all(page.file.startswith("knowledge/") for page in knowledge.pages.values())
    assert list(knowledge.measures) == sorted(knowledge.measures)
