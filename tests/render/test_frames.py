"""A notebook gets the values of JSON as columns of which pandas guesses nothing."""

import subprocess
import sys
from datetime import date

from jingzhun.core.identity import mask
from jingzhun.core.page import Page
from jingzhun.core.table import ColumnKind, Table
from jingzhun.render.frames import frame, frames
from tests.render.pages import ID_NUMBER, column, lines


def test_every_column_is_of_objects_and_an_empty_cell_makes_no_number_broken() -> None:
    found = frame(lines(2), show_ids=True)
    assert set(map(str, found.dtypes)) == {"object"}
    assert list(found["amount_fen"]) == [123_450, -1200]
    assert list(found["days"]) == [21, None]
    assert type(found["days"][0]) is int
    assert list(found["id_number"]) == [ID_NUMBER, None]
    assert list(found["since"]) == [date(2026, 9, 1), None]
    assert list(found["stage"]) == ["primary", "junior"]
    assert found.attrs["titles"]["amount_fen"] == "金额（元）"


def test_ids_are_masked_and_what_is_for_paper_is_left_out() -> None:
    found = frame(lines(1))
    assert found["id_number"][0] == mask(ID_NUMBER)
    assert not {"number", "sign"} & set(found.columns)


def test_a_page_gives_the_tables_that_programs_see() -> None:
    empty = Table(
        key="none", heading="", columns=[column("days", "天数", ColumnKind.COUNT)], rows=[]
    )
    page = Page(title="", tables=[lines(1), empty])
    found = frames(page)
    assert {key: len(each) for key, each in found.items()} == {"lines": 1, "none": 0}
    assert list(found["none"].columns) == ["days"]


def test_no_command_loads_pandas() -> None:
    code = (
        "import sys, importlib, pkgutil, jingzhun\n"
        "for each in pkgutil.walk_packages(jingzhun.__path__, 'jingzhun.'):\n"
        "    if each.name not in ('jingzhun.render.frames', 'jingzhun.__main__'):\n"
        "        importlib.import_module(each.name)\n"
        "print('pandas' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
