"""``jingzhun imports``: what has been brought in."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk


def list_(desk: Desk) -> None:
    """列出每一次导入：编号、文件、日期、经办人、各类行数。

    jingzhun imports list
    """
    from jingzhun.services.imports import list_imports  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(list_imports(session))


def show(
    desk: Desk,
    *,
    number: Annotated[int, typer.Argument(metavar="编号", help="导入的编号，见 imports list。")],
) -> None:
    """看某一次导入：每张工作表的行数，退回的行和提示。

    jingzhun imports show 3
    """
    from jingzhun.services.imports import show_import  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(show_import(session, number))
