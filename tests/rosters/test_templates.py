"""Every kind has a blank workbook of ours that imports as that kind, empty and filled."""

from datetime import date, timedelta

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from jingzhun.rosters import open_workbook, read_sheet
from jingzhun.rosters.kinds import kinds
from jingzhun.rosters.templates import save_template, template_columns
from tests.builders import id_number
from tests.rosters.sheets import TODAY

LISTS = [kind for kind, spec in kinds().items() if not spec.by_hand]
NAMES = ["赵一凡", "钱小雨", "孙大川", "李青禾", "周明亮"]


@pytest.fixture
def blank(tmp_path):
    def make(kind):
        path = tmp_path / f"{kind.value}.xlsx"
        save_template(kind, path, TODAY)
        return path

    return make


def readings(path):
    return [
        reading
        for sheet in open_workbook(path).sheets
        for reading in read_sheet(sheet, file_name=path.name, today=TODAY, as_of=None)
    ]


def filled(path, kind):
    """Fill three rows with what the example shows, of three people."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    for at in range(3):
        born = date(TODAY.year - 9, 3, 4) + timedelta(days=at)
        own = {
            "id_number": id_number(born, at), "student_no": f"G{id_number(born, at)}",
            "name": NAMES[at], "head_name": NAMES[at], "household_no": f"629999000{at}",
            "person_no": f"62999900010{at}", "disability_no": f"{id_number(born, at)}44",
            "sex": "男" if int(id_number(born, at)[16]) % 2 else "女", "born_on": str(born),
            "head_id": id_number(date(1980, 3, 4), at), "class_no": f"{at + 1}班",
            "sequence": str(at + 1), "remark": "", "staff_no": f"W{at}",
            "activity_on": str(TODAY - timedelta(days=at)), "helped_school": f"云岭镇第{at}幼儿园",
        }  # fmt: skip
        for index, column in enumerate(template_columns(kind, TODAY), 1):
            page.cell(4 + at, index).value = own.get(column.field.name, column.example)
    book.save(path)


@pytest.mark.parametrize("kind", LISTS)
def test_a_blank_workbook_is_a_list_of_its_kind_without_rows(blank, kind):
    [reading] = readings(blank(kind))
    assert reading.kind is kind
    assert reading.row_count == 0
    assert reading.problems == []


@pytest.mark.parametrize("kind", LISTS)
def test_every_column_is_read_as_the_field_it_was_made_for(blank, kind):
    [reading] = readings(blank(kind))
    read = {column.index: column.field for column in (*reading.columns, *reading.grid.series)}
    made = [column.field.name for column in template_columns(kind, TODAY)]
    assert read == dict(enumerate(made))


@pytest.mark.parametrize("kind", LISTS)
def test_a_filled_workbook_goes_in_without_one_refused_row(blank, kind):
    path = blank(kind)
    filled(path, kind)
    [reading] = readings(path)
    assert reading.kind is kind
    assert [p.message for p in reading.problems if p.severity == "error"] == []
    assert reading.row_count == 3
    assert reading.refused_rows == []


@pytest.mark.parametrize("kind", LISTS)
def test_ids_are_text_codes_have_lists_and_every_column_is_explained(blank, kind):
    book = openpyxl.load_workbook(blank(kind))
    page, guide = book.worksheets
    offered = {str(each.sqref) for each in page.data_validations.dataValidation}
    told = {row[0] for row in guide.iter_rows(min_row=6, values_only=True)}
    for index, column in enumerate(template_columns(kind, TODAY)):
        letter = get_column_letter(index + 1)
        if column.field.type in {"id", "number", "date", "phone", "account"}:
            [there] = [
                each
                for each in page.column_dimensions.values()
                if (each.min or 0) <= index + 1 <= (each.max or 0)
            ]
            assert there.number_format == "@"
        assert bool(column.choices) is any(place.startswith(f"{letter}4") for place in offered)
        assert column.header in told or column.field.name == "sequence"
