"""Who and what a list speaks of is known again, and each fact is dated by the rules."""

from datetime import date

import pytest
from sqlalchemy import func, select, text

from jingzhun.store.engine import Ledger
from jingzhun.store.schema import (
    BoardingSpell,
    Claim,
    Enrolment,
    Household,
    HouseholdCategory,
    Pairing,
    Person,
    Recognition,
    Revision,
    School,
    Source,
    Staff,
    StandingSpell,
    StatusChange,
    Village,
)
from tests.builders import id_number
from tests.services.workbooks import (
    BORN,
    COUSIN,
    KID,
    MEMBERS,
    ROSTER,
    SISTER,
    Bring,
    codes,
    counts,
    on,
    pupil,
    records,
)

# --- persons ------------------------------------------------------------------------------------


def test_an_empty_field_is_filled_and_nothing_said_changes_nothing(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(phone=""))
    assert counts(bring(ROSTER, pupil(), name="二.xlsx")) == (0, 1, 0, 0)
    assert counts(bring(ROSTER, pupil(phone="无"), name="三.xlsx")) == (0, 0, 1, 0)
    [person] = records(ledger, Person)
    assert person.phone == "19900000001"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_number_of_school_with_the_id_in_it_and_the_id_are_one_pupil_in_either_order(
    bring: Bring, ledger: Ledger, order: tuple[int, int]
) -> None:
    tail = ("学校名称", "年级", "班级", "认定等级")
    lists = [
        [("姓名", "学籍号", *tail), ("赵一", f"G{KID}", "青禾小学", "三年级", "1班", "困难")],
        [("姓名", "身份证号", *tail), ("赵一", KID, "青禾小学", "三年级", "1班", "困难")],
    ]
    for at in order:
        bring(*lists[at], name=f"{at}.xlsx")
    [person] = records(ledger, Person)
    assert (person.identity, person.student_no) == (KID, f"G{KID}")


def test_the_owner_of_a_fact_overrides_and_the_old_value_is_kept(
    bring: Bring, ledger: Ledger
) -> None:
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵一", KID, "之子", "脱贫户", "19900000009"))
    bring(ROSTER, pupil("赵壹"), name="学籍.xlsx")
    [person] = records(ledger, Person)
    assert (person.name, person.phone) == ("赵壹", "19900000001")
    kept = {(revision.field, revision.old) for revision in records(ledger, Revision)}
    assert {("name", '"\\u8d75\\u4e00"'), ("phone", '"19900000009"')} <= kept


def test_who_does_not_own_a_fact_leaves_a_claim_and_a_notice(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil())
    head = ("姓名", "身份证号", "学校名称", "年级", "班级", "就读方式", "认定等级", "联系电话")
    late = ("赵一", KID, "青禾小学", "三年级", "2班", "走读", "一般困难", "19900000002")
    outcome = bring(head, late, name="认定.xlsx")
    assert counts(outcome) == (1, 0, 0, 0)
    assert [code for _, code in codes(outcome)] == ["conflict"] * 3
    assert {(claim.field, claim.value, claim.held) for claim in records(ledger, Claim)} == {
        ("class_no", "2", "1"),
        ("boarding", "day", "boarder"),
        ("phone", "19900000002", "19900000001"),
    }
    bring(head, late, name="认定.xlsx")
    assert len(records(ledger, Claim)) == 3


def test_a_child_without_an_id_keeps_his_record_when_he_gets_one(
    bring: Bring, ledger: Ledger
) -> None:
    number = "L629999201503040007"
    bring((*ROSTER, "身份证件类型"), (*pupil("赵一", "", no=number), "其他"))
    bring(ROSTER, pupil("赵一", KID, no=number), name="有证.xlsx")
    bring((*ROSTER, "身份证件类型"), (*pupil("赵一", "", no=number), "其他"), name="旧.xlsx")
    [person] = records(ledger, Person)
    assert (person.identity, person.id_number) == (KID, KID)
    assert len(records(ledger, Enrolment)) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_list_without_ids_finds_its_pupils_by_student_number(
    bring: Bring, ledger: Ledger, order: tuple[int, int]
) -> None:
    without = [("姓名", "学籍号", "年级", "班级", "认定等级"),
               ("赵一", f"G{KID}", "三年级", "1班", "一般困难")]  # fmt: skip
    lists = [("学籍.xlsx", [ROSTER, pupil()]), ("认定.xlsx", without)]
    for name, rows in (lists[at] for at in order):
        bring(*rows, name=name)
    [person] = records(ledger, Person)
    assert person.id_number == KID
    [recognition] = records(ledger, Recognition)
    assert recognition.person_id == person.id


def test_two_of_one_name_are_two_people(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil("张伟", KID), pupil("张伟", SISTER))
    assert len(records(ledger, Person)) == 2


