"""``policy preview``: who would get more or less by other rules: by scheme, source, school, month.

JSON::

    {"months", "pupils", "before_fen", "after_fen", "difference_fen", "final", "notices",
     "schemes": [{"scheme", "title", "gaining", "losing", "more", "less", SUMS}],
     "sets": [{"scheme", "title", "before", "after", "difference"}],
     "loan": [{"scheme", "title", SUMS}],
     "sources": [{"scheme", "title", "source", SUMS}],
     "schools": [{"school", "scheme", "title", "pupils", SUMS}],
     "by_month": [{"month", "scheme", "title", "pupils", SUMS}],
     "changes": [{"id_number", "name", "school", "grade", "class_no", "scheme", "title", "months",
        SUMS}]}

SUMS are ``before_fen``, ``after_fen``, ``difference_fen``. ``gaining`` got nothing of the scheme
before, ``losing`` get nothing after. Only what differs is named; ``before_fen`` and ``after_fen``
of a scheme, source, school and month are of everybody's lines, those of a pupil of his own.
``source`` is null where no document says who pays. ``sets`` and ``loan`` are no money, and in no
sum. Staff are counted and named like pupils.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.page import Page
from jingzhun.core.policy_vocabulary import Yields
from jingzhun.core.table import ALL_FORMATS, PROGRAMS, Column, ColumnKind, Format, Table
from jingzhun.store.plans import MonthPlan
from jingzhun.store.schema import Person, RunLine, School, Staff, StaffLine
from jingzhun.store.side_by_side import side_by_side

Record = tuple[Any, ...]
_SUMS = (
    Column(key="before_fen", title="原来", kind=ColumnKind.MONEY),
    Column(key="after_fen", title="改后", kind=ColumnKind.MONEY),
    Column(key="difference_fen", title="相差", kind=ColumnKind.MONEY),
)
_SCHEME = (Column(key="scheme", title="键"), Column(key="title", title="项目"))
_PUPILS = Column(key="pupils", title="变动人数", kind=ColumnKind.COUNT)
_SCHEMES = (
    *_SCHEME,
    Column(key="gaining", title="新增人数", kind=ColumnKind.COUNT),
    Column(key="losing", title="不再享受", kind=ColumnKind.COUNT),
    Column(key="more", title="增加人数", kind=ColumnKind.COUNT),
    Column(key="less", title="减少人数", kind=ColumnKind.COUNT),
    *_SUMS,
)
_CHANGES = (
    Column(key="id_number", title="身份证号", kind=ColumnKind.ID),
    Column(key="name", title="姓名"),
    Column(key="school", title="学校"),
    Column(key="grade", title="年级", kind=ColumnKind.LABEL),
    Column(key="class_no", title="班级"),
    *_SCHEME,
    Column(key="months", title="月数", kind=ColumnKind.COUNT),
    *_SUMS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two computations: its run, what held in each month, what is to be known of it."""

    run: int
    plans: Sequence[MonthPlan]
    notices: Sequence[str] = ()


def preview_page(
    session: Session, words: str, before: Side, after: Side, final: Sequence[int]
) -> Page:
    """Show what differs between two computations of the same months.

    ``final`` are the approved runs of these months.
    """
    view = _View(session, before, after)
    months = [str(plan.month) for plan in before.plans]
    total = view.totals()
    changed = view.pupils()
    span = months[0] if len(months) == 1 else f"{months[0]} 至 {months[-1]}"
    return Page(
        title=f"试算：{words}，{span}，有变动的学生 {changed:,} 人",
        facts={
            "months": months,
            "pupils": changed,
            "before_fen": total[0],
            "after_fen": total[1],
            "difference_fen": total[2],
            "final": list(final),
            "notices": list(after.notices),
        },
        tables=[
            view.schemes(),
            view.beside(Yields.SETS),
            view.beside(Yields.LOAN),
            view.sources(),
            view.schools(),
            view.by_month(),
            view.changes(),
        ],
        notes=(*after.notices, *_notes(final, changed)),
    )


def _notes(final: Sequence[int], changed: int) -> Sequence[str]:
    notes = ["只是试算，账本没有任何改动；两边都按今天的名单重算。"]
    if final and changed:
        numbers = "、".join(map(str, final))
        notes.append(
            f"第 {numbers} 批已经批准：采用以后仍不会改动，差额要用 run adjust 补发或追回。"
        )
    return notes


