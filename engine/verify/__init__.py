"""Verification: what the rules say together, worked out exactly for all answers there can be.

Everything here looks at the whole rule base at once and changes nothing. See `world.py` for what is exact and what is
taken as free.
"""

from engine.compile import Compiled
from engine.verify.finding import Finding, rule_spots
from engine.verify.ladders import ladders
from engine.verify.pairs import pairs
from engine.verify.possible import conclude, conditions_that_never_hold, never_fires
from engine.verify.reach import out_of_reach
from engine.verify.used import unused
from engine.verify.world import World

__all__ = ["Finding", "verify"]


def verify(compiled: Compiled) -> list[Finding]:
    """Every finding about the rule base as a whole, in the order of their places."""
    world = World(compiled)
    spots = rule_spots(compiled)
    can_fire = conclude(world)
    found = [
        *never_fires(world, can_fire, spots),
        *conditions_that_never_hold(world),
        *pairs(world, can_fire, spots),
        *ladders(world, can_fire, spots),
        *out_of_reach(world, can_fire),
        *unused(compiled),
    ]
    return sorted(found, key=lambda finding: (finding.fault.place, finding.fault.message))
