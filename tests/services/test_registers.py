"""Registers: entries known again, corrected by newer lists, each with its row."""

from pathlib import Path
from typing import Any

import openpyxl

from jingzhun.rosters.refusals import write_refusals
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import (
    Aid,
    AidPayment,
    Donation,
    Enrolment,
    FacilityProject,
    KindergartenActivity,
    Person,
    Revision,
    School,
    Source,
)
from tests.services.workbooks import (
    COUSIN,
    KID,
    MEMBERS,
    ROSTER,
    SISTER,
    Bring,
    bring_in,
    codes,
    counts,
    on,
    pupil,
    records,
    write,
)

AID = ("姓名", "身份证号", "学校", "年级", "资助项目", "学期", "资助金额")
PAID = ("姓名", "身份证号", "年级", "资助项目", "月份", "标准(元/天)", "天数", "金额", "银行卡号")


def aid(name: str = "赵一", number: str = KID, **facts: Any) -> tuple[Any, ...]:
    given = {"school": "青禾小学", "grade": "三年级", "project": "寄宿生补助", "term": "2026秋",
             "amount": "625"} | facts  # fmt: skip
    return (name, number, *given.values())


def paid(name: str = "赵一", number: str = KID, **facts: Any) -> tuple[Any, ...]:
    given = {"grade": "三年级", "project": "生活补助", "month": "2026年10月", "rate": "4",
             "days": "18", "amount": "72", "account": "6217000000000000001"} | facts  # fmt: skip
    return (name, number, *given.values())


def member(name: str, number: str, no: str = "6200000001") -> tuple[Any, ...]:
    return (no, "赵大", "东山村", name, number, "之子", "脱贫户", "")


def test_an_aid_list_makes_entries_and_whom_it_does_not_know(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil())
    outcome = bring(AID, aid(), aid("钱二", SISTER), name="资助.xlsx")
    assert counts(outcome) == (2, 0, 0, 0)
    assert codes(outcome) == [(3, "person_created")]
    [one, two] = records(ledger, Aid)
    assert (one.project, one.period, one.amount_fen) == ("寄宿生生活补助", "2026秋", 62_500)
    assert (one.row_number, two.row_number) == (2, 3)
    assert [person.name for person in records(ledger, Person)] == ["赵一", "钱二"]
    assert len(records(ledger, Source)) == 3


def test_an_aid_list_fills_gaps_and_never_overrides_the_roll(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil())
    outcome = bring(AID, aid(grade="五年级"), aid("钱二", SISTER, grade="二年级"), name="资助.xlsx")
    assert (2, "conflict") in codes(outcome)
    assert sorted(each.grade for each in records(ledger, Enrolment)) == [2, 3]


def test_the_same_list_again_changes_nothing_whatever_its_name(
    bring: Bring, ledger: Ledger
) -> None:
    rows = [AID, aid(), aid("钱二", SISTER)]
    bring(*rows)
    assert counts(bring(*rows, name="又一次.xlsx")) == (0, 0, 2, 0)
    assert counts(bring(AID, *rows[:0:-1], name="倒过来.xlsx")) == (0, 0, 2, 0)
    assert len(records(ledger, Aid)) == 2
    assert records(ledger, Revision) == []


def test_a_newer_list_corrects_an_amount_and_an_older_one_does_not(
    bring: Bring, ledger: Ledger
) -> None:
    bring(AID, aid(), as_of=on("2026-10-10"))
    newer = bring(AID, aid(amount="750"), as_of=on("2026-11-10"), name="新.xlsx")
    assert counts(newer) == (0, 1, 0, 0)
    [entry] = records(ledger, Aid)
    assert entry.amount_fen == 75_000
    [revision] = records(ledger, Revision)
    assert (revision.table_name, revision.field, revision.old) == ("aid", "amount_fen", "62500")
    older = bring(AID, aid(amount="600"), as_of=on("2026-10-20"), name="旧.xlsx")
    assert (counts(older), codes(older)) == ((0, 0, 1, 0), [(2, "conflict")])
    assert records(ledger, Aid)[0].amount_fen == 75_000


def test_one_pupil_may_have_several_projects_but_none_twice(bring: Bring, ledger: Ledger) -> None:
    outcome = bring(AID, aid(), aid(project="助学金", amount="1000"), aid())
    assert counts(outcome) == (2, 0, 0, 1)
    assert (4, "duplicate_row") in codes(outcome)
    assert len(records(ledger, Person)) == 1