class _View:
    """The tables of one comparison."""

    def __init__(self, session: Session, before: Side, after: Side) -> None:
        self._session = session
        self._sides = (before, after)
        self._units = side_by_side(before.run, after.run)
        self._titles = {
            scheme.key: scheme.title
            for side in self._sides
            for plan in side.plans
            for scheme in plan.pack.schemes
        }
        units = self._units.c
        self._changed = or_(
            units.before_fen != units.after_fen, units.before_beside != units.after_beside
        )
        self._paid = [self._paid_by(side) for side in self._sides]
        changed = session.scalars(select(units.scheme).where(self._changed).distinct())
        # Who pays may change though what is paid does not.
        self._differing = sorted({*changed, *(key for key, _ in self._payers())})

    def totals(self) -> tuple[int, int, int]:
        """Sum everything that the schemes that differ pay, on either side."""
        units = self._units.c
        query = select(func.sum(units.before_fen), func.sum(units.after_fen)).where(self._of_these)
        before, after = self._session.execute(query).one()
        return _sums(before or 0, after or 0)

    def pupils(self) -> int:
        """Count those for whom something differs, staff among them."""
        people = func.count(self._units.c.who.distinct())
        return self._session.scalar(select(people).where(self._changed)) or 0

    def schemes(self) -> Table:
        """Who gains, who loses, by scheme: a pupil once, whatever the number of months."""
        units = self._units.c
        pupils = (
            select(
                units.scheme,
                func.sum(units.before_fen).label("before_fen"),
                func.sum(units.after_fen).label("after_fen"),
            )
            .where(self._of_these)
            .group_by(units.scheme, units.who)
            .subquery()
        )
        was, now = pupils.c.before_fen, pupils.c.after_fen
        kinds = (
            (was == 0) & (now > 0),
            (was > 0) & (now == 0),
            (was > 0) & (now > was),
            (now > 0) & (now < was),
        )
        rows = self._session.execute(
            select(
                pupils.c.scheme,
                *(func.sum(case((kind, 1), else_=0)) for kind in kinds),
                func.sum(was),
                func.sum(now),
            )
            .group_by(pupils.c.scheme)
            .order_by(pupils.c.scheme)
        )
        return Table(
            key="schemes",
            heading="按项目",
            columns=_SCHEMES,
            rows=[
                (key, self._titles[key], *counts, *_sums(before, after))
                for key, *counts, before, after in rows
            ],
            total=(None, "合计", None, None, None, None, *self.totals()),
        )

    def beside(self, yields: Yields) -> Table:
        """Sum what is no money, of the schemes that yield it."""
        units = self._units.c
        was, now = func.sum(units.before_beside), func.sum(units.after_beside)
        rows = self._session.execute(
            select(units.scheme, was, now)
            .where(self._of_these, units.scheme.in_(self._yielding(yields)))
            .group_by(units.scheme)
            .having(was + now > 0)
            .order_by(units.scheme)
        ).all()
        suffix = "_fen" if yields is Yields.LOAN else ""
        kind = ColumnKind.MONEY if yields is Yields.LOAN else ColumnKind.COUNT
        titles = {"before": "原来", "after": "改后", "difference": "相差"}
        return Table(
            key=yields.value,
            heading=f"{yields.label}（不是资金，不在合计里）",
            columns=(
                *_SCHEME,
                *(
                    Column(key=f"{key}{suffix}", title=words, kind=kind)
                    for key, words in titles.items()
                ),
            ),
            rows=[(key, self._titles[key], *_sums(before, after)) for key, before, after in rows],
            shown_in=ALL_FORMATS if rows else PROGRAMS,
        )

    def _yielding(self, yields: Yields) -> list[str]:
        return sorted(
            {
                scheme.key
                for side in self._sides
                for plan in side.plans
                for scheme in plan.pack.schemes
                if any(version.yields is yields for version in scheme.versions)
            }
        )

    def sources(self) -> Table:
        """Who would pay: lines of one rule and amount split alike, so they are split once."""
        before, after = self._paid
        payers = self._payers()
        unsaid = any(not source for _, source in payers)
        return Table(
            key="sources",
            heading="按资金来源",
            columns=(*_SCHEME, Column(key="source", title="资金来源"), *_SUMS),
            rows=[
                (
                    key,
                    self._titles[key],
                    source or None,
                    *_sums(before.get((key, source), 0), after.get((key, source), 0)),
                )
                for key, source in payers
            ],
            notes=("资金来源空着的，政策没有规定由谁出。",) if unsaid else (),
        )

    def schools(self) -> Table:
        """What differs by school and scheme."""
        units = self._units.c
        rows = self._grouped(School.name, units.scheme)
        return Table(
            key="schools",
            heading="按学校",
            columns=(Column(key="school", title="学校"), *_SCHEME, _PUPILS, *_SUMS),
            rows=[(row[0], row[1], self._titles[row[1]], *row[2:]) for row in rows],
        )

    def by_month(self) -> Table:
        """What differs by month and scheme."""
        units = self._units.c
        rows = self._grouped(units.month, units.scheme)
        return Table(
            key="by_month",
            heading="按月份",
            columns=(Column(key="month", title="月份"), *_SCHEME, _PUPILS, *_SUMS),
            rows=[
                (f"{row[0] // 100}-{row[0] % 100:02d}", row[1], self._titles[row[1]], *row[2:])
                for row in rows
            ],
        )

    def changes(self) -> Table:
        """Everybody for whom something differs, in files and for programs."""
        units = self._units.c
        was, now = func.sum(units.before_fen), func.sum(units.after_fen)
        name = func.coalesce(Person.name, Staff.name)
        rows = self._session.execute(
            select(
                func.coalesce(Person.id_number, Staff.id_number), name,
                School.name.label("school"),
                func.max(units.grade), func.max(units.class_no), units.scheme,
                func.count(), was, now,
            )
            .outerjoin(Person, Person.id == units.person_id)
            .outerjoin(Staff, Staff.id == units.staff_id)
            .join(School, School.id == units.school_id)
            .where(self._changed)
            .group_by(units.scheme, School.name, units.who)
            .order_by(units.scheme, School.name, func.max(units.grade), func.max(units.class_no),
                      name, units.who)
        )  # fmt: skip
        return Table(
            key="changes",
            heading="逐人",
            columns=_CHANGES,
            rows=[
                (*who, key, self._titles[key], months, *_sums(before, after))
                for *who, key, months, before, after in rows
            ],
            shown_in=ALL_FORMATS - {Format.TABLE},
        )

    @property
    def _of_these(self) -> Any:
        return self._units.c.scheme.in_(self._differing)

    def _grouped(self, *keys: Any) -> list[Record]:
        """Sum by keys what pupils get, where it differs for one of them."""
        units = self._units.c
        pupils = func.count(case((self._changed, units.who)).distinct())
        rows = self._session.execute(
            select(*keys, pupils, func.sum(units.before_fen), func.sum(units.after_fen))
            .select_from(self._units)
            .join(School, School.id == units.school_id)
            .where(self._of_these)
            .group_by(*keys)
            .having(pupils > 0)
            .order_by(*keys)
        )
        return [(*head, count, *_sums(before, after)) for *head, count, before, after in rows]

    def _payers(self) -> list[tuple[str, str]]:
        """Give the scheme and source of which the sums differ."""
        before, after = self._paid
        every = sorted(before.keys() | after.keys())
        return [each for each in every if before.get(each) != after.get(each)]

    def _paid_by(self, side: Side) -> Mapping[tuple[str, str], Fen]:
        packs = {plan.month.number: plan.pack for plan in side.plans}
        paid: dict[tuple[str, str], int] = defaultdict(int)
        for lines in (RunLine, StaffLine):
            keys = (lines.scheme, lines.month, lines.version_from, lines.split_no, lines.amount_fen)
            rows = self._session.execute(
                select(*keys, func.count())
                .where(lines.run_id == side.run, lines.amount_fen != 0)
                .group_by(*keys)
            )
            for key, month, starts, split_no, amount, count in rows:
                scheme = next(each for each in packs[month].schemes if each.key == key)
                rule = next(version for version in scheme.versions if version.starts == starts)
                for source, part in (rule.split(amount, split_no) or {"": amount}).items():
                    paid[key, source] += part * count
        return {place: Fen(amount) for place, amount in paid.items()}


def _sums(before: int, after: int) -> tuple[int, int, int]:
    return before, after, after - before
