"""Undo an import: the ledger as it would be had that file never been brought in.

What every sheet said is kept (``recording.contents``). Undoing empties the registry and says it all
again in the old order, without the import that is undone: exact by construction, whatever came
later. Persons, schools and staff keep their numbers, on which runs rest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.vocabulary import RunState, label_of
from jingzhun.errors import JingzhunError
from jingzhun.services.funds.gifts import renew_gifts
from jingzhun.services.hand import Hand
from jingzhun.services.importing.kept_pairs import KeptPair, kept_pairs, lost_pairs
from jingzhun.services.recording.contents import kept
from jingzhun.services.recording.record import record_sheet
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.services.subsidy.steps import take
from jingzhun.store.bulk import Reserved
from jingzhun.store.derived import derived_tables
from jingzhun.store.schema import (
    Absence,
    Aid,
    AidPayment,
    Base,
    BoardingSpell,
    ChecklistItem,
    Claim,
    Contribution,
    Donation,
    DropoutEntry,
    Enrolment,
    FacilityProject,
    Household,
    HouseholdCategory,
    HouseholdIncome,
    HouseholdPlan,
    Import,
    ImportSheet,
    KindergartenActivity,
    KindergartenPair,
    KindergartenResult,
    MealDays,
    MealHeadcount,
    Pairing,
    PayeeAccount,
    Person,
    Recognition,
    Run,
    RunLine,
    School,
    SchoolFee,
    Secondment,
    SheetContent,
    Source,
    Staff,
    StandingSpell,
    StatusChange,
    Visit,
)

Progress = Callable[[str, int], None]
_MOST_NAMED = 5

#: What is counted before and after, by its key and title: of dated facts those known today.
_COUNTED: tuple[tuple[str, str, type[Base]], ...] = (
    ("persons", "人员", Person),
    ("households", "户", Household),
    ("enrolled", "在册学生", Enrolment),
    ("schools", "学校", School),
    ("school_fees", "学校收费标准", SchoolFee),
    ("staff", "教职工和帮扶人", Staff),
    ("categories", "户类别", HouseholdCategory),
    ("recognitions", "困难认定", Recognition),
    ("boardings", "走读住校", BoardingSpell),
    ("status_changes", "学籍异动", StatusChange),
    ("standings", "休学等在校状态", StandingSpell),
    ("pairings", "结对", Pairing),
    ("aid", "资助名单", Aid),
    ("payments", "发放记录", AidPayment),
    ("donations", "捐赠", Donation),
    ("facilities", "改善办学条件项目", FacilityProject),
    ("kindergarten", "幼儿园结对活动", KindergartenActivity),
    ("kindergarten_pairs", "幼儿园结对", KindergartenPair),
    ("kindergarten_results", "幼儿园结对成效", KindergartenResult),
    ("secondments", "派出人员", Secondment),
    ("meals", "就餐天数", MealDays),
    ("headcounts", "就餐人数", MealHeadcount),
    ("absences", "缺勤", Absence),
    ("visits", "家访和入户", Visit),
    ("contributions", "帮扶投入", Contribution),
    ("household_plans", "帮扶计划", HouseholdPlan),
    ("checklist_items", "两不愁三保障核查", ChecklistItem),
    ("household_incomes", "家庭收入", HouseholdIncome),
    ("dropout_ledger", "控辍保学台账", DropoutEntry),
    ("accounts", "收款账户", PayeeAccount),
    ("claims", "名单之间的矛盾", Claim),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What undoing did: counts before and after by (key, title), the drafts it voided.

    ``unpaired`` are the pairs that stood and are gone, or stand since another day.
    """

    import_id: int
    file_name: str
    counts: tuple[tuple[str, str, int, int], ...]
    voided: tuple[int, ...]
    unpaired: tuple[KeptPair, ...]


