"""The workbooks of the story, as the schools and the township would have them.

``LISTS`` names every file; ``write_lists`` writes them all into a folder before the story begins,
so that a command of the story only names the file that came in on its day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from samples.files import write_text, write_xls, write_xlsx
from samples.names import COUNTY, JUNIOR, KINDERGARTEN, PRIMARY, TOWNSHIP
from samples.page import Cell, Page
from samples.rolls import SCHOOL_CODES
from samples.town import GRADES
from tests.scenario.cast import (
    HOMES,
    NEWCOMER,
    OTHERS,
    PAIRS,
    PUPILS,
    RECOGNISED,
    TEACHERS,
    Child,
    Home,
    Teacher,
    named,
)
from tests.scenario.helping import HELP

Pages = Sequence[Page]


def _page(name: str, titles: Sequence[str], header: Sequence[str]) -> Page:
    page = Page(name=name)
    page.title(*titles, width=len(header))
    page.header(header)
    return page


# --- rolls --------------------------------------------------------------------------------------

_EXPORT = (
    "学校标识码", "姓名", "性别", "出生日期", "民族", "身份证件类型", "身份证件号", "班号",
    "入学年月", "就读方式", "家庭地址", "是否孤儿", "残疾类型", "成员1姓名", "成员1关系",
    "成员1联系电话", "学籍号", "年级", "学生状态",
)  # fmt: skip


def _village(child: Child) -> str:
    return child.home.village if child.home else "街道居委会"


def _guardian(child: Child) -> str:
    return child.home.head if child.home else f"{child.name[0]}家长"


def _entered(child: Child) -> int:
    first = -1 if child.grade < 0 else 1 if child.grade < 7 else 7
    return 2026 - (child.grade - first)


def export(pupils: Iterable[Child], entered: str = "") -> Pages:
    """Lay out the primary school's roll as the national system exports it, all as text."""
    page = Page(name="学生基本信息")
    page.header(_EXPORT)
    for child in pupils:
        page.add([
            SCHOOL_CODES[PRIMARY], child.name, child.sex, f"{child.born_on:%Y%m%d}", "汉族",
            "居民身份证", child.id_number, f"{child.grade}01",
            entered or f"{_entered(child)}09", child.boarding,
            f"{COUNTY}{TOWNSHIP}{_village(child)}", "否", "无残疾", _guardian(child), "父母",
            "19900000001", child.student_no, GRADES[child.grade], "在读",
        ])  # fmt: skip
    return [page]


_OWN = ("序号", "姓名", "性别", "身份证号", "学籍号", "就读方式", "宿舍", "家长姓名", "联系电话")


def own_roll(pupils: Iterable[Child], term: str, day: date) -> Pages:
    """Lay out the junior school's own roll: a sheet for each grade, two header rows, a tail."""
    pupils, pages = list(pupils), []
    for grade in (7, 8, 9):
        page = Page(name=GRADES[grade])
        page.title(
            f"{JUNIOR}{term}季学期{GRADES[grade]}学生花名册",
            f"填报单位：{JUNIOR}    填报日期：{day.year}年{day.month}月{day.day}日",
            width=len(_OWN),
        )
        top = page.header([*_OWN[:5], "就读情况", "", "家长", ""])
        page.header([*[""] * 5, "就读方式", "宿舍", "姓名", "联系电话"])
        page.merges += [(top, at, top + 1, at) for at in range(5)]
        page.merges += [(top, 5, top, 6), (top, 7, top, 8)]
        page.add([f"{GRADES[grade]}（1）班", *[""] * 8])
        members = [child for child in pupils if child.grade == grade]
        for at, child in enumerate(members, start=1):
            page.add([
                float(at), child.name, child.sex, child.id_number, child.student_no,
                child.boarding, "男101" if child.boarding == "住校" else "/", _guardian(child),
                "19900000002",
            ])  # fmt: skip
        page.add(["合计", f"{len(members)}人", *[""] * 7])
        pages.append(page)
    return pages


