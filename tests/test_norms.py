"""Which norm an athlete is compared with, and the distance from it: the examples of the norm tables, by hand."""

from typing import Any

import pytest

from engine.knowledge import KnowledgeBase
from engine.norms import Athlete, Reference, choose
from engine.schema.base import Better
from engine.schema.measure import Norm, Populations

ANA = Athlete("female", 24, "sprint", "trained")
BEN = Athlete("male", 25, "team_sport", "trained")


def norm(population: str = "general", sex: str = "any", ages: tuple[int, int] = (12, 75), **more: Any) -> Norm:
    page = {"population": population, "sex": sex, "ages": ages, "sources": [], "verified": "seen"}
    return Norm.model_validate(page | (more or {"mean": 10, "sd": 2}))


@pytest.fixture
def populations(knowledge: KnowledgeBase) -> Populations:
    return knowledge.populations


def chosen(
    populations: Populations, athlete: Athlete, *norms: Norm, better: Better = "higher", stand_in: float | None = None
) -> Reference | None:
    return choose(norms, better, stand_in, populations, athlete)


def distance(
    populations: Populations, value: float, page: Norm, better: Better, stand_in: float | None = None
) -> float:
    found = chosen(populations, BEN, page, better=better, stand_in=stand_in)
    assert found is not None
    return found.distance(value)


# --- the distance --------------------------------------------------------------------------------------------------


def test_a_slow_start_is_one_sd_below(populations: Populations) -> None:
    assert distance(populations, 1.86, norm(mean=1.80, sd=0.06), "lower") == pytest.approx(-1.0)


def test_a_good_jump_is_above(populations: Populations) -> None:
    assert distance(populations, 41, norm(mean=35.9, sd=4.2), "higher") == pytest.approx(1.2, abs=0.05)


def test_quartiles_give_the_spread(populations: Populations) -> None:
    plank = norm(percentiles={"p25": 84, "p50": 110, "p75": 135})
    assert distance(populations, 90, plank, "higher") == pytest.approx(-0.53, abs=0.005)


def test_a_mean_alone_takes_the_stand_in_spread(populations: Populations) -> None:
    raises = norm(mean=37)
    assert distance(populations, 26, raises, "higher", 30) == pytest.approx(-0.99, abs=0.005)
    found = chosen(populations, BEN, raises, stand_in=30)
    assert found is not None
    assert found.stand_in
    assert found.used(26).stand_in_spread


def test_a_distance_beyond_belief_is_capped(populations: Populations) -> None:
    assert distance(populations, 100, norm(mean=10, sd=2), "higher") == 4
    assert distance(populations, 100, norm(mean=10, sd=2), "lower") == -4


@pytest.mark.parametrize(
    ("page", "better"),
    [
        (norm(threshold={"low": 9, "high": 10}), "higher"),  # a threshold is no distribution
        (norm(percentiles={"p50": 10}), "higher"),  # nor is a middle alone
        (norm(mean=10), "higher"),  # nor a mean without any spread
        (norm(), "middle"),
        (norm(), "none"),
        (norm(ages=(30, 40)), "higher"),
        (norm(sex="female"), "higher"),
        (norm("academy_soccer"), "higher"),  # shown for contrast only
    ],
)
def test_what_gives_no_distance(populations: Populations, page: Norm, better: Better) -> None:
    assert chosen(populations, BEN, page, better=better) is None


# --- percentiles ---------------------------------------------------------------------------------------------------


def test_percentiles_of_a_normal_norm(populations: Populations) -> None:
    more, less = chosen(populations, BEN, norm()), chosen(populations, BEN, norm(), better="lower")
    assert more is not None
    assert less is not None
    assert more.at_percentile(50) == pytest.approx(10)
    assert more.at_percentile(25) == pytest.approx(10 - 0.6745 * 2, abs=1e-3)
    assert less.at_percentile(25) == pytest.approx(10 + 0.6745 * 2, abs=1e-3)
    assert less.at_distance(1) == 8


def test_percentiles_of_a_table_lie_on_straight_lines(populations: Populations) -> None:
    page = norm(percentiles={"p10": 60, "p25": 84, "p50": 110, "p75": 135})
    more, less = chosen(populations, BEN, page), chosen(populations, BEN, page, better="lower")
    assert more is not None
    assert less is not None
    assert more.at_percentile(25) == 84
    assert more.at_percentile(40) == pytest.approx(84 + 26 * 15 / 25)
    assert less.at_percentile(25) == 135
    assert more.at_percentile(5) is None
    assert more.at_percentile(90) is None
    assert less.at_percentile(10) is None


# --- the choice ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("athlete", "order"),
    [
        (ANA, ("sprinter_trained", "recreational", "team_sport_trained", "general")),
        (Athlete("male", 20, "sprint", "recreational"),
         ("recreational", "sprinter_trained", "team_sport_trained", "general")),
        (BEN, ("team_sport_trained", "recreational", "general")),
        (Athlete("male", 40, "long_distance", "untrained"),
         ("recreational_runner", "distance_trained", "recreational", "team_sport_trained", "general")),
        (Athlete("female", 20, "middle_distance", "highly_trained"),
         ("distance_trained", "recreational_runner", "recreational", "team_sport_trained", "general")),
        (Athlete("female", 20, "sprint", "elite"),
         ("elite_sprinter", "sprinter_trained", "recreational", "team_sport_trained", "general")),
    ],
)  # fmt: skip
def test_groups_are_tried_nearest_first(populations: Populations, athlete: Athlete, order: tuple[str, ...]) -> None:
    pages = [norm(population) for population in sorted(populations.populations)]
    tried = []
    while (found := chosen(populations, athlete, *pages)) is not None:
        tried.append(found.norm.population)
        pages = [page for page in pages if page.population != found.norm.population]
    assert tuple(tried) == order


def test_elite_groups_are_for_the_elite_alone(populations: Populations) -> None:
    assert chosen(populations, Athlete("male", 25, "sprint", "highly_trained"), norm("elite_sprinter")) is None


def test_a_nearer_group_goes_before_a_better_fit(populations: Populations) -> None:
    near, far = norm("sprinter_trained", ages=(10, 90)), norm("recreational", "female", (20, 29), mean=9, sd=1, n=999)
    found = chosen(populations, ANA, far, near)
    assert found is not None
    assert found.norm is near


def test_within_a_group_sex_then_age_then_size_then_seen(populations: Populations) -> None:
    ladder = [  # each beats those after it
        norm(sex="female", ages=(20, 40), mean=1, sd=1),
        norm(ages=(20, 24), mean=1, sd=1, n=100),
        norm(ages=(20, 29), mean=1, sd=1, n=100),
        norm(ages=(20, 29), mean=1, sd=1, n=30),
        norm(ages=(20, 29), mean=1, sd=1, n=30, verified="recalled"),
    ]
    for place, best in enumerate(ladder):
        found = chosen(populations, ANA, *reversed(ladder[place:]))
        assert found is not None
        assert found.norm is best


def test_both_ends_of_an_age_band_belong_to_it(populations: Populations) -> None:
    page = norm(ages=(18, 24))
    people = [Athlete("male", age, "sprint", "trained") for age in (17, 18, 24, 25)]
    fits = [chosen(populations, athlete, page) is not None for athlete in people]
    assert fits == [False, True, True, False]
