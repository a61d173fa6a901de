"""The helping unit's staff, the schools' teachers, and who helps which household."""

from datetime import date, timedelta
from random import Random

from samples.names import JUNIOR, KINDERGARTEN, PRIMARY, UNIT, Namer
from samples.town import Household, Pair, Staff, Town

#: Enough people that one household each nearly covers 412, as the plans want it.
_COUNTS = {UNIT: 370, PRIMARY: 36, JUNIOR: 28, KINDERGARTEN: 14}
_DEPARTMENTS = {
    UNIT: (
        "学院办公室", "纪检监察室", "教务处", "学生处", "财务处", "后勤处", "图书馆", "农学系",
        "园艺系", "畜牧兽医系", "机电工程系", "信息工程系", "经济管理系", "基础教学部",
    ),
    PRIMARY: ("低年级组", "中年级组", "高年级组", "总务处"),
    JUNIOR: ("语文组", "数学组", "英语组", "政教处", "总务处"),
    KINDERGARTEN: ("保教组", "后勤组"),
}  # fmt: skip
_HEADS = {
    UNIT: ("党委书记", "院长", "党委副书记", "副院长", "副院长", "工会主席"),
    PRIMARY: ("校长", "副校长"),
    JUNIOR: ("校长", "副校长"),
    KINDERGARTEN: ("园长",),
}
_TITLES = {
    UNIT: ("教授", "副教授", "讲师", "讲师", "助教"),
    PRIMARY: ("高级教师", "一级教师", "一级教师", "二级教师"),
    JUNIOR: ("高级教师", "一级教师", "一级教师", "二级教师"),
    KINDERGARTEN: ("一级教师", "二级教师", "二级教师"),
}
_MEASURES = (
    "帮助申请产业奖补",
    "联系就业岗位",
    "送化肥两袋",
    "落实医保报销",
    "辅导孩子学习",
    "协调残疾补贴",
)
#: The first hands of a unit take two households, everybody else one.
TOP_LEADERS = ("党委书记", "院长", "校长", "园长")
_WITHOUT = 11
_WITH_TWO = 3


def make_staff(dice: Random, namer: Namer) -> list[Staff]:
    """Make the staff of the helping unit and of the schools; no two of one name."""
    made: list[Staff] = []
    names: set[str] = set()
    for unit, count in _COUNTS.items():
        for at in range(count):
            sex = "男" if dice.random() < 0.48 else "女"
            name = namer.name(sex)
            while name in names:
                name = namer.name(sex)
            names.add(name)
            made.append(_member((unit, at), name, sex, dice, namer))
    return made


def _member(place: tuple[str, int], name: str, sex: str, dice: Random, namer: Namer) -> Staff:
    unit, at = place
    posts = _HEADS[unit]
    is_head = at < len(posts)
    born = namer.day(date(1971, 1, 1), date(1976, 12, 31)) if is_head else _birth(sex, dice, namer)
    departments = _DEPARTMENTS[unit]
    staff = Staff(
        name=name,
        sex="男" if is_head else sex,
        born_on=born,
        id_number=namer.number(born, "男" if is_head else sex),
        number=f"{list(_COUNTS).index(unit) + 1}{at + 1:04d}",
        unit=unit,
        department="院领导" if is_head and unit == UNIT else departments[at % len(departments)],
        post=posts[at] if is_head else "主任" if at < 20 and unit == UNIT else "教师",
        title=dice.choice(_TITLES[unit]),
        establishment="事业编",
        phone=namer.phone(),
        worked_since=date(min(born.year + 22 + dice.randrange(3), 2026), dice.choice((7, 9)), 1),
    )
    if not is_head:
        roll = dice.random()
        if roll < 0.04:
            staff.establishment = "合同编"
        elif roll < 0.055:
            staff.in_service = "退休"
            staff.born_on = date(1964, staff.born_on.month, 15)
            staff.id_number = namer.number(staff.born_on, sex)
            staff.worked_since = date(1986, 7, 1)
        elif roll < 0.075:
            staff.in_hardship = True
    return staff


def _birth(sex: str, dice: Random, namer: Namer) -> date:
    """Give a birth date; one in thirty retires within three years, by the rules of 2025."""
    if dice.random() < 0.03:
        year = 1967 if sex == "男" else 1972
        return namer.day(date(year, 1, 1), date(year + 1, 6, 30))
    return namer.day(date(1975, 1, 1), date(2001, 12, 31))


def make_pairs(town: Town, dice: Random) -> None:
    """Pair nearly all households: top leaders two each, the others one, a few too many."""
    without = {id(home) for home in dice.sample(town.households, _WITHOUT)}
    homes = [home for home in town.households if id(home) not in without]
    able = [staff for staff in town.staff if staff.may_help]
    leaders = [staff for staff in able if staff.post in TOP_LEADERS]
    others = sorted(
        (staff for staff in able if staff not in leaders),
        key=lambda staff: (staff.unit != UNIT, staff.department, staff.number),
    )[: len(homes) - 2 * len(leaders) - _WITH_TWO]
    turn = [staff for staff in leaders for _ in range(2)] + others
    # Some have taken on a second household: the report must name them.
    turn += dice.sample(others, _WITH_TWO)
    order = {id(staff): at for at, staff in enumerate(turn)}
    turn.sort(key=lambda staff: order[id(staff)])
    for home, staff in zip(homes, turn, strict=True):
        town.pairs.append(_pair(home, staff, dice))


def _pair(home: Household, staff: Staff, dice: Random) -> Pair:
    first = date(2026, dice.randrange(1, 4), dice.randrange(1, 28))
    visits = tuple(
        first + timedelta(45 * at + dice.randrange(20)) for at in range(dice.randrange(1, 5))
    )
    return Pair(
        household=home,
        staff=staff,
        paired_on=dice.choice((date(2024, 9, 1), date(2024, 9, 1), date(2025, 3, 1))),
        measures="、".join(dice.sample(_MEASURES, 2)),
        visits=visits,
    )
