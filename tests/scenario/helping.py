"""What the helpers of the story did for their households, and its workbooks.

李明, 杨静 and 何春花 do all that is asked; 黄海波 comes too seldom, 张志强 gives too little, 周晓东
does nothing at all. 王有福's son is out of school, so that his house lacks one of the assurances.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from samples.names import KINDERGARTEN, TOWNSHIP
from samples.page import Cell, Page
from tests.scenario.cast import HOMES, TEACHERS

#: Household, helper, days of visits, yuan given in the calendar year 2026; of the last two homes
#: the one was helped until September, the other from then on.
YEAR_2026 = (
    (1, "李明", 15, 2000), (2, "黄海波", 12, 2000), (3, "张志强", 15, 1500), (4, "陈雪梅", 6, 800),
    (5, "王建国", 10, 1000), (6, "王建国", 4, 1000), (7, "杨静", 15, 2400), (8, "李秀英", 8, 2000),
    (9, "赵永福", 16, 2000), (10, "何春花", 15, 2000), (12, "何春花", 4, 700),
)  # fmt: skip
#: The same up to the end of August 2027, when two thirds of the year are over.
YEAR_2027 = (
    (1, "李明", 10, 1400), (2, "黄海波", 10, 1400), (3, "张志强", 4, 600),
    (5, "王建国", 10, 1400), (6, "王建国", 10, 1400), (7, "杨静", 10, 1400),
    (8, "李秀英", 10, 1400), (9, "赵永福", 10, 1400), (10, "何春花", 10, 1400),
    (11, "陈雪梅", 8, 1000), (12, "何春花", 10, 1400), (13, "张志强", 5, 800),
)  # fmt: skip
Did = Sequence[tuple[int, str, int, int]]

#: A household's whole income before it was helped and in 2026, in yuan.
_INCOMES = {1: (21000, 26000), 2: (18000, 18000), 3: (19000, 24000), 9: (24000, 33000)}
_LATE = {3: date(2027, 1, 12), 12: date(2026, 9, 8), 13: date(2027, 4, 24), 11: date(2027, 3, 8)}


def _sheet(name: str, title: str, header: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> Page:
    page = Page(name=name)
    page.title(title, width=len(header) + 3)
    page.header(["序号", "户编号", "户主姓名", *header])
    for at, (order, *cells) in enumerate(rows, start=1):
        home = HOMES[order - 1]
        page.add([float(at), home.number, home.head, *cells])
    return page


def _days(year: int, home: int, count: int) -> list[date]:
    late = _LATE.get(home)
    first = late if late and late.year == year else date(year, 1, 12)
    return [first + timedelta(days=22 * at) for at in range(count)]


def visits(year: int, did: Did) -> Sequence[Page]:
    """Lay out the visits of a year, a row for each."""
    rows = [
        (home, helper, day.isoformat(), "入户", "了解生产生活，宣讲教育资助政策")
        for home, helper, count, _ in did
        for day in _days(year, home, count)
    ]
    title = f"{TOWNSHIP}{year}年帮扶责任人入户走访记录"
    return [_sheet("走访", title, ("帮扶责任人", "走访日期", "走访方式", "走访内容"), rows)]


def gifts(year: int, did: Did) -> Sequence[Page]:
    """Lay out what was given in a year: half of it in money, half in kind."""
    units = {teacher.name: teacher.unit for teacher in TEACHERS}
    rows = [
        (home, helper, units[helper], _days(year, home, 2)[1].isoformat(), yuan / 2, yuan / 2)
        for home, helper, _, yuan in did
    ]
    header = ("帮扶责任人", "单位", "帮扶时间", "资金", "物资")
    return [_sheet("投入", f"{TOWNSHIP}{year}年帮扶投入台账", header, rows)]


def plans(year: int, without: Sequence[int] = ()) -> Sequence[Page]:
    """Lay out what is planned for each household."""
    rows = [
        (at, float(year), "技术", "联系就业和技能培训", "一人稳定务工", "进行中")
        for at, _ in enumerate(HOMES[:12], start=1)
        if at not in without
    ]
    header = ("年度", "帮扶方式", "计划内容", "帮扶目标", "完成情况")
    return [_sheet("计划", f"{TOWNSHIP}{year}年一户一策帮扶计划", header, rows)]


def checks(day: date, unschooled: int = 0) -> Sequence[Page]:
    """Lay out what was found of the assurances in each household."""
    rows = [
        (at, day.isoformat(), "是", "是", "否" if at == unschooled else "是", "是", "是", "是")
        for at, _ in enumerate(HOMES[:12], start=1)
    ]
    header = ("核查日期", "不愁吃", "不愁穿", "义务教育", "基本医疗", "住房安全", "饮水安全")
    return [_sheet("核查", f"{TOWNSHIP}两不愁三保障核查表", header, rows)]


def incomes() -> Sequence[Page]:
    """Lay out what some households earned in the year before they were helped, and in 2026."""
    rows = [
        (home, float(year), float(yuan), float(len(HOMES[home - 1].children) + 1))
        for home, both in _INCOMES.items()
        for year, yuan in zip((2023, 2026), both, strict=True)
    ]
    header = ("年度", "家庭年收入", "家庭人口")
    return [_sheet("收入", f"{TOWNSHIP}帮扶户家庭收入统计表", header, rows)]


def sent() -> Sequence[Page]:
    """Lay out who was sent away: 周晓东 is back before his term was over."""
    page = Page(name="派出")
    header = ("序号", "姓名", "身份证号", "派出单位", "派出类别", "派往单位", "派出日期",
              "计划结束日期", "实际返回日期")  # fmt: skip
    page.title(f"{TOWNSHIP}下派、支教、挂职、培训登记表", width=len(header))
    page.header(header)
    teachers = {teacher.name: teacher for teacher in TEACHERS}
    rows = (
        ("杨静", "支教", "石桥沟教学点", "2026-09-01", "2027-07-10", ""),
        ("周晓东", "挂职", "青禾县教育局", "2026-09-01", "2027-01-20", "2026-11-30"),
        ("陈雪梅", "培训", "青禾县教师进修学校", "2026-11-02", "2026-11-13", "2026-11-13"),
        ("吴燕", "下派", "柳河村", "2027-03-01", "2027-08-31", ""),
    )
    for at, (name, kind, *more) in enumerate(rows, start=1):
        teacher = teachers[name]
        page.add([float(at), name, teacher.id_number, teacher.unit, kind, *more])
    return [page]


_CITY = "青禾县第一幼儿园"


def kindergarten_work() -> Sequence[Page]:
    """Lay out what the town's kindergarten did with its pair in autumn: one lecture too few."""
    page = Page(name="活动")
    header = ("序号", "活动时间", "帮扶园", "被帮扶园", "活动形式", "活动主题", "主讲人", "课时")
    page.title("幼儿园结对帮扶活动登记表", width=len(header))
    page.header(header)
    rows: Sequence[tuple[str, str, str, Cell]] = (
        ("2026-09-16", "入园指导", "看一日活动", ""), ("2026-09-23", "送教下乡", "健康领域", 4.0),
        ("2026-10-14", "送教下乡", "语言领域", 4.0), ("2026-11-11", "送教下乡", "科学领域", 3.0),
        ("2026-11-25", "专题讲座", "区域活动怎么组织", 2.0),
    )  # fmt: skip
    for at, (day, form, theme, hours) in enumerate(rows, start=1):
        page.add([float(at), day, _CITY, KINDERGARTEN, form, theme, "方老师", hours])
    return [page]


