"""The county's special groups as its bureaus list them, and the labour force of one village."""

from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import COUNTY, TOWNSHIP
from samples.page import Page
from samples.stains import Row, Stain, as_number, lay, off_by_one, put, soil, spaced
from samples.town import TODAY, Household, Person, Town

_ALLOWANCE = (
    "序号", "县区", "乡镇", "村", "户主姓名", "户主身份证号", "家庭人口", "保障人数", "低保类别",
    "月保障金额", "享受起始时间", "保障状态", "联系电话", "备注",
)  # fmt: skip
_DISABLED = (
    "序号", "村", "姓名", "性别", "身份证号", "残疾证号", "残疾类别", "残疾等级", "监护人姓名",
    "联系电话",
)  # fmt: skip
_KINDS = dict(zip("1234567", ["视力", "听力", "言语", "肢体", "智力", "精神", "多重"], strict=True))


def special(town: Town, dice: Random) -> list[Page]:
    """Lay out 低保 by head of household, and the disabled, a sheet each."""
    return [_allowance(town, dice), _disabled(town, dice)]


def _allowance(town: Town, dice: Random) -> Page:
    page = Page(name="低保", kind=Kind.SPECIAL_GROUP)
    page.title(
        f"{TOWNSHIP}2026年10月农村低保对象花名册",
        "填报单位：云岭镇民政办          截至2026年10月31日",
        width=len(_ALLOWANCE),
    )
    page.header(_ALLOWANCE)
    homes = [home for home in town.households if "rural_allowance" in home.categories]
    stains = soil(dice, homes, _ALLOWANCE_STAINS)
    for at, home in enumerate(homes, start=1):
        row = _allowance_row(at, home)
        lay(page, _ALLOWANCE, row, key=home.head.id_number, stain=stains.get(id(home)))
    again = page.add(page.rows[10], key=page.keys[11])
    page.plant(again, "duplicate_person", "id_number", refuses=True)
    page.add(["合计", "", "", "", f"{len(homes)}户", *[""] * (len(_ALLOWANCE) - 5)])
    page.add(["注：低保类别按家庭困难程度分一、二、三类。"])
    return page


def _allowance_row(at: int, home: Household) -> Row:
    since = (f"2025年{at % 12 + 1}月", f"2025.{at % 12 + 1}", f"2025-{at % 12 + 1:02d}-01")
    return {
        "序号": float(at),
        "县区": COUNTY,
        "乡镇": TOWNSHIP,
        "村": home.village,
        "户主姓名": spaced(home.head.name) if at % 7 == 0 else home.head.name,
        "户主身份证号": home.head.id_number,
        "家庭人口": float(len(home.people)),
        "保障人数": float(max(1, len(home.people) - at % 2)),
        "低保类别": ("一类", "农村低保二类", "三类", "B类", "农村低保")[at % 5],
        "月保障金额": float(300 + at % 4 * 85),
        "享受起始时间": since[at % 3],
        "保障状态": "在保",
        "联系电话": home.phone,
    }


