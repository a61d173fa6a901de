"""What labour facts mean: where somebody works, whether at all, who has left school lately.

两后生: who left junior or senior high (初中、高中毕业后) and went on to neither school nor work.
"""

import re
from datetime import date

from jingzhun.core.dropout import SchoolAge
from jingzhun.core.labels import Labelled
from jingzhun.core.vocabulary import Stage, WorkRegion

_REGION_WORDS = (
    (WorkRegion.ABROAD, re.compile("境外|国外|出国")),
    (WorkRegion.OTHER_PROVINCE, re.compile("省外|(?<!县)外省|跨省")),
    (WorkRegion.PROVINCE, re.compile("省内|本省")),
    (WorkRegion.COUNTY, re.compile("县内|本县|县域内")),
    (WorkRegion.TOWNSHIP, re.compile("乡镇内|乡内|镇内|村内|本乡|本镇|本村")),
)
_BRACKETS = re.compile(r"[()（）\s]")
_PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏",
    "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川",
    "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip
_ABROAD = ("香港", "澳门", "台湾")
#: What 文化程度 says of the last school, and the years of schooling behind it.
_EDUCATION = (
    (Stage.SENIOR, re.compile("高中|中专|职高|技校|中职")),
    (Stage.JUNIOR, re.compile("初中")),
)
_YEARS = {Stage.JUNIOR: 9, Stage.SENIOR: 12}
_HIGHER = re.compile("大专|高职|高专|本科|硕士|博士|研究生|大学|预备技师|技师学院[三四]")
_SENIOR = re.compile("高中|高一|高二|高三|中职|中专|职高|技师|技校")
_AT_SCHOOL = re.compile("在校|在读|上学|就读|读书|升学|学生")


class LeavingBasis(Labelled):
    """From what it is known that somebody has left school."""

    EVENT = "event", "异动"
    ROLL = "roll", "学籍届满"
    AGE = "age", "按文化程度和年龄推算"


def region_of(place: str | None, home: tuple[str, str, str] = ("", "", "")) -> WorkRegion | None:
    """Tell how far from home a place of work is; None where its words do not say.

    ``home`` is the household's province, county and township, "" where unknown.
    """
    text = _BRACKETS.sub("", place or "")
    if not text:
        return None
    for region, words in _REGION_WORDS:
        if words.search(text):
            return region
    province, county, township = (_bare(name) for name in home)
    if township and township in text:
        return WorkRegion.TOWNSHIP
    if county and county in text:
        return WorkRegion.COUNTY
    if any(name in text for name in _ABROAD):
        return WorkRegion.ABROAD
    named = next((name for name in _PROVINCES if text.startswith(name)), None)
    if named is None or not province:
        return None
    return WorkRegion.PROVINCE if province.startswith(named) else WorkRegion.OTHER_PROVINCE


def _bare(place: str) -> str:
    """Drop what kind of place it is: 青禾县 is written 青禾, too."""
    return place[:-1] if len(place) > 2 and place[-1] in "省市县区旗镇乡" else place


def is_working(*, said: bool | None, has_returned: bool, signs: bool) -> bool | None:
    """Tell whether somebody works: as said, else by signs (a place, a unit, months of work).

    Whoever has come back is not taken for working by old signs; None where nothing tells.
    """
    if said is not None:
        return said
    if has_returned:
        return False
    return True if signs else None


def school_of(education: str | None) -> Stage | None:
    """Give the last school that 文化程度 names, junior or senior high; None for another."""
    text = education or ""
    if _HIGHER.search(text):
        return None
    return next((stage for stage, words in _EDUCATION if words.search(text)), None)


def would_leave_on(born_on: date, stage: Stage, ages: SchoolAge) -> date:
    """Give the 1 September after which a child of this birth date would have left the school."""
    start = ages.due_on(born_on)
    return date(start.year + _YEARS[stage], 9, 1)


def studies_beyond(stage: Stage, *said: str | None) -> bool:
    """Say whether words like 在校生状况 tell of a school above the one that was left."""
    for text in filter(None, said):
        if _HIGHER.search(text):
            return True
        if stage is Stage.JUNIOR and _SENIOR.search(text):
            return True
    return False


def is_at_school(*said: str | None) -> bool:
    """Say whether words like 无劳动力状态 tell that somebody is still at some school."""
    return any(_AT_SCHOOL.search(text) for text in said if text)
