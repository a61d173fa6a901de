"""The poverty system's list of members, the schools' hardship recognitions, the aid database."""

from collections.abc import Sequence
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.families import MONITORED
from samples.names import COUNTY, JUNIOR, KINDERGARTEN, PRIMARY, PROVINCE, TOWNSHIP
from samples.page import Page
from samples.rolls import gone
from samples.stains import (
    Row,
    Stain,
    as_number,
    as_scientific,
    fifteen,
    lay,
    off_by_one,
    put,
    soil,
    spaced,
)
from samples.town import GRADES, Household, Person, Pupil, Recognition, Town

_MEMBERS = (
    "序号", "数据日期", "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "户编号", "人编号",
    "姓名", "证件号码", "人数", "与户主关系", "民族", "文化程度", "在校生状况",
    "义务教育阶段未上学原因", "健康状况", "劳动技能", "务工时间（月）", "务工所在地",
    "务工企业名称", "是否参加大病保险", "致贫原因1", "危房户", "是否解决安全饮用水", "人均纯收入",
    "户联系电话", "人联系电话", "户类型", "脱贫属性", "易返贫致贫户(监测对象)类型",
    "风险是否消除", "风险识别时间", "风险消除时间", "享受低保政策情况", "享受特困供养政策情况",
)  # fmt: skip
MONITORED_WORDS = {
    "unstable": "脱贫不稳定户",
    "marginal": "边缘易致贫户",
    "sudden": "突发严重困难户",
}
_LIFTED_WORDS = {"lifted": "已脱贫（享受政策）", "lifted_ended": "已脱贫（不再享受政策）"}


def members(town: Town, dice: Random) -> list[Page]:
    """Lay out the members of the listed households as the national system exports them."""
    page = Page(name="04_脱贫户监测户家庭成员_2026年11月", kind=Kind.HOUSEHOLD_MEMBERS)
    page.header(_MEMBERS)
    people = [person for home in town.households for person in home.people]
    stains = _spread(people, dice)
    number = 0
    for home in town.households:
        for at, person in enumerate(home.people):
            number += 1
            row = _member_row(number, at, person, home)
            lay(page, _MEMBERS, row, key=person.key, stain=stains.get(id(person)))
    _add_certificates(page, people, stains)
    _confuse_heads(page, people, stains)
    again = page.add(page.rows[200], key=page.keys[201])
    page.plant(again, "duplicate_person", "id_number", refuses=True)
    return [page]


def _spread(people: Sequence[Person], dice: Random) -> dict[int, Stain]:
    """Choose whose rows are soiled: a household loses neither its head nor its only row."""
    plain = [p for p in people if p.household and len(p.household.people) > 2 and not p.certificate]
    ordinary = [p for p in plain if p.relation not in {"户主", "配偶"}]
    children = [p for p in ordinary if p.pupil is not None and p.pupil.stage != "preschool"]
    spouses = [p for p in plain if p.relation == "配偶" and p.born_on.year < 2000]
    watched = [p for p in ordinary if p.household and MONITORED & set(p.household.categories)]
    stains = dict(soil(dice, children, _CHILD_STAINS))
    stains |= soil(dice, spouses, _SPOUSE_STAINS)
    stains |= soil(dice, [p for p in watched if id(p) not in stains], _WATCHED_STAINS)
    stains |= soil(dice, [p for p in ordinary if id(p) not in stains], _ORDINARY_STAINS)
    return stains


def _add_certificates(page: Page, people: Sequence[Person], stains: dict[int, Stain]) -> None:
    """Put the disability certificate where the id should be, as the poverty system does."""
    at = _MEMBERS.index("证件号码")
    for number, person in enumerate(people, start=2):
        if person.certificate and id(person) not in stains and person.born_on.day % 2:
            page.rows[number - 1][at] = f'="{person.certificate}"'
            page.plant(number, "id_from_certificate", "id_number")


def _confuse_heads(page: Page, people: Sequence[Person], stains: dict[int, Stain]) -> None:
    """Leave one household without a head and give another two."""
    at = _MEMBERS.index("与户主关系")
    rows = {id(person): number for number, person in enumerate(people, start=2)}
    homes = [
        p.household
        for p in people
        if p.household and p is p.household.head and len(p.household.people) > 2
        and not any(id(member) in stains for member in p.household.people)
    ]  # fmt: skip
    for home, member, word, code in (
        (homes[5], 0, "", "household_no_head"),
        (homes[9], 1, "户主", "household_many_heads"),
    ):
        page.rows[rows[id(home.people[member])] - 1][at] = word
        page.plant(rows[id(home.head)], code, "relation")


