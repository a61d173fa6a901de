"""``jingzhun pay``: payment batches, the bank's file and its return, money that comes back."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import number as read_number
from jingzhun.core.table import Format
from jingzhun.errors import UsageError

_Run = Annotated[
    int | None, typer.Argument(metavar="[批次]", parser=read_number, help="已批准的补助批次。")
]
_Batch = Annotated[
    int, typer.Argument(metavar="发放批次", parser=read_number, help="见 jingzhun pay list。")
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
    from jingzhun.services.batches import Order, make_batches
    from jingzhun.services.payments import find_batch, made_page  # sqlalchemy: 250 ms

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
    from jingzhun.services.payments import batches_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(batches_page(session))


def show(desk: Desk, *, number: _Batch) -> None:
    """看一个发放批次的每一笔，账号遮住中间几位。"""
    from jingzhun.services.payments import batch_page  # sqlalchemy: 250 ms

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

    from jingzhun.services.payments import bank_file  # sqlalchemy: 250 ms

    with desk.writing(pay="export", batch=number, full_accounts=True) as session:
        page = bank_file(session, number)
        replace(desk, show_ids=True).show(page)
