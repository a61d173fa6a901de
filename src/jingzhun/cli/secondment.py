"""``jingzhun secondment``: enter who was sent away and who is back, see who is where."""

from typing import Annotated

import typer

from jingzhun.cli.desk import Desk

_Who = Annotated[str, typer.Argument(metavar="姓名", help="教职工的姓名、工号或身份证号。")]


def add(
    desk: Desk,
    *,
    who: _Who,
    kind: Annotated[str, typer.Option("--kind", metavar="类别", help="下派、支教、挂职、培训。")],
    to: Annotated[str, typer.Option("--to", metavar="单位", help="派往单位。")] = "",
    place: Annotated[
        str, typer.Option("--place", metavar="地点", help="派往地点，如哪个村。")
    ] = "",
    post: Annotated[str, typer.Option("--post", metavar="职务", help="挂任职务、任教学科。")] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="日期", help="派出日期；不写是今天。")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="日期", help="计划哪天结束。")] = "",
    ended: Annotated[str, typer.Option("--ended", metavar="日期", help="实际哪天结束。")] = "",
    document: Annotated[str, typer.Option("--document", metavar="文号", help="依据文件。")] = "",
    remark: Annotated[str, typer.Option("--remark", metavar="备注", help="备注。")] = "",
) -> None:
    """登记一次派出：下派、支教、挂职或培训；同一人同类别同一天派出的是同一次，再登记就是补充。

    jingzhun secondment add 李帮 --kind 支教 --to 山口小学 --from 2026-09-01 --until 2027-07-10

    登记错了，用 jingzhun imports undo 撤销。
    """
    from jingzhun.services.desk.secondments import send  # sqlalchemy: 250 ms

    said = {
        "secondment_kind": kind, "to_unit": to, "to_place": place, "to_post": post,
        "seconded_on": since or desk.today.isoformat(), "due_on": until, "ended_on": ended,
        "document": document, "remark": remark,
    }  # fmt: skip
    with desk.writing(whom=who) as session:
        sent = send(session, who, said, desk.hand(), today=desk.today)
    _show(desk, sent.staff_id, sent.import_id)


def end(
    desk: Desk,
    *,
    who: _Who,
    ended_on: Annotated[
        str, typer.Option("--date", metavar="日期", help="派出的最后一天；不写是今天。")
    ] = "",
    why: Annotated[str, typer.Option("--why", metavar="原因", help="提前返回的原因。")] = "",
) -> None:
    """登记返回：还没有结束的那次派出到哪天为止。

    jingzhun secondment end 李帮 --date 2027-07-10
    """
    from jingzhun.services.desk.secondments import call_back  # sqlalchemy: 250 ms

    with desk.writing(whom=who, why=why) as session:
        last = ended_on or desk.today.isoformat()
        sent = call_back(session, who, last, why, desk.hand(), today=desk.today)
    _show(desk, sent.staff_id, sent.import_id)


def list_(
    desk: Desk,
    *,
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看这个单位的。")] = "",
) -> None:
    """看谁派出在哪里、期限够不够、下一个轮到谁；同 report postings。

    jingzhun secondment list
    """
    from jingzhun.reports import ReportOptions, report_named

    with desk.reading() as session:
        options = ReportOptions(as_of=desk.today, school=unit or None)
        desk.show(report_named("postings").build(session, options))


def _show(desk: Desk, staff: int, import_id: int) -> None:
    from jingzhun.reports.helping.secondments import person_page  # sqlalchemy is loaded already

    with desk.reading() as session:
        desk.show(person_page(session, staff, desk.today, import_id))
