"""A fact set by hand holds against whatever later lists say, until it is taken back."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from jingzhun.errors import JingzhunError
from jingzhun.render.words import place_words
from jingzhun.reports.provenance import places_of_persons
from jingzhun.services.desk.correction import Corrected, Correction, correct
from jingzhun.services.hand import Hand
from jingzhun.services.importing.undo import undo_import
from jingzhun.store.engine import Ledger
from jingzhun.store.payees import payees
from jingzhun.store.schema import (
    BoardingSpell,
    Enrolment,
    ImportSheet,
    PayeeAccount,
    Person,
    School,
)
from tests.builders import TODAY
from tests.services.paying import CARD, OTHER_CARD
from tests.services.workbooks import KID, ROSTER, bring_in, on, pupil, records, write

HAND = Hand(actor="测试", os_user="test", command="jingzhun set",
            recorded_at=datetime(2026, 11, 24, tzinfo=UTC))  # fmt: skip


def put(
    ledger: Ledger, field: str, value: str, since: str = "2026-10-08", **more: Any
) -> Corrected:
    wanted = Correction(
        who=more.get("who", KID), field=field, value=value, why=more.get("why", "家长来校说明"),
        since=on(since), today=TODAY, beside=more.get("beside"),
    )  # fmt: skip
    with ledger.write() as session:
        return correct(session, wanted, HAND)


@pytest.fixture
def roll(ledger: Ledger, tmp_path: Path) -> Path:
    path = write(tmp_path / "名册.xlsx", [ROSTER, pupil(boarding="走读")])
    bring_in(ledger, path, as_of=on("2026-09-15"))
    return path


def boarding(ledger: Ledger) -> list[tuple[str, date, date | None]]:
    return [(b.boarding, b.valid_from, b.valid_until) for b in records(ledger, BoardingSpell)]


def test_a_correction_holds_from_its_day_and_a_later_list_does_not_undo_it(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    made = put(ledger, "就读方式", "住校")
    assert (made.before, made.after) == ("走读", "住校")
    held = [("day", on("2026-09-01"), on("2026-10-08")), ("boarder", on("2026-10-08"), None)]
    assert boarding(ledger) == held
    for name, day in (("十一月", "2026-11-10"), ("春", "2027-03-20"), ("明年", "2027-09-20")):
        again = write(tmp_path / f"{name}.xlsx", [ROSTER, pupil(boarding="走读", phone=name)])
        bring_in(ledger, again, as_of=on(day))
        assert boarding(ledger) == held, name


def test_grade_and_class_are_corrected_to_the_end_of_the_school_year(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    put(ledger, "年级", "四年级", since="2026-09-01")
    put(ledger, "班级", "2班", since="2026-09-01")
    late = write(tmp_path / "十一月.xlsx", [ROSTER, pupil(boarding="走读")])
    bring_in(ledger, late, as_of=on("2026-11-10"))
    assert [(e.grade, e.class_no, e.valid_from) for e in records(ledger, Enrolment)] == [
        (4, 2, on("2026-09-01")),
        (3, 1, on("2027-09-01")),
    ]
    newer = write(tmp_path / "明年.xlsx", [ROSTER, pupil(grade="五年级", boarding="走读")])
    bring_in(ledger, newer, as_of=on("2027-09-20"))
    assert [(e.grade, e.valid_from) for e in records(ledger, Enrolment)] == [
        (4, on("2026-09-01")),
        (5, on("2027-09-01")),
    ]


def test_a_person_s_own_facts_stay_corrected(ledger: Ledger, roll: Path, tmp_path: Path) -> None:
    made = put(ledger, "联系电话", "19900000009")
    assert (made.before, made.after) == ("19900000001", "19900000009")
    put(ledger, "是否孤儿", "是")
    bring_in(ledger, write(tmp_path / "二.xlsx", [ROSTER, pupil(boarding="走读")]))
    [person] = records(ledger, Person)
    assert (person.phone, person.is_orphan) == ("19900000009", True)


def test_a_school_is_corrected_with_the_grade_he_is_in(ledger: Ledger, roll: Path) -> None:
    put(ledger, "学校", "云岭小学", since="2026-09-01")
    schools = {school.id: school.name for school in records(ledger, School)}
    first = records(ledger, Enrolment)[0]
    assert (schools[first.school_id], first.grade) == ("云岭小学", 3)


def test_a_correction_is_an_import_with_its_reason_and_undone_like_one(
    ledger: Ledger, roll: Path
) -> None:
    before = boarding(ledger)
    made = put(ledger, "就读方式", "住校")
    [sheet] = [s for s in records(ledger, ImportSheet) if s.import_id == made.import_id]
    assert (sheet.name, sheet.kind, sheet.changed) == ("家长来校说明", "correction", 1)
    with ledger.rebuild() as session:
        undo_import(session, made.import_id, HAND, today=HAND.recorded_at.date())
    assert boarding(ledger) == before


def test_a_person_without_an_id_is_corrected_too(ledger: Ledger, tmp_path: Path) -> None:
    rows = [("姓名", "学校名称", "年级", "班级", "就读方式"),
            ("赵一", "青禾小学", "三年级", "1班", "走读")]  # fmt: skip
    bring_in(ledger, write(tmp_path / "名册.xlsx", rows), as_of=on("2026-09-15"))
    put(ledger, "就读方式", "住校", who="赵一")
    assert len(records(ledger, Person)) == 1
    assert boarding(ledger)[-1][0] == "boarder"


@pytest.mark.parametrize(
    ("field", "value", "more", "code"),
    [
        ("就读方式", "住校", {"why": " "}, "set_why_missing"),
        ("就读方式", "1", {}, "set_value_refused"),
        ("就读方式", "走读", {}, "set_same"),
        ("年级", "十三年级", {}, "set_value_refused"),
        ("性别", "男", {}, "set_value_refused"),
        ("身份证号", KID, {}, "set_field_unknown"),
        ("就读方试", "住校", {}, "set_field_unknown"),
        ("年级", "四年级", {"since": "2020-01-01"}, "set_not_enrolled"),
        ("就读方式", "住校", {"who": "没有此人"}, "person_unknown"),
    ],
)
@pytest.mark.usefixtures("roll")
def test_what_cannot_be_set_is_said_and_changes_nothing(
    ledger: Ledger, field: str, value: str, more: dict[str, str], code: str
) -> None:
    before = boarding(ledger)
    with pytest.raises(JingzhunError) as caught:
        put(ledger, field, value, **more)
    assert caught.value.code == code
    assert KID not in caught.value.reason + caught.value.remedy
    assert boarding(ledger) == before
    with ledger.read() as session:
        assert (
            session.scalar(select(ImportSheet.id).where(ImportSheet.kind == "correction")) is None
        )


def test_a_correction_says_nothing_of_where_he_is(ledger: Ledger, roll: Path) -> None:
    put(ledger, "班级", "2班", since="2026-09-20")
    with ledger.rebuild() as session:
        undo_import(session, 1, HAND, today=HAND.recorded_at.date())
    assert records(ledger, Enrolment) == []


def test_a_bank_account_set_by_hand_stands_above_what_lists_name(
    ledger: Ledger, roll: Path
) -> None:
    made = put(ledger, "银行卡号", "6217 0000 1000 1234 569",
               beside={"payee": "张大山", "payee_relation": "父亲", "bank": "信用社"})  # fmt: skip
    assert made.after == "621700*********4569（张大山，父亲，信用社）"
    with ledger.read() as session:
        person = session.scalars(select(Person)).one()
        [entry] = session.scalars(select(PayeeAccount)).all()
        assert (entry.account, entry.known_on) == ("6217000010001234569", on("2026-10-08"))
        assert person.id not in payees(session, on("2026-10-07"))
        assert payees(session, TODAY)[person.id].name == "张大山"
    with ledger.rebuild() as session:
        undo_import(session, made.import_id, HAND, today=date(2026, 11, 25))
        assert not payees(session, TODAY)


@pytest.mark.parametrize(
    ("value", "beside"), [("62170", {}), ("无", {}), ("6.2E+18", {}), (CARD, {"payee": "张3"})]
)
def test_an_account_or_payee_that_cannot_be_read_is_refused(
    ledger: Ledger, roll: Path, value: str, beside: dict[str, str]
) -> None:
    with pytest.raises(JingzhunError) as refused:
        put(ledger, "银行账号", value, beside=beside)
    assert refused.value.code == "set_value_refused"


def test_whose_account_it_is_goes_with_an_account_only(ledger: Ledger, roll: Path) -> None:
    with pytest.raises(JingzhunError, match="--payee"):
        put(ledger, "就读方式", "住校", beside={"payee": "张大山"})


def test_the_account_of_the_newest_list_is_taken_unless_one_was_set_by_hand(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    heads = ("姓名", "身份证号", "学校", "银行卡号", "户名")
    for day, account in (("2026-11-01", CARD), ("2026-10-01", OTHER_CARD)):
        row = ("何小青", KID, "青禾小学", account, "何小青")
        path = write(tmp_path / f"卡{day}.xlsx", [heads, row])
        assert bring_in(ledger, path, as_of=on(day)).sheets[0].added == 1
    with ledger.read() as session:
        person = session.scalars(select(Person.id)).one()
        assert payees(session, on("2026-10-31"))[person].account == OTHER_CARD
        assert payees(session, TODAY)[person].account == CARD
    put(ledger, "银行账号", "400000000001", since="2026-09-02")
    with ledger.read() as session:
        assert payees(session, TODAY)[person].account == "400000000001"


def test_a_correction_s_source_says_who_made_it_when_and_why(
    ledger: Ledger, roll: Path, tmp_path: Path
) -> None:
    put(ledger, "就读方式", "住校")
    with ledger.read() as session:
        (person,) = session.scalars(select(Person))
        places = places_of_persons(session, [person.id])[person.id]
    made = "更正（jingzhun set，2026-11-24，测试）"
    assert places[-1] == {"file": made, "sheet": "家长来校说明", "row": None}
    assert place_words(places) == ["名册.xlsx Sheet1!第2行", f"{made} 家长来校说明"]
    late = write(tmp_path / "十一月.xlsx", [ROSTER, pupil(boarding="走读")])
    outcome = bring_in(ledger, late, as_of=on("2026-11-10"))
    (told,) = [p.message for p in outcome.problems if p.code == "conflict"]
    assert told == f"就读方式这里写“走读”，{made} 家长来校说明为“住校”，以那一份为准。"
