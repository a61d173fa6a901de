"""The staff, who helps whom, and what changed on the roll."""

from collections.abc import Callable
from datetime import date
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import COUNTY, TOWNSHIP, UNIT, VILLAGES
from samples.page import Cell, Page
from samples.rolls import untouched
from samples.stains import Row, Stain, as_number, lay, off_by_one, put, soil, spaced
from samples.town import GRADES, TERM, TODAY, Change, Pair, Staff, Town

_STAFF = (
    "序号", "工号", "姓名", "性别", "身份证号", "出生年月", "民族", "单位", "部门", "职务",
    "职称", "编制类型", "在职状态", "困难职工", "参加工作时间", "政治面貌", "联系方式",
)  # fmt: skip


def staff(town: Town, dice: Random) -> list[Page]:
    """Lay out the staff of the helping unit and, on a second sheet, the schools' teachers."""
    pages = []
    for name, title, people in (
        (UNIT, f"{UNIT}教职工花名册", [s for s in town.staff if s.unit == UNIT]),
        ("各校教师", f"{TOWNSHIP}各学校教职工花名册", [s for s in town.staff if s.unit != UNIT]),
    ):
        page = Page(name=name, kind=Kind.STAFF_ROSTER)
        page.title(title, "（2026年9月）", width=len(_STAFF))
        page.header(_STAFF)
        # The heads of units are left alone: the pairing list leans on them.
        rest = [member for member in people[30 if name == UNIT else 10 :] if member.may_help]
        stains = soil(dice, rest, _STAFF_STAINS[name])
        for at, member in enumerate(people, start=1):
            row = _staff_row(at, member)
            lay(page, _STAFF, row, key=member.id_number, stain=stains.get(id(member)))
        page.add(["合计", "", f"{len(people)}人", *[""] * (len(_STAFF) - 3)])
        page.add(["审核人：", "", "", "制表人：", "", "", "2026年9月1日"])
        pages.append(page)
    again = pages[1].add(pages[0].rows[3 + 25], key=pages[0].keys[4 + 25])
    pages[1].plant(again, "duplicate_person", "id_number", refuses=True)
    return pages


def _staff_row(at: int, member: Staff) -> Row:
    since = member.worked_since
    months = (f"{since:%Y.%m}", f"{since.year}年{since.month}月", f"{since:%Y-%m}")
    return {
        "序号": float(at),
        "工号": member.number,
        "姓名": member.name,
        "性别": member.sex,
        "身份证号": member.id_number,
        "出生年月": f"{member.born_on:%Y-%m}",
        "民族": "汉族",
        "单位": member.unit,
        "部门": member.department,
        "职务": member.post,
        "职称": member.title,
        "编制类型": member.establishment,
        "在职状态": member.in_service,
        "困难职工": "是" if member.in_hardship else "",
        "参加工作时间": months[at % 3],
        "政治面貌": "中共党员" if at % 3 else "群众",
        "联系方式": member.phone,
    }


def _with_birthday(change: Callable[[str], Cell]) -> Callable[[Row], None]:
    """Damage the id but give the day of birth: a month alone would be a second notice."""

    def both(row: Row) -> None:
        row["身份证号"] = change(str(row["身份证号"]))
        row["出生年月"] = "1985-05-06"

    return both


_STAFF_STAINS = {
    UNIT: (
        Stain(put("参加工作时间", 1998.1), "date_ambiguous", "worked_since"),
        Stain(put("参加工作时间", "1998"), "date_year_only", "worked_since"),
        Stain(put("编制类型", "待查"), "establishment_unknown", "establishment"),
        Stain(put("联系方式", "1990000"), "phone_invalid", "phone"),
        Stain(put("姓名", spaced)),
        Stain(put("出生年月", 1980.1)),
    ),
    "各校教师": (
        Stain(_with_birthday(as_number), "id_lost_digits", "id_number", refuses=True),
        Stain(_with_birthday(off_by_one), "id_checksum", "id_number", refuses=True),
        Stain(put("在职状态", "待查"), "service_unknown", "in_service"),
    ),
}

_PAIRS = (
    "序号", "行政村", "户编号", "户主姓名", "帮扶责任人", "单位", "职务", "帮扶人手机号",
    "结对日期", "帮扶措施", "入户日期", "帮扶人签字",
)  # fmt: skip
_PAIRS_BY_HEAD = (
    "区县", "乡镇", "行政村", "户主姓名", "证件号码", "单位", "帮扶责任人", "帮扶人手机号",
    "联系电话", "结对日期",
)  # fmt: skip
_MERGED_DOWN = {"帮扶责任人", "单位", "职务", "帮扶人手机号"}