def undo_import(
    session: Session,
    number: int,
    hand: Hand,
    *,
    today: date,
    why: str = "",
    is_trial: bool = False,
    progress: Progress | None = None,
) -> Undone:
    """Undo one import; the session is one of ``Ledger.rebuild``.

    A reason is asked for where pairs go away by it that are fixed for three years.

    Raises:
        JingzhunError: ``import_unknown``; ``import_undone`` — it is undone already;
            ``import_not_kept`` — a program of before brought it or another in; ``import_posted`` —
            a run that is under way or done rests on it; ``undo_why_missing`` — pairs would go away.
    """
    undone = _the_import(session, number)
    _demand_contents(session)
    touched = _people_of(number)
    voided = _void_drafts(session, undone, touched, hand, today)
    before = _counts(session)
    paired = kept_pairs(session, today)
    reserved = _reserve(session)
    for table in reversed(derived_tables()):
        session.execute(delete(table))
    undone.undone_at = hand.recorded_at
    session.flush()
    say_again(session.connection(), reserved, progress)
    _demand_nothing_rests(session, number)
    unpaired = lost_pairs(paired, kept_pairs(session, today))
    if unpaired and not (is_trial or why.strip()):
        raise _why_missing(number, unpaired)
    if voided:
        renew_gifts(session, hand, today=today)
    counts = tuple(
        (key, title, was, now)
        for (key, title, _model), was, now in zip(_COUNTED, before, _counts(session), strict=True)
    )
    return Undone(
        import_id=number,
        file_name=undone.file_name,
        counts=counts,
        voided=voided,
        unpaired=unpaired,
    )


def _why_missing(number: int, unpaired: Sequence[KeptPair]) -> JingzhunError:
    named = "、".join(f"{pair.household}（{pair.helper}）" for pair in unpaired[:_MOST_NAMED])
    more = "等" if len(unpaired) > _MOST_NAMED else ""
    return JingzhunError(
        "undo_why_missing",
        f"撤销第 {number} 号导入会使 {len(unpaired)} 个结对不在或改了日期：{named}{more}。",
        "结对一定三年不变；确实要撤销的，加 --why 写明原因，原因和这些结对记入操作留痕。",
    )


