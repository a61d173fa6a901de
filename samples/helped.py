"""What was done for helped households: gifts, plans, checks, incomes, as offices list it."""

from collections.abc import Sequence
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import TOWNSHIP, UNIT
from samples.page import Cell, Page
from samples.stains import Row, Stain, lay, put, soil
from samples.town import Pair, Town

_GIVEN = (
    "序号", "户编号", "户主姓名", "村", "帮扶责任人", "投入时间", "帮扶方式", "投入金额（元）",
    "帮扶内容", "备注",
)  # fmt: skip
_WAYS = (
    "户主姓名",
    "户主证件号码",
    "行政村",
    "帮扶干部",
    "帮扶时间",
    "资金（万元）",
    "物资",
    "技术",
)
_PLAN = (
    "户编号",
    "户主姓名",
    "致贫原因",
    "帮扶责任人",
    "帮扶方式",
    "帮扶措施",
    "预期目标",
    "完成情况",
)
_CHECK = (
    "户编号", "户主姓名", "村", "不愁吃", "不愁穿", "义务教育", "基本医疗", "住房安全", "饮水安全",
    "核查人", "核查时间",
)  # fmt: skip
_INCOME = (
    "序号", "户编号", "户主姓名", "家庭人口", "工资性收入", "经营性收入", "财产性收入",
    "转移性收入", "家庭总收入", "人均纯收入",
)  # fmt: skip
_DAYS = ("2026.3.5", "2026年4月12日", "6.1", "2026-09-10", "10月8日")
_GIFTS: tuple[tuple[str, Cell, str, int | None], ...] = (
    ("资金", 1_000.0, "发展生产补助", 100_000),
    ("物资", "600元", "化肥四袋、米面各两袋", 60_000),
    ("产业项目", "0.12万元", "花椒种植", 120_000),
    ("技术指导", "", "花椒修剪培训", None),
    ("慰问品", "￥400.00", "春节慰问", 40_000),
)


def contributions(town: Town, dice: Random) -> list[Page]:
    """Lay out the year's gifts: a row a gift with ditto marks, and a column for each way."""
    return [_gifts(_some(town, dice, 40), dice), _by_ways(_some(town, dice, 12))]


def _some(town: Town, dice: Random, count: int) -> list[Pair]:
    """Give some of the pairs in the order in which lists go: village by village."""
    chosen = dice.sample(town.pairs, count)
    return sorted(chosen, key=lambda pair: (pair.household.village, pair.household.number))


def _gifts(pairs: Sequence[Pair], dice: Random) -> Page:
    page = Page(name="投入台账", kind=Kind.CONTRIBUTIONS)
    page.title(f"{UNIT}2026年结对帮扶投入台账", width=len(_GIVEN))
    page.header(_GIVEN)
    stains = soil(dice, pairs, _GIVEN_STAINS)
    for pair in pairs:
        home = pair.household
        start = dice.randrange(len(_GIFTS))
        for turn, at in enumerate((start, (start + 2) % len(_GIFTS))):
            way, amount, content, fen = _GIFTS[at]
            row: Row = {
                "序号": float(len(page.keys) + 1), "户编号": "同上" if turn else home.number,
                "户主姓名": "〃" if turn else home.head.name, "村": home.village,
                "帮扶责任人": pair.staff.name, "投入时间": _DAYS[at], "帮扶方式": way,
                "投入金额（元）": amount, "帮扶内容": content,
            }  # fmt: skip
            stain = None if turn else stains.get(id(pair))
            number = lay(page, _GIVEN, row, key=f"{home.number}/{at}", stain=stain)
            page.given[number] = [fen]
    page.add(["注：物资按市场价折算。", *[""] * (len(_GIVEN) - 1)])
    return page


_GIVEN_STAINS = (
    Stain(put("帮扶方式", "精神鼓励"), "help_way_unknown", "help_way", refuses=True),
    Stain(put("投入金额（元）", -500.0), "amount_negative", "amount", refuses=True),
    Stain(put("投入金额（元）", "若干"), "amount_unreadable", "amount", refuses=True),
    Stain(put("投入时间", "2026年2月30日"), "date_invalid", "given_on", refuses=True),
    Stain(put("投入时间", "2026-12-05"), "duty_date_impossible", "given_on", refuses=True),
    Stain(put("帮扶责任人", "王老师、李老师等3人")),
    Stain(put("帮扶责任人", "")),
)


#: What each row of ``_by_ways`` gives, in turn: a thing and a tick are no money.
_FEN: tuple[tuple[int | None, ...], ...] = ((100_000,), (None, None), (50_000, 50_000))


def _by_ways(pairs: Sequence[Pair]) -> Page:
    page = Page(name="按方式", kind=Kind.CONTRIBUTIONS)
    page.title(f"{TOWNSHIP}帮扶户投入情况（2026年10月）", width=len(_WAYS))
    page.header(_WAYS)
    for at, pair in enumerate(pairs):
        home = pair.household
        head, number = ("", "") if at == 5 else (home.head.name, home.head.id_number)
        money, things, skills = ((0.1, "", ""), ("", "化肥两袋", "√"), (0.05, "500元", "×"))[at % 3]
        day = "" if at == 7 else "2026-10-17"
        row = page.add(
            [head, number, home.village, pair.staff.name, day, money, things, skills],
            key=home.number,
        )
        page.given[row] = list(_FEN[at % 3])
        if at == 5:
            page.plant(row, "household_missing", "head_name", refuses=True)
        if at == 7:
            page.plant(row, "duty_undated", "given_on")
    return page