def pairs(town: Town, dice: Random) -> list[Page]:
    """Lay out who helps whom: by household number with merged cells, and by the head's id."""
    names = tuple(VILLAGES)
    first = [pair for pair in town.pairs if pair.household.village in names[:3]]
    rest = [pair for pair in town.pairs if pair.household.village in names[3:]]
    return [_pairs_by_number(first, dice), _pairs_by_head(rest, dice)]


def _pairs_by_number(found: list[Pair], dice: Random) -> Page:
    page = Page(name="柳河石桥沟松林", kind=Kind.PAIRING_LIST)
    page.title(
        f"{UNIT}结对帮扶名单",
        "（一定三年不变，不脱贫、不脱钩、不走人）",
        width=len(_PAIRS),
    )
    page.header(_PAIRS)
    counts: dict[int, int] = {}
    for pair in found:
        counts[id(pair.staff)] = counts.get(id(pair.staff), 0) + 1
    single = [p for p in found if counts[id(p.staff)] == 1]
    stains = soil(dice, single, _PAIR_STAINS)
    tops: dict[int, int] = {}
    for at, pair in enumerate(found, start=1):
        row = _pair_row(at, pair)
        top = tops.setdefault(id(pair.staff), len(page.rows) + 1)
        if top <= len(page.rows):
            row |= dict.fromkeys(_MERGED_DOWN, "")
        lay(page, _PAIRS, row, key=pair.household.number, stain=stains.get(id(pair)))
    for at, header in enumerate(_PAIRS):
        if header in _MERGED_DOWN:
            page.merges += _spans(page, found, tops, at)
    page.merges += _village_spans(page, found)
    page.add(["合计", "", f"{len(found)}户", *[""] * (len(_PAIRS) - 3)])
    page.add(["单位负责人签字：", "", "", "", "经办人：", "", "", "2026年11月20日"])
    return page


def _spans(
    page: Page, found: list[Pair], tops: dict[int, int], column: int
) -> list[tuple[int, int, int, int]]:
    """Merge a helper's cells down over the households that follow each other."""
    bottoms = {id(pair.staff): number for number, pair in zip(page.keys, found, strict=True)}
    return [
        (top, column, bottoms[who], column)
        for who, top in tops.items()
        if bottoms[who] > top
    ]  # fmt: skip


def _village_spans(page: Page, found: list[Pair]) -> list[tuple[int, int, int, int]]:
    rows: dict[str, list[int]] = {}
    for number, pair in zip(page.keys, found, strict=True):
        rows.setdefault(pair.household.village, []).append(number)
    for numbers in rows.values():
        for number in numbers[1:]:
            page.rows[number - 1][1] = ""
    return [(numbers[0], 1, numbers[-1], 1) for numbers in rows.values()]


def _pair_row(at: int, pair: Pair) -> Row:
    paired: tuple[Cell, ...] = (
        pair.paired_on,
        f"{pair.paired_on.year}年{pair.paired_on.month}月",
        f"{pair.paired_on.year}.{pair.paired_on.month}.1",
    )
    first, *later = pair.visits
    days = [f"{first.year}.{first.month}.{first.day}", *(f"{d.month}.{d.day}" for d in later)]
    return {
        "序号": float(at),
        "行政村": pair.household.village,
        "户编号": pair.household.number,
        "户主姓名": pair.household.head.name,
        "帮扶责任人": pair.staff.name,
        "单位": pair.staff.unit,
        "职务": pair.staff.post,
        "帮扶人手机号": pair.staff.phone,
        "结对日期": paired[at % 3],
        "帮扶措施": pair.measures,
        "入户日期": "、".join(days),
    }


_PAIR_STAINS = (
    Stain(put("帮扶责任人", ""), "helper_missing", "helper", refuses=True),
    Stain(put("帮扶责任人", "无"), "helper_missing", "helper", refuses=True),
    Stain(put("帮扶人手机号", "1990001"), "phone_invalid", "helper_phone"),
    Stain(put("结对日期", "2024.13"), "date_invalid", "paired_on"),
    Stain(put("户主姓名", spaced)),
)


