"""``jingzhun case``: one case for each child to be brought back, step by step."""

from datetime import date
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import choice, day
from jingzhun.cli.values import number as a_number
from jingzhun.core.report_vocabulary import CasePaper
from jingzhun.core.vocabulary import CaseAction, CloseReason

_Case = Annotated[
    int, typer.Argument(metavar="案号", parser=a_number, help="个案的编号，见 case list。")
]


def scan(desk: Desk) -> None:
    """对照名单、异动和考勤：该立案的立案，返校的转为观察，观察期满的结案，又离校的重新劝返。

    jingzhun case scan
    """
    from jingzhun.reports.children.cases import cases_page  # sqlalchemy: 250 ms
    from jingzhun.services.desk.cases import scan as look

    with desk.writing() as session:
        done = look(session, desk.hand(), today=desk.today)
    desk.say(
        f"新立案 {len(done.opened)}，再次离校 {len(done.reopened)}，"
        f"已返校 {len(done.returned)}，结案 {len(done.closed)}。"
    )
    with desk.reading() as session:
        desk.show(cases_page(session, desk.today))


def open_(
    desk: Desk,
    *,
    student: Annotated[str, typer.Argument(metavar="学生", help="身份证号、学籍号或姓名。")],
    why: Annotated[str, typer.Option("--why", metavar="原因", help="为什么立案。")] = "",
    keeper: Annotated[str, typer.Option("--keeper", metavar="姓名", help="包保责任人。")] = "",
) -> None:
    """给一名学生立案；结过案的重新打开，原来的经过都在。

    jingzhun case open 张三 --why 连续一周没来上学 --keeper 李老师
    """
    from jingzhun.services.desk.cases import open_case  # sqlalchemy: 250 ms

    with desk.writing(why=why) as session:
        number = open_case(session, student, why, desk.hand(), today=desk.today, keeper=keeper)
    _show(desk, number)


def step(
    desk: Desk,
    *,
    number: _Case,
    action: Annotated[
        CaseAction,
        typer.Argument(
            metavar="进展",
            parser=choice(CaseAction),
            help="电话联系、家访、劝返、书面报告、责令复学、返校、再次离校。",
        ),
    ],
    words: Annotated[str, typer.Option("--words", metavar="结果", help="谈得怎样。")] = "",
    done_by: Annotated[str, typer.Option("--who", metavar="姓名", help="谁去的。")] = "",
    done_on: Annotated[
        date | None, typer.Option("--date", metavar="日期", parser=day, help="哪天；不写是今天。")
    ] = None,
) -> None:
    """登记一步进展。

    jingzhun case step 3 家访 --who 李老师 --words 家长答应下周送回
    """
    from jingzhun.services.desk.cases import Taken, step_case  # sqlalchemy: 250 ms

    taken = Taken(action=action, done_on=done_on or desk.today, done_by=done_by, words=words)
    with desk.writing(case=number) as session:
        step_case(session, number, taken, desk.hand(), today=desk.today)
    _show(desk, number)


def close(
    desk: Desk,
    *,
    number: _Case,
    reason: Annotated[
        CloseReason | None,
        typer.Option(
            "--reason",
            metavar="情形",
            parser=choice(CloseReason),
            help="不用返校的情形：" + "、".join(each.label for each in CloseReason) + "。",
        ),
    ] = None,
    why: Annotated[str, typer.Option("--why", metavar="说明", help="依据，如转入哪所学校。")] = "",
) -> None:
    """结案：返校后观察期满，或者不用返校的写明情形。

    jingzhun case close 3 --reason 已转入其他学校 --why 转入县一中，有回执
    """
    from jingzhun.services.desk.cases import close_case  # sqlalchemy: 250 ms

    with desk.writing(case=number, why=why) as session:
        close_case(session, number, reason, why, desk.hand(), today=desk.today)
    _show(desk, number)


def list_(
    desk: Desk,
    *,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看超期的。")] = False,
    every: Annotated[bool, typer.Option("--all", help="连结案的一起看。")] = False,
) -> None:
    """列出个案，超期的在前。

    jingzhun case list --overdue
    """
    from jingzhun.reports.children.cases import cases_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(cases_page(session, desk.today, only_overdue=overdue, with_closed=every))


def print_(
    desk: Desk,
    *,
    paper: Annotated[
        CasePaper,
        typer.Argument(
            metavar="文书",
            parser=choice(CasePaper),
            help="、".join(each.label for each in CasePaper) + "。",
        ),
    ],
    numbers: Annotated[
        list[int] | None,
        typer.Argument(
            metavar="案号…",
            parser=a_number,
            help="哪几案；不写就是下一步正该办这一步的全部个案。",
            show_default=False,
        ),
    ] = None,
    school: Annotated[str, typer.Option(metavar="学校", help="只出这所学校的。")] = "",
) -> None:
    """出可以打印、签字、盖章的家访表、劝返书、书面报告，一案一份，A4。

    jingzhun case print 家访表 --out 家访表.html

    jingzhun case print 劝返书 3 5 --out 劝返书.xlsx
    """
    from jingzhun.reports.children.case_print import print_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(print_page(session, paper, numbers or [], desk.today, school or None))


def show(desk: Desk, *, number: _Case) -> None:
    """看一个个案的全部经过。

    jingzhun case show 3
    """
    _show(desk, number)


def _show(desk: Desk, number: int) -> None:
    from jingzhun.reports.children.cases import case_page  # sqlalchemy is loaded already

    with desk.reading() as session:
        desk.show(case_page(session, number, desk.today))
