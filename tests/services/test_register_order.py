"""Contradictory lists of registers: whatever their order, however often, the same entries."""

import shutil
from collections.abc import Callable
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import (
    Absence,
    Aid,
    AidPayment,
    ChecklistItem,
    Contribution,
    Donation,
    DropoutEntry,
    FacilityProject,
    HouseholdIncome,
    HouseholdPlan,
    KindergartenActivity,
    KindergartenPair,
    KindergartenResult,
    MealDays,
    MealHeadcount,
    Person,
    School,
    Secondment,
    Staff,
    StatusChange,
    Visit,
)
from tests.builders import id_number
from tests.services.workbooks import KID, bring_in, codes, counts, on, write

DAYS = [str(day) for day in range(1, 31)]
_BLANK = [""] * 30


def _marked(*marks: tuple[int, str]) -> list[str]:
    told = dict(marks)
    return [told.get(day, "") for day in range(1, 31)]


ROSTER = [
    ("姓名", "身份证号", "学校名称", "年级", "班级"),
    ("赵一", KID, "青禾小学", "三年级", "1班"),
]
#: Three lists for each register; a day of their own stands before those that have one.
LISTS: dict[str, list[list[tuple[Any, ...]]]] = {
    "资助名单": [
        [("姓名", "身份证号", "学校", "资助项目", "学期", "资助金额", "备注"),
         ("赵一", KID, school, "寄宿生补助", "2026秋", amount, remark)]
        for school, amount, remark in (
            ("青禾小学", "625", "甲"), ("云岭小学", "500", ""), ("", "750", "乙"))
    ],
    "发放": [
        [("姓名", "身份证号", "年级", "资助项目", "月份", "金额", "银行卡号", "开户银行"),
         ("赵一", KID, "三年级", "生活补助", "2026年10月", amount, card, bank)]
        for amount, card, bank in (
            ("72", "6217000000000000001", ""), ("68", "6217000000000000002", "农行"),
            ("72", "", "信用社"))
    ],
    "发放日期": [
        [("姓名", "身份证号", "年级", "资助项目", "月份", "发放日期", "金额", "银行卡号", "银行"),
         ("赵一", KID, "三年级", "生活补助", "2026年10月", *told)]
        for told in (("", "72", "6217000000000000001", "农行"), ("2026-11-05", "68", "", ""),
                     ("2026-11-05", "70", "6217000000000000002", ""))
    ],
    "几次发放": [
        [("姓名", "身份证号", "年级", "资助项目", "学期", "发放日期", "金额", "银行卡号"),
         ("赵一", KID, "三年级", "生活补助", "2026秋", *told)]
        for told in (("", "625", "6217000000000000001"), ("2026-10-05", "300", ""),
                     ("2026-11-05", "325", ""))
    ],
    "两免一补": [
        [("姓名", "身份证号", "年级", "学期", "免学杂费", "免教科书费", "补助生活费"),
         ("赵一", KID, "三年级", "2026秋", *sums)]
        for sums in (("100", "50", ""), ("100", "60", "500"), ("√", "", "625"))
    ],
    "捐赠": [
        [("捐赠人", "捐赠日期", "捐赠金额", "用途", "经办人"),
         ("云岭公司", "2026-10-10", amount, use, by)]
        for amount, use, by in (("1000", "助学", ""), ("1200", "", "李"), ("1000", "图书", "王"))
    ],
    "项目": [
        [("项目名称", "学校", "年度", "数量", "单价", "金额", "验收情况"),
         ("课桌凳", "青禾小学", "2026", *told)]
        for told in (("200套", "180", "36000", ""), ("180套", "", "36000", "合格"),
                     ("200", "170", "34000", "不合格"))
    ],
    "幼儿园": [
        [("活动时间", "帮扶园", "被帮扶园", "活动主题", "活动形式", "主讲人", "课时"),
         ("2026-10-10", "城关幼儿园", "东山幼儿园", "环境创设", "送教下乡", *told)]
        for told in (("李", "2"), ("", "3"), ("王", "2"))
    ],
    "结对园": [
        [("帮扶园", "被帮扶园", "结对日期", "结束日期", "联系人"),
         ("城关幼儿园", "东山幼儿园", "2026-09-01", *told)]
        for told in (("", "李"), ("2027-08-31", ""), ("2027-07-10", "王"))
    ],
    "结对园成效": [
        [("帮扶园", "被帮扶园", "学期", "参评节数", "优课数", "合格数", "论文数", "计划"),
         ("城关幼儿园", "东山幼儿园", "2026秋", *told)]
        for told in (("20", "5", "18", "", "有"), ("20", "6", "20", "1", ""),
                     ("18", "", "", "2", "无"))
    ],
    "派出起止": [
        [("姓名", "单位", "派出类别", "派往单位", "起止时间", "文号"),
         ("李帮", "青禾小学", "挂职", *told)]
        for told in (("县教育局", "2025.9.1-2026.1.20", ""), ("", "2025年9月1日至今", "县组1号"),
                     ("教育局", "2025-09-01至2026-02-28", "县组2号"))
    ],
    "派出": [
        [("姓名", "单位", "派出类别", "派往单位", "派出日期", "计划结束日期", "实际结束日期"),
         ("李帮", "青禾小学", "支教", *told)]
        for told in (("山口小学", "2025-09-01", "2026-08-31", ""),
                     ("", "2025-09-01", "2026-07-10", "2026-06-30"),
                     ("山口教学点", "2025-09-01", "", "2026-07-05"))
    ],
    "家访": [
        [("姓名", "身份证号", "家访教师", "家访时间", "家访方式", "家访情况"),
         ("赵一", KID, "李老师", "2026-10-08", *told)]
        for told in (("入户", "了解学习"), ("电话", ""), ("", "了解生活"))
    ],
    "台账": [
        [("姓名", "身份证号", "就读学校及年级", "失学时间", "辍学原因", "目前状态", "返校时间"),
         ("赵一", KID, "青禾小学三年级", *told)]
        for told in (("2026-09-15", "厌学", "劝返中", ""), ("2026-09-15", "外出务工", "", ""),
                     ("2026-09-15", "", "已返校", "2026-10-12"))
    ],
    "台账日期": [
        [("姓名", "身份证号", "就读学校及年级", "失学时间", "辍学原因", "目前状态", "包保责任人"),
         ("赵一", KID, "青禾小学三年级", *told)]
        for told in (("2026-09-15", "厌学", "劝返中", ""), ("", "", "失联", "李老师"),
                     ("2026-03-05", "外出务工", "", "王老师"))
    ],
    "投入": [
        [("户编号", "户主姓名", "投入日期", "帮扶方式", "投入金额", "帮扶内容", "帮扶责任人"),
         ("6299990001", "赵大", "2026-03-05", *told)]
        for told in (("物资", "300", "化肥", ""), ("物资", "320", "化肥", "李帮"),
                     ("资金", "500", "", "李帮、王帮"))
    ],
    "计划": [
        [("户编号", "户主姓名", "年度", "帮扶方式", "帮扶内容", "帮扶目标", "落实情况"),
         ("6299990001", "赵大", "2026", *told)]
        for told in (("项目", "种花椒", "增收", ""), ("项目/技术", "种花椒", "", "已落实"),
                     ("项目", "种花椒", "增收2000元", "推进中"))
    ],
    "核查": [
        [("户编号", "户主姓名", "核查日期", "不愁吃", "不愁穿", "住房安全", "核查人"),
         ("6299990001", "赵大", "2026-04-10", *told)]
        for told in (("√", "√", "×（漏水）", ""), ("√", "", "√", "李帮"), ("×", "√", "", "王帮"))
    ],
    "收入": [
        [("户编号", "户主姓名", "年度", "家庭人口", "工资性收入", "家庭总收入", "人均纯收入"),
         ("6299990001", "赵大", "2025", *told)]
        for told in (("4", "30000", "40000", ""), ("4", "", "", "9000"), ("3", "20000", "", ""))
    ],
    "就餐": [
        [("青禾小学2026年10月营养餐就餐花名册",), ("姓名", "身份证号", "就餐天数"),
         ("赵一", KID, days)]
        for days in ("17", "16", "18")
    ],
    "人数": [
        [("青禾小学2026年11月就餐人数登记表",), ("班级", *DAYS),
         ("三年级1班", *_marked((3, heads)))]
        for heads in ("40", "38", "41")
    ],
    "考勤": [
        [("青禾小学三年级1班2026年11月学生考勤表",), ("姓名", "身份证号", *DAYS),
         ("赵一", KID, *_marked((5, mark), (6, other), (9, "旷")))]
        for mark, other in (("病", "缺"), ("√", "旷"), ("缺", "√"))
    ],
}  # fmt: skip
TABLES: tuple[Any, ...] = (
    Aid, AidPayment, Donation, FacilityProject, KindergartenActivity, Visit, DropoutEntry,
    MealDays, MealHeadcount, Absence, StatusChange, Contribution, HouseholdPlan, ChecklistItem,
    HouseholdIncome, KindergartenPair, KindergartenResult, Secondment,
)  # fmt: skip
_PLACES = {"id", "identity", "sheet_id", "row_number"}