def register(pupils: Iterable[Child], term: str) -> Pages:
    """Lay out the kindergarten's register."""
    page = _page(
        "幼儿名册", [f"{KINDERGARTEN}{term}季学期幼儿名册"],
        ("序号", "幼儿姓名", "性别", "身份证号", "班级", "入园日期", "家长姓名", "家庭住址"),
    )  # fmt: skip
    for at, child in enumerate(pupils, start=1):
        page.add([
            float(at), child.name, child.sex, child.id_number, "大一班", "2024.9.1",
            _guardian(child), _village(child),
        ])  # fmt: skip
    return [page]


def _of(school: str, *, without: Sequence[str] = (), more: Sequence[Child] = ()) -> list[Child]:
    pupils = [child for child in (*PUPILS, *more) if child.school == school]
    return sorted(
        (child for child in pupils if child.name not in without),
        key=lambda child: (child.grade, child.born_on),
    )


# --- households ---------------------------------------------------------------------------------

_MEMBERS = (
    "序号", "县(市、区、旗)", "乡(镇)", "行政村", "户编号", "姓名", "证件号码", "人数",
    "与户主关系", "在校生状况", "义务教育阶段未上学原因", "健康状况", "户类型", "脱贫属性",
    "易返贫致贫户(监测对象)类型", "风险是否消除", "享受低保政策情况", "享受特困供养政策情况",
)  # fmt: skip


def members(homes: Iterable[Home], **lifted: str) -> Pages:
    """Lay out the households' members as the national system exports them.

    ``lifted`` says of households, by the head's name, that their risk is removed now.
    """
    page = Page(name="家庭成员")
    page.header(_MEMBERS)
    number = 0
    for home in homes:
        people: list[tuple[str, str, str, str]] = [(home.head, home.head_id, "户主", "")]
        for child in home.children:
            relation = "之子" if child.sex == "男" else "之女"
            study = GRADES[child.grade] if child.grade else "非在校生"
            people.append((child.name, child.id_number, relation, study))
        for name, number_, relation, study in people:
            number += 1
            page.add([
                str(number), COUNTY, TOWNSHIP, home.village, f"'{home.number}", name,
                f'="{number_}"', str(len(people)), relation, study,
                "其他" if study == "非在校生" else "", "健康", home.kind, home.lifted,
                home.monitored, lifted.get(home.head, home.risk_removed), home.allowance,
                home.destitute,
            ])  # fmt: skip
    return [page]


# --- staff and pairs ----------------------------------------------------------------------------

_STAFF = (
    "序号", "姓名", "性别", "身份证号", "单位", "部门", "职务", "编制类型", "在职状态", "困难职工",
)  # fmt: skip


def staff(teachers: Iterable[Teacher], month: str, left: Sequence[str] = ()) -> Pages:
    """Lay out the schools' staff; ``left`` have been transferred away."""
    page = _page("教职工", [f"{TOWNSHIP}各学校教职工花名册（{month}）"], _STAFF)
    for at, teacher in enumerate(teachers, start=1):
        page.add([
            float(at), teacher.name, teacher.sex, teacher.id_number, teacher.unit,
            teacher.department, teacher.post, "事业编",
            "调出" if teacher.name in left else "在职", teacher.in_hardship,
        ])  # fmt: skip
    return [page]


def pairs() -> Pages:
    """Lay out who helps which household."""
    page = _page(
        "结对", [f"{TOWNSHIP}结对帮扶名单", "（一定三年不变，不脱贫、不脱钩、不走人）"],
        ("序号", "行政村", "户编号", "户主姓名", "帮扶责任人", "单位", "结对日期", "帮扶措施"),
    )  # fmt: skip
    units = {teacher.name: teacher.unit for teacher in TEACHERS}
    for order, helper, since in PAIRS:
        home = HOMES[order - 1]
        page.add([
            float(order), home.village, home.number, home.head, helper, units[helper],
            date.fromisoformat(since), "落实教育资助、联系就业",
        ])  # fmt: skip
    return [page]


# --- recognitions, cards, changes, absences -----------------------------------------------------


def recognitions() -> Pages:
    """Lay out whom the schools recognised as hard up."""
    page = _page(
        "认定", [f"{TOWNSHIP}各学校2026年秋季学期家庭经济困难学生认定名单"],
        ("序号", "姓名", "性别", "学校", "年级", "班级", "身份证号", "困难类型", "认定等级"),
    )  # fmt: skip
    for at, child in enumerate(RECOGNISED, start=1):
        page.add([
            float(at), child.name, child.sex, child.school, GRADES[child.grade], "1班",
            child.id_number, "家庭成员患重病", ("特别困难", "困难", "一般困难")[at - 1],
        ])  # fmt: skip
    return [page]


