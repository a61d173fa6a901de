"""Read-only questions to the ledger: each report is a function from a session to a page.

A report never formats, writes or commits, and needs a number of statements that does not grow with
the ledger. To add one: write its module and name it in ``REPORTS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, cast

from jingzhun.core.page import Page
from jingzhun.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What a report is asked for: the day it speaks of, and what narrows it.

    ``period`` is named as runs name it (2026-11, 2026Q4, 2026秋, 2026年, 2026学年).
    """

    as_of: date
    kind: str | None = None
    school: str | None = None
    since: date | None = None
    period: str | None = None
    run: int | None = None
    person_id: int | None = None
    household_id: int | None = None


Build = Callable[["Session", ReportOptions], Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: ``place`` is ``module:function``, loaded when it is asked for."""

    name: str
    title: str
    summary: str
    place: str

    def build(self, session: "Session", options: ReportOptions) -> Page:
        """Ask the ledger.

        Raises:
            JingzhunError: the options name a kind or a school that there is not.
        """
        module, function = self.place.split(":")
        return cast("Build", getattr(import_module(module), function))(session, options)


REPORTS: Mapping[str, Report] = {
    report.name: report
    for report in (
        Report(
            name="dropout",
            title="控辍保学",
            summary="辍学率、脱贫户零辍学、疑似和失学儿童名单",
            place="jingzhun.reports.children.dropout:dropout_page",
        ),
        Report(
            name="warning",
            title="辍学预警",
            summary="在校学生按预警分值排队，每一分来自哪条迹象都写明；分值是可以改的政策数据",
            place="jingzhun.reports.children.warning:warning_page",
        ),
        Report(
            name="monthly",
            title="控辍保学月报",
            summary="一个月里各校（或一校）增减、疑似、辍学、返校、个案进展，逐人列名；没有的零报告",
            place="jingzhun.reports.children.monthly:monthly_page",
        ),
        Report(
            name="quarterly",
            title="控辍保学季度台账",
            summary="县级每季度三本台账：适龄儿童少年、疑似辍学、辍学学生，增减和销号，四查三比对",
            place="jingzhun.reports.children.quarterly:quarterly_page",
        ),
        Report(
            name="retention",
            title="巩固率",
            summary="每一届从入学到毕业还在的有多少：九年、各校小学和初中，没有巩固住的逐人列名",
            place="jingzhun.reports.children.retention:retention_page",
        ),
        Report(
            name="trend",
            title="控辍保学历年",
            summary="历年辍学率、列名人数、立案和返校，各校一学年一行，附上升下降",
            place="jingzhun.reports.children.trend:trend_page",
        ),
        Report(
            name="coverage",
            title="覆盖核对",
            summary="困难户的孩子对照学籍：谁不在任何学校，谁不在户名单，谁可能是同一人",
            place="jingzhun.reports.children.coverage:coverage_page",
        ),
        Report(
            name="roster",
            title="名册",
            summary="账本里的学生、人员、户、教职工、结对、资助、捐赠等，每一行注明出处",
            place="jingzhun.reports.lists.roster:roster_page",
        ),
        Report(
            name="changes",
            title="动态变动",
            summary="从某天以来谁来了、走了、换了学校，哪些户列入、退出、变了类别",
            place="jingzhun.reports.lists.changes:changes_page",
        ),
        Report(
            name="fund",
            title="资助资金",
            summary="按用途和来源：收到、批准、发放、结余，垫付、待追回和没有到位的",
            place="jingzhun.reports.books.fund:fund_page",
        ),
        Report(
            name="pairing",
            title="结对帮扶",
            summary="没有帮扶责任人的户、帮扶户数不合的人、全部结对",
            place="jingzhun.reports.helping.pairing:pairing_page",
        ),
        Report(
            name="visits",
            title="走访情况",
            summary="每户今年逐月走访天数和最近一次，哪些走访没有计入、为什么",
            place="jingzhun.reports.helping.visits:visits_page",
        ),
        Report(
            name="assessment",
            title="结对考核",
            summary="结对帮扶年度考核：每人、每部门的走访、资金、计划、成效得分和等次",
            place="jingzhun.reports.helping.assessment:assessment_page",
        ),
        Report(
            name="handbook",
            title="结对帮扶手册",
            summary="每户一页，可打印签字：家庭情况、成员、责任人、计划、投入、走访、保障、收入",
            place="jingzhun.reports.helping.handbook:handbook_page",
        ),
        Report(
            name="postings",
            title="派出",
            summary="下派、支教、挂职、培训：期限不足、中断、超期、重叠的，青年教师轮到谁",
            place="jingzhun.reports.helping.secondments:postings_page",
        ),
        Report(
            name="kindergarten",
            title="幼儿园结对",
            summary="每对幼儿园各学期的入园、送教课时、讲座，优课率、合格率、论文和档案",
            place="jingzhun.reports.helping.kindergartens:kindergarten_page",
        ),
        Report(
            name="subsidy",
            title="资助汇总",
            summary="已入账的资助，按项目、月份、学校、村、户类别和资金来源分别汇总",
            place="jingzhun.reports.aid.granted:granted_page",
        ),
        Report(
            name="card",
            title="资助档案卡",
            summary="一名学生的学籍、户类别、困难认定和历次资助，可打印存档",
            place="jingzhun.reports.aid.card:card_page",
        ),
        Report(
            name="notice",
            title="资助公示名单",
            summary="一个批次的公示名单，只有姓名、学校、年级、班级",
            place="jingzhun.reports.aid.notice:notice_page",
        ),
        Report(
            name="labour",
            title="劳动力",
            summary="按技能、务工区域、培训意愿的人数，两后生逐人列名",
            place="jingzhun.reports.lists.labour:labour_page",
        ),
    )
}


def report_named(name: str) -> Report:
    """Give the report of this name.

    Raises:
        UsageError: ``report_missing``, ``report_unknown``; both say which reports there are.
    """
    if name in REPORTS:
        return REPORTS[name]
    known = "".join(f"\n  {each.name:<10}{each.title}　{each.summary}" for each in REPORTS.values())
    if not name:
        raise UsageError(
            "report_missing",
            "没有写要看哪张报表。",
            f"请写上报表的名字，例如 jingzhun report dropout。可以写：{known}",
        )
    raise UsageError("report_unknown", f"没有叫“{name}”的报表。", f"可以写：{known}")
