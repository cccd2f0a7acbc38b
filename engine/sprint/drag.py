"""The air a sprinter runs against: density, frontal area, and the factor k of F_air = k v².

Body area by Du Bois, its share that meets the air by Arsac and Locatelli (2002), the coefficient of drag by van Ingen
Schenau and colleagues (1991), as in {shorts} 3.3.0. A height that is 10 cm wrong moves k by some 4 percent.
"""

from typing import Final

import numpy as np

from engine.errors import SprintError
from engine.sprint.elementwise import Values, any_number, elementwise, not_negative, positive

STANDARD_TEMPERATURE: Final = 25.0
"""°C, where none is known."""
STANDARD_PRESSURE: Final = 1013.25
"""hPa, where none is known: 760 Torr."""
DRAG_COEFFICIENT: Final = 0.9

_DENSITY: Final = 1.293
"""kg/m³ of dry air at 0 °C and standard pressure."""
_FREEZING: Final = 273.0
"""K, as rounded in the source."""
_FACING: Final = 0.266
"""Share of the body's area that meets the air."""
_TALLEST: Final = 3.0
"""m; nobody is taller."""
_TORR: Final = STANDARD_PRESSURE / 760


def torr_to_hpa(torr: float) -> float:
    """Pressure in hPa from Torr (mmHg).

    >>> torr_to_hpa(760)
    1013.25
    """
    return float(positive("The pressure", torr)) * _TORR


def air_density(temperature: float = STANDARD_TEMPERATURE, pressure: float = STANDARD_PRESSURE) -> float:
    """Density of the air in kg/m³ from its temperature in °C and pressure in hPa.

    Raises: SprintError for a pressure not above zero or a temperature at or below -273 °C.

    >>> round(air_density(25, 1013.25), 6)
    1.184527
    """
    kelvin = _FREEZING + float(any_number("The temperature", temperature))
    if kelvin <= 0:
        raise SprintError(f"The temperature is {temperature:g} °C; air is never as cold as that.")
    return _DENSITY * float(positive("The pressure", pressure)) / STANDARD_PRESSURE * _FREEZING / kelvin


def frontal_area(height: float, mass: float) -> float:
    """Area in m² that a runner of `height` m and `mass` kg turns to the air.

    Raises: SprintError for a height or mass not above zero, and for a height above 3, which was meant in cm.

    >>> round(frontal_area(1.75, 75), 6)
    0.506303
    """
    if float(positive("The height", height)) > _TALLEST:
        raise SprintError(f"The height is {height:g} m; it is given in metres, like 1.75.")
    body = 0.2025 * positive("The height", height) ** 0.725 * positive("The mass", mass) ** 0.425
    return float(_FACING * body)


def drag_factor(
    mass: float, height: float, temperature: float = STANDARD_TEMPERATURE, pressure: float = STANDARD_PRESSURE
) -> float:
    """k in kg/m of F_air = k v²; mass in kg, height in m, temperature in °C, pressure in hPa.

    Raises: SprintError as `air_density` and `frontal_area` do.

    >>> round(drag_factor(75, 1.75), 7)
    0.2698781
    """
    return 0.5 * air_density(temperature, pressure) * frontal_area(height, mass) * DRAG_COEFFICIENT


@elementwise
def air_resistance(velocity: Values, drag: Values, wind: Values) -> Values:
    """Force of the air in N on a runner of drag factor `drag`; speed and wind in m/s, tail wind positive.

    Floats or arrays; below zero where the wind pushes. Raises: SprintError for a negative drag factor.

    >>> round(air_resistance(10, drag_factor(75, 1.75), 0), 2)
    26.99
    """
    against = any_number("The speed", velocity) - any_number("The wind", wind)
    return not_negative("The drag factor", drag) * against * np.abs(against)
