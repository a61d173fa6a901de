"""Fixtures: a migrated ledger of its own for each test, and a world in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from jingzhun.store.engine import Ledger, open_ledger
from tests.builders import World


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger migrated once; tests work on copies."""
    path = tmp_path_factory.mktemp("ledger") / "empty.db"
    open_ledger(str(path), create=True).close()
    return path


@pytest.fixture
def ledger(empty_ledger: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A migrated, empty ledger in a file of its own."""
    path = tmp_path / "jingzhun.db"
    shutil.copy(empty_ledger, path)
    opened = open_ledger(str(path))
    yield opened
    opened.close()


@pytest.fixture
def world(ledger: Ledger) -> Iterator[World]:
    """A world over an open writing session; reads through ``world.session``."""
    with ledger.write() as session:
        yield World(session)
