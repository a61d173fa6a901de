"""What is owed to a household that is helped 结对帮扶: days of visits, contributions, income.

Source: the work plans (every household and year at least 15 days of visits and 2000 yuan, a plan
by 项目、资金、物资、技术, 两不愁三保障). The figures are norms; here stands how they are counted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.labels import Labelled
from jingzhun.core.terms import Period


class HelpWay(Labelled):
    """By what a household is helped 帮扶方式; the order is that of the plans."""

    PROJECT = "project", "项目"
    FUNDS = "funds", "资金"
    GOODS = "goods", "物资"
    SKILLS = "skills", "技术"


class PlanState(Labelled):
    """How far a measure of a household's plan is."""

    PLANNED = "planned", "计划中"
    DONE = "done", "已完成"


class Assurance(Labelled):
    """What a household must not want for: 两不愁 (the first two), 三保障, and drinking water."""

    FOOD = "food", "不愁吃"
    CLOTHING = "clothing", "不愁穿"
    EDUCATION = "education", "义务教育"
    MEDICAL = "medical", "基本医疗"
    HOUSING = "housing", "住房安全"
    WATER = "water", "饮水安全"


class Fulfilment(Labelled):
    """What was found of an assurance."""

    MET = "met", "达标"
    UNMET = "unmet", "未达标"
    UNKNOWN = "unknown", "未核实"


class Uncounted(Labelled):
    """Why days of a visit do not count for whoever made it."""

    FROM_AFAR = "from_afar", "不是当面"
    NOBODY = "nobody", "没写走访人"
    UNKNOWN = "unknown", "不是账本里的教职工"
    NOT_THE_HELPER = "not_the_helper", "不是该户帮扶责任人"
    OUTSIDE_PAIR = "outside_pair", "不在结对期内"
    REPEATED = "repeated", "同一天已记过"


#: Ways of a visit, as lists write them, in which nobody came: they make no day of a visit.
FROM_AFAR = ("电话", "微信", "短信", "视频", "网络", "线上", "QQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One visit: who came to which household, from which day, for how many days.

    ``helper`` is whatever tells helpers apart: a number where one is known, else the words.
    """

    household: int
    helper: int | str
    came_on: date
    days: int = 1


def is_on_the_spot(way: str | None) -> bool:
    """Tell whether a visit of this 方式 was made there, not from afar; unsaid: it was."""
    return not any(word in (way or "") for word in FROM_AFAR)


def visit_days(
    stays: Iterable[Stay], period: Period
) -> Mapping[tuple[int, int | str], frozenset[date]]:
    """Give by household and helper the calendar days of visits within a period.

    A day counts once for each household and helper, however many visits fell on it; on one day a
    helper may visit several households, and each has its day. The days of a household are the
    union over its helpers: two who came together made it one day.
    """
    found: dict[tuple[int, int | str], set[date]] = {}
    for stay in stays:
        days = found.setdefault((stay.household, stay.helper), set())
        days.update(
            day
            for offset in range(stay.days)
            if (day := stay.came_on + timedelta(offset)) in period
        )
    return {pair: frozenset(days) for pair, days in found.items() if days}


def household_days(
    days: Mapping[tuple[int, int | str], frozenset[date]],
) -> Mapping[int, frozenset[date]]:
    """Give by household the days on which anybody came, of what :func:`visit_days` gave."""
    found: dict[int, frozenset[date]] = {}
    for (household, _helper), some in days.items():
        found[household] = found.get(household, frozenset()) | some
    return found


def years_compared(years: Iterable[int], paired_in: int | None) -> tuple[int, int] | None:
    """Give the years whose incomes are compared: before the help, and now.

    Before is the year before the pair began, else the last that is known before it, else the
    earliest; now is the latest. None while there are not two years.
    """
    known = sorted(set(years))
    earlier = [year for year in known if paired_in is not None and year < paired_in]
    before = earlier[-1] if earlier else known[0] if known else None
    if before is None or known[-1] == before:
        return None
    return before, known[-1]