def _member_row(number: int, at: int, person: Person, home: Household) -> Row:
    monitored = [code for code in home.categories if code in MONITORED]
    lifted = [code for code in home.categories if code in _LIFTED_WORDS]
    is_risky = home.risk_removed is False
    return {
        "序号": str(number),
        "数据日期": "2026-11-18",
        "县(市、区、旗)": COUNTY,
        "乡(镇)": TOWNSHIP,
        "行政村": home.village,
        "自然村": home.group,
        "户编号": f"'{home.number}",
        "人编号": f"'{home.number}{at + 1:02d}",
        "姓名": person.name.replace("·", "•"),
        "证件号码": f'="{person.id_number}"',
        "人数": str(len(home.people)),
        "与户主关系": person.relation,
        "民族": person.ethnicity,
        "文化程度": person.education,
        "在校生状况": person.study,
        "义务教育阶段未上学原因": person.reason,
        "健康状况": person.health,
        "劳动技能": person.labour,
        "务工时间（月）": str(person.work_months),
        "务工所在地": person.work_place,
        "务工企业名称": person.work_unit,
        "是否参加大病保险": "是",
        "致贫原因1": home.cause,
        "危房户": "否",
        "是否解决安全饮用水": "是",
        "人均纯收入": f"{home.income}.00",
        "户联系电话": home.phone,
        "人联系电话": person.phone or ("0", "无", "NULL", "")[number % 4],
        "户类型": "脱贫户" if lifted else "一般农户",
        "脱贫属性": _LIFTED_WORDS[lifted[0]] if lifted else "",
        "易返贫致贫户(监测对象)类型": MONITORED_WORDS[monitored[0]] if monitored else "",
        "风险是否消除": ("否" if is_risky else "是") if monitored else "",
        "风险识别时间": f"{home.found_on:%Y-%m-%d}" if home.found_on else "",
        "风险消除时间": f"{home.removed_on:%Y%m%d}" if home.removed_on else "",
        "享受低保政策情况": "农村低保" if "rural_allowance" in home.categories else "未享受",
        "享受特困供养政策情况": "农村特困" if "rural_destitute" in home.categories else "",
    }


def _scientific(text: str) -> str:
    return as_scientific(text[2:-1])


_CHILD_STAINS = (
    Stain(put("证件号码", _scientific), "id_scientific", "id_number", refuses=True),
    Stain(put("证件号码", _scientific), "id_scientific", "id_number", refuses=True),
    Stain(put("证件号码", ""), "id_missing", "id_number", refuses=True),
    Stain(put("户类型", "甲类户"), "category_unknown", "household_type", refuses=True),
)
_SPOUSE_STAINS = (
    Stain(put("证件号码", lambda text: fifteen(text[2:])), "id_upgraded", "id_number"),
    Stain(put("证件号码", lambda text: fifteen(text[2:])), "id_upgraded", "id_number"),
    Stain(put("劳动技能", "很强"), "labour_unknown", "labour_skill"),
    Stain(put("务工时间（月）", "很久"), "number_unreadable", "work_months"),
)
_WATCHED_STAINS = (
    Stain(put("风险是否消除", "正在看"), "risk_unknown", "risk_removed", refuses=True),
    Stain(put("风险识别时间", "2023-02-30"), "date_invalid", "risk_found_on"),
)
_ORDINARY_STAINS = (
    Stain(put("与户主关系", "邻居"), "relation_unknown", "relation"),
    Stain(put("人联系电话", "1990000012"), "phone_invalid", "phone"),
    Stain(put("享受低保政策情况", "几档"), "allowance_unknown", "allowance", refuses=True),
    Stain(put("姓名", spaced)),
    Stain(put("与户主关系", "长子")),
)

_RECOGNISED = (
    "序号", "姓名", "性别", "年级", "班级", "身份证号", "学籍号", "困难类型", "认定等级",
    "公示结果", "备注",
)  # fmt: skip


def recognitions(town: Town, dice: Random) -> list[Page]:
    """Lay out the autumn term's recognitions, a sheet per school."""
    pages = []
    for school in (PRIMARY, JUNIOR, KINDERGARTEN):
        found = [made for made in town.recognitions if made.pupil.school == school]
        clean = [made for made in found if made.is_granted and made.pupil.person.id_number]
        stains = soil(dice, clean, _RECOGNITION_STAINS[school])
        pages.append(_recognition_page(school, found, stains))
    return pages


def _recognition_page(school: str, found: list[Recognition], stains: dict[int, Stain]) -> Page:
    page = Page(name=school.removeprefix("青禾县云岭镇"), kind=Kind.HARDSHIP_LIST)
    page.title(
        f"{school}2026年秋季学期家庭经济困难学生认定名单",
        f"填报单位：{school}      公示时间：2026年9月21日至9月27日",
        width=len(_RECOGNISED),
    )
    page.header(_RECOGNISED)
    reasons = ""
    for at, made in enumerate(found, start=1):
        pupil = made.pupil
        row: Row = {
            "序号": float(at),
            "姓名": pupil.person.name,
            "性别": pupil.person.sex,
            "年级": GRADES[pupil.grade],
            "班级": f"{pupil.class_no}班",
            "身份证号": pupil.person.id_number,
            "学籍号": pupil.student_no,
            "困难类型": "同上" if made.reasons == reasons and at % 3 == 0 else made.reasons,
            "认定等级": made.tier if made.is_granted else "不予认定",
            "公示结果": "无异议" if made.is_granted else "不符合条件",
        }
        reasons = made.reasons
        lay(page, _RECOGNISED, row, key=pupil.person.key, stain=stains.get(id(made)))
    total = page.add(["合计", f"{len(found)}人", *[""] * (len(_RECOGNISED) - 2)])
    page.merges.append((total, 1, total, 3))
    page.add(["注：认定档次分特别困难、困难、一般困难三档。"])
    page.add(["校长签字：", "", "", "班主任签字：", "", "", "2026年9月28日"])
    return page


