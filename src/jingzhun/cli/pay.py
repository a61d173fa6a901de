"""``jingzhun pay``: payment batches, the bank's file and its return, money that comes back."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jingzhun.cli.boundary import tell
from jingzhun.cli.desk import Desk
from jingzhun.cli.values import amount as read_amount
from jingzhun.cli.values import number as read_number
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.table import Format
from jingzhun.errors import ExitStatus, UsageError

_Run = Annotated[
    int | None, typer.Argument(metavar="[批次]", parser=read_number, help="已批准的补助批次。")
]
_Batch = Annotated[
    int, typer.Argument(metavar="发放批次", parser=read_number, help="见 jingzhun pay list。")
]
_Document = Annotated[
    str, typer.Option(metavar="单号", help="银行回单号、发票号或收据号，记入凭证。")
]
_BANK_FORMATS = (Format.XLSX, Format.CSV)


def batch(
    desk: Desk,
    *,
    run: _Run = None,
    scheme: Annotated[
        str, typer.Option(metavar="项目", help="只发这一项，写项目代码，如 boarding_living。")
    ] = "",
    supplier: Annotated[
        str, typer.Option(metavar="单位", help="供餐（供货）单位，实物供应的项目必须写。")
    ] = "",
    follow: Annotated[
        int | None,
        typer.Option(metavar="发放批次", parser=read_number, help="只续发这一批里失败的。"),
    ] = None,
) -> None:
    """为已批准的批次制发放批次：先定笔数和金额，再逐笔列出；没有卡号的列名，留到下一批。

    jingzhun pay batch 3

    jingzhun pay batch 3 --scheme nutrition --supplier 云岭镇配餐中心

    jingzhun pay batch --follow 2
    """
    if (run is None) == (follow is None):
        raise UsageError(
            "bad_value",
            "要写补助批次的编号，或者写 --follow 续发哪个发放批次，两样写一样。",
            "例如 jingzhun pay batch 3，或 jingzhun pay batch --follow 2。",
        )
    from jingzhun.services.funds.batches import (
        Order,
        find_batch,
        make_batches,
    )  # sqlalchemy: 250 ms
    from jingzhun.services.funds.payments import made_page

    with desk.writing(pay="batch", run=run, follow=follow, scheme=scheme) as session:
        if follow is not None:
            before = find_batch(session, follow)
            run, scheme = before.run_id, before.scheme
        assert run is not None  # noqa: S101 - one of the two was given
        order = Order(run_id=run, scheme=scheme, supplier=supplier, follows=follow)
        made = make_batches(session, order, today=desk.today, hand=desk.hand())
        page = made_page(session, made)
    desk.show(page)


def list_(desk: Desk) -> None:
    """列出发放批次：应发、成功、失败、待发各多少笔、多少钱。"""
    from jingzhun.services.funds.payments import batches_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(batches_page(session))


def show(desk: Desk, *, number: _Batch) -> None:
    """看一个发放批次的每一笔，账号遮住中间几位。"""
    from jingzhun.services.funds.payments import batch_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(batch_page(session, number))


def export(desk: Desk, *, number: _Batch) -> None:
    """写出送银行的代发文件，账号是完整的；写出这件事记入操作留痕。

    jingzhun pay export 2 --out 代发.xlsx

    银行在这份表上加“处理结果”“日期”“失败原因”几列交回来，就能用 jingzhun pay return 读。
    """
    if desk.out is None or desk.format not in _BANK_FORMATS:
        raise UsageError(
            "bad_value",
            "代发文件含完整账号，只写成文件，不在屏幕上显示。",
            "请写 --out 代发.xlsx，或 --out 代发.csv。",
        )
    from dataclasses import replace

    from jingzhun.services.funds.payments import bank_file  # sqlalchemy: 250 ms

    with desk.writing(pay="export", batch=number, full_accounts=True) as session:
        page = bank_file(session, number)
        replace(desk, show_ids=True).show(page)


def return_(
    desk: Desk,
    *,
    number: _Batch,
    file: Annotated[
        Path | None, typer.Argument(metavar="[回单]", help="银行交回的结果表。", readable=False)
    ] = None,
    all_paid: Annotated[
        bool, typer.Option("--all-paid", help="没有回单：待发的全部已付（实物按发票也用它）。")
    ] = False,
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="没有回单：待发的全部没有发成，要写 --why。")
    ] = False,
    line: Annotated[
        list[int] | None, typer.Option(metavar="序号", help="只登记这一笔，可以写几次。")
    ] = None,
    failed: Annotated[
        bool, typer.Option("--failed", help="这一笔失败；发成后退票的也这样登记，要写 --why。")
    ] = False,
    why: Annotated[str, typer.Option(metavar="原因", help="失败的原因。")] = "",
    document: _Document = "",
    advance: Annotated[
        bool, typer.Option("--advance", help="专款不够的部分由学校垫付，到账后自动归还。")
    ] = False,
) -> ExitStatus:
    """登记银行的结果：按批次和序号核对，有一处对不上就整份不入账，逐格列出。

    jingzhun pay return 2 银行回单.xlsx

    jingzhun pay return 2 --all-paid --on 2026-12-03 --document 发票0031

    jingzhun pay return 2 --line 7 --failed --why 卡已注销

    成功的记发放，失败的仍欠着，用 jingzhun pay batch --follow 续发。
    """
    is_failed = failed or all_failed
    ways = (file is not None, all_paid, all_failed, bool(line))
    _demand_one_way(ways, is_whole=(not failed or bool(line)) and (not is_failed or bool(why)))
    from jingzhun.core.vocabulary import LineState
    from jingzhun.services.funds.bank_returns import (  # sqlalchemy: 250 ms
        ReturnRefusedError,
        settle_by_hand,
        take_return,
    )
    from jingzhun.services.funds.payments import refused_page, settled_page
    from jingzhun.services.funds.settling import How

    how = How(is_advance=advance, document=document.strip() or None)
    state = LineState.FAILED if is_failed else LineState.PAID
    try:
        with desk.writing(pay="return", batch=number, file=file and file.name) as session:
            if file is not None:
                settled = take_return(session, number, file, desk.hand(), how, today=desk.today)
            else:
                settled = settle_by_hand(
                    session, number, state, desk.hand(), how, today=desk.today, lines=line or (),
                    reason=why.strip() or None,
                )  # fmt: skip
            page = settled_page(session, settled)
    except ReturnRefusedError as error:
        desk.show(refused_page(error))
        tell(error)
        return error.exit_status
    desk.show(page)
    return ExitStatus.DONE


def recover(
    desk: Desk,
    *,
    who: Annotated[
        str,
        typer.Argument(
            metavar="[人或批次]",
            help="身份证号、学籍号、姓名；供餐单位退的写学校；或调整批次。",
        ),
    ] = "",
    amount: Annotated[
        Fen | None, typer.Argument(metavar="[金额]", parser=read_amount, help="收到多少元。")
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="只看谁还欠着。")] = False,
    document: _Document = "",
) -> None:
    """登记追回的款：可以分几次收，不能多于应追回的；不写人就列出谁还欠着。

    jingzhun pay recover --list

    jingzhun pay recover 张三 250 --on 2026-12-10 --document 收据0012

    jingzhun pay recover 5 1250

    写批次编号的，金额要等于这一批还欠的总数；收到一部分的逐人登记。
    """
    from jingzhun.services.books.vouchers import vouchers_page
    from jingzhun.services.funds.recovering import debts_page  # sqlalchemy: 250 ms
    from jingzhun.services.funds.recovering import recover as book

    if list_ or not who:
        with desk.reading() as session:
            desk.show(debts_page(session))
        return
    if not amount:
        raise UsageError(
            "bad_value",
            "没有写收到多少元。",
            "例如 jingzhun pay recover 张三 250。",
        )
    with desk.writing(pay="recover") as session:
        entries = book(
            session, who, amount, desk.hand(), today=desk.today, document=document.strip() or None
        )
        page = vouchers_page(session, f"追回 {format_yuan(amount)} 元", entries)
    desk.show(page)


def _demand_one_way(ways: Sequence[bool], *, is_whole: bool) -> None:
    if sum(ways) != 1 or not is_whole:
        raise UsageError(
            "bad_value",
            "要写回单文件，或 --all-paid、--all-failed、--line 序号 之一；失败的要写 --why 原因。",
            "例如 jingzhun pay return 2 回单.xlsx，或 jingzhun pay return 2 --all-paid。",
        )
