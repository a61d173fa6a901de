"""The three rolls: a national export, a junior school's own workbook, a kindergarten's register."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import JUNIOR, KINDERGARTEN, PRIMARY, REGION
from samples.page import Cell, Formula, Page
from samples.stains import (
    Row,
    Stain,
    as_number,
    as_scientific,
    full_width,
    in_groups,
    lay,
    off_by_one,
    put,
    soil,
    spaced,
    with_letters,
)
from samples.town import GRADES, TODAY, Pupil, Town

_EXPORT = (
    "学校标识码", "姓名", "性别", "出生日期", "出生地行政区划代码", "籍贯", "民族", "国籍/地区",
    "身份证件类型", "港澳台侨外", "健康状况", "政治面貌", "身份证件号", "户口性质",
    "户口所在地行政区划", "班号", "入学年月", "入学方式", "就读方式", "现住址", "通信地址",
    "家庭地址", "联系电话", "邮政编码", "是否独生子女", "是否受过学前教育", "是否留守儿童",
    "是否需要申请资助", "是否享受一补", "是否孤儿", "是否烈士或优抚子女", "上下学距离",
    "上下学方式", "是否需要乘坐校车", "曾用名", "身份证件有效期", "血型", "特长", "学籍辅号",
    "班内学号", "学生来源", "电子信箱", "主页地址", "残疾类型", "是否由政府购买学位", "随班就读",
    "成员1姓名", "成员1关系", "成员1关系说明", "成员1现住址", "成员1户口所在地", "成员1联系电话",
    "成员1是否监护人", "成员1身份证件类型", "成员1身份证件号", "成员1民族", "成员1工作单位",
    "成员1职务", "成员2姓名", "成员2关系", "成员2关系说明", "成员2现住址", "成员2户口所在地",
    "成员2联系电话", "成员2是否监护人", "成员2身份证件类型", "成员2身份证件号", "成员2民族",
    "成员2工作单位", "成员2职务", "是否进城务工人员随迁子女", "学籍号", "年级", "学生状态",
)  # fmt: skip
SCHOOL_CODES = {PRIMARY: "2162999901", JUNIOR: "3162999902", KINDERGARTEN: "1162999903"}


def untouched(town: Town, school: str) -> list[Pupil]:
    """Give a school's pupils whose rows may be soiled: those to whom nothing happens."""
    busy = {id(change.person) for change in town.changes}
    busy |= {id(town.paused.person)} if town.paused else set()
    return [
        pupil
        for pupil in town.of_school(school)
        if pupil.person.id_number
        and not pupil.person.is_orphan
        and not pupil.disability
        and id(pupil.person) not in busy
    ]


def gone(town: Town, kinds: set[str], until: date = TODAY) -> set[int]:
    """Give the persons (by ``id()``) with an event of these kinds up to a day."""
    return {
        id(change.person) for change in town.changes if change.kind in kinds and change.day <= until
    }


def export(town: Town, dice: Random) -> list[Page]:
    """Lay out the primary school's roll as the national system exports it."""
    page = Page(name="学生基本信息", kind=Kind.STUDENT_ROSTER, blank_rows=40)
    page.header(_EXPORT)
    left = {
        id(change.person)
        for change in town.changes
        if change.kind == "出国" or (change.kind == "转出" and change.to_school)
    }
    pupils = [pupil for pupil in town.of_school(PRIMARY) if id(pupil.person) not in left]
    clean = untouched(town, PRIMARY)
    stains = soil(dice, clean, _export_stains(clean))
    first = 0
    for pupil in pupils:
        row = _export_row(pupil)
        if pupil is town.paused:
            row["学生状态"] = "休学"
        number = lay(page, _EXPORT, row, key=pupil.person.key, stain=stains.get(id(pupil)))
        first = first or (number if pupil in clean and id(pupil) not in stains else 0)
    again = page.add(page.rows[first - 1], key=page.keys[first])
    page.plant(again, "duplicate_person", "id_number", refuses=True)
    hidden = [number for number in page.keys if 60 <= number <= 62]
    for number in hidden:
        page.hidden_rows.add(number)
        page.plant(number, "hidden_row", "sequence")
    spare = Page(name="Sheet2", is_hidden=True)
    spare.add(["草稿", "不要导入"])
    return [page, spare]


