"""``jingzhun set``: one fact of a person or school set by hand, with a reason."""

from datetime import date
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import day


def run(
    desk: Desk,
    *,
    person: Annotated[
        str,
        typer.Argument(
            metavar="人或学校",
            help="身份证号、学籍号或姓名（同名时会列出供挑选）；学校写名称或标识码。",
        ),
    ],
    field: Annotated[
        str,
        typer.Argument(
            metavar="项目",
            help="如 就读方式、班级；学校的有 公办、农村、营养改善计划、县类型、收费；写错会列出。",
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="改为", help="改成什么。")],
    why: Annotated[str, typer.Option("--why", metavar="原因", help="为什么改，记入账本。")] = "",
    since: Annotated[
        date | None,
        typer.Option("--from", metavar="日期", parser=day, help="从哪天起；不写就是今天。"),
    ] = None,
    payee: Annotated[
        str, typer.Option(metavar="户名", help="银行账号是谁的；不写就是学生本人的。")
    ] = "",
    relation: Annotated[
        str, typer.Option(metavar="关系", help="户名是学生的什么人，如 父亲。")
    ] = "",
    bank: Annotated[str, typer.Option(metavar="银行", help="开户银行。")] = "",
    stage: Annotated[
        str, typer.Option(metavar="学段", help="收费是哪个学段的；只有一个学段的学校不用写。")
    ] = "",
    public: Annotated[
        str, typer.Option(metavar="金额", help="同类公办学校的收费，民办学校要写，如 500元/月。")
    ] = "",
) -> None:
    """更正一个人或一所学校的一项记录，写明原因；后来的名单不会把它改回去。

    jingzhun set 张三 就读方式 住校 --why 家长来校说明 --from 2026-10-08

    jingzhun set 张三 银行账号 6217000000000000000 --payee 张大山 --relation 父亲 --why 换了卡

    jingzhun set 青禾小学 营养改善计划 是 --why 县教育局名单

    jingzhun set 青禾幼儿园 收费 800元/月 --public 500元/月 --from 2026-09-01 --why 物价备案

    学校、年级、班级的更正管到本学年末。改错了，用 jingzhun imports undo 撤销。
    """
    from jingzhun.services.desk.correction import (  # sqlalchemy: 250 ms
        Correction,
        correct,
        corrected_page,
    )

    beside = {"payee": payee, "payee_relation": relation, "bank": bank}
    wanted = Correction(
        who=person, field=field, value=value, why=why, since=since or desk.today, today=desk.today,
        stage=stage, public=public,
        beside={name: words for name, words in beside.items() if words},
    )  # fmt: skip
    with desk.writing(set=field) as session:
        corrected = correct(session, wanted, desk.hand())
    desk.show(corrected_page(corrected))
