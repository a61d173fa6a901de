"""Rows that were given back and mended are a part of a list, whatever else is said."""

from pathlib import Path

import openpyxl

from jingzhun.rosters.refusals import write_refusals
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Enrolment
from tests.services.workbooks import ROSTER, SISTER, bring_in, pupil, records, write


def test_mended_rows_imported_as_a_full_list_close_nobody(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path / "名册.xlsx", [ROSTER, pupil(), pupil("赵二", SISTER[:17], no="")])
    outcome = bring_in(ledger, path, whole=True)
    back = tmp_path / "退回.xlsx"
    write_refusals(back, [(outcome.file, outcome.readings)])
    book = openpyxl.load_workbook(back)
    for row in book.worksheets[1].iter_rows():
        for cell in row:
            if cell.value == SISTER[:17]:
                cell.value = SISTER
    book.save(back)
    bring_in(ledger, back, whole=True)
    spells = records(ledger, Enrolment)
    assert len(spells) == 2
    assert all(spell.valid_until is None for spell in spells)
