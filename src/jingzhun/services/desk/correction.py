"""Set one fact by hand: a dated correction, with a reason, that later lists do not undo."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask, mask_text
from jingzhun.core.labels import Labelled
from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.vocabulary import (
    GRADE_LABELS,
    Boarding,
    Kind,
    LabourSkill,
    Sex,
    Stage,
    WorkRegion,
    label_of,
)
from jingzhun.errors import JingzhunError, Severity
from jingzhun.rosters import Batch
from jingzhun.rosters.kinds import fields, kinds, normalise_header
from jingzhun.rosters.typed import read_row
from jingzhun.services.desk.school_settings import (
    SETTINGS,
    SchoolSetting,
    Setting,
    set_school,
    setting_of,
)
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import Entered, enter
from jingzhun.services.importing.spelling import words_of
from jingzhun.services.lookup import find_person
from jingzhun.store.presence import in_force
from jingzhun.store.schema import BoardingSpell, Enrolment, PayeeAccount, Person, School

#: What a row says of where a pupil is; whoever sets one of them says the others as they are.
_PLACE = ("school", "stage", "grade", "class_no")
_ACCOUNT = "account"
_IDENTITY = frozenset({"id_number"})
_OF_THE_ID = frozenset({"sex", "born_on"})
_LABELS: Mapping[str, type[Labelled]] = MappingProxyType(
    {"sex": Sex, "stage": Stage, "boarding": Boarding, "labour_skill": LabourSkill,
     "work_region": WorkRegion}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is to be set: of whom (as typed), which field (title, header or key), to what, why.

    ``beside`` says by field what belongs to a bank account: whose it is, and with which bank;
    ``stage`` and ``public`` belong to a school's fee.
    """

    who: str
    field: str
    value: str
    why: str
    since: date
    today: date
    beside: Mapping[str, str] | None = None
    stage: str = ""
    public: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A correction that was made; ``before`` and ``after`` are what the ledger holds, in words.

    Of a school, ``identity`` is None, and ``since`` of what it always was.
    """

    import_id: int
    name: str
    identity: str | None
    title: str
    before: str
    after: str
    since: date | None
    why: str


def correct(session: Session, wanted: Correction, hand: Hand) -> Corrected:
    """Set one fact, of a person or (``desk.school_settings``) of a school.

    Raises:
        JingzhunError: ``person_unknown``, ``person_ambiguous``, ``school_unknown``;
            ``set_field_unknown``; ``set_why_missing``; ``set_value_refused``;
            ``set_not_enrolled``; ``set_stage_missing``; ``set_same``.
    """
    if not wanted.why.strip():
        raise JingzhunError(
            "set_why_missing",
            "更正要写原因，原因是空的。",
            "请加上 --why 原因，例如 --why 家长来校说明。",
        )
    setting = setting_of(wanted.field)
    if setting is not None:
        return _set_school(session, wanted, setting, hand)
    person = find_person(session, wanted.who)
    field = _field(wanted.field)
    if wanted.beside and field != _ACCOUNT:
        raise JingzhunError(
            "set_value_refused",
            "户名、开户行、与学生关系只能和银行账号一起写。",
            "请去掉 --payee、--bank、--relation，或把项目写成 银行账号。",
        )
    title = fields()[field].title
    row = {"name": person.name}
    if person.id_number:
        row["id_number"] = person.id_number
    if field in _PLACE:
        row |= _place(session, person, wanted.since)
    row |= {field: wanted.value, **(wanted.beside or {})}
    before = _held(session, person, field, wanted.since)
    entered = _enter(session, wanted, row, person, hand)
    session.expire_all()
    after = _held(session, person, field, wanted.since)
    if before == after:
        raise JingzhunError(
            "set_same",
            f"{person.name} 的{title}原来就是“{after or '空'}”，没有改动。",
            "请用 jingzhun explain 或 find 查看账上的记录。",
        )
    return Corrected(
        import_id=entered.import_id, name=person.name, identity=person.identity, title=title,
        before=before, after=after, since=wanted.since, why=wanted.why.strip(),
    )  # fmt: skip


def _set_school(session: Session, wanted: Correction, setting: Setting, hand: Hand) -> Corrected:
    why = wanted.why.strip()
    number, name, before, after = set_school(
        session,
        SchoolSetting(
            who=wanted.who, setting=setting, value=wanted.value, why=why, since=wanted.since,
            today=wanted.today, stage=wanted.stage, public=wanted.public,
        ),
        hand,
    )  # fmt: skip
    return Corrected(
        import_id=number, name=name, identity=None, title=setting.title, before=before,
        after=after, since=wanted.since if setting.is_dated else None, why=why,
    )  # fmt: skip


def _field(text: str) -> str:
    spec = kinds()[Kind.CORRECTION]
    if normalise_header(text) in {_ACCOUNT, *fields()[_ACCOUNT].headers}:
        return _ACCOUNT
    found = spec.headers.get(normalise_header(text)) or (text if text in spec.fields else "")
    if found in _IDENTITY:
        raise JingzhunError(
            "set_field_unknown",
            "身份证号不能用 set 改：它是认人的依据，改了就成了另一个人。",
            "请导入写着正确号码的名单，再用 jingzhun match review 确认两条记录是同一个人。",
        )
    if not found:
        near = difflib.get_close_matches(normalise_header(text), spec.headers, 3, 0.4)
        names = [name for name in (*spec.fields, _ACCOUNT) if name not in _IDENTITY]
        titles = "、".join(fields()[name].title for name in names)
        raise JingzhunError(
            "set_field_unknown",
            f"没有“{text}”这个可以更正的项目。",
            (f"是不是：{'、'.join(near)}？" if near else "")
            + f"可以更正的：{titles}；学校的：{'、'.join(each.title for each in SETTINGS)}。",
        )
    return found


def _place(session: Session, person: Person, day: date) -> dict[str, str]:
    row = session.execute(
        select(School.name, Enrolment.stage, Enrolment.grade)
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.person_id == person.id, in_force(Enrolment, day))
    ).first()
    if row is None:
        raise JingzhunError(
            "set_not_enrolled",
            f"{person.name} 在 {day} 不在任何学校的名册上，不能更正学校、年级或班级。",
            "请先导入写有此人的学籍名册，或用 --from 指定他在册的日期。",
        )
    place = {"school": row.name, "stage": label_of(Stage, row.stage)}
    if row.grade:
        place["grade"] = GRADE_LABELS[row.grade]
    return place


def _enter(
    session: Session, wanted: Correction, row: dict[str, str], person: Person, hand: Hand
) -> Entered:
    field = _field(wanted.field)
    kind = Kind.PAYEE_ACCOUNT if field == _ACCOUNT else Kind.CORRECTION
    reading = read_row(
        kind, row, today=wanted.today, stated_on=wanted.since, words=words_of(session)
    )
    if field in _OF_THE_ID and person.id_number:
        raise JingzhunError(
            "set_value_refused",
            f"{person.name} 有身份证号，{fields()[field].title}以身份证号为准，不能另外更正。",
            "身份证号错了的，请导入写着正确号码的名单。",
        )
    said = {field, *(wanted.beside or ())}
    fault = next(
        (
            problem
            for problem in reading.problems
            if problem.field in {field, *(wanted.beside or ())}
            or problem.severity is Severity.ERROR
        ),
        None,
    )
    if fault is not None:
        raise JingzhunError(
            "set_value_refused",
            f"{fields()[field].title}不能更正为“{mask_text(wanted.value)}”：{fault.message}",
            "请改正后再试一次。",
        )
    # Where he is stays the lists' word; only what is set is said.
    spoken = {"name", "id_number", field, *(("stage",) if field == "grade" else ())}
    if field == _ACCOUNT:
        spoken |= {*said, "known_on", "by_hand", "entry_keys"}
    columns = {name: col for name, col in reading.batch.columns.items() if name in spoken}
    # Whoever is meant is known already, by whatever identity.
    batch = Batch(row_numbers=[1], columns={"identity": [person.identity], **columns})
    words = replace(reading.words(whole=False), sheet=wanted.why.strip(), batch=batch, letters={})
    return enter(session, [words], f"更正：{person.name} {fields()[field].title}", hand)


def _held(session: Session, person: Person, field: str, day: date) -> str:
    """Give in words what the ledger holds of a field on a day; empty for nothing."""
    value: Any
    if field == _ACCOUNT:
        return _payee_words(session.scalar(
            select(PayeeAccount)
            .where(PayeeAccount.person_id == person.id, PayeeAccount.known_on <= day)
            .order_by(PayeeAccount.by_hand.desc(), PayeeAccount.known_on.desc())
            .limit(1)
        ))  # fmt: skip
    if field in {*_PLACE, "entered_on"}:
        roll = session.execute(
            select(School.name.label("school"), Enrolment.stage, Enrolment.grade,
                   Enrolment.class_no, Enrolment.entered_on)
            .join(School, School.id == Enrolment.school_id)
            .where(Enrolment.person_id == person.id, in_force(Enrolment, day))
        ).first()  # fmt: skip
        value = getattr(roll, field) if roll else None
        if field == "grade" and value:
            return GRADE_LABELS[value]
    elif field == "boarding":
        value = session.scalar(
            select(BoardingSpell.boarding).where(
                BoardingSpell.person_id == person.id, in_force(BoardingSpell, day)
            )
        )
    else:
        value = session.scalar(select(getattr(Person, field)).where(Person.id == person.id))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in {"student_no", "disability_no"}:
        return mask(value)
    return _label(field, str(value))


def _payee_words(held: PayeeAccount | None) -> str:
    if held is None:
        return ""
    said = "，".join(filter(None, (held.payee, held.payee_relation, held.bank)))
    return mask(held.account) + (f"（{said}）" if said else "")


def _label(field: str, value: str) -> str:
    return label_of(_LABELS[field], value) if field in _LABELS else value


def corrected_page(corrected: Corrected) -> Page:
    """Show a correction that was made.

    JSON: ``{"import", "corrections": [{"name", "id_number", "field", "before", "after", "since",
    "why"}]}``.
    """
    row = (corrected.name, corrected.identity, corrected.title, corrected.before, corrected.after,
           corrected.since, corrected.why)  # fmt: skip
    columns = (
        Column(key="name", title="学校" if corrected.identity is None else "姓名"),
        Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
        Column(key="field", title="项目"),
        Column(key="before", title="原来"),
        Column(key="after", title="改为"),
        Column(key="since", title="自", kind=ColumnKind.DATE),
        Column(key="why", title="原因"),
    )
    return Page(
        title=f"已更正（第 {corrected.import_id} 号导入，改错了可以撤销）",
        facts={"import": corrected.import_id},
        tables=[Table(key="corrections", heading="", columns=columns, rows=[row])],
    )