def card(at: int) -> str:
    """Give a card's number, its last digit by Luhn."""
    body = f"62100199000{at:04d}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(body)]
    return body + str(-sum(each // 10 + each % 10 for each in doubled) % 10)


def cards(without: Sequence[str] = ()) -> Pages:
    """Lay out the cards of those whom the schools pay; who is ``without`` one has brought none."""
    page = _page(
        "采集表", ["学生资助银行卡采集表（2026年秋季学期）"],
        ("序号", "学校", "年级", "姓名", "身份证号", "社保卡银行账号", "开户行", "户名",
         "与学生关系"),
    )  # fmt: skip
    for at, child in enumerate((each for home in HOMES for each in home.children), start=1):
        if child.grade and child.name not in without:
            page.add([
                float(at), child.school, GRADES[child.grade], child.name, child.id_number,
                card(at), "云岭信用社", _guardian(child), "父亲",
            ])  # fmt: skip
    return [page]


_CHANGES = (
    "序号", "姓名", "身份证号", "就读学校", "年级", "异动类型", "异动日期", "转出学校", "转入学校",
    "休学结束日期", "异动原因",
)  # fmt: skip


def changes(*rows: tuple[str, str, str, dict[str, str]]) -> Pages:
    """Lay out changes on the roll: name, kind of change, day, and what else the form says."""
    page = Page(name="学籍异动")
    page.header(_CHANGES)
    for at, (name, kind, day, more) in enumerate(rows, start=1):
        child = named(name)
        row = {
            "序号": str(at), "姓名": name, "身份证号": child.id_number, "就读学校": child.school,
            "年级": GRADES[child.grade], "异动类型": kind, "异动日期": day,
        } | more  # fmt: skip
        page.add([row.get(title, "") for title in _CHANGES])
    return [page]


_LEAVES = (
    "序号",
    "学生姓名",
    "身份证号",
    "班级",
    "请假开始日期",
    "请假结束日期",
    "请假类型",
    "请假原因",
)


def absences(school: str, weeks: str, *rows: tuple[str, str, str, str]) -> Pages:
    """Lay out who was away: name, first and last day, and 旷课 or the kind of leave."""
    page = _page("请假", [f"{school}学生请假缺勤登记表（{weeks}）"], _LEAVES)
    for at, (name, first, last, kind) in enumerate(rows, start=1):
        child = named(name)
        reason = {"病假": "感冒发烧", "事假": "家里有事"}.get(kind, "")
        cells: list[Cell] = [float(at), name, child.id_number, f"{GRADES[child.grade]}1班"]
        page.add([*cells, first, last, kind, reason])
    return [page]


_ILL = tuple(child.name for child in OTHERS if child.school == JUNIOR)


def _junior_weeks(weeks: str, *truants: tuple[str, str, str], ill: tuple[int, str]) -> Pages:
    """Lay out some days of the junior school: who stayed away, and one who was ill for a day."""
    at, day = ill
    rows = [(name, first, last, "旷课") for name, first, last in truants]
    return absences(JUNIOR, weeks, *rows, (_ILL[at], day, day, "病假"))


_AUTUMN: Mapping[str, Callable[[], Pages]] = {
    "青禾县云岭镇中心小学_学籍_2026秋.xlsx": lambda: export(_of(PRIMARY)),
    "初中学籍_2026秋.xls": lambda: own_roll(_of(JUNIOR), "2026年秋", date(2026, 9, 1)),
    "幼儿园_2026秋.xlsx": lambda: register(_of(KINDERGARTEN), "2026年秋"),
    "脱贫户监测户_2026年8月.csv": lambda: members(HOMES[:12]),
    "教职工_2026年8月.xlsx": lambda: staff(TEACHERS, "2026年8月"),
    "结对名单_2026年8月.xlsx": pairs,
    "认定_2026秋.xlsx": recognitions,
    "银行卡_2026秋.xlsx": lambda: cards(without=("孙浩",)),
    "考勤_9月14日至18日.xlsx": lambda: _junior_weeks(
        "2026年9月14日至18日", ("何小军", "2026-09-14", "2026-09-18"), ill=(0, "2026-09-18")
    ),
    "考勤_9月20日至24日.xlsx": lambda: _junior_weeks(
        "2026年9月20日至24日", ("何小军", "2026-09-20", "2026-09-24"), ill=(1, "2026-09-22")
    ),
    "考勤_9月28日至10月16日.xlsx": lambda: _junior_weeks(
        "2026年9月28日至10月16日", ("何小军", "2026-09-28", "2026-10-16"), ill=(2, "2026-10-09")
    ),
    "考勤_10月19日至20日.xlsx": lambda: _junior_weeks(
        "2026年10月19日至20日", ("何小军", "2026-10-19", "2026-10-20"), ill=(3, "2026-10-20")
    ),
    "考勤_10月21日至30日.xlsx": lambda: _junior_weeks(
        "2026年10月21日至30日", ("何小军", "2026-10-21", "2026-10-30"), ill=(4, "2026-10-30")
    ),
    "考勤_11月2日至6日.xlsx": lambda: _junior_weeks("2026年11月2日至6日", ill=(5, "2026-11-06")),
    "异动_2026年10月.tsv": lambda: changes(
        ("马芳", "辍学", "2026年10月10日", {"异动原因": "外出务工"}),
        ("刘康", "休学", "2026.9.7", {"休学结束日期": "2027-02-28", "异动原因": "骨折"}),
        ("陈思远", "转学（转出）", "2026-10-20",
         {"转出学校": PRIMARY, "转入学校": "青禾县第二小学"}),
    ),
    "异动_2026年11月.tsv": lambda: changes(
        ("周杰", "转学（转出）", "20261105", {"转出学校": JUNIOR, "转入学校": "不详"}),
        ("马芳", "复学", "2026-11-09", {}),
        ("孙来", "转学（转入）", "2026年11月9日",
         {"转出学校": "青禾县石门镇中心小学", "转入学校": PRIMARY}),
    ),
}  # fmt: skip

_SPRING: Mapping[str, Callable[[], Pages]] = {
    "青禾县云岭镇中心小学_学籍_2027春.xlsx": lambda: export(
        _of(PRIMARY, without=("陈思远",), more=(NEWCOMER,))
    ),
    "初中学籍_2027春.xls": lambda: own_roll(
        _of(JUNIOR, without=("周杰",)), "2027年春", date(2027, 3, 2)
    ),
    "青禾县云岭镇中心小学_新建学籍_2027年3月.xlsx": lambda: export(
        [replace(named("王小石"), grade=1)], entered="202703"
    ),
    "教职工_2027年3月.xlsx": lambda: staff(TEACHERS, "2027年3月", left=("周晓东",)),
    "异动_2027年3月.tsv": lambda: changes(
        ("刘康", "复学", "2027-03-22", {}),
        ("周杰", "转学（转出）", "2026-11-05",
         {"转出学校": JUNIOR, "转入学校": "青禾县第一初级中学"}),
    ),
    "考勤_3月15日至24日.xlsx": lambda: _junior_weeks(
        "2027年3月15日至24日", ("何小军", "2027-03-15", "2027-03-24"), ill=(0, "2027-03-24")
    ),
    "考勤_3月25日至4月9日.xlsx": lambda: _junior_weeks(
        "2027年3月25日至4月9日", ("何小军", "2027-03-25", "2027-03-31"), ill=(1, "2027-04-09")
    ),
    "脱贫户监测户_2027年4月.csv": lambda: members(HOMES, 杨守义="是"),
    "脱贫户监测户_2027年5月.csv": lambda: members(HOMES[:6], 何大山="是"),
}  # fmt: skip

LISTS: Mapping[str, Callable[[], Pages]] = {**_AUTUMN, **_SPRING, **HELP}


def write_lists(folder: Path) -> None:
    """Write every list of the story into a folder, in the format that its name says."""
    for name, lay_out in LISTS.items():
        path, pages = folder / name, lay_out()
        if path.suffix == ".xlsx":
            write_xlsx(path, pages)
        elif path.suffix == ".xls":
            write_xls(path, pages)
        elif path.suffix == ".csv":
            write_text(path, pages[0], delimiter=",", encoding="gb18030")
        else:
            write_text(path, pages[0], delimiter="\t", encoding="utf-8-sig")