def _export_row(pupil: Pupil) -> Row:
    person = pupil.person
    address = f"青禾县云岭镇{pupil.village}"
    row: Row = dict.fromkeys(_EXPORT, "NULL" if pupil.grade % 2 else "")
    row |= {
        "学校标识码": SCHOOL_CODES[PRIMARY],
        "姓名": person.name,
        "性别": person.sex,
        "出生日期": f"{person.born_on:%Y%m%d}",
        "出生地行政区划代码": REGION,
        "籍贯": REGION,
        "民族": person.ethnicity,
        "国籍/地区": "中国",
        "身份证件类型": "居民身份证" if person.id_number else "其他",
        "港澳台侨外": "否",
        "健康状况": "健康或良好",
        "政治面貌": "少年先锋队队员" if pupil.grade > 2 else "群众",
        "身份证件号": person.id_number,
        "户口性质": "农业户口",
        "户口所在地行政区划": REGION,
        "班号": f"{pupil.grade}{pupil.class_no:02d}",
        "入学年月": pupil.entered,
        "入学方式": "就近入学",
        "就读方式": pupil.boarding,
        "现住址": address,
        "通信地址": address,
        "家庭地址": address,
        "联系电话": pupil.phone,
        "邮政编码": "000000",
        "是否独生子女": "否",
        "是否受过学前教育": "是",
        "是否留守儿童": "双亲留守儿童" if person.born_on.day % 9 == 0 else "非留守儿童",
        "是否享受一补": "否",
        "是否孤儿": "是" if person.is_orphan else "否",
        "残疾类型": pupil.disability or "无残疾",
        "成员1姓名": pupil.guardian,
        "成员1关系": "父母",
        "成员1联系电话": pupil.phone,
        "成员1是否监护人": "是",
        "学籍号": pupil.student_no,
        "年级": GRADES[pupil.grade],
        "学生状态": "在读",
    }
    return row


def _export_stains(clean: list[Pupil]) -> list[Stain]:
    def birthday(row: Row) -> None:
        text = str(row["出生日期"])
        day = date(int(text[:4]), int(text[4:6]), int(text[6:])) + timedelta(40)
        row["出生日期"] = f"{day:%Y%m%d}"

    def other_sex(row: Row) -> None:
        row["性别"] = "女" if row["性别"] == "男" else "男"

    def quoted(row: Row) -> None:
        for header in ("身份证件号", "联系电话", "学校标识码", "出生日期"):
            row[header] = f"'{row[header]}"

    stranger = clean[-1].person.id_number
    return [
        Stain(put("身份证件号", as_number), "id_lost_digits", "id_number", refuses=True),
        Stain(put("身份证件号", with_letters), "id_lookalike", "id_number", refuses=True),
        Stain(put("年级", "十三年级"), "grade_unreadable", "grade", refuses=True),
        Stain(put("就读方式", "2"), "boarding_unknown", "boarding", refuses=True),
        Stain(put("联系电话", "1990000123"), "phone_invalid", "phone"),
        Stain(birthday, "birth_mismatch", "born_on"),
        Stain(other_sex, "sex_mismatch", "sex"),
        Stain(put("学籍号", f"G{stranger}"), "student_no_mismatch", "student_no"),
        Stain(put("学籍号", lambda text: text[1:]), "student_no_unusual", "student_no"),
        Stain(put("出生日期", "20150230"), "date_invalid", "born_on"),
        Stain(put("身份证件号", str.lower)),
        Stain(put("身份证件号", lambda text: f"{text}\u00a0")),
        Stain(put("姓名", spaced)),
        Stain(quoted),
        Stain(quoted),
    ]


_OWN = (
    "序号", "姓名", "性别", "身份证号", "学籍号", "出生年月", "民族", "就读方式", "宿舍",
    "家长姓名", "关系", "联系电话", "家庭住址", "备注",
)  # fmt: skip


