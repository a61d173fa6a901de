"""What the cells of a column look like, where its header says nothing: ids, days, grades, words."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jingzhun.core.identity import IdChecker
from jingzhun.rosters.kinds import fields, normalise, values, vocabulary_of
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.dates import DateReader
from jingzhun.rosters.values.odd import Odd

_LOOKED_AT = 300
_MOST = 80  # of a hundred cells so many must agree
_GRADE = re.compile(
    r"(?:[小中]?学?[一二三四五六七八九1-9]年级|初[一二三]|高[一二三]|[大中小]班|学前班)"
)
_CLASS = re.compile(r"[(]?\d{1,2}[)]?班|[一二三四五六七八九十]{1,2}班")
_SCHOOL = re.compile(r".{2,}(?:小学|中学|学校|幼儿园|教学点|学院)")
_VILLAGE = re.compile("[\u4e00-\u9fff]{1,8}(?:村|社区)")
_NAME = re.compile("[\u4e00-\u9fff]{2,4}")


@dataclass(frozen=True, slots=True)
class Guess:
    """A field that the cells may be of, and why in Chinese."""

    field: str
    reason: str


def looks_like(column: Sequence[Any], today: date) -> list[Guess]:
    """Give every field that most cells of a column look like, the most certain first."""
    found = [cell for cell in column if normalise(cells.plain(cell))][:_LOOKED_AT]
    if not found:
        return []
    texts = [normalise(cells.plain(cell)).upper() for cell in found]
    guesses = [
        Guess(field, f"格子里像{reason}")
        for field, looks_so, reason in _tests(today)
        if _share(texts, looks_so) >= _MOST
    ]
    for field, words in _vocabularies().items():
        if _share(texts, words.__contains__) >= _MOST:
            reason = f"格子里是{fields()[field].title}的写法，如“{texts[0][:10]}”"
            guesses.append(Guess(field, reason))
    # Last, for nearly everything in Chinese is short.
    if len(set(texts)) * 2 > len(texts) and _share(texts, _fits(_NAME)) >= _MOST:
        guesses.append(Guess("name", "格子里像人名"))
    return guesses


@cache
def _vocabularies() -> dict[str, frozenset[str]]:
    """Give by field of a closed vocabulary its words, but for those that say little: 是, 1."""
    named = {name: vocabulary_of(name) for name in fields()}
    return {
        name: frozenset(word for word in values(vocabulary) if not word.isdigit())
        for name, vocabulary in named.items()
        if vocabulary is not None and vocabulary not in {"flag", "employment"}
    }


def _tests(today: date) -> tuple[tuple[str, Callable[[str], bool], str], ...]:
    fault = IdChecker(today).fault
    dates = DateReader(today=today)
    return (
        ("id_number", lambda text: len(text) == 18 and fault(text) is None, "身份证号"),
        ("student_no", lambda text: _reads(cells.student_no, text), "学籍号"),
        ("phone", lambda text: len(text) >= 7 and _reads(cells.phone, text), "电话"),
        ("grade_class", lambda text: bool(_GRADE.match(text) and text.endswith("班")
                                          and not _GRADE.fullmatch(text)), "年级班级"),
        ("grade", _fits(_GRADE), "年级"),
        ("class_no", _fits(_CLASS), "班级"),
        ("school", _fits(_SCHOOL), "学校"),
        ("village", _fits(_VILLAGE), "村名"),
        ("born_on", lambda text: len(text) >= 6 and _reads(dates.day, text), "日期"),
    )  # fmt: skip


def _fits(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _reads(reader: cells.Reader, text: str) -> bool:
    found = reader(text)
    return found is not None and not isinstance(found, Odd)


def _share(texts: Sequence[str], looks_so: Callable[[str], bool]) -> int:
    """Give how many of a hundred cells look so."""
    return sum(map(looks_so, texts)) * 100 // len(texts)
