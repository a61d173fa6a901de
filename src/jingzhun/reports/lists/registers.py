"""The registers among the lists of ``report roster``: which fields, which query, which sums."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select, true

from jingzhun.core.secondments import SecondmentKind
from jingzhun.core.table import ColumnKind
from jingzhun.reports.lists.fields import Field, Roster, RosterKind, sources
from jingzhun.reports.provenance import places_of_entries
from jingzhun.store.schema import (
    Aid,
    AidPayment,
    Donation,
    Enrolment,
    FacilityProject,
    KindergartenActivity,
    KindergartenPair,
    KindergartenResult,
    PayeeAccount,
    Person,
    School,
    Secondment,
    Staff,
)

_MONEY, _QUANTITY, _DATE = ColumnKind.MONEY, ColumnKind.QUANTITY, ColumnKind.DATE
_COUNT, _LABEL = ColumnKind.COUNT, ColumnKind.LABEL


def _of_pupils(table: Any, school: str | None) -> Callable[[Select[Any]], Select[Any]]:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(table)
            .join(Person, Person.id == table.person_id)
            .outerjoin(School, School.id == table.school_id)
            .order_by(table.period, table.project, School.name, table.id)
        )
        return found if school is None else found.where(School.name == school)

    return query


def _pupil_fields(table: Any) -> tuple[Field, ...]:
    return (
        Field("name", "姓名", Person.name),
        Field("id_number", "身份证件号", Person.id_number, ColumnKind.ID),
        Field("student_no", "学籍号", Person.student_no, ColumnKind.ID),
        Field("school", "学校", School.name),
        Field("project", "资助项目", table.project),
        Field("period", "时段", table.period),
        Field("amount_fen", "金额（元）", table.amount_fen, _MONEY),
        Field("standard_fen", "标准（元）", table.standard_fen, _MONEY),
    )


def _aid(_day: date, school: str | None) -> Roster:
    return _register(
        Aid,
        "资助名单",
        (
            *_pupil_fields(Aid),
            Field("approved_on", "审批日期", Aid.approved_on, _DATE),
            Field("remark", "备注", Aid.remark),
        ),
        glance="name id_number school project period amount_fen",
        query=_of_pupils(Aid, school),
    )


def _payments(_day: date, school: str | None) -> Roster:
    return _register(
        AidPayment,
        "资助发放明细",
        (
            *_pupil_fields(AidPayment),
            Field("days", "天数", AidPayment.days, _COUNT),
            Field("account", "银行账号", AidPayment.account, ColumnKind.ID),
            Field("bank", "开户银行", AidPayment.bank),
            Field("payee", "领款人", AidPayment.payee),
            Field("payee_relation", "与学生关系", AidPayment.payee_relation),
            Field("paid_on", "发放日期", AidPayment.paid_on, _DATE),
            Field("pay_way", "发放方式", AidPayment.pay_way),
            Field("remark", "备注", AidPayment.remark),
        ),
        glance="name school project period amount_fen days account payee paid_on",
        query=_of_pupils(AidPayment, school),
    )


def _accounts(_day: date, school: str | None) -> Roster:
    table = PayeeAccount
    enrolled = select(Enrolment.person_id).join(School, School.id == Enrolment.school_id)

    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(table)
            .join(Person, Person.id == table.person_id)
            .order_by(Person.name, Person.id, table.known_on, table.id)
        )
        if school is None:
            return found
        return found.where(Person.id.in_(enrolled.where(School.name == school)))

    return _register(
        table,
        "收款账户",
        (
            Field("name", "姓名", Person.name),
            Field("id_number", "身份证件号", Person.id_number, ColumnKind.ID),
            Field("account", "银行账号", table.account, ColumnKind.ID),
            Field("bank", "开户银行", table.bank),
            Field("payee", "户名", table.payee),
            Field("payee_relation", "与学生关系", table.payee_relation),
            Field("known_on", "自", table.known_on, _DATE),
            Field("by_hand", "手工登记", table.by_hand, ColumnKind.FLAG),
        ),
        glance="name account bank payee payee_relation known_on by_hand",
        query=query,
    )


def _donations(day: date, school: str | None) -> Roster:
    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(Donation)
            .where(or_(Donation.donated_on.is_(None), Donation.donated_on <= day))
            .order_by(Donation.donated_on, Donation.id)
        )
        return found if school is None else found.where(Donation.receiver == school)

    return _register(
        Donation,
        "捐赠登记",
        (
            Field("donated_on", "捐赠日期", Donation.donated_on, _DATE),
            Field("donor", "捐赠人", Donation.donor),
            Field("amount_fen", "捐款（元）", Donation.amount_fen, _MONEY),
            Field("goods", "物资", Donation.goods),
            Field("quantity", "数量", Donation.quantity_milli, _QUANTITY),
            Field("measure", "单位", Donation.measure),
            Field("unit_price_fen", "单价（元）", Donation.unit_price_fen, _MONEY),
            Field("value_fen", "折合金额（元）", Donation.value_fen, _MONEY),
            Field("receiver", "受赠单位", Donation.receiver),
            Field("purpose", "用途", Donation.purpose),
            Field("receipt_no", "票据号", Donation.receipt_no),
            Field("handler", "经办人", Donation.handler),
            Field("remark", "备注", Donation.remark),
        ),
        glance="donated_on donor amount_fen goods quantity measure value_fen purpose",
        query=query,
    )


def _facilities(_day: date, school: str | None) -> Roster:
    table = FacilityProject

    def query(selection: Select[Any]) -> Select[Any]:
        found = selection.select_from(table).order_by(table.year, table.id)
        return found if school is None else found.where(table.school == school)

    return _register(
        table,
        "改善办学条件项目",
        (
            Field("year", "年度", table.year, ColumnKind.TEXT),
            Field("section", "类别", table.section),
            Field("item", "项目名称", table.item),
            Field("school", "学校", table.school),
            Field("model", "规格型号", table.model),
            Field("works_kind", "建设性质", table.works_kind),
            Field("quantity", "数量", table.quantity_milli, _QUANTITY),
            Field("measure", "单位", table.measure),
            Field("unit_price_fen", "单价（元）", table.unit_price_fen, _MONEY),
            Field("amount_fen", "金额（元）", table.amount_fen, _MONEY),
            Field("planned_fen", "计划投资（元）", table.planned_fen, _MONEY),
            Field("own_funds_fen", "自筹资金（元）", table.own_funds_fen, _MONEY),
            Field("gap_funds_fen", "缺口资金（元）", table.gap_funds_fen, _MONEY),
            Field("area", "建设面积（平方米）", table.area_milli, _QUANTITY),
            Field("beneficiaries", "受益人数", table.beneficiaries, _COUNT),
            Field("funding_source", "资金来源", table.funding_source),
            Field("bought_on", "采购时间", table.bought_on, _DATE),
            Field("works_started_on", "开工时间", table.works_started_on, _DATE),
            Field("works_finished_on", "完工时间", table.works_finished_on, _DATE),
            Field("accepted", "验收情况", table.accepted),
            Field("works_state", "进展", table.works_state),
            Field("remark", "备注", table.remark),
        ),
        glance="year section item school quantity measure amount_fen planned_fen accepted",
        query=query,
    )


def _kindergarten(day: date, school: str | None) -> Roster:
    table = KindergartenActivity

    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(table)
            .where(table.started_on <= day)
            .order_by(table.started_on, table.id)
        )
        if school is None:
            return found
        return found.where(or_(table.helping_school == school, table.helped_school == school))

    return _register(
        table,
        "幼儿园结对活动",
        (
            Field("started_on", "开始日期", table.started_on, _DATE),
            Field("ended_on", "结束日期", table.ended_on, _DATE),
            Field("helping_school", "帮扶园", table.helping_school),
            Field("helped_school", "被帮扶园", table.helped_school),
            Field("form", "活动形式", table.form),
            Field("theme", "活动主题", table.theme),
            Field("speaker", "主讲人", table.speaker),
            Field("participants", "参加人员", table.participants),
            Field("people", "人数", table.people, _COUNT),
            Field("hours", "课时", table.hours_milli, _QUANTITY),
            Field("place", "地点", table.place),
            Field("goods", "捐赠物品", table.goods),
            Field("remark", "备注", table.remark),
        ),
        glance="started_on ended_on helping_school helped_school form theme hours people",
        query=query,
    )


def _secondments(day: date, school: str | None) -> Roster:
    table = Secondment

    def query(selection: Select[Any]) -> Select[Any]:
        found = (
            selection.select_from(table)
            .join(Staff, Staff.id == table.staff_id)
            .where(table.seconded_on <= day)
            .order_by(table.seconded_on, Staff.name, table.id)
        )
        return found if school is None else found.where(Staff.unit == school)

    return _register(
        table,
        "下派支教挂职培训",
        (
            Field("name", "姓名", Staff.name),
            Field("id_number", "身份证件号", Staff.id_number, ColumnKind.ID),
            Field("unit", "派出单位", func.coalesce(table.unit, Staff.unit)),
            Field("department", "部门", Staff.department),
            Field("secondment_kind", "类别", table.secondment_kind, _LABEL, SecondmentKind),
            Field("to_unit", "派往单位", table.to_unit),
            Field("to_place", "派往地点", table.to_place),
            Field("to_post", "派往职务", table.to_post),
            Field("seconded_on", "派出日期", table.seconded_on, _DATE),
            Field("due_on", "计划结束日期", table.due_on, _DATE),
            Field("ended_on", "结束日期", table.ended_on, _DATE),
            Field("end_reason", "结束原因", table.end_reason),
            Field("document", "文件依据", table.document),
            Field("remark", "备注", table.remark),
        ),
        glance="name unit secondment_kind to_unit to_place seconded_on due_on ended_on",
        query=query,
    )


def _of_pairs(table: Any, school: str | None) -> Any:
    is_named = or_(table.helping_school == school, table.helped_school == school)
    return true() if school is None else is_named


def _kindergarten_pairs(day: date, school: str | None) -> Roster:
    table = KindergartenPair

    def query(selection: Select[Any]) -> Select[Any]:
        found = selection.select_from(table).where(table.paired_on <= day)
        return found.where(_of_pairs(table, school)).order_by(table.paired_on, table.id)

    return _register(
        table,
        "幼儿园结对名单",
        (
            Field("helping_school", "帮扶园", table.helping_school),
            Field("helped_school", "被帮扶园", table.helped_school),
            Field("paired_on", "结对日期", table.paired_on, _DATE),
            Field("ended_on", "结束日期", table.ended_on, _DATE),
            Field("keeper", "联系人", table.keeper),
            Field("keeper_phone", "联系电话", table.keeper_phone),
            Field("remark", "备注", table.remark),
        ),
        glance="helping_school helped_school paired_on ended_on keeper keeper_phone",
        query=query,
    )


def _kindergarten_results(_day: date, school: str | None) -> Roster:
    table = KindergartenResult

    def query(selection: Select[Any]) -> Select[Any]:
        found = selection.select_from(table).where(_of_pairs(table, school))
        return found.order_by(table.period, table.helped_school, table.id)

    flags = (
        ("has_plan", "有计划"), ("has_measures", "有方案措施"), ("has_records", "有过程资料"),
        ("has_summary", "有总结"), ("has_research", "专题研究资料"),
        ("has_parents", "家长工作资料"), ("has_feature", "特色建设资料"),
    )  # fmt: skip
    return _register(
        table,
        "幼儿园结对成效",
        (
            Field("period", "时段", table.period),
            Field("helping_school", "帮扶园", table.helping_school),
            Field("helped_school", "被帮扶园", table.helped_school),
            Field("rated", "参评节数", table.rated, _COUNT),
            Field("rated_good", "优课数", table.rated_good, _COUNT),
            Field("rated_passed", "合格数", table.rated_passed, _COUNT),
            Field("papers", "论文", table.papers, _COUNT),
            *(Field(key, title, getattr(table, key), ColumnKind.FLAG) for key, title in flags),
            Field("remark", "备注", table.remark),
        ),
        glance="period helping_school helped_school rated rated_good rated_passed papers",
        query=query,
    )


def _register(
    table: Any,
    title: str,
    fields: Sequence[Field],
    *,
    glance: str,
    query: Callable[[Select[Any]], Select[Any]],
) -> Roster:
    """Make the list of a register: money and hours are summed, every row has its places."""
    summed = [field.key for field in fields if field.kind is _MONEY or field.key == "hours"]
    prices = {"standard_fen", "unit_price_fen"}
    return Roster(
        title=title,
        fields=(*fields, sources(table.id)),
        glance=glance,
        query=query,
        places=lambda session: places_of_entries(session, table),
        sums=frozenset(summed) - prices,
        is_about_schools=table in {Aid, AidPayment},
    )


REGISTERS: Mapping[RosterKind, Callable[[date, str | None], Roster]] = {
    RosterKind.AID: _aid,
    RosterKind.PAYMENTS: _payments,
    RosterKind.ACCOUNTS: _accounts,
    RosterKind.DONATIONS: _donations,
    RosterKind.FACILITIES: _facilities,
    RosterKind.KINDERGARTEN: _kindergarten,
    RosterKind.KINDERGARTEN_PAIRS: _kindergarten_pairs,
    RosterKind.KINDERGARTEN_RESULTS: _kindergarten_results,
    RosterKind.SECONDMENTS: _secondments,
}
