"""``jingzhun calendar``: look at the school calendar; set terms, closures and make-up days."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import day as read_day
from jingzhun.cli.values import month as read_month
from jingzhun.cli.values import term as read_term
from jingzhun.cli.values import year as read_year
from jingzhun.core.teaching import Teaching, Word
from jingzhun.core.terms import Month, Term, fiscal_year_months
from jingzhun.errors import UsageError

if TYPE_CHECKING:
    from jingzhun.store.schema import Run

_TERM = re.compile(r"\d{4}年?[春秋].*")
_BETWEEN = re.compile(r"\.\.+|至|到|~|～|—+")
_School = Annotated[
    str, typer.Option("--school", metavar="学校", help="哪所学校的；不写就是全部学校的。")
]


def show(
    desk: Desk,
    *,
    month: Annotated[
        Month | None,
        typer.Option(
            metavar="[月份]", parser=read_month, help="哪个月，如 2026-11；不写就是本月。"
        ),
    ] = None,
    term: Annotated[
        Term | None, typer.Option(metavar="学期", parser=read_term, help="一个学期，如 2026秋。")
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(metavar="年份", parser=read_year, help="预算年度：当年春季和秋季两个学期。"),
    ] = None,
    school: _School = "",
) -> None:
    """看校历：每个月哪几天上课，周末、法定假日、停课、补课各多少天，谁设置的。

    jingzhun calendar show --month 2026-11
    """
    if sum(given is not None for given in (month, term, year)) > 1:
        raise UsageError(
            "bad_value", "--month、--term、--year 只能写一个。", "请只留下要看的那一个期间。"
        )
    months: Sequence[Month] = (month or Month.of(desk.today),)
    if term is not None:
        months = term.months
    if year is not None:
        months = fiscal_year_months(year)
    from jingzhun.reports.aid.calendar import calendar_page  # sqlalchemy: 250 ms
    from jingzhun.services.lookup import find_school

    with desk.reading() as session:
        name = find_school(session, school).name if school else ""
        desk.show(calendar_page(session, months, school=name))


def set_(
    desk: Desk,
    *,
    when: Annotated[
        str,
        typer.Argument(
            metavar="日期或学期", help="如 2026-11-12、2026-11-12..2026-11-14、2026秋。"
        ),
    ],
    closed: Annotated[bool, typer.Option("--closed", help="这几天停课、放假。")] = False,
    taught: Annotated[bool, typer.Option("--taught", help="这几天补课，照常上课。")] = False,
    as_usual: Annotated[
        bool, typer.Option("--as-usual", "--undo", help="收回原来的设置，恢复默认。")
    ] = False,
    first: Annotated[
        date | None,
        typer.Option("--first", metavar="日期", parser=read_day, help="学期的第一个上课日。"),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--last", metavar="日期", parser=read_day, help="学期的最后一个上课日。"),
    ] = None,
    school: _School = "",
    why: Annotated[
        str, typer.Option("--why", metavar="原因", help="如 大雪、补课；记入账本。")
    ] = "",
) -> None:
    """设置校历：停课、补课、学期起止；每次设置都留着，后设的优先，学校自己的优先于全部学校的。

    jingzhun calendar set 2026-11-12..2026-11-13 --closed --why 大雪

    jingzhun calendar set 2026-11-15 --taught --why 补课 --school 青禾小学

    jingzhun calendar set 2026秋 --first 2026-08-31 --last 2027-01-15

    jingzhun calendar set 2026-11-12 --as-usual
    """
    flags = {Teaching.CLOSED: closed, Teaching.TAUGHT: taught, Teaching.USUAL: as_usual}
    said = [word for word, given in flags.items() if given]
    if first or last:
        said.append(Teaching.TERM)
    if len(said) != 1:
        raise UsageError(
            "calendar_what",
            "停课、补课、恢复默认、学期起止只能写一种。" if said else "没有写设成什么。",
            "停课写 --closed，补课写 --taught，恢复默认写 --as-usual，"
            "学期起止写 --first 和 --last。",
        )
    word = _word(when, said[0], (first, last), school, why)
    from jingzhun.reports.aid.calendar import calendar_page  # sqlalchemy: 250 ms
    from jingzhun.services.desk.teaching import runs_about, set_teaching

    with desk.writing(calendar=when) as session:
        changed = set_teaching(session, word, desk.hand())
    with desk.reading() as session:
        name = school.strip()
        months = changed or [Month.of(word.first or desk.today)]
        notes = list(_notes(changed, runs_about(session, changed)))
        desk.show(calendar_page(session, months, school=name, notes=notes))


def _word(
    when: str, said: Teaching, ends: tuple[date | None, date | None], school: str, why: str
) -> Word:
    """Read what the setting is about: a term, a day, or days in a row."""
    text = when.strip()
    if _TERM.fullmatch(text):
        if said in {Teaching.CLOSED, Teaching.TAUGHT}:
            raise UsageError(
                "calendar_what",
                f"“{text}”是整个学期，停课、补课要写日期。",
                "如 jingzhun calendar set 2026-11-12..2026-11-13 --closed。",
            )
        first, last = ends
        return Word(said=said, school=school.strip(), term=read_term(text), first=first, last=last,
                    reason=why.strip())  # fmt: skip
    if said is Teaching.TERM:
        raise UsageError(
            "calendar_what",
            f"--first、--last 设的是学期起止，“{text}”不是学期。",
            "学期请写成 2026秋、2027春。",
        )
    parts = _BETWEEN.split(text)
    if len(parts) > 2:
        raise UsageError(
            "bad_value", f"“{text}”不明白。", "几天连着的请写成 2026-11-12..2026-11-14。"
        )
    first, last = read_day(parts[0]), read_day(parts[-1])
    if last < first:
        raise UsageError("bad_value", f"“{text}”的结束日期在开始日期之前。", "请把先后调过来。")
    return Word(said=said, school=school.strip(), first=first, last=last, reason=why.strip())


def _notes(changed: Sequence[Month], runs: Sequence["Run"]) -> Iterator[str]:
    """Say what came of a setting, and which runs it is to be taken up in."""
    from jingzhun.core.vocabulary import RunState

    if not changed:
        yield "记下了；上课日没有变化。"
        return
    yield f"记下了；{'、'.join(month.label for month in changed)}的上课日有变化。"
    for run in runs:
        if run.state == RunState.DRAFT:
            yield f"{run.period} 的第 {run.id} 批还是按原来的上课日算的，请重新计算。"
        else:
            yield (
                f"{run.period} 的第 {run.id} 批不会改动；"
                f"要补发或追回，请用 jingzhun run adjust {run.id}。"
            )