def known(session: Session) -> list[str]:
    """Give what the registers hold, without the numbers that tell the order of imports."""
    names: dict[str, dict[int, Any]] = {
        "person_id": dict(session.execute(select(Person.id, Person.identity)).all()),
        "school_id": dict(session.execute(select(School.id, School.name)).all()),
        "staff_id": dict(session.execute(select(Staff.id, Staff.identity)).all()),
    }
    for column in ("from_school_id", "to_school_id"):
        names[column] = names["school_id"]
    found = []
    for table in TABLES:
        columns = [column.name for column in table.__table__.c if column.name not in _PLACES]
        for row in session.scalars(select(table)):
            values = {name: getattr(row, name) for name in columns}
            told = {name: names.get(name, {}).get(value, value) for name, value in values.items()}
            found.append(f"{table.__tablename__} {sorted(told.items(), key=str)}")
    return sorted(found)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Ledger]:
    """Give ledgers that know one pupil, quickly."""
    folder = tmp_path_factory.mktemp("ledgers")
    first = folder / "first.db"
    ledger = open_ledger(str(first), create=True)
    bring_in(ledger, write(folder / "学籍.xlsx", ROSTER))
    ledger.close()
    made: list[Ledger] = []

    def make() -> Ledger:
        path = folder / f"{len(made)}.db"
        shutil.copy(first, path)
        made.append(open_ledger(str(path)))
        return made[-1]

    return make


