"""One server for all tests of a file that leave it as it was, and a new one for each that does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from hallserver.store import accounts
from tests.web.a_server import ServedHall, a_served_hall, faults


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """The same function with less work, so that a hall opens in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture(autouse=True)
def no_fault_of_ours() -> Iterator[None]:
    """Whatever a test does, nothing may fail by our own fault."""
    before = faults()
    yield
    assert faults() == before


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """Two halls, not a demonstration, always open. Tests share it: they must not mind each other."""
    async with a_served_hall(tmp_path_factory.mktemp("served")) as hall:
        yield hall


@pytest_asyncio.fixture(loop_scope="module")
async def hall(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """The same, new and for one test alone."""
    async with a_served_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demonstration(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServedHall]:
    """A demonstration, as ``make run`` starts it."""
    async with a_served_hall(tmp_path_factory.mktemp("demonstration"), demonstration=True) as hall:
        yield hall
