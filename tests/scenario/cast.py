"""The people of the story: thirteen households, the children of three schools, their teachers.

Those to whom something happens have names of their own here; the others fill the classes, made of
one seed. Nobody is real: the region code of the id numbers was never given out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from samples.names import JUNIOR, KINDERGARTEN, PRIMARY, Namer

SEED = 20260831
_NAMER = Namer(Random(SEED))
_DICE = Random(SEED + 1)


@dataclass(kw_only=True, eq=False)
class Child:
    """A child; ``grade`` is that of autumn 2026: -1 is 大班, 0 is no school at all."""

    name: str
    sex: str
    grade: int
    boarding: str = "走读"
    born_on: date
    id_number: str
    home: "Home | None" = None

    @property
    def school(self) -> str:
        """The school of that grade."""
        return KINDERGARTEN if self.grade < 0 else PRIMARY if self.grade < 7 else JUNIOR

    @property
    def student_no(self) -> str:
        """The 学籍号."""
        return f"G{self.id_number}"


@dataclass(kw_only=True, eq=False)
class Home:
    """A household of the poverty system, in the words of its exports."""

    number: str
    village: str
    head: str
    head_id: str
    kind: str = "一般农户"
    lifted: str = ""
    monitored: str = ""
    risk_removed: str = ""
    allowance: str = "未享受"
    destitute: str = ""
    children: Sequence[Child] = field(default_factory=tuple)


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """A member of staff of one of the schools."""

    name: str
    sex: str
    born_on: date
    id_number: str
    unit: str
    department: str
    post: str = "教师"
    in_hardship: str = ""


def child(name: str, sex: str, grade: int, boarding: str = "走读") -> Child:
    """Make a child of the age of a grade; 0 is a child of seven on no roll."""
    year = 2019 if grade == 0 else 2021 - max(grade, 0)
    born = date(year, 1 + _DICE.randrange(8), 1 + _DICE.randrange(28))
    return Child(
        name=name, sex=sex, grade=grade, boarding=boarding, born_on=born,
        id_number=_NAMER.number(born, sex),
    )  # fmt: skip


def _home(at: int, village: str, head: str, *children: Child, **words: str) -> Home:
    born = date(1974 + at % 9, 1 + at % 12, 1 + at)
    home = Home(
        number=f"62990000{at:02d}", village=village, head=head,
        head_id=_NAMER.number(born, "男"), children=children, **words,
    )  # fmt: skip
    for each in children:
        each.home = home
    return home


_LIFTED = {"kind": "脱贫户", "lifted": "已脱贫（享受政策）"}
_LIFTED_ENDED = {"kind": "脱贫户", "lifted": "已脱贫（不再享受政策）"}

#: Households 1 to 12 are listed from the beginning; the thirteenth falls ill in spring.
HOMES = (
    _home(1, "柳河村", "何大山", child("何小军", "男", 8, "住校"), child("何小丽", "女", 4, "住校"),
          **_LIFTED),
    _home(2, "柳河村", "马占林", child("马芳", "女", 9, "住校"), kind="脱贫户",
          lifted="已脱贫（享受政策）", monitored="脱贫不稳定户", risk_removed="否"),
    _home(3, "柳河村", "杨守义", child("杨小雨", "女", 3), monitored="边缘易致贫户",
          risk_removed="否"),
    _home(4, "柳河村", "张满仓", child("张文", "男", 5), **_LIFTED_ENDED),
    _home(5, "石桥沟村", "王有福", child("王小石", "男", 0), child("王小玉", "女", 2, "住校"),
          destitute="农村特困"),
    _home(6, "石桥沟村", "李存厚", child("李娟", "女", 7, "住校"), allowance="农村低保"),
    _home(7, "石桥沟村", "刘长贵", child("刘康", "男", 6), **_LIFTED),
    _home(8, "石桥沟村", "陈玉海", child("陈思远", "男", 5), monitored="突发严重困难户",
          risk_removed="是"),
    _home(9, "松林村", "赵德全", child("赵鹏", "男", 9, "住校"), child("赵敏", "女", -1),
          **_LIFTED),
    _home(10, "松林村", "孙广仁", child("孙浩", "男", 1, "住校"), monitored="脱贫不稳定户",
          kind="脱贫户", lifted="已脱贫（享受政策）", risk_removed="否"),
    _home(11, "松林村", "周永贵", child("周杰", "男", 7, "住校"), **_LIFTED),
    _home(12, "松林村", "吴天成", **_LIFTED),
    _home(13, "松林村", "郑新民", child("郑阳", "男", 6), monitored="边缘易致贫户",
          risk_removed="否"),
)  # fmt: skip


def _others() -> list[Child]:
    """Fill every class: two more in each grade of the primary school, three of the junior one."""
    made = []
    for grade in (-1, *range(1, 10)):
        for at in range(2 if grade < 7 else 3):
            sex = "男女"[at % 2]
            made.append(child(_NAMER.name(sex), sex, grade, "住校" if grade > 6 else "走读"))
    return made


OTHERS = _others()
#: Comes from another township in November.
NEWCOMER = child("孙来", "男", 4)
#: Recognised as hard up by the schools, in no household of the poverty system.
RECOGNISED = tuple(OTHERS[at] for at in (4, 15, 22))

CHILDREN = [each for home in HOMES for each in home.children] + OTHERS
PUPILS = [each for each in CHILDREN if each.grade]


def named(name: str) -> Child:
    """Give the child of a name."""
    [found] = [each for each in (*CHILDREN, NEWCOMER) if each.name == name]
    return found


def _teacher(name: str, sex: str, born: str, unit: str, department: str, **more: str) -> Teacher:
    day = date.fromisoformat(born)
    return Teacher(
        name=name, sex=sex, born_on=day, id_number=_NAMER.number(day, sex), unit=unit,
        department=department, **more,
    )  # fmt: skip


TEACHERS = (
    _teacher("王建国", "男", "1972-03-05", PRIMARY, "校长室", post="校长"),
    _teacher("李秀英", "女", "1980-06-11", PRIMARY, "校长室", post="副校长"),
    _teacher("张志强", "男", "1985-02-20", PRIMARY, "高年级组"),
    _teacher("陈雪梅", "女", "1988-09-14", PRIMARY, "高年级组"),
    _teacher("杨静", "女", "1990-12-01", PRIMARY, "低年级组"),
    _teacher("赵永福", "男", "1971-07-07", JUNIOR, "校长室", post="校长"),
    _teacher("李明", "男", "1983-04-18", JUNIOR, "数学组"),
    _teacher("黄海波", "男", "1986-10-23", JUNIOR, "语文组"),
    _teacher("周晓东", "男", "1992-05-30", JUNIOR, "语文组"),
    _teacher("高玉兰", "女", "1972-11-02", JUNIOR, "英语组"),
    _teacher("马超", "男", "1984-01-09", JUNIOR, "英语组", in_hardship="是"),
    _teacher("何春花", "女", "1978-08-16", KINDERGARTEN, "园长室", post="园长"),
    _teacher("吴燕", "女", "1999-03-27", KINDERGARTEN, "保教组"),
)
#: Who helps which household (by its order) since when, as the list of September has it.
PAIRS = (
    (1, "李明", "2024-09-01"), (2, "黄海波", "2024-09-01"), (3, "张志强", "2024-04-01"),
    (4, "陈雪梅", "2023-03-01"), (5, "王建国", "2025-03-01"), (6, "王建国", "2025-03-01"),
    (7, "杨静", "2024-09-01"), (8, "李秀英", "2024-09-01"), (9, "赵永福", "2024-09-01"),
    (10, "何春花", "2025-03-01"), (11, "周晓东", "2024-09-01"),
)  # fmt: skip
