"""Fixtures: a migrated ledger of its own for each test, a world in it, a desk for workbooks."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jingzhun.services.importing.intake import FileOutcome
from jingzhun.store.engine import Ledger, open_ledger
from tests.builders import World
from tests.services.workbooks import Bring, bring_in, write


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
def bring(ledger: Ledger, tmp_path: Path) -> Bring:
    """Write rows as a workbook and take it in."""

    def work(*rows: tuple[Any, ...], name: str = "名单.xlsx", **changes: Any) -> FileOutcome:
        return bring_in(ledger, write(tmp_path / name, rows), **changes)

    return work


@pytest.fixture
def world(ledger: Ledger) -> Iterator[World]:
    """A world over an open writing session; reads through ``world.session``."""
    with ledger.write() as session:
        yield World(session)
