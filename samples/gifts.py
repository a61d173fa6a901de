"""Lists about no person: gifts, works and equipment, what a pair of kindergartens did."""

from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import COUNTY, JUNIOR, KINDERGARTEN, PRIMARY, TOWNSHIP
from samples.page import Cell, Formula, Page
from samples.town import Town

_MONEY = ("序号", "捐赠日期", "捐赠单位（个人）", "金额（万元）", "用途", "经办人")
_GOODS = (
    "捐赠日期", "捐赠单位（个人）", "物资名称", "数量", "单位", "单价（元）", "折合金额（元）",
    "受赠学校",
)  # fmt: skip
_WORKS = (
    "序号", "项目名称", "建设性质", "件数", "建设面积（平方米）", "计划投资（万元）",
    "自筹资金（万元）", "缺口资金（万元）", "受益人口（人）", "办理状态",
)  # fmt: skip
_EQUIPMENT = (
    "序号", "项目名称", "规格型号", "单位", "数量", "单价（元）", "金额（元）", "资金来源",
    "采购时间", "验收情况",
)  # fmt: skip
_ACTIVITY = (
    "序号", "活动时间", "活动地点", "帮扶园", "被帮扶园", "活动形式", "活动主题", "主讲人",
    "参加人员", "人数", "课时",
)  # fmt: skip
_HELPER = f"{COUNTY}第一幼儿园"

Line = tuple[tuple[Cell, ...], int | None, str]  # cells, fen, code and field of what is wrong


def donations(_town: Town, _dice: Random) -> list[Page]:
    """Lay out a year's gifts: money by 万元 with cells of their own unit, and goods."""
    money = Page(name="捐款", kind=Kind.DONATIONS)
    money.title(f"{PRIMARY}2026年接受社会捐款登记表", "制表日期：2026年11月10日", width=6)
    money.header(_MONEY)
    for at, (cells, fen, fault) in enumerate(_GIFTS, start=1):
        _lay(money, (float(at), *cells), fen, fault)
    total = sum(fen or 0 for _, fen, _fault in _GIFTS)
    money.add(["合计", "", "", Formula("=SUM(D4:D12)", total / 1_000_000), "", ""])
    goods = Page(name="捐物", kind=Kind.DONATIONS)
    goods.title(f"{COUNTY}2026年接受捐赠物资登记表", width=len(_GOODS))
    goods.header(_GOODS)
    for cells, fen, fault in _THINGS:
        _lay(goods, cells, fen, fault)
    goods.add(["注：折合金额按市场价估算。", *[""] * 7])
    return [money, goods]


def _lay(page: Page, cells: tuple[Cell, ...], fen: int | None, fault: str) -> None:
    """Append a row; ``fault`` is ``code field``, with ``!`` before it where the row is refused."""
    row = page.add(cells, key=f"{page.name}{len(page.rows)}")
    page.given[row] = [fen]
    if fault:
        code, field = fault.lstrip("!").split()
        page.plant(row, code, field, refuses=fault.startswith("!"))


