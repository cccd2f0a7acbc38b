"""A wind that cannot have been: told by its own name, and not as a runner without a V0."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from engine.knowledge import KnowledgeBase
from engine.sprint.flags import about_wind

SPLITS = "distance_m;time_s\n5;1,31\n10;2,07\n20;3,42\n30;4,68\n40;5,91\n"


def said(folder: Path, wind: str) -> str:
    """What `limiter sprint` prints about one run in such a wind."""
    file = folder / "ana.csv"
    file.write_text(SPLITS, encoding="utf-8")
    words = ["sprint", str(file), "--mass", "60", "--height", "168", "--start", "first_movement", "--wind", wind]
    done = CliRunner().invoke(cli.commands, words, prog_name="limiter")
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


@pytest.mark.parametrize("wind", ["8.5", "12", "-12"])
def test_a_wind_that_goes_with_no_sprint_is_named_and_no_verdict_given(tmp_path: Path, wind: str) -> None:
    told = said(tmp_path, wind)
    assert f"A wind of {wind.replace('-', '−')} m/s goes with no sprint of 8.13 m/s" in told
    assert "never balance" not in told
    assert "no profile that can be relied on" in told


@pytest.mark.parametrize("wind", ["2", "-4"])
def test_a_wind_one_can_run_in_is_no_matter(tmp_path: Path, wind: str) -> None:
    assert "goes with no sprint" not in said(tmp_path, wind)


@pytest.mark.parametrize(
    ("wind", "fastest", "told"),
    [(6.0, 6.0, True), (5.9, 6.0, False), (10.1, 12.0, True), (-10.1, 6.0, True), (-7, 6.0, False)],
)  # fmt: skip
def test_a_tail_wind_may_not_outrun_the_athlete_nor_any_wind_be_a_gale(
    knowledge: KnowledgeBase, wind: float, fastest: float, told: bool
) -> None:
    assert bool(list(about_wind(wind, fastest, knowledge.sprint.limits))) == told
