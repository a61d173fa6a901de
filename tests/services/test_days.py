"""Days as lists state them reach the ledger, and the month's meals are counted by them."""

from typing import Any

import pytest

from jingzhun.core.terms import Month
from jingzhun.services.subsidy.runs import compute
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Absence, MealDays, MealHeadcount, Person, Revision, RunLine
from tests.builders import NOW, TODAY
from tests.services.workbooks import KID, ROSTER, SISTER, Bring, codes, counts, pupil, records

MEALS = ("姓名", "身份证号", "就餐天数")
TITLE = ("青禾小学2026年11月营养餐就餐花名册",)
POOR = ("姓名", "身份证号", "认定等级")
DAYS = tuple(str(day) for day in range(1, 31))


@pytest.fixture
def school(bring: Bring) -> Bring:
    """A desk at which two poor pupils are on the roll."""
    bring(ROSTER, pupil(boarding="走读"), pupil("钱二", SISTER, boarding="走读"), name="学籍.xlsx")
    bring(("2026年秋季学期困难学生认定名单",), POOR, ("赵一", KID, "困难"),
          ("钱二", SISTER, "困难"), name="认定.xlsx")  # fmt: skip
    return bring


def days_paid(ledger: Ledger) -> dict[str, Any]:
    """Compute November; give the days of meals by the pupil's name."""
    month = Month(2026, 11)
    with ledger.write() as session:
        number = compute(session, [month], period=str(month), today=TODAY, actor="测试",
                         os_user="test", recorded_at=NOW)  # fmt: skip
        names = {person.id: person.name for person in session.query(Person)}
        lines = session.query(RunLine).where(RunLine.run_id == number)
        found = {names[line.person_id]: line.days for line in lines if line.scheme == "nutrition"}
        session.rollback()
    return found


def test_an_imported_count_of_meal_days_stands_in_place_of_the_calendar(
    school: Bring, ledger: Ledger
) -> None:
    assert days_paid(ledger) == {"赵一": 21, "钱二": 21}
    assert counts(school(TITLE, MEALS, ("赵一", KID, "17"))) == (1, 0, 0, 0)
    assert days_paid(ledger) == {"赵一": 17, "钱二": 21}


def test_no_meal_at_all_pays_nothing(school: Bring, ledger: Ledger) -> None:
    school(TITLE, MEALS, ("赵一", KID, "0"))
    assert days_paid(ledger) == {"钱二": 21}


def test_a_count_above_the_true_calendar_is_refused_with_the_numbers(
    school: Bring, ledger: Ledger
) -> None:
    title = ("青禾小学2026年10月营养餐就餐花名册",)
    outcome = school(title, MEALS, ("赵一", KID, "22"), ("钱二", SISTER, "18"))
    assert codes(outcome) == [(3, "meal_days_above_calendar")]
    assert "18 天" in outcome.problems[0].message
    assert [row.days for row in records(ledger, MealDays)] == [18]


def test_the_same_meals_again_change_nothing_and_later_ones_replace_them(
    school: Bring, ledger: Ledger
) -> None:
    school(TITLE, MEALS, ("赵一", KID, "17"), ("钱二", SISTER, "20"))
    again = school(TITLE, MEALS, ("赵一", KID, "17"), ("钱二", SISTER, "20"), name="又.xlsx")
    assert counts(again) == (0, 0, 2, 0)
    changed = school(TITLE, MEALS, ("赵一", KID, "18"), ("钱二", SISTER, "20"), name="改.xlsx")
    assert counts(changed) == (0, 1, 1, 0)
    assert sorted(row.days for row in records(ledger, MealDays)) == [18, 20]
    assert [r.table_name for r in records(ledger, Revision)].count("meal_days") == 1


def test_a_list_of_an_earlier_day_does_not_replace_a_later_ones_word(
    school: Bring, ledger: Ledger
) -> None:
    school(("填表日期：2026年11月20日",), TITLE, MEALS, ("赵一", KID, "17"))
    older = school(("填表日期：2026年11月10日",), TITLE, MEALS, ("赵一", KID, "8"), name="旧.xlsx")
    assert counts(older) == (0, 0, 1, 0)
    assert codes(older) == [(4, "conflict")]
    assert [row.days for row in records(ledger, MealDays)] == [17]


def test_a_class_list_without_numbers_finds_its_pupils(school: Bring, ledger: Ledger) -> None:
    rows = (("姓名", "班级", "就餐天数"), ("赵一", "三年级1班", "17"), ("钱二", "三(1)班", "16"))
    outcome = school(TITLE, *rows)
    assert (counts(outcome), codes(outcome)) == ((2, 0, 0, 0), [])
    assert days_paid(ledger) == {"赵一": 17, "钱二": 16}


