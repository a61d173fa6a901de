"""Lists of aid: who is granted what, what was paid into whose account, 两免一补."""

from collections.abc import Sequence
from random import Random

from jingzhun.core.vocabulary import Kind
from samples.names import COUNTY, JUNIOR, KINDERGARTEN, PRIMARY, PROVINCE, TOWNSHIP
from samples.page import Formula, Page
from samples.rolls import untouched
from samples.stains import Row, Stain, as_number, as_scientific, lay, put, soil, spaced
from samples.town import GRADES, Pupil, Town

_LIST = (
    "资助项目", "资助金额", "营养餐金额", "学期", "省市", "区县", "乡镇", "姓名", "身份证号码",
    "学校全称", "学段", "年级", "班级", "学籍号",
)  # fmt: skip
_BOARDERS = ("寄宿生补助", "义务教育资助-农村义务教育阶段家庭经济困难寄宿生生活补助")
_DAY_PUPILS = ("非寄宿生补助", "义务教育家庭经济困难非寄宿生生活补助")
_TERM_FEN = 62_500
_MEALS_FEN = 40_000
#: No bank begins its cards with 9999.
_BANK = "9999"


def grants(town: Town, dice: Random) -> list[Page]:
    """Lay out the county aid database's list of the term: two amounts in a row."""
    page = Page(name="工作表1", kind=Kind.AID_LIST)
    page.header(_LIST)
    pupils = _known(town, PRIMARY)
    stains = soil(dice, pupils, _LIST_STAINS)
    for at, pupil in enumerate(pupils):
        is_boarder = pupil.boarding == "住校"
        fen = _TERM_FEN if is_boarder else _TERM_FEN // 2
        has_meals = at % 3 > 0
        names = _BOARDERS if is_boarder else _DAY_PUPILS
        row: Row = {
            "资助项目": names[at % 2],
            "资助金额": _written(fen, at),
            "营养餐金额": "400" if has_meals else ("", "0", "-")[at // 3 % 3],
            "学期": "2026秋" if at % 4 else "2026-2027学年第一学期",
            "省市": PROVINCE,
            "区县": COUNTY,
            "乡镇": TOWNSHIP,
            "姓名": pupil.person.name,
            "身份证号码": pupil.person.id_number,
            "学校全称": pupil.school,
            "学段": "小学",
            "年级": GRADES[pupil.grade],
            "班级": f"{pupil.class_no}班",
            "学籍号": pupil.student_no,
        }
        number = lay(page, _LIST, row, key=pupil.person.key, stain=stains.get(id(pupil)))
        page.given[number] = [fen, *([_MEALS_FEN] if has_meals else [])]
    again = page.add(page.rows[5], key=page.keys[6])
    page.plant(again, "duplicate_row", "id_number", refuses=True)
    return [page]


def _written(fen: int, at: int) -> str | float:
    yuan = f"{fen / 100:.1f}".removesuffix(".0")
    return (fen / 100, f"{yuan}元", f"￥{fen / 100:.2f}", yuan, f"{fen / 1_000_000:.6f}万元")[
        at % 5
    ]


def _known(town: Town, *schools: str) -> list[Pupil]:
    """Give the pupils of listed households of whom nothing odd is told elsewhere."""
    return [
        pupil
        for school in schools
        for pupil in untouched(town, school)
        if pupil.household is not None and pupil.person.id_number
    ]


_LIST_STAINS = (
    Stain(put("资助金额", "若干"), "amount_unreadable", "amount", refuses=True),
    Stain(put("资助金额", "#REF!"), "amount_unreadable", "amount", refuses=True),
    Stain(put("资助金额", -625.0), "amount_negative", "amount", refuses=True),
    Stain(put("身份证号码", as_scientific), "id_scientific", "id_number", refuses=True),
    Stain(put("学期", "上个学期"), "term_unreadable", "term", refuses=True),
    Stain(put("姓名", spaced)),
)

_PAID = (
    "序号", "年级班级", "学生姓名", "身份证号码", "家长姓名（持卡人）", "与学生关系",
    "惠农一卡通账号", "标准（元/天）", "天数", "金额（元）", "领取人签字",
)  # fmt: skip
_PAGE_ROWS = 12
_DAYS = 18


def payments(town: Town, dice: Random) -> list[Page]:
    """Lay out October's payments to boarders: a sheet per school, printed, summed page by page."""
    pages = [_payment_page(town, school, dice) for school in (PRIMARY, JUNIOR)]
    _forget_a_page(pages[1])
    return pages


def _payment_page(town: Town, school: str, dice: Random) -> Page:
    page = Page(name=school.removeprefix("青禾县云岭镇"), kind=Kind.AID_PAYMENT)
    page.title(
        f"{school}2026年10月家庭经济困难寄宿生生活补助发放花名册",
        f"学校（公章）：{school}          单位：元          2026年11月3日",
        width=len(_PAID),
    )
    pupils = [p for p in _known(town, school) if p.boarding == "住校"]
    stains = soil(dice, pupils, _PAID_STAINS if school == PRIMARY else _JUNIOR_STAINS)
    rate = {PRIMARY: 4, JUNIOR: 5}[school]
    paid = on_page = 0
    for at, pupil in enumerate(pupils):
        if at % _PAGE_ROWS == 0:
            if at:
                _sum(page, "本页小计", on_page)
            _two_rows(page)
            on_page = 0
        row = _paid_row(at + 1, pupil, rate)
        stain = stains.get(id(pupil))
        number = lay(page, _PAID, row, key=pupil.person.key, stain=stain)
        fen = rate * _DAYS * 100 if stain is None or stain.code != "product_mismatch" else 7_600
        page.given[number] = [fen]
        on_page += fen
        paid += fen
    _sum(page, "本页小计", on_page)
    _sum(page, "合　计", paid)
    page.add([f"合计金额（大写）：人民币{paid // 100}元整", *[""] * (len(_PAID) - 1)])
    page.add(["校长：", "", "", "经办人：", "", "", "班主任：", "", "", "审核：", ""])
    return page


def _two_rows(page: Page) -> None:
    """Print the header, 补助金额 over three columns, as at the top of every page."""
    top = page.header([*_PAID[:7], "补助金额", "", "", _PAID[10]])
    page.header([*[""] * 7, *_PAID[7:10], ""])
    page.merges += [(top, at, top + 1, at) for at in (*range(7), 10)]
    page.merges.append((top, 7, top, 9))


def _sum(page: Page, word: str, fen: int) -> None:
    row = page.add([word, *[""] * 8, Formula("=SUM(J5)", fen / 100), ""])
    page.merges.append((row, 0, row, 6))


def _paid_row(at: int, pupil: Pupil, rate: int) -> Row:
    home = pupil.household
    assert home is not None  # noqa: S101 - only members of households are listed
    is_father = home.head.sex == "男"
    amount = rate * _DAYS
    return {
        "序号": float(at),
        "年级班级": f"{GRADES[pupil.grade]}（{pupil.class_no}）班",
        "学生姓名": pupil.person.name,
        "身份证号码": pupil.person.id_number,
        "家长姓名（持卡人）": home.head.name,
        "与学生关系": "父" if is_father else "母",
        "惠农一卡通账号": f"{_BANK}00{home.number}{int(home.number) % 997:03d}",
        "标准（元/天）": float(rate),
        "天数": float(_DAYS),
        "金额（元）": Formula(f"=H{at}*I{at}", amount) if at % 3 else float(amount),
    }


_CARDS = (
    "序号",
    "学校",
    "年级",
    "班级",
    "姓名",
    "身份证号",
    "社保卡银行账号",
    "开户行",
    "户名",
    "与学生关系",
)


def accounts(town: Town, dice: Random) -> list[Page]:
    """Lay out the cards that the primary school collected: a child's own, or a parent's."""
    page = Page(name="采集表", kind=Kind.ACCOUNT_LIST)
    page.title(f"{PRIMARY}2026年秋季学期学生资助银行卡采集表", width=len(_CARDS))
    page.header(_CARDS)
    pupils = _known(town, PRIMARY)
    stains = soil(dice, pupils, _CARD_STAINS)
    for at, pupil in enumerate(pupils, start=1):
        home = pupil.household
        assert home is not None  # noqa: S101 - only members of households are listed
        is_own = at % 3 == 0
        row: Row = {
            "序号": float(at),
            "学校": PRIMARY,
            "年级": GRADES[pupil.grade],
            "班级": f"{pupil.class_no}班",
            "姓名": pupil.person.name,
            "身份证号": pupil.person.id_number,
            "社保卡银行账号": f"{_BANK}01{home.number}{at:03d}",
            "开户行": "云岭信用社",
            "户名": pupil.person.name if is_own else home.head.name,
            "与学生关系": "本人" if is_own else "父亲" if home.head.sex == "男" else "母亲",
        }
        number = lay(page, _CARDS, row, key=pupil.person.key, stain=stains.get(id(pupil)))
        page.given[number] = [None]
    return [page]


_CARD_STAINS = (
    Stain(put("社保卡银行账号", as_number), "account_lost_digits", "account", refuses=True),
    Stain(put("社保卡银行账号", "62001"), "account_unusual", "account", refuses=True),
    Stain(put("社保卡银行账号", "无"), "entry_incomplete", "account", refuses=True),
    Stain(put("身份证号", as_scientific), "id_scientific", "id_number", refuses=True),
    Stain(put("姓名", spaced)),
)


def _forget_a_page(page: Page) -> None:
    """Leave the sum of the first page as it was in September."""
    first = next(at for at, row in enumerate(page.rows) if row[0] == "本页小计")
    page.rows[first][9] = 1234.0
    page.plant(first + 1, "sum_mismatch", "amount")


_PAID_STAINS = (
    Stain(put("惠农一卡通账号", as_number), "account_lost_digits", "account"),
    Stain(put("惠农一卡通账号", "62001"), "account_unusual", "account"),
    Stain(put("金额（元）", 76.0), "product_mismatch", "amount"),
    Stain(put("金额（元）", "若干"), "amount_unreadable", "amount", refuses=True),
    Stain(put("学生姓名", spaced)),
)
_JUNIOR_STAINS = (
    Stain(put("身份证号码", as_number), "id_lost_digits", "id_number", refuses=True),
    Stain(put("金额（元）", ""), "product_computed", "amount"),
    Stain(put("惠农一卡通账号", "")),
)

_WAIVED = (
    "序号", "学校", "年级", "班级", "姓名", "身份证号", "免学杂费", "免教科书费", "补助生活费",
    "合计", "家长签字",
)  # fmt: skip
_CARE = ("序号", "班级", "幼儿姓名", "身份证号", "免保教费", "家长签字")


def waivers(town: Town, dice: Random) -> list[Page]:
    """Lay out 两免一补: amounts by programme in the schools, ticks in the kindergarten."""
    return [_school_waivers(town, dice), _kindergarten_waivers(town, dice)]


def _school_waivers(town: Town, dice: Random) -> Page:
    page = Page(name="两免一补", kind=Kind.FEE_WAIVER)
    page.title(f"{JUNIOR}2026年秋季学期“两免一补”花名册", width=len(_WAIVED))
    page.header(_WAIVED)
    pupils = _known(town, JUNIOR)
    stains = soil(dice, [p for p in pupils if p.boarding == "住校"], _WAIVER_STAINS)
    for at, pupil in enumerate(pupils, start=1):
        amounts: list[int | None] = [8_500, 4_500, *([75_000] if pupil.boarding == "住校" else [])]
        row: Row = {
            "序号": float(at),
            "学校": JUNIOR,
            "年级": GRADES[pupil.grade],
            "班级": float(pupil.class_no),
            "姓名": pupil.person.name,
            "身份证号": pupil.person.id_number,
            "免学杂费": 85.0,
            "免教科书费": 45.0,
            "补助生活费": 750.0 if len(amounts) > 2 else "",
            "合计": Formula(f"=SUM(G{at}:I{at})", sum(filter(None, amounts)) / 100),
        }
        stain = stains.get(id(pupil))
        number = lay(page, _WAIVED, row, key=pupil.person.key, stain=stain)
        page.given[number] = amounts
    fen = sum(sum(filter(None, page.given[row])) for row in page.given)
    # Summed up before somebody spoilt two rows.
    row_number = page.add(["合计", *[""] * 8, fen / 100, ""])
    page.plant(row_number, "sum_mismatch", "total")
    return page


def _without_any(row: Row) -> None:
    for header in ("免学杂费", "免教科书费", "补助生活费", "合计"):
        row[header] = ""


_WAIVER_STAINS = (
    Stain(_without_any, "amount_missing", "waived_tuition", refuses=True),
    Stain(put("免教科书费", "若干"), "amount_unreadable", "waived_textbooks", refuses=True),
    Stain(put("合计", 800.0), "sum_mismatch", "total"),
)


def _kindergarten_waivers(town: Town, dice: Random) -> Page:
    page = Page(name="免保教费", kind=Kind.FEE_WAIVER)
    page.title(f"{KINDERGARTEN}2026年秋季学期免保教费幼儿名单", width=len(_CARE))
    page.header(_CARE)
    children = _known(town, KINDERGARTEN)
    stains = soil(dice, children, (Stain(put("幼儿姓名", spaced)),))
    for at, child in enumerate(children, start=1):
        row: Row = {
            "序号": float(at),
            "班级": f"{GRADES[child.grade][0]}{'一二三四'[child.class_no - 1]}班",
            "幼儿姓名": child.person.name,
            "身份证号": child.person.id_number,
            "免保教费": ("√", "是", "1")[at % 3],
        }
        number = lay(page, _CARE, row, key=child.person.key, stain=stains.get(id(child)))
        page.given[number] = [None]
    _sign(page, _CARE)
    return page


def _sign(page: Page, headers: Sequence[str]) -> None:
    page.add([f"共{len(page.keys)}人", *[""] * (len(headers) - 1)])
    page.add(["园长：", "", "", "填表人：", "", ""])
