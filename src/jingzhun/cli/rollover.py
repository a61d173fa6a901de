"""``jingzhun rollover``: carry the pupils over into the next school year."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import year as read_year
from jingzhun.errors import UsageError


def run(
    desk: Desk,
    *,
    year: Annotated[
        int,
        typer.Argument(
            metavar="学年", parser=read_year, help="升入哪个学年：2027 是 2027 年 9 月起。"
        ),
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="小学=初中",
            help="小升初（幼升小）的去向，可以写几次；不写的算毕业，等初中名册导入。",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接入账。")] = False,
) -> None:
    """升级、毕业、小升初：先列出打算，确认后一次入账；错了可以撤销，新名册导入后以名册为准。

    jingzhun rollover 2027 --to 云岭小学=云岭初中
    """
    from jingzhun.services.desk.rollover import (  # sqlalchemy: 250 ms
        carry_over,
        plan_page,
        plan_rollover,
    )

    feeds = dict(map(_pair, to or ()))
    with desk.reading() as session:
        plan = plan_rollover(session, year, feeds)
        if not yes:
            desk.show(plan_page(plan, None))
    if not yes and not (desk.is_at_terminal() and typer.confirm("入账吗？", err=True)):
        return
    with desk.writing(rollover=year) as session:
        plan = plan_rollover(session, year, feeds)
        entered = carry_over(session, plan, desk.hand())
    desk.show(plan_page(plan, entered.import_id))


def _pair(text: str) -> tuple[str, str]:
    one, equals, other = text.replace("＝", "=").partition("=")
    if not (one.strip() and equals and other.strip()):
        raise UsageError(
            "rollover_to",
            f"--to 写的是“{text}”，不明白。",
            "请写成 小学=初中，如 --to 云岭小学=云岭初中。",
        )
    return one.strip(), other.strip()
