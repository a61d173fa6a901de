"""``jingzhun run``: take a run of subsidies from draft to approved, and adjust it afterwards."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import number as a_number

_Run = Annotated[
    int, typer.Argument(metavar="批号", parser=a_number, help="批次的编号，见 run list。")
]


def list_(desk: Desk) -> None:
    """列出各批次：期间、范围、状态、人数、金额、经办人。

    jingzhun run list
    """
    from jingzhun.reports.aid.runs import runs_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(runs_page(session))


def show(desk: Desk, *, number: _Run) -> None:
    """看一个批次：办理经过、汇总、逐人明细；调整的批次逐条写明原因。

    jingzhun run show 3

    jingzhun run show 3 --out 发放花名册.xlsx
    """
    from jingzhun.reports.aid.subsidy import subsidy_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(subsidy_page(session, number))


def open_(
    desk: Desk,
    *,
    import_: Annotated[
        int,
        typer.Argument(
            metavar="导入号", parser=a_number, help="发放花名册的导入编号，见 imports list。"
        ),
    ],
    scheme: Annotated[
        str, typer.Option("--scheme", metavar="项目", help="名册没有写明时，是哪一项资助。")
    ] = "",
) -> None:
    """把用本软件以前已经发过的钱登记进来，免得再发一遍：先导入发放花名册，再用它的编号。

    jingzhun run open 5

    jingzhun run open 5 --scheme boarding_living
    """
    from jingzhun.services.subsidy.opening import open_paid  # sqlalchemy: 250 ms

    with desk.writing(opened=import_) as session:
        hand = desk.hand()
        made = open_paid(session, import_, hand, today=desk.today, scheme=scheme or None)
    for number in made.runs:
        desk.say(
            f"已登记为第 {number} 批。复核、由另一个人批准以后生效：jingzhun run review {number}"
        )
    for number in made.runs:
        _show(desk, number)


def review(desk: Desk, *, number: _Run) -> None:
    """复核一个草稿批次；复核以后不再重算。

    jingzhun run review 3 --by 王老师
    """
    from jingzhun.services.subsidy.steps import find_run, next_command  # sqlalchemy: 250 ms
    from jingzhun.services.subsidy.steps import review as take

    with desk.writing(run=number) as session:
        take(session, number, desk.hand(), today=desk.today)
        following = next_command(find_run(session, number))
    desk.say(f"第 {number} 批已复核。下一步：{following}")
    _show(desk, number)


def publish(
    desk: Desk,
    *,
    number: _Run,
    days: Annotated[
        int | None,
        typer.Option("--days", metavar="天数", parser=a_number, help="公示几个工作日；默认 5 个。"),
    ] = None,
) -> None:
    """开始公示一个已复核的批次：从次日起算，默认 5 个工作日。

    jingzhun run publish 3

    公示名单：jingzhun report notice --run 3 --out 公示.xlsx
    """
    from jingzhun.services.subsidy.steps import publish as take  # sqlalchemy: 250 ms

    with desk.writing(run=number) as session:
        ends_on = take(session, number, desk.hand(), today=desk.today, days=days)
    desk.say(f"第 {number} 批公示到 {ends_on}（含），次日起可以批准。")
    _show(desk, number)


def approve(desk: Desk, *, number: _Run) -> None:
    """批准一个公示期满的批次：由另一个人批准，记入账簿，此后不再改动。

    jingzhun run approve 3 --by 李主任
    """
    from jingzhun.services.subsidy.approval import approve as take  # sqlalchemy: 250 ms

    with desk.writing(run=number) as session:
        done = take(session, number, desk.hand(), today=desk.today)
    for notice in done.notices:
        desk.say(f"提示：{notice}")
    _show(desk, number)


def void(
    desk: Desk,
    *,
    number: _Run,
    why: Annotated[str, typer.Option("--why", metavar="原因", help="为什么作废，必须写明。")] = "",
) -> None:
    """作废一个还没有批准的批次；批次和原因留在账本里。

    jingzhun run void 3 --why 名单有误
    """
    from jingzhun.services.funds.gifts import renew_gifts  # sqlalchemy: 250 ms
    from jingzhun.services.subsidy.steps import void as take

    with desk.writing(run=number, why=why) as session:
        take(session, number, desk.hand(), today=desk.today, reason=why)
        renew_gifts(session, desk.hand(), today=desk.today)
    desk.say(f"第 {number} 批已作废。")
    _show(desk, number)


def adjust(desk: Desk, *, number: _Run) -> None:
    """按现在的情况重算一个已批准的批次，只把差额列成新的一批：该补的补，该追的追。

    jingzhun run adjust 3
    """
    from jingzhun.services.subsidy.adjustment import adjust as compute  # sqlalchemy: 250 ms

    with desk.writing(run=number) as session:
        made = compute(session, number, desk.hand(), today=desk.today)
    if made is None:
        desk.say(f"第 {number} 批按现在的情况重算，没有差额，不用调整。")
        _show(desk, number)
        return
    desk.say(f"差额列在第 {made} 批。下一步是复核：jingzhun run review {made}")
    _show(desk, made)


def _show(desk: Desk, number: int) -> None:
    from jingzhun.reports.aid.runs import run_page  # sqlalchemy is loaded already

    with desk.reading() as session:
        desk.show(run_page(session, number))
