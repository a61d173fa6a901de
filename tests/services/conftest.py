"""A desk at which rows become a workbook and go into the ledger."""

from pathlib import Path
from typing import Any

import pytest

from jingzhun.services.intake import FileOutcome
from jingzhun.store.engine import Ledger
from tests.services.workbooks import Bring, bring_in, write


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Bring:
    """Write rows as a workbook and take it in."""

    def work(*rows: tuple[Any, ...], name: str = "名单.xlsx", **changes: Any) -> FileOutcome:
        return bring_in(ledger, write(tmp_path / name, rows), **changes)

    return work