_TIER_A = Stain(put("认定等级", "一档"), "tier_unknown", "tier")
_RECOGNITION_STAINS = {
    PRIMARY: (
        _TIER_A,
        Stain(put("身份证号", as_number), "id_lost_digits", "id_number", refuses=True),
        Stain(put("姓名", spaced)),
    ),
    JUNIOR: (
        _TIER_A,
        Stain(put("身份证号", off_by_one), "id_checksum", "id_number", refuses=True),
        Stain(put("姓名", ""), "name_missing", "name", refuses=True),
    ),
    KINDERGARTEN: (Stain(put("学籍号", "")),),
}

_POOR = (
    "学期", "省市", "区县", "乡镇", "村组（社区）", "姓名", "身份证号码", "是否脱贫家庭学生",
    "是否6-15周岁", "户编号", "户主姓名", "户类型", "联系电话", "学校全称", "学段", "年级",
    "班级", "学籍号", "就读方式", "是否残疾生", "残疾生证号", "不在校原因", "贫困类型",
    "镇内/镇外", "县内/县外", "省内/省外", "本学期是否享受本县资助",
)  # fmt: skip


def poor_list(town: Town, dice: Random) -> list[Page]:
    """Lay out the county aid database's list of poor families' pupils, those out of school too."""
    page = Page(name="工作表1", kind=Kind.POOR_STUDENT_LIST)
    page.header(_POOR)
    left = gone(town, {"转出", "出国"})
    pupils = [p for p in town.pupils if p.household and id(p.person) not in left]
    pupils.sort(key=lambda p: (p.household.number if p.household else "", p.person.key))
    stains = soil(dice, [p for p in pupils if 4 <= p.grade <= 6], _PRIMARY_STAINS)
    stains |= soil(
        dice, [p for p in pupils if p.grade >= 7 and p.boarding == "住校"], _JUNIOR_STAINS
    )
    for pupil in pupils:
        lay(page, _POOR, _poor_row(pupil.person), key=pupil.person.key, stain=stains.get(id(pupil)))
    for child in town.unschooled:
        lay(page, _POOR, _poor_row(child), key=child.key, stain=None)
    return [page]


def _poor_row(person: Person) -> Row:
    home, pupil = person.household, person.pupil
    assert home is not None  # noqa: S101 - only members of households are listed
    lifted = any(code.startswith("lifted") for code in home.categories)
    words = [MONITORED_WORDS[code] for code in home.categories if code in MONITORED]
    support = {"rural_allowance": "农村低保", "rural_destitute": "农村特困"}
    words += [support[code] for code in home.categories if code in support]
    row: Row = {
        "学期": "2026秋",
        "省市": PROVINCE,
        "区县": COUNTY,
        "乡镇": TOWNSHIP,
        "村组（社区）": home.village,
        "姓名": person.name,
        "身份证号码": person.id_number,
        "是否脱贫家庭学生": "是" if lifted else "否",
        "是否6-15周岁": "是" if pupil is None or pupil.grade > 0 else "否",
        "户编号": home.number,
        "户主姓名": home.head.name,
        # Schools write 脱贫户 for those who no longer enjoy the policy, too.
        "户类型": "脱贫户" if lifted else "一般农户" if not words else words[0],
        "联系电话": home.phone or (pupil.phone if pupil else ""),
        "是否残疾生": "是" if person.certificate else "否",
        "残疾生证号": person.certificate or "无",
        "不在校原因": person.reason,
        "镇内/镇外": "镇内",
        "县内/县外": "县内",
        "省内/省外": "省内",
        "本学期是否享受本县资助": "否",
    }
    return row | _schooling(pupil) if pupil else row


def _schooling(pupil: Pupil) -> Row:
    return {
        "学校全称": pupil.school,
        "学段": {"preschool": "学前", "primary": "小学", "junior": "初中"}[pupil.stage],
        "年级": GRADES[pupil.grade],
        "班级": f"{pupil.class_no}班",
        "学籍号": pupil.student_no,
        "就读方式": pupil.boarding,
    }


def _other_way(row: Row) -> None:
    row["就读方式"] = "走读"


_PRIMARY_STAINS = (
    Stain(put("年级", "八年级"), "stage_conflict", "stage", refuses=True),
    Stain(put("身份证号码", lambda text: text[:17]), "id_length", "id_number", refuses=True),
    Stain(put("残疾生证号", "12345"), "disability_no_unusual", "disability_no"),
    Stain(put("年级", "2022级")),
)
_JUNIOR_STAINS = (
    Stain(put("身份证号码", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(_other_way),
    Stain(_other_way),
    Stain(put("班级", "3.2班")),
)
