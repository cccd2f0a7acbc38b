"""The JSON Schemas of the pages, against a real validator: every shipped page passes, broken ones do not."""

import json
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator, Draft202012Validator

from commands.rules import rules
from engine.conditions import parse
from engine.editor_schemas import KINDS, schema, schemas, vscode_settings
from engine.errors import KnowledgeError
from engine.knowledge import KnowledgeBase
from engine.loader import SHIPPED, load
from engine.tree import is_page
from engine.yaml_positions import Unreadable, read
from tests.conftest import ROOT

BROKEN = ROOT / "tests" / "broken"
SMALL = ROOT / "tests" / "small_knowledge"


@pytest.fixture(scope="module")
def made(knowledge: KnowledgeBase) -> dict[str, Any]:
    """The schemas for the shipped pages."""
    return schemas(knowledge)


def as_json(value: Any) -> Any:
    """What an editor sees: JSON has text keys only."""
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list) else value


def kinds_of(path: str) -> list[str]:
    """Every kind a file at this path belongs to."""
    return [kind.name for kind in KINDS.values() if kind.holds(path)]


@cache
def small() -> dict[str, Draft202012Validator]:
    """A validator of each kind, for the small knowledge the gallery of mistakes is made from."""
    return {name: Draft202012Validator(one) for name, one in schemas(load(SMALL)).items()}


def complaints(page: Path, folder: Path) -> list[str]:
    """What the schema says about a page of the gallery; nothing also when the page cannot be read at all."""
    try:
        data, _ = read(page.read_text(encoding="utf-8"), page.name)
    except (Unreadable, KnowledgeError, UnicodeDecodeError):
        return []
    return [
        error.message
        for kind in kinds_of(page.relative_to(folder).as_posix())
        for error in small()[kind].iter_errors(as_json(data))
    ]


def test_every_schema_is_one_in_both_drafts(made: dict[str, Any]) -> None:
    for one in made.values():
        Draft7Validator.check_schema(shortened(one))
        Draft202012Validator.check_schema(shortened(one))