def own_roll(town: Town, dice: Random) -> list[Page]:
    """Lay out the junior school's own roll of September: a sheet per grade, sections, a tail."""
    clean = untouched(town, JUNIOR)
    stains = soil(dice, clean, _own_stains())
    pages = [_own_page(town, grade, stains, dice) for grade in (7, 8, 9)]
    # A pupil who repeats the year stands in two sheets.
    twice = next(p for p in clean if p.grade == 7 and id(p) not in stains)
    at = next(number for number, key in pages[0].keys.items() if key == twice.person.key)
    again = pages[1].add([*pages[0].rows[at - 1][:-1], "留级"], key=twice.person.key)
    pages[1].plant(again, "duplicate_person", "id_number", refuses=True)
    for page in pages:
        total = page.add(["合计", "", f"{len(page.keys)}人", *[""] * (len(_OWN) - 3)])
        page.merges.append((total, 0, total, 1))
        page.add([])
        page.add(["校长：", "", "", "教导主任：", "", "", "填表人：", "", "", "2026年9月10日"])
    return [*pages, Page(name="Sheet4")]


def _own_page(town: Town, grade: int, stains: dict[int, Stain], dice: Random) -> Page:
    page = Page(name=GRADES[grade], kind=Kind.STUDENT_ROSTER)
    page.title(
        f"{JUNIOR}2026年秋季学期{GRADES[grade]}学生花名册",
        f"填报单位：{JUNIOR}（盖章）          填报日期：2026年9月10日",
        width=len(_OWN),
    )
    top = page.header([*_OWN[:7], "就读情况", "", "家长信息", "", "", *_OWN[12:]])
    page.header([*[""] * 7, "就读方式", "宿舍", "姓名", "关系", "联系电话", "", ""])
    page.merges += [(top, at, top + 1, at) for at in (*range(7), 12, 13)]
    page.merges += [(top, 7, top, 8), (top, 9, top, 11)]
    arrived = gone(town, {"转入"})
    pupils = [p for p in town.of_school(JUNIOR) if p.grade == grade]
    for class_no in (1, 2):
        section = page.add([f"{GRADES[grade]}（{class_no}）班", *[""] * (len(_OWN) - 1)])
        page.merges.append((section, 0, section, len(_OWN) - 1))
        members = [p for p in pupils if p.class_no == class_no and id(p.person) not in arrived]
        village = ""
        for at, pupil in enumerate(members, start=1):
            row = _own_row(at, pupil, dice)
            if pupil.village == village:
                row["家庭住址"] = "〃" if at % 2 else "同上"
            village = pupil.village
            stain = stains.get(id(pupil))
            if stain and stain.refuses:  # without an id, a month of birth is worth a word
                row["出生年月"] = f"{pupil.person.born_on.year}.{pupil.person.born_on.month}"
                page.plant(len(page.rows) + 1, "date_month_only", "born_on")
            lay(page, _OWN, row, key=pupil.person.key, stain=stain)
    return page


def _own_row(at: int, pupil: Pupil, dice: Random) -> Row:
    person, born = pupil.person, pupil.person.born_on
    births: tuple[Cell, ...] = (
        f"{born.year}.{born.month}",
        f"{born.year}年{born.month}月",
        f"{born:%Y%m}",
        float(f"{born.year}.{born.month:02d}"),
        float((born - date(1899, 12, 30)).days),
    )
    is_boarder = pupil.boarding == "住校"
    return {
        "序号": float(at),
        "姓名": spaced(person.name) if len(person.name) == 2 else person.name,
        "性别": person.sex,
        "身份证号": person.id_number,
        "学籍号": pupil.student_no,
        "出生年月": dice.choice(births),
        "民族": "汉",
        "就读方式": {"住校": dice.choice(("住校", "寄宿生")), "走读": dice.choice(("走读", "通校"))}
        .get(pupil.boarding, pupil.boarding),
        "宿舍": f"{'男' if person.sex == '男' else '女'}{101 + at // 8}" if is_boarder else "/",
        "家长姓名": pupil.guardian,
        "关系": dice.choice(("父亲", "母亲", "爷爷")),
        "联系电话": float(pupil.phone) if at % 6 == 0 else pupil.phone,
        "家庭住址": pupil.village,
        "备注": "",
    }  # fmt: skip


