"""What several tests share: the shipped knowledge, read once."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from engine.compile import Compiled, compile_knowledge
from engine.knowledge import KnowledgeBase
from engine.loader import load

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("LIMITER_NO_CACHE", "1")  # tests leave the user's own cache alone; see test_cache.py

# A run of the tests judges a change, so it tries the same examples each time; `make explore` tries new ones.
settings.register_profile(
    "same",
    deadline=None,  # the first example pays for imports and caches
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def knowledge() -> KnowledgeBase:
    """The pages that come with limiter."""
    return load()


@pytest.fixture(scope="session")
def compiled(knowledge: KnowledgeBase) -> Compiled:
    """The same pages, compiled."""
    return compile_knowledge(knowledge)