def test_two_amounts_in_a_row_are_two_entries_of_it(bring: Bring, ledger: Ledger) -> None:
    header = ("资助项目", "资助金额", "营养餐金额", "学期", "姓名", "身份证号码", "学校全称",
              "学段", "年级", "户编号", "户主姓名", "户类型")  # fmt: skip
    row = ("寄宿生生活补助", "500", "400", "2026春", "赵一", KID, "青禾小学", "小学", "三年级",
           "6201000001", "赵大", "脱贫户")  # fmt: skip
    assert counts(bring(header, row)) == (1, 0, 0, 0)
    found = [(entry.project, entry.amount_fen, entry.row_number) for entry in records(ledger, Aid)]
    assert found == [("寄宿生生活补助", 50_000, 2), ("营养改善计划", 40_000, 2)]
    assert counts(bring(header, row, name="又.xlsx")) == (0, 0, 1, 0)


def test_a_payment_list_tells_days_rate_and_account(bring: Bring, ledger: Ledger) -> None:
    outcome = bring(PAID, paid(), paid("钱二", SISTER, amount="", days="20", account="621700001"))
    assert counts(outcome) == (2, 0, 0, 0)
    one, two = records(ledger, AidPayment)
    assert (one.period, one.days, one.standard_fen, one.amount_fen) == ("2026-10", 18, 400, 7_200)
    assert (two.amount_fen, two.account) == (8_000, "621700001")


def test_payments_of_two_days_are_two_payments(bring: Bring, ledger: Ledger) -> None:
    head = ("姓名", "身份证号", "年级", "资助项目", "学期", "发放日期", "金额", "银行卡号")
    card = "6217000000000000001"
    for day, name in (("2026-10-10", "一.xlsx"), ("2026-12-10", "二.xlsx")):
        row = ("赵一", KID, "三年级", "寄宿生补助", "2026秋", day, "312.5", card)
        assert counts(bring(head, row, name=name)) == (1, 0, 0, 0)
    assert [each.amount_fen for each in records(ledger, AidPayment)] == [31_250, 31_250]


def test_one_card_for_pupils_of_two_households_is_noticed(bring: Bring, ledger: Ledger) -> None:
    bring(
        MEMBERS,
        member("赵一", KID),
        member("赵二", SISTER),
        member("钱三", COUSIN, no="6200000002"),
    )
    same = [PAID, paid(), paid("赵二", SISTER), paid("钱三", COUSIN)]
    outcome = bring(*same, name="发放.xlsx")
    assert counts(outcome) == (3, 0, 0, 0)
    found = [p for p in outcome.problems if p.code == "account_shared"]
    assert [p.row_number for p in found] == [2, 3, 4]
    assert "钱三" in found[0].message
    assert "赵二" not in found[0].message
    assert "6217000000000000001" not in "".join(p.message for p in found)


def test_ticks_and_amounts_of_a_waiver_list_are_entries(bring: Bring, ledger: Ledger) -> None:
    header = ("姓名", "身份证号", "学校", "年级", "学期", "免学杂费", "免教科书费", "补助生活费")
    rows = [
        ("赵一", KID, "青禾小学", "三年级", "2026秋", "√", "√", ""),
        ("钱二", SISTER, "青禾小学", "三年级", "2026秋", "85", "", "625"),
    ]
    assert counts(bring(header, *rows)) == (2, 0, 0, 0)
    found = [(entry.project, entry.amount_fen) for entry in records(ledger, Aid)]
    assert found == [
        ("免学杂费", None), ("免费教科书", None), ("免学杂费", 8_500), ("寄宿生生活补助", 62_500),
    ]  # fmt: skip
    assert counts(bring(header, *rows, name="又.xlsx")) == (0, 0, 2, 0)


GIFT = ("捐赠日期", "捐赠人", "物资名称", "数量", "单价", "金额")


def test_gifts_are_known_again_and_corrected(bring: Bring, ledger: Ledger) -> None:
    rows = [
        ("2026-09-01", "李大河", "", "", "", "1000"),
        ("2026-09-01", "匿名", "", "", "", "100"),
        ("2026-09-01", "匿名", "", "", "", "100"),
        ("2026-09-02", "青禾县爱心协会", "课桌凳", "20套", "180", ""),
    ]
    assert counts(bring(GIFT, *rows)) == (4, 0, 0, 0)
    assert counts(bring(GIFT, *rows[::-1], name="又.xlsx")) == (0, 0, 4, 0)
    rows[0] = (*rows[0][:5], "1500")
    assert counts(bring(GIFT, *rows, name="改.xlsx")) == (0, 1, 3, 0)
    assert sum(gift.amount_fen or 0 for gift in records(ledger, Donation)) == 170_000
    assert [gift.value_fen for gift in records(ledger, Donation)][3] == 360_000
    assert records(ledger, Person) == records(ledger, School) == records(ledger, Source) == []


def test_works_of_two_years_are_two_entries_and_make_no_school(
    bring: Bring, ledger: Ledger
) -> None:
    header = ("项目名称", "学校", "数量", "单价", "资金来源", "年度")
    rows = [("课桌凳", "青禾小学", "200套", "180", "县级", year) for year in ("2025", "2026")]
    assert counts(bring(header, *rows, rows[1])) == (3, 0, 0, 0)
    assert counts(bring(header, *rows, rows[1], name="又.xlsx")) == (0, 0, 3, 0)
    found = [(work.year, work.school, work.amount_fen) for work in records(ledger, FacilityProject)]
    assert found == [(2025, "青禾小学", 3_600_000), *[(2026, "青禾小学", 3_600_000)] * 2]
    assert records(ledger, School) == []