def plans(town: Town, dice: Random) -> list[Page]:
    """Lay out the plans of the year: several ways in a cell, one household with two lines."""
    page = Page(name="帮扶计划", kind=Kind.HOUSEHOLD_PLANS)
    page.title(f"{UNIT}2026年帮扶计划（一户一策）", width=len(_PLAN))
    page.header(_PLAN)
    pairs = _some(town, dice, 60)
    stains = soil(dice, pairs, _PLAN_STAINS)
    for at, pair in enumerate(pairs):
        home = pair.household
        ways, what, goal, state = _PLANS[at % len(_PLANS)]
        row: Row = {
            "户编号": home.number, "户主姓名": home.head.name, "致贫原因": home.cause,
            "帮扶责任人": pair.staff.name, "帮扶方式": ways, "帮扶措施": what, "预期目标": goal,
            "完成情况": state,
        }  # fmt: skip
        number = lay(page, _PLAN, row, key=home.number, stain=stains.get(id(pair)))
        page.given[number] = [None] * (ways.count("、") + 1)
    return [page]


_PLANS = (
    ("项目、资金", "种花椒三亩，申请产业奖补", "增收2000元", "已落实"),
    ("项目、资金、物资、技术", "一户一策", "户均增收3000元", "推进中"),
    ("技术", "参加县里的电工培训", "", ""),
    ("物资", "春耕送化肥", "", "√"),
)
_PLAN_STAINS = (
    Stain(put("帮扶方式", "谈心"), "help_way_unknown", "help_way", refuses=True),
    Stain(put("完成情况", "再看"), "plan_state_unknown", "plan_state"),
)


def checklists(town: Town, dice: Random) -> list[Page]:
    """Lay out the checks of 两不愁三保障 under two header rows, ticks and reasons mixed."""
    page = Page(name="核查表", kind=Kind.CHECKLISTS)
    page.title(f"{TOWNSHIP}两不愁三保障核查表（2026年9月）", width=len(_CHECK))
    top = page.header(["户编号", "户主姓名", "村", "两不愁", "", "三保障", "", "", *_CHECK[8:]])
    page.header(["", "", "", "吃", "穿", "义务教育", "基本医疗", "住房安全", "", "", ""])
    page.merges += [(top, at, top + 1, at) for at in (0, 1, 2, 8, 9, 10)]
    page.merges += [(top, 3, top, 4), (top, 5, top, 7)]
    pairs = _some(town, dice, 50)
    stains = soil(dice, pairs, _CHECK_STAINS)
    for at, pair in enumerate(pairs):
        home = pair.household
        stain = stains.get(id(pair))
        words = ("√", "是", "达标", "有保障")[at % 4]
        row: Row = {
            **dict.fromkeys(_CHECK[3:9], words),
            "户编号": home.number, "户主姓名": home.head.name, "村": home.village,
            "义务教育": "不涉及" if at % 3 else words,
            "住房安全": "×（C级危房）" if at % 10 == 9 else words,
            "核查人": pair.staff.name, "核查时间": f"2026.9.{at % 28 + 1}",
        }  # fmt: skip
        number = lay(page, _CHECK, row, key=home.number, stain=stain)
        page.given[number] = [None] * (6 - (stain in _CHECK_STAINS[:2]))
    return [page]


_CHECK_STAINS = (
    Stain(put("饮水安全", "再看"), "fulfilment_unknown", "water"),
    Stain(put("基本医疗", "")),
    Stain(put("基本医疗", "未参保：外出务工")),
    Stain(put("核查时间", "2026年9月31日"), "date_invalid", "checked_on", refuses=True),
)


def incomes(town: Town, dice: Random) -> list[Page]:
    """Lay out incomes before the help and after it, a sheet for each year."""
    pairs = _some(town, dice, 40)
    return [_year(2023, pairs, dice, 75), _year(2025, pairs, dice, 110)]


def _year(year: int, pairs: Sequence[Pair], dice: Random, percent: int) -> Page:
    page = Page(name=f"{year}年", kind=Kind.HOUSEHOLD_INCOMES)
    page.title(f"{TOWNSHIP}{year}年度结对户家庭收入统计表", width=len(_INCOME))
    page.header(_INCOME)
    for at, pair in enumerate(pairs):
        home, people = pair.household, len(pair.household.people)
        each = home.income * percent // 100
        wages, transfers = each * people * 7 // 10, 600 + dice.randrange(9) * 100
        business = each * people - wages - transfers
        cells: list[Cell] = [float(wages), float(business), 0.0, float(transfers)]
        whole: list[Cell] = [float(each * people), float(each)]
        if at % 8 == 3:
            whole = ["", ""]
        if at % 8 == 5:
            cells, whole = ["", "", "", ""], [f"{each * people / 10_000}万元", ""]
        if at == 6:
            cells, whole = ["", "", "", ""], ["", ""]
        row = page.add(
            [float(at + 1), home.number, home.head.name, float(people), *cells, *whole],
            key=home.number,
        )
        page.given[row] = [each * people * 100]
        if at == 6:
            page.plant(row, "amount_missing", "income", refuses=True)
    return page
