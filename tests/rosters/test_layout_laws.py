"""What holds for every sheet: the search for tables never breaks, nobody is lost."""

from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from jingzhun.rosters.layout.tables import find_tables
from tests.rosters.sheets import ADULT, CHILD, OTHER, sheet
from tests.rosters.test_layout import HEADER, grid

CELLS = st.one_of(
    st.sampled_from(
        [
            "", "", "", *HEADER, "家长信息", "与户主关系", "帮扶责任人", "异动类型", "认定等级",
            "合计", "校长签字:", "注:", "示例", "一年级(2)班", "张小禾", CHILD, OTHER, "同上", " ",
            "云岭镇中心小学2026年秋季学期",
            "2026-09-01", "=1+1", "共2人", True, date(2014, 5, 6), 1.0, 6.2e17,
        ]
    ),
    st.text(max_size=6),
    st.floats(allow_nan=True, allow_infinity=True),
)  # fmt: skip
CORNERS = st.tuples(st.integers(0, 14), st.integers(0, 7))


@settings(max_examples=300, deadline=None)
@given(
    rows=st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=12),
    merges=st.lists(st.tuples(CORNERS, CORNERS), max_size=4),
)
def test_no_sheet_breaks_the_search(rows: list[list[Any]], merges: list[Any]) -> None:
    ordered = tuple(((min(a, c), min(b, d)), (max(a, c), max(b, d))) for (a, b), (c, d) in merges)
    for found in find_tables(sheet(*rows, merges=ordered)):
        assert found.row_numbers == sorted(set(found.row_numbers))
        assert all(len(found.cells(c.index)) == len(found.row_numbers) for c in found.columns)
        assert (found.kind is None) is bool(found.near)


@settings(max_examples=100, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["", 1.0, "1", "一年级", "小计村", "合计"]),
            st.text(min_size=1, max_size=6).filter(lambda name: name.strip() and "例" not in name),
            st.sampled_from([CHILD, OTHER, ADULT]),
            st.sampled_from(["", "三年级", "说明", "校长"]),
        ),
        max_size=8,
    )
)
def test_a_row_with_a_name_and_an_id_is_always_somebody(rows: list[tuple[Any, ...]]) -> None:
    found = grid(["班级", "姓名", "身份证号", "年级"], *map(list, rows))
    assert found.row_numbers == list(range(2, len(rows) + 2))
