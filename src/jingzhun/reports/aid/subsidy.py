"""A run as a page: totals for the reader, lines for programs, 发放花名册 to sign.

Lines are fetched when they are shown, a thousand at a time, so a run of a million lines is never in
memory; show the page while the session is open.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen, capital_yuan, format_yuan
from jingzhun.core.page import Page
from jingzhun.core.policy import Scheme, Version
from jingzhun.core.table import PROGRAMS, Column, ColumnKind, Format, Table
from jingzhun.core.terms import Month, period_label
from jingzhun.core.vocabulary import RunKind, RunState, Stage, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.packs import pack_in, rule_in
from jingzhun.reports.aid.beside import beside_tables
from jingzhun.reports.aid.calendar import days_of_run
from jingzhun.reports.stored import Record, Selected, StoredRows
from jingzhun.store.policy_files import files_in_force
from jingzhun.store.schema import Person, Run, RunLine, School

_STAGES = {stage.value: place for place, stage in enumerate(Stage)}
#: Runs that were computed; others hold what was paid or given, whatever the days.
_OF_DAYS = frozenset({RunKind.REGULAR, RunKind.ADJUSTMENT})


def subsidy_page(session: Session, number: int) -> Page:
    """Show run ``number``.

    JSON: ``period``, ``pack``, ``run``, ``state``, ``total_fen``, ``notices`` and the tables
    ``schemes``, ``lines``, ``beside`` (sets and loans, in no sum), ``staff`` and ``counts`` (of
    school days). A workbook has a sheet of totals, then a 发放花名册 for each scheme and school.

    Raises:
        JingzhunError: ``run_unknown``.
    """
    run = session.get(Run, number)
    if run is None:
        raise JingzhunError(
            "run_unknown", f"没有第 {number} 批。", "请用 jingzhun subsidy --month 重新测算。"
        )
    view = _View(session, run)
    total = session.scalar(view.sums()) or 0
    return Page(
        title=f"{period_label(run.period)}学生资助发放花名册",
        facts={
            "period": run.period,
            "pack": run.pack,
            "run": run.id,
            "state": run.state,
            "total_fen": total,
            "notices": list(run.notices),
        },
        tables=[
            view.schemes(),
            view.lines(),
            *view.summaries(Fen(total)),
            *beside_tables(session, run, view.rule),
            *([days_of_run(session, run)] if run.kind in _OF_DAYS else ()),
            view.listing(),
            *view.rosters(),
        ],
        notes=run.notices,
    )


class _View:
    """The tables of one run."""

    def __init__(self, session: Session, run: Run) -> None:
        self._session = session
        self._run = run
        schools = session.execute(select(School.id, School.name))
        self._schools: dict[int, str] = {row.id: row.name for row in schools}
        self._grouped = cache(self._group)
        self._title = cache(lambda key, month: self._scheme(key, month).title)
        self._shares = cache(self._split)
        self._own = cache(lambda month: files_in_force(session, month, run.policy_files))

    def sums(self) -> Selected:
        return select(func.sum(RunLine.amount_fen)).where(*self._of_money())

    def _of_money(self) -> tuple[ColumnElement[bool], ...]:
        return (RunLine.run_id == self._run.id, RunLine.beside.is_(None))

    def schemes(self) -> Table:
        """Totals by scheme, for programs."""
        rows = self._grouped(RunLine.scheme)
        return Table(
            key="schemes",
            heading="",
            columns=(
                Column(key="scheme", title="项目"),
                Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
                Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
            ),
            rows=[(row.scheme, row.pupils, row.amount_fen) for row in rows],
            shown_in=PROGRAMS,
        )

    def lines(self) -> Table:
        """Every line, for programs."""
        return Table(
            key="lines", heading="", columns=_LINE, rows=self._stored(self._line), shown_in=PROGRAMS
        )

    def listing(self) -> Table:
        """Every line, for a spreadsheet."""
        return Table(
            key="listing",
            heading="发放明细",
            columns=_LISTING,
            rows=self._stored(self._listed),
            shown_in=frozenset({Format.CSV}),
        )

    def summaries(self, total: Fen) -> Iterator[Table]:
        """Give totals by scheme, school and grade; on the terminal with the total in capitals."""
        schools = self._by(RunLine.scheme, keys=(RunLine.school_id,))
        grades = self._by(RunLine.scheme, RunLine.school_id, keys=(RunLine.stage, RunLine.grade))
        rows: list[Record] = []
        for scheme in self._grouped(RunLine.scheme):
            title = self._title(scheme.scheme, scheme.month)
            for school in schools[scheme.scheme,]:
                name = self._schools[school.school_id]
                of_school = grades[scheme.scheme, school.school_id]
                for grade in sorted(of_school, key=_by_grade):
                    label = grade.grade or label_of(Stage, grade.stage)
                    rows.append((title, name, label, *_counts(grade)))
                if len(of_school) > 1:
                    rows.append((title, name, "小计", *_counts(school)))
            if len(schools[scheme.scheme,]) > 1:
                rows.append((title, "合计", None, *_counts(scheme)))
        pupils = self._session.scalar(
            select(func.count(RunLine.person_id.distinct())).where(*self._of_money())
        )
        table = Table(
            key="summary",
            heading=f"第 {self._run.id} 批　{label_of(RunState, self._run.state)}　汇总",
            columns=_SUMMARY,
            rows=rows,
            total=("合计", None, None, pupils, None, total),
            notes=("合计的人数按人计，享受几项也只算一人。",),
            shown_in=frozenset({Format.XLSX, Format.HTML}),
        )
        yield table
        yield replace(
            table,
            notes=(f"合计人民币（大写）：{capital_yuan(total)}", *table.notes),
            shown_in=frozenset({Format.TABLE}),
        )

    def rosters(self) -> Iterator[Table]:
        """Give a list to sign for each scheme and school."""
        for unit in self._grouped(RunLine.scheme, RunLine.school_id):
            where = (RunLine.scheme == unit.scheme) & (RunLine.school_id == unit.school_id)
            by_day = unit.days is not None
            version = self._latest(unit.scheme, unit.month)
            yield Table(
                key=f"roster_{unit.scheme}_{unit.school_id}",
                heading=f"{self._schools[unit.school_id]}　{self._title(unit.scheme, unit.month)}",
                columns=_roster_columns(version, by_day=by_day),
                rows=self._signed(where, by_day=by_day),
                total=(None,) * 4
                + ((unit.days,) if by_day else ())
                + (None, unit.amount_fen, None, None),
                notes=(f"依据：{version.document}。{version.clause}",),
                shown_in=frozenset({Format.XLSX, Format.HTML}),
            )

    def _signed(self, where: ColumnElement[bool], *, by_day: bool) -> "StoredRows":
        query = _SIGNED.where(*self._of_money(), where)

        def signed(row: Row[*tuple[Any, ...]]) -> Record:
            days = (row.days,) if by_day else ()
            grade = row.grade or label_of(Stage, row.stage)
            place = (None, grade, _class(row.class_no), row.name)
            return (*place, *days, row.rate_fen, row.amount_fen, None, None)

        return StoredRows(session=self._session, query=query, convert=signed)

    def _stored(self, convert: Callable[[Row[*tuple[Any, ...]]], Record]) -> "StoredRows":
        query = (
            select(
                RunLine.scheme,
                RunLine.month,
                RunLine.stage,
                RunLine.grade,
                RunLine.class_no,
                RunLine.days,
                RunLine.rate_fen,
                RunLine.amount_fen,
                RunLine.version_from,
                RunLine.split_no,
                Person.id_number,
                Person.student_no,
                Person.name,
                School.name.label("school"),
            )
            .join(Person, Person.id == RunLine.person_id)
            .join(School, School.id == RunLine.school_id)
            .where(*self._of_money())
            .order_by(
                RunLine.scheme, School.name, *_placed(), Person.name, Person.id, RunLine.month
            )
        )
        return StoredRows(session=self._session, query=query, convert=convert)

    def _line(self, row: Row[*tuple[Any, ...]]) -> Record:
        made_by = (row.scheme, row.month, row.version_from)
        shares = self._shares(made_by, row.split_no, row.amount_fen)
        month = f"{row.month}"
        place = (row.school, row.grade, row.class_no)
        who = (row.id_number, row.student_no, row.name)
        money = (row.days, row.rate_fen, row.amount_fen, dict(shares))
        return (row.scheme, f"{month[:4]}-{month[4:]}", *who, *place, *money)

    def _listed(self, row: Row[*tuple[Any, ...]]) -> Record:
        _, month, *rest, class_no, days, rate, amount, shares = self._line(row)
        split = [f"{source} {format_yuan(part)}" for source, part in shares.items()]
        title = self._title(row.scheme, row.month)
        return (title, month, *rest, _class(class_no), days, rate, amount, split)

    def _by(self, *heads: Any, keys: Sequence[Any]) -> Mapping[Record, list[Row[*tuple[Any, ...]]]]:
        """Sum lines by heads and keys; give the sums under their heads."""
        found: dict[Record, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
        for row in self._grouped(*heads, *keys):
            found[tuple(row[: len(heads)])].append(row)
        return found

    def _group(self, *keys: Any) -> Sequence[Row[*tuple[Any, ...]]]:
        """Sum lines by keys, in the order of the keys."""
        query = (
            select(
                *keys,
                func.count(RunLine.person_id.distinct()).label("pupils"),
                func.sum(RunLine.days).label("days"),
                func.sum(RunLine.amount_fen).label("amount_fen"),
                func.max(RunLine.month).label("month"),
            )
            .where(*self._of_money())
            .group_by(*keys)
            .order_by(*keys)
        )
        return self._session.execute(query).all()

    def _scheme(self, key: str, month: int) -> Scheme:
        pack = pack_in(self._run.pack, month, self._own(month))
        return next(scheme for scheme in pack.schemes if scheme.key == key)

    def rule(self, key: str, month: int, starts: Any) -> tuple[str, Version]:
        """Give the title of a scheme and the version that made a line."""
        version = rule_in(self._run.pack, month, self._own(month), key, starts)
        return self._title(key, month), version

    def _latest(self, key: str, month: int) -> Version:
        """Give the version of a scheme that had begun last by the end of a month."""
        end = Month(month // 100, month % 100).period.end
        versions = self._scheme(key, month).versions
        return next(version for version in reversed(versions) if version.starts < end)

    def _split(
        self, made_by: tuple[str, int, Any], split_no: int | None, amount: Fen
    ) -> dict[str, Fen]:
        return self.rule(*made_by)[1].split(amount, split_no)


_LINE = (
    Column(key="scheme", title="项目"),
    Column(key="month", title="月份"),
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="student_no", title="学籍号", kind=ColumnKind.ID),
    Column(key="name", title="姓名"),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级"),
    Column(key="days", title="天数", kind=ColumnKind.COUNT),
    Column(key="rate_fen", title="标准", kind=ColumnKind.MONEY),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
    Column(key="shares", title="资金分担"),
)
_LISTING = (*_LINE[:-1], Column(key="shares", title="资金分担", kind=ColumnKind.LIST))
_SUMMARY = (
    Column(key="scheme", title="项目"),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
    Column(key="days", title="天数", kind=ColumnKind.COUNT),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
)


def _placed() -> tuple[ColumnElement[Any], ...]:
    """Order by stage, grade and class."""
    stage = case(_STAGES, value=RunLine.stage)
    return (
        stage,
        func.coalesce(RunLine.grade, 0),
        func.coalesce(RunLine.class_no, 0),
    )


#: The rows of a list to sign: one for each pupil, whatever the number of months.
_SIGNED: Selected = (
    select(
        RunLine.stage,
        RunLine.grade,
        RunLine.class_no,
        Person.name,
        func.sum(RunLine.days).label("days"),
        func.max(RunLine.rate_fen).label("rate_fen"),
        func.sum(RunLine.amount_fen).label("amount_fen"),
    )
    .join(Person, Person.id == RunLine.person_id)
    .group_by(Person.id, Person.name, RunLine.stage, RunLine.grade, RunLine.class_no)
    .order_by(*_placed(), Person.name, Person.id)
)


def _roster_columns(version: Version, *, by_day: bool) -> tuple[Column, ...]:
    days = (Column(key="days", title="天数", kind=ColumnKind.COUNT),) if by_day else ()
    return (
        Column(key="number", title="序号", kind=ColumnKind.SEQUENCE),
        Column(key="grade", title="年级", kind=ColumnKind.LABEL),
        Column(key="class_no", title="班级"),
        Column(key="name", title="姓名"),
        *days,
        Column(key="rate_fen", title=f"标准（元，{version.unit.label}）", kind=ColumnKind.MONEY),
        Column(key="amount_fen", title="金额（元）", kind=ColumnKind.MONEY),
        Column(key="signature", title="领取人签字", kind=ColumnKind.SIGNATURE),
        Column(key="remark", title="备注"),
    )


def _by_grade(row: Row[*tuple[Any, ...]]) -> tuple[int, int]:
    return _STAGES[row.stage], row.grade or 0


def _counts(row: Row[*tuple[Any, ...]]) -> Record:
    return (row.pupils, row.days, row.amount_fen)


def _class(class_no: int | None) -> str:
    return f"{class_no}班" if class_no is not None else ""
