"""One file in, every row accounted for: added, changed, same or refused, and why."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from jingzhun.core.table import Page
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import FileError, JingzhunError
from jingzhun.services.imports import list_imports, show_import
from jingzhun.services.intake import FileOutcome, take_in
from jingzhun.store.engine import Ledger
from jingzhun.store.schema import (
    Base,
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
    Village,
)
from tests.builders import id_number
from tests.services.workbooks import bring_in, counts, on, options, write

BORN = date(2015, 3, 4)
KID, SISTER, COUSIN = (id_number(BORN, order) for order in (1, 2, 3))
ROSTER = ("姓名", "身份证号", "学籍号", "学校名称", "年级", "班级", "就读方式", "联系电话")
MEMBERS = ("户编号", "户主姓名", "行政村", "姓名", "证件号码", "与户主关系", "户类型", "联系电话")


@pytest.fixture
def bring(ledger: Ledger, tmp_path: Path) -> Callable[..., FileOutcome]:
    """Write rows as a workbook and take it in."""

    def work(*rows: tuple[Any, ...], name: str = "名单.xlsx", **changes: Any) -> FileOutcome:
        return bring_in(ledger, write(tmp_path / name, rows), **changes)

    return work


Bring = Callable[..., FileOutcome]


def row(name: str = "赵一", number: str = KID, **facts: Any) -> tuple[Any, ...]:
    given = {"no": f"G{number}", "school": "青禾小学", "grade": "三年级", "class": "1班",
             "boarding": "住校", "phone": "19900000001"} | facts  # fmt: skip
    return (name, number, *given.values())


def codes(outcome: FileOutcome) -> list[tuple[int, str]]:
    return [(problem.row_number, problem.code) for problem in outcome.problems]


def records(ledger: Ledger, table: Any) -> list[Any]:
    """Give what is known today of a table."""
    with ledger.read() as session:
        query = select(table)
        if hasattr(table, "superseded_in"):
            query = query.where(table.superseded_in.is_(None)).order_by(table.valid_from)
        found = list(session.scalars(query))
        session.expunge_all()
    return found


def content(ledger: Ledger, *, besides: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Give every row of every table but those named."""
    with ledger.read() as session:
        return {
            table.name: list(session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in besides
        }


# --- counts, problems, sources ------------------------------------------------------------------


def test_every_row_is_added_changed_same_or_refused(bring: Bring, ledger: Ledger) -> None:
    rows = [ROSTER, row(), row("钱二", SISTER), row("孙三", "62999920150304001")]
    assert counts(bring(*rows)) == (2, 0, 0, 1)
    assert counts(bring(ROSTER, row(), row("钱二", SISTER, boarding="走读"), name="新.xlsx")) == (
        0, 1, 1, 0,
    )  # fmt: skip
    assert len(records(ledger, Person)) == 2


def test_the_same_file_twice_changes_nothing_and_leaves_no_second_sources(
    bring: Bring, ledger: Ledger
) -> None:
    rows = [ROSTER, row(), row("钱二", SISTER)]
    bring(*rows)
    unchanged = ("import", "import_sheet", "import_column", "import_problem")
    before = content(ledger, besides=unchanged)
    assert counts(bring(*rows)) == (0, 0, 2, 0)
    assert content(ledger, besides=unchanged) == before


def test_a_row_refused_carries_all_its_faults_and_leaves_nothing(
    bring: Bring, ledger: Ledger
) -> None:
    outcome = bring(ROSTER, row(), row("", "62999920150304001", grade="不知道"))
    assert {code for number, code in codes(outcome) if number == 3} >= {"name_missing", "id_length"}
    assert len(records(ledger, Person)) == 1
    assert [source.row_number for source in records(ledger, Source)] == [2]


def test_strict_keeps_a_file_with_refused_rows_out(bring: Bring, ledger: Ledger) -> None:
    before = content(ledger)
    with pytest.raises(JingzhunError) as caught:
        bring(ROSTER, row(), row("孙三", "1234"), strict=True)
    assert caught.value.code == "rows_refused"
    assert "C3" in caught.value.reason or "B3" in caught.value.reason
    assert content(ledger) == before


def test_a_trial_counts_truly_and_writes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    path = write(tmp_path / "名单.xlsx", [ROSTER, row(), row("钱二", SISTER)])
    before = content(ledger)

    def try_out() -> None:
        with ledger.write() as session:
            assert counts(take_in(session, path, options())) == (2, 0, 0, 0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        try_out()
    assert content(ledger) == before
    assert counts(bring_in(ledger, path)) == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("菜名", "价格"), ("土豆", "3")], "no_known_table"),
        ([ROSTER], "no_rows"),
    ],
)
def test_a_file_without_a_list_is_refused_whole(
    bring: Bring, ledger: Ledger, rows: list[tuple[str, ...]], code: str
) -> None:
    before = content(ledger)
    with pytest.raises(FileError) as caught:
        bring(*rows)
    assert caught.value.code == code
    assert content(ledger) == before