def test_an_older_list_of_the_owner_does_not_override_a_newer_one(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(phone="19900000002"), as_of=on("2026-11-01"))
    bring(ROSTER, pupil(phone="19900000001"), name="旧.xlsx", as_of=on("2025-11-01"))
    [person] = records(ledger, Person)
    assert person.phone == "19900000002"


def test_a_row_about_an_unknown_person_makes_that_person_and_says_so(
    bring: Bring, ledger: Ledger
) -> None:
    head = ("姓名", "身份证号", "年级", "班级", "认定等级")
    outcome = bring(head, ("赵一", KID, "三年级", "1班", "特别困难"))
    assert counts(outcome) == (1, 0, 0, 0)
    assert "person_created" in [code for _, code in codes(outcome)]
    [person] = records(ledger, Person)
    assert person.born_on == BORN
    [recognition] = records(ledger, Recognition)
    assert (recognition.valid_from, recognition.valid_until) == (on("2026-09-01"), on("2027-09-01"))


# --- dated facts --------------------------------------------------------------------------------


def test_a_roster_of_november_counts_from_the_first_day_of_the_term(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(), as_of=on("2026-11-10"))
    bring(ROSTER, pupil(boarding="走读"), name="二.xlsx", as_of=on("2026-11-20"))
    [enrolment] = records(ledger, Enrolment)
    assert (enrolment.valid_from, enrolment.valid_until) == (on("2026-09-01"), None)
    assert [
        (spell.boarding, spell.valid_from, spell.valid_until)
        for spell in records(ledger, BoardingSpell)
    ] == [
        ("boarder", on("2026-09-01"), on("2026-11-20")),
        ("day", on("2026-11-20"), None),
    ]


def test_what_a_household_list_no_longer_says_has_ended(bring: Bring, ledger: Ledger) -> None:
    member = ("6200000001", "赵大", "东山村", "赵一", KID, "之子")
    bring(MEMBERS, (*member, "脱贫户", ""), as_of=on("2026-10-01"))
    bring(MEMBERS, (*member, "一般农户", ""), name="二.xlsx", as_of=on("2026-11-01"))
    lifted = [spell for spell in records(ledger, HouseholdCategory) if spell.category == "lifted"]
    assert [(spell.valid_from, spell.valid_until) for spell in lifted] == [
        (on("2026-09-01"), on("2026-11-01"))
    ]


def test_a_full_list_closes_on_its_day_what_it_no_longer_holds_in_its_own_schools(
    bring: Bring, ledger: Ledger
) -> None:
    bring(
        ROSTER, pupil(), pupil("钱二", SISTER), pupil("孙三", COUSIN, school="云岭小学"),
        as_of=on("2025-10-01"),
    )  # fmt: skip
    outcome = bring(
        ROSTER, pupil(grade="四年级"), name="全.xlsx", as_of=on("2026-11-10"), whole=True
    )
    assert "closed_by_full_list" in [code for _, code in codes(outcome)]
    ends = {
        person.name: [e.valid_until for e in records(ledger, Enrolment)
                      if e.person_id == person.id][-1]
        for person in records(ledger, Person)
    }  # fmt: skip
    assert ends == {"赵一": None, "钱二": on("2026-11-10"), "孙三": None}


def test_a_suspended_pupil_is_not_present_until_he_comes_back(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil())
    head = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间")
    bring(head, ("赵一", KID, "青禾小学", "休学", "2026-10-08"), name="休.xlsx")
    outcome = bring(head, ("赵一", KID, "青禾小学", "复学", "2026-11-02"), name="复.xlsx")
    assert counts(outcome) == (1, 0, 0, 0)
    [spell] = records(ledger, StandingSpell)
    assert (spell.standing, spell.valid_from, spell.valid_until) == (
        "suspended", on("2026-10-08"), on("2026-11-02"),
    )  # fmt: skip


def test_a_later_roster_that_still_lists_who_left_is_noticed_and_changes_nothing(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, pupil(), as_of=on("2026-09-20"))
    head = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "转入学校")
    bring(head, ("赵一", KID, "青禾小学", "转出", "2026-10-10", "邻县小学"), name="转.xlsx")
    outcome = bring(ROSTER, pupil(), name="迟.xlsx", as_of=on("2026-11-20"))
    assert counts(outcome) == (0, 0, 1, 0)
    assert [code for _, code in codes(outcome)] == ["still_listed_after_leaving"]


# --- households, villages, schools, staff -------------------------------------------------------