def after(ledger: Ledger, files: list[Path], days: list[date]) -> list[str]:
    for path, day in zip(files, days, strict=True):
        bring_in(ledger, path, as_of=day, accept_changes=True)
    with ledger.read() as session:
        return known(session)


@pytest.mark.parametrize("register", LISTS)
@pytest.mark.parametrize("days", ["三天", "同一天"])
def test_the_order_of_contradictory_lists_does_not_matter(
    fresh: Callable[[], Ledger], tmp_path: Path, register: str, days: str
) -> None:
    stated = {
        "三天": ["2026-11-10", "2026-11-12", "2026-11-14"],
        "同一天": ["2026-11-10"] * 3,
    }[days]
    lists = [
        (write(tmp_path / f"{at}{register}.xlsx", rows), on(day))
        for at, (rows, day) in enumerate(zip(LISTS[register], stated, strict=True))
    ]
    results = []
    for order in permutations(lists):
        ledger = fresh()
        results.append(after(ledger, [path for path, _ in order], [day for _, day in order]))
        if len(results) == 1:
            for path, day in order:
                again = bring_in(ledger, path, as_of=day, accept_changes=True)
                assert counts(again)[:2] == (0, 0)
            with ledger.read() as session:
                assert known(session) == results[0]
        ledger.close()
    assert results.count(results[0]) == len(results)
    assert results[0]


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=2, max_size=6),
       st.sampled_from(list(LISTS)), st.randoms(use_true_random=False))  # fmt: skip
def test_what_was_said_on_which_day_is_all_that_counts(
    fresh: Callable[[], Ledger], tmp_path_factory: Any, said: Any, register: str, dice: Any
) -> None:
    folder = tmp_path_factory.mktemp("said")
    files = [write(folder / f"{at}.xlsx", rows) for at, rows in enumerate(LISTS[register])]
    turned = dice.sample([*said, *said], 2 * len(said))
    results = []
    for words in (said, turned):
        ledger = fresh()
        days = [date(2026, 11, 10 + day) for _, day in words]
        results.append(after(ledger, [files[at] for at, _ in words], days))
        ledger.close()
    assert results[0] == results[1]


def test_a_list_that_only_confirms_has_spoken(fresh: Callable[[], Ledger], tmp_path: Path) -> None:
    first, other, _third = [
        write(tmp_path / f"{at}.xlsx", rows) for at, rows in enumerate(LISTS["资助名单"])
    ]
    ledger = fresh()
    bring_in(ledger, first, as_of=on("2026-11-01"))
    assert counts(bring_in(ledger, first, as_of=on("2026-11-20"))) == (0, 0, 1, 0)
    between = bring_in(ledger, other, as_of=on("2026-11-10"))
    assert (counts(between), {code for _, code in codes(between)}) == ((0, 0, 1, 0), {"conflict"})
    with ledger.read() as session:
        assert [aid.amount_fen for aid in session.scalars(select(Aid))] == [62_500]


