"""``jingzhun visit``: enter one visit to a household or a pupil, see who was visited."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import year


def add(
    desk: Desk,
    *,
    whom: Annotated[
        str,
        typer.Argument(metavar="户", help="户编号或户主；同名的写村名和户主，如 柳河村张大山。"),
    ],
    days: Annotated[
        str,
        typer.Option(
            "--date", metavar="日期", help="哪天，可写几天：3月5日、3月12日；不写是今天。"
        ),
    ] = "",
    length: Annotated[str, typer.Option("--days", metavar="天数", help="从那天起住了几天。")] = "",
    who: Annotated[
        str, typer.Option("--who", metavar="姓名", help="谁去的；不写是这一户的帮扶责任人。")
    ] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="走访人的单位。")] = "",
    way: Annotated[
        str, typer.Option("--way", metavar="方式", help="如 入户；电话的不算天数。")
    ] = "",
    words: Annotated[
        str, typer.Option("--words", metavar="情况", help="看了什么，谈了什么。")
    ] = "",
    is_pupil: Annotated[
        bool, typer.Option("--student", help="走访的是学生家，前面写学生的姓名或号码。")
    ] = False,
    source: Annotated[
        str, typer.Option("--source", metavar="出处", help="依据哪份材料，如 帮扶手册第3页。")
    ] = "",
) -> None:
    """登记一次走访；同一天同一人走访同一户，只算一天。

    jingzhun visit add 6200000001 --date 3月5日、3月12日 --who 李帮 --words 查看住房、饮水

    jingzhun visit add 柳河村张大山 --date 2026-03-05 --days 3

    登记错了，用 jingzhun imports undo 撤销。
    """
    from jingzhun.cli.deeds import enter_and_show
    from jingzhun.core.vocabulary import Kind
    from jingzhun.services.desk.deeds import Deed  # sqlalchemy: 250 ms

    said = {
        "visited_on": days or desk.today.isoformat(), "visit_days": length, "visitor": who,
        "visitor_unit": unit, "visit_way": way, "visit_result": words,
    }  # fmt: skip
    deed = Deed(kind=Kind.HOME_VISITS, whom=whom, said=said, is_pupil=is_pupil, source=source)
    enter_and_show(desk, deed)


def list_(
    desk: Desk,
    *,
    whom: Annotated[str, typer.Argument(metavar="[户]", help="户编号或户主；不写是全部。")] = "",
    helper: Annotated[str, typer.Option("--helper", metavar="姓名", help="只看这个人的。")] = "",
    of_year: Annotated[
        int | None, typer.Option("--year", metavar="年", parser=year, help="只看这一年的。")
    ] = None,
) -> None:
    """列出走访，每一次注明出处；学生家的走访也算这一户的。

    jingzhun visit list 6200000001

    jingzhun visit list --helper 李帮 --year 2026
    """
    from jingzhun.core.vocabulary import Kind
    from jingzhun.reports.lists.deeds import Whose, deeds_page  # sqlalchemy: 250 ms
    from jingzhun.services.lookup import find_household

    with desk.reading() as session:
        household = find_household(session, whom).id if whom else None
        whose = Whose(household_id=household, helper=helper, year=of_year)
        desk.show(deeds_page(session, Kind.HOME_VISITS, whose, desk.today))
