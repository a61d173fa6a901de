"""``jingzhun report``: one command for every report in the registry."""

from datetime import date
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import day
from jingzhun.reports import REPORTS, ReportOptions, report_named


def run(
    desk: Desk,
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="报表",
            help="、".join(f"{each.name} {each.title}" for each in REPORTS.values()) + "。",
        ),
    ],
    kind: Annotated[
        str,
        typer.Option(
            metavar="种类",
            help="名册种类：students 学生、persons 人员、households 户、staff 教职工、pairs 结对、"
            "aid 资助、payments 发放、donations 捐赠、facilities 改善办学条件、"
            "kindergarten 幼儿园结对、meals 就餐天数、headcounts 就餐人数、absences 缺勤、"
            "visits 家访和劝返、dropout_ledger 控辍保学台账。",
        ),
    ] = "",
    as_of: Annotated[
        date | None, typer.Option(metavar="日期", parser=day, help="看哪一天的情况；不写就是今天。")
    ] = None,
    school: Annotated[str, typer.Option(metavar="学校", help="只看这所学校。")] = "",
    since: Annotated[
        date | None,
        typer.Option(metavar="日期", parser=day, help="changes 报表：从哪天以来的变动。"),
    ] = None,
) -> None:
    """出报表，每一行都注明来自哪份文件哪一行。

    jingzhun report dropout

    jingzhun report roster --kind students --out 学生.xlsx
    """
    report = report_named(name)
    options = ReportOptions(
        as_of=as_of or desk.today, kind=kind or None, school=school or None, since=since
    )
    with desk.reading() as session:
        desk.show(report.build(session, options))