_GIFTS: tuple[Line, ...] = (
    (("2026年3月5日", "青禾县爱心协会", 2.0, "助学", "李会计"), 2_000_000, ""),
    (("2026.4.12", "匿名", "500元", "", "李会计"), 50_000, ""),
    (("2026.4.12", "匿名", "500元", "", "李会计"), 50_000, ""),
    (("2026-06-01", "某爱心人士", 0.1, "六一儿童节慰问", "李会计"), 100_000, ""),
    ((46204.0, "青禾农业技术学院", 3.5, "资助困难学生", "李会计"), 3_500_000, ""),
    (("9月10日", "", 0.05, "", "王老师"), 50_000, "donor_unnamed donor"),
    (("2026年2月30日", "石桥沟村村委会", 0.2, "", ""), 200_000, "!date_invalid donated_on"),
    (("", "青禾县教育基金会", 10.0, "奖学金", ""), 10_000_000, "date_missing donated_on"),
    (("2026-10-17", "王先生", "贰仟元", "", ""), 200_000, ""),
)
_THINGS: tuple[Line, ...] = (
    (("2026年3月5日", "青禾县爱心协会", "课桌凳", "200套", "", 180.0, "", PRIMARY), 3_600_000, ""),
    (("2026年5月", "青禾农业技术学院", "图书", 1200.0, "册", 20.0, 24_000.0, JUNIOR),
     2_400_000, ""),
    (
        ("2026-06-01", "匿名", "书包", 150.0, "个", 60.0, 8_000.0, PRIMARY),
        800_000,
        "product_mismatch value",
    ),
    (("2026-09-10", "李女士", "旧衣物", "一批", "", "", "", JUNIOR), None,
     "quantity_unreadable quantity"),
    (("同上", "李女士", "面粉", "12.5", "吨", "", "5万元", PRIMARY), 5_000_000, ""),
    (("2026-10-08", "王先生", "电脑", 3.0, "台", 3_000.0, -9_000.0, JUNIOR), None,
     "!amount_negative value"),
)  # fmt: skip


def works(_town: Town, _dice: Random) -> list[Page]:
    """Lay out a year's works under three header rows, and equipment in sections with sums."""
    return [_buildings(), _equipment()]


def _buildings() -> Page:
    page = Page(name="工程类", kind=Kind.FACILITY_PROJECTS)
    page.title(f"{COUNTY}2026年教育扶贫改善办学条件项目统计表", width=len(_WORKS))
    top = page.header(["序号", "项目名称", "建设性质", "建设规模", "", "资金", "", "", *_WORKS[8:]])
    page.header(["", "", "", *_WORKS[3:6], "其中", "", "", ""])
    page.header(["", "", "", "", "", "", *_WORKS[6:8], "", ""])
    page.merges += [(top, at, top + 2, at) for at in (0, 1, 2, 8, 9)]
    page.merges += [(top, 3, top, 4), (top, 5, top, 7), (top + 1, 6, top + 1, 7)]
    page.merges += [(top + 1, at, top + 2, at) for at in (3, 4, 5)]
    total = 0
    for numeral, (name, items) in zip("一二", _BUILDINGS, strict=True):
        fen = sum(item[1] or 0 for item in items)
        total += fen
        page.add([numeral, name, "", "", "", fen / 1_000_000, "", "", "", ""])
        for at, (cells, planned, fault) in enumerate(items, start=1):
            _lay(page, (float(at), *cells), planned, fault)
    page.add(["", "合　计", "", "", "", total / 1_000_000, "", "", "", ""])
    return page


_BUILDINGS: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "幼儿园建设",
        (
            ((KINDERGARTEN, "新建", 1.0, 1500.0, 320.5, 20.0, 0.5, "180人", "实质办结"),
             320_500_000, ""),
            (("柳河村幼儿园", "改建", 1.0, "500㎡", 60.0, 5.0, 0.0, 40.0, "办理中"),
             60_000_000, ""),
        ),
    ),
    (
        "维修维护",
        (
            ((f"{PRIMARY}屋面防水", "维修", 1.0, "", 30.0, "", "", 610.0, "实质办结"),
             30_000_000, ""),
            (("1、教师周转房维修（含门窗、给排水、电路改造）", "维修", "12", 600.0, "45万元",
              "", "", 48.0, "办理中"), 45_000_000, ""),
        ),
    ),
)  # fmt: skip


