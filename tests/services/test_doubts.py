"""A strange list is questioned before it is written; an ordinary one never is."""

from datetime import date, timedelta

import pytest
import xlsxwriter

from jingzhun.rosters.refusals import write_refusals
from jingzhun.services.importing.doubts import StrangeFileError
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import Import, ImportSheet, ListScope
from tests.builders import id_number
from tests.services.workbooks import Bring, bring_in, codes, records

HEAD = ("姓名", "身份证号", "学校名称", "年级", "班级", "就读方式")
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"


def pupils(number, *, first=0, grade="三年级", room="1班", boarding="走读", school="青禾小学"):
    """Give so many pupils of a class, always the same ones."""
    rows = []
    for at in range(first, first + number):
        born = date(2017, 2, 1) + timedelta(days=at)
        name = FAMILY[at % 30] + FAMILY[at // 30 % 30] + "禾"
        rows.append((name, id_number(born, at), school, grade, room, boarding))
    return rows


def strange(bring: Bring, *rows, **how):
    with pytest.raises(StrangeFileError) as caught:
        bring(HEAD, *rows, **how)
    return [doubt.code for doubt in caught.value.doubts], caught.value.reason


def test_a_class_that_lost_eighteen_of_a_hundred_is_questioned(bring: Bring, ledger: Ledger):
    bring(HEAD, *pupils(50), name="旧.xlsx")
    bring(HEAD, *pupils(42), name="少八人.xlsx")
    found, told = strange(bring, *pupils(41), name="少九人.xlsx")
    assert found == ["strange_class"]
    assert "青禾小学三年级（1）班：账上 50 人" in told
    assert "只有 41 人，少了 9 人（18%）" in told
    assert ".xlsx，2026-11-24" in told
    assert len(records(ledger, Import)) == 2


def test_accepted_it_goes_in_and_the_doubt_stays_as_a_notice(bring: Bring, ledger: Ledger):
    bring(HEAD, *pupils(50))
    outcome = bring(HEAD, *pupils(30), name="少.xlsx", accept_changes=True)
    assert {code for _, code in codes(outcome)} == {"strange_class", "strange_rows"}
    [sheet] = outcome.sheets
    assert (sheet.same, sheet.noticed) == (30, 0)
    assert sum(1 for _ in records(ledger, ImportSheet)) == 2


def test_a_class_that_moved_up_is_still_the_class_and_one_that_left_is_not_missed(bring: Bring):
    bring(
        HEAD, *pupils(20), *pupils(25, first=100, grade="六年级"),
        name="去年.xlsx", as_of=date(2025, 10, 8),
    )  # fmt: skip
    new = pupils(24, first=200, grade="一年级")
    bring(HEAD, *pupils(20, grade="四年级"), *new, name="今年.xlsx")
    found, _ = strange(bring, *pupils(16, grade="四年级"), *new, name="少.xlsx")
    assert found == ["strange_class"]


def test_refused_rows_are_in_the_class_all_the_same(bring: Bring, tmp_path, ledger: Ledger):
    bring(HEAD, *pupils(20))
    rows = [(n, f"{i[:17]}*", *rest) if at < 6 else (n, i, *rest)
            for at, (n, i, *rest) in enumerate(pupils(20))]  # fmt: skip
    outcome = bring(HEAD, *rows, name="坏号.xlsx")
    assert outcome.sheets[0].refused == 6
    # Mended, they come back as they are: a few rows of a list that nobody need compare.
    back = tmp_path / "退回.xlsx"
    write_refusals(back, [("坏号.xlsx", outcome.readings)])
    scopes = records(ledger, ListScope)
    returned = bring_in(ledger, back)
    assert returned.sheets[0].rows == 6
    assert len(records(ledger, ListScope)) == len(scopes)
    bring(HEAD, *pupils(20, boarding="住校"), name="又一份.xlsx")


def test_a_list_of_newcomers_is_no_list_of_the_class(bring: Bring):
    bring(HEAD, *pupils(9))
    bring(HEAD, *pupils(4, first=300), name="转来.xlsx")


def test_classes_brought_file_by_file_are_not_compared_with_each_other(bring: Bring):
    bring(HEAD, *pupils(20), name="1班.xlsx")
    bring(HEAD, *pupils(45, first=100, room="2班"), name="2班.xlsx")
    bring(HEAD, *pupils(20), *pupils(45, first=100, room="2班"), name="三年级.xlsx")
    bring(HEAD, *pupils(20), *pupils(45, first=100, room="2班"),
          *pupils(70, first=200, grade="四年级"), name="全校.xlsx")  # fmt: skip


def test_the_same_file_again_is_not_questioned(bring: Bring):
    bring(HEAD, *pupils(30), name="旧.xlsx")
    bring(HEAD, *pupils(50), name="新.xlsx", accept_changes=True)
    bring(HEAD, *pupils(30), name="旧.xlsx")


def test_all_boarders_turned_day_pupils_are_questioned(bring: Bring):
    bring(HEAD, *pupils(6, boarding="住校"), *pupils(6, first=50))
    found, told = strange(bring, *pupils(6), *pupils(6, first=50), name="走读.xlsx")
    assert found == ["strange_boarders"]
    assert "账上住校 6 人" in told
    assert "其中 6 人成了走读" in told
    some = [*pupils(5), *pupils(1, first=5, boarding="住校"), *pupils(6, first=50)]
    bring(HEAD, *some, name="还有一个.xlsx")


def test_rows_that_moved_by_more_than_ten_and_a_tenth_are_questioned(bring: Bring):
    classes = [*pupils(55), *pupils(55, first=100, room="2班"),
               *pupils(20, first=200, grade="四年级")]  # fmt: skip
    bring(HEAD, *classes, name="旧.xlsx")
    bring(HEAD, *classes, *pupils(10, first=300, room="5班"), name="多十行.xlsx")
    found, told = strange(bring, *classes, *pupils(25, first=400, room="6班"), name="多得多.xlsx")
    assert found == ["strange_rows"]
    assert "上一份（多十行.xlsx，2026-11-24）140 行，这一份 155 行，多了 15 行（10%）" in told


def test_villages_are_a_scope_of_household_lists(bring: Bring):
    head = ("户编号", "行政村", "姓名", "证件号码", "与户主关系", "户类型")

    def village(name, number, first=0):
        return [
            (f"62{first + at:08d}", name, f"{FAMILY[at % 30]}大{FAMILY[at // 30]}",
             id_number(date(1980, 5, 5), first + at), "户主", "脱贫户")
            for at in range(number)
        ]  # fmt: skip

    bring(head, *village("东山村", 60), name="东山.xlsx")
    bring(head, *village("西沟村", 20, 500), name="西沟.xlsx")
    with pytest.raises(StrangeFileError, match="东山村"):
        bring(head, *village("东山村", 40), name="东山新.xlsx")


def test_births_on_new_year_are_questioned_in_a_first_list_too(bring: Bring):
    def born(number, day):
        return [
            (f"{FAMILY[at % 30]}{FAMILY[at // 30]}生", id_number(day, at), "青禾小学",
             "三年级", "1班", "走读")
            for at in range(number)
        ]  # fmt: skip

    bring(HEAD, *born(39, date(2017, 1, 1)), name="三十九.xlsx")
    found, told = strange(bring, *born(40, date(2016, 1, 1)), *pupils(60), name="四十.xlsx")
    assert "strange_births" in found
    assert "100 人里有 40 人的生日是 1 月 1 日" in told


def test_one_card_for_twelve_children_is_questioned(ledger: Ledger, tmp_path):
    head = ("姓名", "身份证号", "学校", "年级", "资助项目", "金额(元)", "银行卡号", "发放日期")

    def paid(name, shared):
        path = tmp_path / name
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, head)
            for at, (who, number, school, grade, *_) in enumerate(pupils(15), 1):
                card = "6217000010001234567" if at <= shared else f"62170000100020{at:05d}"
                page.write_row(
                    at, 0, (who, number, school, grade, "寄宿生生活补助", "625", card, "2026-11-01")
                )
        return path

    assert bring_in(ledger, paid("十一.xlsx", 11)).sheets[0].refused == 0
    with pytest.raises(StrangeFileError) as caught:
        bring_in(ledger, paid("十二.xlsx", 12))
    assert "填给了 12 名学生" in caught.value.reason
    assert "6217000010001234567" not in caught.value.reason


def test_ids_under_an_unknown_header_are_questioned_before_all_lose_theirs(bring: Bring):
    head = ("姓名", "身份号", *HEAD[2:])
    with pytest.raises(StrangeFileError, match="不带身份证号入账") as caught:
        bring(head, *pupils(12))
    assert [doubt.code for doubt in caught.value.doubts] == ["strange_ids"]