def kindergarten_pair() -> Sequence[Page]:
    """Lay out which kindergarten of the county seat helps that of the town."""
    page = Page(name="结对园")
    header = ("序号", "城区幼儿园", "乡镇幼儿园", "结对日期")
    page.title("幼儿园结对名单", width=len(header))
    page.header(header)
    page.add([1.0, _CITY, KINDERGARTEN, "2026-09-01"])
    return [page]


HELP: Mapping[str, Callable[[], Sequence[Page]]] = {
    "帮扶计划_2026年.xlsx": lambda: plans(2026, without=(11,)),
    "走访记录_2026年.xlsx": lambda: visits(2026, YEAR_2026),
    "帮扶投入_2026年.xlsx": lambda: gifts(2026, YEAR_2026),
    "核查_2026年12月.xlsx": lambda: checks(date(2026, 12, 18), unschooled=5),
    "家庭收入_2026年.xlsx": incomes,
    "幼儿园结对_2026年.xlsx": kindergarten_pair,
    "幼儿园结对活动_2026秋.xlsx": kindergarten_work,
    "派出登记_2027年1月.xlsx": sent,
    "帮扶计划_2027年.xlsx": lambda: plans(2027),
    "走访记录_2027年8月.xlsx": lambda: visits(2027, YEAR_2027),
    "帮扶投入_2027年8月.xlsx": lambda: gifts(2027, YEAR_2027),
    "核查_2027年6月.xlsx": lambda: checks(date(2027, 6, 18)),
}
