"""Visits become entries of their own, a ledger's dropouts events like those of a 异动 list."""

from datetime import date
from typing import Any

from jingzhun.reports import REPORTS, ReportOptions
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import DropoutEntry, Enrolment, Person, StatusChange, Visit
from tests.builders import TODAY, id_number
from tests.services.workbooks import KID, MEMBERS, ROSTER, Bring, codes, counts, pupil, records

VISITS = ("姓名", "班级", "家访教师", "家访时间", "家访情况")
LEDGER = ("姓名", "身份证号", "就读学校及年级", "失学时间", "辍学原因", "目前状态", "返校时间",
          "第一次劝返时间", "第一次劝返人员", "第二次劝返时间", "第二次劝返人员")  # fmt: skip
CHILD = id_number(date(2013, 3, 4), 7)
TITLE = ("青禾小学2026年秋季学期家访记录",)


def visits(ledger: Ledger) -> list[tuple[str, str, str | None]]:
    return [(f"{v.visited_on}", v.purpose, v.visitor) for v in records(ledger, Visit)]


def dropouts(ledger: Ledger, day: date = TODAY) -> list[tuple[str, str]]:
    """Give whom the dropout report names, and as what."""
    with ledger.read() as session:
        page = REPORTS["dropout"].build(session, ReportOptions(as_of=day))
        table = next(table for table in page.tables if table.key == "names")
        keys = [column.key for column in table.columns]
        rows: list[dict[str, Any]] = [dict(zip(keys, row, strict=True)) for row in table.rows]
    return [(row["name"], row["kind"].value) for row in rows]


def child(dropped: str = "2026-09-15", state: str = "劝返中", back: str = "", *turns: str) -> Any:
    told = (*turns, *[""] * (4 - len(turns)))
    return ("赵一", CHILD, "青禾小学五年级", dropped, "厌学", state, back, *told)


# --- visits -------------------------------------------------------------------------------------


def test_a_class_teachers_visits_are_those_of_the_pupils_of_the_class(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(), name="学籍.xlsx")
    row = ("赵一", "三年级1班", "李老师", "2026.9.5、9.12、10.8", "了解学习")
    outcome = bring(TITLE, VISITS, row)
    assert (counts(outcome), codes(outcome)) == ((1, 0, 0, 0), [])
    assert visits(ledger) == [
        (day, "home_visit", "李老师") for day in ("2026-09-05", "2026-09-12", "2026-10-08")
    ]
    assert len(records(ledger, Person)) == 1


def test_the_same_visits_again_change_nothing_and_a_new_one_is_added(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(), name="学籍.xlsx")
    bring(TITLE, VISITS, ("赵一", "三年级1班", "李老师", "2026.9.5", ""))
    again = bring(TITLE, VISITS, ("赵一", "三年级1班", "李老师", "9月5日", ""), name="又.xlsx")
    assert counts(again) == (0, 0, 1, 0)
    more = bring(TITLE, VISITS, ("赵一", "三年级1班", "李老师", "9.5、9.12", ""), name="新.xlsx")
    assert counts(more) == (1, 0, 0, 0)
    assert len(visits(ledger)) == 2


def test_a_household_is_visited_by_its_number_or_its_head(bring: Bring, ledger: Ledger) -> None:
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵大", id_number(date(1980, 1, 2), 9), "户主",
                    "脱贫户", ""), name="户.xlsx")  # fmt: skip
    bring(("户编号", "走访人", "走访时间"), ("6200000001", "李帮扶", "2026.9.5"))
    outcome = bring(("户主姓名", "行政村", "走访人", "走访时间"),
                    ("赵大", "东山村", "李帮扶", "2026.9.6"), name="二.xlsx")  # fmt: skip
    assert codes(outcome) == []
    assert len({visit.household_id for visit in records(ledger, Visit)}) == 1
    assert [day for day, _, _ in visits(ledger)] == ["2026-09-05", "2026-09-06"]


