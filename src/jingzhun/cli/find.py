"""``jingzhun find``: whom and what a few words may mean."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk


def run(
    desk: Desk,
    *,
    text: Annotated[
        str,
        typer.Argument(
            metavar="文字",
            help="姓名（可以只写一部分）、身份证号、学籍号、户编号或电话，号码可以只写末四位。",
        ),
    ],
) -> None:
    """查找人、教职工、户：在哪里上学、属于哪一户、户类别、最近一次出自哪份名单。

    jingzhun find 张小

    jingzhun find 0018

    一个也没找到时列出相近的姓名，退出状态为 1。
    """
    from jingzhun.reports.lists.found import found_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(found_page(session, text, as_of=desk.today))
