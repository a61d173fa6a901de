"""``jingzhun explain``: why a pupil gets, or does not get, each scheme in a month."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import month as read_month
from jingzhun.cli.values import term as read_term
from jingzhun.core.terms import Month, Term
from jingzhun.errors import UsageError


def run(
    desk: Desk,
    *,
    student: Annotated[
        str, typer.Argument(metavar="学生", help="身份证号、学籍号或姓名（同名时会列出供挑选）。")
    ],
    month: Annotated[
        Month | None,
        typer.Option(metavar="月份", parser=read_month, help="哪个月，如 2026-11；不写就是本月。"),
    ] = None,
    term: Annotated[
        Term | None,
        typer.Option(
            metavar="学期", parser=read_term, help="一个学期，如 2026秋：逐月列出每项多少钱。"
        ),
    ] = None,
) -> None:
    """说明一名学生某个月每项资助为什么有、为什么没有：条件、事实出自哪份名单哪一格、怎么算出来。

    jingzhun explain 张三 --month 2026-11

    jingzhun explain 张三 --term 2026秋
    """
    if month is not None and term is not None:
        raise UsageError("bad_value", "--month、--term 只能写一个。", "请只留下要看的那一个期间。")
    from jingzhun.services.subsidy.explain import explain  # sqlalchemy: 250 ms
    from jingzhun.services.subsidy.explain_months import explain_months

    with desk.reading() as session:
        if term is not None:
            page = explain_months(
                session,
                student,
                term.months,
                period=str(term),
                today=desk.today,
                show_ids=desk.show_ids,
            )
        else:
            wanted = month or Month.of(desk.today)
            page = explain(session, student, wanted, today=desk.today, show_ids=desk.show_ids)
        desk.show(page)
