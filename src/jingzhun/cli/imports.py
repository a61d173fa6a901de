"""``jingzhun imports``: what has been brought in, and taking it back."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import number as a_number

_Number = Annotated[
    int, typer.Argument(metavar="编号", parser=a_number, help="导入的编号，见 imports list。")
]


def list_(desk: Desk) -> None:
    """列出每一次导入：编号、文件、日期、经办人、各类行数。

    jingzhun imports list
    """
    from jingzhun.services.importing.imports import list_imports  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(list_imports(session))


def show(
    desk: Desk,
    *,
    number: _Number,
) -> None:
    """看某一次导入：每张工作表的行数，退回的行和提示。

    jingzhun imports show 3
    """
    from jingzhun.services.importing.imports import show_import  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(show_import(session, number))


def undo(
    desk: Desk,
    *,
    number: _Number,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只试算，不改账；看撤销后会怎样。")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="原因", help="为什么；撤销会动到结对的，必须写明。")
    ] = "",
) -> None:
    """撤销一次导入：账本变成从没导入过这份文件的样子，后来导入的名单都还算数。

    jingzhun imports undo 3

    还没有定下来的补助草稿作废，请重新计算。导入以后测算的补助已经复核、公示或发放的，不能
    撤销。
    """
    from jingzhun.services.importing.imports import undone_page  # sqlalchemy: 250 ms
    from jingzhun.services.importing.undo import undo_import

    unpaired: list[str] = []  # is filled before the trail's line is written
    rebuilding = desk.rebuilding(is_trial=dry_run, undone=number, why=why, unpaired=unpaired)
    with desk.progress() as progress, rebuilding as session:
        undone = undo_import(
            session, number, desk.hand(), today=desk.today, why=why, is_trial=dry_run,
            progress=progress,
        )  # fmt: skip
        unpaired += [pair.words for pair in undone.unpaired]
    desk.show(undone_page(undone, is_trial=dry_run))