def test_a_sheet_that_is_no_list_is_passed_over_and_said_to_be(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = write(tmp_path / "名单.xlsx", [ROSTER, row()], [("菜名", "价格"), ("土豆", "3")])
    outcome = bring_in(ledger, path)
    assert [(sheet.sheet, sheet.kind, sheet.rows) for sheet in outcome.sheets] == [
        ("Sheet1", Kind.STUDENT_ROSTER, 1),
        ("Sheet2", None, 0),
    ]
    assert (0, "sheet_unrecognised") in codes(outcome)


def test_progress_ends_at_a_hundred(ledger: Ledger, tmp_path: Path) -> None:
    told: list[int] = []
    path = write(tmp_path / "名单.xlsx", [ROSTER, row()])
    with ledger.write() as session:
        take_in(session, path, options(), progress=lambda _words, percent: told.append(percent))
    assert told == sorted(told)
    assert told[-1] == 100


def test_the_list_of_imports_shows_each_with_its_counts(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, row(), row("孙三", "1234"))
    bring(ROSTER, row(), name="再.xlsx")
    with ledger.read() as session:
        listed, shown = list_imports(session), show_import(session, 1)
        assert [
            (one["import"], one["file"], one["added"], one["same"], one["refused"])
            for one in table(listed, "imports")
        ] == [(2, "再.xlsx", 0, 1, 0), (1, "名单.xlsx", 1, 0, 1)]
        assert shown.facts["file"] == "名单.xlsx"
        assert {one["row"] for one in table(shown, "problems")} == {3}
        with pytest.raises(JingzhunError):
            show_import(session, 9)


def table(page: Page, key: str) -> list[dict[str, Any]]:
    return list(next(table for table in page.tables if table.key == key).records())


# --- persons ------------------------------------------------------------------------------------


def test_an_empty_field_is_filled_and_nothing_said_changes_nothing(
    bring: Bring, ledger: Ledger
) -> None:
    bring(ROSTER, row(phone=""))
    assert counts(bring(ROSTER, row(), name="二.xlsx")) == (0, 1, 0, 0)
    assert counts(bring(ROSTER, row(phone="无"), name="三.xlsx")) == (0, 0, 1, 0)
    [person] = records(ledger, Person)
    assert person.phone == "19900000001"


def test_the_owner_of_a_fact_overrides_and_the_old_value_is_kept(
    bring: Bring, ledger: Ledger
) -> None:
    bring(MEMBERS, ("6200000001", "赵大", "东山村", "赵一", KID, "之子", "脱贫户", "19900000009"))
    bring(ROSTER, row("赵壹"), name="学籍.xlsx")
    [person] = records(ledger, Person)
    assert (person.name, person.phone) == ("赵壹", "19900000001")
    kept = {(revision.field, revision.old) for revision in records(ledger, Revision)}
    assert {("name", '"\\u8d75\\u4e00"'), ("phone", '"19900000009"')} <= kept


def test_who_does_not_own_a_fact_leaves_a_claim_and_a_notice(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, row())
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
    bring((*ROSTER, "身份证件类型"), (*row("赵一", "", no=number), "其他"))
    bring(ROSTER, row("赵一", KID, no=number), name="有证.xlsx")
    bring((*ROSTER, "身份证件类型"), (*row("赵一", "", no=number), "其他"), name="旧.xlsx")
    [person] = records(ledger, Person)
    assert (person.identity, person.id_number) == (KID, KID)
    assert len(records(ledger, Enrolment)) == 1


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
    bring(ROSTER, row(), as_of=on("2026-11-10"))
    bring(ROSTER, row(boarding="走读"), name="二.xlsx", as_of=on("2026-11-20"))
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
        ROSTER, row(), row("钱二", SISTER), row("孙三", COUSIN, school="云岭小学"),
        as_of=on("2025-10-01"),
    )  # fmt: skip
    outcome = bring(ROSTER, row(grade="四年级"), name="全.xlsx", as_of=on("2026-11-10"), whole=True)
    assert "closed_by_full_list" in [code for _, code in codes(outcome)]
    ends = {
        person.name: [e.valid_until for e in records(ledger, Enrolment)
                      if e.person_id == person.id][-1]
        for person in records(ledger, Person)
    }  # fmt: skip
    assert ends == {"赵一": None, "钱二": on("2026-11-10"), "孙三": None}


def test_a_suspended_pupil_is_not_present_until_he_comes_back(bring: Bring, ledger: Ledger) -> None:
    bring(ROSTER, row())
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
    bring(ROSTER, row(), as_of=on("2026-09-20"))
    head = ("姓名", "身份证号", "学校名称", "异动类型", "异动时间", "转入学校")
    bring(head, ("赵一", KID, "青禾小学", "转出", "2026-10-10", "邻县小学"), name="转.xlsx")
    outcome = bring(ROSTER, row(), name="迟.xlsx", as_of=on("2026-11-20"))
    assert counts(outcome) == (0, 0, 1, 0)
    assert [code for _, code in codes(outcome)] == ["still_listed_after_leaving"]


# --- households, villages, schools, staff -------------------------------------------------------


def test_places_and_schools_are_made_once(bring: Bring, ledger: Ledger) -> None:
    members = [
        (f"620000000{at}", name, "东山村", name, id_number(BORN, at), "户主", "脱贫户", "")
        for at, name in enumerate(("赵大", "钱大", "孙大", "李大"))
    ]
    bring(MEMBERS, *members)
    bring(ROSTER, row(), row("钱二", SISTER), name="学籍.xlsx")
    assert [village.name for village in records(ledger, Village)] == ["东山村"]
    assert [school.name for school in records(ledger, School)] == ["青禾小学"]
    assert len(records(ledger, Household)) == 4


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
    bring(ROSTER, row(), row("钱二", SISTER))
    with ledger.read() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert session.scalar(select(func.count()).select_from(Source)) == 2