def shortened(value: Any) -> Any:
    """The same schema with the first names alone; a validator takes a second over hundreds."""
    if isinstance(value, dict):
        return {key: value[key][:3] if key == "enum" else shortened(value[key]) for key in value
                if key != "enumDescriptions"}  # fmt: skip
    return [shortened(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("draft", [Draft7Validator, Draft202012Validator])
def test_every_shipped_page_has_one_kind_and_validates(draft: Any, made: dict[str, Any]) -> None:
    validators = {name: draft(one) for name, one in made.items()}
    wrong = []
    for page in sorted(SHIPPED.rglob("*.yaml")):
        path = page.relative_to(SHIPPED).as_posix()
        if not is_page(path):
            continue
        (kind,) = kinds_of(path)
        data, _ = read(page.read_text(encoding="utf-8"), path)
        wrong += [f"{path}: {error.message[:200]}" for error in validators[kind].iter_errors(as_json(data))]

    assert wrong == []


def test_the_sound_small_knowledge_validates() -> None:
    assert [said for page in sorted(SMALL.rglob("*.yaml")) for said in complaints(page, SMALL)] == []


def test_the_broken_pages_do_not_validate() -> None:
    refused = [
        folder.name
        for folder in sorted(BROKEN.iterdir())
        if any(complaints(page, folder) for page in folder.rglob("*.yaml") if not page.name.startswith("athlete"))
    ]

    assert len(refused) >= 40, refused


@pytest.mark.parametrize(
    "name",
    ["bare_number_as_test", "missing_key", "not_a_test", "sign_instead_of_words", "unknown_measure", "unknown_key",
     "choice_on_a_deficit", "wrong_unit", "text_for_number", "too_long_for_the_wall", "number_test_on_a_choice"],
)  # fmt: skip
def test_the_mistakes_an_editor_should_mark_are_marked(name: str) -> None:
    folder = BROKEN / name
    if not folder.exists():
        pytest.skip("the gallery has no such mistake")
    assert any(complaints(page, folder) for page in folder.rglob("*.yaml"))


@pytest.mark.parametrize("test", ["below 9 cm", "at least 11 cm on both sides", "worse than the norm by at least 1 sd",
                                  "difference between sides at least 2 cm", "asymmetry above 15 %", "below p25",
                                  "between 8 and 9.5 cm", "not worse than the norm by more than 0.5 sd"])  # fmt: skip
def test_a_test_of_the_ankle_may_be_written(test: str, made: dict[str, Any]) -> None:
    parse(test)
    assert not ankle_errors(made, test)


@pytest.mark.parametrize("test", ["below 9 in", "< 9", "9", "knee_in", "present", "below p", "belw 9 cm", 9, ""])
def test_what_is_no_test_of_the_ankle_is_marked(test: object, made: dict[str, Any]) -> None:
    assert ankle_errors(made, test)


def ankle_errors(made: dict[str, Any], test: object) -> list[Any]:
    page, _ = read((SHIPPED / "deficits/synergy/restricted_ankle_mobility.yaml").read_text(encoding="utf-8"), "page")
    page["rules"][0]["when"]["knee_to_wall"] = test
    return list(Draft202012Validator(made["deficit"]).iter_errors(as_json(page)))


def test_hover_texts_tell_what_a_line_means(made: dict[str, Any]) -> None:
    deficit = made["deficit"]
    assert "coach's words" in deficit["properties"]["about"]["description"]
    assert "Knee-to-wall distance" in deficit["$defs"]["Conditions"]["properties"]["knee_to_wall"]["description"]
    sources = deficit["$defs"]["source_name"]
    assert len(sources["enum"]) == len(sources["enumDescriptions"])
    described = [name for name, one in deficit["$defs"]["Rule"]["properties"].items() if one.get("description")]
    assert described == list(deficit["$defs"]["Rule"]["properties"])


def test_the_sprint_page_is_explained_line_by_line(made: dict[str, Any]) -> None:
    page = made["sprint"]
    for part in (page, page["$defs"]["Limits"], page["$defs"]["FlagPage"], page["$defs"]["Figure"]):
        plain = {"sources", "note"} if part is page else set()
        assert {name for name, one in part["properties"].items() if not one.get("description")} <= plain


def test_the_names_on_the_sprint_page_are_completed(made: dict[str, Any]) -> None:
    page, _ = read((SHIPPED / "sprint.yaml").read_text(encoding="utf-8"), "page")
    for change in (
        {"feeds": {"f0_rell": "f0_rel"}}, {"gate_times": {"sprint_6m": 6}}, {"distances": {"sprnt": 30}},
        {"person": {**page["person"], "mass": "body_mas"}},
        {"groups": [{**page["groups"][0], "population": "team_sport_traned"}]},
    ):  # fmt: skip
        assert list(Draft202012Validator(made["sprint"]).iter_errors(as_json({**page, **change}))), change


def test_the_sprints_of_a_case_are_completed_and_marked(made: dict[str, Any]) -> None:
    page, _ = read((SHIPPED / "cases" / "61_hanna_hockey.yaml").read_text(encoding="utf-8"), "page")
    judge = Draft202012Validator(made["case"])
    assert not list(judge.iter_errors(as_json(page)))
    [run] = page["sprints"]
    mistakes: tuple[dict[str, Any], ...] = (
        {"start": "behind_gates"}, {"model": "td"}, {"wend": 1}, {"splits": {}}, {"splits": {"ten": 2}},
        {"trace": "hanna.csv"},
    )  # fmt: skip
    for wrong in mistakes:
        assert list(judge.iter_errors(as_json({**page, "sprints": [{**run, **wrong}]}))), wrong
    assert list(judge.iter_errors(as_json({**page, "sprints": run})))


def test_names_are_those_of_the_pages(made: dict[str, Any], knowledge: KnowledgeBase) -> None:
    assert made["intervention"]["$defs"]["deficit_name"]["enum"] == list(knowledge.deficits)
    assert made["deficit"]["properties"]["weight_sources"]["items"] == {"$ref": "#/$defs/source_name"}


def test_the_command_prints_one_schema(knowledge: KnowledgeBase) -> None:
    result = CliRunner().invoke(rules, ["schema", "measure"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == schema(knowledge, "measure")


def test_the_command_lists_the_kinds_and_knows_a_slip() -> None:
    assert "deficits/*/*.yaml" in CliRunner().invoke(rules, ["schema"]).stdout
    result = CliRunner().invoke(rules, ["schema", "deficits"])
    assert result.exit_code == 3
    assert "Did you mean 'deficit'?" in result.stderr


def test_the_settings_for_vscode_keep_what_is_there(tmp_path: Path) -> None:
    pages = tmp_path / "my_pages"
    shutil.copytree(SMALL, pages)
    settings = tmp_path / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"editor.wordWrap": "on", "yaml.schemas": {"their.json": ["x.yaml"]}}')
    command = ["schema", "--vscode", "-o", str(tmp_path), "--knowledge", str(pages)]

    result = CliRunner().invoke(rules, command)

    assert result.exit_code == 0, result.output
    found = json.loads(settings.read_text())
    assert found["editor.wordWrap"] == "on"
    assert found["yaml.schemas"]["their.json"] == ["x.yaml"]
    assert found["yaml.schemas"][".vscode/schemas/deficit.json"] == ["my_pages/deficits/*/*.yaml"]
    for file in found["yaml.schemas"]:
        if file != "their.json":
            assert json.loads((tmp_path / file).read_text(encoding="utf-8"))["type"] == "object"
    first = settings.read_bytes()
    assert CliRunner().invoke(rules, command).exit_code == 0
    assert settings.read_bytes() == first


def test_settings_with_comments_are_left_alone(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "pages")
    settings = tmp_path / ".vscode" / "settings.json"
    settings.parent.mkdir()
    settings.write_text("{ // mine\n}")
    command = ["schema", "--vscode", "-o", str(tmp_path), "--knowledge", str(tmp_path / "pages")]

    result = CliRunner().invoke(rules, command)

    assert result.exit_code == 2
    assert "pages/deficits/*/*.yaml" in result.stderr
    assert settings.read_text() == "{ // mine\n}"


def test_the_repository_opens_in_vscode_with_its_schemas() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    assert settings == vscode_settings(".vscode/schemas", "knowledge")