_ALLOWANCE_STAINS = (
    Stain(put("户主身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(put("户主身份证号", off_by_one), "id_checksum", "id_number", refuses=True),
    Stain(put("户主姓名", ""), "name_missing", "name", refuses=True),
    Stain(put("低保类别", "几档"), "allowance_unknown", "allowance", refuses=True),
    Stain(put("享受起始时间", "2025-02-30"), "date_invalid", "granted_on"),
    Stain(put("联系电话", "1990001"), "phone_invalid", "phone"),
    Stain(put("低保类别", "")),
)


def _disabled(town: Town, dice: Random) -> Page:
    page = Page(name="残疾", kind=Kind.SPECIAL_GROUP)
    page.title(f"{COUNTY}持证残疾人花名册", "数据日期：2026年10月20日", width=len(_DISABLED))
    page.header(_DISABLED)
    people = [p for home in town.households for p in home.people if p.certificate]
    stains = soil(dice, people, _DISABLED_STAINS)
    for at, person in enumerate(people, start=1):
        row = _disabled_row(at, person)
        lay(page, _DISABLED, row, key=person.key, stain=stains.get(id(person)))
    page.add(["合计", "", f"{len(people)}人", *[""] * (len(_DISABLED) - 3)])
    return page


def _disabled_row(at: int, person: Person) -> Row:
    home = person.household
    assert home is not None  # noqa: S101 - only members of households hold certificates
    kind, degree = person.certificate[18], person.certificate[19]
    words = (f"{'一二三四'[int(degree) - 1]}级", f"{degree}级", float(degree))
    is_child = TODAY.year - person.born_on.year < 18
    return {
        "序号": float(at),
        "村": home.village,
        "姓名": person.name,
        "性别": person.sex,
        "身份证号": person.id_number,
        "残疾证号": f"{person.certificate}B1" if at % 9 == 0 else person.certificate,
        "残疾类别": f"{_KINDS[kind]}残疾" if at % 2 else _KINDS[kind],
        "残疾等级": words[at % 3],
        "监护人姓名": home.head.name if is_child else "",
        "联系电话": home.phone,
    }


def _parents(row: Row) -> None:
    """Type the certificate of somebody else's, as happens where a parent holds one."""
    row["残疾证号"] = "62999919800101001544"


_DISABLED_STAINS = (
    Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(put("残疾证号", "62999"), "disability_no_unusual", "disability_no"),
    Stain(put("残疾等级", "较重"), "disability_degree_unknown", "disability_degree"),
    Stain(_parents, "certificate_mismatch", "disability_no"),
)

_LABOUR = (
    "序号", "村组", "户编号", "户主姓名", "姓名", "身份证号", "年龄", "与户主关系", "劳动技能",
    "是否就业", "就业类型", "具体工种", "务工区域", "就业地", "月工资（元）", "是否有培训意愿",
    "培训意愿项目", "未就业原因", "帮扶责任人",
)  # fmt: skip
_MERGED_DOWN = ("村组", "户编号", "户主姓名")
_VILLAGE = "柳河村"
_JOBS = ("建筑小工", "电焊工", "家政", "厨师", "缝纫", "装卸")
_WISHES = ("电焊", "家政服务", "中式烹调", "电焊、挖掘机", "养殖")
_REASONS = ("照顾老人孩子", "身体不好", "没有合适岗位", "缺技术")


def labour(town: Town, dice: Random) -> list[Page]:
    """Lay out a village's labour force: household cells merged down, ages typed years ago."""
    page = Page(name=_VILLAGE, kind=Kind.LABOUR_ROSTER)
    page.title(
        f"{TOWNSHIP}{_VILLAGE}劳动力花名册",
        "统计时间：2026年11月10日",
        width=len(_LABOUR),
    )
    page.header(_LABOUR)
    homes = [home for home in town.households if home.village == _VILLAGE]
    people = [p for home in homes for p in home.people if _is_hand(p)]
    stains = soil(dice, people, _LABOUR_STAINS)
    for home in homes:
        hands = [person for person in home.people if _is_hand(person)]
        top = len(page.rows) + 1
        for at, person in enumerate(hands):
            row = _labour_row(len(page.keys) + 1, person, home)
            if at:
                row |= dict.fromkeys(_MERGED_DOWN, "")
            lay(page, _LABOUR, row, key=person.key, stain=stains.get(id(person)))
        if len(hands) > 1:
            columns = map(_LABOUR.index, _MERGED_DOWN)
            page.merges += [(top, at, len(page.rows), at) for at in columns]
    page.add(["合计", "", "", "", f"{len(page.keys)}人", *[""] * (len(_LABOUR) - 5)])
    return [page]


def _is_hand(person: Person) -> bool:
    return person.labour not in {"无劳动力", "丧失劳动力"}


def _labour_row(at: int, person: Person, home: Household) -> Row:
    works = bool(person.work_months)
    wishes = at % 4 == 1
    row: Row = {
        "序号": float(at),
        "村组": f"{home.village}{home.group}",
        "户编号": home.number,
        "户主姓名": home.head.name,
        "姓名": person.name,
        "身份证号": person.id_number,
        "年龄": float(2021 - person.born_on.year),
        "与户主关系": person.relation,
        "劳动技能": person.labour,
        "是否就业": "是" if works else "否",
        "是否有培训意愿": "是" if wishes else ("否", "")[at % 2],
        "培训意愿项目": _WISHES[at // 4 % len(_WISHES)] if wishes else "",
        "未就业原因": "" if works else _REASONS[at % len(_REASONS)],
        "帮扶责任人": "",
    }
    if works:
        row |= {
            "就业类型": ("外出务工", "公益性岗位", "帮扶车间")[at % 3],
            "具体工种": _JOBS[at % len(_JOBS)],
            "务工区域": person.work_place.removesuffix("务工"),
            "就业地": person.work_unit,
            "月工资（元）": (3500.0, "4,200", "3800元", "￥3000.00")[at % 4],
        }
    return row


_LABOUR_STAINS = (
    Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(put("身份证号", ""), "id_missing", "id_number", refuses=True),
    Stain(put("是否就业", "再说"), "employment_unknown", "is_employed"),
    Stain(put("务工区域", "很远"), "work_region_unknown", "work_region"),
    Stain(put("月工资（元）", "三四千"), "amount_unreadable", "wage_fen"),
    Stain(put("劳动技能", "很强"), "labour_unknown", "labour_skill"),
    Stain(put("姓名", spaced)),
)