def test_a_class_list_that_came_first_is_of_the_pupils_whom_the_roll_names(
    bring: Bring, ledger: Ledger
) -> None:
    outcome = bring(TITLE, ("姓名", "班级", "就餐天数"), ("赵一", "三年级1班", "17"))
    assert codes(outcome) == [(3, "person_created")]
    bring(ROSTER, pupil(boarding="走读"), name="学籍.xlsx")
    bring(POOR, ("赵一", KID, "困难"), name="认定.xlsx")
    assert [person.identity for person in records(ledger, Person)] == [KID]
    assert days_paid(ledger) == {"赵一": 17}


def test_of_two_pupils_of_one_name_in_a_class_neither_is_taken(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(), pupil("赵一", SISTER), name="学籍.xlsx")
    outcome = bring(TITLE, ("姓名", "班级", "就餐天数"), ("赵一", "三年级1班", "17"))
    assert codes(outcome) == [(3, "person_created")]
    assert len(records(ledger, Person)) == 3
    again = bring(ROSTER, pupil(), pupil("赵一", SISTER), name="学籍二.xlsx")
    assert counts(again) == (0, 0, 2, 0)


def test_meals_without_a_school_are_of_the_school_on_whose_roll_the_pupil_is(
    school: Bring, ledger: Ledger
) -> None:
    title = ("2026年11月营养餐就餐花名册",)
    outcome = school(title, MEALS, ("赵一", KID, "17"), ("孙三", "", "9"))
    assert codes(outcome) == [(4, "id_missing")]
    assert days_paid(ledger)["赵一"] == 17
    unknown = school(title, ("姓名", "学籍号", "就餐天数"), ("孙三", "L62999920150304001X", "9"),
                     name="二.xlsx")  # fmt: skip
    assert [code for _, code in codes(unknown)] == ["meal_school_unknown", "person_created"]


def test_heads_are_kept_by_class_and_day_and_a_later_table_replaces_them(
    bring: Bring, ledger: Ledger
) -> None:
    title = ("青禾小学2026年11月就餐人数登记表",)
    row = ("三年级1班", "", "40", "38", *[""] * 27)
    assert counts(bring(title, ("班级", *DAYS), row)) == (1, 0, 0, 0)
    assert counts(bring(title, ("班级", *DAYS), row, name="又.xlsx")) == (0, 0, 1, 0)
    newer = ("三年级1班", "", "41", "38", *[""] * 27)
    assert counts(bring(title, ("班级", *DAYS), newer, name="改.xlsx")) == (0, 1, 0, 0)
    found = {row.day.isoformat(): row.heads for row in records(ledger, MealHeadcount)}
    assert found == {"2026-11-02": 41, "2026-11-03": 38}


LEAVES = ("姓名", "身份证号", "开始日期", "结束日期", "请假类型")


def absences(ledger: Ledger) -> list[tuple[str, bool | None, str | None]]:
    return [(f"{row.day}", row.is_excused, row.reason) for row in records(ledger, Absence)]


def test_an_absence_takes_its_day_off_the_meals(school: Bring, ledger: Ledger) -> None:
    outcome = school(LEAVES, ("赵一", KID, "2026-11-05", "2026-11-09", "病假"))
    assert counts(outcome) == (1, 0, 0, 0)
    assert [day for day, _, _ in absences(ledger)] == ["2026-11-05", "2026-11-06", "2026-11-09"]
    assert days_paid(ledger) == {"赵一": 18, "钱二": 21}


def test_a_leave_over_the_national_day_is_absent_on_school_days_alone(
    school: Bring, ledger: Ledger
) -> None:
    school(LEAVES, ("赵一", KID, "2026-09-29", "2026-10-12", "事假"))
    assert [day for day, _, _ in absences(ledger)] == [
        "2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10", "2026-10-12",
    ]  # fmt: skip


def test_meal_days_stand_in_place_of_absences_too(school: Bring, ledger: Ledger) -> None:
    school(LEAVES, ("赵一", KID, "2026-11-05", "2026-11-09", "病假"))
    school(TITLE, MEALS, ("赵一", KID, "19"), name="就餐.xlsx")
    assert days_paid(ledger)["赵一"] == 19


def test_who_excused_an_absence_is_kept(school: Bring, ledger: Ledger) -> None:
    rows = [("赵一", KID, f"2026-11-0{day}", "", kind)
            for day, kind in ((3, "病假"), (4, "旷课"), (5, "缺勤"))]  # fmt: skip
    school(LEAVES, *rows)
    assert absences(ledger) == [
        ("2026-11-03", True, "病假"), ("2026-11-04", False, "旷课"), ("2026-11-05", None, "缺勤"),
    ]  # fmt: skip