def _equipment() -> Page:
    page = Page(name="设备类", kind=Kind.FACILITY_PROJECTS)
    page.title(
        "2026年薄弱学校设备采购项目明细表", f"填报单位：{COUNTY}教育局        单位：元", width=10
    )
    page.header(_EQUIPMENT)
    for at, (name, stated, items) in enumerate(_SECTIONS):
        section = page.add([f"{'一二三'[at]}、{name}", *[""] * 9])
        page.merges.append((section, 0, section, 9))
        for number, (cells, fen, fault) in enumerate(items, start=1):
            _lay(page, (float(number), *cells), fen, fault)
        row = page.add(["", "小计", "", "", "", "", stated / 100, "", "", ""])
        if stated != sum(fen or 0 for _, fen, _ in items):
            page.plant(row, "sum_mismatch", "amount")
    page.add([f"注：{TOWNSHIP}各校分配数另行通知。", *[""] * 9])
    return page


_SECTIONS: tuple[tuple[str, int, tuple[Line, ...]], ...] = (
    (
        "教学设备",
        33_600_000,
        (
            (("班班通", "86寸", "套", 12.0, 25_000.0, 300_000.0, "中央资金", "2026年8月", "已验收"),
             30_000_000, ""),
            (("课桌凳", "", "", "200套", 180.0, Formula("=E6*F6", 36_000), "县级", "2026.8.20",
              "合格"),
             3_600_000, ""),
        ),
    ),
    (
        "生活设施",
        5_000_000,
        (
            (("高低床", "双层", "张", 60.0, 800.0, "", "社会捐赠", "2026-09-02", ""),
             4_800_000, ""),
            (("电热水器", "", "台", 4.0, 1_500.0, 5_900.0, "学校", "", ""), 590_000,
             "product_mismatch amount"),
        ),
    ),
    (
        "其他",
        300_000,
        (
            (("", "", "块", 10.0, 300.0, 3_000.0, "县级", "", ""),
             300_000, "!entry_incomplete item"),
        ),
    ),
)  # fmt: skip


def activities(_town: Town, _dice: Random) -> list[Page]:
    """Lay out what a pair of kindergartens did in a term: spans of days, several forms."""
    page = Page(name="结对活动", kind=Kind.KINDERGARTEN_ACTIVITIES)
    page.title(f"{_HELPER}与{KINDERGARTEN}结对帮扶活动台账（2026年秋季学期）", width=len(_ACTIVITY))
    page.header(_ACTIVITY)
    for at, (cells, _, fault) in enumerate(_DONE, start=1):
        when, place, form, theme, speaker, who, people, hours = cells
        pair = (_HELPER, KINDERGARTEN)
        _lay(
            page,
            (float(at), when, place, *pair, form, theme, speaker, who, people, hours),
            None,
            fault,
        )
    page.add(["合计", "", "", "", "", "", "", "", "", "", 15.5])
    return [page]


_DONE: tuple[Line, ...] = (
    (("2026年9月10日至11日", KINDERGARTEN, "送教下乡", "绘本阅读", "赵园长", "全体教师", 12.0, 4.0),
     None, ""),
    (("2026.9.24", _HELPER, "跟班学习、观摩", "区域游戏", "钱老师", "教师3人", "3人", "4课时"),
     None, ""),
    (("2026-10-15", KINDERGARTEN, "讲座", "一日生活组织", "赵园长", "全体教师", 12.0, "1.5"),
     None, ""),
    (("10.29—10.30", KINDERGARTEN, "师徒结对", "备课", "孙老师", "青年教师", 4.0, 2.0), None, ""),
    (("2026年11月5日", KINDERGARTEN, "捐赠", "捐赠图书100册", "", "", "", ""), None, ""),
    (("2026-10-15", KINDERGARTEN, "讲座", "一日生活组织", "赵园长", "全体教师", 12.0, "1.5"), None,
     "!duplicate_row activity_on"),
    (("每周三", KINDERGARTEN, "培训", "教研", "钱老师", "全体教师", 12.0, 2.0), None,
     "!date_invalid activity_on"),
    (("2026年11月31日", KINDERGARTEN, "培训", "教研", "钱老师", "全体教师", 12.0, 2.0), None,
     "!date_invalid activity_on"),
)  # fmt: skip
