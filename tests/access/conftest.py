"""Every route is called as every actor about every thing once, before the tests look at the answers."""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from asking import ask_everything  # noqa: E402
from world import World  # noqa: E402


@pytest.fixture(scope="session")
def world():
    return World()


@pytest.fixture(scope="session")
def answers(world):
    return ask_everything(world)
