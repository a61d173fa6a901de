"""Places are said as a reader would look them up."""

from datetime import UTC, datetime

from jingzhun.core.places import SheetName, entry_name, in_china


def test_an_entry_is_named_by_what_it_is_and_who_made_it_when() -> None:
    late = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
    made = entry_name(
        "更正：张三 就读方式", command="jingzhun set 张三", recorded_at=late, actor="张主任"
    )
    assert made == "更正（jingzhun set，2026-11-27，张主任）"
    assert entry_name("升入 2027 学年", command="", recorded_at=late, actor="") == (
        "升入 2027 学年（2026-11-27）"
    )


def test_a_row_of_a_list_has_a_number_and_an_entry_none() -> None:
    listed = SheetName(file="名册.xlsx", sheet="三年级")
    assert listed.words(17) == "名册.xlsx 三年级!第17行"
    assert listed.words(17, "C17") == "名册.xlsx 三年级!C17"
    assert listed.place(17) == {"file": "名册.xlsx", "sheet": "三年级", "row": 17}
    entered = SheetName(file="更正", sheet="家长来校说明", is_entry=True)
    assert entered.words(1) == "更正 家长来校说明"
    assert entered.place(1)["row"] is None


def test_a_moment_without_zone_is_utc() -> None:
    assert in_china(datetime(2026, 11, 26, 17, 30)).day == 27
