"""What the lines above and between a table's rows say: school, grade, class, term, dates.

A title like 青禾县云岭镇中心小学2026年秋季学期三年级学生花名册, a line 填报单位:…, a section line
一年级(2)班, a sheet called 三(2)班: each names what its rows leave out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from jingzhun.core.terms import Month, Season, Term
from jingzhun.core.vocabulary import Stage
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.values.groups import groups_in, groups_of_title
from jingzhun.rosters.values.projects import project_in

_SCHOOL_END = r"(?:小学(?!生)|中学(?!生)|学校|幼儿园|初中(?!生)|高中(?!生)|教学点|学院|职教中心)"
_UNIT_LINE = re.compile(
    r"(?:填报单位|填报学校|填表单位|上报单位|报送单位|制表单位|学校名称|学校|单位|园所)"
    r"(?:\(?(?:盖章|公章|章)\)?)*[::](?!(?:人民币)?[万千]?元)([^\s::,,]{3,40}?)(?=填报|填表|日期|时间|制表|联系|年月|单位|截[至止]|$|\d{4}年)"
)
_SCHOOL = re.compile(rf"([\u4e00-\u9fff()·0-9]{{2,30}}?{_SCHOOL_END})")
_MANY_SCHOOLS = re.compile(
    r"中小学|中小幼|^(?:全|各|本|义务|农村|普通|薄弱|乡村|寄宿制)[县市区镇乡校]?|[各全][县市区镇乡]?(?:小学|中学|学校|幼儿园)"
)
_DATED = re.compile(
    r"(?:截[至止]|数据日期|统计日期|统计时间|填报日期|填报时间|填表日期|填表时间|制表日期|制表时间|上报日期|上报时间|日期|时间)"
    r"到?[::]?(20\d{2}[年./-]?\d{1,2}[月./-]?\d{1,2})"
)
_BY_MONTH = re.compile(r"截[至止]到?[::]?(20\d{2})[年./-](\d{1,2})月?(?:底|末)?(?![\d.日-])")
_STAGES = (
    (Stage.PRESCHOOL, re.compile("幼儿园|学前|幼教")),
    (Stage.PRIMARY, re.compile("(?<!中)小学(?!生活)")),
    (Stage.JUNIOR, re.compile("初中|初级中学")),
    (Stage.SENIOR, re.compile("高级中学|普通高中|高中")),
    (Stage.VOCATIONAL, re.compile("职业高中|职业中|职教中心|中等职业|中专|中职|技工学校")),
)
#: A title or a 填报单位 line has a handful of cells at most.
_TITLE_CELLS = 8
_TERM = re.compile(r"(20\d{2})年?(春|秋)(?:季)?(?:学期)?")
_HALF = re.compile(
    r"(20\d{2})[-—–~至/]+(?:20)?(\d{2})学?年度?第?\(?(一|二|1|2|上|下)\)?(?:学期|学年)?"
)
_YEAR = re.compile(r"(20\d{2})[-—–~至/]+(?:20)?(\d{2})学年")
_MONTH = re.compile(r"(20\d{2})年(\d{1,2})月(?!\d{1,2}日)")
_MONTHS = re.compile(
    r"(20\d{2})年(\d{1,2})月?(?:份)?[-—–~至到]+(?:(20\d{2})年)?(\d{1,2})月(?!\d{1,2}日)"
)
_DAY = re.compile(r"(20\d{2})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})(?:日|号)?")
_COMPACT_DAY = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")
_CLASS_LINE = re.compile(
    r"^(?:.*?(?:小学|中学|学校|幼儿园))?"
    r"([一二三四五六七八九123456789]年级|初[一二三123]|高[一二三123]|[大中小]班|学前班|[小中大](?=[一二三四1-9]班))?"
    r"[\((]?([一二三四五六七八九十\d]{1,3})?[\))]?班?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is said outside the columns; None where nothing is said.

    ``grade`` and ``class_text`` are still words, read like cells; ``stage`` is a code, told by the
    school's name or a word like 初中部. ``groups`` are the special groups of which it is a list,
    ``project`` the aid that it is about.
    """

    title: str = ""
    school: str | None = None
    stage: str | None = None
    grade: str | None = None
    class_text: str | None = None
    term: Term | None = None
    school_year: int | None = None
    month: Month | None = None
    stated_on: date | None = None
    groups: tuple[str, ...] | None = None
    project: str | None = None

    @property
    def names_group(self) -> bool:
        """Whether it says of which special group the list is; 脱贫户 have lists of their own."""
        return any(group != "lifted" for group in self.groups or ())

    def over(self, weaker: "Context") -> "Context":
        """Give this context, with what it leaves out taken from a weaker one."""
        taken = {
            field.name: getattr(weaker, field.name)
            for field in fields(self)
            if getattr(self, field.name) in {None, ""}
        }
        if self.groups and weaker.groups and set(weaker.groups) < set(self.groups):
            # A sheet 低保 under the title 低保、残疾名单 is of one of them.
            taken["groups"] = weaker.groups
        return replace(self, **taken)