def test_a_list_of_the_same_day_says_which_word_holds_and_what_to_do(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    more, less = LISTS["捐赠"][1], LISTS["捐赠"][0]
    ledger = fresh()
    bring_in(ledger, write(tmp_path / "多.xlsx", more))
    lost = bring_in(ledger, write(tmp_path / "少.xlsx", less))
    [message] = [problem.message for problem in lost.problems if problem.field == "amount"]
    assert "1,000.00" in message
    assert "1,200.00" in message
    assert "--as-of" in message


def test_an_absence_said_again_later_holds_against_what_lay_between(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    absent, there, _ = [
        write(tmp_path / f"{at}.xlsx", rows) for at, rows in enumerate(LISTS["考勤"])
    ]
    words = [(absent, "2026-11-10"), (there, "2026-11-12"), (absent, "2026-11-14")]
    for order in permutations(words):
        ledger = fresh()
        after(ledger, [path for path, _ in order], [on(day) for _, day in order])
        with ledger.read() as session:
            days = sorted(f"{row.day}" for row in session.scalars(select(Absence)))
        assert days == ["2026-11-05", "2026-11-06", "2026-11-09"], [day for _, day in order]
        ledger.close()


def test_a_child_who_dropped_out_twice_has_two_entries(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    head = LISTS["台账"][0][0]
    spring = [head, ("赵一", KID, "青禾小学二年级", "2026-03-05", "厌学", "已返校", "2026-04-01")]
    autumn = [head, ("赵一", KID, "青禾小学三年级", "2026-10-08", "外出务工", "劝返中", "")]
    ledger = fresh()
    bring_in(ledger, write(tmp_path / "秋.xlsx", autumn), as_of=on("2026-11-01"))
    bring_in(ledger, write(tmp_path / "春.xlsx", spring), as_of=on("2026-04-10"))
    with ledger.read() as session:
        query = select(DropoutEntry).order_by(DropoutEntry.dropped_on)
        found = [(f"{one.dropped_on}", f"{one.back_on}") for one in session.scalars(query)]
    assert found == [("2026-03-05", "2026-04-01"), ("2026-10-08", "None")]


def test_another_child_is_not_touched(fresh: Callable[[], Ledger], tmp_path: Path) -> None:
    other = id_number(date(2015, 3, 4), 9)
    head, row = LISTS["资助名单"][0]
    ledger = fresh()
    bring_in(ledger, write(tmp_path / "一.xlsx", [head, row, ("钱二", other, *row[2:])]))
    changed = [head, (*row[:5], "700", ""), ("钱二", other, *row[2:])]
    outcome = bring_in(ledger, write(tmp_path / "二.xlsx", changed), as_of=on("2026-11-30"))
    assert counts(outcome) == (0, 1, 1, 0)


def test_lists_by_name_and_by_number_are_of_one_pupil_in_any_order(
    fresh: Callable[[], Ledger], tmp_path: Path
) -> None:
    title = ("青禾小学生活补助发放表",)
    number = id_number(date(2015, 3, 4), 30)
    by_name = (title, ("姓名", "班级", "月份", "金额", "银行卡号"))
    card = "6217000000000000003"
    lists: dict[str, list[tuple[Any, ...]]] = {
        "2026-11-08": [*by_name, ("孙三", "三年级2班", "2026年10月", "70", card)],
        "2026-11-10": [*by_name, ("孙三", "三年级2班", "2026年10月", "90", "")],
        "2026-11-12": [title, ("姓名", "身份证号", "班级", "月份", "金额", "银行卡号"),
                       ("孙三", number, "三年级2班", "2026年10月", "80", "")],
        "2026-09-10": [("姓名", "身份证号", "学校名称", "年级", "班级"),
                       ("孙三", number, "青禾小学", "三年级", "2班")],
    }  # fmt: skip
    files = [(write(tmp_path / f"{day}.xlsx", rows), on(day)) for day, rows in lists.items()]
    results = []
    for order in permutations(files):
        ledger = fresh()
        results.append(after(ledger, [path for path, _ in order], [day for _, day in order]))
        ledger.close()
    assert results.count(results[0]) == len(results)
    [payment] = [line for line in results[0] if line.startswith("aid_payment")]
    assert "8000" in payment
    assert card in payment
