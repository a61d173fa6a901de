"""``jingzhun pair give|plan|checklist|income``: enter one thing done for a household."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import year

_Home = Annotated[
    str, typer.Argument(metavar="户", help="户编号或户主；同名的写村名和户主，如 柳河村张大山。")
]
_Who = Annotated[
    str, typer.Option("--who", metavar="姓名", help="谁办的；不写是这一户的帮扶责任人。")
]
_Source = Annotated[
    str, typer.Option("--source", metavar="出处", help="依据哪份材料，如 帮扶手册第3页。")
]
_Way = Annotated[
    str, typer.Option("--way", metavar="方式", help="项目、资金、物资、技术，可写几种。")
]
_Remark = Annotated[str, typer.Option("--remark", metavar="备注", help="备注。")]
_Found = "达标、未达标：原因、未核实。"


def give(
    desk: Desk,
    *,
    whom: _Home,
    way: _Way = "",
    amount: Annotated[
        str, typer.Option("--amount", metavar="金额", help="如 500、0.2万元；物资写折合的金额。")
    ] = "",
    content: Annotated[str, typer.Option("--what", metavar="内容", help="给了什么。")] = "",
    given_on: Annotated[
        str, typer.Option("--date", metavar="日期", help="哪天；不写是今天。")
    ] = "",
    who: _Who = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="帮扶单位。")] = "",
    remark: _Remark = "",
    source: _Source = "",
) -> None:
    """登记一笔帮扶投入：项目、资金、物资或技术。

    jingzhun pair give 6200000001 --way 物资 --amount 300 --what 化肥两袋 --who 李帮

    登记错了，用 jingzhun imports undo 撤销。
    """
    from jingzhun.cli.deeds import enter_and_show
    from jingzhun.core.vocabulary import Kind
    from jingzhun.services.desk.deeds import Deed  # sqlalchemy: 250 ms

    said = {
        "given_on": given_on or desk.today.isoformat(), "help_way": way, "amount": amount,
        "content": content, "helper": who, "helper_unit": unit, "remark": remark,
    }  # fmt: skip
    enter_and_show(desk, Deed(kind=Kind.CONTRIBUTIONS, whom=whom, said=said, source=source))


def plan(
    desk: Desk,
    *,
    whom: _Home,
    way: _Way = "",
    content: Annotated[str, typer.Option("--what", metavar="措施", help="打算做什么。")] = "",
    goal: Annotated[str, typer.Option("--goal", metavar="目标", help="要达到什么。")] = "",
    state: Annotated[str, typer.Option("--state", metavar="落实", help="计划中、已完成。")] = "",
    done_on: Annotated[str, typer.Option("--done", metavar="日期", help="哪天落实的。")] = "",
    of_year: Annotated[
        int | None, typer.Option("--year", metavar="年", parser=year, help="哪一年的；不写是今年。")
    ] = None,
    who: _Who = "",
    remark: _Remark = "",
    source: _Source = "",
) -> None:
    """登记帮扶计划的一项；同一年同一方式同一措施的再写一次，就是改落实情况。

    jingzhun pair plan 6200000001 --way 项目 --what 种花椒三亩 --goal 增收2000元

    jingzhun pair plan 6200000001 --way 项目 --what 种花椒三亩 --state 已完成
    """
    from jingzhun.cli.deeds import enter_and_show
    from jingzhun.core.vocabulary import Kind
    from jingzhun.services.desk.deeds import Deed  # sqlalchemy: 250 ms

    said = {
        "year": str(of_year or desk.today.year), "help_way": way, "content": content,
        "goal": goal, "plan_state": state, "done_on": done_on, "helper": who, "remark": remark,
    }  # fmt: skip
    enter_and_show(desk, Deed(kind=Kind.HOUSEHOLD_PLANS, whom=whom, said=said, source=source))


def checklist(
    desk: Desk,
    *,
    whom: _Home,
    food: Annotated[str, typer.Option(metavar="结果", help=f"不愁吃：{_Found}")] = "",
    clothing: Annotated[str, typer.Option(metavar="结果", help="不愁穿。")] = "",
    education: Annotated[str, typer.Option(metavar="结果", help="义务教育有保障。")] = "",
    medical: Annotated[str, typer.Option(metavar="结果", help="基本医疗有保障。")] = "",
    housing: Annotated[str, typer.Option(metavar="结果", help="住房安全有保障。")] = "",
    water: Annotated[str, typer.Option(metavar="结果", help="饮水安全。")] = "",
    rest: Annotated[
        str, typer.Option("--rest", metavar="结果", help="没有写的各项都是这个结果。")
    ] = "",
    checked_on: Annotated[
        str, typer.Option("--date", metavar="日期", help="哪天核查的；不写是今天。")
    ] = "",
    who: _Who = "",
    source: _Source = "",
) -> None:
    """登记一次两不愁三保障核查。

    jingzhun pair checklist 6200000001 --housing 未达标：屋顶漏水 --rest 达标
    """
    from jingzhun.cli.deeds import enter_and_show
    from jingzhun.core.vocabulary import Kind
    from jingzhun.services.desk.deeds import Deed  # sqlalchemy: 250 ms

    found = {
        "food": food, "clothing": clothing, "education_safe": education, "medical": medical,
        "housing": housing, "water": water,
    }  # fmt: skip
    said = {name: words or rest for name, words in found.items()}
    said |= {"checked_on": checked_on or desk.today.isoformat(), "checker": who}
    enter_and_show(desk, Deed(kind=Kind.CHECKLISTS, whom=whom, said=said, source=source))


def income(
    desk: Desk,
    *,
    whom: _Home,
    of_year: Annotated[
        int, typer.Option("--year", metavar="年", parser=year, help="哪一年的收入，必须写明。")
    ],
    total: Annotated[str, typer.Option("--total", metavar="金额", help="家庭年总收入。")] = "",
    members: Annotated[str, typer.Option("--members", metavar="人数", help="家庭人口。")] = "",
    per_head: Annotated[str, typer.Option("--per-head", metavar="金额", help="人均纯收入。")] = "",
    wages: Annotated[str, typer.Option("--wages", metavar="金额", help="工资性收入。")] = "",
    business: Annotated[str, typer.Option("--business", metavar="金额", help="经营性收入。")] = "",
    holdings: Annotated[str, typer.Option("--property", metavar="金额", help="财产性收入。")] = "",
    transfers: Annotated[
        str, typer.Option("--transfers", metavar="金额", help="转移性收入。")
    ] = "",
    remark: _Remark = "",
    source: _Source = "",
) -> None:
    """登记一户一年的收入，总数、人均或各项；帮扶前后各登记一年，就能比较。

    jingzhun pair income 6200000001 --year 2025 --members 4 --total 4.2万元
    """
    from jingzhun.cli.deeds import enter_and_show
    from jingzhun.core.vocabulary import Kind
    from jingzhun.services.desk.deeds import Deed  # sqlalchemy: 250 ms

    said = {
        "year": str(of_year), "income": total, "members": members, "per_head": per_head,
        "wages": wages, "business": business, "property": holdings, "transfers": transfers,
        "remark": remark,
    }  # fmt: skip
    enter_and_show(desk, Deed(kind=Kind.HOUSEHOLD_INCOMES, whom=whom, said=said, source=source))
