"""Staff sent away, pairs of kindergartens and what these reached, as offices list them."""

from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import COUNTY, JUNIOR, KINDERGARTEN, PRIMARY, TOWNSHIP, UNIT
from samples.page import Cell, Page
from samples.town import Staff, Town

_TAUGHT = (
    "序号", "支教教师", "性别", "身份证号", "派出学校", "受援学校", "任教学科", "支教开始时间",
    "结束时间", "备注",
)  # fmt: skip
_SENT = (
    "序号", "姓名", "部门", "类别", "派往单位", "派驻村", "派驻职务", "起止时间",
    "计划返回日期", "文号",
)  # fmt: skip
_PAIRS = ("序号", "帮扶园", "被帮扶园", "结对日期", "结束日期", "联系人", "备注")
_REACHED = (
    "序号", "帮扶园", "被帮扶园", "学期", "参评节数", "优课数", "合格数", "论文篇数", "计划",
    "方案", "过程资料", "总结",
)  # fmt: skip
_FIRST, _SECOND = f"{COUNTY}第一幼儿园", f"{COUNTY}第二幼儿园"
Line = tuple[tuple[Cell, ...], str]  # cells, code and field of what is wrong

_SUPPORT: tuple[Line, ...] = (
    (("山口教学点", "语文", "2025年9月", "2026年7月", ""), ""),
    (("河口小学", "数学", "2025.9.1", "2026.1.20", "因病返回"), ""),
    (("同上", "英语", "2026-09-01", "2027-07-10", ""), ""),
    (("山口教学点", "体育", "2026年9月31日", "2027-07-10", ""), "!date_invalid seconded_on"),
    (("山口教学点", "音乐", "2026-09-01", "2026-08-31", ""), "!span_impossible due_on"),
    (("山口教学点", "美术", "", "2027-07-10", ""), "!entry_incomplete seconded_on"),
)
_AWAY: tuple[Line, ...] = (
    (("挂职锻炼", f"{COUNTY}乡村振兴局", "", "副局长", "2026.3-2026.8", "", "县组〔2026〕1号"),
     ""),
    (("驻村", "", "柳河村", "队员", "2025年3月至今", "", "县组〔2025〕3号"), ""),
    (("下派", "", "石桥沟村", "队员", "2026.9.1至", "2026年11月20日", ""), ""),
    (("培训", "省教育学院", "", "骨干教师", "2026.10.8—10.20", "", "省教师〔2026〕7号"), ""),
    (("国培", "师范大学", "", "", "2026年11月1日-2027年1月10日", "", ""), ""),
    (("出差", "省城", "", "", "2026.10.8—10.9", "", ""),
     "!secondment_kind_unknown secondment_kind"),
    (("下派", "", "柳河村", "", "去年至今", "", ""), "!date_invalid seconded_span"),
)  # fmt: skip
_TIED: tuple[Line, ...] = (
    ((_FIRST, KINDERGARTEN, "2025-09-01", "", "赵园长", ""), ""),
    ((_SECOND, "柳河村幼儿园", "2026年11月2日", "", "孙园长", "中途结对"), ""),
    ((KINDERGARTEN, "石桥沟村幼儿园", "", "", "", ""), "period_assumed paired_on"),
    ((_SECOND, "东山村幼儿园", "2026-09-01", "2026-08-31", "", ""), "!span_impossible ended_on"),
    ((_SECOND, "", "2026-09-01", "", "", ""), "!entry_incomplete helped_school"),
)
_DONE: tuple[Line, ...] = (
    ((_FIRST, KINDERGARTEN, "2025秋", 10.0, 2.0, 10.0, "", "有", "有", "有", "无"), ""),
    ((_FIRST, KINDERGARTEN, "2026春", "12节", 4.0, 12.0, 1.0, "√", "√", "√", "√"), ""),
    ((_SECOND, "柳河村幼儿园", "2026秋", 8.0, 9.0, 8.0, "", "有", "", "", ""),
     "!part_above_whole rated_good"),
    ((_SECOND, "柳河村幼儿园", "上学期", 8.0, 2.0, 8.0, "", "有", "", "", ""),
     "!term_unreadable term"),
)  # fmt: skip


def secondments(town: Town, dice: Random) -> list[Page]:
    """Lay out the schools' teachers sent to teach, and the unit's people sent anywhere."""
    teachers = [each for each in town.staff if each.unit in {PRIMARY, JUNIOR} and each.may_help]
    taught = Page(name="支教", kind=Kind.SECONDMENTS)
    taught.title(f"{TOWNSHIP}选派支教教师登记表", width=len(_TAUGHT))
    taught.header(_TAUGHT)
    for at, ((cells, fault), who) in enumerate(
        zip(_SUPPORT, dice.sample(teachers, len(_SUPPORT)), strict=True), start=1
    ):
        _lay(taught, (float(at), who.name, who.sex, who.id_number, who.unit, *cells), fault)
    sent = Page(name="派出", kind=Kind.SECONDMENTS)
    sent.title(f"{UNIT}下派、挂职、培训人员一览表", "2026年11月20日", width=len(_SENT))
    sent.header(_SENT)
    people = [each for each in town.staff if each.unit == UNIT and each.may_help]
    for at, ((cells, fault), who) in enumerate(
        zip(_AWAY, dice.sample(people, len(_AWAY)), strict=True), start=1
    ):
        _lay(sent, (float(at), *_known(who), *cells), fault)
    return [taught, sent]


def _known(who: Staff) -> tuple[str, str]:
    return who.name, who.department


def kindergartens(_town: Town, _dice: Random) -> list[Page]:
    """Lay out who helps whom since when, and what the helped ones reached."""
    tied = Page(name="结对名单", kind=Kind.KINDERGARTEN_PAIRS)
    tied.title(f"{COUNTY}城乡幼儿园结对名单（2026-2027学年）", width=len(_PAIRS))
    tied.header(_PAIRS)
    for at, (cells, fault) in enumerate(_TIED, start=1):
        _lay(tied, (float(at), *cells), fault)
    reached = Page(name="成效", kind=Kind.KINDERGARTEN_RESULTS)
    reached.title(f"{COUNTY}幼儿园结对帮扶成效统计表", width=len(_REACHED))
    reached.header(_REACHED)
    for at, (cells, fault) in enumerate(_DONE, start=1):
        _lay(reached, (float(at), *cells), fault)
    return [tied, reached]


def _lay(page: Page, cells: tuple[Cell, ...], fault: str) -> None:
    """Append a row; ``fault`` is ``code field``, with ``!`` before it where the row is refused."""
    row = page.add(cells, key=f"{page.name}{len(page.rows)}")
    page.given[row] = [None]
    if fault:
        code, field = fault.lstrip("!").split()
        page.plant(row, code, field, refuses=fault.startswith("!"))