def _own_stains() -> list[Stain]:
    lost = Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True)
    return [
        lost,
        lost,
        Stain(put("身份证号", as_scientific), "id_scientific", "id_number", refuses=True),
        Stain(put("身份证号", ""), "id_missing", "id_number", refuses=True),
        Stain(put("身份证号", lambda text: text[:-1]), "id_length", "id_number", refuses=True),
        Stain(put("身份证号", off_by_one), "id_checksum", "id_number", refuses=True),
        Stain(put("姓名", lambda text: f"{text}（转入）"), "name_remark", "name"),
        Stain(put("联系电话", "199000012"), "phone_invalid", "guardian_phone"),
        Stain(put("身份证号", in_groups)),
        Stain(put("身份证号", full_width)),
        Stain(put("联系电话", "无")),
        Stain(put("联系电话", "19900009901/19900009902")),
    ]


_REGISTER = (
    "序号", "幼儿姓名", "性别", "身份证号", "出生日期", "年龄", "班级", "入园日期", "是否孤儿",
    "是否残疾", "家长姓名", "家长联系电话", "家庭住址",
)  # fmt: skip


def register(town: Town, dice: Random) -> list[Page]:
    """Lay out the kindergarten's register: a table that starts at C4, full-width figures."""
    page = Page(name="幼儿名册", kind=Kind.STUDENT_ROSTER, blank_rows=8)
    width = len(_REGISTER)
    page.add([])
    page.title(f"{KINDERGARTEN}２０２６年秋季学期幼儿名册", width=width, left=2)
    page.add(["", "", "填报单位：", "", KINDERGARTEN, *[""] * 6, "２０２６年９月８日"])
    page.header(["", "", *_REGISTER])
    stains = soil(dice, untouched(town, KINDERGARTEN), _register_stains())
    for at, pupil in enumerate(town.of_school(KINDERGARTEN), start=1):
        stain = stains.get(id(pupil))
        row = dict(zip(_REGISTER, _register_cells(at, pupil, len(page.rows) + 1), strict=True))
        lay(page, ("", "", *_REGISTER), row, key=pupil.person.key, stain=stain)
    page.add(["", "", "合　计", "", f"{len(page.keys)}人"])
    page.add(["", "", "园长签字：", "", "", "", "填表人："])
    return [page]


def _register_cells(at: int, pupil: Pupil, number: int) -> Iterator[Cell]:
    person = pupil.person
    words = "一二三"
    yield full_width(str(at))
    yield person.name
    yield person.sex
    yield full_width(person.id_number) if at % 4 == 0 else person.id_number
    yield person.born_on
    age = 2026 - person.born_on.year - ((person.born_on.month, person.born_on.day) > (9, 1))
    yield Formula(f'=DATEDIF(G{number},DATE(2026,9,1),"Y")', age)
    yield f"{GRADES[pupil.grade][0]}{words[pupil.class_no - 1]}班"
    yield f"{pupil.entered[:4]}.9.{1 + at % 3}"
    yield "是" if person.is_orphan else "否"
    yield "是" if pupil.disability else "否"
    yield pupil.guardian
    yield pupil.phone
    yield pupil.village


def _register_stains() -> list[Stain]:
    def impossible(text: str) -> str:
        return f"{text[:10]}1345{text[14:]}"

    return [
        Stain(put("身份证号", impossible), "id_birth", "id_number", refuses=True),
        Stain(put("幼儿姓名", ""), "name_missing", "name", refuses=True),
        Stain(put("身份证号", "暂无"), "id_missing", "id_number", refuses=True),
        Stain(put("班级", "阳光班"), "class_unreadable", "class_no"),
        Stain(put("入园日期", "2025-02-30"), "date_invalid", "entered_on"),
        Stain(put("是否孤儿", "可能"), "flag_unreadable", "is_orphan"),
        Stain(put("家长联系电话", "不详")),
    ]
