"""Meals, attendance, dropouts and home visits, as the schools of the town write them down."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import JUNIOR, PRIMARY, TOWNSHIP
from samples.page import Cell, Page
from samples.stains import Row, Stain, as_number, lay, off_by_one, put, soil, spaced
from samples.town import GRADES, Change, Pupil, Town

_MEALS = ("序号", "姓名", "身份证号", "年级", "班级", "就餐天数", "补助标准(元/天)", "金额", "签字")
_MONTHS = ("序号", "学生姓名", "身份证号码", "年级班级", "9月", "10月", "合计")
_LEAVES = ("序号", "学生姓名", "身份证号", "班级", "请假开始日期", "请假结束日期", "请假天数",
           "请假类型", "请假原因")  # fmt: skip
_LEDGER = ("序号", "学生姓名", "身份证号", "就读学校及年级", "失学时间", "疑似辍学原因")
_VISITS = ("序号", "学生姓名", "年级班级", "家访教师", "家访时间", "家访方式", "家访情况",
           "联系电话")  # fmt: skip
_HOMES = ("户编号", "户主姓名", "村", "帮扶责任人", "走访时间", "走访情况记录")
#: Days of September that every calendar teaches and none moves.
_SURE = tuple(day for day in range(1, 25) if date(2026, 9, day).weekday() < 5)


def _known(town: Town, school: str) -> list[Pupil]:
    """Give pupils with an id number whose name is nobody else's in their class."""
    pupils = [pupil for pupil in town.of_school(school) if pupil.person.id_number]
    names = [(pupil.person.name, pupil.grade, pupil.class_no) for pupil in pupils]
    return [pupil for pupil, name in zip(pupils, names, strict=True) if names.count(name) == 1]


def _class(pupil: Pupil) -> str:
    return f"{GRADES[pupil.grade]}{pupil.class_no}班"


# --- meals --------------------------------------------------------------------------------------


def meals(town: Town, dice: Random) -> list[Page]:
    """Lay out a month's meal days of one school, two months side by side of the other."""
    return [_month(town, dice), _months(town, dice)]


def _month(town: Town, dice: Random) -> Page:
    page = Page(name="小学9月", kind=Kind.MEAL_ROSTER)
    page.title(f"{PRIMARY}2026年9月营养餐就餐花名册", "单位：元", width=len(_MEALS))
    page.header(_MEALS)
    pupils = [pupil for pupil in _known(town, PRIMARY) if pupil.grade in {3, 4}][:45]
    stains = soil(dice, pupils, _MONTH_STAINS)
    for at, pupil in enumerate(pupils, start=1):
        days = dice.choice((22, 22, 21, 20, 18))
        row: Row = {
            "序号": float(at), "姓名": pupil.person.name, "身份证号": pupil.person.id_number,
            "年级": GRADES[pupil.grade], "班级": f"{pupil.class_no}班",
            "就餐天数": f"{days}天" if at % 8 == 0 else float(days),
            "补助标准(元/天)": 4.0, "金额": float(days * 4),
        }  # fmt: skip
        lay(page, _MEALS, row, key=pupil.person.key, stain=stains.get(id(pupil)))
    page.add(["制表人：", "", "", "校长：", *[""] * (len(_MEALS) - 4)])
    return page


def _too_many(row: Row) -> None:
    """Count the days of the calendar in place of those of the school."""
    row["就餐天数"], row["金额"] = 30.0, 120.0


_MONTH_STAINS = (
    Stain(_too_many, "meal_days_above_calendar", "meal_days", refuses=True),
    Stain(put("就餐天数", "全勤"), "meal_days_unreadable", "meal_days", refuses=True),
    Stain(put("就餐天数", -3.0), "meal_days_unreadable", "meal_days", refuses=True),
    Stain(put("就餐天数", ""), "meal_days_missing", "meal_days", refuses=True),
    Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(put("金额", 100.0), "product_mismatch", "amount"),
    Stain(put("姓名", spaced)),
    Stain(put("身份证号", lambda text: f"{text[:6]} {text[6:14]} {text[14:]}")),
)


