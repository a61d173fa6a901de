"""``jingzhun pair``: plan who helps which household, see it, judge it, end or hand over pairs."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import year

_Why = Annotated[str, typer.Option("--why", metavar="原因", help="为什么，必须写明。")]


def assign(
    desk: Desk,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只排方案，不入账。")] = False,
    extra: Annotated[
        int,
        typer.Option("--extra", metavar="户数", min=0, help="人手不够时，至多再让人多结对几户。"),
    ] = 0,
    why: Annotated[
        str, typer.Option("--why", metavar="原因", help="让人多结对的原因，必须写明。")
    ] = "",
) -> None:
    """给没有帮扶责任人的在册户分配帮扶责任人：户户有人管，一个部门尽量只去一个村，原有结对不变。

    jingzhun pair assign --dry-run --out 结对方案.xlsx

    jingzhun pair assign

    jingzhun pair assign --extra 7 --why 领导小组会议决定
    """
    from jingzhun.services.pairing.assigning import enter_assignment, plan_assignment  # sqlalchemy
    from jingzhun.services.pairing.pages import assignment_page

    if dry_run:
        with desk.reading() as session:
            desk.show(assignment_page(plan_assignment(session, desk.today, extra=extra), None))
        return
    with desk.writing(extra=extra, why=why) as session:
        plan = plan_assignment(session, desk.today, extra=extra)
        entered = enter_assignment(session, plan, desk.hand(), why)
    desk.show(assignment_page(plan, entered.import_id))


def list_(
    desk: Desk,
    *,
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看这个单位的。")] = "",
) -> None:
    """列出结对：没有帮扶责任人的户、结对过多过少的人、全部结对。

    jingzhun pair list
    """
    from jingzhun.reports import ReportOptions, report_named

    with desk.reading() as session:
        options = ReportOptions(as_of=desk.today, school=unit or None)
        desk.show(report_named("pairing").build(session, options))


def check(
    desk: Desk,
    *,
    of_year: Annotated[
        int | None,
        typer.Option("--year", metavar="年", parser=year, help="哪一年；不写就是今年。"),
    ] = None,
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看这个单位的。")] = "",
) -> None:
    """看结对进度：走访天数、资金、计划、两不愁三保障，对照今年已过的天数，落后的在前，供通报用。

    jingzhun pair check

    jingzhun pair check --year 2026 --out 结对通报.xlsx
    """
    from jingzhun.reports import ReportOptions
    from jingzhun.reports.helping.progress import progress_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        options = ReportOptions(
            as_of=desk.today,
            school=unit or None,
            period=f"{of_year or desk.today.year}年",
        )
        desk.show(progress_page(session, options))


def end(
    desk: Desk,
    *,
    household: Annotated[
        str, typer.Argument(metavar="[户]", help="户编号或户主；不写就是 --helper 的全部结对户。")
    ] = "",
    helper: Annotated[
        str, typer.Option("--helper", metavar="姓名", help="哪位帮扶责任人的结对。")
    ] = "",
    to: Annotated[str, typer.Option("--to", metavar="姓名", help="移交给谁。")] = "",
    why: _Why = "",
    force: Annotated[
        bool, typer.Option("--force", help="不满三年或没有脱贫也解除；原因记入操作留痕。")
    ] = False,
) -> None:
    """解除或移交结对：一定三年不变，没有脱贫的户不能解除，调离的人要移交。

    jingzhun pair end 6200000001 --why 已脱贫且满三年

    jingzhun pair end --helper 李帮 --to 王帮 --why 李帮调离
    """
    from jingzhun.services.pairing.pages import ended_page  # sqlalchemy: 250 ms
    from jingzhun.services.pairing.releasing import Ending, end_pairs

    wanted = Ending(household=household, helper=helper, to=to, why=why, is_forced=force)
    with desk.writing(why=why, is_forced=force) as session:
        ended = end_pairs(session, wanted, desk.hand(), today=desk.today)
    desk.show(ended_page(ended))
