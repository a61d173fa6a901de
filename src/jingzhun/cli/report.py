"""``jingzhun report``: one command for every report in the registry."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import day, number, period_name
from jingzhun.reports import REPORTS, ReportOptions, report_named

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_Name = Annotated[
    str,
    typer.Argument(
        metavar="报表",
        help="、".join(f"{each.name} {each.title}" for each in REPORTS.values()) + "。",
    ),
]
_Home = Annotated[
    str,
    typer.Argument(
        metavar="户",
        help="handbook 报表：哪一户，写户编号或户主；不写就是今年结对的每一户。",
    ),
]
_Kind = Annotated[
    str,
    typer.Option(
        metavar="种类",
        help="名册种类：students 学生、persons 人员、households 户、staff 教职工、pairs 结对、"
        "aid 资助、payments 发放、accounts 收款账户、donations 捐赠、facilities 改善办学条件、"
        "kindergarten 幼儿园结对活动、kindergarten_pairs 幼儿园结对名单、"
        "kindergarten_results 幼儿园结对成效、secondments 下派支教挂职培训、"
        "meals 就餐天数、headcounts 就餐人数、absences 缺勤、"
        "visits 家访和劝返、dropout_ledger 控辍保学台账、contributions 帮扶投入、"
        "household_plans 帮扶计划、checklists 两不愁三保障、household_incomes 家庭收入。",
    ),
]


def run(
    desk: Desk,
    *,
    name: _Name = "",
    household: _Home = "",
    kind: _Kind = "",
    as_of: Annotated[
        date | None, typer.Option(metavar="日期", parser=day, help="看哪一天的情况；不写就是今天。")
    ] = None,
    school: Annotated[str, typer.Option(metavar="学校", help="只看这所学校。")] = "",
    since: Annotated[
        date | None,
        typer.Option(
            metavar="日期", parser=day, help="changes、fund 报表：从哪天以来的变动、收支。"
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            metavar="期间",
            parser=period_name,
            help="看哪一期：monthly 写月份如 2026-11，quarterly 写季度如 2026Q4，"
            "assessment 写年份如 2026，subsidy 还可写 2026秋、2026年、2026学年。",
        ),
    ] = None,
    run_number: Annotated[
        int | None,
        typer.Option("--run", metavar="批号", parser=number, help="notice 报表：哪一批。"),
    ] = None,
    student: Annotated[
        str,
        typer.Option(metavar="学生", help="card 报表：哪名学生，写身份证号、学籍号或姓名。"),
    ] = "",
) -> None:
    """出报表，每一行都注明来自哪份文件哪一行。

    jingzhun report dropout

    jingzhun report roster --kind students --out 学生.xlsx

    jingzhun report card --student 张三 --out 档案卡.html

    jingzhun report handbook 6200000001 --out 手册.html
    """
    report = report_named(name)
    with desk.reading() as session:
        options = ReportOptions(
            as_of=as_of or desk.today,
            kind=kind or None,
            school=school or None,
            since=since,
            period=period,
            run=run_number,
            person_id=_person(session, student) if student else None,
            household_id=_household(session, household) if household else None,
        )
        desk.show(report.build(session, options))


def _person(session: "Session", words: str) -> int:
    from jingzhun.services.lookup import find_person  # sqlalchemy is loaded already

    return find_person(session, words).id


def _household(session: "Session", words: str) -> int:
    from jingzhun.services.lookup import find_household  # sqlalchemy is loaded already

    return find_household(session, words).id
