"""What the lines above and between a table's rows say: school, grade, class, term, dates.

A title like 青禾县云岭镇中心小学2026年秋季学期三年级学生花名册, a line 填报单位:…, a section line
一年级(2)班, a sheet called 三(2)班: each names what its rows leave out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date

from jingzhun.core.terms import Month, Season, Term
from jingzhun.rosters.kinds import normalise

_SCHOOL_END = r"(?:小学(?!生)|中学(?!生)|学校|幼儿园|初中(?!生)|高中(?!生)|教学点|学院|职教中心)"
_UNIT_LINE = re.compile(
    r"(?:填报单位|填报学校|填表单位|上报单位|报送单位|制表单位|学校名称|学校|单位|园所)"
    r"(?:\(?(?:盖章|公章|章)\)?)*[::]([^\s::,,]{3,40}?)(?=填报|填表|日期|时间|制表|联系|年月|单位|$|\d{4}年)"
)
_SCHOOL = re.compile(rf"([\u4e00-\u9fff()·0-9]{{2,30}}?{_SCHOOL_END})")
_TERM = re.compile(r"(20\d{2})年?(春|秋)(?:季)?(?:学期)?")
_HALF = re.compile(
    r"(20\d{2})[-—–~至/]+(?:20)?(\d{2})学?年度?第?\(?(一|二|1|2|上|下)\)?(?:学期|学年)?"
)
_YEAR = re.compile(r"(20\d{2})[-—–~至/]+(?:20)?(\d{2})学年")
_MONTH = re.compile(r"(20\d{2})年(\d{1,2})月(?!\d{1,2}日)")
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

    ``grade`` and ``class_text`` are still words, read like cells.
    """

    title: str = ""
    school: str | None = None
    grade: str | None = None
    class_text: str | None = None
    term: Term | None = None
    school_year: int | None = None
    month: Month | None = None
    stated_on: date | None = None

    def over(self, weaker: "Context") -> "Context":
        """Give this context, with what it leaves out taken from a weaker one."""
        taken = {
            field.name: getattr(weaker, field.name)
            for field in fields(self)
            if getattr(self, field.name) in {None, ""}
        }
        return replace(self, **taken)


def read_context(lines: Iterable[str], *, is_name: bool = False) -> Context:
    """Read title lines, or with ``is_name`` a sheet's or file's name, which says less."""
    context = Context()
    for line in lines:
        text = normalise(line)
        if text:
            context = context.over(_read_line(text, is_name=is_name))
    return context


def _read_line(text: str, *, is_name: bool) -> Context:
    named = section_context(text) if is_name else None
    if named:
        return named
    unit = _UNIT_LINE.search(text)
    school = unit[1] if unit else None
    if school is None:
        # 关于…, 20xx年… in front of a school's name do not belong to it.
        found = _SCHOOL.search(
            re.sub(r"20\d{2}[-—–~至/\d]*(?:年|学年)?度?(?:[春秋]季)?(?:学期)?", "", text)
        )
        school = found[1] if found else None
    term, year = _term(text)
    month = _MONTH.search(text)
    return Context(
        title="" if is_name else text,
        school=school,
        term=term,
        school_year=year,
        month=_month(month),
        stated_on=_date(text),
        grade=_grade_word(text),
        class_text=_class_word(text),
    )


def _term(text: str) -> tuple[Term | None, int | None]:
    half = _HALF.search(text)
    if half:
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
    return None, None


def _month(found: re.Match[str] | None) -> Month | None:
    return Month(int(found[1]), int(found[2])) if found and 1 <= int(found[2]) <= 12 else None


def _date(text: str) -> date | None:
    found = _DAY.search(text) or _COMPACT_DAY.search(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


_SHORT_CLASS = re.compile(
    r"^([一二三四五六七八九1-9])(?:\((\d{1,2}|[一二三四五六七八九十]{1,2})\)|[.-]?(\d{1,2}))班$"
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


def section_context(text: str) -> Context | None:
    """Read a line between the rows that names a class or a school; None when it names neither."""
    plain = re.sub(r"^[一二三四五六七八九十]+[、..]|[::]$", "", normalise(text))
    plain = re.sub(r"\(?共?\d+人\)?$|班主任.*$", "", plain)
    short = _SHORT_CLASS.match(plain)
    if short:
        return Context(grade=f"{short[1]}年级", class_text=short[2] or short[3])
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