def _months(town: Town, dice: Random) -> Page:
    page = Page(name="初中9-10月", kind=Kind.MEAL_ROSTER)
    page.title(f"{JUNIOR}2026年秋季学期学生就餐天数统计表", width=len(_MONTHS))
    page.header(_MONTHS)
    pupils = [pupil for pupil in _known(town, JUNIOR) if pupil.grade == 7][:40]
    stains = soil(dice, pupils, _MONTHS_STAINS)
    for at, pupil in enumerate(pupils, start=1):
        days = dice.choice(((22, 18), (22, 17), (20, 18)))
        row: Row = {
            "序号": float(at), "学生姓名": pupil.person.name,
            "身份证号码": pupil.person.id_number, "年级班级": _class(pupil),
            "9月": float(days[0]), "10月": float(days[1]), "合计": float(sum(days)),
        }  # fmt: skip
        lay(page, _MONTHS, row, key=pupil.person.key, stain=stains.get(id(pupil)))
    return page


_MONTHS_STAINS = (
    Stain(put("10月", 31.0), "meal_days_above_calendar", "month_days", refuses=True),
    Stain(put("9月", "二十天"), "meal_days_unreadable", "month_days", refuses=True),
    Stain(put("10月", "")),
    Stain(put("身份证号码", off_by_one), "id_checksum", "id_number", refuses=True),
)


def heads(town: Town, dice: Random) -> list[Page]:
    """Lay out how many ate in each class on each day of September."""
    pages = [_heads(town, dice, PRIMARY, "小学"), _heads(town, dice, JUNIOR, "初中")]
    first, second = pages
    # Faults on the one, sums that do not fit on the other: a fault hides its column's sum.
    for row, day, figure, code in ((5, 31, 30.0, "day_not_in_month"),
                                   (6, 2, "约40", "headcount_unreadable")):  # fmt: skip
        first.rows[row - 1][day] = figure
        first.plant(row, code, "day_heads", refuses=True)
    first.rows[6][5] = 12.0
    first.plant(7, "day_not_taught", "day_heads")
    first.rows[6][32] = sum(cell for cell in first.rows[6][1:32] if isinstance(cell, float))
    second.rows[4][32] = 1.0
    second.plant(5, "sum_mismatch", "heads_total")
    below = max(second.keys) + 1
    second.rows[below - 1][3] = 1.0
    second.plant(below, "sum_mismatch", "day_heads")
    return pages


def _heads(town: Town, dice: Random, school: str, name: str) -> Page:
    page = Page(name=name, kind=Kind.MEAL_HEADCOUNT)
    page.title(f"{school}2026年9月营养餐就餐人数登记表", width=33)
    page.header(["班级", *map(float, range(1, 32)), "合计"])
    sums: dict[int, float] = dict.fromkeys(_SURE, 0.0)
    rooms = sorted({(pupil.grade, pupil.class_no) for pupil in town.of_school(school)})
    for grade, class_no in rooms:
        size = sum((p.grade, p.class_no) == (grade, class_no) for p in town.of_school(school))
        counts = {day: float(size - dice.randrange(3)) for day in _SURE}
        row: list[Cell] = [f"{GRADES[grade]}（{class_no}）班"]
        row += [counts.get(day, "") for day in range(1, 32)]
        page.add([*row, sum(counts.values())], key=f"{grade}/{class_no}")
        sums = {day: total + counts[day] for day, total in sums.items()}
    page.add(["合计", *(sums.get(day, "") for day in range(1, 32)), sum(sums.values())])
    page.add(["填表人：", *[""] * 32])
    return page


# --- absences -----------------------------------------------------------------------------------


def absences(town: Town, dice: Random) -> list[Page]:
    """Lay out a school's register of leaves, and the marks of one class's month."""
    return [_leaves(town, dice), _marks(town, dice)]


def _leaves(town: Town, dice: Random) -> Page:
    page = Page(name="请假登记", kind=Kind.ABSENCE_LIST)
    page.title(f"{JUNIOR}2026年秋季学期学生请假登记表", width=len(_LEAVES))
    page.header(_LEAVES)
    pupils = [pupil for pupil in _known(town, JUNIOR) if pupil.grade == 8][:30]
    stains = soil(dice, pupils, _LEAVE_STAINS)
    for at, pupil in enumerate(pupils, start=1):
        first = date(2026, 9, 7) + timedelta(7 * (at % 2))
        last = first + timedelta(at % 4)
        written = (f"{first:%Y-%m-%d}", f"{first.year}.{first.month}.{first.day}", first)
        kind, reason = dice.choice((("病假", "感冒发烧"), ("事假", "家里有事"), ("旷课", "")))
        row: Row = {
            "序号": float(at), "学生姓名": pupil.person.name, "身份证号": pupil.person.id_number,
            "班级": _class(pupil), "请假开始日期": written[at % 3],
            "请假结束日期": f"{last.month}月{last.day}日" if at % 5 == 0 else f"{last:%Y-%m-%d}",
            "请假天数": float((last - first).days + 1), "请假类型": kind, "请假原因": reason,
        }  # fmt: skip
        lay(page, _LEAVES, row, key=pupil.person.key, stain=stains.get(id(pupil)))
    return page


