"""A recorded force: a real treadmill against the sine wave, a made-up run, the filter, and what is no recording."""

import csv
import math

import pytest

from engine.errors import RunningError
from engine.force_plate import Contact, contacts, low_pass, steps
from engine.stride import bounce, peak_force
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"


@pytest.fixture(scope="module")
def force() -> tuple[float, ...]:
    """The treadmill at 2.5 m/s, 300 samples/s, without its shaking."""
    with (DATA / "running_grf_treadmill_2p5ms.csv").open(encoding="utf-8") as file:
        raw = [float(row["fy_vertical_N"]) for row in csv.DictReader(file)]
    return low_pass(raw, 300, 50)


def test_the_treadmill_against_the_sine_wave(force: tuple[float, ...]) -> None:
    found = steps(force, 300, contacts(force, 300, 50))
    assert found.n == 78
    assert found.mass == pytest.approx(78.3, abs=0.1)
    assert round(found.contact_time, 4) == 0.2985
    assert round(found.flight_time, 4) == 0.0825
    assert round(found.sine.fmax) == 1541
    assert round(found.measured.fmax) == 1793
    assert round(found.sine.dy, 4) == 0.0683
    assert round(found.measured.dy, 4) == 0.0651
    assert round(found.sine.kvert / 1000, 1) == 22.6
    assert round(found.measured.kvert / 1000, 1) == 27.6
    assert round(100 * (found.sine.kvert / found.measured.kvert - 1)) == -18


@pytest.mark.parametrize(("threshold", "contact_time"), [(20, 0.329), (100, 0.278)])
def test_the_threshold_decides_the_contact(force: tuple[float, ...], threshold: float, contact_time: float) -> None:
    found = steps(force, 300, contacts(force, 300, threshold))
    assert found.n == 78
    assert round(found.contact_time, 3) == contact_time


def test_only_whole_contacts_count_and_no_shaking() -> None:
    down, up, shake = [800.0] * 60, [0.0] * 30, [0.0, 60.0, 0.0]
    found = contacts([*down, *up, *down, *up, *shake, *up, *down, *up, *down], 300, 50)
    assert found == (Contact(90, 150), Contact(213, 273))


def test_a_made_up_run_gives_back_its_own_spring() -> None:
    rate, mass, contact, flight = 2000, 70.0, 0.25, 0.1
    peak = peak_force(mass, contact, flight)
    step = [peak * math.sin(math.pi * k / (contact * rate)) for k in range(1, int(contact * rate))]
    step += [0.0] * (int((contact + flight) * rate) - len(step))
    force = step[-50:] + step * 9
    found = steps(force, rate, contacts(force, rate, 1e-6))
    assert found.mass == pytest.approx(mass, rel=1e-4)
    assert found.measured.fmax == pytest.approx(found.sine.fmax, rel=5e-3)
    assert found.measured.dy == pytest.approx(found.sine.dy, rel=5e-3)
    assert found.measured.kvert == pytest.approx(bounce(mass, contact, flight).kvert, rel=5e-3)


def test_the_filter_passes_what_is_slow_undelayed_and_stops_what_is_fast() -> None:
    def wave(hertz: float) -> list[float]:
        return [math.sin(2 * math.pi * hertz * k / 1000) for k in range(2000)]

    middle = slice(500, 1500)
    assert low_pass([5.0] * 100, 1000, 50) == pytest.approx([5.0] * 100)
    assert low_pass(wave(5), 1000, 50)[middle] == pytest.approx(wave(5)[middle], abs=1e-3)
    assert max(low_pass(wave(50), 1000, 50)[middle]) == pytest.approx(0.5, abs=0.01)  # two passes of 1/√2
    assert max(low_pass(wave(200), 1000, 50)[middle]) < 0.01


def test_what_can_be_no_recording() -> None:
    force = [0.0, 800.0, 800.0, 0.0] * 3
    with pytest.raises(RunningError, match="empty"):
        contacts([], 300, 50)
    with pytest.raises(RunningError, match="Sample 2"):
        contacts([0.0, math.nan, 3.0], 300, 50)
    with pytest.raises(RunningError, match="threshold"):
        contacts(force, 300, 0)
    with pytest.raises(RunningError, match="rate"):
        low_pass(force, 0, 50)
    with pytest.raises(RunningError, match="samples/s"):
        low_pass(force, 90, 50)
    with pytest.raises(RunningError, match="three contacts"):
        steps(force, 300, contacts(force, 300, 50)[:2])