def test_an_activity_is_known_by_its_day_pair_and_theme(bring: Bring, ledger: Ledger) -> None:
    header = ("活动时间", "帮扶园", "被帮扶园", "活动形式", "活动主题", "课时")
    rows = [("2026年9月10日至11日", "县幼", "镇幼", "送教", "绘本", "2")]
    assert counts(bring(header, *rows)) == (1, 0, 0, 0)
    assert counts(bring(header, *rows, name="又.xlsx")) == (0, 0, 1, 0)
    [held] = records(ledger, KindergartenActivity)
    assert (held.started_on, held.ended_on) == (on("2026-09-10"), on("2026-09-11"))
    assert (held.form, held.hours_milli) == ("送教下乡", 2_000)


def test_a_list_of_names_and_classes_finds_its_pupils(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil(), pupil("钱二", SISTER), pupil("钱二", COUSIN))
    title = ("青禾小学三年级1班2026年10月生活补助发放表",)
    head, rows = (
        ("序号", "姓名", "金额", "签字"),
        [("1", "赵一", "72", ""), ("2", "钱二", "72", "")],
    )
    outcome = bring(title, head, *rows, name="发放.xlsx")
    assert counts(outcome) == (2, 0, 0, 0)
    # Two pupils of one name in a class: nobody can say which.
    assert codes(outcome) == [(4, "person_created")]
    assert len(records(ledger, Person)) == 4
    assert records(ledger, AidPayment)[0].person_id == 1


def test_a_returned_row_keeps_what_only_the_file_name_said(ledger: Ledger, tmp_path: Path) -> None:
    rows = [
        ("姓名", "身份证号", "班级", "金额", "卡号"),
        ("赵一", KID, "三1班", "若干", "6217000000000000001"),
    ]
    path = write(tmp_path / "青禾小学2026年10月寄宿生补助发放.xlsx", rows)
    outcome = bring_in(ledger, path)
    back = tmp_path / "退回.xlsx"
    write_refusals(back, [(path.name, outcome.readings)])
    book = openpyxl.load_workbook(back)
    page = book.worksheets[1]
    cell = next(cell for row in page.iter_rows() for cell in row if cell.value == "若干")
    cell.value = 72
    book.save(back)
    assert counts(bring_in(ledger, back)) == (1, 0, 0, 0)
    [paid_now] = records(ledger, AidPayment)
    assert (paid_now.project, paid_now.period) == ("寄宿生生活补助", "2026-10")


def test_months_side_by_side_are_payments_of_their_months(bring: Bring, ledger: Ledger) -> None:
    head = ("姓名", "身份证号", "年级", "9月", "10月", "11月", "合计", "银行卡号")
    title = ("2026年秋季学期寄宿生生活补助发放表",)
    row = ("赵一", KID, "三年级", "84", "72", "", "156", "6217000000000000001")
    assert counts(bring(title, head, row)) == (1, 0, 0, 0)
    found = [(each.period, each.amount_fen) for each in records(ledger, AidPayment)]
    assert found == [("2026-09", 8_400), ("2026-10", 7_200)]
    more = ("赵一", KID, "三年级", "84", "76", "80", "240", "")
    assert counts(bring(title, head, more, name="又.xlsx", as_of=on("2026-11-30"))) == (1, 0, 0, 0)
    found = [(each.period, each.amount_fen) for each in records(ledger, AidPayment)]
    assert found == [("2026-09", 8_400), ("2026-10", 7_600), ("2026-11", 8_000)]


def test_a_payment_without_its_day_is_the_one_that_a_later_list_dates(
    bring: Bring, ledger: Ledger
) -> None:
    head = ("姓名", "身份证号", "年级", "资助项目", "学期", "发放日期", "金额", "银行卡号")
    row = ("赵一", KID, "三年级", "寄宿生补助", "2026秋")
    bring(head, (*row, "", "625", "6217000000000000001"), name="花名册.xlsx")
    assert counts(bring(head, (*row, "2026-11-05", "600", ""), name="银行.xlsx")) == (0, 1, 0, 0)
    [paid_out] = records(ledger, AidPayment)
    assert (f"{paid_out.paid_on}", paid_out.amount_fen) == ("2026-11-05", 60_000)
    assert paid_out.account == "6217000000000000001"
    again = bring(head, (*row, "", "625", "6217000000000000001"), name="又.xlsx")
    assert (counts(again), codes(again)) == ((0, 0, 1, 0), [(2, "conflict")])
    assert len(records(ledger, AidPayment)) == 1