def title_lines(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Give the texts of lines above or below a table; a label takes the cell right of it."""
    lines: list[str] = []
    for row in rows:
        texts = [_as_text(cell) for cell in row if cell != ""]
        # A line with many cells is a table of its own, not a title.
        if len(texts) > _TITLE_CELLS:
            continue
        label = ""
        for text in texts:
            if text.rstrip().endswith((":", "：")) and not label:
                label = text
                continue
            lines.append(label + text)
            label = ""
        if label:
            lines.append(label)
    return lines


def _as_text(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell.date()) if isinstance(cell, datetime) else str(cell)


def tail_context(lines: Iterable[str]) -> Context:
    """Read the lines below a table, of which only a unit and a labelled date are believed."""
    context = Context()
    for line in lines:
        text = normalise(line)
        unit = _UNIT_LINE.search(text)
        labelled = _DATED.search(text)
        found = Context(
            school=unit[1] if unit and _SCHOOL.search(unit[1]) else None,
            stated_on=_date(labelled[1]) if labelled else None,
        )
        context = context.over(found)
    return context


def read_context(lines: Iterable[str], *, is_name: bool = False) -> Context:
    """Read title lines, or with ``is_name`` a sheet's or file's name, which says less."""
    context = Context()
    for line in lines:
        text = normalise(line)
        if is_name:
            # Files are numbered to stand in order: 01青禾小学学籍.
            text = re.sub(r"^\d{1,2}(?=[\u4e00-\u9fff])(?!\d*年)", "", text)
        if text:
            context = context.over(_read_line(text, is_name=is_name))
    return context


def _read_line(text: str, *, is_name: bool) -> Context:
    named = section_context(text) if is_name else None
    if named:
        return named
    unit = _UNIT_LINE.search(text)
    school = unit[1] if unit else _school(text)
    term, year = _term(text)
    month = None if _MONTHS.search(text) else _MONTH.search(text)
    labelled = _DATED.search(text)
    return Context(
        title="" if is_name else text,
        school=school,
        stage=_stage(school or "", text),
        term=term,
        school_year=year,
        month=_month(month),
        stated_on=(_date(labelled[1]) if labelled else None) or _date(text) or _month_end(text),
        grade=_grade_word(text),
        class_text=_class_word(text),
        project=project_in(text),
        groups=(groups_in(text) if is_name else groups_of_title(text)) or None,
    )


def _school(text: str) -> str | None:
    """Find the name of one school in a title; 中小学 and 各小学 name none."""
    # 2026年秋季学期 and the like in front of a school's name do not belong to it.
    bare = re.sub(
        r"20\d{2}[-—–~至/\d]*(?:年|学年)?度?(?:第[一二]学期|[上下]学期|[春秋]季?(?:学期)?)?",
        "",
        text,
    )
    found = _SCHOOL.search(re.sub(r"^(?:关于|附件\d*|附表\d*)[::]?", "", bare))
    return None if found is None or _MANY_SCHOOLS.search(found[1]) else found[1]


def _stage(school: str, text: str) -> str | None:
    """Tell the stage from a school's name, else from a word that stands for one stage alone."""
    for source in (school, text):
        found = {stage for stage, pattern in _STAGES if pattern.search(source)}
        if len(found) == 1:
            return str(found.pop())
    return None


def _term(text: str) -> tuple[Term | None, int | None]:
    half = _HALF.search(text)
    if half and int(half[2]) == (int(half[1]) + 1) % 100:
        first = int(half[1])
        if half[3] in "一1上":
            return Term(first, Season.AUTUMN), None
        return Term(first + 1, Season.SPRING), None
    year = _YEAR.search(text)
    if year:
        return None, int(year[1])
    term = _TERM.search(text)
    if term:
        return Term(int(term[1]), Season.AUTUMN if term[2] == "秋" else Season.SPRING), None
    return _term_of_months(_MONTHS.search(text)), None


def _term_of_months(found: re.Match[str] | None) -> Term | None:
    """Give the term that 2026年9月至12月 lies in; None for months of two terms."""
    if found is None:
        return None
    ends = [(int(found[1]), int(found[2])), (int(found[3] or found[1]), int(found[4]))]
    if not all(1 <= number <= 12 for _, number in ends):
        return None
    first, last = (Month(year, number).term for year, number in ends)
    return first if first == last else None


def _month(found: re.Match[str] | None) -> Month | None:
    return Month(int(found[1]), int(found[2])) if found and 1 <= int(found[2]) <= 12 else None


def _month_end(text: str) -> date | None:
    """Date a list 截至2026年10月 from the month's last day."""
    found = _BY_MONTH.search(text)
    month = _month(found) if found else None
    return month.period.end - timedelta(1) if month else None


def _date(text: str) -> date | None:
    found = _DAY.search(text) or _COMPACT_DAY.search(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


_SHORT_CLASS = re.compile(
    r"^([一二三四五六七八九1-9大中小])(?:\((\d{1,2}|[一二三四五六七八九十]{1,2})\)|[.-]?(\d{1,2}))班$"
)
_GRADE_WORD = re.compile(
    r"([一二三四五六七八九1-9]年级|初[一二三]|高[一二三]|[大中小]班|学前班|20\d{2}级)"
)
_CLASS_WORD = re.compile(
    r"(?:年级|初[一二三]|高[一二三]|级|[一二三四五六七八九])[\((]?([一二三四五六七八九十\d]{1,2})[\))]?班"
)


def _grade_word(text: str) -> str | None:
    found = set(_GRADE_WORD.findall(text))
    # 一年级至六年级 names no one grade.
    return found.pop() if len(found) == 1 else None


def _class_word(text: str) -> str | None:
    found = _CLASS_WORD.search(text)
    return found[1] if found else None


#: What ends the title of a list, also between the rows of the one before.
_LIST_TITLE = re.compile(
    r"(?:名单|名册|花名册|[一览登记统计信息汇总明细公示发放]{2}表|台账|名录)(?:\(.*\))?$"
)


def unit_context(row: Sequence[Any]) -> Context | None:
    """Read a line 填报单位:… between the rows: of which school the rows below it are."""
    school = tail_context(title_lines([row])).school
    return Context(school=school, stage=_stage(school, "")) if school else None


def title_context(text: str) -> Context | None:
    """Read the title of a further list between the rows, of the school or class that it names.

    Lists are printed one below the other under the same header; None where a line names neither.
    """
    if not _LIST_TITLE.search(normalise(text)):
        return None
    found = read_context([text])
    if not found.school and not found.grade:
        return None
    return replace(found, title="", term=None, school_year=None, month=None, stated_on=None)


def section_context(text: str) -> Context | None:
    """Read a line between the rows that names a class or a school; None when it names neither."""
    plain = re.sub(r"^[一二三四五六七八九十]+[、..]|[::]$", "", normalise(text))
    plain = re.sub(r"\(?共?\d+人\)?$|班主任.*$", "", plain)
    short = _SHORT_CLASS.match(plain)
    if short:
        grade = f"{short[1]}班" if short[1] in "大中小" else f"{short[1]}年级"
        return Context(grade=grade, class_text=short[2] or short[3])
    found = _CLASS_LINE.match(plain)
    if found and (found[1] or (found[2] and plain.endswith("班"))):
        grade = found[1]
        if grade in {"大", "中", "小"}:
            grade += "班"
        return Context(grade=grade, class_text=found[2])
    school = _SCHOOL.fullmatch(plain)
    if school:
        return Context(school=school[1])
    return None