def _pairs_by_head(found: list[Pair], dice: Random) -> Page:
    page = Page(name="白杨湾南坪清水塬", kind=Kind.PAIRING_LIST)
    page.header(_PAIRS_BY_HEAD)
    stains = soil(dice, found, _HEAD_STAINS)
    for pair in found:
        home = pair.household
        row: Row = {
            "区县": COUNTY,
            "乡镇": TOWNSHIP,
            "行政村": home.village,
            "户主姓名": home.head.name,
            "证件号码": home.head.id_number,
            "单位": pair.staff.unit,
            "帮扶责任人": pair.staff.name,
            "帮扶人手机号": pair.staff.phone,
            "联系电话": home.phone,
            "结对日期": f"{pair.paired_on:%Y-%m-%d}",
        }
        lay(page, _PAIRS_BY_HEAD, row, key=home.number, stain=stains.get(id(pair)))
    return page


_HEAD_STAINS = (
    # The head is known by name and village all the same.
    Stain(put("证件号码", as_number), "secondary_id_invalid", "id_number"),
    Stain(put("证件号码", lambda text: text[:17]), "secondary_id_invalid", "id_number"),
    Stain(put("帮扶责任人", "暂无"), "helper_missing", "helper", refuses=True),
)

_CHANGES = (
    "序号", "姓名", "性别", "身份证号", "学籍号", "就读学校", "年级", "班级", "就读方式",
    "异动类型", "异动日期", "转出学校", "转入学校", "休学开始日期", "休学结束日期", "异动原因",
)  # fmt: skip
_KIND_WORDS = {"转出": "转学（转出）", "转入": "转学（转入）", "复学": "复学", "出国": "出国（境）"}


def changes(town: Town, dice: Random) -> list[Page]:
    """Lay out the term's changes on the roll, as copied together by the school office."""
    page = Page(name="08_学籍异动_2026秋", kind=Kind.STATUS_CHANGES)
    page.header(_CHANGES)
    for at, change in enumerate(sorted(town.changes, key=lambda c: (c.day, c.person.key)), start=1):
        page.add([_change_row(at, change).get(h, "") for h in _CHANGES], key=change.person.key)
    again = page.add(page.rows[4], key=page.keys[5])
    page.plant(again, "duplicate_row", "id_number", refuses=True)
    others = [
        pupil
        for school in {change.school: None for change in town.changes}
        for pupil in untouched(town, school)
    ]
    for pupil, (kind, day, code, field) in zip(
        dice.sample(others, len(_CHANGE_FAULTS)), _CHANGE_FAULTS, strict=True
    ):
        change = Change(
            person=pupil.person, kind=kind, day=TODAY, grade=pupil.grade, school=pupil.school
        )
        row = _change_row(len(page.rows), change) | {"异动日期": day}
        number = page.add([row.get(header, "") for header in _CHANGES], key=pupil.person.key)
        page.plant(number, code, field, refuses=True)
    return [page]


_CHANGE_FAULTS = (
    ("换班", "2026-10-08", "change_unknown", "change"),
    ("转出", "", "event_date_missing", "happened_on"),
    ("休学", "2026-09-31", "date_invalid", "happened_on"),
    ("辍学", "待定", "event_date_missing", "happened_on"),
)


def _change_row(at: int, change: Change) -> Row:
    pupil, day = change.person.pupil, change.day
    row: Row = {
        "序号": str(at),
        "姓名": change.person.name,
        "性别": change.person.sex,
        "身份证号": change.person.id_number,
        "异动类型": _KIND_WORDS.get(change.kind, change.kind),
        "异动日期": _day(at, day),
        "转出学校": change.from_school,
        "转入学校": change.to_school,
        "休学结束日期": f"{change.ends_on:%Y-%m-%d}" if change.ends_on else "",
        "异动原因": change.reason,
    }
    if change.kind == "休学":
        row["休学开始日期"] = f"{day:%Y.%m.%d}"
    if pupil is not None:
        row |= {
            "学籍号": pupil.student_no,
            "就读学校": change.school,
            "年级": GRADES[pupil.grade if day >= TERM else pupil.grade - 1],
            "班级": f"{pupil.class_no}班",
            "就读方式": pupil.boarding,
        }
    return row


def _day(at: int, day: date) -> str:
    """Write a day as five clerks do; the last lets the spreadsheet's number through."""
    return (
        f"{day:%Y-%m-%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        str((day - date(1899, 12, 30)).days),
    )[at % 5]
