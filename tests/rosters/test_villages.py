"""Where a household lives is read alike, in however many columns a list writes it."""

from typing import Any

import pytest

from tests.rosters.sheets import ADULT, MEMBER, codes, read

ROW = ["6200000001", "张大山", ADULT, "户主", "脱贫户"]


def place(**cells: str) -> tuple[Any, ...]:
    reading = read([*MEMBER, *cells], [*ROW, *cells.values()])
    assert codes(reading) == []
    columns = reading.batch.columns
    names = ("county", "township", "village", "group_name")
    return tuple(columns[name][0] if name in columns else None for name in names)


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        ({"行政村": "柳河村"}, (None, None, "柳河村", None)),
        ({"行政村": "云岭镇柳河村"}, (None, "云岭镇", "柳河村", None)),
        ({"行政村": "青禾县云岭镇柳河村"}, ("青禾县", "云岭镇", "柳河村", None)),
        ({"乡镇": "云岭镇", "行政村": "云岭镇柳河村"}, (None, "云岭镇", "柳河村", None)),
        ({"村组": "柳河村六组"}, (None, None, "柳河村", "六组")),
        ({"村组": "云岭镇柳河村委会六组"}, (None, "云岭镇", "柳河村", "六组")),
        (
            {"行政村": "柳河村", "自然村": "柳河村第3村民小组"},
            (None, None, "柳河村", "第3村民小组"),
        ),
        # A hamlet is no village, and a village may be named for a market town.
        ({"行政村": "柳河村", "自然村": "杨家村一社"}, (None, None, "柳河村", "杨家村一社")),
        ({"行政村": "柳河村", "自然村": "杨家村"}, (None, None, "柳河村", "杨家村")),
        ({"乡镇": "云岭镇", "行政村": "老城镇东村"}, (None, "云岭镇", "老城镇东村", None)),
        ({"行政村": "东乡村"}, (None, None, "东乡村", None)),
    ],
)
def test_what_one_cell_says_of_several_places_goes_to_each(
    cells: dict[str, str], meant: tuple[Any, ...]
) -> None:
    assert place(**cells) == meant