_LEAVE_STAINS = (
    Stain(put("请假结束日期", "2026-09-01"), "absence_reversed", "absent_from", refuses=True),
    Stain(put("请假开始日期", "2026-09-31"), "days_unreadable", "absent_from", refuses=True),
    Stain(put("请假开始日期", ""), "absence_undated", "absent_from", refuses=True),
    Stain(put("请假天数", 30.0), "sum_mismatch", "absent_days"),
    Stain(put("请假类型", "其它情况"), "absence_kind_unknown", "absence_kind"),
    Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
)


def _marks(town: Town, dice: Random) -> Page:
    page = Page(name="五年级1班考勤", kind=Kind.ABSENCE_LIST)
    page.title(f"{PRIMARY}五年级1班2026年9月学生考勤表", width=33)
    page.header(["序号", "姓名", *map(float, range(1, 32))])
    pupils = [p for p in _known(town, PRIMARY) if (p.grade, p.class_no) == (5, 1)]
    for at, pupil in enumerate(pupils, start=1):
        marks: list[Cell] = ["√" if day in _SURE else "" for day in range(1, 32)]
        for day in dice.sample(_SURE, at % 3):
            marks[day - 1] = dice.choice("△○×")
        row = page.add([float(at), pupil.person.name, *marks], key=pupil.person.key)
        if at == 3:
            page.rows[row - 1][2] = "◇"
            page.plant(row, "mark_unknown", "day_marks", refuses=True)
        if at == 5:
            page.rows[row - 1][6] = "△"
            page.plant(row, "day_not_taught", "day_marks")
    page.add(["注：√出勤 △病假 ○事假 ×旷课", *[""] * 32])
    page.add(["班主任：", *[""] * 32])
    return page


# --- dropouts -----------------------------------------------------------------------------------


def dropouts(town: Town, dice: Random) -> list[Page]:
    """Lay out the ledger of the term's dropouts, and the forms of two children."""
    gone = [change for change in town.changes if change.kind == "辍学"]
    left = [change for change in town.changes if change.kind == "退学"]
    back = {change.person.key: change.day for change in town.changes if change.kind == "复学"}
    spare = [pupil for pupil in _known(town, JUNIOR) if pupil.grade == 9 and not pupil.household]
    faults = dice.sample(spare, 3)
    return [_ledger(gone, back, faults), _forms(left)]


def _ledger(gone: Sequence[Change], back: dict[str, date], faults: Sequence[Pupil]) -> Page:
    page = Page(name="台账", kind=Kind.DROPOUT_LEDGER)
    page.title(f"{TOWNSHIP}2026年秋季学期控辍保学台账", width=17)
    top = page.header([*_LEDGER, "第一次劝返", "", "", "第二次劝返", "", "", "目前状态", "安置方式",
                       "包保责任人", "", ""])  # fmt: skip
    page.header([*[""] * 6, "时间", "人员", "情况", "时间", "人员", "情况", "", "", "姓名",
                 "单位及职务", "电话"])  # fmt: skip
    page.merges += [(top, at, top + 1, at) for at in (*range(6), 12, 13)]
    page.merges += [(top, left, top, left + 2) for left in (6, 9, 14)]
    for at, change in enumerate(gone, start=1):
        day, returned = change.day, back.get(change.person.key)
        first, second = day + timedelta(5), day + timedelta(12)
        state = f"已返校({returned.month}月{returned.day}日)" if returned else "劝返中"
        page.add(
            [float(at), change.person.name, change.person.id_number,
             f"{change.school}{GRADES[change.grade or 7]}", f"{day.year}年{day.month}月{day.day}日",
             change.reason, f"{first.year}.{first.month}.{first.day}", "王老师、李老师", "不愿返校",
             f"{second.month}.{second.day}", "李老师", "同意考虑", state, "", "王校长",
             "初级中学 校长", "19900000001"],
            key=change.person.key,
        )  # fmt: skip
    for number, pupil in enumerate(faults):
        dropped = ("2026-09-31", "", "2026-10-19")[number]
        row = page.add(
            [float(len(gone) + number + 1), pupil.person.name, pupil.person.id_number,
             f"{JUNIOR}九年级", dropped, "厌学", "2026.10.26" if number else "", "李老师", "",
             "", "", "", ("劝返中", "跟踪中", "已返校")[number], "", "王校长", "", ""],
            key=pupil.person.key,
        )  # fmt: skip
        if number == 0:
            page.plant(row, "date_invalid", "dropped_on", refuses=True)
            page.plant(row, "visit_undated", "visited_on")
        else:
            code, name = (("dropout_undated", "dropped_on"), ("return_undated", "dropout_state"))[
                number - 1
            ]
            page.plant(row, code, name)
    page.add(["注：一人一案，动态更新。", *[""] * 16])
    return page