def test_the_same_absences_again_change_nothing_from_whatever_layout(
    school: Bring, ledger: Ledger
) -> None:
    row = ("赵一", KID, "2026-11-05", "2026-11-06", "病假")
    school(LEAVES, row)
    assert counts(school(LEAVES, row, name="又.xlsx")) == (0, 0, 1, 0)
    marked = ("赵一", "", "", "", "", "病", "病", *[""] * 24)
    sheet = ("青禾小学三年级1班2026年11月学生考勤表",)
    outcome = school(sheet, ("姓名", *DAYS), marked, name="考勤.xlsx")
    assert counts(outcome) == (0, 0, 1, 0)
    assert len(absences(ledger)) == 2


def test_a_pupil_whom_a_later_sheet_marks_present_was_there(school: Bring, ledger: Ledger) -> None:
    school(LEAVES, ("赵一", KID, "2026-11-05", "2026-11-06", "病假"))
    marked = ("赵一", "", "", "", "", "√", "病", *[""] * 24)
    sheet = ("青禾小学三年级1班2026年11月学生考勤表",)
    outcome = school(sheet, ("姓名", *DAYS), marked, name="考勤.xlsx")
    assert counts(outcome) == (0, 1, 0, 0)
    assert [day for day, _, _ in absences(ledger)] == ["2026-11-06"]
    assert [r.table_name for r in records(ledger, Revision)] == ["absence"]


def test_heads_are_the_same_whichever_way_the_table_stands(bring: Bring, ledger: Ledger) -> None:
    title = ("青禾小学2026年11月就餐人数登记表",)
    bring(title, ("班级", *DAYS), ("三年级1班", "", "40", "38", *[""] * 27))
    turned = bring(title, ("日期", "三年级1班", "学前班"), ("11月2日", "40", "12"),
                   ("11月3日", "38", ""), name="竖.xlsx")  # fmt: skip
    assert counts(turned) == (1, 0, 1, 0)
    assert sorted((row.grade, row.heads) for row in records(ledger, MealHeadcount)) == [
        (0, 12), (3, 38), (3, 40),
    ]  # fmt: skip


@pytest.mark.parametrize("order", ["ABC", "ACB", "BCA", "CBA"])
def test_the_latest_days_word_on_meals_holds_in_whatever_order_lists_come(
    school: Bring, ledger: Ledger, order: str
) -> None:
    said = {"A": ("5", "17"), "B": ("18", "17"), "C": ("10", "16")}
    for name in order:
        day, days = said[name]
        title = ("青禾小学2026年10月营养餐就餐花名册",)
        made = (f"填表日期：2026年11月{day}日",)
        school(made, title, MEALS, ("赵一", KID, days), name=f"{name}.xlsx")
    assert [row.days for row in records(ledger, MealDays)] == [17]


@pytest.mark.parametrize("order", ["早晚", "晚早"])
def test_a_later_absence_without_its_kind_is_completed_by_the_earlier_list(
    school: Bring, ledger: Ledger, order: str
) -> None:
    lists = {
        "早": [("填表日期：2026年11月10日",), ("姓名", "身份证号", "缺勤日期", "请假类型"),
              ("赵一", KID, "2026-11-05", "病假")],
        "晚": [("填表日期：2026年11月20日",), ("姓名", "身份证号", "缺勤日期"),
              ("赵一", KID, "2026-11-05")],
    }  # fmt: skip
    for name in order:
        school(*lists[name], name=f"{name}缺勤.xlsx")
    assert [row.is_excused for row in records(ledger, Absence)] == [True]


@pytest.mark.parametrize("order", ["早晚", "晚早", "早晚早"])
def test_who_was_there_by_the_later_list_is_not_absent_by_the_earlier_one(
    school: Bring, ledger: Ledger, order: str
) -> None:
    head = ("姓名", "身份证号", *DAYS)
    marks = {"早": "旷", "晚": "√"}
    for name in order:
        made = "10" if name == "早" else "20"
        days = [""] * 4 + [marks[name]] + [""] * 25
        school((f"填表日期：2026年11月{made}日",), ("三年级1班2026年11月学生考勤表",), head,
               ("赵一", KID, *days), name=f"{name}.xlsx")  # fmt: skip
    assert records(ledger, Absence) == []


def test_meals_by_number_are_of_the_pupil_with_its_id_though_a_name_is_known_as_well(
    bring: Bring, ledger: Ledger
) -> None:
    bring(("姓名", "身份证号", "缺勤日期"), ("赵一", KID, "2026-11-05"), name="缺勤.xlsx")
    visit = ("赵一", "青禾小学", "三年级1班", "李老师", "2026-10-09")
    bring(("姓名", "学校名称", "班级", "家访教师", "家访时间"), visit, name="家访.xlsx")
    bring(TITLE, ("姓名", "学籍号", "班级", "就餐天数"), ("赵一", f"G{KID}", "三年级1班", "17"))
    [pupil_of_id] = [person for person in records(ledger, Person) if person.identity == KID]
    assert [meals.person_id for meals in records(ledger, MealDays)] == [pupil_of_id.id]