def say_again(connection: Connection, reserved: Reserved, progress: Progress | None = None) -> None:
    """Record what every import in force said, in the order in which they came."""
    query = select(Import.id, Import.file_name).where(Import.undone_at.is_(None))
    imports = connection.execute(query.order_by(Import.id)).all()
    heard: set[int] = set()
    for place, (number, name) in enumerate(imports):
        if progress:
            progress(f"重记 {name}", place * 100 // len(imports))
        for sheet in kept(connection, number):
            recorder = SheetRecorder(connection, sheet.words, sheet.sheet_id, reserved=reserved)
            record_sheet(recorder, with_sources=sheet.first not in heard)
            heard.add(sheet.first)
    if progress:
        progress("完成", 100)


def _demand_nothing_rests(session: Session, number: int) -> None:
    """Refuse when somebody is gone of whom a decision at the desk speaks.

    Raises:
        JingzhunError: ``import_decided``.
    """
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column
            if target.table.name not in {"person", "staff", "household", "school"}:
                continue
            gone = select(table).where(
                key.parent.is_not(None), ~exists().where(target == key.parent)
            )
            if session.execute(gone.limit(1)).first() is not None:
                raise JingzhunError(
                    "import_decided",
                    f"第 {number} 号导入里的人或户已经有{_DECIDED.get(table.name, '登记')}，"
                    "不能撤销这次导入。",
                    "请先把有关的登记了结；名单有误的，导入改正后的名单。",
                )


_DECIDED = {"dropout_case": "控辍保学个案", "run_line": "补助明细", "batch_line": "发放记录",
            "posting": "一对一捐助"}  # fmt: skip


def _the_import(session: Session, number: int) -> Import:
    found = session.get(Import, number)
    if found is None:
        raise JingzhunError(
            "import_unknown",
            f"没有第 {number} 号导入。",
            "请用 jingzhun imports list 查看有哪些导入。",
        )
    if found.undone_at is not None:
        raise JingzhunError(
            "import_undone",
            f"第 {number} 号导入（{found.file_name}）已经撤销过了。",
            "请用 jingzhun imports list 查看还有哪些导入。",
        )
    return found


def _demand_contents(session: Session) -> None:
    unkept = session.scalars(
        select(Import.id)
        .join(ImportSheet, ImportSheet.import_id == Import.id)
        .where(
            Import.undone_at.is_(None),
            ImportSheet.kind.is_not(None),
            ~exists().where(SheetContent.sheet_id == ImportSheet.id),
        )
        .distinct()
        .order_by(Import.id)
    ).all()
    if unkept:
        numbers = "、".join(map(str, unkept[:10]))
        raise JingzhunError(
            "import_not_kept",
            f"第 {numbers} 号导入是旧版程序做的，账本没有留下名单内容，不能重算，所以不能撤销。",
            "请用撤销前的备份，或新建账本，把名单重新导入一遍（以后的导入都可以撤销）。",
        )


def _people_of(number: int) -> Any:
    """Give a query of the persons that an import speaks of, itself or by their household."""
    mine = (
        select(Source.person_id, Source.household_id)
        .join(ImportSheet, ImportSheet.id == Source.sheet_id)
        .where(ImportSheet.import_id == number)
        .subquery()
    )
    return select(Person.id).where(
        or_(
            Person.id.in_(select(mine.c.person_id)),
            Person.household_id.in_(select(mine.c.household_id)),
        )
    )


def _void_drafts(
    session: Session, undone: Import, touched: Any, hand: Hand, today: date
) -> tuple[int, ...]:
    """Void the drafts with pupils of the import; their lines go, for they are to be recomputed.

    Runs that were void before keep their lines but those of such pupils, who may be gone. What was
    computed before the import came cannot rest on it.
    """
    runs = session.scalars(
        select(Run)
        .where(
            Run.state != RunState.VOID,
            or_(Run.state == RunState.DRAFT, Run.recorded_at >= undone.recorded_at),
            exists().where(RunLine.run_id == Run.id, RunLine.person_id.in_(touched)),
        )
        .order_by(Run.id)
    ).all()
    firm = [run for run in runs if run.state != RunState.DRAFT]
    if firm:
        words = "、".join(
            f"第 {run.id} 号（{run.period}，{label_of(RunState, run.state)}）" for run in firm
        )
        raise JingzhunError(
            "import_posted",
            f"补助批次{words}里有第 {undone.id} 号导入涉及的学生，不能撤销这次导入。",
            "请先作废还没有发放的批次；已经发放的，请导入改正后的名单，再用批次调整补发或追回。",
        )
    numbers = tuple(run.id for run in runs)
    session.execute(delete(RunLine).where(RunLine.run_id.in_(numbers)))
    void = select(Run.id).where(Run.state == RunState.VOID.value)
    session.execute(delete(RunLine).where(RunLine.run_id.in_(void), RunLine.person_id.in_(touched)))
    for run in runs:
        reason = f"撤销第 {undone.id} 号导入"
        take(session, run, RunState.VOID, hand, today=today, reason=reason)
    return numbers


def _counts(session: Session) -> list[int]:
    return [session.scalar(_count(model)) or 0 for _key, _title, model in _COUNTED]


def _count(model: Any) -> Select[int]:
    query = select(func.count()).select_from(model)
    if model is Enrolment:
        query = select(func.count(Enrolment.person_id.distinct()))
    return query.where(model.superseded_in.is_(None)) if hasattr(model, "superseded_in") else query


def _reserve(session: Session) -> Reserved:
    keys: Sequence[tuple[Any, Any]] = (
        (Person, Person.identity),
        (School, School.name),
        (Staff, Staff.identity),
        (Household, Household.household_no),
    )
    return {
        model.__tablename__: {
            key: number for key, number in session.execute(select(column, model.id)) if key
        }
        for model, column in keys
    }