def _forms(left: Sequence[Change]) -> Page:
    page = Page(name="一人一表", kind=Kind.DROPOUT_LEDGER)
    for change in left:
        page.title("贫困学生劝返情况记录", width=6)
        day = change.day
        page.add(["学生姓名*", change.person.name, "性别", change.person.sex, "身份证号码",
                  change.person.id_number], key=change.person.key)  # fmt: skip
        page.add(["就读学校及年级", f"{change.school}{GRADES[change.grade or 7]}", "", "",
                  "辍学年月", f"{day:%Y-%m}"])  # fmt: skip
        page.add(["家庭住址*", f"{TOWNSHIP}柳河村", "", "", "电话号码", "19900000002"])
        page.add(["辍学原因", change.reason, "", "", "", ""])
        page.add(["劝返记录", "劝返次数", "劝返人员姓名", "劝返人员电话", "劝返时间",
                  "劝返就读情况记录"])  # fmt: skip
        for turn in (1, 2):
            when = day + timedelta(7 * turn)
            page.add(["", float(turn), "李老师", "19900000003", f"{when:%Y-%m-%d}", "上门劝返"])
        page.add([""] * 6)
    return page


# --- visits -------------------------------------------------------------------------------------


def visits(town: Town, dice: Random) -> list[Page]:
    """Lay out a class teacher's home visits, and the visits of helpers to households."""
    return [_teachers(town, dice), _helpers(town, dice)]


def _teachers(town: Town, dice: Random) -> Page:
    page = Page(name="家访", kind=Kind.HOME_VISITS)
    page.title(f"{PRIMARY}2026年秋季学期教师家访记录表", width=len(_VISITS))
    page.header(_VISITS)
    pupils = [pupil for pupil in _known(town, PRIMARY) if pupil.grade == 6][:24]
    stains = soil(dice, pupils[1::2], _VISIT_STAINS)
    for at, pupil in enumerate(pupils):
        days = ("2026.9.5、9.12、10.8", "2026年10月11日", "10.17", "2026-11-07")[at % 4]
        row: Row = {
            "序号": float(at + 1), "学生姓名": pupil.person.name, "年级班级": _class(pupil),
            "家访教师": f"{'王李张赵'[at // 6]}老师" if at % 6 == 0 else "", "家访时间": days,
            "家访方式": ("入户", "电话")[at % 2], "家访情况": "了解学习和生活",
            "联系电话": f"{pupil.phone}/19900000009" if at % 3 == 0 else pupil.phone,
        }  # fmt: skip
        number = lay(page, _VISITS, row, key=pupil.person.key, stain=stains.get(id(pupil)))
        if at % 6 == 0:
            page.merges.append((number, 3, number + 5, 3))
    return page


_VISIT_STAINS = (
    Stain(put("家访时间", ""), "visit_undated", "visited_on", refuses=True),
    Stain(put("家访时间", "2026-12-05"), "visit_impossible", "visited_on", refuses=True),
    Stain(put("家访时间", "上周六"), "days_unreadable", "visited_on", refuses=True),
    Stain(put("家访时间", "2026年10月"), "date_month_only", "visited_on"),
    Stain(put("联系电话", "1990001"), "phone_invalid", "phone"),
)


def _helpers(town: Town, dice: Random) -> Page:
    page = Page(name="入户走访", kind=Kind.HOME_VISITS)
    page.title("结对帮扶入户走访记录（2026年秋季学期）", width=len(_HOMES))
    page.header(_HOMES)
    pairs = dice.sample(town.pairs, 30)
    for at, pair in enumerate(pairs):
        day = date(2026, 9, 5) + timedelta(at)
        home = pair.household
        number = "" if at == 7 else home.number
        head = "" if at in {4, 7} else home.head.name
        row = page.add(
            [number, head, home.village, pair.staff.name,
             f"{day.year}.{day.month}.{day.day}、{day.month}.{day.day + 1 if day.day < 30 else 1}",
             "查看住房、饮水，宣传政策"],
            key=home.number,
        )  # fmt: skip
        if at == 7:
            page.plant(row, "household_missing", "head_name", refuses=True)
    return page
