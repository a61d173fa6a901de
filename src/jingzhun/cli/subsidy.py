"""``jingzhun subsidy``: compute a period's aid and save it as a draft run."""

from functools import partial
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import month as read_month
from jingzhun.cli.values import term as read_term
from jingzhun.cli.values import year as read_year
from jingzhun.core.terms import Month, Term, fiscal_year_months, school_year_months
from jingzhun.errors import UsageError


def run(
    desk: Desk,
    *,
    month: Annotated[
        Month | None,
        typer.Option(
            metavar="[月份]", parser=read_month, help="某个月，如 2026-11；只写 --month 就是本月。"
        ),
    ] = None,
    term: Annotated[
        Term | None, typer.Option(metavar="学期", parser=read_term, help="一个学期，如 2026秋。")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="年份", parser=read_year, help="预算年度：当年春季和秋季两个学期。"),
    ] = None,
    school_year: Annotated[
        int | None,
        typer.Option(metavar="年份", parser=read_year, help="学年：当年秋季和次年春季两个学期。"),
    ] = None,
    school: Annotated[str, typer.Option(metavar="学校", help="只算这所学校。")] = "",
    precheck: Annotated[
        bool,
        typer.Option("--precheck", help="只检查：逐人列出这一期为什么发不了或不该发，什么都不存。"),
    ] = False,
) -> None:
    """按政策计算资助，逐名到分，存为草稿批次；重算会替换同一期间的草稿。

    jingzhun subsidy --month 2026-11

    jingzhun subsidy --month 2026-11 --out 发放花名册.xlsx

    jingzhun subsidy --month 2026-11 --precheck
    """
    period, months = _period(desk, month, term, year, school_year)
    from jingzhun.reports.aid.subsidy import subsidy_page  # sqlalchemy: 250 ms
    from jingzhun.services.subsidy.runs import compute

    wanted = partial(
        compute,
        months=months,
        period=period,
        scope=school,
        today=desk.today,
        actor=desk.actor,
        os_user=desk.os_user,
        recorded_at=desk.recorded_at,
    )
    if precheck:
        from jingzhun.services.funds.prechecks import precheck_page, under_way

        with desk.trying() as session:
            number = under_way(session, period, school) or wanted(session, keep_posted=True)
            page = precheck_page(session, number, months, today=desk.today)
        desk.show(page)
        return
    with desk.writing(period=period, school=school) as session:
        number = wanted(session)
    with desk.reading() as session:
        desk.show(subsidy_page(session, number))


def _period(
    desk: Desk, month: Month | None, term: Term | None, year: int | None, school_year: int | None
) -> tuple[str, tuple[Month, ...]]:
    """Give the one period asked for, as its name in the ledger and its months."""
    if sum(given is not None for given in (month, term, year, school_year)) > 1:
        raise UsageError(
            "bad_value",
            "--month、--term、--year、--school-year 只能写一个。",
            "请只留下要算的那一个期间。",
        )
    if term is not None:
        return str(term), term.months
    if year is not None:
        return f"{year}年", fiscal_year_months(year)
    if school_year is not None:
        return f"{school_year}学年", school_year_months(school_year)
    wanted = month or Month.of(desk.today)
    return str(wanted), (wanted,)