def test_places_and_schools_are_made_once(bring: Bring, ledger: Ledger) -> None:
    members = [
        (f"620000000{at}", name, "东山村", name, id_number(BORN, at), "户主", "脱贫户", "")
        for at, name in enumerate(("赵大", "钱大", "孙大", "李大"))
    ]
    bring(MEMBERS, *members)
    bring(ROSTER, pupil(), pupil("钱二", SISTER), name="学籍.xlsx")
    assert [village.name for village in records(ledger, Village)] == ["东山村"]
    assert [school.name for school in records(ledger, School)] == ["青禾小学"]
    assert len(records(ledger, Household)) == 4


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_pupil_in_a_category_without_a_household_is_poor_all_the_same(
    bring: Bring, ledger: Ledger, order: tuple[int, int]
) -> None:
    flat = [("姓名", "身份证号", "学籍号", "年级", "班级", "户类型", "学段"),
            ("赵一", KID, f"G{KID}", "三年级", "1班", "脱贫户", "小学"),
            ("赵二", SISTER, f"G{SISTER}", "一年级", "1班", "脱贫户", "小学")]  # fmt: skip
    bring(*flat, name="贫困生.xlsx")
    homes = {person.household_id for person in records(ledger, Person)}
    assert len(homes) == 2
    assert len(records(ledger, HouseholdCategory)) == 2
    members = [("6200000001", "赵大", "东山村", name, number, "之子", "脱贫户", "")
               for name, number in (("赵一", KID), ("赵二", SISTER))]  # fmt: skip
    bring(MEMBERS, *(members[at] for at in order), name="户.xlsx")
    [home] = {person.household_id for person in records(ledger, Person)}
    assert {spell.household_id for spell in records(ledger, HouseholdCategory)} == {home}
    numbers = {house.id: house.household_no for house in records(ledger, Household)}
    assert numbers[home] == "6200000001"


def test_helpers_of_one_name_in_two_units_are_two(bring: Bring, ledger: Ledger) -> None:
    pairs = ("户编号", "户主姓名", "帮扶责任人", "单位")
    bring(pairs, ("6200000001", "赵大", "李帮", "青禾学院"), name="一.xlsx")
    bring(pairs, ("6200000002", "钱大", "李帮", "云岭学院"), name="二.xlsx")
    assert {helper.unit for helper in records(ledger, Staff)} == {"青禾学院", "云岭学院"}


def test_pairs_find_their_household_by_number_head_and_village(
    bring: Bring, ledger: Ledger
) -> None:
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵大", KID, "户主", "脱贫户", ""))
    by_number = ("户编号", "户主姓名", "帮扶责任人", "单位", "结对日期")
    by_head = ("行政村", "户主姓名", "帮扶责任人", "单位", "结对日期")
    pair = ("赵大", "李帮", "青禾学院", "2024-09-01")
    assert counts(bring(by_number, ("6200000001", *pair), name="一.xlsx")) == (1, 0, 0, 0)
    assert counts(bring(by_head, ("东山村", *pair), name="二.xlsx")) == (0, 0, 1, 0)
    assert len(records(ledger, Household)) == len(records(ledger, Staff)) == 1
    [tie] = records(ledger, Pairing)
    assert tie.valid_from == on("2024-09-01")


def test_a_helper_is_the_member_of_staff_of_that_name(bring: Bring, ledger: Ledger) -> None:
    pairs = ("户编号", "户主姓名", "帮扶责任人", "单位")
    staff = ("姓名", "身份证号", "单位", "职务", "职称")
    bring(pairs, ("6200000001", "赵大", "李帮", "青禾学院"), name="结对.xlsx")
    bring(
        staff, ("李帮", id_number(date(1980, 1, 2), 7), "青禾学院", "教师", "讲师"), name="职.xlsx"
    )
    [helper] = records(ledger, Staff)
    assert (helper.id_number is not None, helper.rank_title) == (True, "讲师")


def test_no_reference_leads_nowhere(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, pupil(), pupil("钱二", SISTER))
    with ledger.read() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert session.scalar(select(func.count()).select_from(Source)) == 2


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_the_later_of_two_lists_says_how_an_event_was_in_either_order(
    bring: Bring, ledger: Ledger, order: str
) -> None:
    head = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "休学结束日期", "异动原因")
    said = {
        "A": ("2026-10-10", ("2027-03-01", "因病")),
        "B": ("2026-11-10", ("2027-09-01", "")),
    }
    bring(ROSTER, pupil())
    for name in order * 2:
        day, own = said[name]
        row = ("赵一", KID, "青禾小学", "休学", "2026-10-08", *own)
        outcome = bring(head, row, name=f"异动{name}.xlsx", as_of=on(day))
    assert counts(outcome) == (0, 0, 1, 0)
    [spell] = records(ledger, StandingSpell)
    assert spell.ends_on == on("2027-09-01")
    [event] = records(ledger, StatusChange)
    assert event.reason == "因病"
