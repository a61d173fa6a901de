"""The six villages' listed households: who lives in them, in which category, doing what work."""

from datetime import date
from random import Random

from samples.names import VILLAGES, Namer
from samples.town import TODAY, Household, Person, grade_of

#: Categories of a household and how many in a hundred have them.
_MIXES: tuple[tuple[int, tuple[str, ...]], ...] = (
    (44, ("lifted",)),
    (17, ("lifted_ended",)),
    (4, ("lifted", "unstable")),
    (4, ("lifted_ended", "unstable")),
    (8, ("marginal",)),
    (4, ("sudden",)),
    (11, ("rural_allowance",)),
    (4, ("lifted", "rural_allowance")),
    (4, ("rural_destitute",)),
)
MONITORED = frozenset({"unstable", "marginal", "sudden"})
_CAUSES = ("因病", "因残", "因学", "缺劳力", "缺技术", "缺资金", "因灾", "自身发展动力不足")
_PLACES = ("乡（镇）外县内务工", "县外省内务工", "省外务工", "乡（镇）内务工")
_UNITS = ("青禾县云岭建材厂", "青禾县绿源果蔬合作社", "西川宏远劳务公司", "某电子厂", "建筑工地")
_STUDY_BY_AGE = {
    15: ("普通高中一年级", "中职一年级"),
    16: ("普通高中二年级", "中职二年级"),
    17: ("普通高中三年级", "中职三年级"),
    18: ("高职高专一年级", "本科一年级"),
    19: ("高职高专二年级", "本科二年级"),
    20: ("高职高专三年级", "本科三年级"),
}


def make_households(dice: Random, namer: Namer) -> list[Household]:
    """Make the 412 listed households of the six villages."""
    made = []
    for at, (village, count) in enumerate(VILLAGES.items(), start=1):
        heads: set[str] = set()
        for number in range(1, count + 1):
            home = _household(dice, f"62{at:02d}{number:06d}", village)
            while not home.people or home.head.name in heads:
                home.people.clear()
                _people(home, dice, namer)
            heads.add(home.head.name)
            home.phone = namer.phone()
            made.append(home)
    _rename(made)
    return made


def _rename(homes: list[Household]) -> None:
    """Give three spouses names that test encodings: outside GBK, outside the BMP, with a dot."""
    spouses = [p for home in homes for p in home.people[1:] if p.relation == "配偶"]
    for person, name in zip(spouses[40::60], ("李㛃", "王𬱖", "古丽·阿娜尔"), strict=False):
        person.name = name
        person.ethnicity = "维吾尔族" if "·" in name else "汉族"


def _household(dice: Random, number: str, village: str) -> Household:
    weights = [weight for weight, _ in _MIXES]
    categories = dice.choices([mix for _, mix in _MIXES], weights)[0]
    home = Household(
        number=number,
        village=village,
        group=f"{'一二三四五六'[dice.randrange(6)]}组",
        categories=categories,
        cause=dice.choice(_CAUSES),
        income=dice.randrange(8_000, 16_000),
    )
    if MONITORED & set(categories):
        home.found_on = date(dice.randrange(2020, 2025), dice.randrange(1, 13), 15)
        home.risk_removed = dice.random() < 0.45
        if home.risk_removed:
            home.removed_on = date(2025, dice.randrange(1, 13), 20)
    return home


def _people(home: Household, dice: Random, namer: Namer) -> None:
    surname = namer.surname()
    if home.categories == ("rural_destitute",):
        born = namer.day(date(1938, 1, 1), date(1964, 12, 31))
        _join(home, dice, namer, born=born, sex="男", relation="户主", surname=surname)
        return
    born = namer.day(date(1972, 1, 1), date(1995, 12, 31))
    is_old = dice.random() < 0.1
    if is_old:  # grandparents keep the book
        older = date(born.year - 24, born.month, 10)
        _join(home, dice, namer, born=older, sex="男", relation="户主", surname=surname)
    words = ("之子", "之儿媳", "之孙子", "之孙女") if is_old else ("户主", "配偶", "之子", "之女")
    sex = "女" if not is_old and dice.random() < 0.12 else "男"
    parent = _join(home, dice, namer, born=born, sex=sex, relation=words[0], surname=surname)
    if dice.random() < 0.82:
        other = "女" if sex == "男" else "男"
        spouse = namer.day(date(born.year - 2, 1, 1), date(born.year + 3, 12, 31))
        _join(home, dice, namer, born=spouse, sex=other, relation=words[1])
    for _ in range(dice.choices((0, 1, 2, 3), (12, 28, 44, 16))[0]):
        first, last = max(born.year + 21, 2004), min(born.year + 38, 2025)
        if first > last:
            break
        child = namer.day(date(first, 1, 1), date(last, 12, 31))
        boy = dice.random() < 0.52
        _join(
            home, dice, namer,
            born=child,
            sex="男" if boy else "女",
            relation=words[2 if boy else 3],
            surname=parent.name[0],
        )  # fmt: skip
    if not is_old and dice.random() < 0.35:
        elder = date(born.year - dice.randrange(22, 30), dice.randrange(1, 13), 12)
        _join(home, dice, namer, born=elder, sex="女", relation="之母")


def _join(
    home: Household,
    dice: Random,
    namer: Namer,
    *,
    born: date,
    sex: str,
    relation: str,
    surname: str = "",
) -> Person:
    """Add a member with the facts that go with the age."""
    person = Person(
        name=namer.name(sex, surname),
        sex=sex,
        born_on=born,
        id_number=namer.number(born, sex),
        relation=relation,
        household=home,
    )
    age = TODAY.year - born.year
    if dice.random() < 0.04:
        person.certificate = f"{person.id_number}{dice.randrange(1, 8)}{dice.randrange(1, 5)}"
        person.health = dice.choice(("残疾", "残疾,长期慢性病", "长期慢性病,残疾"))
    elif dice.random() < (0.3 if age > 60 else 0.06):
        person.health = dice.choice(("长期慢性病", "患有大病"))
    if age < 23:
        _study(person, age, dice)
    else:
        _work(person, age, dice, namer)
    home.people.append(person)
    return person


def _study(person: Person, age: int, dice: Random) -> None:
    grade = grade_of(person.born_on)
    if grade is None:
        words = _STUDY_BY_AGE.get(age, ("学龄前儿童",) if age < 5 else ())
        person.study = dice.choice(words) if words else ""
        person.education = "" if words else "高中"
        person.labour = "无劳动力" if words else "普通劳动力"
    elif grade < 0:
        person.study = "学前教育"
    else:
        person.study = "小学" if grade < 7 else f"{'七八九'[grade - 7]}年级"


def _work(person: Person, age: int, dice: Random, namer: Namer) -> None:
    person.education = dice.choice(
        ("文盲或半文盲", "小学") if age > 60 else ("小学", "初中", "初中", "高中", "大专")
    )
    if age > 65:
        return
    skills = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力")
    weights = (10, 5, 70, 15) if person.certificate else (74, 12, 12, 2)
    person.labour = dice.choices(skills, weights)[0]
    if person.labour in skills[:2] and dice.random() < 0.55:
        person.work_months = dice.randrange(2, 12)
        person.work_place = dice.choice(_PLACES)
        person.work_unit = dice.choice(_UNITS)
        person.phone = namer.phone()