def test_days_on_a_list_of_pairs_are_the_helpers_visits(bring: Bring, ledger: Ledger) -> None:
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵大", id_number(date(1980, 1, 2), 9), "户主",
                    "脱贫户", ""), name="户.xlsx")  # fmt: skip
    head = ("户编号", "户主姓名", "帮扶责任人", "入户日期")
    outcome = bring(("结对帮扶名单",), head, ("6200000001", "赵大", "李帮扶", "2026.9.5、9.12"))
    assert (counts(outcome), codes(outcome)) == ((1, 0, 0, 0), [])
    wanted = [(day, "home_visit", "李帮扶") for day in ("2026-09-05", "2026-09-12")]
    assert visits(ledger) == wanted
    bring(("户编号", "走访人", "走访时间"), ("6200000001", "李帮扶", "2026.9.5"), name="走访.xlsx")
    assert visits(ledger) == wanted
    again = bring(("结对帮扶名单",), head, ("6200000001", "赵大", "李帮扶", ""), name="又.xlsx")
    assert (counts(again), visits(ledger)) == ((0, 0, 1, 0), wanted)


# --- the ledger of dropouts ---------------------------------------------------------------------


def test_a_dated_row_is_a_dropout_with_its_entry_and_its_persuasions(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil("赵一", CHILD, grade="五年级"), name="学籍.xlsx")
    row = child("2026-09-15", "劝返中", "", "2026.9.20", "李老师", "9.28", "王老师")
    outcome = bring(LEDGER, row, name="台账.xlsx")
    assert (counts(outcome), codes(outcome)) == ((1, 0, 0, 0), [])
    [event] = records(ledger, StatusChange)
    assert (event.change, f"{event.happened_on}", event.reason) == ("dropout", "2026-09-15", "厌学")
    [entry] = records(ledger, DropoutEntry)
    assert (entry.dropout_state, entry.reason) == ("劝返中", "厌学")
    assert visits(ledger) == [
        ("2026-09-20", "persuasion", "李老师"), ("2026-09-28", "persuasion", "王老师"),
    ]  # fmt: skip
    assert dropouts(ledger) == [("赵一", "dropped_out")]


def test_who_came_back_on_a_day_is_no_dropout_from_then_on(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil("赵一", CHILD, grade="五年级"), name="学籍.xlsx")
    bring(LEDGER, child("2026-09-15", "已返校", "2026-10-12"), name="台账.xlsx")
    assert dropouts(ledger, date(2026, 10, 1)) == [("赵一", "dropped_out")]
    assert dropouts(ledger) == []


def test_who_came_back_without_a_day_is_noticed_and_stays_a_dropout(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil("赵一", CHILD, grade="五年级"), name="学籍.xlsx")
    outcome = bring(LEDGER, child("2026-09-15", "已返校"), name="台账.xlsx")
    assert codes(outcome) == [(2, "return_undated")]
    assert dropouts(ledger) == [("赵一", "dropped_out")]


def test_a_row_without_a_day_is_an_entry_and_no_event(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil("赵一", CHILD, grade="五年级"), name="学籍.xlsx")
    outcome = bring(LEDGER, child("", "跟踪中"), name="台账.xlsx")
    assert codes(outcome) == [(2, "dropout_undated")]
    assert (records(ledger, StatusChange), len(records(ledger, DropoutEntry))) == ([], 1)


def test_the_ledger_of_the_next_month_completes_the_entry(bring: Bring, ledger: Ledger) -> None:
    bring(LEDGER, child(), name="九月.xlsx")
    assert counts(bring(LEDGER, child(), name="又.xlsx")) == (0, 0, 1, 0)
    newer = bring(LEDGER, child("2026-09-15", "已返校", "2026-10-12"), name="十月.xlsx")
    assert counts(newer) == (0, 1, 0, 0)
    [entry] = records(ledger, DropoutEntry)
    assert (entry.dropout_state, f"{entry.back_on}") == ("已返校", "2026-10-12")


def test_a_child_known_from_the_ledger_alone_was_at_its_school(
    bring: Bring, ledger: Ledger
) -> None:
    outcome = bring(LEDGER, child(), name="台账.xlsx")
    assert codes(outcome) == [(2, "person_created")]
    [roll] = records(ledger, Enrolment)
    assert (roll.grade, roll.stage) == (5, "primary")
    assert dropouts(ledger) == [("赵一", "dropped_out")]


def test_the_order_of_ledger_and_roll_does_not_matter(bring: Bring, ledger: Ledger) -> None:
    bring(LEDGER, child("2026-09-15", "已返校", "2026-10-12"), name="台账.xlsx")
    bring(ROSTER, pupil("赵一", CHILD, grade="五年级"), name="学籍.xlsx")
    assert KID != CHILD
    assert dropouts(ledger, date(2026, 10, 1)) == [("赵一", "dropped_out")]
    assert dropouts(ledger) == []
