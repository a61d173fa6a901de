"""``report subsidy``: what is posted, summed by scheme, month, school, village, category, source.

Every table sums the same lines, corrections included, so their totals are one figure; what nobody
says (no village, no category, no source) has a row of its own. A household in two categories counts
under the first of them, in the order of the vocabulary. Sets and loans are no money: they stand in
a column of their own.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.core.terms import Month, months_of, period_label
from jingzhun.core.vocabulary import Category
from jingzhun.policies.packs import rule_in, scheme_titles
from jingzhun.reports import ReportOptions
from jingzhun.store.policy_files import files_ever, files_in_force
from jingzhun.store.presence import in_force
from jingzhun.store.schema import (
    Household,
    HouseholdCategory,
    Person,
    Run,
    RunLine,
    School,
    Village,
)

_CATEGORIES = {category.value: place for place, category in enumerate(Category)}
_SUMS = (
    Column(key="pupils", title="人数", kind=ColumnKind.COUNT),
    Column(key="lines", title="明细", kind=ColumnKind.COUNT),
    Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
)
Selected = Select[*tuple[Any, ...]]


def granted_page(session: Session, options: ReportOptions) -> Page:
    """Sum what is posted, of a period and of a school where they are named.

    JSON: ``period``, ``school``, ``total_fen`` and the tables ``schemes`` (``scheme``, ``title``,
    ``pupils``, ``lines``, ``amount_fen``, ``beside``), ``months``, ``schools``, ``villages``,
    ``categories`` (the same sums under ``month``, ``school``, ``village``, ``category``) and
    ``sources`` (``scheme``, ``source``, ``amount_fen``).
    """
    view = _View(session, options, scheme_titles(files_ever(session)))
    total = session.scalar(view.of(func.coalesce(func.sum(RunLine.amount_fen), 0))) or 0
    tables = [
        view.schemes(total),
        view.table("months", "按月份", Column(key="month", title="月份"), RunLine.month, total),
        view.table("schools", "按学校", Column(key="school", title="学校"), School.name, total),
        view.table("villages", "按村", Column(key="village", title="村"), _village(), total),
        view.table(
            "categories",
            "按户类别",
            Column(key="category", title="户类别", kind=ColumnKind.LABEL),
            view.category(),
            total,
        ),
        view.sources(total),
    ]
    period = period_label(options.period) if options.period else "全部"
    where = f"　{options.school}" if options.school else ""
    notes = ["只算已批准入账的明细，补发和追回都在内；各表合计相同。"]
    if not total:
        notes.append("还没有入账的资助。测算、复核、公示、批准以后才入账：jingzhun run list")
    return Page(
        title=f"资助汇总　{period}{where}",
        facts={"period": options.period, "school": options.school, "total_fen": total},
        tables=tables,
        notes=notes,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """The posted lines that the options ask for."""

    session: Session
    options: ReportOptions
    titles: Mapping[str, str]

    def of(self, *columns: Any) -> Selected:
        """Select of the lines, beside run, school, person, household and village."""
        query = (
            select(*columns)
            .select_from(RunLine)
            .join(Run, Run.id == RunLine.run_id)
            .join(School, School.id == RunLine.school_id)
            .join(Person, Person.id == RunLine.person_id)
            .join(Household, Household.id == Person.household_id, isouter=True)
            .join(Village, Village.id == Household.village_id, isouter=True)
            .where(RunLine.sequence.is_not(None))
        )
        if self.options.period:
            numbers = [month.number for month in months_of(self.options.period)]
            query = query.where(RunLine.month.in_(numbers))
        if self.options.school:
            query = query.where(School.name == self.options.school)
        return query

    def summed(self, *keys: ColumnElement[Any] | Any) -> Sequence[Any]:
        """Sum the lines by keys, in their order."""
        sums = (
            func.count(RunLine.person_id.distinct()),
            func.count(),
            func.sum(RunLine.amount_fen),
            func.sum(RunLine.beside),
        )
        query = self.of(*keys, *sums).group_by(*keys).order_by(*keys)
        return self.session.execute(query).all()

    def table(self, key: str, heading: str, column: Column, by: Any, total: int) -> Table:
        """Give the sums by one thing."""
        rows = [(_shown(key, head), *sums) for head, *sums, _beside in self.summed(by)]
        return Table(
            key=key,
            heading=heading,
            columns=(column, *_SUMS),
            rows=rows,
            total=("合计", self._pupils(), sum(row[2] for row in rows), total),
        )

    def schemes(self, total: int) -> Table:
        """Give the sums by scheme, with what is no money."""
        rows = [
            (scheme, self.titles.get(scheme, scheme), *sums)
            for scheme, *sums in self.summed(RunLine.scheme)
        ]
        return Table(
            key="schemes",
            heading="按项目",
            columns=(
                Column(key="scheme", title="代号"),
                Column(key="title", title="项目"),
                *_SUMS,
                Column(key="beside", title="套数或可贷额（分）", kind=ColumnKind.COUNT),
            ),
            rows=rows,
            total=("合计", None, self._pupils(), sum(row[3] for row in rows), total, None),
        )

    def sources(self, total: int) -> Table:
        """Give who pays for what: each line split by the rule that made it."""
        keys = (Run.pack, Run.policy_files, RunLine.scheme, RunLine.month, RunLine.version_from,
                RunLine.split_no, RunLine.amount_fen)  # fmt: skip
        query = self.of(*keys, func.count()).group_by(*keys).order_by(*keys)
        own = cache(partial(files_in_force, self.session))
        sums: Counter[tuple[str, str]] = Counter()
        for pack, known, scheme, month, starts, split_no, amount, count in self.session.execute(
            query
        ):
            rule = rule_in(pack, month, own(month, known), scheme, starts)
            for source, share in (rule.split(amount, split_no) or {"": amount}).items():
                sums[scheme, source] += share * count
        rows = [
            (self.titles.get(scheme, scheme), source or "未指明", amount)
            for (scheme, source), amount in sums.items()
            if amount
        ]
        return Table(
            key="sources",
            heading="按资金来源",
            columns=(
                Column(key="scheme", title="项目"),
                Column(key="source", title="来源"),
                Column(key="amount_fen", title="金额", kind=ColumnKind.MONEY),
            ),
            rows=rows,
            total=("合计", None, total),
            notes=("“未指明”：政策文件没有写明由谁负担。",)
            if any(row[1] == "未指明" for row in rows)
            else (),
        )

    def category(self) -> ColumnElement[Any]:
        """Give the first category of the household on the first day of the line's month."""
        months = self.session.scalars(self.of(RunLine.month).distinct()).all()
        if not months:
            return literal(None)
        starts = {month: Month(month // 100, month % 100).period.start for month in months}
        rank = case(_CATEGORIES, value=HouseholdCategory.category)
        return (
            select(func.min(rank))
            .where(
                HouseholdCategory.household_id == Person.household_id,
                in_force(HouseholdCategory, case(starts, value=RunLine.month)),
            )
            .correlate(Person, RunLine)
            .scalar_subquery()
        )

    def _pupils(self) -> int:
        return self.session.scalar(self.of(func.count(RunLine.person_id.distinct()))) or 0


def _village() -> ColumnElement[Any]:
    return Village.township + case((Village.township != "", " "), else_="") + Village.name


def _shown(key: str, head: Any) -> Any:
    if key == "categories":
        return "不在户名单或没有类别" if head is None else tuple(Category)[head]
    if key == "months":
        return str(Month(head // 100, head % 100))
    return "村不明" if head is None else head
