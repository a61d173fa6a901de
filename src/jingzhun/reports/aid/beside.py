"""What a run gives apart from pupils' money: sets, loans, and what is paid to staff.

None of it stands in a sum of pupils' money.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.policy import Version
from jingzhun.core.policy_vocabulary import Yields
from jingzhun.core.table import PEOPLE, PROGRAMS, Column, ColumnKind, Table
from jingzhun.store.schema import Run, RunLine, School, Staff, StaffLine

#: Gives the title and the version of a scheme by key, month and first day.
Rules = Callable[[str, int, Any], tuple[str, Version]]

_GIVEN = (
    Column(key="scheme", title="项目"),
    Column(key="school", title="学校"),
    Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
    Column(key="sets", title="套数", kind=ColumnKind.COUNT),
    Column(key="loan_fen", title="最多可贷（元）", kind=ColumnKind.MONEY),
)
_PAID = (
    Column(key="scheme", title="项目"),
    Column(key="month", title="月份"),
    Column(key="school", title="学校"),
    Column(key="name", title="姓名"),
    Column(key="rate_fen", title="标准（元）", kind=ColumnKind.MONEY),
    Column(key="amount_fen", title="金额（元）", kind=ColumnKind.MONEY),
    Column(key="shares", title="资金分担"),
)


def beside_tables(session: Session, run: Run, rules: Rules) -> list[Table]:
    """Show sets, loans and payments to staff: to programs always, to people where there are any."""
    given, paid = _given(session, run, rules), _paid(session, run, rules)
    tables = [
        Table(key="beside", heading="", columns=_GIVEN, rows=given[0], shown_in=PROGRAMS),
        Table(key="staff", heading="", columns=_PAID, rows=paid[0], shown_in=PROGRAMS),
    ]
    if given[1]:
        notes = ("套数和贷款额度不是发放的资金，不计入任何金额合计。",)
        tables.append(
            Table(
                key="beside_shown",
                heading="不计入金额的项目",
                columns=_GIVEN,
                rows=given[1],
                notes=notes,
                shown_in=PEOPLE,
            )
        )
    if paid[1]:
        total = Fen(sum(row[5] for row in paid[1]))
        tables.append(
            Table(
                key="staff_shown",
                heading="发给教职工",
                columns=_PAID[:-1],
                rows=paid[1],
                total=("合计", None, None, None, None, total),
                notes=("不计入学生资助的金额合计。",),
                shown_in=PEOPLE,
            )
        )
    return tables


Rows = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def _given(session: Session, run: Run, rules: Rules) -> Rows:
    """Give what is no money by scheme and school, for programs and for people."""
    keys = (RunLine.scheme, School.name, RunLine.version_from)
    query = (
        select(
            *keys,
            func.max(RunLine.month),
            func.count(RunLine.person_id.distinct()),
            func.sum(RunLine.beside),
        )
        .join(School, School.id == RunLine.school_id)
        .where(RunLine.run_id == run.id, RunLine.beside.is_not(None))
        .group_by(*keys)
        .order_by(*keys)
    )
    programs, people = [], []
    for scheme, school, starts, month, pupils, quantity in session.execute(query):
        title, version = rules(scheme, month, starts)
        what = (quantity, None) if version.yields is Yields.SETS else (None, quantity)
        programs.append((scheme, school, pupils, *what))
        people.append((title, school, pupils, *what))
    return programs, people


def _paid(session: Session, run: Run, rules: Rules) -> Rows:
    """Give what is paid to staff, for programs and for people."""
    query = (
        select(StaffLine, Staff.name.label("name"), School.name.label("school"))
        .join(Staff, Staff.id == StaffLine.staff_id)
        .join(School, School.id == StaffLine.school_id)
        .where(StaffLine.run_id == run.id)
        .order_by(StaffLine.scheme, School.name, Staff.name, Staff.id, StaffLine.month)
    )
    programs, people = [], []
    for line, name, school in session.execute(query):
        title, version = rules(line.scheme, line.month, line.version_from)
        month = f"{line.month // 100}-{line.month % 100:02d}"
        said = (month, school, name, line.rate_fen, line.amount_fen)
        shares: Mapping[str, Fen] = version.split(line.amount_fen, line.split_no)
        programs.append((line.scheme, *said, dict(shares)))
        people.append((title, *said))
    return programs, people
