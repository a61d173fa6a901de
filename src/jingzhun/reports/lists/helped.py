"""The lists among the rosters of what is done for helped households: gifts, plans, checks, incomes.

Whoever did it stands as his list wrote it, known among the staff or not.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, true

from jingzhun.core.duties import Assurance, Fulfilment, HelpWay, PlanState
from jingzhun.core.table import ColumnKind
from jingzhun.reports.lists.fields import Field, Roster, RosterKind, sources
from jingzhun.reports.provenance import places_of_entries
from jingzhun.store.schema import (
    ChecklistItem,
    Contribution,
    Household,
    HouseholdIncome,
    HouseholdPlan,
    Village,
)

_MONEY, _DATE, _LABEL = ColumnKind.MONEY, ColumnKind.DATE, ColumnKind.LABEL
_HOME = (
    Field("household_no", "户编号", Household.household_no),
    Field("head_name", "户主", Household.head_name),
    Field("township", "乡镇", Village.township),
    Field("village", "村", Village.name),
)
_GLANCE = "household_no head_name village"


def _contributions(day: date, school: str | None) -> Roster:
    table = Contribution
    return _list(
        table,
        "帮扶投入",
        (
            Field("given_on", "投入日期", table.given_on, _DATE),
            *_HOME,
            Field("help_way", "帮扶方式", table.help_way, _LABEL, HelpWay),
            Field("amount_fen", "金额（元）", table.amount_fen, _MONEY),
            Field("content", "帮扶内容", table.content),
            Field("helper", "帮扶责任人", table.helper),
            Field("helper_unit", "单位", table.helper_unit),
            Field("remark", "备注", table.remark),
        ),
        glance=f"given_on {_GLANCE} help_way amount_fen content helper",
        among=(table.given_on <= day) & _of_unit(table, school),
        order=(table.given_on, Village.name, Household.household_no, table.id),
        sums={"amount_fen"},
    )


def _plans(_day: date, school: str | None) -> Roster:
    table = HouseholdPlan
    return _list(
        table,
        "帮扶计划",
        (
            Field("year", "年度", table.year),
            *_HOME,
            Field("help_way", "帮扶方式", table.help_way, _LABEL, HelpWay),
            Field("content", "帮扶内容", table.content),
            Field("goal", "帮扶目标", table.goal),
            Field("plan_state", "落实情况", table.plan_state, _LABEL, PlanState),
            Field("done_on", "落实日期", table.done_on, _DATE),
            Field("helper", "帮扶责任人", table.helper),
            Field("helper_unit", "单位", table.helper_unit),
            Field("remark", "备注", table.remark),
        ),
        glance=f"year {_GLANCE} help_way content plan_state helper",
        among=_of_unit(table, school),
        order=(table.year, Village.name, Household.household_no, table.id),
    )


def _checks(day: date, _school: str | None) -> Roster:
    table = ChecklistItem
    return _list(
        table,
        "两不愁三保障核查",
        (
            Field("checked_on", "核查日期", table.checked_on, _DATE),
            *_HOME,
            Field("assurance", "保障", table.assurance, _LABEL, Assurance),
            Field("fulfilment", "是否达标", table.fulfilment, _LABEL, Fulfilment),
            Field("note", "说明", table.note),
            Field("checker", "核查人", table.checker),
            Field("remark", "备注", table.remark),
        ),
        glance=f"checked_on {_GLANCE} assurance fulfilment note checker",
        among=table.checked_on <= day,
        order=(table.checked_on, Village.name, Household.household_no, table.id),
    )


def _incomes(_day: date, _school: str | None) -> Roster:
    table = HouseholdIncome
    return _list(
        table,
        "家庭收入",
        (
            Field("year", "年度", table.year),
            *_HOME,
            Field("members", "家庭人口", table.members, ColumnKind.COUNT),
            Field("wages_fen", "工资性收入（元）", table.wages_fen, _MONEY),
            Field("business_fen", "经营性收入（元）", table.business_fen, _MONEY),
            Field("property_fen", "财产性收入（元）", table.property_fen, _MONEY),
            Field("transfers_fen", "转移性收入（元）", table.transfers_fen, _MONEY),
            Field("income_fen", "家庭总收入（元）", table.income_fen, _MONEY),
            Field("per_head_fen", "人均（元）", table.per_head_fen, _MONEY),
            Field("remark", "备注", table.remark),
        ),
        glance=f"year {_GLANCE} members income_fen per_head_fen",
        among=true(),
        order=(table.year, Village.name, Household.household_no, table.id),
    )


def _of_unit(table: Any, unit: str | None) -> ColumnElement[bool]:
    """Narrow to what a unit's people did, where a unit is asked for."""
    return true() if unit is None else table.helper_unit == unit


def _list(
    table: Any,
    title: str,
    fields: Sequence[Field],
    *,
    glance: str,
    among: ColumnElement[bool],
    order: Sequence[Any],
    sums: Any = (),
) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        return (
            selection.select_from(table)
            .join(Household, Household.id == table.household_id)
            .outerjoin(Village, Village.id == Household.village_id)
            .where(among)
            .order_by(*order)
        )

    return Roster(
        title=title,
        fields=(*fields, sources(table.id)),
        glance=glance,
        query=query,
        places=lambda session: places_of_entries(session, table),
        sums=frozenset(sums),
        is_about_schools=False,
    )


HELPED: Mapping[RosterKind, Callable[[date, str | None], Roster]] = {
    RosterKind.CONTRIBUTIONS: _contributions,
    RosterKind.PLANS: _plans,
    RosterKind.CHECKLISTS: _checks,
    RosterKind.INCOMES: _incomes,
}
