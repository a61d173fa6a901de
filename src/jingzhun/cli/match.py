"""``jingzhun match``: are two records one human? Ask, answer, look, take back."""

from typing import TYPE_CHECKING, Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import number
from jingzhun.core.vocabulary import Verdict

if TYPE_CHECKING:
    from jingzhun.services.desk.matching import Answer

_Numbers = Annotated[
    list[int],
    typer.Argument(metavar="编号…", parser=number, help="一对或几对的编号，见 match review。"),
]
_Why = Annotated[str, typer.Option("--why", metavar="说明", help="凭什么这样认定，记入账本。")]


def review(desk: Desk) -> None:
    """核对可能是同一人的记录：身份证号差一位、同名同生日、学籍号相同……

    jingzhun match review

    在终端上逐对显示双方的情况和出处，按键回答：同 s、异 d、后 l，退出 q。
    不在终端上时列出各对的编号，用 match confirm、match reject 回答。
    """
    from jingzhun.reports.children.matches import open_pairs, review_page  # sqlalchemy: 250 ms
    from jingzhun.reports.children.suspects import suspects_on
    from jingzhun.services.desk.matching import number_pairs

    with desk.writing() as session:
        suspects = suspects_on(session, desk.today)
        number_pairs(session, suspects, _answer(desk))
    with desk.reading() as session:
        if not desk.is_at_terminal() or not suspects.open:
            desk.show(review_page(session, desk.today, suspects))
            return
        pairs = open_pairs(session, desk.today, suspects)
    from jingzhun.cli.reviewing import ask_all

    ask_all(desk, pairs, lambda number, verdict: _decide(desk, [number], verdict, ""))


def confirm(desk: Desk, *, numbers: _Numbers, why: _Why = "") -> None:
    """认定是同一人。以后算资助、核对覆盖都按一个人看，两条记录都保留；可以用 match reject 收回。

    jingzhun match confirm 3 5 --why 查过户口簿

    已批准的批次不改动；草稿请重新计算。
    """
    _answer_and_show(desk, numbers, Verdict.SAME, why)


def reject(desk: Desk, *, numbers: _Numbers, why: _Why = "") -> None:
    """认定不是同一人，以后的名单也不再询问；可以用 match confirm 收回。

    jingzhun match reject 4 --why 双胞胎
    """
    _answer_and_show(desk, numbers, Verdict.DIFFERENT, why)


def list_(desk: Desk) -> None:
    """列出已有结论的各对：结论、说明、经办人、日期。

    jingzhun match list
    """
    from jingzhun.reports.children.matches import answered_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(answered_page(session, desk.today, title="同一人核对的结论"))


def _answer_and_show(desk: Desk, numbers: list[int], verdict: Verdict, why: str) -> None:
    from jingzhun.reports.children.matches import answered_page  # sqlalchemy: 250 ms

    changed = _decide(desk, numbers, verdict, why)
    notes = (
        [f"记下了 {len(changed)} 对。已批准的批次没有改动；草稿请重新计算。"]
        if changed
        else ["结论原来就是这样，没有改动。"]
    )
    with desk.reading() as session:
        page = answered_page(
            session, desk.today, title=verdict.label, numbers=[*numbers, *changed], notes=notes
        )
        desk.show(page)


def _decide(desk: Desk, numbers: list[int], verdict: Verdict, why: str) -> list[int]:
    """Write an answer with its trail; give the numbers of the pairs that changed."""
    from jingzhun.services.desk.matching import decide

    ledger = desk.ledger()
    with ledger.write() as session:
        changed = decide(session, numbers, verdict, _answer(desk, why))
        desk.record(session, pairs=[each.as_record() for each in changed])
    ledger.close()
    return [each.number for each in changed]


def _answer(desk: Desk, why: str = "") -> "Answer":
    from jingzhun.services.desk.matching import Answer

    return Answer(
        actor=desk.actor, os_user=desk.os_user, recorded_at=desk.recorded_at, why=why or None
    )
